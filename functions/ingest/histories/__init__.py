"""Histories: what each user reviewed in a part, the table that keeps them, and how two parts differ."""
