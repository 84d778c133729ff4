"""Features of the music for networks, frame by frame; or features of a motion in place of its unknown music.

Motion capture mostly comes without music. There, the beats are those of the motion, at the moments when the body rests
between two movements, and its liveliness stands for the loudness of the music. A network learns from it to move on the
beat, but not which movement goes with which music.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.models.beat_grid import build_beat_grid
from eightcount_generator.models.motion_beats import beat_frames, body_speed
from eightcount_generator.music import Music

FEATURE_COUNT = 7
"""Sine and cosine of the beat's phase; the tempo in octaves above 120 beats per minute; energy, 0 to 1; sine and cosine
of the eight-count's phase, both 0 where it is not known; 1 where a section starts, fading within `_SECTION_SECONDS`.
"""
ENERGY_CHANNEL = 3
_SECTION_SECONDS = 2.0
_REFERENCE_SECONDS = 0.5
_MAX_TEMPO_OCTAVES = 1.5
"""Tempos are clipped at this distance from the reference."""
_LIVELINESS_SECONDS = 0.5
"""Deviation of the smoothing of a motion's speed to its liveliness."""

FloatArray = NDArray[np.float32]


def music_features(music: Music, frames: int, *, energy_offset: float = 0.0) -> FloatArray:
    """Compute the features [frames, FEATURE_COUNT] of a piece of music.

    Args:
        music: the music; its beats are those of `build_beat_grid`.
        frames: number of frames from the start of the music.
        energy_offset: is added to the energy.
    """
    times = np.arange(frames) / FRAME_RATE_HERTZ
    grid = build_beat_grid(music)
    counts = grid.seconds[grid.begins] if music.eight_counts.any() else np.empty(0)
    energy = np.clip(music.energy(times) + energy_offset, 0, 1)
    return _assemble(times, grid.seconds, energy, counts, music.sections)


def motion_features(dance: Dance, *, scale: FloatArray | None = None) -> FloatArray:
    """Compute the features [T, FEATURE_COUNT] of music that would match a motion.

    Args:
        dance: the motion.
        scale: [N] sorted liveliness (`liveliness`) that the energy is ranked against; the motion's own when not given.
    """
    joints = dance.joints()
    times = np.arange(len(dance)) / FRAME_RATE_HERTZ
    beats = beat_frames(joints) / FRAME_RATE_HERTZ
    lively = liveliness(dance)
    known = np.sort(lively) if scale is None else scale
    energy = np.searchsorted(known, lively) / max(len(known), 1)
    return _assemble(times, beats, energy, np.empty(0), np.empty(0))


def liveliness(dance: Dance) -> FloatArray:
    """[T] speed of the body around a frame: metres per second, mean over the joints."""
    smooth = gaussian_filter1d(body_speed(dance.joints()), _LIVELINESS_SECONDS * FRAME_RATE_HERTZ, mode="nearest")
    return np.asarray(smooth, np.float32)


def _assemble(
    times: NDArray[np.float64], beats: NDArray[np.float64], energy: NDArray[np.floating],
    counts: NDArray[np.float64], sections: NDArray[np.float64],
) -> FloatArray:  # fmt: skip
    features = np.zeros((len(times), FEATURE_COUNT), np.float32)
    if len(beats) > 1:
        phase, period = _beat_phase(times, beats)
        features[:, 0], features[:, 1] = np.sin(2 * np.pi * phase), np.cos(2 * np.pi * phase)
        features[:, 2] = np.clip(np.log2(_REFERENCE_SECONDS / period), -_MAX_TEMPO_OCTAVES, _MAX_TEMPO_OCTAVES)
    features[:, ENERGY_CHANNEL] = energy
    if len(counts) > 1:
        eighth, _ = _beat_phase(times, counts)
        features[:, 4], features[:, 5] = np.sin(2 * np.pi * eighth), np.cos(2 * np.pi * eighth)
    if len(sections):
        last = np.searchsorted(sections, times + 1e-6) - 1
        since = np.where(last >= 0, times - sections[np.maximum(last, 0)], np.inf)
        features[:, 6] = np.clip(1 - since / _SECTION_SECONDS, 0, 1)
    return features


def _beat_phase(
    times: NDArray[np.float64], beats: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[T] beats since the first one, extrapolated at the ends, and [T] seconds of the beat around each time."""
    gaps = np.diff(beats)
    inside = np.clip(np.searchsorted(beats, times, side="right") - 1, 0, len(gaps) - 1)
    period = gaps[inside]
    return inside + (times - beats[inside]) / period, period
