"""Poses of a dancer who is in front of a camera now."""
