"""The interface between the pose pipeline and the engine that runs its networks: arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from eightcount_common.motion import FloatArray

Precision = Literal["auto", "f32", "bf16"]
"""Arithmetic of the networks; with `auto` the engine takes the fastest that the hardware computes in."""
DETECTOR_SIDE = 224
"""Pixels of the detector's square input."""
CROP_SIDE = 256
"""Pixels of the landmark network's square input."""


@dataclass(frozen=True, slots=True)
class DetectorOutput:
    """Raw output of the person detector for B frames and A = 2254 anchors.

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
        heatmaps: [B, 64, 64, 39] logits of each landmark's position.
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
        """Identifies the engine and its arithmetic in the model id: its key in `ENGINES` and the precision that it
        computes in, for example "openvino-bf16".
        """

    def detect(self, frames: FloatArray) -> DetectorOutput:
        """Run the person detector on frames [B, 224, 224, 3], RGB in [-1, 1].

        Raises:
            ValueError: the frames have another size; see `require_size`.
        """

    def regress(self, crops: FloatArray) -> RegressorOutput:
        """Run the landmark network on crops [B, 256, 256, 3], RGB in [0, 1].

        Raises:
            ValueError: the crops have another size; see `require_size`.
        """


class PoseNetworks(Protocol):
    """Both networks of one variant, loaded once and shared by the engines of all threads."""

    def create_engine(self) -> PoseEngine:
        """Return an engine for one thread."""


class LoadNetworks(Protocol):
    """Loads the networks of one variant; imports the engine's library only now, and opens no network connection."""

    def __call__(self, detector: Path, landmarks: Path, *, precision: Precision, concurrency: int) -> PoseNetworks:
        """Return the networks.

        Args:
            detector: tflite file of the person detector.
            landmarks: tflite file of the landmark network.
            precision: arithmetic of the networks.
            concurrency: number of engines that work at the same time.
        """


def require_size(images: FloatArray, side: int) -> None:
    """Do nothing when images have the size that a network requires.

    Raises:
        ValueError: they do not have the shape [B, side, side, 3].
    """
    if images.shape[1:] != (side, side, 3):
        raise ValueError(f"the network requires the shape [B, {side}, {side}, 3]; got {images.shape}")
