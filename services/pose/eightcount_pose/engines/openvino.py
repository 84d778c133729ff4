"""The networks on the processor with OpenVINO, which reads the tflite files as they are."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray
from eightcount_pose.engines.base import (
    CROP_SIDE,
    DETECTOR_SIDE,
    DetectorOutput,
    Precision,
    RegressorOutput,
    require_size,
)

_USED_OUTPUTS = (0, 1, 3, 4)
"""Landmarks, presence, heatmaps and world landmarks; without output 2 the segmentation branch is never computed."""


def import_openvino() -> ModuleType:
    """Import `openvino` without its telemetry; nothing else in this package may import it.

    The import alone would post usage data to an analytics host. With None in place of the telemetry package that
    package cannot be imported, and OpenVINO falls back on its own stub.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    module: ModuleType = openvino
    return module


class OpenVinoNetworks:
    """Compiled networks, shared by the engines of all threads; see `LoadNetworks` for the arguments.

    Each inference uses one thread: with one call per core that is the fastest, and more threads slow each other down.
    With the precision `auto`, bf16 is used where the processor computes in it.
    """

    def __init__(self, detector: Path, landmarks: Path, *, precision: Precision, concurrency: int) -> None:
        openvino = import_openvino()
        core = openvino.Core()
        self.precision = precision if precision != "auto" else _select_precision(core)
        config = {
            "NUM_STREAMS": concurrency,
            "INFERENCE_NUM_THREADS": concurrency,
            # Several services share the machine: pinned threads would meet on the first cores.
            "ENABLE_CPU_PINNING": False,
            "INFERENCE_PRECISION_HINT": self.precision,
        }
        self.detector = core.compile_model(core.read_model(detector), "CPU", config)
        whole = core.read_model(landmarks)
        used = openvino.Model([whole.outputs[i] for i in _USED_OUTPUTS], whole.get_parameters(), "landmarks")
        self.landmarks = core.compile_model(used, "CPU", config)

    def create_engine(self) -> OpenVinoEngine:
        """Return an engine for one thread."""
        return OpenVinoEngine(self)


def _select_precision(core: Any) -> Literal["f32", "bf16"]:
    return "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


class OpenVinoEngine:
    """A `PoseEngine`; the networks take one frame at a time, because batches gain nothing on a processor."""

    def __init__(self, networks: OpenVinoNetworks) -> None:
        self._detector = networks.detector.create_infer_request()
        self._landmarks = networks.landmarks.create_infer_request()
        self._name = f"openvino-{networks.precision}"

    @property
    def name(self) -> str:
        """Identifies the engine and its arithmetic."""
        return self._name

    def detect(self, frames: FloatArray) -> DetectorOutput:
        """Run the person detector on frames [B, 224, 224, 3], RGB in [-1, 1]."""
        boxes, scores = _infer_each(self._detector, frames, DETECTOR_SIDE)
        return DetectorOutput(boxes, scores[..., 0])

    def regress(self, crops: FloatArray) -> RegressorOutput:
        """Run the landmark network on crops [B, 256, 256, 3], RGB in [0, 1]."""
        landmarks, presence, heatmaps, world = _infer_each(self._landmarks, crops, CROP_SIDE)
        return RegressorOutput(
            landmarks.reshape(-1, 39, 5), presence.reshape(-1), heatmaps, world.reshape(-1, 39, 3)
        )  # fmt: skip


def _infer_each(request: Any, inputs: FloatArray, side: int) -> list[NDArray[np.float32]]:
    """Return the network's outputs for every input, stacked.

    Raises:
        ValueError: the inputs do not have the shape [B, side, side, 3].
    """
    require_size(inputs, side)
    rows: list[list[NDArray[np.float32]]] = []
    for one in inputs:
        request.infer({0: np.ascontiguousarray(one[None], np.float32)}, share_inputs=True)
        rows.append([np.array(request.get_output_tensor(i).data) for i in range(len(request.model_outputs))])
    return [np.concatenate(column) for column in zip(*rows, strict=True)]
