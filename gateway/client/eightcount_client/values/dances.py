"""Dance models and results of dances and dance trainings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eightcount_client.values.styles import RejectedRecording


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceModel:
    """A model that generates dances.

    Attributes:
        origin: whether it came with the service or was trained on this server.
        is_default: whether it is used when a request names no model.
        supports_constraints: whether it accepts key poses and edits.
        card: Markdown; empty in lists.
    """

    name: str
    version: str = ""
    family: str = ""
    styles: tuple[str, ...] = ()
    origin: str | None = None
    is_default: bool = False
    size_bytes: int | None = None
    created_at: datetime | None = None
    supports_constraints: bool = False
    card: str | None = ""
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSegment:
    """A stretch of a dance that was taken from a recording."""

    first_frame: int
    frames: int
    recording: str
    recording_frame: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceResult:
    """The generated dance; `source_segments` is empty unless the model joins recordings."""

    model: str
    frames: int
    seconds: float
    seed: int = 0
    formats: tuple[str, ...] = ()
    source_segments: tuple[SourceSegment, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One count of the music: 1 to 8 of an eight-count."""

    start_s: float
    end_s: float
    count: int
    eight_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceCounts:
    """Counts of a dance's music (`counts.json`); `guessed` where its bars are not known."""

    tempo_bpm: float | None = None
    guessed: bool = False
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceTrainingResult:
    """The new dance model, and the recordings that were left out."""

    model: DanceModel
    items_used: int = 0
    rejected: tuple[RejectedRecording, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
