"""Classification of a video by a model of frames, part by part, in constant memory."""

from __future__ import annotations

import numpy as np

from eightcount_classifier.features.frame_features import FeaturePart, FrameFeatures
from eightcount_classifier.features.frame_sampling import SAMPLING_HERTZ
from eightcount_classifier.features.windows import HOP_SECONDS
from eightcount_classifier.inference.classification import (
    Classification,
    WindowPrediction,
    WindowScores,
    merge_scores,
    predict_timed_windows,
    score_windows,
)
from eightcount_classifier.model import StyleModel


class VideoClassifier:
    """Classifies windows as their features arrive, and the whole at the end, with a model of frames.

    Windows and predictions are the same as for all features at once.
    """

    def __init__(self, model: StyleModel) -> None:
        self._model = model
        self._buffer: FrameFeatures | None = None
        self._windows: list[WindowPrediction] = []
        self._scores: list[WindowScores] = []

    def add(self, part: FeaturePart) -> list[WindowPrediction]:
        """Add the next part, and return predictions for the windows that are complete now."""
        video = self._append_part(part)
        windows = self._model.family.windows(video)
        scores = score_windows(self._model, self._model.family.inputs(video, windows))
        if len(scores.logits):
            self._scores.append(scores)
        predictions = predict_timed_windows(self._model, windows, scores, start_seconds=video.start_seconds)
        self._windows += predictions
        self._buffer = video.part(len(windows.starts) * round(HOP_SECONDS * SAMPLING_HERTZ), len(video))
        return predictions

    def finish(self) -> Classification:
        """Return the classification of everything that was added."""
        return merge_scores(self._model, self._scores, self._windows)

    def _append_part(self, part: FeaturePart) -> FrameFeatures:
        if self._buffer is None:
            return FrameFeatures(part.position.origin_seconds, part.features, self._model.metadata.backbone)
        features = np.concatenate([self._buffer.features, part.features])
        return FrameFeatures(self._buffer.start_seconds, features, self._buffer.backbone)
