"""Classification of a motion: over time, and as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
from numpy.typing import NDArray

from eightcount_classifier.dataset import Labels
from eightcount_classifier.evaluation.calibration import calibrate
from eightcount_classifier.families.outputs import compute_outputs
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.features.windows import Windows
from eightcount_classifier.model import StyleModel
from eightcount_common.motion import FloatArray

MIN_STYLE_PROBABILITY = 0.7
"""Lowest probability at which a style is named."""
MIN_NOT_A_DANCE_PROBABILITY = 0.5
"""Lowest probability at which a movement is classified as not a dance."""
_PROCESSOR = torch.device("cpu")


class Verdict(StrEnum):
    """Kind of a prediction."""

    STYLE = "style"
    UNKNOWN = "unknown"
    NOT_A_DANCE = "not_a_dance"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Prediction:
    """Prediction for a window or a whole motion.

    Attributes:
        verdict: kind of the prediction.
        style: name of the style; empty unless the verdict is `STYLE`.
        probabilities: [C] of each style, then of "not a dance"; empty if the dancer was not seen.
        novelty: distance to the training data as a multiple of the threshold; above 1 the movement is unknown.
    """

    verdict: Verdict
    style: str
    probabilities: FloatArray
    novelty: float


NOT_SEEN = Prediction(Verdict.NOT_SEEN, "", np.zeros(0, np.float32), 0.0)


@dataclass(frozen=True, slots=True)
class WindowPrediction:
    """Prediction for a window of the motion."""

    start_seconds: float
    end_seconds: float
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class Classification:
    """Predictions for the whole motion and for each window of it."""

    whole: Prediction
    windows: tuple[WindowPrediction, ...]


@dataclass(frozen=True, slots=True)
class WindowScores:
    """Logits [W, C] and novelty [W] of W windows."""

    logits: FloatArray
    novelty: FloatArray


def score_windows(model: StyleModel, inputs: FloatArray) -> WindowScores:
    """Run the model on inputs [W, ...]."""
    if not len(inputs):
        return WindowScores(np.zeros((0, len(model.labels)), np.float32), np.zeros(0, np.float32))
    output = compute_outputs(model.family, model.network, inputs, _PROCESSOR)
    return WindowScores(output.logits.numpy(), model.novelty.scores(output.features.numpy()))


def classify(model: StyleModel, motion: BodyMotion) -> Classification:
    """Classify a motion with a model of poses."""
    if not model.metadata.uses_beats:
        motion = motion.with_beats(())
    windows = model.family.windows(motion)
    scores = score_windows(model, model.family.inputs(motion, windows))
    return build_classification(model, windows, scores, start_seconds=motion.start_seconds)


def build_classification(
    model: StyleModel, windows: Windows, scores: WindowScores, *, start_seconds: float
) -> Classification:
    """Build the classification from the scores of the windows in which the dancer is seen."""
    timed = predict_timed_windows(model, windows, scores, start_seconds=start_seconds)
    return Classification(predict_recording(model, scores), tuple(timed))


def merge_scores(
    model: StyleModel, scores: Sequence[WindowScores], windows: Sequence[WindowPrediction]
) -> Classification:
    """Build the classification of a motion whose windows were scored in several parts."""
    if not scores:
        return Classification(NOT_SEEN, tuple(windows))
    whole = WindowScores(
        np.concatenate([one.logits for one in scores]), np.concatenate([one.novelty for one in scores])
    )
    return Classification(predict_recording(model, whole), tuple(windows))


def predict_timed_windows(
    model: StyleModel, windows: Windows, scores: WindowScores, *, start_seconds: float
) -> list[WindowPrediction]:
    """Return predictions for all windows, from the scores of those in which the dancer is seen."""
    predictions = iter(predict_windows(model, scores))
    timed = []
    for frame, seen in zip(windows.starts.tolist(), windows.seen.tolist(), strict=True):
        start = start_seconds + frame / windows.rate_hertz
        end = start + windows.length / windows.rate_hertz
        timed.append(WindowPrediction(start, end, next(predictions) if seen else NOT_SEEN))
    return timed


def predict_windows(model: StyleModel, scores: WindowScores) -> list[Prediction]:
    """Return a prediction for each window."""
    probabilities = calibrate(scores.logits, model.window_temperature)
    return [
        _predict(model.labels, row, float(novelty)) for row, novelty in zip(probabilities, scores.novelty, strict=True)
    ]


def predict_recording(model: StyleModel, scores: WindowScores) -> Prediction:
    """Return the prediction for all windows together, from their mean logits."""
    if not len(scores.logits):
        return NOT_SEEN
    probabilities = calibrate(scores.logits.mean(axis=0, keepdims=True), model.recording_temperature)
    return _predict(model.labels, probabilities[0], float(np.median(scores.novelty)))


def _predict(labels: Labels, probabilities: NDArray[np.float64], novelty: float) -> Prediction:
    best = int(probabilities[:-1].argmax())
    rounded = probabilities.astype(np.float32)
    if probabilities[-1] >= MIN_NOT_A_DANCE_PROBABILITY:
        return Prediction(Verdict.NOT_A_DANCE, "", rounded, novelty)
    if novelty > 1 or probabilities[best] < MIN_STYLE_PROBABILITY:
        return Prediction(Verdict.UNKNOWN, "", rounded, novelty)
    return Prediction(Verdict.STYLE, labels.styles[best], rounded, novelty)
