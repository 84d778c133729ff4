"""The files of the BlazePose networks (Bazarevsky et al., 2020), Apache-2.0, and the packages that they come from."""

from __future__ import annotations

from eightcount_common.weights import NpmPackage, PypiWheel, WeightFile

_WHEEL = PypiWheel("mediapipe", "0.10.21", python="3.11", platform="manylinux_2_28_x86_64")
_NPM = NpmPackage("@mediapipe/pose", "0.5.1675469404")

DETECTOR = WeightFile(
    "pose_detection.tflite",
    "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    _WHEEL,
    "mediapipe/modules/pose_detection/pose_detection.tflite",
)
"""Person detector, 224 x 224."""


def _landmarks(size: str, sha256: str) -> WeightFile:
    name = f"pose_landmark_{size}.tflite"
    return WeightFile(name, sha256, _NPM, f"package/{name}")


LANDMARKS = {
    "lite": _landmarks("lite", "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61"),
    "full": _landmarks("full", "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f"),
    "heavy": _landmarks("heavy", "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe"),
}
"""Landmark networks by size, 256 x 256."""
