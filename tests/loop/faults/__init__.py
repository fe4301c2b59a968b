"""Every AWS call of the loop, failing in every way that a call can fail."""
