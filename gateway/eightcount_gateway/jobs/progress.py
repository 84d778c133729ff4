"""The progress of a running job, written to the database about four times a second."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import sqlalchemy as sa

from eightcount_common.errors import EightcountError
from eightcount_gateway.jobs.model import Failure, Job, JsonObject, JsonValue, Status, StepState
from eightcount_gateway.jobs.store import JobStore
from eightcount_gateway.metrics import STEP_SECONDS
from eightcount_gateway.threads import run_in_thread

_log = logging.getLogger(__name__)
_FLUSH_SECONDS = 0.25
_DATABASE_PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)
"""A restart of the database must not fail a job that has run for an hour."""


class LostJobError(Exception):
    """The job belongs to another run by now; this one must stop without a trace."""


class JobProgress:
    """The one writer of a running job. Used from the event loop."""

    def __init__(self, store: JobStore, job: Job) -> None:
        self._store = store
        self._job = job
        self._dirty = asyncio.Event()
        self._saving = asyncio.Lock()
        self._started: dict[str, float] = {}

    @property
    def job(self) -> Job:
        """The job in its present state."""
        return self._job

    def update(
        self,
        step: str,
        *,
        state: StepState | None = None,
        done: int | None = None,
        total: int | None = None,
        note: str | None = None,
    ) -> None:
        """Change a step; written soon."""
        old = self._job.step(step)
        new = replace(
            old,
            state=old.state if state is None else state,
            done=old.done if done is None else done,
            total=old.total if total is None else total,
            seconds=self._seconds(step),
            note=old.note if note is None else note,
        )
        self._job = self._job.with_step(new)
        self._dirty.set()

    def note_in_request(self, field: str, value: JsonValue) -> None:
        """Keep a choice with the request unless it has one, so that a resumed job goes on with it; written soon."""
        if field not in self._job.request:
            self._job = replace(self._job, request={**self._job.request, field: value})
            self._dirty.set()

    def set_score(self, score: float) -> None:
        """Keep the score; written soon."""
        self._job = replace(self._job, score=score)
        self._dirty.set()

    def set_answer(self, answer: JsonObject) -> None:
        """Keep the result in short; written soon."""
        self._job = replace(self._job, answer=answer)
        self._dirty.set()

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[None]:
        """Run a step: it is running, then done (unless the body sets `cached`) or failed."""
        self._started[name] = time.monotonic()
        self.update(name, state="running")
        await self.flush()
        try:
            yield
        except EightcountError:
            self.update(name, state="failed")
            raise
        if self._job.step(name).state == "running":
            self.update(name, state="done")
        STEP_SECONDS.labels(name, self._job.step(name).state).observe(self._seconds(name))
        await self.flush()

    async def end(self, status: Status, error: Failure | None = None) -> None:
        """Write the outcome; unfinished steps are pending again."""
        steps = tuple(replace(step, state="pending") if step.state == "running" else step for step in self._job.steps)
        self._job = replace(self._job, status=status, error=error, steps=steps, finished_at=time.time())
        await self.flush()

    async def flush(self) -> None:
        """Write the job now.

        Raises:
            LostJobError: another run has taken it over.
        """
        async with self._saving:
            self._dirty.clear()
            for pause in _DATABASE_PAUSES_SECONDS:
                try:
                    saved = await run_in_thread(self._store.save, self._job)
                    break
                except sa.exc.OperationalError:
                    _log.warning("the database does not answer; trying again")
                    await asyncio.sleep(pause)
            else:
                saved = await run_in_thread(self._store.save, self._job)
            if not saved:
                raise LostJobError

    @asynccontextmanager
    async def write_in_background(self) -> AsyncIterator[None]:
        """Write changes in the background while the body runs."""
        task = asyncio.create_task(self._write_changes())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, LostJobError):
                await task

    async def _write_changes(self) -> None:
        while True:
            await self._dirty.wait()
            await self.flush()
            await asyncio.sleep(_FLUSH_SECONDS)

    def _seconds(self, step: str) -> float:
        started = self._started.get(step)
        return round(time.monotonic() - started, 3) if started is not None else 0.0
