"""Following a job over connections that break."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import httpx

from eightcount_client.decoding import decode
from eightcount_client.errors import BusyError, UnexpectedResponseError
from eightcount_client.protocol.problems import problem_of, unreachable
from eightcount_client.protocol.server_events import EventParser
from eightcount_client.values.jobs import Job

J = TypeVar("J", bound=Job)


@dataclass(slots=True)
class Following(Generic[J]):
    """Reads the events of one job. Every event is the whole state, so a new connection misses nothing.

    Attributes:
        kind: class of the job.
        url: of the server, for messages.
        patience_seconds: how long the server may stay away.
        pause_seconds: between two connections.
        ended: whether the job's last state was read.
    """

    kind: type[J]
    url: str
    patience_seconds: float
    pause_seconds: float
    ended: bool = False
    _last_id: str = ""
    _heard: float = field(default_factory=time.monotonic)
    _parser: EventParser = field(default_factory=EventParser)

    def headers(self) -> dict[str, str]:
        """Return the headers of the next connection."""
        self._parser = EventParser()
        return {"Accept": "text/event-stream"} | ({"Last-Event-ID": self._last_id} if self._last_id else {})

    def read_line(self, line: str) -> J | None:
        """Return the job's state when this line completes an event."""
        self._heard = time.monotonic()
        event = self._parser.read_line(line)
        if event is None:
            return None
        try:
            job = decode(self.kind, json.loads(event.data))
        except ValueError:
            raise UnexpectedResponseError("the server sent an event that is no JSON") from None
        self._last_id = event.id or self._last_id
        self.ended = event.name == "end"
        return job

    def pause_after(self, failure: httpx.Response | httpx.TransportError | None) -> float:
        """Return how long to wait before connecting again: after an error, or a stream that ended early.

        Raises:
            ProblemError: the server does not know the job, or refuses us.
            UnreachableError: the server stayed away longer than our patience.
        """
        problem = problem_of(failure) if isinstance(failure, httpx.Response) else None
        if problem is not None and not isinstance(problem, BusyError):
            raise problem
        if time.monotonic() - self._heard > self.patience_seconds:
            if problem is not None:
                raise problem
            raise unreachable(self.url, failure if isinstance(failure, Exception) else OSError("the stream ended"))
        return self.pause_seconds
