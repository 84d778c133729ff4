"""The BlazePose networks: their names and the packages that their weights come from."""

from __future__ import annotations

from enum import StrEnum

from eightcount_common.weights import NpmPackage, PypiWheel, WeightFile

_WHEEL = PypiWheel("mediapipe", "0.10.21", python="3.11", platform="manylinux_2_28_x86_64")
_NPM = NpmPackage("@mediapipe/pose", "0.5.1675469404")


class Variant(StrEnum):
    """Size of the landmark network."""

    LITE = "lite"
    FULL = "full"
    HEAVY = "heavy"


DETECTOR = WeightFile(
    "pose_detection.tflite",
    "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    _WHEEL,
    "mediapipe/modules/pose_detection/pose_detection.tflite",
)
"""Person detector, 224 x 224."""
LANDMARKS = {
    Variant.LITE: WeightFile(
        "pose_landmark_lite.tflite",
        "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
        _NPM,
        "package/pose_landmark_lite.tflite",
    ),
    Variant.FULL: WeightFile(
        "pose_landmark_full.tflite",
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        _NPM,
        "package/pose_landmark_full.tflite",
    ),
    Variant.HEAVY: WeightFile(
        "pose_landmark_heavy.tflite",
        "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
        _NPM,
        "package/pose_landmark_heavy.tflite",
    ),
}
"""Landmark networks, 256 x 256."""
ALL_WEIGHTS = (DETECTOR, *LANDMARKS.values())
"""All files that the service can use."""
