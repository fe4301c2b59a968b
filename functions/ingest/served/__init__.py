"""What was served, and what came of it: rows, and the files below `served/`."""
