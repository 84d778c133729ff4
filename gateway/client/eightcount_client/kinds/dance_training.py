"""Trainings of dance models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from eightcount_client.families import DanceFamily
from eightcount_client.kinds.kind import JobKind
from eightcount_client.kinds.models import DanceModel
from eightcount_client.values.jobs import Job
from eightcount_client.values.poses import PoseModel
from eightcount_client.values.recordings import RejectedRecording, TrainingItem


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceTrainingRequest:
    """Train a dance model from the beginning (`family`) or further (`base`); a model of that name is replaced."""

    name: str
    items: Sequence[TrainingItem]
    family: DanceFamily | None = None
    base: str | None = None
    model: PoseModel | None = None
    seed: int | None = None
    max_epochs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceTraining(Job):
    """The training of a dance model."""

    name: str
    family: str | None = ""
    base: str | None = ""
    model: str = ""
    seed: int = 0
    max_epochs: int | None = None
    item_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DanceTrainingResult:
    """The new dance model, and the recordings that were left out."""

    model: DanceModel
    items_used: int = 0
    rejected: tuple[RejectedRecording, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


DANCE_TRAININGS = JobKind("dance-trainings", DanceTraining, DanceTrainingRequest, "result.json", DanceTrainingResult)
