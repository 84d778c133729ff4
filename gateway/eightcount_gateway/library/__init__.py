"""The resources in the store: videos, motions, skeletons and models."""
