"""Writes a dance as binary glTF 2.0: a skinned mannequin and its animation, for Blender, game engines and browsers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import numpy as np

from eightcount_common.media.colours import Rgb
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import Array, to_quaternions
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT
from eightcount_generator.export.gltf import TRIANGLES, VERTICES, Binary, Document, columns
from eightcount_generator.export.mannequin import LEFT, MANNEQUIN, MIDDLE, RIGHT
from eightcount_generator.export.mesh import build_mesh
from eightcount_generator.export.whole_dance import collect_pieces

MATERIALS = (("middle", MIDDLE), ("left", LEFT), ("right", RIGHT))
"""Names and colours of the mannequin's surfaces."""
_JOINTS = len(BODY)
_STANDING = np.array([0.0, STANDING_HEIGHT, 0.0])
_MANNEQUIN_NODE = _JOINTS
"""Nodes are the joints in their order, then the mannequin."""


def write_glb(pieces: Iterable[Dance], file: BinaryIO) -> Iterator[int]:
    """Write a dance as .glb; yield the number of collected frames after each piece.

    Metres; y up, the floor at 0. Nodes are named after the joints of `BODY`; the pelvis is translated and all joints
    are rotated, with linear interpolation (rotations on the shortest path). Bound in the rest pose, a T that stands on
    the floor.

    Raises:
        InvalidInputError: EMPTY_DANCE; there is no frame.
    """
    dance = yield from collect_pieces(pieces)
    binary = Binary()
    document = {
        "asset": {"version": "2.0", "generator": "Eightcount"},
        "scene": 0,
        "scenes": [{"name": "dance", "nodes": [0, _MANNEQUIN_NODE]}],
        "nodes": _nodes(),
        "materials": [material(name, colour) for name, colour in MATERIALS],
        "meshes": [{"name": "figure", "primitives": _primitives(binary)}],
        "skins": [_skin(binary)],
        "animations": [_animation(binary, dance)],
    }
    binary.write(document, file)


def _nodes() -> list[Document]:
    nodes: list[Document] = []
    for joint, (name, offset) in enumerate(zip(BODY.joints, BODY.offsets, strict=True)):
        node: Document = {"name": name, "translation": offset.tolist()}
        children = [child for child, parent in enumerate(BODY.parents) if parent == joint]
        nodes.append(node | ({"children": children} if children else {}))
    nodes[0]["translation"] = _STANDING.tolist()
    return [*nodes, {"name": "figure", "mesh": 0, "skin": 0}]


def material(name: str, colour: Rgb) -> Document:
    """Return a matt surface; glTF requires linear colours, ours are sRGB."""
    linear = (np.array(colour) / 255) ** 2.2
    surface = {"baseColorFactor": [*linear.round(4).tolist(), 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.75}
    return {"name": name, "pbrMetallicRoughness": surface}


def _primitives(binary: Binary) -> list[Document]:
    """Return the limbs of each colour; every vertex moves with one joint."""
    primitives = []
    for material, (_, colour) in enumerate(MATERIALS):
        mesh = build_mesh([limb for limb in MANNEQUIN if limb.colour == colour])
        joints = np.zeros((len(mesh.joints), 4), np.uint8)
        joints[:, 0] = mesh.joints
        weights = np.zeros(joints.shape, np.float32)
        weights[:, 0] = 1
        positions = (mesh.positions + _STANDING).astype(np.float32)
        attributes = {
            "POSITION": binary.add(positions, target=VERTICES, bounds=True),
            "NORMAL": binary.add(_unit(mesh.normals), target=VERTICES),
            "JOINTS_0": binary.add(joints, target=VERTICES),
            "WEIGHTS_0": binary.add(weights, target=VERTICES),
        }
        indices = binary.add(mesh.triangles.reshape(-1).astype(np.uint16), target=TRIANGLES)
        primitives.append({"attributes": attributes, "indices": indices, "material": material})
    return primitives


def _skin(binary: Binary) -> Document:
    """Return the skin: from the rest pose to each joint's own axes."""
    matrices = np.tile(np.eye(4), (_JOINTS, 1, 1))
    matrices[:, :3, 3] = -(BODY.rest + _STANDING)
    return {
        "name": "body",
        "skeleton": 0,
        "joints": list(range(_JOINTS)),
        "inverseBindMatrices": binary.add(columns(matrices)),
    }


def _animation(binary: Binary, dance: Dance) -> Document:
    times = binary.add((np.arange(len(dance)) / FRAME_RATE_HERTZ).astype(np.float32), bounds=True)
    quaternions = make_continuous(to_quaternions(dance.rotations))
    tracks = [(0, "translation", dance.root)]
    tracks += [(joint, "rotation", quaternions[:, joint]) for joint in range(_JOINTS)]
    samplers, channels = [], []
    for sampler, (node, path, values) in enumerate(tracks):
        output = binary.add(np.ascontiguousarray(values, np.float32))
        samplers.append({"input": times, "output": output, "interpolation": "LINEAR"})
        channels.append({"sampler": sampler, "target": {"node": node, "path": path}})
    return {"name": "dance", "samplers": samplers, "channels": channels}


def make_continuous(quaternions: Array) -> Array:
    """Return [T, J, 4] with signs so that each quaternion is nearer to the previous one than its negative."""
    towards = np.where(np.sum(quaternions[1:] * quaternions[:-1], axis=-1, keepdims=True) < 0, -1.0, 1.0)
    signs = np.concatenate([np.ones_like(quaternions[:1, :, :1]), np.cumprod(towards, axis=0)])
    return np.asarray(quaternions * signs)


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)
