"""Values: how one recording's time follows from another's."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Verdict(Enum):
    """What an alignment found."""

    ALIGNED = "aligned"
    NO_MATCH = "no_match"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class TimeLine:
    """t_a = offset_seconds + ratio * t_b."""

    offset_seconds: float
    ratio: float = 1.0

    def a_of_b(self, b_seconds: float) -> float:
        """Time in a."""
        return self.offset_seconds + self.ratio * b_seconds

    def b_of_a(self, a_seconds: float) -> float:
        """Time in b."""
        return (a_seconds - self.offset_seconds) / self.ratio

    def bent(self, delay_seconds: float, slope: float, pivot_seconds: float) -> TimeLine:
        """The line whose t_a is later by `delay_seconds + slope * (t_a - pivot_seconds)`."""
        stretch = 1.0 + slope
        return TimeLine(self.offset_seconds * stretch + delay_seconds - slope * pivot_seconds, self.ratio * stretch)

    def shifted(self, a_start_seconds: float, b_start_seconds: float) -> TimeLine:
        """The same line when t_a counts from an origin `a_start_seconds` earlier, t_b likewise."""
        return TimeLine(self.offset_seconds + a_start_seconds - self.ratio * b_start_seconds, self.ratio)


@dataclass(frozen=True, slots=True)
class Segment:
    """Within [b_start_seconds, b_end_seconds) the line holds."""

    b_start_seconds: float
    b_end_seconds: float
    line: TimeLine


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that fits; the best has strength 1."""

    offset_seconds: float
    speed_ratio: float
    strength: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """What was found: t_a = offset_seconds + speed_ratio * clock_ratio * t_b.

    Attributes:
        confidence: calibrated probability in [0, 1] that the verdict is right and the offset within 10 ms.
        reason: machine-readable, upper snake case; "OK" when aligned.
        message: one sentence for the user.
        method: "audio" or "motion".
        segments: the map in pieces; empty when one line holds.
        candidates: places that fit, best first, when the verdict is ambiguous.
        residual_rms_seconds: spread of the windows around the line.
        overlap_seconds: time in which both were compared.
    """

    verdict: Verdict
    reason: str
    message: str
    method: str
    confidence: float = 0.0
    offset_seconds: float = 0.0
    clock_ratio: float = 1.0
    speed_ratio: float = 1.0
    segments: tuple[Segment, ...] = field(default=())
    candidates: tuple[Candidate, ...] = field(default=())
    residual_rms_seconds: float = 0.0
    overlap_seconds: float = 0.0
