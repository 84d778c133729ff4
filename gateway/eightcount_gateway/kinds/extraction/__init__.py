"""Extractions: the motion of one video."""
