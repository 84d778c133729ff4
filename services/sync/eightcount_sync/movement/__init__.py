"""Alignment of dancers by their movement."""
