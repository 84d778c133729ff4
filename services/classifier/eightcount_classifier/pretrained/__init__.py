"""The pretrained models, and the code that trained them."""

from pathlib import Path

PRETRAINED_FOLDER = Path(__file__).parent
"""Folder of the pretrained models."""
