"""Calls of the pose service: a limit of work on each, and domain errors out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount_common.rpc.limits import limit_work
from eightcount_gateway.backends.backend import Backend
from eightcount_gateway.library.motions.refs import Dancer
from eightcount_gateway.settings import GatewaySettings

VARIANTS = {
    "lite": pose_pb2.MODEL_VARIANT_LITE,
    "full": pose_pb2.MODEL_VARIANT_FULL,
    "heavy": pose_pb2.MODEL_VARIANT_HEAVY,
}


class PoseClient:
    """Every method raises `EightcountError` only."""

    def __init__(self, backend: Backend, settings: GatewaySettings) -> None:
        self._stub = pose_pb2_grpc.PoseServiceStub(backend.channel)
        self._backend = backend
        self._probe_limit = limit_work(settings.probe_timeout_seconds)
        self._limit = limit_work(settings.extract_timeout_seconds)

    async def probe(
        self, video_uri: str, model: str = "heavy", dancer: Dancer | None = None, *, sound_suffices: bool = False
    ) -> pose_pb2.ProbeResponse:
        """Read a video's container, and the identifier of the model that would follow the dancer.

        With `sound_suffices` the answer to a file of which only the sound can be used has no video.
        """
        request = pose_pb2.ProbeRequest(
            video_uri=video_uri, model_variant=VARIANTS[model], dancer=_message_of(dancer),
            sound_suffices=sound_suffices,
        )  # fmt: skip
        return await self._backend.answer(self._stub.Probe(request, metadata=self._probe_limit))

    async def describe_model(self, model: str = "heavy", dancer: Dancer | None = None) -> str:
        """Return the identifier of the model that would follow the dancer in any video."""
        request = pose_pb2.DescribeModelRequest(model_variant=VARIANTS[model], dancer=_message_of(dancer))
        return (await self._backend.answer(self._stub.DescribeModel(request, metadata=self._probe_limit))).model

    def extract(
        self, video_uri: str, model: str, *, checkpoint: bytes, preview_uri: str, dancer: Dancer | None = None
    ) -> AsyncGenerator[pose_pb2.ExtractResponse]:
        """Extract a motion from the frame after the checkpoint on, and write a small copy of the video."""
        request = pose_pb2.ExtractRequest(
            video_uri=video_uri, model_variant=VARIANTS[model], checkpoint=checkpoint or None,
            preview_uri=preview_uri or None,
            dancer=_message_of(dancer),
        )  # fmt: skip
        return self._backend.stream(self._stub.Extract(request, metadata=self._limit))

    def track(self, messages: AsyncIterator[pose_pb2.TrackRequest]) -> AsyncGenerator[pose_pb2.TrackResponse]:
        """Follow a dancer live: frames in, poses out."""
        return self._backend.stream(self._stub.Track(messages))


def _message_of(dancer: Dancer | None) -> pose_pb2.DancerChoice | None:
    return pose_pb2.DancerChoice(x=dancer.x, y=dancer.y, at_seconds=dancer.at_seconds) if dancer else None
