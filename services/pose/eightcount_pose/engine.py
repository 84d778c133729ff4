"""The seam between the pose pipeline and whatever runs its networks: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from eightcount_common.motion import FloatArray

DETECTOR_SIDE = 224
"""Pixels of the detector's square input."""
CROP_SIDE = 256
"""Pixels of the landmark network's square input."""


@dataclass(frozen=True, slots=True)
class DetectorOutput:
    """Raw output of the person detector for B pictures and A anchors.

    Attributes:
        boxes: [B, A, 12] box and four keypoints relative to each anchor, in pixels of the input.
        logits: [B, A] score before the sigmoid.
    """

    boxes: FloatArray
    logits: FloatArray


@dataclass(frozen=True, slots=True)
class RegressorOutput:
    """Raw output of the landmark network for B crops.

    Attributes:
        landmarks: [B, 39, 5] x, y, z in pixels of the crop, then the logits of visibility and presence.
        presence: [B] probability that the crop shows a person.
        heatmaps: [B, H, W, 39] logits of each landmark's place.
        world: [B, 39, 3] metres, origin between the hips, in the crop's orientation.
    """

    landmarks: FloatArray
    presence: FloatArray
    heatmaps: FloatArray
    world: FloatArray


class PoseEngine(Protocol):
    """Runs the two networks. An instance serves one thread at a time."""

    @property
    def name(self) -> str:
        """What runs and how, for the model id, for example "openvino-bf16"."""

    def detect(self, pictures: FloatArray) -> DetectorOutput:
        """Looks for people in pictures [B, 224, 224, 3], RGB in [-1, 1]."""

    def regress(self, crops: FloatArray) -> RegressorOutput:
        """Finds the landmarks of the person in crops [B, 256, 256, 3], RGB in [0, 1]."""
