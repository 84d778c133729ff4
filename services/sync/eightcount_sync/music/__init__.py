"""Tempo, beats, bars and sections of music."""
