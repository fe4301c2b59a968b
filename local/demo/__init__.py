"""The demo, `python -m local.demo`: the whole loop on this machine, from a first drop to a second release."""
