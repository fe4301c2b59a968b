"""Answers the HTTP API: which beers a user should try."""
