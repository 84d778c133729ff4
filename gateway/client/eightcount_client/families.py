"""Names of the model families that can be trained. A light module, which the command reads for its help."""

from __future__ import annotations

from typing import Literal

StyleFamily = Literal["pose", "pose-lstm", "frames-gru"]
DanceFamily = Literal["graph", "seq2seq", "diffusion"]
