"""The result of an alignment: how the time of one recording follows from that of another."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Verdict(Enum):
    """The outcome of an alignment."""

    ALIGNED = "aligned"
    NO_MATCH = "no_match"
    AMBIGUOUS = "ambiguous"


class Method(Enum):
    """The kind of content that was compared."""

    AUDIO = "audio"
    MOTION = "motion"


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The line t_a = offset_seconds + ratio * t_b."""

    offset_seconds: float
    ratio: float = 1.0

    def to_a_seconds(self, b_seconds: float) -> float:
        """Convert a time of b to a time of a."""
        return self.offset_seconds + self.ratio * b_seconds

    def to_b_seconds(self, a_seconds: float) -> float:
        """Convert a time of a to a time of b."""
        return (a_seconds - self.offset_seconds) / self.ratio

    def bend(self, delay_seconds: float, slope: float, pivot_seconds: float) -> TimeLine:
        """Return the line whose t_a is later by `delay_seconds + slope * (t_a - pivot_seconds)`."""
        stretch = 1.0 + slope
        return TimeLine(self.offset_seconds * stretch + delay_seconds - slope * pivot_seconds, self.ratio * stretch)

    def shift_origins(self, a_start_seconds: float, b_start_seconds: float) -> TimeLine:
        """Return the same line for time axes whose origins are earlier by `a_start_seconds` and `b_start_seconds`."""
        return TimeLine(self.offset_seconds + a_start_seconds - self.ratio * b_start_seconds, self.ratio)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the map: the line holds within [b_start_seconds, b_end_seconds)."""

    b_start_seconds: float
    b_end_seconds: float
    line: TimeLine


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offset that fits; the best one has strength 1."""

    offset_seconds: float
    speed_ratio: float
    strength: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """The outcome and the map t_a = offset_seconds + speed_ratio * clock_ratio * t_b.

    Attributes:
        confidence: calibrated probability in [0, 1] that the verdict is right and the offset within 10 ms.
        reason: machine-readable, upper snake case; "OK" when aligned.
        message: one sentence for the user.
        method: what was compared.
        segments: the map in pieces; empty when one line holds.
        candidates: offsets that fit, best first, when the verdict is ambiguous.
        residual_rms_seconds: spread of the windows around the line; None when no line was fitted to windows.
        overlap_seconds: duration over which both were compared.
    """

    verdict: Verdict
    reason: str
    message: str
    method: Method
    confidence: float = 0.0
    offset_seconds: float = 0.0
    clock_ratio: float = 1.0
    speed_ratio: float = 1.0
    segments: tuple[Segment, ...] = field(default=())
    candidates: tuple[Candidate, ...] = field(default=())
    residual_rms_seconds: float | None = None
    overlap_seconds: float = 0.0
