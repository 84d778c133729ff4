"""Pretrained image networks that turn video frames into features."""
