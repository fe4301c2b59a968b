"""What serves, what served, and whether all is well."""
