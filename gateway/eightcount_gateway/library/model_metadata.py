"""Metadata that style models and dance models have alike."""

from __future__ import annotations

from datetime import UTC, datetime

from eightcount.models.v1 import models_pb2
from eightcount_common.errors import ConflictError


def origin_name(origin: models_pb2.ModelOrigin.ValueType) -> str:
    """Return `pretrained` or `trained`."""
    return models_pb2.ModelOrigin.Name(origin).removeprefix("MODEL_ORIGIN_").lower()


def creation_time(model: models_pb2.ModelInfo) -> str | None:
    """Return when the model was trained (ISO 8601); None when its file does not say."""
    if not model.HasField("created_at_seconds"):
        return None
    return datetime.fromtimestamp(model.created_at_seconds, UTC).isoformat(timespec="milliseconds")


def require_trained(model: models_pb2.ModelInfo) -> None:
    """Do nothing for a model that was trained here.

    Raises:
        ConflictError: MODEL_IS_PRETRAINED.
    """
    if model.origin == models_pb2.MODEL_ORIGIN_PRETRAINED:
        raise ConflictError(
            f"the model {model.name!r} is pretrained and cannot be deleted", reason="MODEL_IS_PRETRAINED"
        )
