"""Calls of the scoring service: a limit of work on each, and domain errors out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AbstractContextManager, aclosing

from eightcount.motion.v1 import motion_pb2
from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount_common.rpc.limits import limit_work
from eightcount_gateway.backends.backend import Backend
from eightcount_gateway.library.streams import read_through
from eightcount_gateway.settings import GatewaySettings

MotionMessage = motion_pb2.MotionHeader | motion_pb2.MotionChunk


class ScoringClient:
    """Every method raises `EightcountError` only."""

    def __init__(self, backend: Backend, settings: GatewaySettings) -> None:
        self._stub = scoring_pb2_grpc.ScoringServiceStub(backend.channel)
        self._backend = backend
        self._score_limit = limit_work(settings.score_timeout_seconds)
        self._render_limit = limit_work(settings.render_timeout_seconds)

    def score(self, messages: AsyncIterator[scoring_pb2.ScoreRequest]) -> AsyncGenerator[scoring_pb2.ScoreResponse]:
        """Score a take: the errors of every frame, then the report."""
        return self._backend.stream(self._stub.Score(messages, metadata=self._score_limit))

    def render(self, messages: AsyncIterator[scoring_pb2.RenderRequest]) -> AsyncGenerator[scoring_pb2.RenderResponse]:
        """Render the side-by-side video: its progress, then its location."""
        return self._backend.stream(self._stub.Render(messages, metadata=self._render_limit))

    def score_live(
        self, messages: AsyncIterator[scoring_pb2.ScoreLiveRequest]
    ) -> AsyncGenerator[scoring_pb2.ScoreLiveResponse]:
        """Score a take while it is danced: the states of the joints, counts, and at the end the report."""
        return self._backend.stream(self._stub.ScoreLive(messages))


async def stream_motion(
    role: scoring_pb2.Role.ValueType, opened: AbstractContextManager[Iterator[MotionMessage]]
) -> AsyncGenerator[scoring_pb2.MotionPart]:
    """Yield the header and the chunks of a dancer's motion, as the scoring service takes them."""
    async with aclosing(read_through(opened)) as messages:
        async for message in messages:
            if isinstance(message, motion_pb2.MotionHeader):
                yield scoring_pb2.MotionPart(role=role, header=message)
            else:
                yield scoring_pb2.MotionPart(role=role, chunk=message)
