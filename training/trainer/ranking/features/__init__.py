"""The ranking features, a block a file."""
