"""Additions of a style to the few-shot model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from eightcount_client.kinds.kind import JobKind
from eightcount_client.kinds.models import StyleModel
from eightcount_client.values.jobs import Job
from eightcount_client.values.poses import PoseModel
from eightcount_client.values.recordings import RejectedRecording


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleAdditionRequest:
    """Add a style to the few-shot model from two or more recordings, or replace it."""

    name: str
    video_ids: Sequence[str]
    model: PoseModel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleAddition(Job):
    """The addition of a style to the few-shot model."""

    name: str
    video_ids: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleAdditionResult:
    """The few-shot model with the new style, and the recordings that were left out."""

    model: StyleModel
    rejected: tuple[RejectedRecording, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


STYLE_ADDITIONS = JobKind("style-additions", StyleAddition, StyleAdditionRequest, "result.json", StyleAdditionResult)
