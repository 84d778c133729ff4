"""Messages about models that all services that train share."""

from __future__ import annotations

from eightcount.models.v1 import models_pb2
from eightcount_common.errors import EightcountError, FieldViolation, InvalidInputError
from eightcount_common.models.registry import ModelOrigin

_ORIGINS = {
    ModelOrigin.PRETRAINED: models_pb2.MODEL_ORIGIN_PRETRAINED,
    ModelOrigin.TRAINED: models_pb2.MODEL_ORIGIN_TRAINED,
}


def decode_version(reference: models_pb2.ModelRef) -> str | None:
    """Return the version that a reference requires; None for any."""
    return reference.version if reference.HasField("version") else None


def decode_max_epochs(options: models_pb2.TrainingOptions) -> int | None:
    """Return the largest number of epochs; None for that of the family.

    Raises:
        InvalidInputError: INVALID_OPTIONS; the number is 0.
    """
    if not options.HasField("max_epochs"):
        return None
    if options.max_epochs < 1:
        rule = f"must be 1 or more; got {options.max_epochs}"
        raise InvalidInputError(
            f"options.max_epochs {rule}", reason="INVALID_OPTIONS",
            field_violations=[FieldViolation("options.max_epochs", rule)],
        )  # fmt: skip
    return options.max_epochs


def encode_origin(origin: ModelOrigin) -> models_pb2.ModelOrigin.ValueType:
    """Encode the origin of a model."""
    return _ORIGINS[origin]


def encode_rejected_item(label: str, error: EightcountError) -> models_pb2.RejectedItem:
    """Encode a recording that cannot be used, with the error as its reason."""
    return models_pb2.RejectedItem(label=label, reason=error.reason, message=error.message)
