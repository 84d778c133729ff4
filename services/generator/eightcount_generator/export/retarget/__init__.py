"""Dances on the skeletons of other people's characters."""
