"""What dance a motion is: over time, and as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
from numpy.typing import NDArray

from eightcount_classifier.body import FRAME_RATE_HERTZ, BodyMotion
from eightcount_classifier.dataset import Labels
from eightcount_classifier.evaluation.calibration import probabilities
from eightcount_classifier.model import StyleModel
from eightcount_classifier.training.objectives import judgement_of
from eightcount_classifier.windows import Windows
from eightcount_common.motion import FloatArray

LEAST_CERTAINTY = 0.7
"""A style below this probability is not named."""
LEAST_DOUBT = 0.5
"""From this probability on a movement is called no dance."""
_PROCESSOR = torch.device("cpu")


class Verdict(StrEnum):
    """What a movement was found to be."""

    STYLE = "style"
    UNKNOWN = "unknown"
    NOT_A_DANCE = "not_a_dance"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a movement was found to be.

    Attributes:
        verdict: in one word.
        style: its name; empty unless the verdict is `STYLE`.
        probabilities: [C] of each style, then of "not a dance"; empty when not seen.
        novelty: how unlike the training data it is; above 1 it is unknown.
    """

    verdict: Verdict
    style: str
    probabilities: FloatArray
    novelty: float


NOT_SEEN = Answer(Verdict.NOT_SEEN, "", np.zeros(0, np.float32), 0.0)


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """The answer for a stretch of the motion."""

    start_seconds: float
    end_seconds: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Classification:
    """The answer for the whole motion, and for each stretch of it."""

    whole: Answer
    windows: tuple[WindowAnswer, ...]


@dataclass(frozen=True, slots=True)
class WindowScores:
    """[W, C] logits and [W] novelty of W windows."""

    logits: FloatArray
    novelty: FloatArray


def score(model: StyleModel, inputs: FloatArray) -> WindowScores:
    """What the model makes of prepared inputs [W, ...]."""
    if not len(inputs):
        return WindowScores(np.zeros((0, len(model.labels)), np.float32), np.zeros(0, np.float32))
    found = judgement_of(model.family, model.network, inputs, _PROCESSOR)
    return WindowScores(found.logits.numpy(), model.novelty.scores(found.features.numpy()))


def classify(model: StyleModel, motion: BodyMotion) -> Classification:
    """Names the style of a motion, for models of poses."""
    if not model.facts.uses_beats:
        motion = motion.with_beats(())
    windows = model.family.windows(motion)
    scores = score(model, model.family.inputs(motion, windows))
    return assembled(model, windows, scores, start_seconds=motion.start_seconds)


def assembled(model: StyleModel, windows: Windows, scores: WindowScores, *, start_seconds: float) -> Classification:
    """Answers from scores of the windows in which the dancer is seen."""
    answers = iter(answer_windows(model, scores))
    timed = []
    for frame, seen in zip(windows.starts.tolist(), windows.seen.tolist(), strict=True):
        start = start_seconds + frame / FRAME_RATE_HERTZ
        end = start + windows.length / FRAME_RATE_HERTZ
        timed.append(WindowAnswer(start, end, next(answers) if seen else NOT_SEEN))
    return Classification(answer_whole(model, scores), tuple(timed))


def answer_windows(model: StyleModel, scores: WindowScores) -> list[Answer]:
    """An answer for each window."""
    chances = probabilities(scores.logits, model.window_temperature)
    return [_answer(model.labels, chance, float(novel)) for chance, novel in zip(chances, scores.novelty, strict=True)]


def answer_whole(model: StyleModel, scores: WindowScores) -> Answer:
    """The answer for all windows together: that of their mean logits."""
    if not len(scores.logits):
        return NOT_SEEN
    chances = probabilities(scores.logits.mean(axis=0, keepdims=True), model.recording_temperature)
    return _answer(model.labels, chances[0], float(np.median(scores.novelty)))


def _answer(labels: Labels, chances: NDArray[np.float64], novelty: float) -> Answer:
    best = int(chances[:-1].argmax())
    rounded = chances.astype(np.float32)
    if chances[-1] >= LEAST_DOUBT:
        return Answer(Verdict.NOT_A_DANCE, "", rounded, novelty)
    if novelty > 1 or chances[best] < LEAST_CERTAINTY:
        return Answer(Verdict.UNKNOWN, "", rounded, novelty)
    return Answer(Verdict.STYLE, labels.styles[best], rounded, novelty)
