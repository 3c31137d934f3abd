"""Training: the loop, the run directory and the process that fills it."""
