"""Durable jobs over DBOS: resumed after a crash, taken over from a dead gateway, cancelled on demand."""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from eightcount_common.errors import ConflictError, NotFoundError
from eightcount_gateway.jobs.kind import JobKind
from eightcount_gateway.jobs.leases import Heartbeats, Leases
from eightcount_gateway.jobs.model import Job, Lane
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Interrupted, Run
from eightcount_gateway.jobs.store import JobStore
from eightcount_gateway.settings import GatewaySettings

_log = logging.getLogger(__name__)
_QUEUES: dict[Lane, str] = {
    "short": "eightcount-short-jobs",
    "middle": "eightcount-jobs",
    "long": "eightcount-long-jobs",
    "trainings": "eightcount-trainings",
}
"""Name of the workflow engine's queue, by lane."""
_PATIENCE: dict[Lane, float] = {"short": 1.0, "middle": 2.0, "long": 4.0, "trainings": 4.0}
"""How many times longer than `_QUEUE_SECONDS` a job may wait until its lane is looked at."""
_WORKFLOW_VERSION = "1"
"""Changes when the steps of a workflow change; gateways of other versions leave the job alone."""
_WATCH_SECONDS = 0.3
"""Running jobs are looked at this often: another gateway may have been asked to cancel one."""
_QUEUE_SECONDS, _IDLE_QUEUE_SECONDS = 0.25, 2.0
"""How often the queue is looked at, and how often when nothing has been asked of the gateway for a while: a look costs
some 3 ms of processor time."""
_AWAKE_SECONDS = 60.0
_END_SECONDS, _END_POLL_SECONDS = 10.0, 0.05
"""How long a deletion waits for the workflow engine to record the end of a job."""


class JobEngine:
    """Runs jobs in this process, and looks after those of processes that died."""

    def __init__(
        self,
        settings: GatewaySettings,
        jobs: JobStore,
        leases: Leases,
        heartbeats: Heartbeats,
        *,
        kinds: Mapping[str, JobKind],
        context: object,
    ) -> None:
        self._settings = settings
        self._jobs = jobs
        self._leases = leases
        self._heartbeats = heartbeats
        self._kinds = kinds
        self._context = context
        self._runs: dict[str, Run] = {}
        self._stopping = False
        self._idle = threading.Condition()
        self._called = asyncio.Event()
        self._queue_seconds = _QUEUE_SECONDS
        self._workflow: Callable[[str], None] | None = None

    async def start(self) -> None:
        """Resume the jobs that this executor left, and wait for new ones."""
        self._loop = asyncio.get_running_loop()
        self._awake_until = self._loop.time() + _AWAKE_SECONDS
        await asyncio.to_thread(self._launch)
        self._watching = asyncio.create_task(self._watch())

    def expect_jobs(self) -> None:
        """Look at the queue often for a while: a job will follow soon. Called on the event loop."""
        self._awake_until = self._loop.time() + _AWAKE_SECONDS
        self._called.set()

    async def submit(self, job: Job) -> None:
        """Queue the job; a second time does nothing."""
        self.expect_jobs()
        await asyncio.to_thread(self._enqueue, job)

    async def cancel(self, job_id: str) -> Job:
        """Ask the job to stop, wherever it runs."""
        job = await asyncio.to_thread(self._jobs.request_cancel, job_id)
        if run := self._runs.get(job_id):
            run.cancel()
        return job

    async def forget(self, job_id: str) -> None:
        """Delete an ended job: its row, and what the workflow engine keeps of it.

        Raises:
            ConflictError: NOT_FINISHED; the workflow engine has not recorded the end yet.
        """
        deadline = self._loop.time() + _END_SECONDS
        while await asyncio.to_thread(_is_being_run, job_id):
            if self._loop.time() > deadline:
                raise ConflictError("the job is just ending; try again", reason="NOT_FINISHED")
            await asyncio.sleep(_END_POLL_SECONDS)
        await asyncio.to_thread(DBOS.delete_workflows, [job_id])
        await asyncio.to_thread(self._jobs.delete, job_id)

    async def stop(self) -> None:
        """Interrupt running jobs; they stay pending and go on when this executor starts again."""
        self._stopping = True
        self._watching.cancel()
        with suppress(asyncio.CancelledError):
            await self._watching
        for run in list(self._runs.values()):
            run.interrupt()
        await asyncio.to_thread(self._shut_down)

    def _launch(self) -> None:
        executor = self._settings.executor_id
        self._heartbeats.beat()
        self._leases.release_all_of(executor)
        config = DBOSConfig(
            name="eightcount",
            system_database_url=self._settings.database_url,
            application_version=_WORKFLOW_VERSION,
            executor_id=executor,
            serializer=DBOSPortableJSONSerializer(),
            log_level="WARNING",
            enable_otlp=False,
        )
        DBOS(config=config)
        _log_as_json()
        self._workflow = self._register_workflow()
        DBOS.launch()
        self._register_queues(self._queue_seconds)
        for job in self._jobs.list_queued():
            self._enqueue(job)

    def _register_queues(self, polling_seconds: float) -> None:
        settings = self._settings
        several = settings.max_running_jobs
        limits: dict[Lane, int] = {"short": settings.max_short_jobs, "middle": several, "long": several, "trainings": 1}
        for lane, limit in limits.items():
            DBOS.register_queue(
                _QUEUES[lane],
                worker_concurrency=limit,
                polling_interval_sec=min(polling_seconds * _PATIENCE[lane], _IDLE_QUEUE_SECONDS),
                on_conflict="always_update",
            )

    def _register_workflow(self) -> Callable[[str], None]:
        @DBOS.workflow(name="eightcount-job")
        def run_job(job_id: str) -> None:
            self._run(job_id)

        return run_job

    def _enqueue(self, job: Job) -> None:
        assert self._workflow is not None  # noqa: S101 - set by _launch
        with SetWorkflowID(job.id):
            DBOS.enqueue_workflow(_QUEUES[self._kinds[job.kind].lane or job.lane], self._workflow, job.id)

    def _run(self, job_id: str) -> None:
        """Run a job: the body of the workflow. Runs in a thread of the engine."""
        runner = f"{self._settings.executor_id}/{uuid.uuid4().hex}"
        try:
            job = self._jobs.begin(job_id, runner)
        except NotFoundError:  # deleted while it waited, after it was cancelled
            return
        if job.ended:
            return
        progress = JobProgress(self._jobs, job)
        steps = self._kinds[job.kind].workflow(self._context, job, progress).steps
        run = Run(self._loop, progress, steps)
        if self._stopping:
            raise Interrupted
        with self._idle:
            self._runs[job_id] = run
        self._loop.call_soon_threadsafe(self._called.set)
        try:
            run.execute()
        finally:
            with self._idle:
                del self._runs[job_id]
                self._idle.notify_all()

    def _shut_down(self) -> None:
        with self._idle:
            self._idle.wait_for(lambda: not self._runs, timeout=10)
        DBOS.destroy(workflow_completion_timeout_sec=0, destroy_registry=True)

    async def _watch(self) -> None:
        """Watch running jobs; sleep while there are none, apart from the heartbeat."""
        beat_seconds, beat_at = self._settings.takeover_seconds / 3, 0.0
        while True:
            try:
                if self._loop.time() >= beat_at:
                    beat_at = self._loop.time() + beat_seconds
                    await asyncio.to_thread(self._take_over_jobs)
                await self._cancel_on_demand()
                await self._adapt_polling()
            except sa.exc.SQLAlchemyError:
                _log.exception("the database does not answer")
            if self._runs:
                await asyncio.sleep(_WATCH_SECONDS)
            else:
                self._called.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._called.wait(), beat_at - self._loop.time())

    async def _adapt_polling(self) -> None:
        """Poll the queue less often once no request has come for a while.

        The interval belongs to the queue: of several gateways the last one to change its mind decides for all.
        """
        if self._runs:
            self._awake_until = self._loop.time() + _AWAKE_SECONDS
        seconds = _QUEUE_SECONDS if self._loop.time() < self._awake_until else _IDLE_QUEUE_SECONDS
        if seconds != self._queue_seconds:
            await asyncio.to_thread(self._register_queues, seconds)
            self._queue_seconds = seconds

    async def _cancel_on_demand(self) -> None:
        """Stop running jobs whose cancellation was requested from another gateway."""
        if self._runs:
            for job_id in await asyncio.to_thread(self._jobs.cancel_requested, list(self._runs)):
                if run := self._runs.get(job_id):
                    run.cancel()

    def _take_over_jobs(self) -> None:
        """Record a heartbeat, and queue the jobs of executors without one again."""
        self._heartbeats.beat()
        for executor in self._heartbeats.list_dead():
            self._leases.release_all_of(executor)
            # Unlike DBOS.resume_workflow this re-queues only what still belongs to the dead executor, atomically.
            taken = DBOS._recover_pending_workflows([executor])
            self._heartbeats.forget(executor)
            _log.warning("took over the jobs of a dead gateway", extra={"executor": executor, "jobs": len(taken)})


def _is_being_run(job_id: str) -> bool:
    status = DBOS.get_workflow_status(job_id)
    return status is not None and status.status == "PENDING"


def _log_as_json() -> None:
    """Send the workflow engine's log lines through the root logger instead of to standard error."""
    logger = logging.getLogger("dbos")
    logger.handlers.clear()
    logger.propagate = True
