"""Training of networks of any family: one loop."""
