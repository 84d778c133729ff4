"""Leases on shared work, and the heartbeats of gateways."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from eightcount_gateway.jobs.database import HEARTBEATS, LEASES


@dataclass(frozen=True, slots=True)
class LeaseView:
    """The progress of a lease's holder."""

    done: int
    total: int


class Leases:
    """At most one owner per name at a time; a lease that is not renewed runs out. Blocking."""

    def __init__(self, engine: sa.Engine, *, executor: str, seconds: float) -> None:
        self._engine = engine
        self._executor = executor
        self._seconds = seconds

    def acquire(self, name: str, owner: str) -> bool:
        """Take a lease that is free or has run out; return whether `owner` holds it now."""
        now = time.time()
        values = {"executor": self._executor, "owner": owner, "expires_at": now + self._seconds, "done": 0, "total": 0}
        free = sa.or_(LEASES.c.expires_at < now, LEASES.c.owner == owner)
        try:
            with self._engine.begin() as connection:
                taken = connection.execute(sa.update(LEASES).where(LEASES.c.name == name, free).values(values))
                if taken.rowcount == 0:
                    connection.execute(sa.insert(LEASES).values(values | {"name": name}))
        except sa.exc.IntegrityError:
            return False
        return True

    def renew(self, name: str, owner: str, *, done: int = 0, total: int = 0) -> bool:
        """Renew a lease and record the progress of the work; return False when somebody else holds it."""
        query = sa.update(LEASES).where(LEASES.c.name == name, LEASES.c.owner == owner)
        with self._engine.begin() as connection:
            values = {"expires_at": time.time() + self._seconds, "done": done, "total": total}
            return connection.execute(query.values(values)).rowcount == 1

    def release(self, name: str, owner: str) -> None:
        """Release a lease."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(LEASES).where(LEASES.c.name == name, LEASES.c.owner == owner))

    def release_all_of(self, executor: str) -> None:
        """Release every lease of a dead gateway."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(LEASES).where(LEASES.c.executor == executor))

    def view(self, name: str) -> LeaseView | None:
        """Return the holder's progress; None when nobody holds the lease."""
        query = sa.select(LEASES.c.done, LEASES.c.total).where(LEASES.c.name == name)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return LeaseView(*row) if row else None


class Heartbeats:
    """The heartbeats of gateways. Clocks of machines that share a database must agree within seconds."""

    def __init__(self, engine: sa.Engine, *, executor: str, dead_after_seconds: float) -> None:
        self._engine = engine
        self._executor = executor
        self._dead_after_seconds = dead_after_seconds

    def beat(self) -> None:
        """Record a heartbeat of this gateway."""
        mine = HEARTBEATS.c.executor == self._executor
        with self._engine.begin() as connection:
            beat = connection.execute(sa.update(HEARTBEATS).where(mine).values(beat_at=time.time()))
            if beat.rowcount == 0:
                connection.execute(sa.insert(HEARTBEATS).values(executor=self._executor, beat_at=time.time()))

    def list_dead(self) -> list[str]:
        """Return the gateways whose last heartbeat is too old."""
        silent = HEARTBEATS.c.beat_at < time.time() - self._dead_after_seconds
        query = sa.select(HEARTBEATS.c.executor).where(silent, HEARTBEATS.c.executor != self._executor)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def forget(self, executor: str) -> None:
        """Remove the heartbeat of a gateway whose work was taken over, or that ended in order."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(HEARTBEATS).where(HEARTBEATS.c.executor == executor))
