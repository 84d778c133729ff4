"""The pretrained models, `NAME.safetensors`, each with its provenance, and the name of the default model."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
DEFAULT_MODEL = "diffusion"
