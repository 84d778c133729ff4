"""The clients: `Client` for synchronous programs, `AsyncClient` for asyncio."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx

from eightcount_client.asynchronous.collections import (
    AsyncCollection,
    AsyncJobCollection,
    AsyncResultJobCollection,
    AsyncUploadCollection,
)
from eightcount_client.asynchronous.transport import AsyncTransport
from eightcount_client.blocking.collections import Collection, JobCollection, ResultJobCollection, UploadCollection
from eightcount_client.blocking.transport import Transport
from eightcount_client.decoding import encode
from eightcount_client.kinds import models, uploads
from eightcount_client.kinds.classification import CLASSIFICATIONS
from eightcount_client.kinds.comparison import COMPARISONS
from eightcount_client.kinds.dance import DANCES
from eightcount_client.kinds.dance_training import DANCE_TRAININGS
from eightcount_client.kinds.devices import DEVICES, Invitation
from eightcount_client.kinds.extraction import EXTRACTIONS
from eightcount_client.kinds.style_addition import STYLE_ADDITIONS
from eightcount_client.kinds.style_training import STYLE_TRAININGS
from eightcount_client.protocol import calls
from eightcount_client.protocol.connection import Connection
from eightcount_client.protocol.retries import RetryPolicy
from eightcount_client.values.alignments import Alignment, AlignmentRequest
from eightcount_client.values.poses import PoseModel


class Client:
    """Talks to one server; a context manager.

    Args:
        url: of the server, such as `http://127.0.0.1:8000`.
        api_key: sent as a bearer token when given.
        timeout_seconds: how long the server may take to answer a request.
        patience_seconds: how long a job is followed while the server stays away.
        retries: when requests are sent again.
        transport: replaces the network, for example `httpx.ASGITransport` or `httpx.MockTransport`.

    Raises:
        ValueError: the URL is not one of a server.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str = "",
        timeout_seconds: float = 60.0,
        patience_seconds: float = 60.0,
        retries: RetryPolicy | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        connection = Connection(url, api_key, timeout_seconds, patience_seconds, retries or RetryPolicy())
        self._transport = Transport(connection, transport)
        self.url = url.rstrip("/")
        self.videos = UploadCollection(self._transport, uploads.VIDEOS)
        self.motions = UploadCollection(self._transport, uploads.MOTIONS)
        self.skeletons = UploadCollection(self._transport, uploads.SKELETONS)
        self.styles = Collection(self._transport, models.STYLES)
        self.style_models = Collection(self._transport, models.STYLE_MODELS)
        self.dance_models = Collection(self._transport, models.DANCE_MODELS)
        self.devices = Collection(self._transport, DEVICES)
        self.comparisons = ResultJobCollection(self._transport, COMPARISONS)
        self.extractions = JobCollection(self._transport, EXTRACTIONS)
        self.classifications = ResultJobCollection(self._transport, CLASSIFICATIONS)
        self.style_additions = ResultJobCollection(self._transport, STYLE_ADDITIONS)
        self.style_trainings = ResultJobCollection(self._transport, STYLE_TRAININGS)
        self.dances = ResultJobCollection(self._transport, DANCES)
        self.dance_trainings = ResultJobCollection(self._transport, DANCE_TRAININGS)

    @property
    def collections(self) -> dict[str, Collection[Any]]:
        """Every collection by its name in the API."""
        return {one.name: one for one in vars(self).values() if isinstance(one, Collection)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def align(self, request: AlignmentRequest) -> Alignment:
        """Align two recordings by their sound, which takes seconds.

        Raises:
            EightcountError: a recording has no sound that can be read, or the server cannot be reached.
        """
        return self._transport.run(calls.compute("/v1/alignments", encode(request), Alignment))

    def invite_device(self) -> Invitation:
        """Return an address that a device in the same network opens to join; good once.

        Raises:
            EightcountError: the server is not open to other devices, or cannot be reached.
        """
        return self._transport.run(calls.invite_device())

    def find_known_video(self, sha256: str, file_name: str, *, model: PoseModel | None = None) -> str:
        """Return the id of a recording whose motion the server keeps; empty when the recording must be uploaded.

        Raises:
            EightcountError: the server cannot be reached.
        """
        return self._transport.run(calls.find_known_video(sha256, file_name, model))

    def delete_video_content(self, video_id: str) -> None:
        """Delete an uploaded video and keep what was found in it.

        Raises:
            EightcountError: there is no such video, or the server cannot be reached.
        """
        self._transport.run(calls.delete_video_content(video_id))


class AsyncClient:
    """Talks to one server; an asynchronous context manager.

    Args:
        url: of the server, such as `http://127.0.0.1:8000`.
        api_key: sent as a bearer token when given.
        timeout_seconds: how long the server may take to answer a request.
        patience_seconds: how long a job is followed while the server stays away.
        retries: when requests are sent again.
        transport: replaces the network, for example `httpx.ASGITransport` or `httpx.MockTransport`.

    Raises:
        ValueError: the URL is not one of a server.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str = "",
        timeout_seconds: float = 60.0,
        patience_seconds: float = 60.0,
        retries: RetryPolicy | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        connection = Connection(url, api_key, timeout_seconds, patience_seconds, retries or RetryPolicy())
        self._transport = AsyncTransport(connection, transport)
        self.url = url.rstrip("/")
        self.videos = AsyncUploadCollection(self._transport, uploads.VIDEOS)
        self.motions = AsyncUploadCollection(self._transport, uploads.MOTIONS)
        self.skeletons = AsyncUploadCollection(self._transport, uploads.SKELETONS)
        self.styles = AsyncCollection(self._transport, models.STYLES)
        self.style_models = AsyncCollection(self._transport, models.STYLE_MODELS)
        self.dance_models = AsyncCollection(self._transport, models.DANCE_MODELS)
        self.devices = AsyncCollection(self._transport, DEVICES)
        self.comparisons = AsyncResultJobCollection(self._transport, COMPARISONS)
        self.extractions = AsyncJobCollection(self._transport, EXTRACTIONS)
        self.classifications = AsyncResultJobCollection(self._transport, CLASSIFICATIONS)
        self.style_additions = AsyncResultJobCollection(self._transport, STYLE_ADDITIONS)
        self.style_trainings = AsyncResultJobCollection(self._transport, STYLE_TRAININGS)
        self.dances = AsyncResultJobCollection(self._transport, DANCES)
        self.dance_trainings = AsyncResultJobCollection(self._transport, DANCE_TRAININGS)

    @property
    def collections(self) -> dict[str, AsyncCollection[Any]]:
        """Every collection by its name in the API."""
        return {one.name: one for one in vars(self).values() if isinstance(one, AsyncCollection)}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def align(self, request: AlignmentRequest) -> Alignment:
        """Align two recordings by their sound, which takes seconds.

        Raises:
            EightcountError: a recording has no sound that can be read, or the server cannot be reached.
        """
        return await self._transport.run(calls.compute("/v1/alignments", encode(request), Alignment))

    async def invite_device(self) -> Invitation:
        """Return an address that a device in the same network opens to join; good once.

        Raises:
            EightcountError: the server is not open to other devices, or cannot be reached.
        """
        return await self._transport.run(calls.invite_device())

    async def find_known_video(self, sha256: str, file_name: str, *, model: PoseModel | None = None) -> str:
        """Return the id of a recording whose motion the server keeps; empty when the recording must be uploaded.

        Raises:
            EightcountError: the server cannot be reached.
        """
        return await self._transport.run(calls.find_known_video(sha256, file_name, model))

    async def delete_video_content(self, video_id: str) -> None:
        """Delete an uploaded video and keep what was found in it.

        Raises:
            EightcountError: there is no such video, or the server cannot be reached.
        """
        await self._transport.run(calls.delete_video_content(video_id))
