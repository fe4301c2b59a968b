"""What training/ablate.py measures."""
