"""Calls on the members of a collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import httpx

from eightcount_client.decoding import decode, encode
from eightcount_client.errors import UnexpectedResponseError
from eightcount_client.protocol import calls
from eightcount_client.protocol.calls import Call, path_of
from eightcount_client.values.deletions import Deletion

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some members of a collection, and where the next page begins; None on the last one."""

    items: tuple[T, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a list; an empty one does not restrict it.

    Attributes:
        status: states of jobs.
        created_after: later than this.
        created_before: earlier than this.
        file_name: name of uploaded files.
        sha256: digest of uploaded files.
        style: named styles of classifications.
    """

    status: Sequence[str] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    file_name: str = ""
    sha256: str = ""
    style: Sequence[str] = ()

    def params(self) -> dict[str, Any]:
        """Return the query parameters; only those that restrict something."""
        found = {
            "status": list(self.status),
            "created_after": self.created_after.isoformat() if self.created_after else "",
            "created_before": self.created_before.isoformat() if self.created_before else "",
            "file_name": self.file_name,
            "sha256": self.sha256,
            "style": list(self.style),
        }
        return {name: value for name, value in found.items() if value}


def list_page(collection: str, kind: type[T], filters: Filters, *, cursor: str | None, page_size: int) -> Call[Page[T]]:
    """Return the call that reads one page of a list, newest first."""
    params = {**filters.params(), "limit": page_size, **({"cursor": cursor} if cursor else {})}
    return Call("GET", path_of(collection), lambda response: _page(kind, response), params=params, repeatable=True)


def create(collection: str, request: object, kind: type[T]) -> Call[T]:
    """Return the call that creates a member."""
    return calls.create(path_of(collection), encode(request), kind)


def delete(collection: str, member: str, *, dry_run: bool) -> Call[Deletion]:
    """Return the call that deletes a member with everything that was made of it, or lists what would be deleted."""
    return calls.delete(path_of(collection, member), Deletion, {"dry_run": True} if dry_run else None)


def _page(kind: type[T], response: httpx.Response) -> Page[T]:
    body = calls.json_of(response)
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        raise UnexpectedResponseError(f"the list {response.request.url.path} has no items")
    cursor = body.get("next_cursor")
    return Page(tuple(decode(kind, item) for item in body["items"]), cursor if isinstance(cursor, str) else None)
