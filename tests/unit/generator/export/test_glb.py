from __future__ import annotations

import io

import numpy as np
import pygltflib
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.rotations import from_quaternions
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT
from eightcount_generator.export.glb import write_glb
from eightcount_generator.export.mannequin import MANNEQUIN
from eightcount_generator.export.mesh import build_mesh
from tests.unit.generator.export_dances import dance, pieces

TYPES = {5126: np.float32, 5123: np.uint16, 5121: np.uint8}
WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}


def read(whole) -> pygltflib.GLTF2:
    file = io.BytesIO()
    list(write_glb(pieces(whole), file))
    return pygltflib.GLTF2.load_from_bytes(file.getvalue())


def array(gltf: pygltflib.GLTF2, index: int) -> np.ndarray:
    accessor = gltf.accessors[index]
    view = gltf.bufferViews[accessor.bufferView]
    kind, width = TYPES[accessor.componentType], WIDTHS[accessor.type]
    return np.frombuffer(gltf.binary_blob(), kind, accessor.count * width, view.byteOffset).reshape(-1, width)


def node_worlds(gltf: pygltflib.GLTF2) -> np.ndarray:
    """[T, nodes, 4, 4] as an engine plays the animation: every node's matrix times that of its parent."""
    animation = gltf.animations[0]
    tracks = {
        (channel.target.node, channel.target.path): array(gltf, animation.samplers[channel.sampler].output)
        for channel in animation.channels
    }
    frames = len(next(iter(tracks.values())))
    worlds = np.tile(np.eye(4), (frames, len(gltf.nodes), 1, 1))

    def place(node: int, parent: np.ndarray) -> None:
        local = np.tile(np.eye(4), (frames, 1, 1))
        local[:, :3, 3] = tracks.get((node, "translation"), gltf.nodes[node].translation or [0, 0, 0])
        turned = np.array(gltf.nodes[node].rotation or [0, 0, 0, 1])
        local[:, :3, :3] = from_quaternions(tracks.get((node, "rotation"), turned[None]))
        worlds[:, node] = parent @ local
        for child in gltf.nodes[node].children:
            place(child, worlds[:, node])

    for root in gltf.scenes[gltf.scene].nodes:
        place(root, np.eye(4))
    return worlds


def test_the_nodes_go_where_the_joints_of_the_dance_are():
    whole = dance(swing_rad=3.0, turns=4)
    gltf = read(whole)
    worlds = node_worlds(gltf)
    columns = [next(i for i, node in enumerate(gltf.nodes) if node.name == name) for name in BODY.joints]
    assert np.abs(worlds[:, columns][..., :3, 3] - whole.joints()).max() < 1e-5


def test_times_are_those_of_the_frames():
    gltf = read(dance())
    times = array(gltf, gltf.animations[0].samplers[0].input)[:, 0]
    assert np.allclose(times, np.arange(120) / 30, atol=1e-6)
    assert all(sampler.interpolation == "LINEAR" for sampler in gltf.animations[0].samplers)


def test_rotations_take_the_shortest_way_from_frame_to_frame():
    gltf = read(dance(swing_rad=3.0, turns=4))
    for channel in gltf.animations[0].channels:
        if channel.target.path == "rotation":
            quaternions = array(gltf, gltf.animations[0].samplers[channel.sampler].output)
            assert (np.sum(quaternions[1:] * quaternions[:-1], axis=1) > 0).all()
            assert np.allclose(np.linalg.norm(quaternions, axis=1), 1, atol=1e-5)


def test_the_skin_follows_its_bones():
    """Each corner stays where it is on its bone: the distance to the bone's own joint does not change."""
    gltf = read(dance(swing_rad=1.5))
    worlds, skin = node_worlds(gltf), gltf.skins[0]
    inverse = array(gltf, skin.inverseBindMatrices).reshape(-1, 4, 4).swapaxes(1, 2)
    matrices = worlds[60][skin.joints] @ inverse
    for primitive in gltf.meshes[0].primitives:
        positions = array(gltf, primitive.attributes.POSITION)
        joints = array(gltf, primitive.attributes.JOINTS_0)[:, 0]
        assert (array(gltf, primitive.attributes.WEIGHTS_0) == [1, 0, 0, 0]).all()
        moved = np.einsum("vij,vj->vi", matrices[joints], np.column_stack([positions, np.ones(len(positions))]))[:, :3]
        bound = BODY.rest + np.array([0, STANDING_HEIGHT, 0])
        before = np.linalg.norm(positions - bound[joints], axis=1)
        after = np.linalg.norm(moved - worlds[60][joints, :3, 3], axis=1)
        assert np.abs(before - after).max() < 1e-5


def test_accessors_lie_within_the_buffer_and_state_their_bounds():
    gltf = read(dance())
    for accessor in gltf.accessors:
        view = gltf.bufferViews[accessor.bufferView]
        assert view.byteOffset % 4 == 0
        assert view.byteOffset + view.byteLength <= gltf.buffers[0].byteLength
    for primitive in gltf.meshes[0].primitives:
        positions, accessor = array(gltf, primitive.attributes.POSITION), gltf.accessors[primitive.attributes.POSITION]
        assert np.array_equal(positions.min(axis=0), np.array(accessor.min, np.float32))
        assert np.array_equal(positions.max(axis=0), np.array(accessor.max, np.float32))


def test_the_figure_stands_on_the_floor_and_its_limbs_are_closed():
    mesh = build_mesh(MANNEQUIN)
    lowest = mesh.positions[:, 1].min() + STANDING_HEIGHT
    assert lowest == pytest.approx(0, abs=0.004)
    assert mesh.positions[:, 1].max() + STANDING_HEIGHT == pytest.approx(1.70, abs=0.01)
    corners = mesh.positions[mesh.triangles]
    outwards = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (np.sum(outwards * mesh.normals[mesh.triangles].sum(axis=1), axis=1) > 0).all()


def test_left_and_right_of_the_figure_mirror_each_other():
    mesh = build_mesh(MANNEQUIN)
    assert mesh.positions[:, 0].min() == pytest.approx(-mesh.positions[:, 0].max(), abs=1e-6)


def test_a_dance_without_frames_is_refused():
    with pytest.raises(InvalidInputError):
        list(write_glb(iter(()), io.BytesIO()))
