"""Fits our body to the recorded joint positions of a person."""
