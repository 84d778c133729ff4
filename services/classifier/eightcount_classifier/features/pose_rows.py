"""Rows of input values per frame: joints and beat phase."""

from __future__ import annotations

import numpy as np

from eightcount_classifier.features.body import FRAME_RATE_HERTZ, BodyMotion
from eightcount_classifier.features.windows import Windows, cut_windows
from eightcount_common.motion import FloatArray
from eightcount_common.skeletons import BODY_12

JOINT_VALUES = 3 * len(BODY_12)
BEAT_VALUES = 3
ROW_VALUES = JOINT_VALUES + BEAT_VALUES
"""36 coordinates, sine and cosine of the beat phase, and whether the phase is known."""


def build_rows(motion: BodyMotion) -> FloatArray:
    """Return the rows [T, 39] of a motion."""
    known = np.isfinite(motion.beat_phase)
    angle = 2 * np.pi * np.where(known, motion.beat_phase, 0)
    beat = np.stack([np.sin(angle) * known, np.cos(angle) * known, known], axis=-1)
    return np.concatenate([motion.joints.reshape(len(motion), JOINT_VALUES), beat], axis=-1).astype(np.float32)


def build_window_rows(motion: BodyMotion, windows: Windows) -> FloatArray:
    """Return the rows [W, length, 39] of the windows in which the dancer is seen."""
    rows = build_rows(motion)
    index = windows.starts[windows.seen][:, None] + np.arange(windows.length)
    return np.asarray(rows[index], np.float32)


def sample_rows(
    motion: BodyMotion, random: np.random.Generator, *, length: int, tempo: float = 0.0
) -> FloatArray:  # fmt: skip
    """Sample rows [length, 39] at a random position where the dancer is seen, at a random tempo.

    Args:
        motion: motion of at least `length` frames.
        random: random generator.
        length: frames.
        tempo: largest logarithm of the tempo change.
    """
    speed = float(np.exp(random.uniform(-tempo, tempo)))
    frames = min(length * speed, float(len(motion)))
    last = len(motion) - frames
    start = random.uniform(0, last) if motion.seen.all() else min(_choose_start(motion, random, length), last)
    position = np.clip(start + np.linspace(0, frames - 1, length), 0, len(motion) - 1)
    below = np.floor(position).astype(np.intp)
    above = np.minimum(below + 1, len(motion) - 1)
    weight = (position - below)[:, None].astype(np.float32)
    first, last = int(below[0]), int(above[-1]) + 1
    rows = build_rows(motion.part(first, last))
    return np.asarray(rows[below - first] * (1 - weight) + rows[above - first] * weight, np.float32)


def _choose_start(motion: BodyMotion, random: np.random.Generator, length: int) -> float:
    """Return a random frame after which the dancer is seen for long enough, or any frame if there is none."""
    windows = cut_windows(motion, seconds=length / FRAME_RATE_HERTZ, hop_seconds=1 / FRAME_RATE_HERTZ)
    return float(random.choice(windows.starts[windows.seen] if windows.seen.any() else windows.starts))
