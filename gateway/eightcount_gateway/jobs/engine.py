"""Durable jobs over DBOS: resumed after a crash, taken over from a dead gateway, cancelled on demand."""

from __future__ import annotations

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from eightcount_gateway.jobs.leases import Heartbeats, Leases
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Interrupted, Run
from eightcount_gateway.jobs.store import JobStore
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.workflows import steps_of
from eightcount_gateway.settings import GatewaySettings

_log = logging.getLogger(__name__)
_QUEUE, _TRAININGS = "eightcount-jobs", "eightcount-trainings"
"""Trainings take hours: they wait for each other, and nobody waits for them."""
_WORKFLOW_VERSION = "1"
"""Changes when the steps of a workflow change; gateways of other versions leave the job alone."""
_WATCH_SECONDS = 0.3
"""Running jobs are looked at this often: another gateway may have been asked to cancel one."""
_QUEUE_SECONDS, _IDLE_QUEUE_SECONDS = 0.25, 2.0
"""How often the queue is looked at, and how often when nothing has been asked of the gateway for a while: a look costs
some 3 ms of processor time."""
_AWAKE_SECONDS = 60.0


class JobEngine:
    """Runs jobs in this process, and looks after those of processes that died."""

    def __init__(
        self, settings: GatewaySettings, jobs: JobStore, leases: Leases, heartbeats: Heartbeats, context: JobContext
    ) -> None:
        self._settings = settings
        self._jobs = jobs
        self._leases = leases
        self._heartbeats = heartbeats
        self._context = context
        self._runs: dict[str, Run] = {}
        self._stopping = False
        self._idle = threading.Condition()
        self._called = asyncio.Event()
        self._queue_seconds = _QUEUE_SECONDS
        self._workflow: Callable[[str], None] | None = None

    async def start(self) -> None:
        """Takes up what a former life of this executor left, and waits for jobs."""
        self._loop = asyncio.get_running_loop()
        self._awake_until = self._loop.time() + _AWAKE_SECONDS
        await asyncio.to_thread(self._launch)
        self._watching = asyncio.create_task(self._watch())

    def expect_jobs(self) -> None:
        """Somebody is at work: the next job will be wanted soon. Called on the event loop."""
        self._awake_until = self._loop.time() + _AWAKE_SECONDS
        self._called.set()

    async def submit(self, job: Job) -> None:
        """Queues the job; a second time does nothing."""
        self.expect_jobs()
        await asyncio.to_thread(self._enqueue, job)

    async def cancel(self, job_id: str) -> Job:
        """Asks the job to stop, wherever it runs."""
        job = await asyncio.to_thread(self._jobs.request_cancel, job_id)
        if run := self._runs.get(job_id):
            run.cancel()
        return job

    async def stop(self) -> None:
        """Interrupts running jobs; they stay pending and go on when this executor starts again."""
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
        self._workflow = self._registered()
        DBOS.launch()
        self._register_queues(self._queue_seconds)
        for job in self._jobs.queued():
            self._enqueue(job)

    def _register_queues(self, polling_seconds: float) -> None:
        for name, limit in ((_QUEUE, self._settings.max_running_jobs), (_TRAININGS, 1)):
            DBOS.register_queue(
                name, worker_concurrency=limit, polling_interval_sec=polling_seconds, on_conflict="always_update"
            )

    def _registered(self) -> Callable[[str], None]:
        @DBOS.workflow(name="eightcount-job")
        def run_job(job_id: str) -> None:
            self._run(job_id)

        return run_job

    def _enqueue(self, job: Job) -> None:
        assert self._workflow is not None  # noqa: S101 - set by _launch
        queue = _TRAININGS if job.kind in ("style_training", "dance_training") else _QUEUE
        with SetWorkflowID(job.id):
            DBOS.enqueue_workflow(queue, self._workflow, job.id)

    def _run(self, job_id: str) -> None:
        """The workflow. Runs in a thread of the engine."""
        runner = f"{self._settings.executor_id}/{uuid.uuid4().hex}"
        job = self._jobs.begin(job_id, runner)
        if job.ended:
            return
        progress = JobProgress(self._jobs, job)
        steps = steps_of(self._context, job, progress)
        run = Run(self._loop, progress, steps, busy_timeout_seconds=self._settings.busy_timeout_seconds)
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
        """Sleeps while there is nothing to do, but for its heartbeat."""
        beat_seconds, beat_at = self._settings.takeover_seconds / 3, 0.0
        while True:
            try:
                if self._loop.time() >= beat_at:
                    beat_at = self._loop.time() + beat_seconds
                    await asyncio.to_thread(self._look_after_others)
                await self._cancel_on_demand()
                await self._keep_pace()
            except sa.exc.SQLAlchemyError:
                _log.exception("the database does not answer")
            if self._runs:
                await asyncio.sleep(_WATCH_SECONDS)
            else:
                self._called.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._called.wait(), beat_at - self._loop.time())

    async def _keep_pace(self) -> None:
        """Looks at the queue less often once nothing has been asked for a while.

        The interval belongs to the queue: of several gateways the last one to change its mind decides for all.
        """
        if self._runs:
            self._awake_until = self._loop.time() + _AWAKE_SECONDS
        seconds = _QUEUE_SECONDS if self._loop.time() < self._awake_until else _IDLE_QUEUE_SECONDS
        if seconds != self._queue_seconds:
            await asyncio.to_thread(self._register_queues, seconds)
            self._queue_seconds = seconds

    async def _cancel_on_demand(self) -> None:
        """Stops running jobs whose cancellation was asked of another gateway."""
        if self._runs:
            for job_id in await asyncio.to_thread(self._jobs.cancel_requested, list(self._runs)):
                if run := self._runs.get(job_id):
                    run.cancel()

    def _look_after_others(self) -> None:
        """Beats, and re-queues the jobs of executors that have stopped beating."""
        self._heartbeats.beat()
        for executor in self._heartbeats.dead():
            self._leases.release_all_of(executor)
            # Unlike DBOS.resume_workflow this re-queues only what still belongs to the dead executor, atomically.
            taken = DBOS._recover_pending_workflows([executor])
            self._heartbeats.forget(executor)
            _log.warning("took over the jobs of a dead gateway", extra={"executor": executor, "jobs": len(taken)})


def _log_as_json() -> None:
    """Sends the engine's log lines where all others go; it writes plain text to standard error otherwise."""
    logger = logging.getLogger("dbos")
    logger.handlers.clear()
    logger.propagate = True
