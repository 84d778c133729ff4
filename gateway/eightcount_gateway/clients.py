"""Calls of the backends: a deadline on each, and domain errors out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any

import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common import telemetry
from eightcount_common.errors import DeadlineExceededError, EightcountError, InternalError, UnavailableError
from eightcount_common.rpc import open_channel, translate_errors
from eightcount_gateway.calls import streamed
from eightcount_gateway.classifier_client import Classifier
from eightcount_gateway.generator_client import Generator
from eightcount_gateway.motion_refs import Dancer
from eightcount_gateway.settings import GatewaySettings

VARIANTS = {
    "lite": pose_pb2.MODEL_VARIANT_LITE,
    "full": pose_pb2.MODEL_VARIANT_FULL,
    "heavy": pose_pb2.MODEL_VARIANT_HEAVY,
}
SERVICE_UNREACHABLE = "SERVICE_UNREACHABLE"
"""Reason of a call that broke off, as `eightcount_common.rpc.errors` gives it."""
_HEALTH_SECONDS = 2.0
_FLOAT_BYTES = 4


@dataclass(frozen=True, slots=True)
class _Backend:
    name: str
    channel: grpc.aio.Channel

    async def wait(self, seconds: float) -> None:
        """Returns once the backend serves.

        Raises:
            UnavailableError: it does not within `seconds`.
        """
        check: Any = health_pb2_grpc.HealthStub(self.channel).Check  # type: ignore[attr-defined]
        deadline = asyncio.get_running_loop().time() + seconds
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                with translate_errors():
                    answer = await check(health_pb2.HealthCheckRequest(), timeout=left)
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    return
            except (DeadlineExceededError, UnavailableError):
                pass
            await asyncio.sleep(min(0.2, left))
        raise UnavailableError(
            f"the {self.name} service cannot be reached; try again later", reason=f"{self.name.upper()}_UNAVAILABLE"
        )


class Backends:
    """One channel per service; every method raises `EightcountError` only."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        interceptors = telemetry.client_interceptors(settings.otlp_endpoint)
        self._backends = {
            name: _Backend(name, open_channel(target, tls=settings.client_tls, interceptors=interceptors))
            for name, target in (
                ("pose", settings.pose_target), ("sync", settings.sync_target), ("scoring", settings.scoring_target),
                ("classifier", settings.classifier_target), ("generator", settings.generator_target),
            )
            if target
        }  # fmt: skip
        self._pose = pose_pb2_grpc.PoseServiceStub(self._backends["pose"].channel)
        self._sync = sync_pb2_grpc.SyncServiceStub(self._backends["sync"].channel)
        self._scoring = scoring_pb2_grpc.ScoringServiceStub(self._backends["scoring"].channel)
        backend = self._backends.get("classifier")
        self._classifier = Classifier(backend.channel, settings) if backend else None
        backend = self._backends.get("generator")
        self._generator = Generator(backend.channel, settings) if backend else None

    @property
    def classifier(self) -> Classifier:
        """Calls of the classifier service.

        Raises:
            UnavailableError: the settings name none.
        """
        if self._classifier is None:
            raise _not_configured("classifier")
        return self._classifier

    @property
    def generator(self) -> Generator:
        """Calls of the generator service.

        Raises:
            UnavailableError: the settings name none.
        """
        if self._generator is None:
            raise _not_configured("generator")
        return self._generator

    async def close(self) -> None:
        """Ends running calls and closes the channels."""
        for backend in self._backends.values():
            await backend.channel.close()

    async def health(self) -> dict[str, str]:
        """`ok` or what is wrong, by service."""
        answers = await asyncio.gather(*(self._check(name) for name in self._backends))
        return dict(zip(self._backends, answers, strict=True))

    async def _check(self, name: str) -> str:
        try:
            await self._backends[name].wait(_HEALTH_SECONDS)
        except EightcountError as error:
            return error.reason
        return "ok"

    async def wait_for(self, name: str) -> None:
        """Returns once the service of that name serves.

        Raises:
            UnavailableError: it does not within `unavailable_timeout_seconds`, or the settings name none.
        """
        if name not in self._backends:
            raise _not_configured(name)
        await self._backends[name].wait(self._settings.unavailable_timeout_seconds)

    async def probe(self, video_uri: str, model: str = "heavy", dancer: Dancer | None = None) -> pose_pb2.ProbeResponse:
        """What the container of a video says, and the identifier of the model that would follow the dancer."""
        with translate_errors():
            request = pose_pb2.ProbeRequest(
                video_uri=video_uri, model_variant=VARIANTS[model], dancer=_message_of(dancer)
            )
            return await self._pose.Probe(request, timeout=self._settings.probe_timeout_seconds)

    def extract(
        self, video_uri: str, model: str, *, checkpoint: bytes, preview_uri: str, dancer: Dancer | None = None
    ) -> AsyncGenerator[pose_pb2.ExtractResponse]:
        """The motion of a video, from the frame after the checkpoint on, and a small copy of its pictures."""
        request = pose_pb2.ExtractRequest(
            video_uri=video_uri, model_variant=VARIANTS[model], checkpoint=checkpoint, preview_uri=preview_uri,
            dancer=_message_of(dancer),
        )  # fmt: skip
        return streamed(self._pose.Extract(request, timeout=self._settings.extract_timeout_seconds))

    async def align(self, a_uri: str, b_uri: str, *, search_speed: bool = False) -> sync_pb2.Alignment:
        """Alignment of two recordings by their sound."""
        request = sync_pb2.AlignRequest(a_uri=a_uri, b_uri=b_uri, search_speed=search_speed)
        with translate_errors():
            return (await self._sync.Align(request, timeout=self._settings.align_timeout_seconds)).alignment

    async def align_motion(self, parts: AsyncIterator[sync_pb2.AlignMotionRequest]) -> sync_pb2.Alignment:
        """Alignment of two motions."""
        with translate_errors():
            return (await self._sync.AlignMotion(parts, timeout=self._settings.align_timeout_seconds)).alignment

    async def analyse_music(self, uri: str) -> sync_pb2.Music:
        """Tempo, beats and onsets of a recording."""
        call = self._sync.AnalyseMusic(
            sync_pb2.AnalyseMusicRequest(uri=uri), timeout=self._settings.align_timeout_seconds
        )
        music, onsets = sync_pb2.Music(), bytearray()
        async for response in streamed(call):
            if response.HasField("onsets"):
                onsets += response.onsets.data
            else:
                music = response.music
        if not music.reason:
            raise InternalError("the sync service sent no music", reason="PROTOCOL")
        music.onset_envelope.shape.append(len(onsets) // _FLOAT_BYTES)
        music.onset_envelope.data = bytes(onsets)
        return music

    def score(self, parts: AsyncIterator[scoring_pb2.ScoreRequest]) -> AsyncGenerator[scoring_pb2.ScoreResponse]:
        """Errors of every frame, then the report."""
        return streamed(self._scoring.Score(parts, timeout=self._settings.score_timeout_seconds))

    def render(self, parts: AsyncIterator[scoring_pb2.RenderRequest]) -> AsyncGenerator[scoring_pb2.RenderResponse]:
        """Progress of the side-by-side video, then where it lies."""
        return streamed(self._scoring.Render(parts, timeout=self._settings.render_timeout_seconds))


def _message_of(dancer: Dancer | None) -> pose_pb2.DancerChoice | None:
    return pose_pb2.DancerChoice(x=dancer.x, y=dancer.y, at_seconds=dancer.at_seconds) if dancer else None


def _not_configured(name: str) -> UnavailableError:
    reason = "GENERATOR_UNAVAILABLE" if name == "generator" else f"{name.upper()}_NOT_CONFIGURED"
    return UnavailableError(f"this server has no {name} service", reason=reason)
