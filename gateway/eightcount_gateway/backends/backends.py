"""The services that the gateway calls, and their health."""

from __future__ import annotations

import asyncio

from eightcount_common import telemetry
from eightcount_common.errors import EightcountError, UnavailableError
from eightcount_common.rpc import open_channel
from eightcount_gateway.backends.backend import Backend
from eightcount_gateway.backends.classifier import ClassifierClient
from eightcount_gateway.backends.generator import GeneratorClient
from eightcount_gateway.backends.pose import PoseClient
from eightcount_gateway.backends.scoring import ScoringClient
from eightcount_gateway.backends.sync import SyncClient
from eightcount_gateway.settings import GatewaySettings

_HEALTH_SECONDS = 2.0


class Backends:
    """One channel and one client per service."""

    def __init__(self, settings: GatewaySettings) -> None:
        tls, patience = settings.client_tls, settings.unavailable_timeout_seconds
        interceptors = telemetry.client_interceptors(settings.otlp_endpoint)
        self._backends = {
            name: Backend(name, open_channel(target, tls=tls, interceptors=interceptors), patience_seconds=patience)
            for name, target in settings.targets.items()
            if target
        }
        self.pose = PoseClient(self._backends["pose"], settings)
        self.sync = SyncClient(self._backends["sync"], settings)
        self.scoring = ScoringClient(self._backends["scoring"], settings)
        backend = self._backends.get("classifier")
        self._classifier = ClassifierClient(backend, settings) if backend else None
        backend = self._backends.get("generator")
        self._generator = GeneratorClient(backend, settings) if backend else None

    @property
    def classifier(self) -> ClassifierClient:
        """Calls of the classifier service.

        Raises:
            UnavailableError: none is configured.
        """
        if self._classifier is None:
            raise _not_configured("classifier")
        return self._classifier

    @property
    def generator(self) -> GeneratorClient:
        """Calls of the generator service.

        Raises:
            UnavailableError: none is configured.
        """
        if self._generator is None:
            raise _not_configured("generator")
        return self._generator

    def require(self, name: str) -> None:
        """Do nothing when a service of that name is configured.

        Raises:
            UnavailableError: none is configured.
        """
        if name not in self._backends:
            raise _not_configured(name)

    async def close(self) -> None:
        """End running calls and close the channels."""
        for backend in self._backends.values():
            await backend.channel.close()

    async def health(self) -> dict[str, str]:
        """Return `ok` or the reason of a failure, by service."""
        answers = await asyncio.gather(*(self._check(name) for name in self._backends))
        return dict(zip(self._backends, answers, strict=True))

    async def _check(self, name: str) -> str:
        try:
            await self._backends[name].wait(_HEALTH_SECONDS)
        except EightcountError as error:
            return error.reason
        return "ok"

    async def wait_for(self, name: str) -> None:
        """Wait until the service of that name serves.

        Raises:
            UnavailableError: it does not within `unavailable_timeout_seconds`, or none is configured.
        """
        self.require(name)
        await self._backends[name].wait()


def _not_configured(name: str) -> UnavailableError:
    reason = f"{name.upper()}_NOT_CONFIGURED"
    return UnavailableError(f"this server has no {name} service", reason=reason)
