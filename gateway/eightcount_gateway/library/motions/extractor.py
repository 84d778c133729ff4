"""Extraction of a motion, once: chunk by chunk, resumed after a crash, shared by every job that needs it."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from eightcount.motion.v1 import motion_pb2
from eightcount.pose.v1 import pose_pb2
from eightcount_common.errors import (
    BusyError,
    InternalError,
    InvalidInputError,
    UnavailableError,
    UnusableMediaError,
)
from eightcount_gateway.backends.backends import Backends
from eightcount_gateway.jobs.leases import Leases
from eightcount_gateway.library.motions.library import MotionLibrary
from eightcount_gateway.library.motions.parts import MotionParts
from eightcount_gateway.library.motions.refs import JobWarning, MotionRef, MotionSummary
from eightcount_gateway.metrics import EXTRACTED_FRAMES
from eightcount_gateway.threads import run_in_thread

_log = logging.getLogger(__name__)
_POLL_SECONDS = 0.25
_RENEW_SECONDS = 0.5
_FAILURES_IN_A_ROW = 4
_MAX_BACKOFF_SECONDS = 5.0

Report = Callable[[int, int], None]
"""Called with frames done and frames expected (0 when unknown)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A video to extract from: its object URI, and whether a preview is written on the way."""

    uri: str
    with_preview: bool = True


class LostLeaseError(Exception):
    """Another gateway extracts this motion by now."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A complete motion, and whether it was there before."""

    summary: MotionSummary
    cached: bool


@dataclass(slots=True)
class _Count:
    done: int = 0
    total: int = 0


class Extractor:
    """Extracts motions; at most one gateway extracts a motion at a time."""

    def __init__(self, library: MotionLibrary, leases: Leases, backends: Backends) -> None:
        self._library = library
        self._leases = leases
        self._backends = backends

    async def ensure(self, ref: MotionRef, source: Source, report: Report) -> Extracted:
        """Return the motion: from the store, from another job that is extracting it, or extracted here.

        Raises:
            EightcountError: the pose service cannot extract it.
        """
        extracted = await self._ensure(ref, source, report)
        await run_in_thread(self._library.note_last, ref)
        return extracted

    async def _ensure(self, ref: MotionRef, source: Source, report: Report) -> Extracted:
        owner = uuid.uuid4().hex
        waited = False
        while True:
            if await run_in_thread(self._library.exists, ref):
                summary = await run_in_thread(self._library.summary, ref)
                report(summary.frames, summary.frames)
                return Extracted(summary, cached=not waited)
            try:
                if await run_in_thread(self._leases.acquire, ref.name, owner):
                    return await self._extract_alone(ref, source, report, owner)
            except LostLeaseError:
                _log.warning("another gateway took the extraction over")
            finally:
                await run_in_thread(self._leases.release, ref.name, owner)
            waited = True
            if view := await run_in_thread(self._leases.view, ref.name):
                report(view.done, view.total)
            await asyncio.sleep(_POLL_SECONDS)

    async def _extract_alone(self, ref: MotionRef, source: Source, report: Report, owner: str) -> Extracted:
        count = _Count()

        def note(done: int, total: int) -> None:
            count.done, count.total = done, total
            report(done, total)

        async with self._holding(ref.name, owner, count):
            if await run_in_thread(self._library.exists, ref):  # finished between the look and the lease
                return Extracted(await run_in_thread(self._library.summary, ref), cached=True)
            return Extracted(await self._extract(ref, source, note), cached=False)

    @asynccontextmanager
    async def _holding(self, name: str, owner: str, count: _Count) -> AsyncIterator[None]:
        """Renew the lease while the body runs; cancel the body when the lease is lost."""
        body = asyncio.current_task()
        lost = False

        async def renew() -> None:
            nonlocal lost
            while await run_in_thread(self._leases.renew, name, owner, done=count.done, total=count.total):
                await asyncio.sleep(_RENEW_SECONDS)
            lost = True
            if body is not None:
                body.cancel()

        renewing = asyncio.create_task(renew())
        try:
            yield
        except asyncio.CancelledError:
            if lost and body is not None and body.uncancel() == 0:
                raise LostLeaseError from None
            raise
        finally:
            renewing.cancel()

    async def _extract(self, ref: MotionRef, source: Source, report: Report) -> MotionSummary:
        """Extract the motion; continue after interruptions, each time from the last stored chunk."""
        failures, frames = 0, 0
        while True:
            parts = await run_in_thread(self._library.parts, ref)
            await self._backends.wait_for("pose")
            try:
                return await self._follow(parts, ref, source, report)
            except BusyError:  # others are at work: that is no reason to fail
                backoff = _MAX_BACKOFF_SECONDS
            except UnavailableError:
                failures = failures + 1 if parts.frames <= frames else 1
                frames = parts.frames
                if failures >= _FAILURES_IN_A_ROW:
                    raise
                backoff = min(0.2 * 2**failures, _MAX_BACKOFF_SECONDS)
            except InvalidInputError:
                if not parts.frames:
                    raise
                _log.warning("the pose service does not take the checkpoint; the extraction starts over")
                await run_in_thread(parts.discard)
                backoff = 0.0
            await asyncio.sleep(backoff)

    async def _follow(self, parts: MotionParts, ref: MotionRef, source: Source, report: Report) -> MotionSummary:
        if not parts.checkpoint:
            await run_in_thread(parts.discard)
        header: motion_pb2.MotionHeader | None = None
        stream = self._backends.pose.extract(
            source.uri, ref.variant, checkpoint=parts.checkpoint,
            preview_uri=self._library.preview_uri(ref) if source.with_preview else "", dancer=ref.dancer,
        )  # fmt: skip
        async with aclosing(stream) as responses:
            async for response in responses:
                match response.WhichOneof("event"):
                    case "started":
                        header = response.started.header
                        report(parts.frames, response.started.video.frame_count)
                    case "chunk":
                        if header is None:
                            raise InternalError("the pose service sent a chunk before the header", reason="PROTOCOL")
                        await run_in_thread(parts.append, header, response.chunk)
                        EXTRACTED_FRAMES.inc(len(response.chunk.timestamps))
                    case "progress":
                        report(response.progress.done, response.progress.total)
                    case "finished" if header is not None:
                        return await self._finish(parts, header, response.finished, report)
        raise UnavailableError("the pose service ended its stream early", reason="STREAM_CUT_SHORT")

    async def _finish(
        self, parts: MotionParts, header: motion_pb2.MotionHeader, finished: pose_pb2.ExtractFinished, report: Report
    ) -> MotionSummary:
        if finished.frames_with_dancer == 0:
            await run_in_thread(parts.discard)
            raise UnusableMediaError("no person was found in the video", reason="NO_PERSON")
        warnings = tuple(JobWarning(warning.reason, warning.message) for warning in finished.warnings)
        summary = MotionSummary(header.model, finished.frames, finished.frames_with_dancer, warnings)
        await run_in_thread(parts.finish, summary)
        report(finished.frames, finished.frames)
        return summary
