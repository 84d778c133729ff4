"""Training of neural networks: one loop, checkpoints, several processes. Requires the extra `training`."""
