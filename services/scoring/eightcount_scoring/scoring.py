"""The whole comparison: two motions, their alignment and the music in; the report and the errors out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eightcount_common.errors import UnusableMediaError
from eightcount_common.motion import MotionSequence
from eightcount_scoring.angles import Array, JointAngles, joint_angles
from eightcount_scoring.calibration import Calibration, calibrate
from eightcount_scoring.counts import SILENCE, Music
from eightcount_scoring.errors import Errors, frame_errors, weighted_mean
from eightcount_scoring.feedback import Feedback, advise
from eightcount_scoring.joints import JOINT_NAMES
from eightcount_scoring.mirroring import mirror_motion, seems_mirrored
from eightcount_scoring.moments import Moment, find_moments
from eightcount_scoring.notices import Circumstances, Notice, notices
from eightcount_scoring.resampling import RATE_HERTZ, TimeMap, common_clock, resample
from eightcount_scoring.scale import joint_scale
from eightcount_scoring.timeline import TimelineEntry, timeline
from eightcount_scoring.timing import Timing, local_timing
from eightcount_scoring.verdict import DIFFERENT_DANCE, JointScore, overall
from eightcount_scoring.views import camera_angle_deg, choose_view

VERSION = "1"
"""Version of the method; scores of different versions are not comparable."""
SHORTEST_OVERLAP_SECONDS = 1.0
"""Less cannot be scored: two counts."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the take's clock maps to the reference's, and what is known about that.

    Attributes:
        time_map: the map.
        certain: whether the verdict was "aligned".
        by_motion: whether it was found from the movements, for want of shared music.
    """

    time_map: TimeMap
    certain: bool = True
    by_motion: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a dancer learns; see docs/scoring.md for every field."""

    score: float
    joints: tuple[JointScore, ...]
    timeline: tuple[TimelineEntry, ...]
    moments: tuple[Moment, ...]
    feedback: tuple[Feedback, ...]
    notices: tuple[Notice, ...]
    reference_model: str
    take_model: str
    version: str = VERSION


@dataclass(frozen=True, slots=True)
class Comparison:
    """The report and the errors of every frame behind it."""

    report: Report
    errors: Errors


def score_take(
    reference: MotionSequence,
    take: MotionSequence,
    *,
    alignment: Alignment,
    music: Music = SILENCE,
    mirrored: bool = False,
    check: Callable[[], None] = lambda: None,
) -> Comparison:
    """Compares a take with a reference dance.

    Args:
        reference: the dancer to copy.
        take: the learner's recording.
        alignment: the take's clock against the reference's.
        music: beats of the reference; without them the timeline goes by half seconds.
        mirrored: the take is a mirror image of the reference.
        check: called between the steps; raises to stop the work.

    Raises:
        UnusableMediaError: the two do not overlap long enough, or no joint is seen in both.
    """
    clock, take_clock = common_clock(reference.timestamps, take.timestamps, alignment.time_map)
    if clock.size < SHORTEST_OVERLAP_SECONDS * RATE_HERTZ:
        raise UnusableMediaError(
            f"reference and take share {clock.size / RATE_HERTZ:.1f} seconds; scoring wants at least "
            f"{SHORTEST_OVERLAP_SECONDS:g}",
            reason="NO_OVERLAP",
        )
    take = mirror_motion(take) if mirrored else take
    camera_deg = camera_angle_deg(reference, take, clock, take_clock)
    view = choose_view(camera_deg)
    model, copy = resample(joint_angles(reference, view), clock), resample(joint_angles(take, view), take_clock)
    if not (model.weights * copy.weights).any():
        raise UnusableMediaError("no joint is visible in both videos at the same time", reason="NOTHING_TO_COMPARE")
    check()
    scale = joint_scale(model, view)
    calibration = calibrate(model, scale)
    check()
    timing = local_timing(model, copy, scale)
    errors = frame_errors(model, copy, scale, timing)
    check()
    score = calibration.score(float(weighted_mean(errors.points, errors.weights)))
    joints = _joint_scores(errors, timing, calibration)
    entries = timeline(errors, calibration, music)
    moments = find_moments(errors, scale)
    circumstances = Circumstances(
        aligned=alignment.certain,
        by_motion=alignment.by_motion,
        mirrored=mirrored,
        seems_mirrored=seems_mirrored(model, copy, scale),
        reference_seconds=float(reference.timestamps[-1] - reference.timestamps[0]),
        overlap_seconds=clock.size / RATE_HERTZ,
        camera_deg=camera_deg,
        same_view=view == "camera",
        score=score,
    )
    report = Report(
        score=score,
        joints=joints,
        timeline=entries,
        moments=moments,
        feedback=_feedback(score, joints, entries, moments, music, same_view=view == "camera"),
        notices=notices(circumstances, *_sight(reference, clock, take, take_clock)),
        reference_model=reference.model,
        take_model=take.model,
    )
    return Comparison(report, errors)


def _sight(
    reference: MotionSequence, clock: Array, take: MotionSequence, take_clock: Array
) -> tuple[JointAngles, JointAngles]:
    """Both dancers weighted by visibility alone: a foot that points at the camera is seen all the same."""
    return resample(joint_angles(reference, "body"), clock), resample(joint_angles(take, "body"), take_clock)


def _joint_scores(errors: Errors, timing: Timing, calibration: Calibration) -> tuple[JointScore, ...]:
    scores = calibration.scores(weighted_mean(errors.points, errors.weights, axis=0))
    angles = weighted_mean(errors.angle_deg, errors.weights, axis=0)
    return tuple(
        JointScore(name, float(scores[index]), float(angles[index]), 1000.0 * float(timing.joint_lag_seconds[index]))
        for index, name in enumerate(JOINT_NAMES)
    )


def _feedback(
    score: float,
    joints: tuple[JointScore, ...],
    entries: tuple[TimelineEntry, ...],
    moments: tuple[Moment, ...],
    music: Music,
    *,
    same_view: bool,
) -> tuple[Feedback, ...]:
    first = overall(score, joints, entries, music, same_view=same_view)
    return first if score < DIFFERENT_DANCE else first + advise(moments, music)
