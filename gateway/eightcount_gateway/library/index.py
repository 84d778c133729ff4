"""An index of the stored resources in the gateway's database: what lists and look-ups by content are answered from.

The records themselves lie in the object store; the index holds what they are found by. It is filled from the store once
where it does not exist yet.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import sqlalchemy as sa

from eightcount_common.errors import NotFoundError
from eightcount_common.storage import ObjectStore
from eightcount_gateway.jobs.database import METADATA

Record = TypeVar("Record")
ResourceKind = Literal["video", "motion", "skeleton"]
VIDEO_KINDS: tuple[ResourceKind, ...] = ("video", "motion")
"""Kinds whose records lie in `videos/` of the store."""

TABLE = sa.Table(
    "eightcount_resources",
    METADATA,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, default="", index=True),
    sa.Index("eightcount_resources_newest", "kind", "created_at", "id"),
)
_FILLED = "filled"
"""Kind of the row that says that the index holds what was in the store before there was an index."""
_MOTION_SUFFIXES = (".npz", ".bvh", ".pkl")


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource in the index.

    Attributes:
        kind: of the resource.
        id: names it.
        created_at: ISO 8601 in UTC with milliseconds; sorts as text.
        file_name: as the client gave it.
        sha256: of the content; empty for skeletons.
    """

    kind: ResourceKind
    id: str
    created_at: str
    file_name: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on the entries of a list; None for no condition.

    Attributes:
        file_name: exact name.
        sha256: of the content.
        created_after, created_before: ISO 8601 in UTC with milliseconds; exclusive.
    """

    file_name: str | None = None
    sha256: str | None = None
    created_after: str | None = None
    created_before: str | None = None


class ResourceIndex:
    """The index. Blocking: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, entry: Entry) -> None:
        """Add an entry, or replace the one of its id."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(TABLE).where(TABLE.c.kind == entry.kind, TABLE.c.id == entry.id))
            connection.execute(
                sa.insert(TABLE).values(
                    kind=entry.kind, id=entry.id, created_at=entry.created_at, file_name=entry.file_name,
                    sha256=entry.sha256,
                )
            )  # fmt: skip

    def remove(self, kind: ResourceKind, resource_id: str) -> None:
        """Remove an entry; nothing happens when there is none."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(TABLE).where(TABLE.c.kind == kind, TABLE.c.id == resource_id))

    def contains(self, kind: ResourceKind, resource_id: str) -> bool:
        """Whether there is an entry of that id."""
        query = sa.select(TABLE.c.id).where(TABLE.c.kind == kind, TABLE.c.id == resource_id)
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def read(
        self,
        kind: ResourceKind,
        read: Callable[[str], Record],
        *,
        limit: int,
        after: tuple[str, str] | None = None,
        where: Filter | None = None,
    ) -> list[Record]:
        """Return the records of entries of a kind, newest first; entries without a record are removed.

        Args:
            kind: of the entries.
            read: returns the record of an id, or raises NotFoundError.
            limit: largest number of them.
            after: `created_at` and `id` of the last entry of the page before.
            where: which of them.
        """
        while True:
            records, stale = [], False
            for entry in self.list(kind, limit=limit, after=after, where=where):
                try:
                    records.append(read(entry.id))
                except NotFoundError:
                    self.remove(kind, entry.id)
                    stale = True
            if not stale:
                return records

    def list(
        self, kind: ResourceKind, *, limit: int, after: tuple[str, str] | None = None, where: Filter | None = None
    ) -> list[Entry]:
        """Return entries of a kind, newest first.

        Args:
            kind: of the entries.
            limit: largest number of them.
            after: `created_at` and `id` of the last entry of the page before.
            where: which of them.
        """
        query = sa.select(TABLE).where(TABLE.c.kind == kind)
        if after is not None:
            query = query.where(sa.tuple_(TABLE.c.created_at, TABLE.c.id) < after)
        for condition in _conditions(where or Filter()):
            query = query.where(condition)
        query = query.order_by(TABLE.c.created_at.desc(), TABLE.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query).mappings()]

    def find_by_content(self, sha256: str) -> Sequence[Entry]:
        """Return every video and motion with that content, newest first."""
        query = sa.select(TABLE).where(TABLE.c.sha256 == sha256).order_by(TABLE.c.created_at.desc())
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query).mappings()]

    def videos(self) -> Sequence[Entry]:
        """Return every video and motion."""
        query = sa.select(TABLE).where(TABLE.c.kind.in_(VIDEO_KINDS))
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query).mappings()]

    def fill_once(self, store: ObjectStore) -> None:
        """Add what was stored before there was an index."""
        with self._engine.connect() as connection:
            if connection.execute(sa.select(TABLE.c.id).where(TABLE.c.kind == _FILLED)).first() is not None:
                return
        for entry in _stored_entries(store):
            if not self.contains(entry.kind, entry.id):
                self.put(entry)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(TABLE).where(TABLE.c.kind == _FILLED))
            connection.execute(sa.insert(TABLE).values(kind=_FILLED, id=_FILLED, created_at="", file_name=""))


def _conditions(where: Filter) -> Iterator[sa.ColumnElement[bool]]:
    if where.file_name is not None:
        yield TABLE.c.file_name == where.file_name
    if where.sha256 is not None:
        yield TABLE.c.sha256 == where.sha256
    if where.created_after is not None:
        yield TABLE.c.created_at > where.created_after
    if where.created_before is not None:
        yield TABLE.c.created_at < where.created_before


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(row["kind"], row["id"], row["created_at"], row["file_name"], row["sha256"])


def _stored_entries(store: ObjectStore) -> Iterator[Entry]:
    for prefix, name in (("videos/", "video.json"), ("skeletons/", "skeleton.json")):
        for info in store.list(prefix):
            if info.key.endswith(f"/{name}"):
                record = json.loads(b"".join(store.read(info.key)))
                kind: ResourceKind = "skeleton" if prefix == "skeletons/" else kind_of_record(record)
                yield Entry(kind, record["id"], record["created_at"], record["file_name"], record.get("sha256", ""))


def kind_of_record(record: dict[str, object]) -> ResourceKind:
    """Return whether a record of `videos/` describes a video or a motion from a file.

    Records of earlier versions do not say; the suffix of a file whose content is not stored decides.
    """
    if "is_motion" in record:
        return "motion" if record["is_motion"] else "video"
    name = str(record["file_name"]).lower()
    is_motion = record.get("content_deleted") and record.get("size_bytes") and name.endswith(_MOTION_SUFFIXES)
    return "motion" if is_motion else "video"
