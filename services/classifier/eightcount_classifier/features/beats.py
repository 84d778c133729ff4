"""Phase of the beat over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eightcount_common.motion import FloatArray, TimeArray

_MAX_BEAT_SECONDS = 3.0


def beat_phase(times: TimeArray, beats_seconds: Sequence[float]) -> FloatArray:
    """Return the phase [T] within the beat in [0, 1), 0 on the beat; NaN outside the music and in long pauses.

    Args:
        times: [T] seconds.
        beats_seconds: ascending times of the beats, on the same clock.
    """
    beats = np.asarray(beats_seconds, np.float64)
    phase = np.full(len(times), np.nan, np.float32)
    if len(beats) < 2:
        return phase
    before = np.searchsorted(beats, times, side="right") - 1
    inside = (before >= 0) & (before < len(beats) - 1)
    start, stop = beats[before[inside]], beats[before[inside] + 1]
    values = (times[inside] - start) / (stop - start)
    phase[inside] = np.where(stop - start <= _MAX_BEAT_SECONDS, values, np.nan)
    return phase
