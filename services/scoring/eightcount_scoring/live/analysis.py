"""The last seconds of a take against the reference, by the formulas of the whole comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.joint_angles import Array
from eightcount_scoring.angles.joint_angles_on_clock import measure_joint_angles
from eightcount_scoring.angles.resampling import lies_in_gap
from eightcount_scoring.common_clock import RATE_HERTZ
from eightcount_scoring.frame_blocks import gaussian_reach
from eightcount_scoring.live.reference import VIEW, LiveReference
from eightcount_scoring.live.take import TakePass
from eightcount_scoring.score.frame_errors import FrameErrors, measure_errors
from eightcount_scoring.score.movement_range import MARGIN_FRAMES
from eightcount_scoring.score.timeline import TimelineEntry, score_count
from eightcount_scoring.timing.lag_search import MAX_LAG_SECONDS, WINDOW_SECONDS, find_local_lags

MARGIN_SECONDS = gaussian_reach(WINDOW_SECONDS * RATE_HERTZ) / RATE_HERTZ + MAX_LAG_SECONDS + 0.5
"""The search for lags and their smoothing need so much on either side of a count."""
LATE_LIMBS = 3
"""Limbs that must be late, of five, for the body to be."""
LATE_SHARE = 0.5
"""Share of the time in which a limb must have a lag."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the take that was compared.

    Attributes:
        errors: of the part and of what lies around it.
        frames: the part within `errors`.
        limb_lags: [L] seconds at the end of the part.
    """

    errors: FrameErrors
    frames: slice
    limb_lags: Array


@dataclass(frozen=True, slots=True)
class EightCountSummary:
    """Score, lateness and energy of an eight-count.

    Attributes:
        eight_count: its number.
        end_seconds: time of the reference.
        score: 0 to 100; NaN when not comparable.
        late_seconds: by how much most limbs were late, negative when early; 0 when they were not.
        energy: range of motion as a multiple of the reference's; NaN when not known.
    """

    eight_count: int
    end_seconds: float
    score: float
    late_seconds: float
    energy: float


def compare_passage(
    reference: LiveReference, take: TakePass, start_seconds: float, end_seconds: float
) -> Passage | None:
    """Compare what was danced between two times of the reference; None where there is nothing to compare."""
    now = take.now_seconds + 1e-6
    part = reference.frames_between(max(start_seconds, take.start_seconds), min(end_seconds, now))
    around = reference.frames_between(
        max(start_seconds - MARGIN_SECONDS, take.start_seconds), min(end_seconds + MARGIN_SECONDS, now)
    )
    if part.stop <= part.start:
        return None
    model = reference.angles[around]
    times = take.time_map.to_take_seconds(model.seconds.astype(np.float64))
    piece = take.read_recent(float(times[0]) - 0.5, float(times[-1]) + 0.5)
    if piece is None or len(piece) < 2:
        return None
    times = np.where(lies_in_gap(piece.timestamps, times), np.nan, times)
    copy = measure_joint_angles(piece, take.body.scan(piece), times, VIEW).angles
    timing = find_local_lags(model, copy, reference.scale)
    errors = measure_errors(model, copy, reference.scale, timing)
    frames = slice(part.start - around.start, part.stop - around.start)
    return Passage(errors, frames, timing.lag_seconds[frames.stop - 1])


def score_passage(reference: LiveReference, passage: Passage, position: int) -> TimelineEntry:
    """Return the score of the count at a position of the reference's timeline, which the passage is."""
    return score_count(
        passage.errors, passage.frames, reference.calibration,
        within=(float(reference.edges[position]), float(reference.edges[position + 1])),
        beat=reference.beats[position], music=reference.music,
    )  # fmt: skip


def summarise_passage(passage: Passage, scores: Array, *, eight_count: int, end_seconds: float) -> EightCountSummary:
    """Return how an eight-count went that consists of counts with these scores."""
    known = scores[np.isfinite(scores)]
    return EightCountSummary(
        eight_count, end_seconds, float(known.mean()) if known.size else float("nan"),
        _find_lateness(passage), _measure_energy(passage),
    )  # fmt: skip


def _find_lateness(passage: Passage) -> float:
    lags = passage.errors.lag_seconds[passage.frames]
    often = (lags != 0).mean(axis=0) >= LATE_SHARE
    if often.sum() < LATE_LIMBS:
        return 0.0
    means = np.array([limb[limb != 0].mean() for limb in lags[:, often].T])
    return float(np.median(means)) if (np.sign(means) == np.sign(np.median(means))).sum() >= LATE_LIMBS else 0.0


def _measure_energy(passage: Passage) -> float:
    frames = passage.frames
    if frames.stop - frames.start < MARGIN_FRAMES // 4:
        return float("nan")
    found, weights = passage.errors.movement_range(frames), passage.errors.weights[frames]
    ours = float((found.reference_deg**2 * weights).sum())
    theirs = float(((found.reference_deg * found.ratio) ** 2 * weights).sum())
    return float(np.sqrt(theirs / ours)) if ours > 0 else float("nan")
