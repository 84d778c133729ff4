"""Motions in binary glTF 2.0 (Khronos, 2021): the first animation of a skeleton's nodes, as the product exports it."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.bvh_body import LEG_METRES
from eightcount_common.importing.limbs import find_limbs
from eightcount_common.importing.smpl import positions_to_motion
from eightcount_common.importing.source import Source, read_bytes
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12

Array = NDArray[np.float64]

MAX_BYTES = 128 * 2**20
MAX_NODES = 1000
MAX_FRAMES = 250_000
_MAX_TEXT = 32 * 2**20
_BLOCK = 4096
_FLOAT = 5126
_WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}
_TURNS = ("Zrotation", "Xrotation", "Yrotation")
_FASTEST_HERTZ = 2000.0
_STANDARD_HERTZ = 30.0


@dataclass(frozen=True, slots=True)
class _Track:
    """The movement of a node: [N] seconds and [N, W] values, a translation (W = 3) or a quaternion x y z w (W = 4)."""

    seconds: Array
    values: Array

    def at(self, seconds: Array) -> Array:
        """Return [T, W], linear between the keys; quaternions on the shortest path."""
        values = self.values
        if values.shape[1] == 4:
            turns = np.where(np.sum(values[1:] * values[:-1], axis=1) < 0, -1.0, 1.0)
            values = values * np.concatenate([[1.0], np.cumprod(turns)])[:, None]
        return np.stack([np.interp(seconds, self.seconds, column) for column in values.T], axis=1)


@dataclass(frozen=True, slots=True)
class _Node:
    """A node in its rest pose: name, parent, translation [3], quaternion [4] and one scale."""

    name: str
    parent: int
    place: Array
    turn: Array
    scale: float


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Nodes with parents before their children, and their places there by their numbers in the file."""

    nodes: list[_Node]
    places: dict[int, int]


def read_glb_motion(source: Source) -> MotionSequence:
    """Read the first animation of a .glb file as a motion over `BODY_12`, scaled so that the legs are `LEG_METRES`.

    Raises:
        InvalidInputError: INVALID_GLB; SKELETON_UNKNOWN.
    """
    try:
        return _read(read_bytes(source, max_bytes=MAX_BYTES))
    except (struct.error, KeyError, IndexError, TypeError, ValueError, RecursionError, AttributeError) as error:
        raise refuse_glb("a document of glTF 2.0 with its arrays", f"{type(error).__name__}: {error}"[:120]) from error


def refuse_glb(required: str, given: str) -> InvalidInputError:
    """Return the error for a file that is no .glb with a motion."""
    return InvalidInputError(f"glb: {required} is required; got {given}", reason="INVALID_GLB")


def _read(data: bytes) -> MotionSequence:
    document, binary = _split(data)
    read = _read_nodes(document["nodes"])
    nodes = read.nodes
    tracks = {(read.places[node], path): track for (node, path), track in _read_tracks(document, binary).items()}
    seconds = _timeline(tracks)
    body = find_limbs(_resting_bvh(nodes))
    joints = np.concatenate([
        _positions(nodes, tracks, seconds[start : start + _BLOCK], body.columns)
        for start in range(0, len(seconds), _BLOCK)
    ])  # fmt: skip
    leg = _leg_length(joints)
    if not 0 < leg < np.inf:
        raise refuse_glb("legs with a length", str(leg))
    rate = (len(seconds) - 1) / (seconds[-1] - seconds[0]) if len(seconds) > 1 else _STANDARD_HERTZ
    return positions_to_motion(joints * LEG_METRES / leg, float(rate), model="glb")


def _split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the document and the block of arrays."""
    magic, version, _ = struct.unpack_from("<4sII", data)
    if magic != b"glTF" or version != 2:
        raise refuse_glb("binary glTF 2.0", repr(data[:8]))
    size, kind = struct.unpack_from("<I4s", data, 12)
    if kind != b"JSON" or size > _MAX_TEXT or 20 + size > len(data):
        raise refuse_glb(f"a document of at most {_MAX_TEXT} bytes", f"{size} bytes")
    document = json.loads(data[20 : 20 + size])
    if 28 + size > len(data):
        return document, b""
    length, kind = struct.unpack_from("<I4s", data, 20 + size)
    start = 28 + size
    if kind != b"BIN\0" or start + length > len(data):
        raise refuse_glb("a whole block of arrays", f"{len(data) - start} of {length} bytes")
    return document, data[start : start + length]


def _read_nodes(values: list[dict[str, Any]]) -> _Nodes:
    if not 0 < len(values) <= MAX_NODES:
        raise refuse_glb(f"1 to {MAX_NODES} nodes", str(len(values)))
    parents = [-1] * len(values)
    for number, value in enumerate(values):
        for child in value.get("children", ()):
            if not 0 <= child < len(values) or parents[child] >= 0 or child == number:
                raise refuse_glb("a tree of nodes", "a node with two parents")
            parents[child] = number
    order = _order(parents)
    place = {old: new for new, old in enumerate(order)}
    nodes = [_read_node(values[old], place.get(parents[old], -1), old) for old in order]
    return _Nodes(nodes, place)


def _order(parents: list[int]) -> list[int]:
    """Return the nodes with parents before their children."""
    children: list[list[int]] = [[] for _ in parents]
    for child, parent in enumerate(parents):
        if parent >= 0:
            children[parent].append(child)
    order = [number for number, parent in enumerate(parents) if parent < 0]
    for number in order:
        order.extend(children[number])
    if len(order) != len(parents):
        raise refuse_glb("a tree of nodes", "a ring")
    return order


def _read_node(value: dict[str, Any], parent: int, number: int) -> _Node:
    name = str(value.get("name", f"node{number}"))
    if "matrix" in value:
        matrix = np.array(value["matrix"], np.float64).reshape(4, 4).T
        scale = float(np.cbrt(abs(np.linalg.det(matrix[:3, :3]))))
        return _Node(name, parent, matrix[:3, 3], _quaternion(matrix[:3, :3] / max(scale, 1e-12)), scale)
    place = np.array(value.get("translation", (0, 0, 0)), np.float64).reshape(3)
    turn = np.array(value.get("rotation", (0, 0, 0, 1)), np.float64).reshape(4)
    scale = float(np.mean(np.array(value.get("scale", (1, 1, 1)), np.float64).reshape(3)))
    return _Node(name, parent, place, turn, scale)


def _read_tracks(document: dict[str, Any], binary: bytes) -> dict[tuple[int, str], _Track]:
    if not document.get("animations"):
        raise refuse_glb("an animation", "none")
    animation = document["animations"][0]
    found = {}
    for channel in animation["channels"]:
        target, sampler = channel["target"], animation["samplers"][channel["sampler"]]
        path = target["path"]
        if path not in ("translation", "rotation") or "node" not in target:
            continue
        seconds = _read_accessor(document, binary, sampler["input"])[:, 0]
        values = _read_accessor(document, binary, sampler["output"])
        if sampler.get("interpolation") == "CUBICSPLINE":
            values = values.reshape(len(seconds), 3, -1)[:, 1]
        if len(values) != len(seconds) or not len(seconds) or (np.diff(seconds) <= 0).any():
            raise refuse_glb("a value for each of ascending times", f"{len(values)} for {len(seconds)}")
        found[int(target["node"]), path] = _Track(seconds, values)
    if not found:
        raise refuse_glb("an animation that moves nodes", "one that does not")
    return found


def _read_accessor(document: dict[str, Any], binary: bytes, number: int) -> Array:
    """Return [N, W] numbers of an accessor, checked against the file."""
    accessor = document["accessors"][number]
    view = document["bufferViews"][accessor["bufferView"]]
    width, count = _WIDTHS[accessor["type"]], int(accessor["count"])
    start = int(view.get("byteOffset", 0)) + int(accessor.get("byteOffset", 0))
    if accessor["componentType"] != _FLOAT or "sparse" in accessor or view.get("byteStride", 4 * width) != 4 * width:
        raise refuse_glb("animations of plain floating-point numbers", str(accessor)[:100])
    if not 0 <= count <= 3 * MAX_FRAMES or start < 0 or start + 4 * width * count > len(binary):
        raise refuse_glb("arrays that lie in the file", f"{count} values at {start}")
    values = np.frombuffer(binary, "<f4", width * count, start).astype(np.float64).reshape(count, width)
    if not np.isfinite(values).all():
        raise refuse_glb("finite numbers", "others")
    return values


def _timeline(tracks: dict[tuple[int, str], _Track]) -> Array:
    """Return [T] even times from the first key to the last, as close as the densest track has them."""
    times = [track.seconds for track in tracks.values()]
    first, last = min(one[0] for one in times), max(one[-1] for one in times)
    densest = max(times, key=len)
    step = float(np.median(np.diff(densest))) if len(densest) > 1 else 1 / _STANDARD_HERTZ
    frames = round((last - first) / max(step, 1 / _FASTEST_HERTZ)) + 1
    if frames > MAX_FRAMES:
        raise refuse_glb(f"at most {MAX_FRAMES} frames", str(frames))
    return np.linspace(first, last, frames)


def _resting_bvh(nodes: list[_Node]) -> Bvh:
    """Return the nodes in their rest pose as a hierarchy, parents first, for the search of arms and legs."""
    positions = np.stack([place for place, _, _ in _rest(nodes)])
    offsets = np.array([
        positions[number] - (positions[node.parent] if node.parent >= 0 else 0.0) for number, node in enumerate(nodes)
    ])  # fmt: skip
    return Bvh(
        tuple(node.name for node in nodes),
        tuple(node.parent for node in nodes),
        offsets,
        (_TURNS,) * len(nodes),
        np.zeros((1, 3 * len(nodes))),
        1 / _STANDARD_HERTZ,
    )


def _rest(nodes: list[_Node]) -> list[tuple[Array, Array, float]]:
    """Return position, rotation and scale of each node in the world, at rest."""
    found: list[tuple[Array, Array, float]] = []
    for node in nodes:
        turn = _matrices(node.turn[None])[0]
        if node.parent < 0:
            found.append((node.place, turn, node.scale))
            continue
        place, above, scale = found[node.parent]
        found.append((place + scale * (above @ node.place), above @ turn, scale * node.scale))
    return found


def _positions(nodes: list[_Node], tracks: dict[tuple[int, str], _Track], seconds: Array, wanted: list[int]) -> Array:
    """Return [T, 12, 3] positions of some nodes at these times."""
    found: dict[int, tuple[Array, Array, float]] = {}

    def place(number: int) -> tuple[Array, Array, float]:
        path = [number]
        while path[-1] not in found and nodes[path[-1]].parent >= 0:
            path.append(nodes[path[-1]].parent)
        for one in reversed(path):
            if one not in found:
                found[one] = _place_node(nodes[one], one, found.get(nodes[one].parent), tracks, seconds)
        return found[number]

    return np.stack([place(number)[0] for number in wanted], axis=1)


def _place_node(
    node: _Node, number: int, above: tuple[Array, Array, float] | None, tracks: dict[tuple[int, str], _Track],
    seconds: Array,
) -> tuple[Array, Array, float]:  # fmt: skip
    moved, turned = tracks.get((number, "translation")), tracks.get((number, "rotation"))
    shift = moved.at(seconds) if moved else np.broadcast_to(node.place, (len(seconds), 3))
    turn = _matrices(turned.at(seconds) if turned else np.broadcast_to(node.turn, (len(seconds), 4)))
    if above is None:
        return np.asarray(shift), turn, node.scale
    place, world, scale = above
    return place + scale * (world @ shift[..., None])[..., 0], world @ turn, scale * node.scale


def _matrices(quaternions: Array) -> Array:
    """Return [T, 3, 3] of [T, 4] x y z w."""
    x, y, z, w = (quaternions / np.maximum(np.linalg.norm(quaternions, axis=1, keepdims=True), 1e-12)).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), 2, 0)


def _quaternion(matrix: Array) -> Array:
    """Return [4] x y z w of a rotation, from the eigenvector of its symmetric form (Bar-Itzhack, 2000)."""
    m = matrix
    k = np.array([
        [m[0, 0] - m[1, 1] - m[2, 2], m[1, 0] + m[0, 1], m[2, 0] + m[0, 2], m[2, 1] - m[1, 2]],
        [m[1, 0] + m[0, 1], m[1, 1] - m[0, 0] - m[2, 2], m[2, 1] + m[1, 2], m[0, 2] - m[2, 0]],
        [m[2, 0] + m[0, 2], m[2, 1] + m[1, 2], m[2, 2] - m[0, 0] - m[1, 1], m[1, 0] - m[0, 1]],
        [m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], m[0, 0] + m[1, 1] + m[2, 2]],
    ]) / 3  # fmt: skip
    return np.asarray(np.linalg.eigh(k)[1][:, -1])


def _leg_length(joints: Array) -> float:
    """Return the length of thigh and shin: the mean of both legs, the median over time."""
    lengths = np.zeros(len(joints))
    for side in ("left", "right"):
        hip, knee, ankle = (joints[:, BODY_12.index(f"{side}_{part}")] for part in ("hip", "knee", "ankle"))
        lengths += (np.linalg.norm(knee - hip, axis=1) + np.linalg.norm(ankle - knee, axis=1)) / 2
    return float(np.median(lengths))
