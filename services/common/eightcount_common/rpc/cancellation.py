"""The token of a call: work asks it between two steps whether to stop, or to let a shorter call go first."""

from __future__ import annotations

import threading

from eightcount_common.errors import CancelledError, DeadlineExceededError
from eightcount_common.rpc.turns import Turn, Turns


class CancelToken:
    """Given to the work of one call, which calls `check` often: before every frame, after every piece.

    Args:
        turns, turn: the place of the call among the others.
        limit_seconds: how long the work may take, waiting not counted; None for no limit.
    """

    def __init__(self, turns: Turns, turn: Turn, limit_seconds: float | None) -> None:
        self._turns = turns
        self._turn = turn
        self._limit_seconds = limit_seconds
        self._stopping = threading.Event()
        self._woken = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether the work should stop."""
        return self._stopping.is_set()

    @property
    def seconds_left(self) -> float | None:
        """Seconds for which the work may still compute; None for no limit."""
        if self._limit_seconds is None:
            return None
        return self._limit_seconds - self._turns.count_served(self._turn)

    def cancel(self) -> None:
        """Ask the work to stop; a suspended one wakes up for it."""
        self._stopping.set()
        self._woken.set()

    def check(self) -> None:
        """Return while somebody waits for the work; shorter calls that wait go first.

        Raises:
            CancelledError: nobody waits any more; the work must end.
            DeadlineExceededError: the work took longer than it may.
        """
        self._stop_when_asked()
        if self._turns.give_way(self._turn, self._woken.set):
            self._woken.wait()
            if not self.cancelled:
                self._woken.clear()
            self._stop_when_asked()

    def build_error(self) -> DeadlineExceededError:
        """Return the error of work that took too long."""
        return DeadlineExceededError(f"the work took longer than {self._limit_seconds:.0f} s")

    def _stop_when_asked(self) -> None:
        if self.cancelled:
            raise CancelledError("the work was cancelled")
        if self._limit_seconds is not None and (self.seconds_left or 0.0) < 0:
            raise self.build_error()
