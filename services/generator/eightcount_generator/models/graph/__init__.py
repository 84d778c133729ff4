"""Dances joined from recordings: stretches between motion beats, in an order that fits the music."""
