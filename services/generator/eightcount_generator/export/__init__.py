"""Dances as files that animators open."""
