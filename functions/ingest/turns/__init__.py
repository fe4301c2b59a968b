"""Turns: a drop that is too large for one invocation is taken in by several, one after the other."""
