"""Names of models."""

from __future__ import annotations

import re

from eightcount_common.errors import FieldViolation, InvalidInputError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def check_name(name: str) -> None:
    """Check that a model or a style may have this name.

    Raises:
        InvalidInputError: INVALID_NAME.
    """
    if not _NAME.fullmatch(name):
        message = (
            'a name consists of up to 64 letters, digits, ".", "_" and "-" and starts with a letter or digit; '
            f"got {name!r}"
        )
        raise InvalidInputError(message, reason="INVALID_NAME", field_violations=[FieldViolation("name", message)])
