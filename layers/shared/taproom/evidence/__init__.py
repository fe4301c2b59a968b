"""What the system knows of how well it works: documents below `evidence/` in the bucket."""
