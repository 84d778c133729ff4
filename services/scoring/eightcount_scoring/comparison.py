"""The whole comparison: from two motions, their alignment and the music to the report and the errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eightcount_common.errors import UnusableMediaError
from eightcount_scoring.advice.feedback import Feedback, advise
from eightcount_scoring.advice.moments import Moment, find_moments
from eightcount_scoring.advice.verdict import say_whole_lag, say_why_unscored, summarize_score
from eightcount_scoring.advice.warnings import Circumstances, ReportWarning, collect_warnings
from eightcount_scoring.angles.camera_view import choose_view
from eightcount_scoring.angles.first_pass import scan_motion
from eightcount_scoring.angles.joint_angles import View
from eightcount_scoring.angles.joint_angles_on_clock import Dancer, measure_joint_angles
from eightcount_scoring.angles.joint_scale import joint_scale
from eightcount_scoring.angles.mirroring import MirroredMotion
from eightcount_scoring.angles.resampling import lies_in_gap
from eightcount_scoring.causes.explanation import Explanation, explain_score, find_camera_angle, find_causes
from eightcount_scoring.causes.hypotheses import Cause
from eightcount_scoring.common_clock import RATE_HERTZ, build_common_clock
from eightcount_scoring.counts import SILENCE, Music
from eightcount_scoring.frame_blocks import blocks
from eightcount_scoring.motion_reader import MotionReader
from eightcount_scoring.running_mean import RunningMean
from eightcount_scoring.score.calibration import calibrate
from eightcount_scoring.score.frame_errors import FrameErrors, forget_errors, measure_errors
from eightcount_scoring.score.joint_scores import JointScore, forget_joint_scores, score_joints
from eightcount_scoring.score.timeline import TimelineEntry, build_timeline, forget_scores
from eightcount_scoring.time_map import TimeMap
from eightcount_scoring.timing.lag_search import find_local_lags
from eightcount_scoring.timing.whole_take import find_whole_lag, subtract_whole_lag

VERSION = "2"
"""Version of the method; scores of different versions are not comparable."""
MIN_OVERLAP_SECONDS = 1.0
"""Shortest overlap that can be scored: two counts."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """The map of the take's clock to the reference's, and its origin.

    Attributes:
        time_map: the map.
        certain: whether the verdict was "aligned".
        by_motion: whether the map was found from the movements because there is no shared music.
    """

    time_map: TimeMap
    certain: bool = True
    by_motion: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The result for the dancer; docs/scoring.md explains every field.

    A score that is not known is NaN, and so are those of its joints and counts; then there are no moments.
    """

    score: float
    joints: tuple[JointScore, ...]
    timeline: tuple[TimelineEntry, ...]
    moments: tuple[Moment, ...]
    feedback: tuple[Feedback, ...]
    warnings: tuple[ReportWarning, ...]
    reference_model: str
    take_model: str
    explanation: Explanation
    timing_ms: float = 0.0
    version: str = VERSION

    @property
    def no_score_reason(self) -> str:
        """Reason of the warning that explains why there is no score; empty with a score."""
        return "" if self.explanation.scored else self.warnings[0].reason


@dataclass(frozen=True, slots=True)
class Comparison:
    """The report and the errors of every frame behind it."""

    report: Report
    errors: FrameErrors


def score_take(
    reference: MotionReader,
    take: MotionReader,
    *,
    alignment: Alignment,
    music: Music = SILENCE,
    mirrored: bool = False,
    check: Callable[[], None] = lambda: None,
) -> Comparison:
    """Compare a take with a reference dance.

    Motions are read and processed in blocks; half a kilobyte is kept of each frame of the overlap.

    Args:
        reference: the motion to copy.
        take: the learner's motion.
        alignment: the map of the take's clock to the reference's.
        music: beats of the reference; without them an entry of the timeline lasts half a second.
        mirrored: the take is a mirror image of the reference.
        check: called between the steps; raises to stop the work.

    Raises:
        UnusableMediaError: the two do not overlap long enough.
    """
    pair = _pair(reference, MirroredMotion(take) if mirrored else take, alignment.time_map)
    model, copy = pair.reference.angles, pair.take.angles
    check()
    scale = joint_scale(model, pair.view)
    calibration = calibrate(model, scale)
    check()
    timing = find_local_lags(model, copy, scale)
    errors = measure_errors(model, copy, scale, timing)
    check()
    points, angles = _means(errors)
    explanation = explain_score(calibration.score(points.overall_mean), pair.causes)
    score = calibration.score(points.overall_mean) if explanation.scored else float("nan")
    whole_lag = find_whole_lag(timing) if explanation.comparable else 0.0
    joints = score_joints(
        points.column_means, angles.column_means * scale.limit_deg, subtract_whole_lag(timing, whole_lag), calibration
    )
    entries = build_timeline(errors, calibration, music)
    moments = find_moments(errors, scale, whole_lag_seconds=whole_lag) if explanation.comparable else ()
    circumstances = Circumstances(
        aligned=alignment.certain,
        by_motion=alignment.by_motion,
        mirrored=mirrored,
        reference_seconds=pair.reference.duration_seconds,
        overlap_seconds=model.seconds.size / RATE_HERTZ,
        explanation=explanation,
    )
    report = Report(
        score=score,
        joints=joints if explanation.scored else forget_joint_scores(joints),
        timeline=entries if explanation.scored else forget_scores(entries),
        moments=moments,
        feedback=_feedback(score, joints, entries, moments, music, circumstances, whole_lag),
        warnings=collect_warnings(circumstances, pair.reference.visibility, pair.take.visibility),
        reference_model=pair.reference.model,
        take_model=pair.take.model,
        explanation=explanation,
        timing_ms=1000.0 * whole_lag,
    )
    return Comparison(report, errors if explanation.comparable else forget_errors(errors))


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both dancers on one clock, and the hypotheses on their difference."""

    reference: Dancer
    take: Dancer
    view: View
    causes: tuple[Cause, ...]


def _pair(reference: MotionReader, take: MotionReader, time_map: TimeMap) -> _Pair:
    ours, theirs = scan_motion(reference), scan_motion(take)
    clock, take_clock = build_common_clock(ours.seconds, theirs.seconds, time_map)
    if clock.size < MIN_OVERLAP_SECONDS * RATE_HERTZ:
        raise UnusableMediaError(
            f"reference and take must share at least {MIN_OVERLAP_SECONDS:g} seconds; "
            f"they share {clock.size / RATE_HERTZ:.1f}",
            reason="NO_OVERLAP",
        )
    take_clock = np.where(lies_in_gap(theirs.seconds, take_clock), np.nan, take_clock)  # no frame: not "not visible"
    causes = find_causes(ours, theirs, clock, take_clock)
    view = choose_view(find_camera_angle(causes))
    return _Pair(
        measure_joint_angles(reference, ours, clock, view),
        measure_joint_angles(take, theirs, take_clock, view),
        view,
        causes,
    )


def _means(errors: FrameErrors) -> tuple[RunningMean, RunningMean]:
    """Average the points and the multiples of the limits over the overlap."""
    points, multiples = RunningMean(), RunningMean()
    for block in blocks(errors.seconds.size):
        weights = errors.weights[block.frames]
        points.add(errors.points[block.frames], weights)
        multiples.add(errors.multiples[block.frames], weights)
    return points, multiples


def _feedback(
    score: float,
    joints: tuple[JointScore, ...],
    entries: tuple[TimelineEntry, ...],
    moments: tuple[Moment, ...],
    music: Music,
    circumstances: Circumstances,
    whole_lag: float,
) -> tuple[Feedback, ...]:
    if not circumstances.explanation.comparable:
        return (say_why_unscored(circumstances.explanation, mirrored=circumstances.mirrored),)
    return (
        *summarize_score(score, joints, entries, music),
        *say_whole_lag(whole_lag),
        *advise(moments, music, relative=whole_lag != 0),
    )
