"""Calls of the pose service: a deadline on each, and domain errors out."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import grpc.aio

from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount_common.rpc import translate_errors
from eightcount_gateway.backends.calls import stream_responses
from eightcount_gateway.library.motions.refs import Dancer
from eightcount_gateway.settings import GatewaySettings

VARIANTS = {
    "lite": pose_pb2.MODEL_VARIANT_LITE,
    "full": pose_pb2.MODEL_VARIANT_FULL,
    "heavy": pose_pb2.MODEL_VARIANT_HEAVY,
}


class PoseClient:
    """Every method raises `EightcountError` only."""

    def __init__(self, channel: grpc.aio.Channel, settings: GatewaySettings) -> None:
        self._stub = pose_pb2_grpc.PoseServiceStub(channel)
        self._settings = settings

    async def probe(self, video_uri: str, model: str = "heavy", dancer: Dancer | None = None) -> pose_pb2.ProbeResponse:
        """Read a video's container, and the identifier of the model that would follow the dancer."""
        with translate_errors():
            request = pose_pb2.ProbeRequest(
                video_uri=video_uri, model_variant=VARIANTS[model], dancer=_message_of(dancer)
            )
            return await self._stub.Probe(request, timeout=self._settings.probe_timeout_seconds)

    def extract(
        self, video_uri: str, model: str, *, checkpoint: bytes, preview_uri: str, dancer: Dancer | None = None
    ) -> AsyncGenerator[pose_pb2.ExtractResponse]:
        """Extract a motion from the frame after the checkpoint on, and write a small copy of the video."""
        request = pose_pb2.ExtractRequest(
            video_uri=video_uri, model_variant=VARIANTS[model], checkpoint=checkpoint or None,
            preview_uri=preview_uri or None,
            dancer=_message_of(dancer),
        )  # fmt: skip
        return stream_responses(self._stub.Extract(request, timeout=self._settings.extract_timeout_seconds))


def _message_of(dancer: Dancer | None) -> pose_pb2.DancerChoice | None:
    return pose_pb2.DancerChoice(x=dancer.x, y=dancer.y, at_seconds=dancer.at_seconds) if dancer else None
