"""Trainings of style models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from eightcount_client.families import StyleFamily
from eightcount_client.kinds.kind import JobKind
from eightcount_client.kinds.models import StyleModel
from eightcount_client.values.jobs import Job
from eightcount_client.values.poses import PoseModel
from eightcount_client.values.recordings import RejectedRecording, TrainingItem


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleTrainingRequest:
    """Train a style model; a model of that name is replaced."""

    name: str
    items: Sequence[TrainingItem]
    family: StyleFamily | None = None
    model: PoseModel | None = None
    seed: int | None = None
    max_epochs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleTraining(Job):
    """The training of a style model."""

    name: str
    family: str | None = ""
    model: str = ""
    seed: int = 0
    max_epochs: int | None = None
    item_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleTrainingResult:
    """The new style model, the ids by which its test data were kept apart, and the recordings that were left out."""

    model: StyleModel
    items_used: int = 0
    split_by: tuple[str, ...] = ()
    rejected: tuple[RejectedRecording, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


STYLE_TRAININGS = JobKind("style-trainings", StyleTraining, StyleTrainingRequest, "result.json", StyleTrainingResult)
