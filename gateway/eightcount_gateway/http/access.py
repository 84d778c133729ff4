"""The checks of a listener: the host names that it answers to, and its API keys."""

from __future__ import annotations

import base64
import binascii
import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from eightcount_common.errors import EightcountError, InvalidInputError, UnauthenticatedError
from eightcount_gateway.http.problems import problem_of

OPEN_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths that probes read without a key."""


class Access:
    """The checks of a listener.

    Args:
        hosts: names that requests may be addressed to; any if there are none.
        api_keys: one of them is required; none if there are none.
    """

    open_paths = OPEN_PATHS
    """Paths that are answered without credentials."""

    def __init__(self, *, hosts: frozenset[str], api_keys: frozenset[str]) -> None:
        self._hosts = hosts
        self._api_keys = [key.encode() for key in api_keys]

    def check(self, scope: Scope, headers: Headers) -> None:
        """Check the host and the credentials of a request.

        Raises:
            InvalidInputError: FOREIGN_HOST.
            UnauthenticatedError: no accepted credentials were sent.
        """
        if self._hosts:
            self._check_host(headers)
        if scope["path"] not in self.open_paths:
            self.check_credentials(scope, headers)

    def check_credentials(self, scope: Scope, headers: Headers) -> None:  # noqa: ARG002 - for others that look at more
        """Check the credentials of a request.

        Raises:
            UnauthenticatedError: no accepted credentials were sent.
        """
        if self._api_keys and not self.has_api_key(headers):
            raise UnauthenticatedError(
                "an API key is required: Authorization: Bearer KEY, the header X-API-Key, or Basic with it as password"
            )

    def refuse(self, error: EightcountError, scope: Scope, headers: Headers) -> Response:  # noqa: ARG002 - as above
        """Return the answer to a request that did not pass."""
        return problem_of(error, scope["path"])

    def has_api_key(self, headers: Headers) -> bool:
        """Whether an accepted API key was sent."""
        given = _given_key(headers)
        matches = [hmac.compare_digest(given, key) for key in self._api_keys]
        return any(matches)

    def _check_host(self, headers: Headers) -> None:
        if _host_name(headers) not in self._hosts:
            raise InvalidInputError("the request is addressed to another host", reason="FOREIGN_HOST")


def _host_name(headers: Headers) -> str | None:
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return None


def _given_key(headers: Headers) -> bytes:
    """Return the key of a client (bearer) or of a browser (password)."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip().encode()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).partition(b":")[2]
        except binascii.Error:
            return b""
    return headers.get("x-api-key", "").encode()
