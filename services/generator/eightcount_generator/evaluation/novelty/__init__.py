"""Novelty: finds windows of a dance that are copied from known motions."""
