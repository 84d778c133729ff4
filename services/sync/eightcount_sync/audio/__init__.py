"""Alignment of recordings by their sound."""
