"""Metadata that style models and dance models have alike."""

from __future__ import annotations

from datetime import UTC, datetime

from eightcount.models.v1 import models_pb2


def origin_name(origin: models_pb2.ModelOrigin.ValueType) -> str:
    """Return `pretrained` or `trained`."""
    return models_pb2.ModelOrigin.Name(origin).removeprefix("MODEL_ORIGIN_").lower()


def creation_time(model: models_pb2.ModelInfo) -> str | None:
    """Return when the model was trained (ISO 8601); None when its file does not say."""
    if not model.HasField("created_at_seconds"):
        return None
    return datetime.fromtimestamp(model.created_at_seconds, UTC).isoformat(timespec="milliseconds")
