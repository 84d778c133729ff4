"""The last step of every maker: a dance as a body could dance it, all at once or as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import EASE_FRAMES, Array
from eightcount_generator.body.post_processing.floor import FLOOR_FRAMES, lift_body, lift_feet
from eightcount_generator.body.post_processing.foot_contacts import SETTLING_FRAMES, Contact, ContactTracker
from eightcount_generator.body.post_processing.foot_planting import (
    FEET_FRAMES,
    POINTS,
    SPEED_FRAMES,
    fit_contacts,
    plant_feet,
    update_trackers,
)
from eightcount_generator.body.post_processing.joint_limits import clamp_to_limits
from eightcount_generator.body.post_processing.penetration import SEPARATION_FRAMES, separate_limbs
from eightcount_generator.body.post_processing.smoothing import SMOOTHING_FRAMES, remove_jitter

_CLAMPING_FRAMES = 2 * EASE_FRAMES
SHAPING_FRAMES = SMOOTHING_FRAMES + SEPARATION_FRAMES + _CLAMPING_FRAMES + FLOOR_FRAMES
"""Frames before and after on which the shape of a frame depends: jitter, penetrations, limits."""
STANDING_FRAMES = SETTLING_FRAMES + SPEED_FRAMES + FEET_FRAMES + FLOOR_FRAMES + 2 * _CLAMPING_FRAMES
"""Frames before and after on which its feet depend, beside the contacts that last."""
LOOK_AHEAD_FRAMES = SHAPING_FRAMES + STANDING_FRAMES
"""Frames by which a `PostProcessor` is behind what it was given, beside those that it waits for to work on."""
FIRST_WORK_FRAMES, WORK_FRAMES = 30, 90
"""Frames that a `PostProcessor` collects before it works, at first and later: each piece also costs its context."""


def post_process(dance: Dance) -> Dance:
    """The dance without jitter, penetrations, violations of limits and skating feet, in this order.

    Feet come after all that moves legs, and limits once more at the end: where a foot could stand only by breaking a
    limit, the limit is kept. What is clean passes nearly unchanged, so finishing twice is finishing once.
    """
    return _correct_feet(_correct_shape(dance), None, 0) if len(dance) else dance


class PostProcessor:
    """`post_process` for a dance that comes in pieces: the same frames, `LOOK_AHEAD_FRAMES` later, in flat memory."""

    def __init__(self) -> None:
        self._trackers = tuple(ContactTracker() for _ in POINTS)
        self._shaping = _SlidingWindow(lambda window, _: _correct_shape(window), SHAPING_FRAMES)
        self._standing = _SlidingWindow(self._correct_window, STANDING_FRAMES)
        self._edge: Dance | None = None
        self._seen = 0

    def push(self, piece: Dance) -> Dance | None:
        """The frames that are ready after one more piece, if there are any."""
        return self._ground(self._shaping.push(piece, last=False), last=False)

    def flush(self) -> Dance | None:
        """The frames that are left when no more pieces come."""
        return self._ground(self._shaping.push(None, last=True), last=True)

    def _ground(self, shaped: Dance | None, *, last: bool) -> Dance | None:
        if shaped is not None or last:
            self._track(shaped, last=last)
        ready = self._standing.push(shaped, last=last)
        held = fit_contacts([tracker.contacts for tracker in self._trackers])
        for tracker, contacts in zip(self._trackers, held, strict=True):
            tracker.settle(contacts, before=self._standing.first)
        return ready

    def _track(self, shaped: Dance | None, *, last: bool) -> None:
        """Show the trackers all frames but the newest, whose speed is not known yet, and keep those for next time."""
        parts = [part for part in (self._edge, shaped) if part is not None]
        if not parts:
            return
        known = Dance.concatenate(parts)
        stop = len(known) if last else max(len(known) - SPEED_FRAMES, self._seen)
        joints: Array = known.joints().astype("float64")
        update_trackers(self._trackers, joints, last=last, skip=self._seen, leave=len(known) - stop)
        keep = max(stop - SPEED_FRAMES, 0)
        self._edge, self._seen = known.frames(keep, len(known)), stop - keep

    def _correct_window(self, window: Dance, first: int) -> Dance:
        return _correct_feet(window, [tracker.contacts for tracker in self._trackers], first)


def post_process_pieces(pieces: Iterable[Dance]) -> Iterator[Dance]:
    """`post_process` over the pieces of a dance, piece by piece."""
    finisher = PostProcessor()
    for piece in pieces:
        if (ready := finisher.push(piece)) is not None:
            yield ready
    if (ready := finisher.flush()) is not None:
        yield ready


class _SlidingWindow:
    """Runs a change that looks `context` frames back and ahead over a dance that comes in pieces."""

    def __init__(self, change: Callable[[Dance, int], Dance], context: int) -> None:
        self._change, self._context = change, context
        self._kept: Dance | None = None
        self._done = 0
        self.first = 0
        """Number of the first frame that is still kept."""

    def push(self, piece: Dance | None, *, last: bool) -> Dance | None:
        """The changed frames whose surroundings are known, if there are any; all that is left after the last piece."""
        known = [part for part in (self._kept, piece) if part is not None and len(part)]
        if not known:
            return None
        self._kept = window = Dance.concatenate(known)
        end = self.first + len(window) - (0 if last else self._context)
        if end - self._done < (1 if last else np.clip(self._done, FIRST_WORK_FRAMES, WORK_FRAMES)):
            return None
        ready = self._change(window, self.first).frames(self._done - self.first, end - self.first)
        self._done = end
        keep = max(end - self._context, self.first)
        self._kept = window.frames(keep - self.first, len(window))
        self.first = keep
        return ready


def _correct_shape(dance: Dance) -> Dance:
    return lift_body(clamp_to_limits(separate_limbs(remove_jitter(dance))))


def _correct_feet(dance: Dance, found: Sequence[Sequence[Contact]] | None, first: int) -> Dance:
    return clamp_to_limits(lift_feet(clamp_to_limits(plant_feet(dance, found, first=first))))
