"""Choice of the row of beats that people would clap, by what speaks for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.beat_candidates import share_in_common, tempo_of
from eightcount_sync.music.beat_evidence import Evidence, log_odds
from eightcount_sync.music.fitted_models import Models, softmax

Array = NDArray[np.float64]
USUAL_BPM = 115.0
STEPS = 12
"""Places in a beat that are looked at."""
LAGS_BEATS = (1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
_PLACES = (0, 3, 4, 6, 8, 9)
_BANDS = (0, 1, 3, 5, 6)


def choose_beats(evidence: Evidence, candidates: Sequence[Array], models: Models) -> tuple[Array, float]:
    """Return the row of beats that is most likely right, and the log-odds that it is."""
    chances = softmax(
        models.networks["choice"].score(np.stack([describe_beats(evidence, beats) for beats in candidates]))
    )
    chosen = candidates[int(chances.argmax())]
    return chosen, float(models.linear["confidence"].score(describe_doubt(evidence, chosen, chances)))


def describe_doubt(evidence: Evidence, beats: Array, chances: Array) -> Array:
    """Return [F] what speaks for and against the chosen row of beats, to be turned into a confidence."""
    order = np.sort(chances)[::-1]
    between = (beats[1:] + beats[:-1]) / 2.0
    octaves = abs(np.log2(tempo_of(beats) / USUAL_BPM))
    sides = contrast(*(np.array([evidence.at(name, places).mean() for name in ("onset", "deep", "low", "middle")])
                       for places in (beats, between)))  # fmt: skip
    heard = [log_odds(evidence.at("beat", places)).mean() for places in (beats, between)]
    lead = np.log((order[0] + 1e-3) / ((order[1] if len(order) > 1 else 0.0) + 1e-3))
    return np.array([log_odds(order[:1])[0], lead, octaves, *sides, *heard, _describe_tempo(beats)[-1]])


def describe_beats(evidence: Evidence, beats: Array) -> Array:
    """Return [F] what speaks for a row of beats."""
    between = (beats[1:] + beats[:-1]) / 2.0
    warped = warp_to_beats(evidence.rows, beats)
    return np.concatenate([
        _describe_tempo(beats),
        _describe_hearing(evidence, beats, between),
        _describe_contrasts(evidence, beats, between),
        _describe_share(evidence, beats),
        _describe_repetition(warped),
        _describe_places(warped),
        _describe_agreement(evidence.pulse, beats),
    ])  # fmt: skip


def warp_to_beats(rows: Array, beats: Array) -> Array:
    """Return [R, (B - 1) * STEPS] rows of frames at equal steps between beats."""
    places = np.interp(np.arange((len(beats) - 1) * STEPS) / STEPS, np.arange(len(beats)), beats)
    places = np.clip(places, 0, rows.shape[1] - 1)
    before = places.astype(int)
    share = places - before
    return np.asarray(rows[:, before] * (1 - share) + rows[:, np.minimum(before + 1, rows.shape[1] - 1)] * share)


def repeat_strengths(warped: Array) -> Array:
    """Return [L] how well the rows repeat after each of `LAGS_BEATS`."""
    centred = (warped - warped.mean(axis=1, keepdims=True)) / (warped.std(axis=1, keepdims=True) + 1e-9)
    length = centred.shape[1]
    lags = [round(lag * STEPS) for lag in LAGS_BEATS]
    return np.array([
        (centred[:, lag:] * centred[:, : length - lag]).mean() if length - lag > 4 * STEPS else 0.0 for lag in lags
    ])  # fmt: skip


def _describe_tempo(beats: Array) -> Array:
    octaves = np.log2(tempo_of(beats) / USUAL_BPM)
    intervals = np.diff(beats)
    unevenness = np.abs(np.diff(intervals)).mean() / np.median(intervals)
    return np.array([octaves, octaves**2, max(0.0, octaves - 0.6) ** 2, max(0.0, -octaves - 0.5) ** 2, unevenness])


def _describe_hearing(evidence: Evidence, beats: Array, between: Array) -> Array:
    """Return what the network hears at beats, half beats and thirds, in turn, and how downbeats stand out."""
    heard = log_odds(evidence.at("beat", beats))
    intervals = np.diff(beats)
    thirds = np.maximum(*(log_odds(evidence.at("beat", beats[:-1] + part * intervals / 3)) for part in (1, 2)))
    downbeats = log_odds(evidence.at("downbeat", beats))
    turns = [downbeats[phase::group].mean() for group in (3, 4) for phase in range(group)]
    leads = [(group * turns[start + phase] - sum(turns[start : start + group])) / (group - 1)
             for group, start in ((3, 0), (4, 3)) for phase in range(group)]  # fmt: skip
    return np.array([
        heard.mean(), log_odds(evidence.at("beat", between)).mean(), thirds.mean(),
        abs(heard[::2].mean() - heard[1::2].mean()), max(leads),
    ])  # fmt: skip


def _describe_contrasts(evidence: Evidence, beats: Array, between: Array) -> Array:
    """Return how beats differ from half beats, and every other beat from the rest, in each band."""
    names = ("onset", "deep", "low", "middle", "high")
    at_beats, at_halves, even, odd = (
        np.array([evidence.at(name, places).mean() for name in names])
        for places in (beats, between, beats[::2], beats[1::2])
    )
    halves, turns = contrast(at_beats, at_halves), contrast(even, odd)
    backbeat = [turns[1] * turns[3], turns[1] * turns[4], turns[2] * turns[3], halves[1] * halves[3]]
    return np.concatenate([halves, np.abs(turns), backbeat, at_beats[:3]])


def contrast(first: Array, second: Array) -> Array:
    """Return differences as shares of sums, damped where both are small."""
    return np.asarray((first - second) / (first + second + 0.2))


def _describe_share(evidence: Evidence, beats: Array) -> Array:
    """Return which share of all beats detected and of all onsets lies at the beats, and at which share of the time."""
    here = np.zeros(len(evidence.beat), bool)
    for shift in range(-2, 3):
        here[np.clip(np.round(beats).astype(int) + shift, 0, len(here) - 1)] = True
    shares = [row[here].sum() / max(float(row.sum()), 1e-9) for row in (evidence.beat, evidence.onset)]
    return np.array([*shares, here.mean(), _harmony_lead(evidence, beats)])


def _harmony_lead(evidence: Evidence, beats: Array) -> float:
    """Return the logarithm of how much more the harmony changes at beats than at half beats."""
    width = max(6, round(float(np.median(np.diff(beats)))))
    sums = evidence.chroma_sums

    def change(places: Array) -> float:
        at = np.round(places).astype(int)
        at = at[(at >= width) & (at + width < len(sums))]
        apart = sums[at + width] - 2 * sums[at] + sums[at - width]
        return float(np.linalg.norm(apart, axis=1).mean()) / width if len(at) else 0.0

    return float(np.log((change(beats) + 0.01) / (change((beats[1:] + beats[:-1]) / 2.0) + 0.01)))


def _describe_repetition(warped: Array) -> Array:
    strengths = repeat_strengths(warped)
    one, half_more, two, three, four, six, eight = strengths[3:]
    return np.concatenate(
        [strengths, [three + six - four - eight, four - two, four - one, one - half_more, three - half_more]]
    )


def _describe_places(warped: Array) -> Array:
    """Return how strong each band is at places within a beat, relative to its mean."""
    whole = warped.reshape(len(warped), -1, STEPS).mean(axis=1) / (warped.mean(axis=1, keepdims=True) + 1e-6)
    return np.asarray(np.log(whole[np.ix_(_BANDS, _PLACES)] + 0.1)).ravel()


def _describe_agreement(pulse: Array, beats: Array) -> Array:
    """Return which share of the beats the pulse of the onsets has, and the other way round."""
    if len(pulse) < 2:
        return np.zeros(3)
    shares = share_in_common(beats, pulse), share_in_common(pulse, beats)
    return np.array([*shares, shares[0] * shares[1]])
