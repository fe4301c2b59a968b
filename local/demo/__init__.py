"""The demo, `python -m local.demo`, and what it shows: the whole loop, told on this machine."""
