"""The parts of the gateway, built once and closed in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

from eightcount_common.settings import StoreSettings
from eightcount_common.storage import ObjectStore, open_store
from eightcount_gateway.backends.backends import Backends
from eightcount_gateway.http.idempotency import IdempotencyKeys
from eightcount_gateway.jobs.database import open_database
from eightcount_gateway.jobs.engine import JobEngine
from eightcount_gateway.jobs.kind import JobKind
from eightcount_gateway.jobs.leases import Heartbeats, Leases
from eightcount_gateway.jobs.store import JobStore
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.lan.devices import Devices
from eightcount_gateway.lan.network import Network
from eightcount_gateway.library.deletion.deletion import Deletion
from eightcount_gateway.library.index import ResourceIndex
from eightcount_gateway.library.motions.extractor import Extractor
from eightcount_gateway.library.motions.importing import MotionImporter
from eightcount_gateway.library.motions.library import MotionLibrary
from eightcount_gateway.library.music import MusicLibrary
from eightcount_gateway.library.skeletons import SkeletonLibrary
from eightcount_gateway.library.streams import StreamWriter
from eightcount_gateway.library.videos import VideoLibrary
from eightcount_gateway.live.sessions import LiveSessions
from eightcount_gateway.metrics import register_jobs
from eightcount_gateway.settings import GatewaySettings

_THREADS = 32


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts that requests are answered with."""

    settings: GatewaySettings
    store: ObjectStore
    videos: VideoLibrary
    motions: MotionLibrary
    motion_files: MotionImporter
    skeletons: SkeletonLibrary
    backends: Backends
    jobs: JobStore
    engine: JobEngine
    uploads: asyncio.Semaphore
    idempotency_keys: IdempotencyKeys
    kinds: Mapping[str, JobKind]
    context: JobContext
    deletion: Deletion
    live_sessions: LiveSessions
    devices: Devices
    network: Network | None


@asynccontextmanager
async def open_gateway(
    settings: GatewaySettings,
    store_settings: StoreSettings,
    kinds: Sequence[JobKind],
    *,
    network: Network | None = None,
) -> AsyncIterator[Gateway]:
    """Open a gateway; its jobs run until the context ends."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="gateway"))
    store = await asyncio.to_thread(open_store, store_settings)
    database = await asyncio.to_thread(open_database, settings.database_url)
    index = ResourceIndex(database)
    await asyncio.to_thread(index.fill_once, store)
    backends = Backends(settings)
    writer = StreamWriter(store, max_streams=settings.max_uploads + settings.max_jobs)
    videos = VideoLibrary(store, writer, backends, index, max_bytes=settings.max_upload_bytes)
    motions = MotionLibrary(store)
    leases = Leases(database, executor=settings.executor_id, seconds=settings.takeover_seconds)
    heartbeats = Heartbeats(database, executor=settings.executor_id, dead_after_seconds=settings.takeover_seconds)
    extractor = Extractor(motions, leases, backends)
    music = MusicLibrary(store, backends.sync)
    jobs = JobStore(database)
    skeletons = SkeletonLibrary(store, index, max_bytes=settings.max_upload_bytes)
    context = JobContext(store, writer, backends, videos, motions, skeletons, extractor, music, jobs)
    by_name = {kind.name: kind for kind in kinds}
    idempotency_keys = IdempotencyKeys(database, executor=settings.executor_id)
    await asyncio.to_thread(idempotency_keys.release_abandoned)
    devices = await asyncio.to_thread(Devices, database)
    engine = JobEngine(settings, jobs, leases, heartbeats, kinds=by_name, context=context)
    unregister = register_jobs(jobs.counts, jobs.lane_counts)
    try:
        await engine.start()
    except BaseException:
        unregister()
        await backends.close()
        raise
    try:
        motion_files = MotionImporter(store, videos, motions, index, max_bytes=settings.max_upload_bytes)
        deletion = Deletion(by_name, context, index, engine)
        uploads = asyncio.Semaphore(settings.max_uploads)
        live_sessions = LiveSessions(
            context, max_sessions=settings.max_live_sessions, resume_seconds=settings.resume_seconds
        )
        try:
            yield Gateway(
                settings, store, videos, motions, motion_files, skeletons, backends, jobs, engine, uploads,
                idempotency_keys, by_name, context, deletion, live_sessions, devices, network,
            )  # fmt: skip
        finally:
            await live_sessions.close()
    finally:
        unregister()
        await engine.stop()
        await backends.close()
        writer.close()
        database.dispose()
