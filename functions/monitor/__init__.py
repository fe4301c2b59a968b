"""Monitor: how the releases do with people, by what the served log says."""
