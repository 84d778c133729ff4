"""The whole comparison: from two motions, their alignment and the music to the report and the errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eightcount_common.errors import UnusableMediaError
from eightcount_scoring.advice.feedback import Feedback, advise
from eightcount_scoring.advice.moments import Moment, find_moments
from eightcount_scoring.advice.verdict import DIFFERENT_DANCE, summarize_score
from eightcount_scoring.advice.warnings import Circumstances, ReportWarning, collect_warnings
from eightcount_scoring.angles.camera_view import camera_angle_deg, choose_view
from eightcount_scoring.angles.first_pass import scan_motion
from eightcount_scoring.angles.joint_angles import View
from eightcount_scoring.angles.joint_angles_on_clock import Dancer, measure_joint_angles
from eightcount_scoring.angles.joint_scale import joint_scale
from eightcount_scoring.angles.mirroring import MirroredMotion
from eightcount_scoring.common_clock import RATE_HERTZ, build_common_clock
from eightcount_scoring.counts import SILENCE, Music
from eightcount_scoring.frame_blocks import blocks
from eightcount_scoring.motion_reader import MotionReader
from eightcount_scoring.running_mean import RunningMean
from eightcount_scoring.score.calibration import calibrate
from eightcount_scoring.score.frame_errors import FrameErrors, measure_errors
from eightcount_scoring.score.joint_scores import JointScore, score_joints
from eightcount_scoring.score.mirror_check import seems_mirrored
from eightcount_scoring.score.timeline import TimelineEntry, build_timeline
from eightcount_scoring.time_map import TimeMap
from eightcount_scoring.timing.lag_search import find_local_lags

VERSION = "1"
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
    """The result for the dancer; docs/scoring.md explains every field."""

    score: float
    joints: tuple[JointScore, ...]
    timeline: tuple[TimelineEntry, ...]
    moments: tuple[Moment, ...]
    feedback: tuple[Feedback, ...]
    warnings: tuple[ReportWarning, ...]
    reference_model: str
    take_model: str
    version: str = VERSION


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
        UnusableMediaError: the two do not overlap long enough, or no joint is visible in both.
    """
    pair = _pair(reference, MirroredMotion(take) if mirrored else take, alignment.time_map)
    model, copy = pair.reference.angles, pair.take.angles
    check()
    scale = joint_scale(model, pair.view)
    calibration = calibrate(model, scale)
    check()
    as_mirror = seems_mirrored(model, copy, scale)
    timing = find_local_lags(model, copy, scale)
    errors = measure_errors(model, copy, scale, timing)
    check()
    points, angles = _means(errors)
    score = calibration.score(points.overall_mean)
    joints = score_joints(points.column_means, angles.column_means * scale.limit_deg, timing, calibration)
    entries = build_timeline(errors, calibration, music)
    moments = find_moments(errors, scale)
    circumstances = Circumstances(
        aligned=alignment.certain,
        by_motion=alignment.by_motion,
        mirrored=mirrored,
        seems_mirrored=as_mirror,
        reference_seconds=pair.reference.duration_seconds,
        overlap_seconds=model.seconds.size / RATE_HERTZ,
        camera_deg=pair.camera_deg,
        same_view=pair.view == "camera",
        score=score,
    )
    report = Report(
        score=score,
        joints=joints,
        timeline=entries,
        moments=moments,
        feedback=_feedback(score, joints, entries, moments, music, same_view=pair.view == "camera"),
        warnings=collect_warnings(circumstances, pair.reference.visibility, pair.take.visibility),
        reference_model=pair.reference.model,
        take_model=pair.take.model,
    )
    return Comparison(report, errors)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both dancers on one clock."""

    reference: Dancer
    take: Dancer
    camera_deg: float

    @property
    def view(self) -> View:
        """The view in which they are compared."""
        return choose_view(self.camera_deg)


def _pair(reference: MotionReader, take: MotionReader, time_map: TimeMap) -> _Pair:
    ours, theirs = scan_motion(reference), scan_motion(take)
    clock, take_clock = build_common_clock(ours.seconds, theirs.seconds, time_map)
    if clock.size < MIN_OVERLAP_SECONDS * RATE_HERTZ:
        raise UnusableMediaError(
            f"reference and take must share at least {MIN_OVERLAP_SECONDS:g} seconds; "
            f"they share {clock.size / RATE_HERTZ:.1f}",
            reason="NO_OVERLAP",
        )
    camera_deg = camera_angle_deg(ours, theirs, clock, take_clock)
    view = choose_view(camera_deg)
    pair = _Pair(
        measure_joint_angles(reference, ours, clock, view),
        measure_joint_angles(take, theirs, take_clock, view),
        camera_deg,
    )
    if not (pair.reference.angles.weights * pair.take.angles.weights).any():
        raise UnusableMediaError("no joint is visible in both videos at the same time", reason="NOTHING_TO_COMPARE")
    return pair


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
    *,
    same_view: bool,
) -> tuple[Feedback, ...]:
    first = summarize_score(score, joints, entries, music, same_view=same_view)
    return first if score < DIFFERENT_DANCE else first + advise(moments, music)
