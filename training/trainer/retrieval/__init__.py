"""The retrieval model: which beers somebody may try next."""
