"""Decoding of request fields that several services have, with errors that name the field."""

from __future__ import annotations

from google.protobuf.message import Message

from eightcount_common.errors import FieldViolation, InvalidInputError
from eightcount_common.storage import ObjectStore


def decode_uri(request: Message, field: str, store: ObjectStore) -> str:
    """Return the key of the object whose URI a field of the request contains.

    Raises:
        InvalidInputError: the URI does not belong to the store (FOREIGN_URI, INVALID_OBJECT_KEY); it names the field.
    """
    try:
        return store.key(getattr(request, field))
    except InvalidInputError as error:
        violation = FieldViolation(field, error.message)
        raise InvalidInputError(error.message, reason=error.reason, field_violations=[violation]) from error
