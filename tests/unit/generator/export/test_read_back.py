"""Every file of a dance is a motion that the product reads again: writers of the generator, readers of the product."""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh_body import LEG_METRES
from eightcount_common.importing.character.character import read_character
from eightcount_common.importing.motion_file import read_motion
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.export.bvh import write_bvh
from eightcount_generator.export.glb import write_glb
from eightcount_generator.export.npz import write_npz
from eightcount_generator.export.retarget.bvh import write_character_bvh
from eightcount_generator.export.retarget.glb import write_character_glb
from tests.data.moving_rigs import DIALECTS, Writing, moving_bvh
from tests.data.rigs import RigOf
from tests.unit.generator.synthetic_recordings import dance

Writer = Callable[[list[Dance], BinaryIO], Any]
WRITERS: dict[str, Writer] = {"npz": write_npz, "bvh": write_bvh, "glb": write_glb}
_ENCODINGS = {"mmd": "cp932", "japanese": "cp932", "german": "latin-1", "chinese": "gb18030", "korean": "cp949"}


def _written(write: Callable[[BinaryIO], Any]) -> bytes:
    file = io.BytesIO()
    for _ in write(file):
        pass
    return file.getvalue()


def _truth(recorded: Dance) -> np.ndarray:
    """Return [T, 12, 3] as seen: x right, y down, z away, the hips at the origin, in the dance's own metres."""
    joints = recorded.joints()[:, [BODY.index(name) for name in BODY_12.keypoints]]
    hips = joints[:, BODY_12.indices(["left_hip", "right_hip"])].mean(axis=1, keepdims=True)
    return np.asarray((joints - hips) * (1, -1, -1))


def _directions(world: np.ndarray) -> np.ndarray:
    bones = world[:, BODY_12.edge_indices[2:, 1]] - world[:, BODY_12.edge_indices[2:, 0]]
    return np.asarray(bones / np.linalg.norm(bones, axis=-1, keepdims=True))


def _worst_degrees(motion: MotionSequence, truth: np.ndarray) -> float:
    cosine = np.sum(_directions(motion.world) * _directions(truth), axis=-1)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))).max())


@pytest.mark.parametrize("ending", WRITERS)
def test_a_dance_is_read_back_as_the_dance_that_it_is(ending: str) -> None:
    recorded = dance()
    motion = read_motion(io.BytesIO(_written(lambda file: WRITERS[ending]([recorded], file))), f"dance.{ending}")
    scale = 1.0 if ending == "npz" else LEG_METRES / 0.835
    assert len(motion) == len(recorded)
    np.testing.assert_allclose(motion.timestamps, np.arange(len(recorded)) / 30, atol=1e-5)
    np.testing.assert_allclose(motion.world, _truth(recorded) * scale, atol=2e-4)


@pytest.mark.parametrize("ending", ["bvh", "glb"])
@pytest.mark.parametrize("name", DIALECTS)
def test_a_dance_on_any_character_is_read_back_with_its_limbs_in_place(name: str, ending: str) -> None:
    recorded = dance(1.5)
    file = moving_bvh(DIALECTS[name], Writing(frames=1, encoding=_ENCODINGS.get(name, "utf-8"), heading_deg=0))
    character = read_character(io.BytesIO(file.data))
    write = write_character_bvh if ending == "bvh" else write_character_glb
    data = _written(lambda target: write([recorded], character, target))
    motion = read_motion(io.BytesIO(data), f"dance.{ending}")
    limbs = [number for number, (start, _) in enumerate(BODY_12.edges[2:]) if start.split("_")[1] in ("elbow", "knee")]
    cosine = np.sum(_directions(motion.world) * _directions(_truth(recorded)), axis=-1)[:, limbs]
    assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 15
    assert _is_left(motion) > 0


def _is_left(motion: MotionSequence) -> float:
    """Return how far the left hip lies on the left of the right one, as the body's shoulders have it."""
    hips, shoulders = (
        motion.world[:, BODY_12.index(f"left_{part}")] - motion.world[:, BODY_12.index(f"right_{part}")]
        for part in ("hip", "shoulder")
    )
    return float(np.sum(hips * shoulders, axis=1).min())


@pytest.mark.parametrize("rig", [DIALECTS["mmd"], DIALECTS["japanese"]], ids=["mmd", "japanese"])
def test_names_of_a_character_come_out_byte_for_byte(rig: RigOf) -> None:
    file = moving_bvh(rig, Writing(frames=1, encoding="cp932"))
    data = _written(lambda target: write_character_bvh([dance(0.2)], read_character(io.BytesIO(file.data)), target))
    for name in file.names.values():
        assert b"JOINT " + name.encode("cp932") + b"\n" in data


def test_a_damaged_glb_is_refused() -> None:
    data = _written(lambda file: write_glb([dance(0.5)], file))
    for end in (0, 11, 19, 200, len(data) - 1000):
        with pytest.raises(InvalidInputError) as refused:
            read_motion(io.BytesIO(data[:end]), "dance.glb")
        assert refused.value.reason == "INVALID_GLB"
    random = np.random.default_rng(3)
    for _ in range(60):
        damaged = np.frombuffer(data, np.uint8).copy()
        damaged[random.integers(0, 6000, 8)] = random.integers(32, 127, 8)
        with contextlib.suppress(InvalidInputError):
            read_motion(io.BytesIO(damaged.tobytes()), "dance.glb")


def test_a_glb_that_claims_more_than_its_bytes_is_refused() -> None:
    text = b'{"nodes":[{}],"animations":[{"channels":[{"sampler":0,"target":{"node":0,"path":"rotation"}}],'
    text += b'"samplers":[{"input":0,"output":0}]}],"accessors":[{"bufferView":0,"componentType":5126,"count":99999999,'
    text += b'"type":"SCALAR"}],"bufferViews":[{"buffer":0,"byteLength":4}]}'
    text += b" " * (-len(text) % 4)
    data = struct.pack("<4sII", b"glTF", 2, 0) + struct.pack("<I4s", len(text), b"JSON") + text
    data += struct.pack("<I4s", 4, b"BIN\0") + b"\0" * 4
    with pytest.raises(InvalidInputError) as refused:
        read_motion(io.BytesIO(data), "a.glb")
    assert refused.value.reason == "INVALID_GLB"
