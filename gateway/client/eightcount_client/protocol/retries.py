"""Retries: when a request is sent again, and after which pause."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import httpx

from eightcount_client.errors import BusyError, EightcountError, ProblemError
from eightcount_client.protocol.calls import Call
from eightcount_client.protocol.problems import problem_of, unreachable

T = TypeVar("T")
_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_PERMANENT = "_NOT_CONFIGURED"
"""End of the reasons with which a server says that it will never have a service."""
_STILL_ANSWERED = "IDEMPOTENCY_KEY_IN_USE"
"""Reason of the refusal of a request whose first sending is not answered yet."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The number of attempts, and the pauses between them: doubled each time, or as long as the server asks for."""

    attempts: int = 3
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 10.0

    def pause(self, attempt: int, asked_seconds: float | None = None) -> float:
        """Return the pause after the attempt of this number, counted from 1."""
        own = self.first_pause_seconds * 2.0 ** (attempt - 1)
        return min(own if asked_seconds is None else max(own, asked_seconds), self.longest_pause_seconds)


def exchange(call: Call[T], policy: RetryPolicy, url: str) -> Generator[float, httpx.Response | httpx.HTTPError, T]:
    """Run a call without doing any input or output: yields how long to pause before the request is sent, is given the
    response or the transport's error, and returns the result.

    Raises:
        EightcountError: the server refused the request or cannot be reached.
    """
    pause = 0.0
    attempts = call.attempts or policy.attempts
    for attempt in range(1, attempts + 1):
        outcome = yield pause
        if isinstance(outcome, httpx.Response) and (outcome.is_success or outcome.status_code in call.accepted):
            return call.read(outcome)
        error, again = _judge(call, outcome, url)
        if not again or attempt == attempts:
            raise error from (outcome if isinstance(outcome, Exception) else None)
        pause = policy.pause(attempt, error.retry_after_seconds if isinstance(error, ProblemError) else None)
    raise AssertionError("a policy has at least one attempt")


def _judge(call: Call[T], outcome: httpx.Response | httpx.HTTPError, url: str) -> tuple[EightcountError, bool]:
    """Return the error of an attempt, and whether another attempt is safe and can help."""
    if isinstance(outcome, httpx.Response):
        problem = problem_of(outcome)
        busy = isinstance(problem, BusyError) and not problem.reason.endswith(_PERMANENT)
        return problem, busy or problem.reason == _STILL_ANSWERED
    return unreachable(url, outcome), call.repeatable or isinstance(outcome, _NEVER_ARRIVED)
