"""Post-processing of generated dances: makes them physically plausible, as a whole or piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import EASE_FRAMES, Array
from eightcount_generator.body.post_processing.floor import FLOOR_FRAMES, lift_body, lift_feet
from eightcount_generator.body.post_processing.foot_contacts import SETTLING_FRAMES, Contact, ContactTracker
from eightcount_generator.body.post_processing.footskate_cleanup import (
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
"""Frames before and after on which its feet depend, beside long contacts."""
LOOK_AHEAD_FRAMES = SHAPING_FRAMES + STANDING_FRAMES
"""Frames by which a `PostProcessor` lags behind, beside those that it collects before it works."""
FIRST_WORK_FRAMES, WORK_FRAMES = 30, 90
"""Frames that a `PostProcessor` collects before it works, at first and later: each piece also costs its context."""


def post_process(dance: Dance) -> Dance:
    """Remove jitter, penetrations, violations of joint limits and foot skating, in this order.

    Feet come after everything that moves the legs, and limits once more at the end: where a foot could be planted only
    by violating a limit, the limit is kept. Clean motion passes nearly unchanged, so a second pass changes nothing.
    """
    return _correct_feet(_correct_shape(dance), None, 0) if len(dance) else dance


class PostProcessor:
    """`post_process` for a dance in pieces: the same frames, `LOOK_AHEAD_FRAMES` later, in constant memory."""

    def __init__(self) -> None:
        self._trackers = tuple(ContactTracker() for _ in POINTS)
        self._shaping = _SlidingWindow(lambda window, _: _correct_shape(window), SHAPING_FRAMES)
        self._standing = _SlidingWindow(self._correct_window, STANDING_FRAMES)
        self._edge: Dance | None = None
        self._seen = 0

    def push(self, piece: Dance) -> Dance | None:
        """Process one more piece; return the frames that are ready, if there are any."""
        return self._ground(self._shaping.push(piece, last=False), last=False)

    def flush(self) -> Dance | None:
        """Return the remaining frames after the last piece."""
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
        """Pass all frames to the trackers except the newest, whose speed is not known yet; keep those for later."""
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
    """Apply `post_process` to the pieces of a dance, piece by piece."""
    finisher = PostProcessor()
    for piece in pieces:
        if (ready := finisher.push(piece)) is not None:
            yield ready
    if (ready := finisher.flush()) is not None:
        yield ready


class _SlidingWindow:
    """Applies a correction with `context` frames of context on both sides to a dance in pieces."""

    def __init__(self, change: Callable[[Dance, int], Dance], context: int) -> None:
        self._change, self._context = change, context
        self._kept: Dance | None = None
        self._done = 0
        self.first = 0
        """Number of the first frame that is still kept."""

    def push(self, piece: Dance | None, *, last: bool) -> Dance | None:
        """Return the corrected frames whose context is known, if there are any; all remaining ones after the last
        piece.
        """
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
