"""Beats and counts that a user gives: a tempo with a first beat, taps, or a correction of the counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.http.schemas.beats import BeatsBody
from eightcount_gateway.jobs.model import Job

Times = NDArray[np.float64]
_METRES = {3: "3/4", 4: "4/4", 6: "6/8"}
_USUAL_BEATS_PER_BAR = 4
_FALLBACK_SECONDS = 600.0
"""Length up to which beats are continued when nothing tells how long the recording is."""


def read_own_beats(job: Job) -> BeatsBody | None:
    """Return the beats that the request of a job gives; None for those that are found in the music."""
    value = job.request.get("beats")
    return None if value is None else BeatsBody.model_validate(value)


def apply_own_beats(music: sync_pb2.Music, own: BeatsBody | None, *, seconds: float | None = None) -> sync_pb2.Music:
    """Return the music with a user's beats and counts in the place of those that were found.

    Args:
        music: the analysis.
        own: what the user gave; nothing changes when None.
        seconds: length of the recording; that of the analysis when None.
    """
    if own is None:
        return music
    end = seconds or len(music.onset_envelope.data) / 4 / (music.onset_rate_hertz or 1.0) or _FALLBACK_SECONDS
    beats = _place_beats(music, own, end)
    if len(beats) < 2:
        return music
    size = own.beats_per_bar or music.beats_per_bar or _USUAL_BEATS_PER_BAR
    phrase = count_phrase(size)
    anchor = own.first_beat_s if own.first_beat_s is not None else (own.taps_s or beats)[0]
    one = int(np.argmin(np.abs(beats - anchor))) - (own.first_count - 1)
    changed = sync_pb2.Music()
    changed.CopyFrom(music)
    changed.has_beat, changed.reason, changed.metre = True, "OK", _METRES.get(size, f"{size}/4")
    changed.tempo_bpm = own.bpm or 60.0 / float(np.median(np.diff(beats)))
    changed.beats_per_bar, changed.counts_per_phrase = size, phrase
    changed.confidence = changed.metre_confidence = changed.count_confidence = 1.0
    changed.beats_seconds[:] = [round(float(beat), 6) for beat in beats]
    changed.beat_in_bar[:] = [(index - one) % size + 1 for index in range(len(beats))]
    changed.eight_count_starts[:] = range(one % phrase, len(beats), phrase)
    return changed


def count_phrase(beats_per_bar: int) -> int:
    """Return the counts of a phrase: two bars, or one of six beats."""
    return beats_per_bar if beats_per_bar >= 6 else 2 * beats_per_bar


def _place_beats(music: sync_pb2.Music, own: BeatsBody, end: float) -> Times:
    """Return beats from the beginning of the recording to its end."""
    if own.taps_s:
        return _continue_taps(own.taps_s, end)
    if own.bpm is None:
        return np.array(music.beats_seconds)
    interval = 60.0 / own.bpm
    first = (own.first_beat_s or 0.0) % interval
    return np.asarray(np.arange(first, max(end, first + 1.5 * interval), interval))


def _continue_taps(taps: Sequence[float], end: float) -> Times:
    """Return the taps, continued to both ends at their median interval."""
    times = np.array(taps)
    interval = float(np.median(np.diff(times)))
    before = np.arange(times[0] - interval, 0.0, -interval)[::-1]
    after = np.arange(times[-1] + interval, end, interval)
    return np.concatenate([before, times, after])
