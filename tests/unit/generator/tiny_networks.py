"""Families of networks that are small enough to be trained in a test."""

from __future__ import annotations

from dataclasses import replace

from eightcount_common.training.task import Recipe
from eightcount_generator.families.seq2seq import Seq2Seq
from eightcount_generator.models.seq2seq.sizes import NetworkSizes
from eightcount_generator.models.seq2seq.training import Hyperparameters

TINY_SIZES = NetworkSizes(width=16, heads=2, head_width=8, inner=16, reach_frames=6, pose_width=32, hidden=48)
_FRESH = Recipe(epochs=8, batches=12, batch_size=8, learning_rate=6e-3, weight_decay=0.0, adam_l2=True)
TINY_PLAN = Hyperparameters(
    sizes=TINY_SIZES, window_frames=60, fresh=_FRESH, further=replace(_FRESH, epochs=3, learning_rate=2e-3)
)  # fmt: skip
TINY_SEQ2SEQ = Seq2Seq(TINY_PLAN.with_epochs(2))
"""A network that is trained for a moment."""
