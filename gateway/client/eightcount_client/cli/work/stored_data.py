"""The work of `eightcount data` on a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from eightcount_client.blocking.collections import Collection, JobCollection, UploadCollection
from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.client import Client
from eightcount_client.kinds.classification import CLASSIFICATIONS
from eightcount_client.values.deletions import Deletion


@dataclass(frozen=True, slots=True)
class Selection:
    """The choice of listed members; the command's help explains it. Times without a zone are UTC."""

    status: Sequence[str] = ()
    after: datetime | None = None
    before: datetime | None = None
    file_name: str = ""
    style: Sequence[str] = ()
    limit: int = 50


def list_resources(client: Client, resources: Sequence[str], selection: Selection) -> dict[str, list[dict[str, Any]]]:
    """Return the members of each collection, or of all, as JSON objects.

    A collection whose members lack a property that is filtered by is left out.

    Raises:
        CliError: there is no such collection.
        EightcountError: the server refuses or cannot be reached.
    """
    collections = [find_collection(client, name) for name in resources or client.collections]
    return {
        collection.name: [item.raw for item in islice(_list_members(collection, selection), selection.limit)]
        for collection in collections
        if _can_be_filtered(collection, selection)
    }


def delete_resources(client: Client, resource: str, ids: Sequence[str], *, dry_run: bool) -> list[Deletion]:
    """Delete members one after another, or return what that would delete.

    Raises:
        CliError: there is no such collection.
        EightcountError: there is no such member, a job is running, or the server cannot be reached.
    """
    collection = find_collection(client, resource)
    return [collection.delete(member, dry_run=dry_run) for member in ids]


def find_collection(client: Client, name: str) -> Collection[Any]:
    """Return the collection of this name.

    Raises:
        CliError: there is none.
    """
    if name not in client.collections:
        message = f"{name!r} is not a resource; there are {', '.join(client.collections)}"
        raise CliError(message, reason="INVALID_ARGUMENTS", exit_code=ExitCode.USAGE)
    return client.collections[name]


def _list_members(collection: Collection[Any], selection: Selection) -> Iterator[Any]:
    filters: dict[str, Any] = {}
    if isinstance(collection, JobCollection):
        filters |= {"status": selection.status}
    if _names_styles(collection):
        filters |= {"style": selection.style}
    if isinstance(collection, UploadCollection):
        filters |= {"file_name": selection.file_name}
    if isinstance(collection, JobCollection | UploadCollection):
        filters |= {"created_after": _in_utc(selection.after), "created_before": _in_utc(selection.before)}
    return collection.list(**filters, page_size=min(selection.limit, 100))


def _can_be_filtered(collection: Collection[Any], selection: Selection) -> bool:
    """Return whether the members of a collection have every property that was chosen by."""
    jobs, uploads = isinstance(collection, JobCollection), isinstance(collection, UploadCollection)
    return (
        (not selection.status or jobs)
        and (not selection.file_name or uploads)
        and (not selection.style or _names_styles(collection))
        and (not (selection.after or selection.before) or jobs or uploads)
    )


def _names_styles(collection: Collection[Any]) -> bool:
    return collection.name == CLASSIFICATIONS.collection


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
