"""The timeline of the report: a score for each count, or for each half second when there is no beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from eightcount_scoring.angles.joint_angles import Array
from eightcount_scoring.angles.joints import JOINT_NAMES
from eightcount_scoring.counts import Beat, Music
from eightcount_scoring.running_mean import weighted_mean
from eightcount_scoring.score.calibration import Calibration
from eightcount_scoring.score.frame_errors import FrameErrors

STEP_SECONDS = 0.5
"""Length of an entry without a beat: a count at 120 bpm."""
SLIVER_SECONDS = 0.15
"""A count of which the overlap leaves less than this is merged with its neighbour: it contains no movement."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """The score of one count.

    Attributes:
        start_seconds, end_seconds: times of the reference.
        score: 0 to 100; NaN when not comparable.
        worst_joint: name of the joint that cost the most points; empty when not comparable.
        count: 1 to `counts_per_phrase`; 0 without a beat.
        eight_count: 1-based; 0 before the first and without a beat.
        counts_per_phrase: of the music; 0 without a beat.
    """

    start_seconds: float
    end_seconds: float
    score: float
    worst_joint: str
    count: int
    eight_count: int
    counts_per_phrase: int = 0


def build_timeline(errors: FrameErrors, calibration: Calibration, music: Music) -> tuple[TimelineEntry, ...]:
    """Build entries that cover the overlap; the first and the last may be cut short."""
    edges, beats = divide_timeline(errors.seconds, music)
    bounds = np.searchsorted(errors.seconds, edges - 1e-9)
    entries = []
    for position, beat in enumerate(beats):
        part = slice(int(bounds[position]), int(bounds[position + 1]))
        if part.stop <= part.start:
            continue
        within = float(edges[position]), float(edges[position + 1])
        entries.append(score_count(errors, part, calibration, within=within, beat=beat, music=music))
    return tuple(entries)


def score_count(
    errors: FrameErrors,
    frames: slice,
    calibration: Calibration,
    *,
    within: tuple[float, float],
    beat: Beat,
    music: Music,
) -> TimelineEntry:
    """Build the entry of the frames of one count, which lasts from the first to the second time in `within`."""
    points, weights = errors.points[frames], errors.weights[frames]
    score = calibration.score(weighted_mean(points, weights))
    return TimelineEntry(
        *within, score, _worst_joint(points, weights),
        beat.count, beat.eight_count, music.counts_per_phrase if beat.count else 0,
    )  # fmt: skip


def forget_scores(entries: Sequence[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """Return the same counts without a score."""
    return tuple(replace(entry, score=float("nan"), worst_joint="") for entry in entries)


def divide_timeline(seconds: Array, music: Music) -> tuple[Array, list[Beat]]:
    """Return the [N + 1] edges of the entries that cover some times, and the beat of each entry."""
    start, stop = float(seconds[0]), float(seconds[-1])
    beats = music.beats_seconds
    inner = np.flatnonzero((beats > start) & (beats < stop - SLIVER_SECONDS))
    if beats.size < 2 or not inner.size:
        edges = np.append(np.arange(start, max(stop - SLIVER_SECONDS, start + 1e-6), STEP_SECONDS), stop)
        return edges, [Beat(0, 0)] * (edges.size - 1)
    edges = np.concatenate([[start], beats[inner], [stop]])
    first = music.beat(int(inner[0]) - 1) if inner[0] > 0 else Beat(0, 0)
    labels = [first, *(music.beat(int(index)) for index in inner)]
    if edges[1] - start < SLIVER_SECONDS:
        return np.delete(edges, 1), labels[1:]
    return edges, labels


def _worst_joint(points: Array, weights: Array) -> str:
    lost = np.nansum((1.0 - points) * weights, axis=0)
    return JOINT_NAMES[int(lost.argmax())] if np.isfinite(points).any() and weights.any() else ""
