"""Probes: linear models that see bone lengths, speed, camera or one still frame, but not the dance.

A model that is hardly better than such a probe may have learned who was recorded, where and how.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eightcount_classifier.dataset import Example
from eightcount_classifier.evaluation.splits import Fold
from eightcount_classifier.features.body import FRAME_RATE_HERTZ, BodyMotion, bone_lengths
from eightcount_classifier.features.frame_features import FrameFeatures
from eightcount_common.skeletons import BODY_12

ProbeInputs = dict[str, Callable[[Example[Any]], NDArray[np.floating]]]
NEAR = 0.8
"""A probe is near the model if it reaches this fraction of the model's distance from chance."""
_LEFT, _RIGHT = BODY_12.index("left_hip"), BODY_12.index("right_hip")
_SHOULDERS = BODY_12.indices(("left_shoulder", "right_shoulder"))


@dataclass(frozen=True, slots=True)
class Probe:
    """Accuracy of a linear model on the same split.

    Attributes:
        name: description of its input.
        balanced_accuracy: of recordings, 0 to 1.
    """

    name: str
    balanced_accuracy: float

    def is_near(self, model_accuracy: float, chance: float) -> bool:
        """Return whether the accuracy of the model may come from the recording rather than the dance."""
        return self.balanced_accuracy >= chance + NEAR * (model_accuracy - chance)


def run_probes(examples: Sequence[Example[Any]], classes: NDArray[np.intp], folds: Sequence[Fold]) -> tuple[Probe, ...]:
    """Run the probes on the folds of the model.

    Args:
        examples: N recordings, of poses or of frames; recordings that show nobody are left out.
        classes: [N]; classes below 0 are left out.
        folds: see `splits`.
    """
    shown = np.flatnonzero([_has_content(example.data) for example in examples])
    folds = [np.flatnonzero(np.isin(shown, fold)) for fold in folds]
    examples, classes = [examples[position] for position in shown.tolist()], classes[shown]
    return tuple(
        Probe(name, measure_probe(np.stack([compute(example) for example in examples]), classes, folds))
        for name, compute in _select_probe_inputs(examples).items()
    )


def _has_content(data: BodyMotion | FrameFeatures) -> bool:
    return bool(data.seen.any()) if isinstance(data, BodyMotion) else len(data) > 0


def _select_probe_inputs(examples: Sequence[Example[Any]]) -> ProbeInputs:
    """Return the inputs of the probes; none if the recordings are of different kinds."""
    if all(isinstance(example.data, BodyMotion) for example in examples):
        return _motion_probe_inputs(examples)
    if all(isinstance(example.data, FrameFeatures) for example in examples):
        return _frame_probe_inputs(examples)
    return {}


def _motion_probe_inputs(examples: Sequence[Example[BodyMotion]]) -> ProbeInputs:
    """Return the probe inputs of motions: build of the dancer, speed, and camera."""
    cameras = sorted({example.source.camera for example in examples})
    return {
        "bone lengths as recorded": lambda example: example.data.bones,
        "bone lengths as the model sees them": lambda example: _standard_bone_lengths(example.data),
        "speed": lambda example: speed_statistics(example.data),
        "camera": lambda example: _camera_statistics(example, cameras),
    }


def _frame_probe_inputs(examples: Sequence[Example[FrameFeatures]]) -> ProbeInputs:
    """Return the probe inputs of videos: one frame from the middle, in which nothing moves, and the camera.

    A still frame may reveal the room, the light or the clothes.
    """
    inputs: ProbeInputs = {"one still frame": _middle_frame_features}
    cameras = sorted({example.source.camera for example in examples})
    if len(cameras) > 1:
        inputs["camera"] = lambda example: np.array([example.source.camera == camera for camera in cameras], np.float64)
    return inputs


def measure_probe(inputs: NDArray[np.floating], classes: NDArray[np.intp], folds: Sequence[Fold]) -> float:
    """Return the cross-validated balanced accuracy of a logistic regression on inputs [N, F]."""
    predictions = np.full(len(classes), -1)
    for fold in folds:
        training = np.setdiff1d(np.flatnonzero(classes >= 0), fold)
        model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=1000))
        if not len(fold) or len(np.unique(classes[training])) < 2:
            continue
        predictions[fold] = model.fit(inputs[training], classes[training]).predict(inputs[fold])
    evaluated = (classes >= 0) & (predictions >= 0)
    values = np.unique(classes[evaluated])
    return float(np.mean([np.mean(predictions[evaluated & (classes == value)] == value) for value in values]))


def speed_statistics(motion: BodyMotion) -> NDArray[np.float64]:
    """Return mean, deviation and 95th percentile of the mean joint speed, in metres per second."""
    both = motion.seen[1:] & motion.seen[:-1]
    speed = np.linalg.norm(np.diff(motion.joints, axis=0), axis=-1).mean(axis=1)[both] * FRAME_RATE_HERTZ
    return np.array([speed.mean(), speed.std(), np.percentile(speed, 95)]) if len(speed) else np.zeros(3)


def _standard_bone_lengths(motion: BodyMotion) -> NDArray[np.floating]:
    """Return bone lengths rounded to 0.1 mm: standardised, rounding errors would distinguish recordings."""
    return np.round(bone_lengths(motion.joints[motion.seen]), 4)


def _camera_statistics(example: Example[BodyMotion], cameras: list[str]) -> NDArray[np.float64]:
    """Return the camera, the direction the dancer faces, and how upright the dancer appears."""
    joints = example.data.joints[example.data.seen]
    across = joints[:, _LEFT] - joints[:, _RIGHT]
    heading = np.arctan2(across[:, 2], across[:, 0])
    spine = joints[:, _SHOULDERS].mean(axis=(0, 1))
    one_hot = [float(example.source.camera == camera) for camera in cameras]
    return np.array([*one_hot, np.cos(heading).mean(), np.sin(heading).mean(), spine[0], spine[2], example.data.flat])


def _middle_frame_features(example: Example[FrameFeatures]) -> NDArray[np.float64]:
    features = example.data.features
    return np.asarray(features[len(features) // 2], np.float64)
