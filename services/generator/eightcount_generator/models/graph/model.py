"""Files of motion graphs: safetensors, which contain numbers and no code."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from eightcount_common.errors import InvalidInputError
from eightcount_generator.models.file_metadata import decode_metadata, encode_metadata
from eightcount_generator.models.graph.motion_graph import MotionGraph

FAMILY = "graph"
_VERSION = 1
_QUATERNION_SCALE = 32767
"""Value of 1 in quaternions of 16 bits: steps of 0.004 degrees."""
_POSITIONS = ("first", "frame", "recording", "following", "jumps")
_NUMBERS = ("root", "energy", "jump_costs")


def graph_bytes(graph: MotionGraph) -> bytes:
    """Return the graph as the content of a file."""
    tensors: dict[str, NDArray[Any]] = {name: getattr(graph, name).astype(np.int32) for name in _POSITIONS}
    tensors |= {name: getattr(graph, name).astype(np.float32) for name in _NUMBERS}
    tensors["quaternions"] = np.round(graph.quaternions * _QUATERNION_SCALE).astype(np.int16)
    return save(tensors, encode_metadata(FAMILY, _VERSION, names=graph.names, styles=graph.styles))


def read_graph(data: bytes) -> MotionGraph:
    """Read a graph from the content of a file.

    Raises:
        InvalidInputError: INVALID_MODEL; the file is damaged, no graph, or of another version.
    """
    try:
        metadata = decode_metadata(data, family=FAMILY, version=_VERSION)
        tensors = load(data)
        positions = {name: tensors[name].astype(np.intp) for name in _POSITIONS}
        numbers = {name: tensors[name].astype(np.float32) for name in _NUMBERS}
        graph = MotionGraph(
            tuple(map(str, metadata["names"])), tuple(map(str, metadata["styles"])), positions["first"],
            numbers["root"],
            (tensors["quaternions"] / np.float32(_QUATERNION_SCALE)).astype(np.float32), positions["frame"],
            positions["recording"], positions["following"], numbers["energy"], positions["jumps"],
            numbers["jump_costs"],
        )  # fmt: skip
        _check(graph)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise InvalidInputError(
            f"the file is not a motion graph, or it is damaged: {error}", reason="INVALID_MODEL"
        ) from error
    return graph


def _check(graph: MotionGraph) -> None:
    """Raise ValueError where indices point outside, so that a damaged file fails when it is read and not later."""
    frames, beats, recordings = len(graph.root), len(graph.frame), len(graph.names)
    shapes = (
        graph.root.shape == (frames, 3), graph.quaternions.shape == (frames, 24, 4), beats % 2 == 0,
        len(graph.styles) == recordings, graph.first.shape == (recordings + 1,),
        graph.jumps.ndim == 2, graph.jumps.shape == graph.jump_costs.shape, len(graph.jumps) == beats,
        graph.recording.shape == graph.following.shape == graph.energy.shape == (beats,),
    )  # fmt: skip
    ranges = (
        (graph.first, 0, frames), (graph.frame, 0, frames - 1), (graph.recording, 0, recordings - 1),
        (graph.following, -1, beats - 1), (graph.jumps, -1, beats - 1),
    )  # fmt: skip
    if not all(shapes) or frames < 2:
        raise ValueError("shapes do not agree")
    if any(len(values) and (values.min() < low or values.max() > high) for values, low, high in ranges):
        raise ValueError("indices are out of range")
    if not all(np.isfinite(values).all() for values in (graph.root, graph.energy)):
        raise ValueError("values are not finite")
