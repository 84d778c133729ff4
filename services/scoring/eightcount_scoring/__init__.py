"""Comparison of a take with a reference: joint angles, timing, scores, advice, and the rendered side-by-side video."""
