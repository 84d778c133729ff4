"""Trainings of dance models."""
