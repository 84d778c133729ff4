"""Mechanism that services which train models share: the model registry, and trainings that can be resumed."""
