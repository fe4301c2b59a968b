"""Snapshots: what runs read, so that the next one need not read it part by part."""
