"""Errors that only HTTP knows."""

from __future__ import annotations

from eightcount_common.errors import EightcountError


class ForbiddenError(EightcountError):
    """The request is understood and refused, whatever its credentials."""

    default_reason = "FOREIGN_ORIGIN"


class KeyReusedError(EightcountError):
    """An `Idempotency-Key` was sent with another request before."""

    default_reason = "IDEMPOTENCY_KEY_REUSED"
