"""The models that come with the service, `NAME.safetensors`, and what is danced by when nobody names a model."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
DEFAULT_MODEL = "diffusion"
