"""Dances: choreography for a piece of music."""
