"""Names and contracts that two or more of Taproom's rooms share."""
