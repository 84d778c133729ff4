"""One run of a job: its steps in order, in a thread of the workflow engine, with the work on the event loop."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from dbos import DBOS

from eightcount_common import telemetry
from eightcount_common.errors import BusyError, CancelledError, EightcountError, UnavailableError
from eightcount_gateway.jobs.model import Failure
from eightcount_gateway.jobs.progress import JobProgress, LostJobError

T = TypeVar("T")
_log = logging.getLogger(__name__)

_SERVICE_UNREACHABLE = "SERVICE_UNREACHABLE"
"""Reason of a call that broke off, as `eightcount_common.rpc.client` gives it."""
_REPEATS = 3
_PAUSE_SECONDS = 1.0
Steps = list[tuple[str, Callable[[], Awaitable[None]]]]


class Interrupted(BaseException):
    """The process must leave the job as it is; the engine keeps it pending because this is no `Exception`."""


class Run:
    """One run of a job's steps; the engine records each, so that a later run of the same job skips it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, progress: JobProgress, steps: Steps) -> None:
        self._loop = loop
        self._progress = progress
        self._steps = steps
        self._task: asyncio.Task[Any] | None = None
        self._cancelled = progress.job.cancel_requested
        self._interrupted = False

    def execute(self) -> None:
        """Run the steps to the end. Called in the workflow's thread.

        Raises:
            Interrupted: the process shuts down, or the job belongs to another run.
        """
        for name, work in self._steps:
            failure: dict[str, str] | None = DBOS.run_step({"name": name}, self._step, name, work)
            if failure is not None:
                error = None if failure["reason"] == CancelledError.default_reason else Failure(**failure)
                self._on_loop(self._progress.end("failed" if error else "cancelled", error))
                return
        self._on_loop(self._progress.end("succeeded"))

    def cancel(self) -> None:
        """Cancel the job. Called on the event loop, perhaps again and again until the job has ended."""
        self._cancelled = True
        if self._task is not None and not self._task.cancelling():  # what it does to end must not be cut short
            self._task.cancel()

    def interrupt(self) -> None:
        """Stop the work and leave the job as it is. Called on the event loop."""
        self._interrupted = True
        if self._task is not None:
            self._task.cancel()

    def _step(self, name: str, work: Callable[[], Awaitable[None]]) -> dict[str, str] | None:
        """Run a step and return the cause of its failure, or None. Recorded by the engine as JSON."""
        try:
            with telemetry.continue_trace(
                self._progress.job.traceparent, f"step {name}"
            ):  # tasks on the loop inherit it
                self._on_loop(self._run_guarded(work))
        except EightcountError as error:
            return {"reason": error.reason, "message": error.message}
        except LostJobError as error:
            raise Interrupted from error
        except Exception:  # noqa: BLE001 - the edge of the job: log whole, show an id
            incident = uuid.uuid4().hex[:12]
            _log.exception("a job step failed unexpectedly", extra={"incident": incident})
            return {"reason": "INTERNAL", "message": f"internal error {incident}"}
        return None

    async def _run_guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        if self._interrupted:
            raise Interrupted
        if self._cancelled:
            raise CancelledError("the job was cancelled")
        self._task = asyncio.current_task()
        try:
            async with self._progress.write_in_background():
                await self._run_with_retries(work)
        except asyncio.CancelledError:
            if self._cancelled:
                raise CancelledError("the job was cancelled") from None
            raise Interrupted from None
        finally:
            self._task = None

    async def _run_with_retries(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run a step; repeat it for as long as its backend is full, and a few times when the backend crashes."""
        broken = 0
        while True:
            try:
                return await work()
            except BusyError:  # others are at work: that is no reason to fail
                pass
            except UnavailableError as error:
                broken += 1
                if error.reason != _SERVICE_UNREACHABLE or broken > _REPEATS:
                    raise
            await asyncio.sleep(_PAUSE_SECONDS)

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop.is_closed():
            work.close()
            raise Interrupted
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
