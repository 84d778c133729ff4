"""Style models and results of classifications, style additions and style trainings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleModel:
    """A model that classifies styles.

    Attributes:
        origin: whether it came with the service or was trained on this server.
        is_default: whether it is used when a request names no model.
        balanced_accuracy: on the test recordings, 0 to 1; None when it was not measured.
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
    balanced_accuracy: float | None = None
    card: str | None = ""
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A style of the few-shot model."""

    name: str
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleWindow:
    """Verdict on a few seconds of a dance; no probabilities where too little of the dancer was seen."""

    start_s: float
    end_s: float
    verdict: str
    style: str | None = ""
    probabilities: dict[str, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationResult:
    """The style of a dance; `verdict` is style, unknown, not_a_dance or not_seen."""

    model: str
    verdict: str
    style: str | None = ""
    styles: tuple[str, ...] = ()
    probabilities: dict[str, float] | None = None
    message: str | None = ""
    novelty: float | None = None
    track_id: int | None = None
    windows: tuple[StyleWindow, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRecording:
    """A recording that was left out, and why."""

    label: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleAdditionResult:
    """The few-shot model with the new style, and the recordings that were left out."""

    model: StyleModel
    rejected: tuple[RejectedRecording, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleTrainingResult:
    """The new style model, the ids by which its test data were kept apart, and the recordings that were left out."""

    model: StyleModel
    items_used: int = 0
    split_by: tuple[str, ...] = ()
    rejected: tuple[RejectedRecording, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
