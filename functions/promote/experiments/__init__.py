"""Experiments: a candidate beside the release in service."""
