"""The work of `eightcount data` on a server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from eightcount_client.blocking.collections import Collection
from eightcount_client.client import Client
from eightcount_client.protocol.kinds import holds_jobs
from eightcount_client.values.deletions import Deletion

_UPLOADS = frozenset({"videos", "motions", "skeletons"})


@dataclass(frozen=True, slots=True)
class Selection:
    """The choice of listed members; the command's help explains it. Times without a zone are UTC."""

    status: Sequence[str] = ()
    after: datetime | None = None
    before: datetime | None = None
    file_name: str = ""
    limit: int = 50


def list_resources(client: Client, resources: Sequence[str], selection: Selection) -> dict[str, list[dict[str, Any]]]:
    """Return the members of each collection as JSON objects. A collection without a chosen property is left out.

    Raises:
        EightcountError: the server refuses or cannot be reached.
    """
    return {
        resource: [item.raw for item in islice(_list_members(client, resource, selection), selection.limit)]
        for resource in resources
        if _can_be_filtered(resource, selection)
    }


def delete_resources(client: Client, resource: str, ids: Sequence[str], *, dry_run: bool) -> list[Deletion]:
    """Delete members one after another, or return what that would delete.

    Raises:
        EightcountError: there is no such member, a job is running, or the server cannot be reached.
    """
    collection = _collection(client, resource)
    return [collection.delete(member, dry_run=dry_run) for member in ids]


def _list_members(client: Client, resource: str, selection: Selection) -> Any:
    filters: dict[str, Any] = {}
    if holds_jobs(resource):
        filters |= {"status": selection.status}
    if resource in _UPLOADS:
        filters |= {"file_name": selection.file_name}
    if resource in _UPLOADS or holds_jobs(resource):
        filters |= {"created_after": _in_utc(selection.after), "created_before": _in_utc(selection.before)}
    return _collection(client, resource).list(**filters, page_size=min(selection.limit, 100))


def _can_be_filtered(resource: str, selection: Selection) -> bool:
    """Return whether the members of a collection have every property that was chosen by."""
    return (
        (not selection.status or holds_jobs(resource))
        and (not selection.file_name or resource in _UPLOADS)
        and (not (selection.after or selection.before) or resource in _UPLOADS or holds_jobs(resource))
    )


def _collection(client: Client, resource: str) -> Collection[Any]:
    collection: Collection[Any] = getattr(client, resource.replace("-", "_"))
    return collection


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
