"""Everything that a gateway keeps: the objects of its store and the rows of its database."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from eightcount_common.storage import ObjectStore

_VOLATILE = {"eightcount_heartbeats", "queues"}
"""Tables whose rows change by themselves."""


@dataclass(frozen=True)
class Kept:
    """Keys of objects, and rows as text by table."""

    objects: frozenset[str]
    rows: frozenset[str]


def everything_kept(store: ObjectStore, database: str) -> Kept:
    """A listing of every object and every row of a database, given by its URL."""
    engine = sa.create_engine(database)
    try:
        rows = set()
        inspector = sa.inspect(engine)
        schemas = [name for name in inspector.get_schema_names() if name != "information_schema"]
        with engine.connect() as connection:
            for schema in schemas:
                for name in set(inspector.get_table_names(schema)) - _VOLATILE:
                    found = connection.execute(sa.text(f'SELECT * FROM "{schema}"."{name}"'))
                    rows |= {f"{name}: {tuple(row)}" for row in found}
    finally:
        engine.dispose()
    return Kept(frozenset(info.key for info in store.list("")), frozenset(rows))
