"""Turns on a few workers: short calls do not wait until long ones have ended, and every long one goes on.

A call that has had its slice gives way to a shorter one that waits, keeps what it has in memory, and continues later.
A live call, for which somebody waits in front of a camera, does not even wait for the end of a slice.
This is the bookkeeping alone, without threads: `WorkerPool` is built on it.
"""

from __future__ import annotations

import math
import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

RANK_SECONDS = (2.0, 10.0, 60.0, 600.0)
"""Bounds between the ranks of short and ever longer calls, in seconds of work. Calls of one rank are served first come,
first served, so that few are suspended: at most one per worker and rank, if they last as long as expected."""
SLOWNESS = 4.0
"""A busy or slow machine may need this many times the expected seconds before a call counts as longer than expected."""
SLICE_SECONDS = 0.5
"""A call computes for at least this long before it gives way."""
OVERDUE_SECONDS = 1.0
"""The oldest call waits at most this long (and the rest of a slice) for its next slice, whatever else waits."""
_LIVE_RANK = -1


@dataclass(slots=True, eq=False)
class Turn:
    """The place of one call.

    Attributes:
        number: calls are numbered as they come.
        expected_seconds: expected duration of its work; 0 when nothing is known.
        grant: called when the call may compute.
        weight: how much memory it needs, in any unit.
        live: whether it goes before all others, at once.
        started: whether it has computed already.
        running: whether it computes.
        served_seconds: how long it has computed, apart from the present slice.
        since: when it began to compute or to wait.
    """

    number: int
    expected_seconds: float
    grant: Callable[[], None]
    weight: float = 1.0
    live: bool = False
    started: bool = False
    running: bool = False
    served_seconds: float = 0.0
    since: float = 0.0

    def count_served(self, now: float) -> float:
        """Return how long it has computed until now, in seconds."""
        return self.served_seconds + (now - self.since if self.running else 0.0)

    def rank(self, now: float) -> int:
        """Return 0 for a short call, more for longer ones; one that lasts far longer than expected rises."""
        if self.live:
            return _LIVE_RANK
        served = self.count_served(now)
        return bisect_right(
            RANK_SECONDS, served if served > SLOWNESS * self.expected_seconds else self.expected_seconds
        )


@dataclass(frozen=True, slots=True)
class Load:
    """Numbers of calls that compute, that are suspended in the middle, and that wait for their first slice."""

    running: int
    suspended: int
    waiting: int


class Turns:
    """Decides which calls compute. Safe to use from several threads; `grant` callbacks must not block.

    Args:
        workers: number of calls that compute at the same time.
        max_suspended: number of calls that may be suspended for others that are not live; 0: none gives way.
        max_weight: of all calls in memory together; none gives way to a call that would pass it, but to a live one.
        clock: seconds that never go back.
    """

    def __init__(
        self, workers: int, *, max_suspended: int, max_weight: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._workers = workers
        self._max_started = workers + max_suspended
        self._max_weight = max_weight
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: dict[int, Turn] = {}
        self._entered = 0
        self._live_waiting = 0

    @property
    def load(self) -> Load:
        """The present numbers of calls."""
        with self._lock:
            calls = list(self._calls.values())
        running = sum(turn.running for turn in calls)
        suspended = sum(turn.started and not turn.running for turn in calls)
        return Load(running, suspended, len(calls) - running - suspended)

    def enter(
        self, grant: Callable[[], None], *, expected_seconds: float = 0.0, weight: float = 1.0, live: bool = False
    ) -> Turn:
        """Add a call; `grant` is called at once when a worker is free."""
        with self._lock:
            now = self._clock()
            self._entered += 1
            turn = Turn(self._entered, expected_seconds, grant, weight, live, since=now)
            self._calls[turn.number] = turn
            self._fill(now)
        return turn

    def give_way(self, turn: Turn, grant: Callable[[], None]) -> bool:
        """Suspend a computing call when another one goes first; `grant` is called when it may continue."""
        if not self._live_waiting and self._clock() - turn.since < SLICE_SECONDS:
            return False
        with self._lock:
            now = self._clock()
            if not turn.running or not self._has_to_wait(turn, now):
                return False
            turn.grant = grant
            turn.served_seconds, turn.running, turn.since = turn.count_served(now), False, now
            self._fill(now)
        return True

    def leave(self, turn: Turn) -> None:
        """Remove a call that has ended, or that nobody waits for any more."""
        with self._lock:
            self._calls.pop(turn.number, None)
            turn.running = False
            self._fill(self._clock())

    def count_served(self, turn: Turn) -> float:
        """Return how long a call has computed, in seconds."""
        with self._lock:
            return turn.count_served(self._clock())

    def _fill(self, now: float) -> None:
        running = sum(turn.running for turn in self._calls.values())
        while running < self._workers and (turn := self._find_next(now)):
            turn.started = turn.running = True
            turn.since = now
            running += 1
            turn.grant()
        self._live_waiting = sum(turn.live and not turn.running for turn in self._calls.values())

    def _find_next(self, now: float) -> Turn | None:
        waiting = self._list_eligible()
        if not waiting:
            return None
        oldest = self._find_overdue(now)
        if oldest in waiting:
            return oldest
        return min(waiting, key=lambda turn: (turn.rank(now), turn.number))

    def _has_to_wait(self, turn: Turn, now: float) -> bool:
        other = self._find_next(now)
        if other is None or (not other.live and now - turn.since < SLICE_SECONDS):
            return False
        if other is self._find_overdue(now):
            return True
        rank, own = other.rank(now), turn.rank(now)
        return rank < own or (rank == own and other.started and other.number < turn.number)

    def _list_eligible(self) -> list[Turn]:
        started = [turn for turn in self._calls.values() if turn.started]
        room = self._max_weight - sum(turn.weight for turn in started)
        if len(started) < self._workers:
            room = math.inf
        elif len(started) >= self._max_started:
            room = -math.inf
        gives_way = self._max_started > self._workers
        return [
            turn
            for turn in self._calls.values()
            if not turn.running and (turn.started or turn.weight <= room or (turn.live and gives_way))
        ]

    def _find_overdue(self, now: float) -> Turn | None:
        """Return the oldest call when it has waited for too long."""
        oldest = next(iter(self._calls.values()), None)
        if oldest is None or oldest.running or now - oldest.since < OVERDUE_SECONDS:
            return None
        return oldest
