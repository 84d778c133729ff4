"""The gRPC face of scoring."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount_common.errors import EightcountError, InvalidInputError
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_scoring import codec
from eightcount_scoring.scoring import Comparison, score_take


class ScoringServicer(scoring_pb2_grpc.ScoringServiceServicer):
    """Decodes, calls the core in a worker, encodes."""

    def __init__(self, pool: WorkerPool, *, max_motion_seconds: float = 3600.0) -> None:
        self._pool = pool
        self._max_motion_seconds = max_motion_seconds

    async def Score(
        self,
        request_iterator: AsyncIterator[scoring_pb2.ScoreRequest],
        context: Any,  # noqa: ARG002
    ) -> AsyncIterator[scoring_pb2.ScoreResponse]:
        """Errors in chunks, then the report."""
        settings, motions = await self._read(request_iterator)
        reference, take = motions.motion(scoring_pb2.ROLE_REFERENCE), motions.motion(scoring_pb2.ROLE_TAKE)
        alignment, music = codec.decode_alignment(settings.alignment), codec.decode_music(settings.music)

        def work(cancel: CancelToken) -> Comparison:
            return score_take(
                reference, take, alignment=alignment, music=music, mirrored=settings.mirrored, check=cancel.check
            )

        comparison = await self._pool.run(work)
        for errors in codec.encode_errors(comparison.errors):
            yield scoring_pb2.ScoreResponse(errors=errors)
        yield scoring_pb2.ScoreResponse(report=codec.encode_report(comparison.report, settings.alignment))

    async def _read(
        self, requests: AsyncIterator[scoring_pb2.ScoreRequest]
    ) -> tuple[scoring_pb2.ScoreSettings, codec.MotionCollector]:
        settings: scoring_pb2.ScoreSettings | None = None
        motions = codec.MotionCollector(self._max_motion_seconds)
        try:
            async for request in requests:
                if request.WhichOneof("part") == "settings":
                    settings = request.settings
                elif settings is None:
                    raise InvalidInputError("the stream begins with the settings", reason="INVALID_REQUEST")
                else:
                    motions.add(request.motion)
        except EightcountError:
            async for _ in requests:  # a caller that still writes would see its write fail, not the reason
                pass
            raise
        if settings is None:
            raise InvalidInputError("the stream is empty; it begins with the settings", reason="INVALID_REQUEST")
        return settings, motions
