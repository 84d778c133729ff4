"""The gRPC servicer of scoring and rendering: decode, call the core, encode."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, aclosing
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from eightcount.common.v1 import common_pb2
from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount_common.errors import EightcountError
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_common.storage import ObjectStore
from eightcount_scoring.comparison import Comparison, score_take
from eightcount_scoring.rendering import Progress, VideoFiles, render_side_by_side
from eightcount_scoring.service import codec
from eightcount_scoring.service.live import LiveSessions
from eightcount_scoring.service.render_request import RenderRequestCollector
from eightcount_scoring.service.score_request import ScoreRequestCollector

_Request = TypeVar("_Request", contravariant=True)


class _Collector(Protocol[_Request]):
    """Takes the messages of a request stream one by one."""

    def add(self, request: _Request) -> None:
        """Add the next message."""
        ...


class ScoringServicer(scoring_pb2_grpc.ScoringServiceServicer):
    """Serves `eightcount.scoring.v1.ScoringService`; the core runs in a worker."""

    def __init__(
        self, pool: WorkerPool, store: ObjectStore, *, max_motion_seconds: float = 3600.0, max_sessions: int = 8
    ) -> None:
        self._pool = pool
        self._store = store
        self._max_motion_seconds = max_motion_seconds
        self._sessions = LiveSessions(pool, max_motion_seconds=max_motion_seconds, max_sessions=max_sessions)

    async def Score(
        self,
        request_iterator: AsyncIterator[scoring_pb2.ScoreRequest],
        context: Any,  # noqa: ARG002
    ) -> AsyncIterator[scoring_pb2.ScoreResponse]:
        """Score a take; stream the errors in chunks, then the report."""
        with ScoreRequestCollector(self._max_motion_seconds) as request:
            await _collect(request_iterator, request)
            settings = request.settings
            reference, take = request.motion(scoring_pb2.ROLE_REFERENCE), request.motion(scoring_pb2.ROLE_TAKE)
            alignment, music = codec.decode_alignment(settings.alignment), codec.decode_music(settings.music)

            def work(cancel: CancelToken) -> Comparison:
                return score_take(
                    reference, take, alignment=alignment, music=music, mirrored=settings.mirrored, check=cancel.check
                )

            comparison = await self._pool.run(work)
        for errors in codec.encode_errors(comparison.errors):
            yield scoring_pb2.ScoreResponse(errors=errors)
        yield scoring_pb2.ScoreResponse(report=codec.encode_report(comparison.report, settings.alignment))

    async def Render(
        self,
        request_iterator: AsyncIterator[scoring_pb2.RenderRequest],
        context: Any,  # noqa: ARG002
    ) -> AsyncIterator[scoring_pb2.RenderResponse]:
        """Render the side-by-side video; stream the progress, then the URI of the video."""
        last: Progress | None = None
        with RenderRequestCollector(self._max_motion_seconds) as request:
            await _collect(request_iterator, request)
            async with aclosing(self._pool.stream(lambda cancel: self._render(request, cancel))) as progress:
                async for last in progress:
                    counts = common_pb2.Progress(done=last.frames_done, total=last.frames_total)
                    yield scoring_pb2.RenderResponse(progress=counts)
        yield scoring_pb2.RenderResponse(
            finished=scoring_pb2.RenderFinished(
                output_uri=request.settings.output_uri,
                frames=last.frames_total if last else 0,
                duration_seconds=last.duration_seconds if last else 0.0,
            )
        )

    async def ScoreLive(
        self,
        request_iterator: AsyncIterator[scoring_pb2.ScoreLiveRequest],
        context: Any,  # noqa: ARG002
    ) -> AsyncIterator[scoring_pb2.ScoreLiveResponse]:
        """Score a take while it is danced."""
        async with aclosing(self._sessions.serve(request_iterator)) as responses:
            async for response in responses:
                yield response

    def _render(self, request: RenderRequestCollector, cancel: CancelToken) -> Iterator[Progress]:
        """Write the video to a temporary folder and store it when it is complete."""
        settings, store = request.settings, self._store
        uris = (settings.reference_uri, settings.take_uri, settings.reference_uri)
        keys = [store.key(uri) if uri else "" for uri in uris]
        target = store.key(settings.output_uri)
        with tempfile.TemporaryDirectory(prefix="eightcount-render-") as folder:
            output = Path(folder, "side_by_side.mp4")
            with ExitStack() as stack:
                ours, theirs, sound = (stack.enter_context(store.open(key)) if key else None for key in keys)
                previews = (
                    self._open_if_there(stack, settings.reference_preview_uri),
                    self._open_if_there(stack, settings.take_preview_uri),
                )
                files = VideoFiles(ours, theirs, sound, previews)
                yield from render_side_by_side(
                    request.build_scene(), files, output, options=request.options(), check=cancel.check
                )
            store.put_file(target, output, media_type="video/mp4")

    def _open_if_there(self, stack: ExitStack, uri: str) -> BinaryIO | None:
        if not uri or not self._store.exists(key := self._store.key(uri)):
            return None
        return stack.enter_context(self._store.open(key))


async def _collect(requests: AsyncIterator[_Request], collector: _Collector[_Request]) -> None:
    """Add every message of a stream; on an error read the rest of it, so that the caller sees the error."""
    try:
        async for request in requests:
            collector.add(request)
    except EightcountError:
        async for _ in requests:  # otherwise a caller that is still writing sees its write fail, not the error
            pass
        raise
