"""Warps the timing of movements so that the body rests on the beats of the music."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.models.encoding import ROOT_VELOCITY, RootPose, decode
from eightcount_generator.models.motion_beats import beat_frames

ACCENT = 0.4
"""How much slower a movement is at its beats than on average, and faster between them: dancers hit the beat."""
_STRONG_ACCENT = 0.5
"""The same for movements that were not danced to a beat."""
_NEAR_FRAMES = 5.0
"""A rest of the body this close to a beat is moved onto it."""
_SLOWEST, _FASTEST = 0.65, 1.5
"""Playback rates between two beats outside of which a movement is left as it is."""

FloatArray = NDArray[np.float64]


def accent_beats(moments: FloatArray, frames: FloatArray, times: FloatArray, *, accent: float = ACCENT) -> FloatArray:
    """[T] fractional frames that are shown at given times; at the beats `moments` [B] those are `frames` [B]."""
    beat = np.interp(times, moments, np.arange(len(moments)))
    slowed = beat - accent / (2 * np.pi) * np.sin(2 * np.pi * beat)
    return np.asarray(np.interp(slowed, np.arange(len(moments)), frames))


def warp_to_beats(frames: NDArray[np.floating], beats: NDArray[np.floating], *, first: int) -> NDArray[np.float32]:
    """Warp an encoded stretch [T, WIDTH] so that its movements end on the beats.

    Args:
        frames: [T, WIDTH].
        beats: [B] frames of the beats; not all need be inside.
        first: earlier frames are kept, and so is the last one.
    """
    moments, shown = _find_anchors(frames, beats, first)
    times = np.arange(first, len(frames), dtype=np.float64)
    positions = np.concatenate([np.arange(first), accent_beats(moments, shown, times, accent=_STRONG_ACCENT)])
    rate = np.clip(np.gradient(positions), 0, None) if len(positions) > 1 else np.ones(len(positions))
    below = np.clip(np.floor(positions).astype(np.intp), 0, max(len(frames) - 2, 0))
    part = (positions - below)[:, None]
    found = frames[below] * (1 - part) + frames[np.minimum(below + 1, len(frames) - 1)] * part
    found[:, ROOT_VELOCITY] *= rate[:, None]
    return np.concatenate([frames[:first], found[first:]]).astype(np.float32)


def _find_anchors(
    frames: NDArray[np.floating], beats: NDArray[np.floating], first: int
) -> tuple[FloatArray, FloatArray]:
    """Return times and the frames that are shown at them: the ends, and the beats in between."""
    last = len(frames) - 1
    rests = beat_frames(decode(frames, RootPose())[0].joints()).astype(np.float64)
    moments, shown = [float(first - 1)], [float(first - 1)]
    for beat in beats[(beats > first + 1) & (beats < last - 1)]:
        near = rests[np.argmin(np.abs(rests - beat))] if len(rests) else beat
        wanted = near if abs(near - beat) <= _NEAR_FRAMES and near > first else beat
        for frame in (wanted, beat):
            if _SLOWEST <= (frame - shown[-1]) / (beat - moments[-1]) <= _FASTEST:
                moments.append(float(beat))
                shown.append(float(frame))
                break
    if moments[-1] < last:
        moments.append(float(last))
        shown.append(float(last))
    return np.array(moments), np.array(shown)
