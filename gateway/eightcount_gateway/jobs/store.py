"""Jobs in the database: the one place that knows how far each got."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from eightcount_common.errors import NotFoundError
from eightcount_gateway.jobs.database import JOBS
from eightcount_gateway.jobs.model import ENDED, Failure, Job, JsonValue, Kind, Step, steps_of


class JobStore:
    """Creates, reads and changes jobs. Blocking: call it from a thread.

    A run takes a job with `begin` and alone may `save` it from then on, until another run (after a takeover) begins.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def create(self, kind: Kind, request: dict[str, JsonValue]) -> Job:
        """A new queued job."""
        steps = tuple(Step(name) for name in steps_of(kind, request))
        job = Job(secrets.token_hex(10), kind, "queued", request, steps, time.time())
        with self._engine.begin() as connection:
            connection.execute(sa.insert(JOBS).values(_row(job)))
        return job

    def get(self, job_id: str, kind: Kind | None = None) -> Job:
        """The job.

        Raises:
            NotFoundError: there is none of that id (and kind).
        """
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(JOBS).where(JOBS.c.id == job_id)).mappings().one_or_none()
        if row is None or (kind is not None and row["kind"] != kind):
            name = kind or "job"
            raise NotFoundError(
                f"there is no {name.replace('_', ' ')} {job_id[:40]!r}", reason=f"{name.upper()}_NOT_FOUND"
            )
        return _job(row)

    def list(self, kind: Kind, *, limit: int, offset: int = 0) -> list[Job]:
        """Jobs of a kind, newest first."""
        query = sa.select(JOBS).where(JOBS.c.kind == kind)
        query = query.order_by(JOBS.c.created_at.desc(), JOBS.c.id).limit(limit).offset(offset)
        with self._engine.connect() as connection:
            return [_job(row) for row in connection.execute(query).mappings()]

    def queued(self) -> Iterable[Job]:
        """Jobs that no run has begun."""
        with self._engine.connect() as connection:
            return [
                _job(row) for row in connection.execute(sa.select(JOBS).where(JOBS.c.status == "queued")).mappings()
            ]

    def begin(self, job_id: str, runner: str) -> Job:
        """The job, from now on owned by `runner`; an ended job is left as it is."""
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(JOBS)
                .where(JOBS.c.id == job_id, JOBS.c.status.not_in(ENDED))
                .values(status="running", runner=runner, version=JOBS.c.version + 1)
            )
        return self.get(job_id)

    def save(self, job: Job) -> bool:
        """Writes what a run changed; False when the job belongs to another run by now."""
        row = _row(job)
        columns = ("status", "request", "steps", "score", "error_reason", "error_message")
        with self._engine.begin() as connection:
            result = connection.execute(
                sa.update(JOBS)
                .where(JOBS.c.id == job.id, JOBS.c.runner == job.runner, JOBS.c.status.not_in(ENDED))
                .values({name: row[name] for name in columns} | {"version": JOBS.c.version + 1})
            )
        return result.rowcount == 1

    def request_cancel(self, job_id: str) -> Job:
        """Marks the job; one that has not begun is cancelled at once."""
        with self._engine.begin() as connection:
            for status, change in (("queued", {"status": "cancelled"}), ("running", {"status": "running"})):
                connection.execute(
                    sa.update(JOBS)
                    .where(JOBS.c.id == job_id, JOBS.c.status == status)
                    .values(change | {"cancel_requested": True, "version": JOBS.c.version + 1})
                )
        return self.get(job_id)

    def cancel_requested(self, job_ids: Iterable[str]) -> set[str]:
        """Those of the jobs that should stop."""
        query = sa.select(JOBS.c.id).where(JOBS.c.id.in_(list(job_ids)), JOBS.c.cancel_requested)
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def counts(self) -> dict[tuple[str, str], int]:
        """Number of jobs by kind and status."""
        query = sa.select(JOBS.c.kind, JOBS.c.status, sa.func.count()).group_by(JOBS.c.kind, JOBS.c.status)
        with self._engine.connect() as connection:
            return {(kind, status): count for kind, status, count in connection.execute(query)}

    def check(self) -> None:
        """Does nothing when the database answers; raises otherwise."""
        with self._engine.connect() as connection:
            connection.execute(sa.select(1))


def _row(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "status": job.status,
        "request": json.dumps(job.request),
        "steps": json.dumps([asdict(step) for step in job.steps]),
        "score": job.score,
        "error_reason": job.error.reason if job.error else None,
        "error_message": job.error.message if job.error else None,
        "created_at": job.created_at,
        "version": job.version,
        "cancel_requested": job.cancel_requested,
        "runner": job.runner,
    }


def _job(row: sa.RowMapping) -> Job:
    error = Failure(row["error_reason"], row["error_message"] or "") if row["error_reason"] else None
    return Job(
        row["id"], row["kind"], row["status"], json.loads(row["request"]),
        tuple(Step(**step) for step in json.loads(row["steps"])), row["created_at"], row["version"], row["score"],
        error, row["cancel_requested"], row["runner"],
    )  # fmt: skip
