"""Limits of the work of a call, in which waiting for a worker is not counted, unlike in a deadline."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from eightcount_common.errors import InvalidInputError

_KEY = "eightcount-work-seconds"
WORK_LIMIT_SECONDS: ContextVar[float | None] = ContextVar("work_limit_seconds", default=None)
"""Limit of the call that is served at present; None when it has none."""

Metadata = tuple[tuple[str, str], ...]


def limit_work(seconds: float) -> Metadata:
    """Return the metadata with which a client limits the work of a call."""
    return ((_KEY, f"{seconds:g}"),)


def read_work_limit(metadata: Iterable[Any]) -> float | None:
    """Return the limit that a client has set, in seconds; None when it has set none.

    Raises:
        InvalidInputError: it is not a positive number.
    """
    text = next((value for key, value in metadata if key == _KEY), None)
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise InvalidInputError(f"metadata {_KEY}: a positive number of seconds is required; got {text[:40]!r}")
    return seconds
