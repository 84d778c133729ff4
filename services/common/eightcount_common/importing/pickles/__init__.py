"""Pickled numpy arrays, read without running the pickle."""
