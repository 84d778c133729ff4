"""Calls of the scoring service: a deadline on each, and domain errors out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import grpc.aio

from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount_gateway.backends.calls import stream_responses
from eightcount_gateway.settings import GatewaySettings


class ScoringClient:
    """Every method raises `EightcountError` only."""

    def __init__(self, channel: grpc.aio.Channel, settings: GatewaySettings) -> None:
        self._stub = scoring_pb2_grpc.ScoringServiceStub(channel)
        self._settings = settings

    def score(self, messages: AsyncIterator[scoring_pb2.ScoreRequest]) -> AsyncGenerator[scoring_pb2.ScoreResponse]:
        """Score a take: the errors of every frame, then the report."""
        return stream_responses(self._stub.Score(messages, timeout=self._settings.score_timeout_seconds))

    def render(self, messages: AsyncIterator[scoring_pb2.RenderRequest]) -> AsyncGenerator[scoring_pb2.RenderResponse]:
        """Render the side-by-side video: its progress, then its location."""
        return stream_responses(self._stub.Render(messages, timeout=self._settings.render_timeout_seconds))
