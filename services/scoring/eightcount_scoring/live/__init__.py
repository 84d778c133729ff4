"""Scoring of a take while it is danced: the formulas of the whole comparison on the last few seconds."""
