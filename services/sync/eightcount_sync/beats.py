"""Beats from an onset envelope: tempo by a comb of autocorrelations, beats by dynamic programming.

Ellis, "Beat tracking by dynamic programming", 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.onsets import ONSET_RATE_HERTZ

TEMPO_RANGE_BPM = (60.0, 200.0)
PREFERRED_BPM = 125.0
TIGHTNESS = 100.0
LEAST_SECONDS = 4.0
LEAST_PERIODICITY = 0.12
"""Share of the envelope's energy that repeats after a beat; speech and noise stay below."""


@dataclass(frozen=True, slots=True)
class Beats:
    """Beats of a recording, seconds from its first sample.

    Attributes:
        steady: whether there is a beat to dance to.
        in_bar: position of each beat in its bar (1 = downbeat); empty when it cannot be told.
        eight_count_starts: indices of beats at which an eight-count begins.
    """

    steady: bool
    tempo_bpm: float
    times_seconds: tuple[float, ...]
    in_bar: tuple[int, ...]
    eight_count_starts: tuple[int, ...]
    confidence: float


NO_BEATS = Beats(False, 0.0, (), (), (), 0.0)


def track_beats(onsets: NDArray[np.float32]) -> Beats:
    """Beats of an onset envelope [N] at `ONSET_RATE_HERTZ`."""
    if len(onsets) < LEAST_SECONDS * ONSET_RATE_HERTZ or not onsets.any():
        return NO_BEATS
    local = onsets - np.convolve(onsets, np.ones(51) / 51, mode="same")
    envelope = np.asarray(np.maximum(local, 0.0) / max(float(local.std()), 1e-9), np.float32)
    period, periodicity = _period(envelope)
    if periodicity < LEAST_PERIODICITY:
        return NO_BEATS
    frames = _dynamic_beats(envelope, period)
    times = _between_frames(envelope, frames) / ONSET_RATE_HERTZ
    if len(times) < 4:
        return NO_BEATS
    tempo = 60.0 / float(np.median(np.diff(times)))
    return Beats(True, tempo, tuple(map(float, times)), (), (), float(np.clip(2.0 * periodicity, 0.0, 0.9)))


def _period(envelope: NDArray[np.float32]) -> tuple[float, float]:
    """Beat period in frames, and the share of energy that repeats after it."""
    size = 2 * len(envelope)
    centred = envelope - envelope.mean()
    spectrum = np.fft.rfft(centred, size)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[: len(envelope)]
    correlation = correlation / max(float(correlation[0]), 1e-9)
    tempos = np.geomspace(*TEMPO_RANGE_BPM, 400)
    lags = 60.0 * ONSET_RATE_HERTZ / tempos
    places = np.arange(len(correlation))
    comb = np.mean([np.interp(multiple * lags, places, correlation) for multiple in (1, 2, 3, 4)], axis=0)
    prior = np.exp(-0.5 * (np.log2(tempos / PREFERRED_BPM) / 0.9) ** 2)
    best = int(np.argmax(comb * prior))
    return float(lags[best]), float(comb[best])


def _dynamic_beats(envelope: NDArray[np.float32], period: float) -> NDArray[np.int_]:
    """Frames of the beats that lie on onsets and are about a period apart."""
    smooth = np.convolve(envelope, np.hanning(7) / np.hanning(7).sum(), mode="same")
    total = smooth.astype(np.float64).copy()
    back = np.full(len(total), -1)
    steps = np.arange(-round(2 * period), -round(period / 2))
    cost = -TIGHTNESS * np.log(-steps / period) ** 2
    for place in range(len(total)):
        window = place + steps
        usable = window >= 0
        if not usable.any():
            continue
        options = total[window[usable]] + cost[usable]
        best = int(options.argmax())
        if options[best] > 0:
            total[place] += options[best]
            back[place] = window[usable][best]
    tail = max(0, len(total) - round(1.2 * period))
    place = tail + int(total[tail:].argmax())
    frames = []
    while place >= 0:
        frames.append(place)
        place = int(back[place])
    return np.array(frames[::-1])


def _between_frames(envelope: NDArray[np.float32], frames: NDArray[np.int_]) -> NDArray[np.float64]:
    """Beat positions between frames, by a parabola through the smoothed envelope."""
    smooth = np.convolve(envelope, np.hanning(5) / np.hanning(5).sum(), mode="same")
    inner = np.clip(frames, 1, len(smooth) - 2)
    before, here, after = smooth[inner - 1], smooth[inner], smooth[inner + 1]
    bend = before - 2 * here + after
    shift = np.where(bend < -1e-6, 0.5 * (before - after) / np.minimum(bend, -1e-6), 0.0)
    return np.asarray(inner + np.clip(shift, -0.5, 0.5), np.float64)
