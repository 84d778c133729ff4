"""Classification of a motion while it streams in, in constant memory: from a camera, or in chunks from a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eightcount_classifier.features.body import (
    FRAME_RATE_HERTZ,
    MAX_GAP_SECONDS,
    BodyMotion,
    find_last_seen,
    standardise_motion,
)
from eightcount_classifier.features.windows import HOP_SECONDS, Windows, cut_windows
from eightcount_classifier.inference.classification import (
    Classification,
    WindowPrediction,
    WindowScores,
    merge_scores,
    predict_timed_windows,
    score_windows,
)
from eightcount_classifier.model import StyleModel
from eightcount_common.motion import MotionSequence, concatenate

_HALF_FRAME = 0.5 / FRAME_RATE_HERTZ
_TINY = 1e-6


class LiveClassifier:
    """Classifies each window as soon as it is complete, and the whole at the end, with a model of poses.

    Windows and predictions are the same as for the whole motion at once; only a motion without depth is scaled by the
    part of it that is buffered.
    """

    def __init__(self, model: StyleModel, *, beats_seconds: Sequence[float] = ()) -> None:
        self._model = model
        self._beats = beats_seconds if model.metadata.uses_beats else ()
        self._buffer: MotionSequence | None = None
        self._first_seconds: float | None = None
        self._next_window = 0
        self._windows: list[WindowPrediction] = []
        self._scores: list[WindowScores] = []

    def add(self, part: MotionSequence) -> list[WindowPrediction]:
        """Add the next frames, and return predictions for the windows that are complete now.

        Raises:
            InvalidInputError: the frames do not follow the earlier ones, or the skeleton lacks a joint.
        """
        self._buffer = part if self._buffer is None else concatenate([self._buffer, part])
        return self._classify_windows(self._buffer, ended=False)

    def finish(self) -> Classification:
        """Return the classification, including the windows that waited for a lost dancer to reappear."""
        if self._buffer is not None:
            self._classify_windows(self._buffer, ended=True)
        return merge_scores(self._model, self._scores, self._windows)

    def _classify_windows(self, motion: MotionSequence, *, ended: bool) -> list[WindowPrediction]:
        if not len(motion):
            return []
        if self._first_seconds is None:
            body = standardise_motion(motion)
            if not len(body):
                self._buffer = motion.frames(len(motion) - 1, len(motion))
                return []
            self._first_seconds = body.start_seconds
        start = self._first_seconds + self._next_window * HOP_SECONDS
        body = standardise_motion(motion, beats_seconds=self._beats, start_seconds=start)
        if not ended:
            settled = int(np.floor((_find_settled_end(motion) - start) * FRAME_RATE_HERTZ + _TINY)) + 1
            body = body.part(0, max(settled, 0))
        windows = cut_windows(body)
        predictions = self._score_windows(body, windows)
        self._next_window += len(windows.starts)
        self._trim_buffer(motion)
        return predictions

    def _score_windows(self, body: BodyMotion, windows: Windows) -> list[WindowPrediction]:
        scores = score_windows(self._model, self._model.family.inputs(body, windows))
        if windows.seen.any():
            self._scores.append(scores)
        predictions = predict_timed_windows(self._model, windows, scores, start_seconds=body.start_seconds)
        self._windows += predictions
        return predictions

    def _trim_buffer(self, motion: MotionSequence) -> None:
        """Drop the frames that no later window needs, except those that may bridge a gap into it."""
        needed = (self._first_seconds or 0.0) + self._next_window * HOP_SECONDS - 2 * MAX_GAP_SECONDS
        first = max(int(np.searchsorted(motion.timestamps, needed)) - 1, 0)
        self._buffer = motion.frames(first, len(motion))


def _find_settled_end(motion: MotionSequence) -> float:
    """Return the time until which the body is final: after a loss, later frames may still bridge the gap."""
    end, last_seen = float(motion.timestamps[-1]), find_last_seen(motion)
    if last_seen == end:
        return end
    if last_seen is not None and end - last_seen <= MAX_GAP_SECONDS:
        return last_seen
    return end - _HALF_FRAME
