"""Findings: everything that could become a moment, each kind by its own rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from eightcount_scoring.advice.wording import describe
from eightcount_scoring.angles.joint_angles import Array
from eightcount_scoring.angles.joint_scale import JointScale
from eightcount_scoring.angles.joints import JOINTS, LIMB_OF_JOINT, LIMBS
from eightcount_scoring.common_clock import RATE_HERTZ
from eightcount_scoring.frame_blocks import blocks
from eightcount_scoring.frame_runs import Run, find_runs
from eightcount_scoring.score.frame_errors import FrameErrors

Kind = Literal["ANGLE", "LATE", "EARLY", "SMALLER", "LARGER", "MISSING"]
Unit = Literal["deg", "ms", "ratio"]

OVER, STILL_OVER = 1.0, 0.75
"""Multiples of the limit at which an angle finding starts, and down to which it lasts."""
LATE_SECONDS, STILL_LATE_SECONDS = 0.1, 0.06
"""Lags at which a timing finding starts, and down to which it lasts; 0.1 s is a fifth of a count at 120 bpm."""
TIMING_LIMIT_SECONDS = 0.13
"""The lag that weighs as much as an angle at its limit."""
SMALL_RATIO, LARGE_RATIO, STILL_FROM = 0.7, 1.45, 1.1
"""Range of motion, relative to the reference's, at which a finding starts, and the factor down to which it lasts."""
UNSURE_LAG_CHANGE = 0.15
"""Change of the lag, in seconds per second, above which the compensation is not trusted."""
MIN_SEVERITY = 0.6
"""Findings below this severity are dropped: about a third of a second just above the limit."""
ALIKE = 0.7
"""Least correlation with the reference: only otherwise similar movement can be too small or too large."""
MOVING_LIMITS = 0.8
"""The larger of the two movements must be at least this multiple of the joint's limit."""
MAX_COUNTED_SECONDS = 4.0
_BRIDGE, _SHORTEST_ANGLE, _SHORTEST_TIMING, _SHORTEST_RANGE, _SHORTEST_MISSING = 0.3, 0.3, 0.6, 1.5, 0.5
_SMOOTHING_SECONDS = 0.1
_TRUSTED = 0.3
_UNSURE_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Finding:
    """A candidate for a moment: the frames, the position of the joint in `JOINTS`, and the mistake."""

    kind: Kind
    joint: int
    run: Run
    severity: float
    amount: float | None
    unit: Unit | None
    subject: str
    predicate: str
    advice: str


def collect_findings(errors: FrameErrors, scale: JointScale, *, whole_lag_seconds: float = 0.0) -> list[Finding]:
    """Collect findings of every kind, in no order; they may overlap. Lags are relative to that of the whole take."""
    found = [
        *_find_angle_errors(errors, scale),
        *_find_timing_errors(errors, scale, whole_lag_seconds),
        *_find_range_errors(errors, scale),
        *_find_missing_limbs(errors),
    ]
    return [finding for finding in found if finding.severity >= MIN_SEVERITY]


def _frames(seconds: float) -> int:
    return round(seconds * RATE_HERTZ)


def _length_factor(run: Run) -> float:
    return float(np.sqrt(min(len(run) / RATE_HERTZ, MAX_COUNTED_SECONDS)))


def _find_angle_errors(errors: FrameErrors, scale: JointScale) -> list[Finding]:
    changing = _changing_lag(errors)
    found = []
    for position, joint in enumerate(JOINTS):
        seen = errors.weights[:, position] / scale.importance[position] > _TRUSTED
        trusted = seen & ~changing[:, LIMB_OF_JOINT[position]]
        multiples = np.where(trusted, np.nan_to_num(errors.multiples[:, position].astype(np.float64)), 0.0)
        level = gaussian_filter1d(multiples, _SMOOTHING_SECONDS * RATE_HERTZ, mode="nearest")
        for run in _find_level_runs(level, OVER, STILL_OVER, shortest=_SHORTEST_ANGLE):
            part = run.frames
            difference = describe(
                joint,
                errors.reference.vectors[part, position],
                errors.compensated_take(part).vectors[:, position],
                errors.multiples[part, position] * scale.limit_deg[position],
                errors.reference.view,
            )
            severity = float(level[part].mean()) * _length_factor(run) * _weight(scale, position)
            found.append(
                Finding(
                    "ANGLE", position, run, severity, difference.amount_deg, "deg", joint.words, difference.predicate,
                    difference.advice,
                )
            )  # fmt: skip
    return found


def _changing_lag(errors: FrameErrors) -> NDArray[np.bool_]:
    """Return [T, L] where a lag begins or ends: the compensation is inexact there, so no angle is reported."""
    change = np.abs(np.gradient(errors.lag_seconds, axis=0)) * RATE_HERTZ
    largest = maximum_filter1d(change, 2 * _frames(_UNSURE_SECONDS) + 1, axis=0, mode="nearest")
    return np.asarray(largest > UNSURE_LAG_CHANGE)


def _find_timing_errors(errors: FrameErrors, scale: JointScale, whole_lag_seconds: float) -> list[Finding]:
    found = []
    for limb, name in enumerate(LIMBS):
        members = _joints_of_limb(limb)
        accepted = errors.lag_seconds[:, limb].astype(np.float64)
        lag = np.where(accepted != 0, accepted - whole_lag_seconds, 0.0)
        for sign in (1.0, -1.0):
            for run in _find_level_runs(sign * lag, LATE_SECONDS, STILL_LATE_SECONDS, shortest=_SHORTEST_TIMING):
                joint = _most_moved(errors, members, run)
                amount = float(np.median(lag[run.frames]))
                severity = abs(amount) / TIMING_LIMIT_SECONDS * _length_factor(run) * _weight(scale, joint)
                subject = JOINTS[members[0]].words if name == "torso" else name.replace("_", " ")
                predicate = f"is {_round_ms(amount)} ms {'late' if sign > 0 else 'early'}"
                found.append(
                    Finding(
                        "LATE" if sign > 0 else "EARLY", joint, run, severity, 1000.0 * amount, "ms", subject,
                        predicate,
                        "Start {joint} earlier" if sign > 0 else "Give {joint} more time",
                    )
                )  # fmt: skip
    return found


def _find_range_errors(errors: FrameErrors, scale: JointScale) -> list[Finding]:
    ratios = _movement_ratios(errors, scale)
    found = []
    for position, joint in enumerate(JOINTS):
        ratio = ratios[:, position].astype(np.float64)
        for kind, strong, weak in (
            ("SMALLER", ratio < SMALL_RATIO, ratio < STILL_FROM * SMALL_RATIO),
            ("LARGER", ratio > LARGE_RATIO, STILL_FROM * ratio > LARGE_RATIO),
        ):
            for run in find_runs(strong, weak, bridge=_frames(_BRIDGE), shortest=_frames(_SHORTEST_RANGE)):
                mean = float(np.exp(np.log(ratio[run.frames]).mean()))
                level = abs(np.log(mean) / np.log(SMALL_RATIO))
                percent = f"{100 * abs(mean - 1):.0f} percent"
                smaller = kind == "SMALLER"
                found.append(
                    Finding(
                        "SMALLER" if smaller else "LARGER", position, run,
                        level * _length_factor(run) * _weight(scale, position), mean - 1.0, "ratio", joint.words,
                        f"moves {percent} {'less' if smaller else 'more'} than the reference",
                        "Make the movement of your {joint} " + ("bigger" if smaller else "smaller"),
                    )
                )  # fmt: skip
    return found


def _movement_ratios(errors: FrameErrors, scale: JointScale) -> Array:
    """Return [T, J] the range of motion relative to the reference's; 1 where it is not meaningful."""
    ratios = np.empty_like(errors.weights)
    for block in blocks(errors.seconds.size):
        movement = errors.movement_range(block.frames)
        larger = movement.reference_deg * np.maximum(movement.ratio, 1.0)
        meaningful = (movement.likeness > ALIKE) & (larger > MOVING_LIMITS * scale.limit_deg)
        seen = errors.weights[block.frames] / scale.importance > _TRUSTED
        ratios[block.frames] = np.where(meaningful & seen, movement.ratio, 1.0)
    return ratios


def _find_missing_limbs(errors: FrameErrors) -> list[Finding]:
    mapped = np.isfinite(errors.take_seconds)
    hidden = np.concatenate([errors.compensated_take(b.frames).weights == 0 for b in blocks(errors.seconds.size)])
    gone = []
    for limb in range(len(LIMBS)):
        members = _joints_of_limb(limb)
        there = (errors.reference.weights[:, members] > _TRUSTED).any(axis=1)
        gone.append(mapped & there & hidden[:, members].all(axis=1))
    everything = np.any(gone, axis=0) & hidden.all(axis=1)
    torso = JOINTS[-1].words
    found = [_missing_finding(len(JOINTS) - 1, run, "you") for run in _missing_runs(everything)]
    for limb, name in enumerate(LIMBS):
        words = torso if name == "torso" else name.replace("_", " ")
        alone = gone[limb] & ~everything
        found += [_missing_finding(LIMB_OF_JOINT.index(limb), run, words) for run in _missing_runs(alone)]
    return found


def _missing_runs(mask: NDArray[np.bool_]) -> list[Run]:
    return find_runs(mask, mask, bridge=_frames(_BRIDGE), shortest=_frames(_SHORTEST_MISSING))


def _missing_finding(joint: int, run: Run, subject: str) -> Finding:
    verb = "are" if subject == "you" else "is"
    return Finding(
        "MISSING", joint, run, _length_factor(run), None, None, subject, f"{verb} not visible",
        "Keep {joint} in view",
    )  # fmt: skip


def _joints_of_limb(limb: int) -> list[int]:
    return [position for position, owner in enumerate(LIMB_OF_JOINT) if owner == limb]


def _most_moved(errors: FrameErrors, joints: list[int], run: Run) -> int:
    moved = errors.movement_range(run.frames).reference_deg[:, joints].mean(axis=0)
    return joints[int(moved.argmax())]


def _find_level_runs(level: NDArray[np.float64], strong: float, weak: float, *, shortest: float) -> list[Run]:
    return find_runs(level > strong, level > weak, bridge=_frames(_BRIDGE), shortest=_frames(shortest))


def _weight(scale: JointScale, joint: int) -> float:
    return float(0.5 + 0.5 * scale.importance[joint])


def _round_ms(seconds: float) -> int:
    return 10 * round(abs(seconds) * 100)
