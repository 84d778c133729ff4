"""Alignments of two recordings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentRequest:
    """Align recording B with recording A by their sound; `search_speed` tries other playing speeds than 1."""

    a_video_id: str
    b_video_id: str
    search_speed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentSegment:
    """A stretch of the second recording with an offset of its own; None where the stretch is open."""

    take_start_s: float | None = None
    take_end_s: float | None = None
    offset_seconds: float | None = None
    ratio: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentCandidate:
    """One of several offsets that fit."""

    offset_seconds: float | None = None
    speed_ratio: float | None = None
    strength: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The map between the clocks of two recordings: t_a = offset_seconds + speed_ratio * clock_ratio * t_b.

    In reports `sound_offset_seconds` is the offset at which the sounds fit and `picture_offset_seconds` the one at
    which the movement fits, None where it is not clear.
    """

    verdict: str | None
    reason: str = ""
    message: str | None = ""
    method: str | None = ""
    offset_seconds: float | None = None
    clock_ratio: float | None = None
    speed_ratio: float | None = None
    confidence: float | None = None
    overlap_seconds: float | None = None
    residual_rms_seconds: float | None = None
    sound_offset_seconds: float | None = None
    picture_offset_seconds: float | None = None
    segments: tuple[AlignmentSegment, ...] = ()
    candidates: tuple[AlignmentCandidate, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
