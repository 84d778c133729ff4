"""Training data and options as the messages that services which train read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eightcount.models.v1 import models_pb2
from eightcount_gateway.jobs.model import Job


def training_item(item: dict[str, Any], required: Sequence[str], optional: Sequence[str]) -> models_pb2.TrainingItem:
    """Return one recording as a message; optional fields that are empty are left out."""
    known = {name: item[name] for name in optional if item[name]}
    return models_pb2.TrainingItem(**{name: item[name] for name in required}, **known)


def training_options(job: Job) -> models_pb2.TrainingOptions:
    """Return the seed and the largest number of epochs, if one was given."""
    return models_pb2.TrainingOptions(seed=job.number("seed"), max_epochs=job.optional_number("max_epochs"))
