"""Live scoring over gRPC."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack
from typing import Self

from eightcount.motion.v1 import motion_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError, UnusableMediaError
from eightcount_common.rpc import WorkerPool
from eightcount_common.rpc.sessions import SessionLimit
from eightcount_common.rpc.wire import decode_chunk
from eightcount_scoring.angles.joints import JOINT_NAMES
from eightcount_scoring.live.reference import LiveReference, measure_reference
from eightcount_scoring.live.scorer import LiveEvent, LiveScorer
from eightcount_scoring.service import codec
from eightcount_scoring.service.motion_collector import MotionCollector
from eightcount_scoring.spool import MotionSpool
from eightcount_scoring.time_map import TimePiece

Requests = AsyncIterator[scoring_pb2.ScoreLiveRequest]
Responses = AsyncGenerator[scoring_pb2.ScoreLiveResponse, None]


class LiveSessions:
    """Serves live sessions, at most so many at a time.

    Args:
        pool: computes; poses go before everything else.
        max_motion_seconds: longest reference.
        max_sessions: number of sessions that may be open.
    """

    def __init__(self, pool: WorkerPool, *, max_motion_seconds: float, max_sessions: int) -> None:
        self._pool = pool
        self._max_motion_seconds = max_motion_seconds
        self._limit = SessionLimit(max_sessions)

    async def serve(self, requests: Requests) -> Responses:
        """Answer one session, to its report.

        Raises:
            BusyError: TOO_MANY_SESSIONS.
            InvalidInputError: the stream has not the order that it must have, or a part is damaged.
            UnusableMediaError: REFERENCE_TOO_SHORT.
        """
        with self._limit.count_session(), ExitStack() as stack:
            opening = stack.enter_context(_Opening(self._max_motion_seconds))
            await opening.read(requests)
            settings, spool = opening.settings, opening.reference
            music = codec.decode_music(settings.music)
            reference = await self._pool.run(lambda _: measure_reference(spool, music))
            scorer = LiveScorer(reference, mirrored=settings.mirrored)
            stack.callback(scorer.close)
            yield scoring_pb2.ScoreLiveResponse(ready=_encode_ready(reference))
            header = opening.header
            async for request in requests:
                if _is_header_of_take(request):
                    header = request.motion.header
                    await self._pool.run(lambda _: scorer.begin_anew(), live=True)
                    continue
                for event in await self._score(scorer, header, request):
                    yield codec.encode_live_event(event)
            yield await self._finish(scorer, spool)

    async def _score(
        self, scorer: LiveScorer, header: motion_pb2.MotionHeader, request: scoring_pb2.ScoreLiveRequest
    ) -> list[LiveEvent]:
        if request.WhichOneof("part") != "pose":
            raise InvalidInputError("the motions must be followed by poses alone", reason="INVALID_REQUEST")
        pose = request.pose
        frame = decode_chunk(header, pose.chunk)
        if len(frame) != 1:
            raise InvalidInputError(f"a pose must be one frame; got {len(frame)}", reason="INVALID_MOTION")
        seconds = pose.reference_seconds if pose.HasField("reference_seconds") else None
        rate = pose.rate if pose.HasField("rate") else 1.0
        return await self._pool.run(lambda _: list(scorer.add(frame, seconds, rate=rate)), live=True)

    async def _finish(self, scorer: LiveScorer, reference: MotionSpool) -> scoring_pb2.ScoreLiveResponse:
        finished = scoring_pb2.LiveFinished()
        try:
            report = await self._pool.run(lambda cancel: scorer.finish(reference, check=cancel.check))
        except UnusableMediaError as error:
            if error.reason != "NO_OVERLAP":
                raise
        else:
            finished.report.CopyFrom(codec.encode_report(report, _encode_clock(scorer.player_clock)))
        return scoring_pb2.ScoreLiveResponse(finished=finished)


class _Opening:
    """Reads what comes before the poses: settings, reference, header of the take. A context manager."""

    def __init__(self, max_seconds: float) -> None:
        self._motions = MotionCollector(max_seconds)
        self._settings: scoring_pb2.LiveSettings | None = None
        self._header: motion_pb2.MotionHeader | None = None

    def __enter__(self) -> Self:
        self._motions.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._motions.__exit__(None, None, None)

    async def read(self, requests: Requests) -> None:
        """Read up to the header of the take.

        Raises:
            InvalidInputError: the stream has another order, or ends before.
        """
        async for request in requests:
            match request.WhichOneof("part"):
                case "settings":
                    self._settings = request.settings
                case "motion" if _is_header_of_take(request):
                    self._header = request.motion.header
                    return
                case "motion" if request.motion.role != scoring_pb2.ROLE_TAKE:
                    self._motions.add(request.motion)
                case _:
                    break
        raise InvalidInputError(
            "the stream must have the settings, the reference and the header of the take before poses",
            reason="INVALID_REQUEST",
        )

    @property
    def settings(self) -> scoring_pb2.LiveSettings:
        """The settings of the session."""
        return self._settings or scoring_pb2.LiveSettings()

    @property
    def header(self) -> motion_pb2.MotionHeader:
        """Header of the take."""
        return self._header or motion_pb2.MotionHeader()

    @property
    def reference(self) -> MotionSpool:
        """The reference.

        Raises:
            InvalidInputError: it is missing or empty.
        """
        return self._motions.motion(scoring_pb2.ROLE_REFERENCE)


def _is_header_of_take(request: scoring_pb2.ScoreLiveRequest) -> bool:
    motion = request.motion
    return motion.role == scoring_pb2.ROLE_TAKE and motion.WhichOneof("part") == "header"


def _encode_ready(reference: LiveReference) -> scoring_pb2.LiveReady:
    return scoring_pb2.LiveReady(
        joints=JOINT_NAMES,
        timeline=[codec.encode_entry(entry) for entry in reference.timeline],
    )


def _encode_clock(clock: TimePiece | None) -> sync_pb2.Alignment:
    """Return the clock of the player as an alignment. Nobody has measured how certain it is: the confidence stays 0."""
    if clock is None:
        return sync_pb2.Alignment()
    return sync_pb2.Alignment(
        verdict=sync_pb2.VERDICT_ALIGNED, offset_seconds=clock.offset_seconds, clock_ratio=1.0, speed_ratio=clock.ratio,
        message="Aligned by the clock of the player; the delay of the device is not known.",
    )  # fmt: skip
