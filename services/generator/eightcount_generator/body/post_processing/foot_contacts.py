"""Detects when a foot point is in contact with the floor, as frames arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from eightcount_generator.body.easing import Array

LANDING_HEIGHT, LIFTING_HEIGHT = 0.03, 0.045
"""Metres above the floor: a contact can start below the first and ends above the second (hysteresis)."""
LANDING_SPEED, LIFTING_SPEED = 0.20, 0.40
"""Horizontal metres per second, in the same way."""
SLIP_METRES = 0.06
"""Distance from where a point was planted at which it slides or pivots intentionally."""
SETTLING_FRAMES = 10
"""A point is planted at its mean position over at most these first frames."""
SHORTEST_FRAMES = 3
"""Shorter contacts are ignored."""
SLIDING_FRAMES = 12
"""A point that slipped is not planted again for as long."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A point is in contact from frame `start` until before `stop` (None: not yet known).

    Attributes:
        start: first frame.
        stop: first frame after.
        place: [2] x and z in metres where it was detected.
        held: [2] where it is held so that both ends of the foot fit (`reconcile_contacts`); None until that is known.
    """

    start: int
    stop: int | None
    place: Array
    held: Array | None = None

    def contains(self, frame: int) -> bool:
        """Return whether the point is in contact in a frame."""
        return self.start <= frame and (self.stop is None or frame < self.stop)


def reconcile_contacts(
    heel: Sequence[Contact], ball: Sequence[Contact], *, length: float
) -> tuple[list[Contact], list[Contact]]:
    """Hold the contacts of both ends of a foot `length` metres apart: the earlier one determines the later one."""
    lists = list(heel), list(ball)
    order = sorted((contact.start, end, number) for end in (0, 1) for number, contact in enumerate(lists[end]))
    for start, end, number in order:
        contact = lists[end][number]
        if contact.held is None:
            others = [other.held for other in lists[1 - end] if other.held is not None and other.contains(start)]
            lists[end][number] = replace(contact, held=_hold_at_length(contact.place, others, length))
    return lists


def _hold_at_length(place: Array, others: Sequence[Array], length: float) -> Array:
    if not others:
        return place
    line = place - others[-1]
    return np.asarray(others[-1] + line * (length / max(float(np.linalg.norm(line)), 1e-6)))


class ContactTracker:
    """Detects the contacts of one point, independently of the pieces in which its path arrives."""

    def __init__(self) -> None:
        self.contacts: list[Contact] = []
        self._next = 0
        self._earliest = 0
        self._positions = np.empty((0, 2))
        self._landing = self._lifting = np.empty(0, bool)

    def extend(self, positions: Array, heights: Array, speeds: Array, *, last: bool) -> None:
        """Process more of the path.

        Args:
            positions: [N, 2] x and z in metres.
            heights: [N] metres above the height during contact.
            speeds: [N] horizontal metres per second.
            last: whether this is the end of the path.
        """
        landing = (heights < LANDING_HEIGHT) & (speeds < LANDING_SPEED)
        lifting = (heights > LIFTING_HEIGHT) | (speeds > LIFTING_SPEED)
        self._positions = np.concatenate([self._positions, positions])
        self._landing = np.concatenate([self._landing, landing & ~lifting])
        self._lifting = np.concatenate([self._lifting, lifting])
        while len(self._positions) and (self._end() if self._stands else self._begin(last=last)):
            pass

    def settle(self, contacts: Sequence[Contact], *, before: int) -> None:
        """Fix the held positions of contacts that started before a frame; drop those that ended before it."""
        self.contacts = [
            settled if settled.start < before else own
            for own, settled in zip(self.contacts, contacts, strict=True)
            if own.stop is None or own.stop >= before
        ]

    @property
    def _stands(self) -> bool:
        return bool(self.contacts) and self.contacts[-1].stop is None

    def _begin(self, *, last: bool) -> bool:
        """Look for the next contact; return False when more frames are needed."""
        may = self._landing & (np.arange(len(self._landing)) + self._next >= self._earliest)
        if not may.any():
            self._consume(len(may))
            return False
        self._consume(int(may.argmax()))
        if len(self._positions) < SETTLING_FRAMES and not last:
            return False
        first = self._lifting[:SETTLING_FRAMES]
        settled = int(first.argmax()) if first.any() else len(first)
        if settled < SHORTEST_FRAMES:
            self._consume(settled)
        else:
            self.contacts.append(Contact(self._next, None, self._positions[:settled].mean(axis=0)))
        return True

    def _end(self) -> bool:
        """Look for the end of the contact; return False when more frames are needed."""
        contact = self.contacts[-1]
        slipped = np.linalg.norm(self._positions - contact.place, axis=-1) > SLIP_METRES
        over = slipped | self._lifting
        if not over.any():
            self._consume(len(over))
            return False
        end = int(over.argmax())
        self.contacts[-1] = replace(contact, stop=self._next + end)
        self._earliest = self._next + end + (SLIDING_FRAMES if slipped[end] else 0)
        self._consume(end)
        return True

    def _consume(self, frames: int) -> None:
        self._next += frames
        self._positions, self._landing = self._positions[frames:], self._landing[frames:]
        self._lifting = self._lifting[frames:]
