"""Makers of dances, one Protocol."""
