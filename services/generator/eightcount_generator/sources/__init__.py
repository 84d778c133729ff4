"""Readers of recordings in various formats; all return dances of our body."""
