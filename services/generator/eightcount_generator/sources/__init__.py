"""Recordings of people, brought to the one body."""
