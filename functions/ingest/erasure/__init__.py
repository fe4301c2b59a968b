"""Erasure: a user, or what one user said of one beer, is gone from all that was dropped and from all it became."""
