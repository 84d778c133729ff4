"""A motion that is judged while it comes, in flat memory: from a camera, or chunk by chunk from a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eightcount_classifier.body import FRAME_RATE_HERTZ, LONGEST_GAP_SECONDS, LONGEST_SECONDS, BodyMotion, body_of
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
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence, concatenate

_HALF_FRAME = 0.5 / FRAME_RATE_HERTZ


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
        return self._answer(self._kept)

    def finish(self) -> Classification:
        """The answer for everything that came."""
        return together(self._model, self._scores, self._windows)

    def _answer(self, motion: MotionSequence) -> list[WindowAnswer]:
        if self._first_seconds is None:
            body = body_of(motion)
            if not len(body):
                self._kept = motion.frames(len(motion) - 1, len(motion))
                return []
            self._first_seconds = body.start_seconds
        start = self._first_seconds + self._next_window * HOP_SECONDS
        if float(motion.timestamps[-1]) - start > LONGEST_SECONDS:
            raise InvalidInputError(
                f"motion: a gap of more than {LONGEST_SECONDS / 3600:.0f} hours cannot be judged", reason="TOO_LONG"
            )
        body = _until(body_of(motion, beats_seconds=self._beats, start_seconds=start), motion, start)
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


def _until(body: BodyMotion, motion: MotionSequence, start: float) -> BodyMotion:
    """The body up to the last frame that came: unseen where the dancer has left."""
    frames = int((float(motion.timestamps[-1]) - start + _HALF_FRAME) * FRAME_RATE_HERTZ)
    missing = frames - len(body)
    if missing <= 0:
        return body
    return BodyMotion(
        start,
        np.concatenate([body.joints, np.zeros((missing, *body.joints.shape[1:]), np.float32)]),
        np.concatenate([body.seen, np.zeros(missing, bool)]),
        np.concatenate([body.beat_phase, np.full(missing, np.nan, np.float32)]),
        body.flat,
        body.track_id,
    )
