"""A video that is judged by a model of frames while it is looked at, in flat memory."""

from __future__ import annotations

import numpy as np

from eightcount_classifier.classification import (
    Classification,
    WindowAnswer,
    WindowScores,
    score,
    timed_answers,
    together,
)
from eightcount_classifier.frame_features import FeaturePart, FrameFeatures
from eightcount_classifier.model import StyleModel
from eightcount_classifier.pictures import PICTURES_HERTZ
from eightcount_classifier.windows import HOP_SECONDS


class FilmClassifier:
    """Answers windows as their features come, and the whole at the end; for models of frames.

    Windows lie where they would lie had all features been given at once, and are answered alike.
    """

    def __init__(self, model: StyleModel) -> None:
        self._model = model
        self._kept: FrameFeatures | None = None
        self._windows: list[WindowAnswer] = []
        self._scores: list[WindowScores] = []

    def add(self, part: FeaturePart) -> list[WindowAnswer]:
        """Takes the next part, and answers the windows that are complete by now."""
        film = self._joined(part)
        windows = self._model.family.windows(film)
        scores = score(self._model, self._model.family.inputs(film, windows))
        if len(scores.logits):
            self._scores.append(scores)
        answers = timed_answers(self._model, windows, scores, start_seconds=film.start_seconds)
        self._windows += answers
        self._kept = film.part(len(windows.starts) * round(HOP_SECONDS * PICTURES_HERTZ), len(film))
        return answers

    def finish(self) -> Classification:
        """The answer for everything that came."""
        return together(self._model, self._scores, self._windows)

    def _joined(self, part: FeaturePart) -> FrameFeatures:
        if self._kept is None:
            return FrameFeatures(part.place.origin_seconds, part.features, self._model.facts.backbone)
        features = np.concatenate([self._kept.features, part.features])
        return FrameFeatures(self._kept.start_seconds, features, self._kept.backbone)
