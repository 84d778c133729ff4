"""Accents of beats: downbeats that the network detects, onsets, and changes of harmony and timbre."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.beat_candidates import tempo_of
from eightcount_sync.music.beat_choice import repeat_strengths
from eightcount_sync.music.beat_evidence import Evidence, log_odds

Array = NDArray[np.float64]
SPANS = (1, 2, 4, 8)
"""Beats before and after a beat that are compared."""
_HEARD = ("deep", "low", "middle", "high", "onset")
NAMES = ("downbeat", "beat", *_HEARD, *(f"{what} {span}" for what in ("harmony", "timbre") for span in SPANS))
_REPEATING = tuple(NAMES.index(name) for name in ("downbeat", "deep", "middle", "harmony 1", "timbre 1", "onset"))
_AROUND = tuple(NAMES.index(name) for name in ("downbeat", "deep", "low", "middle", "high", "harmony 1"))
"""Accents that are also looked at on the other beats of a bar."""


def describe_accents(evidence: Evidence, beats: Array) -> Array:
    """Return [B, A] accents of `NAMES`, each with mean 0 and deviation 1 over the beats."""
    columns = [log_odds(evidence.at(name, beats)) for name in ("downbeat", "beat")]
    columns += [evidence.at(name, beats) for name in _HEARD]
    for sums in (evidence.chroma_sums, evidence.timbre_sums):
        columns += [_change_across(sums, beats, span) for span in SPANS]
    accents = np.stack(columns, axis=1)
    return np.asarray((accents - accents.mean(axis=0)) / (accents.std(axis=0) + 1e-6))


def describe_phases(accents: Array, beats_in_bar: int) -> Array:
    """Return [P, F] what speaks for each beat of a bar to be its first, over all bars."""
    means = np.stack([accents[phase::beats_in_bar].mean(axis=0) for phase in range(beats_in_bar)])
    others = [np.roll(means[:, _AROUND], -shift, axis=0) for shift in range(1, beats_in_bar)]
    return np.concatenate([means, *others], axis=1)


def describe_turns(accents: Array, first: int, beats_in_bar: int) -> Array:
    """Return [F] what speaks for counting from the bar at beat `first` rather than from the one after it."""
    means = [accents[start :: 2 * beats_in_bar].mean(axis=0) for start in (first, first + beats_in_bar)]
    return np.asarray(means[0] - means[1])


def describe_triple(accents: Array, warped: Array, beats: Array) -> Array:
    """Return [F] what speaks for bars of three against bars of four."""
    numbers = []
    for column in _REPEATING:
        two, three, four, six, eight = (_repeat(accents[:, column], lag) for lag in (2, 3, 4, 6, 8))
        numbers += [three + six - four - eight, three - two]
    heard = NAMES.index("downbeat")
    leads = [describe_phases(accents, group)[:, heard].max() for group in (3, 4)]
    _, _, _, _, _, two, three, four, six, eight = repeat_strengths(warped)
    return np.array(
        [*numbers, leads[0] - leads[1], three + six - four - eight, three - two, np.log2(tempo_of(beats) / 120.0)]
    )


def describe_compound(accents: Array, warped: Array, beats: Array) -> Array:
    """Return [F] what speaks for six eighths against three quarters, when the beats come in threes."""
    heavy = int(describe_phases(accents, 3)[:, NAMES.index("downbeat")].argmax())
    in_turn = [accents[(heavy + shift) % 6 :: 6].mean(axis=0) for shift in (0, 3)]
    light = np.mean([accents[(heavy + shift) % 3 :: 3].mean(axis=0) for shift in (1, 2)], axis=0)
    kept = [NAMES.index(name) for name in ("downbeat", "beat", *_HEARD)]
    groups = (in_turn[0] + in_turn[1]) / 2.0 - light
    turns = np.abs(in_turn[0] - in_turn[1])
    strengths = repeat_strengths(warped)
    return np.concatenate([
        groups[kept], turns[kept], [strengths[8] - strengths[6], strengths[4], strengths[5]],
        [np.log2(tempo_of(beats) / 120.0)],
    ])  # fmt: skip


def _repeat(row: Array, lag: int) -> float:
    return float((row[lag:] * row[:-lag]).mean()) if len(row) > lag + 4 else 0.0


def _change_across(sums: Array, beats: Array, span: int) -> Array:
    """Return [B] the distance between the means of `span` beats before and after each beat; 0 at the ends."""
    frames = len(sums) - 1
    ends = np.append(beats, 2 * beats[-1] - beats[-2])
    edges = np.clip(np.round(ends).astype(int), 0, frames)
    lengths = np.maximum(np.diff(edges), 1)[:, None]
    means = np.cumsum(np.concatenate([np.zeros((1, sums.shape[1])), np.diff(sums[edges], axis=0) / lengths]), axis=0)
    change = np.zeros(len(beats))
    inner = np.arange(1, len(beats))
    before, after = np.maximum(inner - span, 0), np.minimum(inner + span, len(beats))
    earlier = (means[inner] - means[before]) / (inner - before)[:, None]
    later = (means[after] - means[inner]) / (after - inner)[:, None]
    change[1:] = np.linalg.norm(later - earlier, axis=1)
    return change
