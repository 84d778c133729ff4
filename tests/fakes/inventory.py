"""Everything that a gateway keeps: the objects of its store and the rows of its database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from eightcount_common.storage import ObjectStore

_VOLATILE = {"eightcount_heartbeats", "queues"}
"""Tables whose rows change by themselves."""


@dataclass(frozen=True)
class Kept:
    """Keys of objects, and rows as text by table."""

    objects: frozenset[str]
    rows: frozenset[str]


def everything_kept(store: ObjectStore, database: Path) -> Kept:
    """A listing of every object and every row."""
    engine = sa.create_engine(f"sqlite:///{database}")
    try:
        rows = set()
        tables = [name for name in sa.inspect(engine).get_table_names() if name not in _VOLATILE]
        with engine.connect() as connection:
            for name in tables:
                rows |= {f"{name}: {tuple(row)}" for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))}
    finally:
        engine.dispose()
    return Kept(frozenset(info.key for info in store.list("")), frozenset(rows))
