"""The training code behind train.py."""
