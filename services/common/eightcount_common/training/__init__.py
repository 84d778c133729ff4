"""Training of networks of any kind: one loop, checkpoints, several processes. Wants the extra `training`."""
