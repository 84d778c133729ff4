"""The checks of the listener for the network: devices that have joined, and programs with an API key, are let in."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from eightcount_common.errors import EightcountError, UnauthenticatedError
from eightcount_gateway.http.access import Access
from eightcount_gateway.lan.devices import Devices

COOKIE = "__Host-eightcount"
"""The prefix makes browsers keep it to this host, to every path, and to TLS (RFC 6265bis, 4.1.3.2)."""
FROM_NETWORK = "eightcount.from_network"
"""Member of the scope of a request that came over the network."""
_UNKNOWN = "DEVICE_UNKNOWN"
_JOIN_PATH = "/join"
_JOIN_OPERATION = ("POST", "/v1/devices")


class NetworkAccess(Access):
    """The checks of the listener for the network.

    Args:
        hosts: names that requests may be addressed to.
        api_keys: accepted beside the devices.
        devices: called with the scope; returns those that have joined.
    """

    open_paths = frozenset({"/healthz"})

    def __init__(self, *, hosts: frozenset[str], api_keys: frozenset[str], devices: Callable[[Scope], Devices]) -> None:
        super().__init__(hosts=hosts, api_keys=api_keys)
        self._devices = devices

    def check_credentials(self, scope: Scope, headers: Headers) -> None:
        """Check that a device has joined, or an API key was sent; what joining takes is open.

        Raises:
            UnauthenticatedError: DEVICE_UNKNOWN.
        """
        joined = self._devices(scope).find(_cookie(headers)) is not None
        if not (joined or self.has_api_key(headers) or _leads_in(scope)):
            raise UnauthenticatedError(
                "this device has not joined: open the invitation that `eightcount up --lan` shows",
                reason=_UNKNOWN,
            )

    def refuse(self, error: EightcountError, scope: Scope, headers: Headers) -> Response:
        """Return the answer to a request that did not pass: to a browser that asks for a page, where it may join."""
        wants_page = scope.get("method") == "GET" and "text/html" in headers.get("accept", "")
        if wants_page and error.reason == _UNKNOWN:
            return RedirectResponse(_JOIN_PATH, HTTPStatus.SEE_OTHER)
        return super().refuse(error, scope, headers)


def is_from_network(scope: Scope) -> bool:
    """Whether a request came over the network, and not from this machine or by its own address."""
    return bool(scope.get(FROM_NETWORK))


def _leads_in(scope: Scope) -> bool:
    """Whether a request is one of those with which a device joins."""
    path = scope["path"]
    method = scope.get("method", "")
    return (method, path) == _JOIN_OPERATION or (method in {"GET", "HEAD"} and _is_page_of_joining(path))


def _is_page_of_joining(path: str) -> bool:
    return path == _JOIN_PATH or path.startswith("/static/")


def _cookie(headers: Headers) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
