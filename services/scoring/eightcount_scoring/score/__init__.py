"""Errors, points and scores."""
