"""Ingest: a dropped CSV becomes one immutable part, the users' histories and a receipt."""
