"""What the networks are given of every frame: joints and the place in the beat, packed into one row."""

from __future__ import annotations

import numpy as np

from eightcount_classifier.body import FRAME_RATE_HERTZ, BodyMotion
from eightcount_classifier.windows import Windows, windows_of
from eightcount_common.motion import FloatArray
from eightcount_common.skeletons import BODY_12

JOINT_VALUES = 3 * len(BODY_12)
BEAT_VALUES = 3
ROW_VALUES = JOINT_VALUES + BEAT_VALUES
"""36 coordinates, then sine and cosine of the beat phase and whether it is known."""


def rows_of(motion: BodyMotion) -> FloatArray:
    """[T, 39] rows of a motion."""
    known = np.isfinite(motion.beat_phase)
    angle = 2 * np.pi * np.where(known, motion.beat_phase, 0)
    beat = np.stack([np.sin(angle) * known, np.cos(angle) * known, known], axis=-1)
    return np.concatenate([motion.joints.reshape(len(motion), JOINT_VALUES), beat], axis=-1).astype(np.float32)


def rows_of_windows(motion: BodyMotion, windows: Windows) -> FloatArray:
    """[W, length, 39] rows of the windows in which the dancer is seen."""
    rows = rows_of(motion)
    index = windows.starts[windows.seen][:, None] + np.arange(windows.length)
    return np.asarray(rows[index], np.float32)


def draw_rows(
    motion: BodyMotion, random: np.random.Generator, *, length: int, tempo: float = 0.0
) -> FloatArray:  # fmt: skip
    """[length, 39] a stretch from a random place where the dancer is seen, played at a random tempo.

    Args:
        motion: at least `length` frames.
        random: source of randomness.
        length: frames.
        tempo: greatest change of the tempo, as its logarithm.
    """
    speed = float(np.exp(random.uniform(-tempo, tempo)))
    frames = min(length * speed, float(len(motion)))
    last = len(motion) - frames
    start = random.uniform(0, last) if motion.seen.all() else min(_start_seen(motion, random, length), last)
    place = np.clip(start + np.linspace(0, frames - 1, length), 0, len(motion) - 1)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, len(motion) - 1)
    weight = (place - below)[:, None].astype(np.float32)
    first, last = int(below[0]), int(above[-1]) + 1
    rows = rows_of(motion.part(first, last))
    return np.asarray(rows[below - first] * (1 - weight) + rows[above - first] * weight, np.float32)


def _start_seen(motion: BodyMotion, random: np.random.Generator, length: int) -> float:
    """A random frame from which on the dancer is seen for long enough; any when there is none."""
    windows = windows_of(motion, seconds=length / FRAME_RATE_HERTZ, hop_seconds=1 / FRAME_RATE_HERTZ)
    return float(random.choice(windows.starts[windows.seen] if windows.seen.any() else windows.starts))
