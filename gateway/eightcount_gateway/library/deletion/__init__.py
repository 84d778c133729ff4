"""Deletion of a resource with everything that was made of it, and nothing else."""
