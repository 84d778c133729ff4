"""Families of inputs as people send them, each file with its truth."""
