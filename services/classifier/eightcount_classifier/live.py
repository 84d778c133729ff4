"""A motion that is judged while it comes, in flat memory: from a camera, or chunk by chunk from a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eightcount_classifier.body import (
    FRAME_RATE_HERTZ,
    LONGEST_GAP_SECONDS,
    BodyMotion,
    body_of,
    last_seen_seconds,
)
from eightcount_classifier.classification import (
    Classification,
    WindowAnswer,
    WindowScores,
    score,
    timed_answers,
    together,
)
from eightcount_classifier.model import StyleModel
from eightcount_classifier.windows import HOP_SECONDS, Windows, windows_of
from eightcount_common.motion import MotionSequence, concatenate

_HALF_FRAME = 0.5 / FRAME_RATE_HERTZ
_TINY = 1e-6


class LiveClassifier:
    """Answers each window as soon as it is complete, and the whole at the end; for models of poses.

    Windows lie where they would lie had the whole motion been given at once, and are answered alike; only a motion
    without depth is brought to size by what of it is at hand.
    """

    def __init__(self, model: StyleModel, *, beats_seconds: Sequence[float] = ()) -> None:
        self._model = model
        self._beats = beats_seconds if model.facts.uses_beats else ()
        self._kept: MotionSequence | None = None
        self._first_seconds: float | None = None
        self._next_window = 0
        self._windows: list[WindowAnswer] = []
        self._scores: list[WindowScores] = []

    def add(self, part: MotionSequence) -> list[WindowAnswer]:
        """Takes the next frames, and answers the windows that are complete by now.

        Raises:
            InvalidInputError: the frames do not follow the earlier ones, or the skeleton lacks a joint.
        """
        self._kept = part if self._kept is None else concatenate([self._kept, part])
        return self._answer(self._kept, ended=False)

    def finish(self) -> Classification:
        """The answer for everything that came, and for the windows that waited for a lost dancer to come back."""
        if self._kept is not None:
            self._answer(self._kept, ended=True)
        return together(self._model, self._scores, self._windows)

    def _answer(self, motion: MotionSequence, *, ended: bool) -> list[WindowAnswer]:
        if not len(motion):
            return []
        if self._first_seconds is None:
            body = body_of(motion)
            if not len(body):
                self._kept = motion.frames(len(motion) - 1, len(motion))
                return []
            self._first_seconds = body.start_seconds
        start = self._first_seconds + self._next_window * HOP_SECONDS
        body = body_of(motion, beats_seconds=self._beats, start_seconds=start)
        if not ended:
            settled = int(np.floor((_settled_seconds(motion) - start) * FRAME_RATE_HERTZ + _TINY)) + 1
            body = body.part(0, max(settled, 0))
        windows = windows_of(body)
        answers = self._judge(body, windows)
        self._next_window += len(windows.starts)
        self._forget(motion)
        return answers

    def _judge(self, body: BodyMotion, windows: Windows) -> list[WindowAnswer]:
        scores = score(self._model, self._model.family.inputs(body, windows))
        if windows.seen.any():
            self._scores.append(scores)
        answers = timed_answers(self._model, windows, scores, start_seconds=body.start_seconds)
        self._windows += answers
        return answers

    def _forget(self, motion: MotionSequence) -> None:
        """Drops the frames that no coming window needs; those that may bridge a gap into it are kept."""
        needed = (self._first_seconds or 0.0) + self._next_window * HOP_SECONDS - 2 * LONGEST_GAP_SECONDS
        first = max(int(np.searchsorted(motion.timestamps, needed)) - 1, 0)
        self._kept = motion.frames(first, len(motion))


def _settled_seconds(motion: MotionSequence) -> float:
    """Until when the body is known for good: where the dancer was just lost, what comes next may bridge the gap."""
    end, last_seen = float(motion.timestamps[-1]), last_seen_seconds(motion)
    if last_seen == end:
        return end
    if last_seen is not None and end - last_seen <= LONGEST_GAP_SECONDS:
        return last_seen
    return end - _HALF_FRAME
