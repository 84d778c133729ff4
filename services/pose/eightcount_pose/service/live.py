"""Live sessions over gRPC: the newest frame is worked on, those that come too late are dropped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Self

from eightcount.pose.v1 import pose_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc import WorkerPool
from eightcount_common.rpc.sessions import SessionLimit
from eightcount_common.rpc.wire import encode_chunk, encode_header, encode_tensor
from eightcount_pose.live.tracking import LivePose, LiveSession, TrackerPool
from eightcount_pose.models import Variant
from eightcount_pose.service.codec import decode_variant

Requests = AsyncIterator[pose_pb2.TrackRequest]


class LiveSessions:
    """Serves live sessions, at most so many at a time.

    Args:
        trackers: lends a tracker for each frame.
        pool: computes; frames go before everything else.
        max_sessions: number of sessions that may be open.
    """

    def __init__(self, trackers: TrackerPool, pool: WorkerPool, *, max_sessions: int) -> None:
        self._trackers = trackers
        self._pool = pool
        self._limit = SessionLimit(max_sessions)

    async def serve(self, requests: Requests) -> AsyncGenerator[pose_pb2.TrackResponse, None]:
        """Answer one session until its caller closes the stream.

        Raises:
            BusyError: TOO_MANY_SESSIONS.
            InvalidInputError: the stream does not begin with options, or a frame is unreadable or late.
        """
        variant = await _read_variant(requests)
        with self._limit.count_session():
            model = await self._pool.run(lambda _: self._trackers.describe_model(variant), live=True)
            session = LiveSession(self._trackers, variant, model)
            yield pose_pb2.TrackResponse(started=pose_pb2.TrackStarted(model=model))
            async with _NewestFrame(requests, session) as newest:
                tracked = 0
                while (frame := await newest.take()) is not None:
                    pose = await self._track(session, frame)
                    yield pose_pb2.TrackResponse(frame=_encode_pose(pose, tracked, newest.dropped))
                    tracked += 1

    async def _track(self, session: LiveSession, frame: pose_pb2.LiveFrame) -> LivePose:
        return await self._pool.run(lambda _: session.track(frame.image, frame.seconds), live=True)


class _NewestFrame:
    """Reads a stream of frames as they come, and keeps the newest one until it is taken.

    Attributes:
        dropped: number of frames that were replaced by newer ones.
    """

    def __init__(self, requests: Requests, session: LiveSession) -> None:
        self._requests = requests
        self._session = session
        self._frame: pose_pb2.LiveFrame | None = None
        self._changed = asyncio.Event()
        self.dropped = 0

    async def __aenter__(self) -> Self:
        self._reader = asyncio.create_task(self._read())
        self._reader.add_done_callback(lambda _: self._changed.set())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.cancel()
        with suppress(asyncio.CancelledError, InvalidInputError):
            await self._reader

    async def take(self) -> pose_pb2.LiveFrame | None:
        """Return the newest frame as soon as there is one; None at the end of the stream.

        Raises:
            InvalidInputError: what the stream contains is no frame, or not later than the frame before.
        """
        while self._frame is None and not self._reader.done():
            self._changed.clear()
            await self._changed.wait()
        frame, self._frame = self._frame, None
        if frame is None:
            self._reader.result()
        return frame

    async def _read(self) -> None:
        async for request in self._requests:
            if request.WhichOneof("part") != "frame":
                raise InvalidInputError("the options must be followed by frames alone", reason="INVALID_REQUEST")
            self._session.require_next(request.frame.seconds)
            self.dropped += self._frame is not None
            self._frame = request.frame
            self._changed.set()


async def _read_variant(requests: Requests) -> Variant:
    first = await anext(requests, None)
    if first is None or first.WhichOneof("part") != "options":
        raise InvalidInputError("the stream must begin with the options", reason="INVALID_REQUEST")
    return decode_variant(first.options.model_variant, default=Variant.FULL)


def _encode_pose(pose: LivePose, tracked: int, dropped: int) -> pose_pb2.TrackedFrame:
    return pose_pb2.TrackedFrame(
        header=encode_header(pose.motion),
        chunk=encode_chunk(pose.motion, first_frame=tracked),
        several_people=pose.several_people,
        dropped_frames=dropped,
        steady_image=encode_tensor(pose.steady_image),
    )
