"""Who does what, and who is alive: leases on shared work, and the heartbeats of gateways."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from eightcount_gateway.jobs.database import HEARTBEATS, LEASES


@dataclass(frozen=True, slots=True)
class LeaseView:
    """How far the holder of a lease got."""

    done: int
    total: int


class Leases:
    """At most one owner per name at a time; a lease that is not renewed runs out. Blocking."""

    def __init__(self, engine: sa.Engine, *, executor: str, seconds: float) -> None:
        self._engine = engine
        self._executor = executor
        self._seconds = seconds

    def acquire(self, name: str, owner: str) -> bool:
        """Whether `owner` holds the lease now."""
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
        """Keeps the lease and says how far the work got; False when somebody else has it."""
        query = sa.update(LEASES).where(LEASES.c.name == name, LEASES.c.owner == owner)
        with self._engine.begin() as connection:
            values = {"expires_at": time.time() + self._seconds, "done": done, "total": total}
            return connection.execute(query.values(values)).rowcount == 1

    def release(self, name: str, owner: str) -> None:
        """Gives the lease back."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(LEASES).where(LEASES.c.name == name, LEASES.c.owner == owner))

    def release_all_of(self, executor: str) -> None:
        """Gives back what a dead gateway held."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(LEASES).where(LEASES.c.executor == executor))

    def view(self, name: str) -> LeaseView | None:
        """How far the holder got; none when nobody holds the lease."""
        query = sa.select(LEASES.c.done, LEASES.c.total).where(LEASES.c.name == name)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return LeaseView(*row) if row else None


class Heartbeats:
    """Tells living gateways from dead ones. Clocks of machines that share a database must agree within seconds."""

    def __init__(self, engine: sa.Engine, *, executor: str, dead_after_seconds: float) -> None:
        self._engine = engine
        self._executor = executor
        self._dead_after_seconds = dead_after_seconds

    def beat(self) -> None:
        """Says that this gateway lives."""
        mine = HEARTBEATS.c.executor == self._executor
        with self._engine.begin() as connection:
            beat = connection.execute(sa.update(HEARTBEATS).where(mine).values(beat_at=time.time()))
            if beat.rowcount == 0:
                connection.execute(sa.insert(HEARTBEATS).values(executor=self._executor, beat_at=time.time()))

    def dead(self) -> list[str]:
        """Gateways that have been silent for too long."""
        silent = HEARTBEATS.c.beat_at < time.time() - self._dead_after_seconds
        query = sa.select(HEARTBEATS.c.executor).where(silent, HEARTBEATS.c.executor != self._executor)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def forget(self, executor: str) -> None:
        """Removes a gateway whose work was taken over, or that ended in order."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(HEARTBEATS).where(HEARTBEATS.c.executor == executor))
