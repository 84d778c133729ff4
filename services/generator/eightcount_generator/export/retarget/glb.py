"""Writes a dance as binary glTF on the skeleton of a character, in metres, y up, with a mannequin on its bones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from eightcount_common.importing.character.character import Character
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.fitting.whole_body import LEG_LENGTH
from eightcount_generator.body.rotations import Array, to_quaternions
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.export.glb import MATERIALS, make_continuous, material
from eightcount_generator.export.gltf import TRIANGLES, VERTICES, Binary, Document, columns
from eightcount_generator.export.mesh import build_mesh
from eightcount_generator.export.retarget.mannequin import fit_mannequin
from eightcount_generator.export.retarget.proportions import t_pose_positions
from eightcount_generator.export.retarget.retargeting import Retargeting
from eightcount_generator.export.whole_dance import collect_pieces

_UNITS = (1.0, 0.01, 0.0254, 0.001, 0.3048)
"""Metres per unit of common files, the most likely first."""
_LEGS = 0.55, 1.25
"""Range of the length of a person's thigh and shank in metres."""


def write_character_glb(pieces: Iterable[Dance], character: Character, file: BinaryIO) -> Iterator[int]:
    """Write a dance for a character as .glb; yield the number of finished frames.

    Nodes are the character's joints under their names, without end sites; the mapped joints rotate, one is translated,
    and all are bound in the character's stance.

    Raises:
        InvalidInputError: EMPTY_DANCE; there is no frame.
    """
    dance = yield from collect_pieces(pieces)
    scene = _Scene(Retargeting(character))
    binary = Binary()
    document = {
        "asset": {"version": "2.0", "generator": "Eightcount"},
        "scene": 0,
        "scenes": [{"name": "dance", "nodes": [0, len(scene.joints)]}],
        "nodes": scene.nodes(),
        "materials": [material(name, colour) for name, colour in MATERIALS],
        "meshes": [{"name": "figure", "primitives": scene.primitives(binary)}],
        "skins": [scene.skin(binary)],
        "animations": [scene.animation(binary, dance)],
    }
    binary.write(document, file)


def metres_per_unit(character: Character) -> float:
    """Return the first usual unit with which the legs have the length of a person's; otherwise the one that makes them
    ours.
    """
    shortest, longest = _LEGS
    return next((unit for unit in _UNITS if shortest <= character.leg * unit <= longest), LEG_LENGTH / character.leg)


class _Scene:
    """The character's joints as nodes, in its stance.

    Attributes:
        joints: joints of the character, in the order of the nodes.
    """

    def __init__(self, retargeting: Retargeting) -> None:
        self._retargeting = retargeting
        character = retargeting.character
        bvh, stance = character.bvh, character.stance
        self._unit = metres_per_unit(character)
        self._to_ours = stance.world.T
        self.joints = [joint for joint, channels in enumerate(bvh.channels) if channels or joint in set(bvh.parents)]
        self._node = {joint: node for node, joint in enumerate(self.joints)}
        self._turned = self._to_ours @ stance.turned
        self._positions = stance.positions @ self._to_ours.T * self._unit

    def nodes(self) -> list[Document]:
        """Return a node for each joint in its stance, then the mannequin."""
        bvh, nodes = self._retargeting.character.bvh, []
        for joint in self.joints:
            node: Document = {"name": bvh.joints[joint], "translation": self._from_parent(joint).tolist()}
            turned = self._against_parent(joint)
            if not np.allclose(turned, np.eye(3)):
                node["rotation"] = to_quaternions(turned).tolist()
            children = [self._node[child] for child in self.joints if bvh.parents[child] == joint]
            nodes.append(node | ({"children": children} if children else {}))
        return [*nodes, {"name": "figure", "mesh": 0, "skin": 0}]

    def skin(self, binary: Binary) -> Document:
        """Return the skin, bound in the character's stance."""
        matrices = np.tile(np.eye(4), (len(self.joints), 1, 1))
        turned = np.swapaxes(self._turned[self.joints], -1, -2)
        matrices[:, :3, :3] = turned
        matrices[:, :3, 3] = -(turned @ self._positions[self.joints][..., None])[..., 0]
        return {
            "name": "body",
            "skeleton": 0,
            "joints": list(range(len(self.joints))),
            "inverseBindMatrices": binary.add(columns(matrices)),
        }

    def primitives(self, binary: Binary) -> list[Document]:
        """Return the limbs of each colour, swung from the T to the stance; every vertex moves with one joint."""
        retargeting = self._retargeting
        limbs, carriers = fit_mannequin(retargeting.proportions), self._find_carriers()
        primitives = []
        for number, (_, colour) in enumerate(MATERIALS):
            mesh = build_mesh([limb for limb in limbs if limb.colour == colour], rig=retargeting.proportions.rig)
            carrier = np.array(carriers)[mesh.joints]
            positions, normals = self._in_stance(mesh.positions, mesh.normals, carrier)
            joints = np.zeros((len(carrier), 4), np.uint16)
            joints[:, 0] = [self._node[joint] for joint in carrier]
            weights = np.zeros(joints.shape, np.float32)
            weights[:, 0] = 1
            attributes = {
                "POSITION": binary.add(positions.astype(np.float32), target=VERTICES, bounds=True),
                "NORMAL": binary.add(normals.astype(np.float32), target=VERTICES),
                "JOINTS_0": binary.add(joints, target=VERTICES),
                "WEIGHTS_0": binary.add(weights, target=VERTICES),
            }
            indices = binary.add(mesh.triangles.reshape(-1).astype(np.uint16), target=TRIANGLES)
            primitives.append({"attributes": attributes, "indices": indices, "material": number})
        return primitives

    def animation(self, binary: Binary, dance: Dance) -> Document:
        """Return the animation: rotations of the mapped joints, and the translation of the one that moves."""
        retargeting, character = self._retargeting, self._retargeting.character
        blocks = list(retargeting.blocks(dance))
        place, local = (np.concatenate([getattr(one, name) for one in blocks]) for name in ("place", "local"))
        if character.bvh.parents[character.mover] < 0:
            place = place @ self._to_ours.T
        times = binary.add((np.arange(len(dance)) / FRAME_RATE_HERTZ).astype(np.float32), bounds=True)
        tracks: list[tuple[int, str, Array]] = [(self._node[character.mover], "translation", place * self._unit)]
        for number, one in enumerate(retargeting.joints):
            turned = local[:, number]
            turned = self._to_ours @ turned if character.bvh.parents[one.joint] < 0 else turned
            tracks.append((self._node[one.joint], "rotation", make_continuous(to_quaternions(turned)[:, None])[:, 0]))
        samplers, channels = [], []
        for sampler, (node, path, values) in enumerate(tracks):
            output = binary.add(np.ascontiguousarray(values, np.float32))
            samplers.append({"input": times, "output": output, "interpolation": "LINEAR"})
            channels.append({"sampler": sampler, "target": {"node": node, "path": path}})
        return {"name": "dance", "samplers": samplers, "channels": channels}

    def _in_stance(self, positions: Array, normals: Array, carrier: NDArray[np.int_]) -> tuple[Array, Array]:
        """Move vertices of the T, in file units from the pelvis, to the character's stance, in metres."""
        retargeting = self._retargeting
        swung = {one.joint: one.swing for one in retargeting.joints}
        tee = t_pose_positions(retargeting.character, retargeting.joints)
        pelvis = tee[retargeting.character.parts.pelvis]
        back = self._to_ours @ self._retargeting.character.stance.body
        turn = np.stack([back @ swung[joint].T for joint in carrier])
        from_joint = (positions + pelvis - tee[carrier]) * self._unit
        placed = self._positions[carrier] + (turn @ from_joint[..., None])[..., 0]
        turned = (turn @ normals[..., None])[..., 0]
        return placed, turned / np.linalg.norm(turned, axis=-1, keepdims=True)

    def _find_carriers(self) -> list[int]:
        """[24] the character's joint that follows each joint of our skeleton, or the next mapped one above it."""
        pelvis = self._retargeting.character.parts.pelvis
        found: list[int] = []
        following: dict[int, int] = {}
        for one in self._retargeting.joints:
            following.setdefault(one.second if one.share > 0.5 else one.first, one.joint)
        for joint, parent in enumerate(BODY.parents):
            found.append(following.get(joint, found[parent] if parent >= 0 else pelvis))
        return found

    def _from_parent(self, joint: int) -> Array:
        parent = self._retargeting.character.bvh.parents[joint]
        if parent < 0:
            return np.asarray(self._positions[joint])
        return np.asarray((self._positions[joint] - self._positions[parent]) @ self._turned[parent])

    def _against_parent(self, joint: int) -> Array:
        parent = self._retargeting.character.bvh.parents[joint]
        return np.asarray(self._turned[joint] if parent < 0 else self._turned[parent].T @ self._turned[joint])
