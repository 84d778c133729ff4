"""Retargets dances to the skeletons of other characters."""
