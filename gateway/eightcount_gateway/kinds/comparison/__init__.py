"""Comparisons: a take against a reference."""
