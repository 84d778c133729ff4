"""Jobs in the database."""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from eightcount_common.errors import NotFoundError
from eightcount_gateway.jobs.database import JOBS
from eightcount_gateway.jobs.model import ENDED, Failure, Job, JsonObject, JsonValue, Lane, Status, Step

_NULL_WHEN_ZERO = ("duration_seconds", "end_seconds", "max_epochs")
"""Fields of requests in which jobs of earlier versions hold 0 for a value that was not given."""
_LANE_BEFORE: Lane = "middle"
"""Lane of jobs of earlier versions."""


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Conditions on the jobs of a list.

    Attributes:
        statuses: any when empty.
        created_after, created_before: seconds since the epoch, exclusive; None for no bound.
        answers: values by field of the answer; any when there are none.
    """

    statuses: Sequence[Status] = field(default=())
    created_after: float | None = None
    created_before: float | None = None
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)


class JobStore:
    """Creates, reads, changes and deletes jobs. Blocking: call it from a thread.

    A run takes a job with `begin` and alone may `save` it from then on, until another run (after a takeover) begins.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def create(self, kind: str, request: JsonObject, steps: tuple[Step, ...], lane: Lane = "middle") -> Job:
        """Create a queued job."""
        job = Job(secrets.token_hex(10), kind, "queued", request, steps, round(time.time(), 6), lane=lane)
        with self._engine.begin() as connection:
            connection.execute(sa.insert(JOBS).values(_row(job)))
        return job

    def get(self, job_id: str, kind: str | None = None) -> Job:
        """Read a job.

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

    def list(
        self, kind: str, *, limit: int, after: tuple[float, str] | None = None, which: JobFilter | None = None
    ) -> list[Job]:
        """Read jobs of a kind, newest first; `after` is creation time and id of the last job of the page before."""
        which = which or JobFilter()
        query = sa.select(JOBS).where(JOBS.c.kind == kind)
        if which.statuses:
            query = query.where(JOBS.c.status.in_(which.statuses))
        if which.created_after is not None:
            query = query.where(JOBS.c.created_at > which.created_after)
        if which.created_before is not None:
            query = query.where(JOBS.c.created_at < which.created_before)
        for name, values in which.answers.items():
            if values:
                query = query.where(JOBS.c.answer[name].as_string().in_(values))
        if after is not None:
            created_at, job_id = after
            older = sa.and_(JOBS.c.created_at == created_at, JOBS.c.id < job_id)
            query = query.where(sa.or_(JOBS.c.created_at < created_at, older))
        query = query.order_by(JOBS.c.created_at.desc(), JOBS.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_job(row) for row in connection.execute(query).mappings()]

    def list_all(self) -> Iterable[Job]:
        """Read every job, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(JOBS).order_by(JOBS.c.created_at)).mappings().all()
        return map(_job, rows)

    def list_queued(self) -> Iterable[Job]:
        """Read the jobs that no run has begun."""
        with self._engine.connect() as connection:
            return [
                _job(row) for row in connection.execute(sa.select(JOBS).where(JOBS.c.status == "queued")).mappings()
            ]

    def queue_positions(self) -> dict[str, int]:
        """Return the 1-based position of every queued job in its lane, by its id."""
        query = sa.select(JOBS.c.id, JOBS.c.lane).where(JOBS.c.status == "queued")
        with self._engine.connect() as connection:
            queued = connection.execute(query.order_by(JOBS.c.created_at, JOBS.c.id)).all()
        lengths, positions = Counter[str](), dict[str, int]()
        for job_id, lane in queued:
            lengths[lane or _LANE_BEFORE] += 1
            positions[job_id] = lengths[lane or _LANE_BEFORE]
        return positions

    def begin(self, job_id: str, runner: str) -> Job:
        """Give a job to `runner`; an ended job is left as it is."""
        started_at = sa.func.coalesce(JOBS.c.started_at, time.time())
        with self._engine.begin() as connection:
            connection.execute(
                sa.update(JOBS)
                .where(JOBS.c.id == job_id, JOBS.c.status.not_in(ENDED))
                .values(status="running", runner=runner, started_at=started_at, version=JOBS.c.version + 1)
            )
        return self.get(job_id)

    def save(self, job: Job) -> bool:
        """Write what a run changed; False when the job belongs to another run by now."""
        row = _row(job)
        columns = ("status", "request", "steps", "score", "answer", "error_reason", "error_message", "finished_at")
        with self._engine.begin() as connection:
            result = connection.execute(
                sa.update(JOBS)
                .where(JOBS.c.id == job.id, JOBS.c.runner == job.runner, JOBS.c.status.not_in(ENDED))
                .values({name: row[name] for name in columns} | {"version": JOBS.c.version + 1})
            )
        return result.rowcount == 1

    def request_cancel(self, job_id: str) -> Job:
        """Mark a job to be cancelled; one that has not begun is cancelled at once."""
        queued: dict[str, Any] = {"status": "cancelled", "finished_at": time.time()}
        with self._engine.begin() as connection:
            for status, change in (("queued", queued), ("running", {"status": "running"})):
                connection.execute(
                    sa.update(JOBS)
                    .where(JOBS.c.id == job_id, JOBS.c.status == status)
                    .values(change | {"cancel_requested": True, "version": JOBS.c.version + 1})
                )
        return self.get(job_id)

    def cancel_requested(self, job_ids: Iterable[str]) -> set[str]:
        """Return those of the jobs that are to stop."""
        query = sa.select(JOBS.c.id).where(JOBS.c.id.in_(list(job_ids)), JOBS.c.cancel_requested)
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def note_in_request(self, job_id: str, field: str, values: Mapping[str, JsonValue]) -> None:
        """Add values to an object in the request of an ended job."""
        with self._engine.begin() as connection:
            text = connection.execute(sa.select(JOBS.c.request).where(JOBS.c.id == job_id)).scalar_one_or_none()
            if text is not None:
                request = json.loads(text)
                request[field] = {**request.get(field, {}), **values}
                connection.execute(sa.update(JOBS).where(JOBS.c.id == job_id).values(request=json.dumps(request)))

    def delete(self, job_id: str) -> None:
        """Delete the row of a job."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(JOBS).where(JOBS.c.id == job_id))

    def counts(self) -> dict[tuple[str, str], int]:
        """Return the number of jobs by kind and status."""
        query = sa.select(JOBS.c.kind, JOBS.c.status, sa.func.count()).group_by(JOBS.c.kind, JOBS.c.status)
        with self._engine.connect() as connection:
            return {(kind, status): count for kind, status, count in connection.execute(query)}

    def lane_counts(self) -> dict[tuple[str, str], int]:
        """Return the number of jobs that wait and that run, by lane and status."""
        lane = sa.func.coalesce(JOBS.c.lane, _LANE_BEFORE)
        query = sa.select(lane, JOBS.c.status, sa.func.count()).where(JOBS.c.status.not_in(ENDED))
        with self._engine.connect() as connection:
            rows = connection.execute(query.group_by(lane, JOBS.c.status)).all()
        return {(name, status): count for name, status, count in rows}

    def check(self) -> None:
        """Do nothing when the database answers; raise otherwise."""
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
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "version": job.version,
        "cancel_requested": job.cancel_requested,
        "runner": job.runner,
        "lane": job.lane,
        "answer": job.answer,
    }


def _read_request(text: str) -> JsonObject:
    request: JsonObject = json.loads(text, object_hook=_without_zeros)
    return request


def _without_zeros(values: dict[str, Any]) -> dict[str, Any]:
    """Return an object of a request with null for a value that was not given."""
    return values | {name: None for name in _NULL_WHEN_ZERO if values.get(name) == 0}


def _job(row: sa.RowMapping) -> Job:
    error = Failure(row["error_reason"], row["error_message"] or "") if row["error_reason"] else None
    return Job(
        row["id"], row["kind"], row["status"], _read_request(row["request"]),
        tuple(Step(**step) for step in json.loads(row["steps"])), row["created_at"], row["version"], row["score"],
        error, row["cancel_requested"], row["runner"], row["started_at"], row["finished_at"],
        row["lane"] or _LANE_BEFORE, row["answer"],
    )  # fmt: skip
