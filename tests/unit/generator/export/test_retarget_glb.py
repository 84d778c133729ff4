"""A dance for somebody else's character as glTF: its bones, and a mannequin that fits them."""

from __future__ import annotations

import io

import numpy as np
import pygltflib
import pytest

from eightcount_common.importing.bvh import read_bvh
from eightcount_common.importing.character.character import Character, read_character
from eightcount_generator.export.retarget.bvh import write_character_bvh
from eightcount_generator.export.retarget.glb import metres_per_unit, write_character_glb
from tests.data.rigs import BIPED, BLENDER, CONVENTIONS, MIXAMO, PLAIN, UNREAL, RigOf, bvh_of
from tests.unit.generator.export.test_glb import array, node_worlds
from tests.unit.generator.export_dances import dance, pieces, standing

EVERY = pytest.mark.parametrize("rig", CONVENTIONS.values(), ids=list(CONVENTIONS))


def character(rig: RigOf) -> Character:
    return read_character(io.BytesIO(bvh_of(rig).encode()))


def read(whole, rig: RigOf) -> pygltflib.GLTF2:
    file = io.BytesIO()
    list(write_character_glb(pieces(whole), character(rig), file))
    return pygltflib.GLTF2.load_from_bytes(file.getvalue())


def skinned(gltf: pygltflib.GLTF2, frame: int) -> np.ndarray:
    """[V, 3] all corners as an engine moves them."""
    skin = gltf.skins[0]
    inverse = array(gltf, skin.inverseBindMatrices).reshape(-1, 4, 4).swapaxes(1, 2)
    matrices = node_worlds(gltf)[frame][skin.joints] @ inverse
    parts = []
    for primitive in gltf.meshes[0].primitives:
        positions = array(gltf, primitive.attributes.POSITION)
        joints = array(gltf, primitive.attributes.JOINTS_0)[:, 0]
        parts.append(
            np.einsum("vij,vj->vi", matrices[joints], np.column_stack([positions, np.ones(len(positions))]))[:, :3]
        )
    return np.concatenate(parts)


@EVERY
def test_the_nodes_are_the_characters_joints_and_go_where_those_of_the_bvh_go(rig):
    """In metres, y up."""
    whole, found = dance(swing_rad=1.0), character(rig)
    file = io.BytesIO()
    list(write_character_bvh([whole], found, file))
    bvh = read_bvh(io.BytesIO(file.getvalue()))
    gltf = read(whole, rig)
    joints = [joint for joint, channels in enumerate(bvh.channels) if channels]
    assert [node.name for node in gltf.nodes[:-1]] == [bvh.joints[joint] for joint in joints]
    expected = bvh.positions()[:, joints] @ found.stance.world * metres_per_unit(found)
    assert np.abs(node_worlds(gltf)[:, :-1, :3, 3] - expected).max() < 1e-4


@EVERY
def test_the_skin_is_bound_as_the_character_rests(rig):
    gltf = read(standing(2), rig)
    inverse = array(gltf, gltf.skins[0].inverseBindMatrices).reshape(-1, 4, 4).swapaxes(1, 2)
    bare = gltf.animations[0].channels
    gltf.animations[0].channels = [channel for channel in bare if channel.target.node < 0] or bare[:1]
    gltf.animations[0].channels[0].target.node = len(gltf.nodes) - 1
    rest = node_worlds(gltf)[0][gltf.skins[0].joints]
    assert np.abs(rest @ inverse - np.eye(4)).max() < 1e-5


@EVERY
def test_the_mannequin_of_who_stands_is_upright_on_the_floor(rig):
    corners = skinned(read(standing(2), rig), 0)
    found = character(rig)
    size = metres_per_unit(found) * found.leg / 0.835
    assert corners[:, 1].min() == pytest.approx(0, abs=0.012 * size)
    assert 1.4 * size < corners[:, 1].max() < 2.2 * size
    across = corners[:, 0].max() - corners[:, 0].min()
    assert 1.4 * size < across < 2.4 * size  # the dance stands in a T
    assert abs(corners[:, 0].max() + corners[:, 0].min()) < 0.01 * size


@pytest.mark.parametrize(("rig", "metres"), [(MIXAMO, 0.01), (UNREAL, 0.01), (BLENDER, 1.0), (BIPED, 0.0254)])
def test_the_unit_is_told_by_the_length_of_the_legs(rig, metres):
    assert metres_per_unit(character(rig)) == metres


def test_in_a_unit_that_nobody_knows_the_legs_are_ours():
    found = character(PLAIN)
    assert metres_per_unit(found) * found.leg == pytest.approx(0.835)


def test_accessors_lie_within_the_buffer():
    gltf = read(dance(), UNREAL)
    for accessor in gltf.accessors:
        view = gltf.bufferViews[accessor.bufferView]
        assert view.byteOffset % 4 == 0
        assert view.byteOffset + view.byteLength <= gltf.buffers[0].byteLength
    for channel in gltf.animations[0].channels:
        if channel.target.path == "rotation":
            quaternions = array(gltf, gltf.animations[0].samplers[channel.sampler].output)
            assert np.allclose(np.linalg.norm(quaternions, axis=1), 1, atol=1e-5)
