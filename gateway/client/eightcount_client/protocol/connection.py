"""Settings of a connection that both clients share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from eightcount_client.protocol.calls import Call
from eightcount_client.protocol.retries import RetryPolicy

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Connection:
    """The server to talk to, and how long to wait for it.

    Attributes:
        url: URL of the server.
        api_key: sent as a bearer token when given.
        timeout_seconds: how long the server may take to answer a request.
        patience_seconds: how long a job is followed while the server stays away.
        retries: when requests are sent again.
    """

    url: str
    api_key: str = field(default="", repr=False)
    timeout_seconds: float = 60.0
    patience_seconds: float = 60.0
    retries: RetryPolicy = field(default_factory=RetryPolicy)

    def options(self) -> dict[str, Any]:
        """Return keyword arguments of `httpx.Client` and `httpx.AsyncClient`.

        Raises:
            ValueError: the URL is invalid.
        """
        try:
            address = urlsplit(self.url)
            httpx.URL(self.url)
        except (httpx.InvalidURL, ValueError) as error:
            raise ValueError(f"{self.url!r} is not a URL: {error}") from error
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(f"{self.url!r} is not a URL of a server, such as http://127.0.0.1:8000")
        return {
            "base_url": self.url.rstrip("/"),
            "headers": {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {},
            "timeout": httpx.Timeout(self.timeout_seconds, connect=10.0, pool=10.0),
            "trust_env": address.hostname not in _LOOPBACK,  # a proxy cannot reach this machine's own loopback
        }

    def arguments(self, call: Call[Any]) -> dict[str, Any]:
        """Return keyword arguments of a request."""
        arguments: dict[str, Any] = {"headers": dict(call.headers), "params": _params(call)}
        if call.json is not None:
            arguments["json"] = call.json
        if call.read_seconds is not None:
            arguments["timeout"] = httpx.Timeout(self.timeout_seconds, connect=10.0, read=call.read_seconds)
        return arguments


def _params(call: Call[Any]) -> dict[str, Any]:
    """Return query parameters with truth values as the API spells them."""
    return {
        name: str(value).lower() if isinstance(value, bool) else value for name, value in call.params.items() if value
    }
