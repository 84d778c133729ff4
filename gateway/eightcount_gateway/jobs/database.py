"""The gateway's own tables beside those of the workflow engine, in SQLite or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData()
_ADDED_COLUMNS = ("started_at", "finished_at", "lane", "answer")
"""Columns of `eightcount_jobs` that its first version did not have."""
_RENAMED_KINDS = {"style": "style_addition"}
"""Kinds of jobs that have another name in databases of earlier versions."""

JOBS = sa.Table(
    "eightcount_jobs",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("steps", sa.Text, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("error_reason", sa.String(64)),
    sa.Column("error_message", sa.Text),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, default=0),
    sa.Column("cancel_requested", sa.Boolean, nullable=False, default=False),
    sa.Column("runner", sa.String(128), nullable=False, default=""),
    sa.Column("started_at", sa.Float),
    sa.Column("finished_at", sa.Float),
    sa.Column("lane", sa.String(16)),
    sa.Column("answer", sa.JSON(none_as_null=True)),
    sa.Index("eightcount_jobs_newest", "kind", "created_at"),
    sa.Index("eightcount_jobs_status", "status"),
)
LEASES = sa.Table(
    "eightcount_leases",
    METADATA,
    sa.Column("name", sa.String(256), primary_key=True),
    sa.Column("executor", sa.String(128), nullable=False),
    sa.Column("owner", sa.String(128), nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Column("done", sa.Integer, nullable=False, default=0),
    sa.Column("total", sa.Integer, nullable=False, default=0),
)
HEARTBEATS = sa.Table(
    "eightcount_heartbeats",
    METADATA,
    sa.Column("executor", sa.String(128), primary_key=True),
    sa.Column("beat_at", sa.Float, nullable=False),
)


def open_database(url: str) -> sa.Engine:
    """Return an engine whose tables exist and have every column; those of earlier versions are upgraded."""
    if url.startswith("sqlite"):
        engine = _sqlite(url)
    else:
        engine = sa.create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=10)
    try:
        METADATA.create_all(engine)
    except sa.exc.DatabaseError:  # another gateway created them between the look and the statement
        METADATA.create_all(engine)
    _add_columns(engine)
    _rename_kinds(engine)
    return engine


def _add_columns(engine: sa.Engine) -> None:
    """Add the columns that a table of an earlier version lacks."""
    known = {column["name"] for column in sa.inspect(engine).get_columns(JOBS.name)}
    for name in _ADDED_COLUMNS:
        if name in known:
            continue
        column_type = JOBS.c[name].type.compile(engine.dialect)
        try:
            with engine.begin() as connection:
                connection.execute(sa.text(f"ALTER TABLE {JOBS.name} ADD COLUMN {name} {column_type}"))
        except sa.exc.DatabaseError:
            if name not in {column["name"] for column in sa.inspect(engine).get_columns(JOBS.name)}:
                raise  # otherwise another gateway added it between the look and the statement


def _rename_kinds(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for old, new in _RENAMED_KINDS.items():
            connection.execute(sa.update(JOBS).where(JOBS.c.kind == old).values(kind=new))


def _sqlite(url: str) -> sa.Engine:
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine
