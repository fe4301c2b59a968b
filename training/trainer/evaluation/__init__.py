"""The metrics, and what is measured by them."""
