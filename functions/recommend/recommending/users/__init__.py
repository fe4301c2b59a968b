"""What is known of one user."""
