"""Corrections that every generated dance passes through: jitter, penetrations, joint limits, floor and feet."""
