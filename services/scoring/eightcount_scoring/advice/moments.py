"""The moments to work on: stretches in which a joint is wrong, late, early, too small, too large or not visible."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eightcount_scoring.advice.findings import Finding, Kind, Unit, collect_findings
from eightcount_scoring.angles.joint_angles import Array
from eightcount_scoring.angles.joint_scale import JointScale
from eightcount_scoring.angles.joints import JOINTS
from eightcount_scoring.common_clock import RATE_HERTZ
from eightcount_scoring.frame_runs import Run, subtract_runs
from eightcount_scoring.score.frame_errors import FrameErrors

MAX_MOMENTS = 12
"""More than a dancer can work on at once."""
MAX_PER_KIND = {"LATE": 5, "EARLY": 5, "MISSING": 3}
"""A late body is late in five limbs; that must not hide all other mistakes."""
MAX_PER_JOINT = 3
SHORTEST_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of the dance with a mistake.

    Attributes:
        id: stable within the report, "m1" is the worst.
        start_seconds, end_seconds: times of the reference.
        take_start_seconds, take_end_seconds: times of the take.
        joint: name of the joint.
        subject: grammatical subject, for example "left elbow".
        predicate: the mistake, for example "is bent 35 degrees more than the reference".
        kind: the kind of mistake.
        severity: comparable between moments; multiples of the limit times the root of the length in seconds.
        amount: take minus reference, in `unit`; None for a missing limb.
        unit: degrees, milliseconds or ratio (40 percent less movement than the reference: -0.4); None without amount.
        advice: an imperative with `{joint}`, for the feedback.
    """

    id: str
    start_seconds: float
    end_seconds: float
    take_start_seconds: float
    take_end_seconds: float
    joint: str
    subject: str
    predicate: str
    kind: Kind
    severity: float
    amount: float | None
    unit: Unit | None
    advice: str

    @property
    def description(self) -> str:
        """Subject and predicate: "left elbow is bent 35 degrees more than the reference"."""
        return f"{self.subject} {self.predicate}"


def find_moments(errors: FrameErrors, scale: JointScale, *, whole_lag_seconds: float = 0.0) -> tuple[Moment, ...]:
    """Find at most `MAX_MOMENTS` moments, worst first; those of one joint do not overlap.

    Args:
        errors: the errors of the frames.
        scale: the limits of the joints.
        whole_lag_seconds: lag of the whole take, to which those of its limbs are relative.
    """
    take_clock = _take_clock(errors)
    chosen = _choose(collect_findings(errors, scale, whole_lag_seconds=whole_lag_seconds))
    return tuple(
        _build_moment(f"m{number}", finding, errors, take_clock) for number, finding in enumerate(chosen, start=1)
    )


def _choose(findings: list[Finding]) -> list[Finding]:
    shortest = round(SHORTEST_SECONDS * RATE_HERTZ)
    taken: dict[int, list[Run]] = {}
    per_kind: dict[str, int] = {}
    chosen: list[Finding] = []
    for finding in sorted(findings, key=lambda finding: -finding.severity):
        mine = taken.setdefault(finding.joint, [])
        run = subtract_runs(finding.run, mine)
        full = per_kind.get(finding.kind, 0) >= MAX_PER_KIND.get(finding.kind, MAX_MOMENTS)
        if run is None or len(run) < max(shortest, len(finding.run) // 2) or full or len(mine) >= MAX_PER_JOINT:
            continue
        mine.append(run)
        per_kind[finding.kind] = per_kind.get(finding.kind, 0) + 1
        chosen.append(replace(finding, run=run))
    return chosen[:MAX_MOMENTS]


def _build_moment(name: str, finding: Finding, errors: FrameErrors, take_clock: Array) -> Moment:
    first, last = finding.run.start, finding.run.stop - 1
    frame = 1.0 / RATE_HERTZ
    return Moment(
        id=name,
        start_seconds=float(errors.seconds[first]),
        end_seconds=float(errors.seconds[last]) + frame,
        take_start_seconds=float(take_clock[first]),
        take_end_seconds=float(take_clock[last]) + frame,
        joint=JOINTS[finding.joint].name,
        subject=finding.subject,
        predicate=finding.predicate,
        kind=finding.kind,
        severity=finding.severity,
        amount=finding.amount,
        unit=finding.unit,
        advice=finding.advice,
    )


def _take_clock(errors: FrameErrors) -> Array:
    known = np.isfinite(errors.take_seconds)
    return np.interp(errors.seconds, errors.seconds[known], errors.take_seconds[known])
