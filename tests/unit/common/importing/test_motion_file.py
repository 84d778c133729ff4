from __future__ import annotations

import contextlib
import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from eightcount_common.errors import EightcountError, InvalidInputError, TooLargeError
from eightcount_common.importing import motion_file
from eightcount_common.importing.motion_file import read_motion, write_motion_npz
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc.wire import encode_chunk, encode_header
from eightcount_common.skeletons import BLAZEPOSE_33, BODY_12, COCO_17, Skeleton
from eightcount_gateway.library.motions.npz import write_npz
from tests.unit.common.importing.bvh_texts import body


def make_motion(skeleton: Skeleton = BLAZEPOSE_33, frames: int = 20) -> MotionSequence:
    random = np.random.default_rng(0)
    keypoints = len(skeleton)
    image = random.uniform(0, 1000, (frames, keypoints, 2)).astype(np.float32)
    world = random.normal(size=(frames, keypoints, 3)).astype(np.float32)
    image[3] = world[3] = np.nan
    visibility = random.uniform(size=(frames, keypoints)).astype(np.float32)
    return MotionSequence(skeleton, np.arange(frames) / 30, image, world, visibility, model="blazepose/heavy")


def arrays(**changes: object) -> dict[str, object]:
    motion = make_motion()
    return {
        "timestamps": motion.timestamps, "image": motion.image, "world": motion.world, "visibility": motion.visibility,
        "skeleton": motion.skeleton.name, "keypoints": list(motion.skeleton.keypoints), "model": motion.model,
        **changes,
    }  # fmt: skip


def refusal(data: bytes, name: str = "motion.npz") -> EightcountError:
    with pytest.raises((InvalidInputError, TooLargeError)) as raised:
        read_motion(io.BytesIO(data), name)
    return raised.value


def npz(content: dict[str, object]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **content)
    return file.getvalue()


@pytest.mark.parametrize("skeleton", [BLAZEPOSE_33, COCO_17, BODY_12], ids=lambda skeleton: skeleton.name)
def test_a_motion_survives_the_file_bit_for_bit(tmp_path, skeleton) -> None:
    motion, path = make_motion(skeleton), tmp_path / "motion.npz"
    write_motion_npz(motion, path)
    for source in (path, str(path)):
        again = read_motion(source)
        assert (again.skeleton, again.model) == (motion.skeleton, motion.model)
        for name in ("timestamps", "image", "world", "visibility"):
            given = getattr(again, name)
            assert given.dtype == getattr(motion, name).dtype
            np.testing.assert_array_equal(given, getattr(motion, name))


def test_what_eightcount_extract_writes_is_read() -> None:
    motion = make_motion()
    messages = [encode_header(motion), encode_chunk(motion, first_frame=0)]
    data = b"".join(write_npz(lambda: contextlib.nullcontext(iter(messages)), len(motion)))
    again = read_motion(io.BytesIO(data), "motion.npz")
    assert (again.skeleton, again.model) == (motion.skeleton, motion.model)
    np.testing.assert_array_equal(again.world, motion.world)
    np.testing.assert_array_equal(again.timestamps, motion.timestamps)


def test_arrays_of_the_writer_are_the_writers_names_and_no_more(tmp_path) -> None:
    write_motion_npz(make_motion(), tmp_path / "motion.npz")
    with np.load(tmp_path / "motion.npz", allow_pickle=False) as content:
        assert set(content) == {"timestamps", "image", "world", "visibility", "skeleton", "keypoints", "model"}


def test_compressed_files_doubles_and_further_arrays_are_read() -> None:
    data = npz(arrays(world=make_motion().world.astype(np.float64), note=np.array([object()], dtype=object)))
    motion = read_motion(io.BytesIO(data), "motion.NPZ")
    np.testing.assert_array_equal(motion.world, make_motion().world)
    assert motion.world.dtype == np.float32


def test_bvh_is_read_as_a_body(tmp_path) -> None:
    path = tmp_path / "dance.bvh.gz"
    path.write_bytes(gzip.compress(body().encode()))
    motion = read_motion(path)
    assert motion.skeleton == BODY_12
    again = read_motion(io.BytesIO(body().encode()), "dance.bvh")
    np.testing.assert_array_equal(again.world, motion.world)


@pytest.mark.parametrize("name", ["motion.fbx", "motion.npy", "motion", "", "npz"])
def test_other_formats_are_refused(name) -> None:
    error = refusal(b"", name)
    assert error.reason == "UNKNOWN_MOTION_FORMAT"
    assert ".npz, .bvh, .bvh.gz" in error.message


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"skeleton": "dog_40"}, "INVALID_MOTION"),
        ({"skeleton": "coco_17"}, "INVALID_MOTION"),
        ({"skeleton": 33}, "INVALID_MOTION"),
        ({"keypoints": list(reversed(BLAZEPOSE_33.keypoints))}, "INVALID_MOTION"),
        ({"image": np.zeros((20, 17, 2), np.float32)}, "INVALID_MOTION"),
        ({"world": np.zeros((19, 33, 3), np.float32)}, "INVALID_MOTION"),
        ({"world": np.full((20, 33, 3), np.inf, np.float32)}, "INVALID_MOTION"),
        ({"world": np.full((20, 33, 3), 1e300)}, "INVALID_MOTION"),
        ({"world": np.zeros((20, 33, 3), np.int64)}, "INVALID_MOTION"),
        ({"visibility": np.full((20, 33), np.nan, np.float32)}, "INVALID_MOTION"),
        ({"visibility": np.full((20, 33), 2, np.float32)}, "INVALID_MOTION"),
        ({"timestamps": np.zeros(20)}, "INVALID_MOTION"),
        ({"timestamps": np.arange(20.0)[::-1]}, "INVALID_MOTION"),
        ({"timestamps": np.full(20, np.nan)}, "INVALID_MOTION"),
        ({"timestamps": np.zeros((20, 1))}, "INVALID_MOTION"),
        ({"timestamps": np.zeros(0)}, "INVALID_MOTION"),
        ({"timestamps": np.array([None] * 20)}, "INVALID_ARRAY"),
        ({"image": np.zeros(20, dtype=[("a", "f4")])}, "INVALID_ARRAY"),
    ],
)
def test_every_array_is_checked(changes, reason) -> None:
    assert refusal(npz(arrays(**changes))).reason == reason


@pytest.mark.parametrize("name", ["timestamps", "image", "world", "visibility", "skeleton", "keypoints", "model"])
def test_a_missing_array_is_named(name) -> None:
    content = arrays()
    del content[name]
    assert f"'{name}'" in refusal(npz(content)).message


def test_a_file_cut_short_or_damaged_is_refused() -> None:
    data = npz(arrays())
    for end in range(0, len(data), 997):
        refusal(data[:end])
    random = np.random.default_rng(0)
    for _ in range(100):
        damaged = np.frombuffer(data, np.uint8).copy()
        damaged[random.integers(0, len(data), 20)] ^= random.integers(1, 256, 20).astype(np.uint8)
        with contextlib.suppress(InvalidInputError, TooLargeError):
            read_motion(io.BytesIO(damaged.tobytes()), "motion.npz")


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(monkeypatch) -> None:
    data = npz(arrays(image=np.zeros((50_000, 33, 2), np.float32)))
    monkeypatch.setattr(motion_file, "MAX_BYTES", 2**20)
    assert len(data) < 2**20
    assert refusal(data).reason == "TOO_LARGE"


def test_an_array_that_claims_more_than_its_bytes_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(npz(arrays()))) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"(20,), }", b"(99999999999,), }"))
    assert refusal(file.getvalue()).reason == "INVALID_ARRAY"


def test_a_missing_file_is_refused_with_a_reason() -> None:
    with pytest.raises(InvalidInputError) as raised:
        read_motion(Path("/nowhere/motion.npz"))
    assert raised.value.reason == "UNREADABLE_FILE"
