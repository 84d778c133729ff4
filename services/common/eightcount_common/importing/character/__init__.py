"""Skeletons of foreign characters in BVH files: the roles of their joints and the stance of the character."""
