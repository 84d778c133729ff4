"""The pulse of the onsets alone: tempo by a comb of autocorrelations, beats by dynamic programming.

Ellis, "Beat tracking by dynamic programming", 2007. It knows no instruments and no styles, so it is wrong where accents
lie off the beat, and right in music that the network was not trained on; agreement with it speaks for a row of beats.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.autocorrelation import autocorrelate
from eightcount_sync.music.onset_envelope import Array, rise_above_mean, smooth
from eightcount_sync.music.onsets import ONSET_RATE_HERTZ, FloatArray, OnsetFeatures

TEMPO_RANGE_BPM = (60.0, 215.0)
PREFERRED_BPM = 130.0
SURE_BPM = 160.0
"""A pulse up to this tempo is the beat; a faster one only if it is even (see `_choose_beats`)."""
EVEN = 0.55
"""Strength of every other pulse relative to the rest from which a fast pulse is even."""
PAIRS_TO_COMPARE = 16
FASTEST_HALVES_BPM = 300.0
"""Half beats are tracked up to this pulse; faster ones are too few frames apart."""
PULSES_COMPARED = (4, 8)
MIN_LEAD = 2.5
"""Standard errors by which every other pulse must lead in change of sound to be the beats, even when softer."""
TREBLE = 24
"""Bands from this one on, above 3 kHz, hold the hi-hats that reveal a doubled tempo."""
TIGHTNESS = 100.0
_MULTIPLES = 8
"""Beats over which a tempo must repeat."""


def find_onset_pulse(features: OnsetFeatures) -> NDArray[np.float64]:
    """Return [B] the frames of the pulse, ascending; none in silence."""
    envelope = rise_above_mean(features.onsets)
    if not envelope.any():
        return np.zeros(0)
    return _choose_beats(features, envelope, _estimate_period(envelope)).astype(np.float64)


def _choose_beats(features: OnsetFeatures, envelope: Array, period: float) -> NDArray[np.int_]:
    """Return the frames of the beats, deciding between half and double tempo.

    Beats are tracked at the fastest pulse of the tempo's family. When that is too fast to be sure, and its pulses are
    strong and weak in turn, then the strong ones are the beats.
    """
    while 60.0 * ONSET_RATE_HERTZ / (period / 2) <= TEMPO_RANGE_BPM[1]:
        period /= 2
    frames = _track_pulse(features, envelope, period)
    if 60.0 * ONSET_RATE_HERTZ / period <= SURE_BPM or len(frames) < 2 * PAIRS_TO_COMPARE:
        return frames
    strengths = [smooth(row)[frames] for row in (envelope, rise_above_mean(_flux(features.spectrum[:, TREBLE:])))]
    if np.mean([_evenness(row) for row in strengths]) >= EVEN:
        return frames
    return _keep_every_other_pulse(features, envelope, frames)


def _track_pulse(features: OnsetFeatures, envelope: Array, period: float) -> NDArray[np.int_]:
    """Return the frames of a pulse of this period.

    Off-beats that grow loud for a while would capture the tracker, so half the period is tracked where possible.
    """
    if 60.0 * ONSET_RATE_HERTZ / (period / 2) > FASTEST_HALVES_BPM:
        return _track_beats_at_period(envelope, period)
    return _keep_every_other_pulse(features, envelope, _track_beats_at_period(envelope, period / 2))


def _keep_every_other_pulse(features: OnsetFeatures, envelope: Array, frames: NDArray[np.int_]) -> NDArray[np.int_]:
    """Every other pulse, the beats: the louder ones or, when all are about as loud, those on which the sound changes.

    Over two or four beats a pattern of drums is the same before and after any pulse; harmony changes on beats.
    """
    strengths = smooth(envelope)[frames]
    even, odd = float(strengths[::2].sum()), float(strengths[1::2].sum())
    if min(even, odd) >= EVEN * max(even, odd) and len(frames) >= 4 * PAIRS_TO_COMPARE:
        spectra = _mean_spectra(features, frames)
        lead = sum(_lead_of_even(_changes(spectra, pulses), pulses) for pulses in PULSES_COMPARED)
        if abs(lead) >= MIN_LEAD:
            return frames[int(lead < 0) :: 2]
    return frames[int(odd > even) :: 2]


def _changes(spectra: FloatArray, pulses: int) -> FloatArray:
    """Return [B - 2 pulses + 1] distances between the mean spectra of `pulses` pulses before and after each."""
    sums = np.cumsum(np.pad(spectra, ((1, 0), (0, 0))), axis=0, dtype=np.float64)
    apart = sums[2 * pulses :] - 2 * sums[pulses:-pulses] + sums[: -2 * pulses]
    return np.asarray(np.linalg.norm(apart, axis=1) / pulses, np.float32)


def _lead_of_even(changes: FloatArray, first: int) -> float:
    """Return by how many standard errors even pulses change more than their neighbours; pulse `first` comes first."""
    rises = changes[1:-1] - 0.5 * (changes[:-2] + changes[2:])
    leads = np.where((np.arange(len(rises)) + first + 1) % 2, -rises, rises)
    return float(leads.mean() / max(float(leads.std()) / np.sqrt(len(leads)), 1e-9))


def _evenness(strengths: Array) -> float:
    """Return the strength of the weaker of two alternating pulses as a share of the stronger, averaged."""
    whole = len(strengths) // (2 * PAIRS_TO_COMPARE) * 2 * PAIRS_TO_COMPARE
    sides = strengths[:whole].reshape(-1, PAIRS_TO_COMPARE, 2).mean(axis=1)
    return float(np.mean(sides.min(axis=1) / np.maximum(sides.max(axis=1), 1e-9)))


def _flux(spectrum: NDArray[np.float16]) -> FloatArray:
    rises = np.maximum(np.diff(spectrum, axis=0, prepend=spectrum[:1]), 0)
    return np.asarray(rises.mean(axis=1, dtype=np.float32))


def _estimate_period(envelope: Array) -> float:
    """Return the period in frames after which most of the energy repeats."""
    smoothed = smooth(envelope)
    correlation = autocorrelate(
        smoothed - smoothed.mean(), int(_MULTIPLES * 60.0 * ONSET_RATE_HERTZ / TEMPO_RANGE_BPM[0]) + 2
    )
    correlation /= max(float(correlation[0]), 1e-9)
    tempos = np.geomspace(*TEMPO_RANGE_BPM, 600)
    lags = 60.0 * ONSET_RATE_HERTZ / tempos
    places = np.arange(len(correlation))
    comb = np.mean([np.interp(multiple * lags, places, correlation) for multiple in range(1, _MULTIPLES + 1)], axis=0)
    prior = np.exp(-0.5 * (np.log2(tempos / PREFERRED_BPM) / 1.2) ** 2)
    best = int(np.argmax(comb * prior))
    return float(lags[best])


def _track_beats_at_period(envelope: Array, period: float) -> NDArray[np.int_]:
    """Return the frames of beats that lie on onsets and are about a period apart (dynamic programming)."""
    smoothed = smooth(envelope, 7)
    total = smoothed.copy()
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


def _mean_spectra(features: OnsetFeatures, frames: NDArray[np.int_]) -> FloatArray:
    """Return [B, BANDS] mean spectra from each frame to the next; the last lasts as long as the one before."""
    spectrum = features.spectrum
    edges = np.append(frames, min(2 * frames[-1] - frames[-2], len(spectrum)))
    # Band by band: all bands at once would be copied as a whole to be added in more digits.
    bands = (np.add.reduceat(band[: edges[-1]], frames, dtype=np.float32) for band in spectrum.T)
    return np.asarray(np.stack(list(bands), axis=1) / np.maximum(np.diff(edges), 1)[:, None], np.float32)
