"""Trainings of style models."""
