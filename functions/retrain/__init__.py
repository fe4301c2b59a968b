"""Decides whether to train again, and starts the training job."""
