"""A release's catalogue: its beers, searched and filtered."""
