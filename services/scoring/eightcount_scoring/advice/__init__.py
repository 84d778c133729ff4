"""Moments, feedback and warnings for the dancer."""
