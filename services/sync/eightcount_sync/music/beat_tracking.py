"""Beats of a recording: candidates are found, weighed and grouped into bars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eightcount_sync.music.autocorrelation import autocorrelate
from eightcount_sync.music.bars import HIGHEST_CONFIDENCE, Metre, divide_thirds, find_bars
from eightcount_sync.music.beat_candidates import find_candidates
from eightcount_sync.music.beat_choice import choose_beats
from eightcount_sync.music.beat_evidence import Array, gather_evidence
from eightcount_sync.music.fitted_models import read_models, sigmoid
from eightcount_sync.music.onset_envelope import rise_above_mean, smooth
from eightcount_sync.music.onsets import ONSET_RATE_HERTZ, OnsetFeatures

MIN_SECONDS = 4.0
MIN_PERIODICITY = 0.05
"""Least autocorrelation at the beat and its multiples; speech and noise stay below it."""
PERIODIC_BPM = (60.0, 215.0)
_MULTIPLES = 8
"""Beats over which a tempo must repeat."""
_NEAR_FRAMES = 2
"""A beat is moved to the onset within so many frames."""


@dataclass(frozen=True, slots=True)
class Beats:
    """Beats of a recording, seconds from its first sample.

    Attributes:
        steady: whether there is a beat to dance to.
        metre: of the music.
        in_bar: position of each beat in its bar (1 = downbeat); empty when it is unknown.
        phrase_starts: indices of beats at which counting begins with 1.
        confidence: chance in [0, 1] that the beats are right.
        metre_confidence, count_confidence: likewise for the metre and for the places of the downbeats.
    """

    steady: bool
    tempo_bpm: float
    times_seconds: tuple[float, ...]
    metre: Metre
    in_bar: tuple[int, ...]
    phrase_starts: tuple[int, ...]
    confidence: float
    metre_confidence: float
    count_confidence: float


NO_BEATS = Beats(False, 0.0, (), Metre.FOUR_FOUR, (), (), 0.0, 0.0, 0.0)


def track_beats(features: OnsetFeatures, *, check: Callable[[], None] = lambda: None) -> Beats:
    """Find the beats of a recording."""
    onsets = features.onsets
    if len(onsets) < MIN_SECONDS * ONSET_RATE_HERTZ or not onsets.any():
        return NO_BEATS
    envelope = rise_above_mean(onsets.astype(np.float64))
    if _measure_periodicity(envelope) < MIN_PERIODICITY:
        return NO_BEATS
    evidence = gather_evidence(features)
    candidates = find_candidates(evidence, check=check)
    if not candidates:
        return NO_BEATS
    models = read_models()
    check()
    chosen, doubt = choose_beats(evidence, candidates, models)
    confidence = HIGHEST_CONFIDENCE * sigmoid(doubt)
    check()
    beats = divide_thirds(evidence, chosen)
    bars = find_bars(evidence, beats, models, doubt=doubt)
    times = _move_to_onsets(envelope, beats) / ONSET_RATE_HERTZ
    stride = min(8, len(times) - 1)
    tempo = 60.0 * stride / float(np.median(times[stride:] - times[:-stride]))
    return Beats(
        True, tempo, tuple(map(float, times)), bars.metre,
        bars.places_in_bar(len(beats)) if bars.is_sure else (), bars.phrase_starts(len(beats)), confidence,
        bars.metre_confidence, bars.count_confidence,
    )  # fmt: skip


def _measure_periodicity(envelope: Array) -> float:
    """Return the share of energy that repeats after the best beat and its multiples."""
    smoothed = smooth(envelope)
    longest = int(_MULTIPLES * 60.0 * ONSET_RATE_HERTZ / PERIODIC_BPM[0]) + 2
    correlation = autocorrelate(smoothed - smoothed.mean(), longest)
    correlation /= max(float(correlation[0]), 1e-9)
    lags = 60.0 * ONSET_RATE_HERTZ / np.geomspace(*PERIODIC_BPM, 600)
    places = np.arange(len(correlation))
    comb = np.mean([np.interp(multiple * lags, places, correlation) for multiple in range(1, _MULTIPLES + 1)], axis=0)
    return float(comb.max())


def _move_to_onsets(envelope: Array, beats: Array) -> Array:
    """Return the beats moved to the strongest onset near each, between frames by a parabola; others stay."""
    smoothed = smooth(envelope)
    around = np.round(beats).astype(int)[:, None] + np.arange(-_NEAR_FRAMES, _NEAR_FRAMES + 1)
    around = np.clip(around, 1, len(smoothed) - 2)
    best = np.take_along_axis(around, smoothed[around].argmax(axis=1)[:, None], axis=1)[:, 0]
    before, here, after = smoothed[best - 1], smoothed[best], smoothed[best + 1]
    peaks = (here >= before) & (here >= after) & (here > 0.5)
    bend = np.minimum(before - 2 * here + after, -1e-6)
    moved = best + np.clip(0.5 * (before - after) / bend, -0.5, 0.5)
    moved = np.where(peaks, moved, beats)
    return np.asarray(np.where(np.diff(moved, prepend=-np.inf) > 1.0, moved, beats))
