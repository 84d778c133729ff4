"""The HTTP API as a program uses it: uploads, jobs to follow, results; survives a server that comes back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx

from eightcount_client.cli.answers import checked, checked_stream
from eightcount_client.cli.counted_file import CountedFile, OnBytes
from eightcount_client.cli.events import parse_events
from eightcount_client.cli.jobs import JobState
from eightcount_client.cli.outcomes import CliError, ExitCode, UnreachableError

T = TypeVar("T")
OnState = Callable[[JobState], None]

_ATTEMPTS = 3
_RETRY_SECONDS = 0.5
_TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=60.0, pool=10.0)
_ALIGN_READ_SECONDS = 660.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Client:
    """Talks to one server.

    Args:
        url: of the server, without a trailing path.
        api_key: sent as a bearer token when given.
        patience_seconds: how long `follow` waits for a server that went away.
        transport: replaces the network in tests.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str = "",
        patience_seconds: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        remote = urlsplit(url).hostname not in _LOOPBACK  # a proxy of the environment cannot reach this machine's own
        self._http = httpx.Client(
            base_url=url, headers=headers, timeout=_TIMEOUT, transport=transport, trust_env=remote
        )
        self._patience_seconds = patience_seconds
        self.url = url.rstrip("/")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def upload(self, path: Path, on_bytes: OnBytes, *, collection: str = "videos") -> str:
        """Sends a file, read piece by piece; its id on the server, in `videos` or `motions`.

        Raises:
            CliError: the server refuses the file or cannot be reached.
        """

        def send() -> str:
            on_bytes(0)
            with CountedFile(path, on_bytes) as file:
                files = {"file": (path.name, file, "application/octet-stream")}
                return str(checked(self._http.post(f"/v1/{collection}", files=files)).json()["id"])

        return self._retried(send)

    def start(self, collection: str, request: dict[str, Any]) -> JobState:
        """Starts work in a collection, for example `comparisons`.

        Raises:
            CliError: the server refuses the request or cannot be reached.
        """
        with self._reaching():
            return JobState.of_json(checked(self._http.post(f"/v1/{collection}", json=request)).json())

    def follow(self, collection: str, job_id: str, on_state: OnState) -> JobState:
        """Calls `on_state` at every change until the work has ended; reconnects when the server went away.

        Raises:
            CliError: the server stays away longer than our patience, or does not know the work.
        """
        heard = time.monotonic()
        while True:
            try:
                with self._http.stream("GET", f"/v1/{collection}/{job_id}/events") as response:
                    for event in parse_events(checked_stream(response).iter_lines()):
                        heard = time.monotonic()
                        state = JobState.of_json(json.loads(event.data))
                        on_state(state)
                        if event.name == "end":
                            return state
            except (httpx.TransportError, UnreachableError) as error:
                if time.monotonic() - heard > self._patience_seconds:
                    raise self._unreachable(error) from error
            time.sleep(_RETRY_SECONDS)

    def cancel(self, collection: str, job_id: str) -> None:
        """Asks the server to stop the work; says nothing when it cannot be reached."""
        try:
            self._http.delete(f"/v1/{collection}/{job_id}", timeout=5.0)
        except httpx.HTTPError:
            return

    def align(self, a: str, b: str, *, search_speed: bool) -> dict[str, Any]:
        """How two uploaded recordings lie in time.

        Raises:
            CliError: a file has no readable sound, or the server cannot be reached.
        """
        request = {"a_video_id": a, "b_video_id": b, "search_speed": search_speed}
        timeout = httpx.Timeout(10.0, read=_ALIGN_READ_SECONDS)
        with self._reaching():
            answer = checked(self._http.post("/v1/alignments", json=request, timeout=timeout))
        return dict(answer.json())

    def get(self, path: str) -> Any:
        """A JSON resource.

        Raises:
            CliError: there is no such resource, or the server cannot be reached.
        """
        return self._retried(lambda: checked(self._http.get(path)).json())

    def known_video(self, sha256: str, file_name: str, *, model: str) -> str:
        """Id of a recording whose motion the server keeps; empty when the recording must be sent.

        Raises:
            CliError: the server cannot be reached.
        """
        request = {"sha256": sha256, "file_name": file_name, "model": model}

        def ask() -> str:
            answer = self._http.post("/v1/videos/known", json=request)
            return "" if answer.status_code == httpx.codes.NOT_FOUND else str(checked(answer).json()["id"])

        return self._retried(ask)

    def delete(self, path: str) -> None:
        """Removes a resource.

        Raises:
            CliError: there is no such resource, or the server cannot be reached.
        """
        with self._reaching():
            checked(self._http.delete(path))

    def download(self, path: str, target: Path) -> None:
        """Writes a resource to a file, which appears whole or not at all.

        Raises:
            CliError: there is no such resource, or the server cannot be reached.
            OSError: the file cannot be written.
        """
        part = target.with_name(target.name + ".part")

        def fetch() -> None:
            with self._http.stream("GET", path) as response, part.open("wb") as file:
                for piece in checked_stream(response).iter_bytes():
                    file.write(piece)

        try:
            self._retried(fetch)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def _retried(self, work: Callable[[], T]) -> T:
        """Result of a request that can be repeated without harm."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return work()
            except (httpx.TransportError, UnreachableError):
                time.sleep(_RETRY_SECONDS)
        with self._reaching():
            return work()

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        except httpx.InvalidURL as error:
            raise CliError(
                f"{self.url!r} is no URL: {error}", reason="INVALID_URL", exit_code=ExitCode.USAGE
            ) from error

    def _unreachable(self, error: Exception) -> UnreachableError:
        return UnreachableError(f"the server at {self.url} cannot be reached: {error or type(error).__name__}")
