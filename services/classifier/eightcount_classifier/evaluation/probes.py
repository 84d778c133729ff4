"""How much of a style can be told from what is not the dance: bone lengths, speed, camera, a still picture.

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

from eightcount_classifier.body import FRAME_RATE_HERTZ, BodyMotion, bone_lengths
from eightcount_classifier.dataset import Example
from eightcount_classifier.frame_features import FrameFeatures
from eightcount_classifier.splits import Fold
from eightcount_common.skeletons import BODY_12

FactsByName = dict[str, Callable[[Example[Any]], NDArray[np.floating]]]
NEAR = 0.8
"""A probe that reaches this part of the model's distance from chance comes near it."""
_LEFT, _RIGHT = BODY_12.index("left_hip"), BODY_12.index("right_hip")
_SHOULDERS = BODY_12.indices(("left_shoulder", "right_shoulder"))


@dataclass(frozen=True, slots=True)
class Probe:
    """What a linear model reached on the same split.

    Attributes:
        name: what it was given.
        balanced_accuracy: of recordings, 0 to 1.
    """

    name: str
    balanced_accuracy: float

    def is_near(self, model_accuracy: float, chance: float) -> bool:
        """Whether the model's accuracy may be the recording and not the dance."""
        return self.balanced_accuracy >= chance + NEAR * (model_accuracy - chance)


def run_probes(examples: Sequence[Example[Any]], classes: NDArray[np.intp], folds: Sequence[Fold]) -> tuple[Probe, ...]:
    """Probes on the folds that the model was judged on.

    Args:
        examples: N recordings, of poses or of frames; those that show nobody are left out.
        classes: [N]; those below 0 are left out.
        folds: see `splits`.
    """
    shown = np.flatnonzero([_shows_something(example.data) for example in examples])
    folds = [np.flatnonzero(np.isin(shown, fold)) for fold in folds]
    examples, classes = [examples[position] for position in shown.tolist()], classes[shown]
    return tuple(
        Probe(name, probe_accuracy(np.stack([given(example) for example in examples]), classes, folds))
        for name, given in _facts_of(examples).items()
    )


def _shows_something(data: BodyMotion | FrameFeatures) -> bool:
    return bool(data.seen.any()) if isinstance(data, BodyMotion) else len(data) > 0


def _facts_of(examples: Sequence[Example[Any]]) -> FactsByName:
    """What each probe is given of a recording; nothing where not all are of one kind."""
    if all(isinstance(example.data, BodyMotion) for example in examples):
        return _facts_of_motions(examples)
    if all(isinstance(example.data, FrameFeatures) for example in examples):
        return _facts_of_frames(examples)
    return {}


def _facts_of_motions(examples: Sequence[Example[BodyMotion]]) -> FactsByName:
    """Of recordings of poses: the dancer's build, how fast the dancer is, and the camera."""
    cameras = sorted({example.source.camera for example in examples})
    return {
        "bone lengths as recorded": lambda example: example.data.bones,
        "bone lengths as the model sees them": lambda example: _bones_seen(example.data),
        "speed": lambda example: speed_facts(example.data),
        "camera": lambda example: _camera_facts(example, cameras),
    }


def _facts_of_frames(examples: Sequence[Example[FrameFeatures]]) -> FactsByName:
    """Of videos: one picture from the middle, in which nothing moves, and the camera.

    What a still picture tells may be the room, the light or the clothes.
    """
    facts: FactsByName = {"one still picture": _middle_picture}
    cameras = sorted({example.source.camera for example in examples})
    if len(cameras) > 1:
        facts["camera"] = lambda example: np.array([example.source.camera == camera for camera in cameras], np.float64)
    return facts


def probe_accuracy(facts: NDArray[np.floating], classes: NDArray[np.intp], folds: Sequence[Fold]) -> float:
    """Balanced accuracy of a logistic regression on [N, F] facts, cross-validated."""
    answers = np.full(len(classes), -1)
    for fold in folds:
        training = np.setdiff1d(np.flatnonzero(classes >= 0), fold)
        model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=1000))
        if not len(fold) or len(np.unique(classes[training])) < 2:
            continue
        answers[fold] = model.fit(facts[training], classes[training]).predict(facts[fold])
    judged = (classes >= 0) & (answers >= 0)
    values = np.unique(classes[judged])
    return float(np.mean([np.mean(answers[judged & (classes == value)] == value) for value in values]))


def speed_facts(motion: BodyMotion) -> NDArray[np.float64]:
    """Mean, deviation and 95th percentile of the joints' mean speed, in metres a second."""
    both = motion.seen[1:] & motion.seen[:-1]
    speed = np.linalg.norm(np.diff(motion.joints, axis=0), axis=-1).mean(axis=1)[both] * FRAME_RATE_HERTZ
    return np.array([speed.mean(), speed.std(), np.percentile(speed, 95)]) if len(speed) else np.zeros(3)


def _bones_seen(motion: BodyMotion) -> NDArray[np.floating]:
    """Bone lengths to a tenth of a millimetre: scaled up, the rounding of the computer would tell recordings apart."""
    return np.round(bone_lengths(motion.joints[motion.seen]), 4)


def _camera_facts(example: Example[BodyMotion], cameras: list[str]) -> NDArray[np.float64]:
    """The camera by name, where the dancer faces, and how upright the dancer stands in the picture."""
    joints = example.data.joints[example.data.seen]
    across = joints[:, _LEFT] - joints[:, _RIGHT]
    heading = np.arctan2(across[:, 2], across[:, 0])
    spine = joints[:, _SHOULDERS].mean(axis=(0, 1))
    named = [float(example.source.camera == camera) for camera in cameras]
    return np.array([*named, np.cos(heading).mean(), np.sin(heading).mean(), spine[0], spine[2], example.data.flat])


def _middle_picture(example: Example[FrameFeatures]) -> NDArray[np.float64]:
    features = example.data.features
    return np.asarray(features[len(features) // 2], np.float64)
