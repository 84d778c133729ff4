from __future__ import annotations

import gzip
import io
import re

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError, TooLargeError
from eightcount_common.importing.bvh import Bvh, read_bvh
from tests.unit.common.importing.bvh_texts import ARM, body


def read(text: str) -> Bvh:
    return read_bvh(io.BytesIO(text.encode()))


def test_the_hierarchy_is_what_the_file_says() -> None:
    bvh = read(ARM)
    assert bvh.joints == ("hip", "knee", "knee end")
    assert bvh.parents == (-1, 0, 1)
    assert bvh.channels[1] == ("Zrotation", "Xrotation", "Yrotation")
    assert bvh.channels[2] == ()
    np.testing.assert_array_equal(bvh.offsets, [[0, 0, 0], [0, -4, 0], [0, -3, 0]])
    assert bvh.frame_seconds == 0.04
    assert len(bvh) == 2


def test_a_joint_turns_about_the_axes_that_its_parent_has_turned() -> None:
    positions = read(ARM).positions()
    np.testing.assert_allclose(positions[0], [[0, 0, 0], [0, -4, 0], [0, -7, 0]], atol=1e-12)
    # A quarter turn about z takes "down" to +x; the knee's own x then points up, about which "down" goes to -z.
    np.testing.assert_allclose(positions[1], [[10, 20, 30], [14, 20, 30], [14, 20, 27]], atol=1e-12)


@pytest.mark.parametrize("order", ["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"])
def test_rotations_apply_in_the_order_of_the_channels(order: str) -> None:
    angles = dict(zip("XYZ", np.radians([20.0, -50.0, 110.0]), strict=True))
    channels = " ".join(f"{axis}rotation" for axis in order)
    row = "0 0 0 " + " ".join(str(np.degrees(angles[axis])) for axis in order) + " 0 0 0"
    text = ARM.replace("Zposition Zrotation Xrotation Yrotation", f"Zposition {channels}")
    text = re.sub(r"Frames:.*", f"Frames: 1\nFrame Time: 0.1\n{row}\n", text, flags=re.DOTALL)
    turn = np.eye(3)
    for axis in order:
        cosine, sine = np.cos(angles[axis]), np.sin(angles[axis])
        turn = (
            turn
            @ {
                "X": np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]]),
                "Y": np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]]),
                "Z": np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]]),
            }[axis]
        )
    np.testing.assert_allclose(read(text).positions()[0, 1], turn @ [0, -4, 0], atol=1e-12)


def test_position_channels_of_a_joint_stand_in_for_its_offset() -> None:
    text = ARM.replace("CHANNELS 3 Zrotation", "CHANNELS 4 Yposition Zrotation")
    text = text.replace("0 0 0 0 0 0 0 0 0", "0 0 0 0 0 0 -9 0 0 0").replace("0 0 0 90 0\n", "0 0 -9 0 90 0\n")
    np.testing.assert_allclose(read(text).positions()[0], [[0, 0, 0], [0, -9, 0], [0, -12, 0]], atol=1e-12)


def test_bones_keep_their_length_over_many_frames() -> None:
    random = np.random.default_rng(0)
    rows = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in random.uniform(-180, 180, (5000, 9)))
    bvh = read(ARM.split("Frames:")[0] + f"Frames: 5000\nFrame Time: 0.01\n{rows}\n")
    bones = np.linalg.norm(np.diff(bvh.positions(), axis=1), axis=2)
    np.testing.assert_allclose(bones, np.broadcast_to([4, 3], (5000, 2)), rtol=1e-12)


def test_gzip_paths_blank_lines_and_windows_line_ends_are_read(tmp_path) -> None:
    path = tmp_path / "clip.bvh.gz"
    path.write_bytes(gzip.compress(("\ufeff\n" + ARM.replace("\n", "\r\n\r\n")).encode()))
    np.testing.assert_array_equal(read_bvh(path).positions(), read(ARM).positions())
    np.testing.assert_array_equal(read_bvh(str(path)).positions(), read(ARM).positions())


def test_braces_may_share_a_line_and_names_may_have_spaces() -> None:
    text = ARM.replace("JOINT knee\n  {", "JOINT left knee {").replace("Zposition Zrot", "zposition ZROT")
    assert read(text).joints == ("hip", "left knee", "left knee end")


@pytest.mark.parametrize(
    ("change", "line", "expected"),
    [
        (("HIERARCHY", "HIERARCHIE"), 1, "HIERARCHY"),
        (("ROOT hip", "JOINT hip"), 2, "a JOINT inside of a ROOT"),
        (("JOINT knee", "ROOT knee"), 6, "a JOINT inside of a ROOT"),
        (("  JOINT knee\n  {", "  JOINT knee"), 7, "'{'"),
        (("OFFSET 0 -4 0", "OFFSET 0 -4"), 8, "three numbers"),
        (("OFFSET 0 -4 0", "OFFSET 0 four 0"), 8, "a number"),
        (("OFFSET 0 -4 0", "OFFSET 0 nan 0"), 8, "a finite number"),
        (("    OFFSET 0 -4 0\n", ""), 13, "an OFFSET in 'knee'"),
        (("CHANNELS 3 Z", "CHANNELS 4 Z"), 9, "the stated number of names"),
        (("CHANNELS 3 Zrotation", "CHANNELS 3 Wrotation"), 9, "different channels"),
        (("CHANNELS 3 Zrotation", "CHANNELS 3 Yrotation"), 9, "different channels"),
        (("  }\n}\nMOTION", "  }\nMOTION"), 15, "a '}' for every '{'"),
        (("}\nMOTION", "}\n}\nMOTION"), 16, "a '{' for every '}'"),
        (("}\nMOTION", "}\nJOINT more\nMOTION"), 16, "MOTION or another ROOT"),
        (("MOTION", "MOTIONS"), 16, "ROOT, JOINT"),
        (("Frames: 2", "Frames: two"), 17, "'Frames: N'"),
        (("Frames: 2", "Frames: 0"), 17, "'Frames: N'"),
        (("Frame Time: 0.04", "Frame Time: soon"), 18, "a number"),
        (("Frame Time: 0.04", "Frame Time: inf"), 18, "a finite number"),
        (("0 0 0 0 0 0 0 0 0\n", "0 0 0 0 0 0 0 0\n"), 19, "9 numbers"),
        (("30 90 0 0 0 90 0", "30 90 0 0 0 nan 0"), 20, "a finite number"),
        (("30 90 0 0 0 90 0", "30 90 0 0 0 x 0"), 20, "a number"),
        (("30 90 0 0 0 90 0", "30 90 0 0 0 1_0 0"), 20, "a number"),
    ],
)
def test_an_error_says_the_line_and_what_was_expected(change, line, expected) -> None:
    assert change[0] in ARM
    with pytest.raises(InvalidInputError) as raised:
        read(ARM.replace(*change, 1))
    assert raised.value.reason == "INVALID_BVH"
    assert f"line {line}:" in raised.value.message
    assert expected in raised.value.message


def test_a_file_cut_short_in_its_hierarchy_or_first_frame_is_refused() -> None:
    text = body()
    second_row = [match.end() for match in re.finditer("\n", text)][-3]
    for end in range(0, second_row - 2, 7):
        with pytest.raises(InvalidInputError):
            read(text[:end])


@pytest.mark.parametrize("end", range(5, 120, 7))
def test_a_file_cut_short_later_is_read_up_to_there_and_says_so(end: int) -> None:
    text = body(frames=9)
    whole, cut = read(text), read(text[:-end])
    assert 1 <= len(cut) < len(whole)
    np.testing.assert_array_equal(cut.values, whole.values[: len(cut)])
    assert {note.reason for note in cut.notes} >= {"FRAMES_MISCOUNTED"}
    assert f"states 9 frames, the file has {len(cut)}" in " ".join(note.message for note in cut.notes)


def test_random_bytes_are_refused() -> None:
    random = np.random.default_rng(1)
    for _ in range(50):
        with pytest.raises(InvalidInputError):
            read_bvh(io.BytesIO(b"HIERARCHY\n" + random.bytes(400)))


def test_absurd_sizes_are_refused() -> None:
    with pytest.raises(TooLargeError, match="at most 100 bytes") as raised:
        read_bvh(io.BytesIO(ARM.encode()), max_bytes=100)
    assert raised.value.reason == "TOO_LARGE"
    bomb = gzip.compress(ARM.encode() + b"\n" * 10_000_000)
    with pytest.raises(TooLargeError, match="at most 1000000 bytes"):
        read_bvh(io.BytesIO(bomb), max_bytes=1_000_000)
    nested = "HIERARCHY\nROOT r\n{\nOFFSET 0 0 0\n" + "JOINT j\n{\nOFFSET 0 0 0\n" * 2000
    with pytest.raises(InvalidInputError, match="at most 1000 joints"):
        read(nested)


def test_damaged_gzip_and_missing_files_are_refused_with_reasons(tmp_path) -> None:
    with pytest.raises(InvalidInputError) as raised:
        read_bvh(io.BytesIO(gzip.compress(ARM.encode())[:-20]))
    assert raised.value.reason == "DAMAGED_GZIP"
    with pytest.raises(InvalidInputError) as raised:
        read_bvh(tmp_path / "missing.bvh")
    assert raised.value.reason == "UNREADABLE_FILE"


def test_shapes_that_do_not_agree_are_refused() -> None:
    bvh = read(ARM)
    with pytest.raises(InvalidInputError, match="must have 9 values"):
        Bvh(bvh.joints, bvh.parents, bvh.offsets, bvh.channels, bvh.values[:, :-1], 0.1)
    with pytest.raises(InvalidInputError, match="each of 3 joints"):
        Bvh(bvh.joints, bvh.parents[:-1], bvh.offsets, bvh.channels, bvh.values, 0.1)
