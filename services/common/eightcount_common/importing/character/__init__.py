"""Skeletons of other people's characters, out of BVH files: which joint is what, and how the character stands."""
