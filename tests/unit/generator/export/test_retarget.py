"""A dance for somebody else's character: its bones, its axes, its feet on the floor."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh, read_bvh
from eightcount_common.importing.character.character import Character, read_character
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT
from eightcount_generator.evaluation.physics.foot_contact import foot_skate
from eightcount_generator.export.euler import to_ordered
from eightcount_generator.export.retarget.bvh import write_character_bvh
from eightcount_generator.export.retarget.retargeting import Retargeting
from tests.data.rigs import BIPED, BLENDER, CONVENTIONS, LOCAL_AXES, MIXAMO, PLAIN, UNREAL, RigOf, bvh_of
from tests.unit.generator import synthetic_dances, synthetic_recordings
from tests.unit.generator.export_dances import pieces, standing

EVERY = pytest.mark.parametrize("rig", CONVENTIONS.values(), ids=list(CONVENTIONS))
SIDES = ("left", "right")


@pytest.fixture(scope="module")
def dance() -> Dance:
    """A walk with feet that stand, beneath a dancing trunk and arms."""
    legs, above = synthetic_dances.walking(180), synthetic_recordings.dance(6.0, seed=3)
    rotations = above.rotations.copy()
    for joint, name in enumerate(BODY.joints):
        if name.endswith(("pelvis", "hip", "knee", "ankle", "foot")):
            rotations[:, joint] = legs.rotations[:, joint]
    return Dance(legs.root, rotations)


def character(rig: RigOf) -> Character:
    return read_character(io.BytesIO(bvh_of(rig).encode()))


def written(whole: Dance, rig: RigOf, *, frames: int = 50) -> bytes:
    file = io.BytesIO()
    for _ in write_character_bvh(pieces(whole, frames=frames), character(rig), file):
        pass
    return file.getvalue()


def positions(whole: Dance, rig: RigOf) -> tuple[Character, Bvh, np.ndarray]:
    """The character, its file with the dance, and [T, J, 3] its joints in our axes, in its unit."""
    found = character(rig)
    read = read_bvh(io.BytesIO(written(whole, rig)))
    return found, read, read.positions() @ found.stance.world


def angles_deg(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    cosine = np.sum(one * other, axis=-1) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def bones(found: Character, joints: np.ndarray, whole: Dance, start: str, end: str) -> tuple[np.ndarray, np.ndarray]:
    """A bone of the character and ours, left and right, [2 T, 3]."""
    limbs, ours = found.parts.limbs, whole.joints()
    sides = [side for side in SIDES if f"{side}_{end}" in limbs]
    theirs = [joints[:, limbs[f"{side}_{end}"]] - joints[:, limbs[f"{side}_{start}"]] for side in sides]
    own = [ours[:, BODY.index(f"{side}_{end}")] - ours[:, BODY.index(f"{side}_{start}")] for side in sides]
    return np.concatenate(theirs), np.concatenate(own)


@EVERY
def test_the_hierarchy_is_the_characters_own(dance, rig):
    found, read, _ = positions(dance.frames(0, 3), rig)
    assert (read.joints, read.parents, read.channels) == (found.bvh.joints, found.bvh.parents, found.bvh.channels)
    assert np.array_equal(read.offsets, found.bvh.offsets)
    assert read.frame_seconds == pytest.approx(1 / 30, abs=1e-8)
    names = [line.strip() for line in bvh_of(rig).split("\n") if line.startswith(("ROOT", "JOINT", "End"))]
    text = written(dance.frames(0, 3), rig).decode()
    assert [line.strip() for line in text.split("\n") if line.strip().startswith(("ROOT", "JOINT", "End"))] == names


@EVERY
def test_no_bone_changes_its_length(dance, rig):
    found, read, joints = positions(dance, rig)
    for joint, parent in enumerate(read.parents):
        if parent >= 0 and joint != found.mover:
            length = np.linalg.norm(joints[:, joint] - joints[:, parent], axis=-1)
            assert np.abs(length - np.linalg.norm(read.offsets[joint])).max() < 1e-5 * found.leg


@EVERY
def test_arms_point_where_the_dance_points(dance, rig):
    found, _, joints = positions(dance, rig)
    for start, end in (("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "hand")):
        if f"left_{end}" in found.parts.limbs:
            assert angles_deg(*bones(found, joints, dance, start, end)).max() < 0.1


@EVERY
def test_legs_differ_from_the_dance_by_what_their_proportions_ask_for(dance, rig):
    found, _, joints = positions(dance, rig)
    for start, end in (("hip", "knee"), ("knee", "ankle")):
        apart = angles_deg(*bones(found, joints, dance, start, end))
        assert apart.mean() < (5 if rig is PLAIN else 3)
        assert apart.max() < 15


@EVERY
def test_the_trunk_turns_as_the_dance_turns(dance, rig):
    """Seen from its own rest pose, which may be curved."""
    found, _, joints = positions(dance, rig)
    still = found.stance.positions @ found.stance.body
    for part in ("hip", "shoulder"):
        limbs = found.parts.limbs
        across = joints[:, limbs[f"left_{part}"]] - joints[:, limbs[f"right_{part}"]]
        ours = dance.joints()[:, BODY.index(f"left_{part}")] - dance.joints()[:, BODY.index(f"right_{part}")]
        assert angles_deg(across, ours).mean() < 6

    def trunk(positions: np.ndarray) -> np.ndarray:
        limbs = found.parts.limbs
        middles = [
            sum(positions[..., limbs[f"{side}_{part}"], :] for side in SIDES) / 2 for part in ("shoulder", "hip")
        ]
        return middles[0] - middles[1]

    ours = dance.joints()
    own = (ours[:, [16, 17]].mean(axis=1) - ours[:, [1, 2]].mean(axis=1)).astype(float)
    leaning = angles_deg(trunk(still), np.array([0.0, 1.0, 0.0]))
    assert angles_deg(trunk(joints), own).mean() < leaning + 3


@EVERY
def test_feet_are_turned_as_in_the_dance_and_skate_no_more(dance, rig):
    found, _, joints = positions(dance, rig)
    retargeting = Retargeting(found)
    scale, ours = retargeting.proportions.scale, dance.joints().astype(float)
    theirs = ours.copy()
    limbs = found.parts.limbs
    for side in SIDES:
        ankle, toe = joints[:, limbs[f"{side}_ankle"]], joints[:, limbs[f"{side}_foot"]]
        share = 1.0 if found.bvh.channels[limbs[f"{side}_foot"]] else 0.65
        theirs[:, BODY.index(f"{side}_ankle")] = ankle / scale
        theirs[:, BODY.index(f"{side}_foot")] = (ankle + share * (toe - ankle)) / scale
    foot = retargeting.proportions.feet[0]
    ball = foot.ankle + (foot.ball[1] if share == 1 else 0.65 * foot.end[1])
    skate = foot_skate(theirs, flat_metres=(foot.ankle / scale, ball / scale))
    before = foot_skate(ours)
    assert before.contact_share > 0.2
    assert skate.speed < 1.3 * before.speed + 0.01
    assert skate.sliding_share < before.sliding_share + 0.02
    assert abs(skate.contact_share - before.contact_share) < 0.2


@EVERY
def test_nothing_of_a_foot_is_below_the_floor(dance, rig):
    found, _, joints = positions(dance, rig)
    feet = {found.parts.limbs[f"{side}_ankle"] for side in SIDES}
    for joint, parent in enumerate(found.bvh.parents):
        if parent in feet:
            feet.add(joint)
    assert joints[:, sorted(feet), 1].min() > -1e-4 * found.leg


@EVERY
def test_who_stands_stands_on_flat_feet(rig):
    found, _, joints = positions(standing(20), rig)
    feet = Retargeting(found).proportions.feet
    for side, foot in zip(SIDES, feet, strict=True):
        ankle = joints[:, found.parts.limbs[f"{side}_ankle"]]
        assert ankle[:, 1] == pytest.approx(foot.ankle, rel=1e-3)
        assert np.abs(ankle - ankle[0]).max() < 1e-4 * found.leg
    assert joints[..., 1].min() > -1e-4 * found.leg


@EVERY
def test_a_character_that_stands_faces_ahead_in_its_own_axes(rig):
    found, _, joints = positions(standing(2), rig)
    limbs = found.parts.limbs
    across = joints[0, limbs["left_shoulder"]] - joints[0, limbs["right_shoulder"]]
    foot = joints[0, limbs["left_foot"]] - joints[0, limbs["left_ankle"]]
    assert angles_deg(across, np.array([1.0, 0, 0])) < 1
    assert foot[2] > abs(foot[0])


@pytest.mark.parametrize("rig", [MIXAMO, UNREAL, BIPED, LOCAL_AXES])
def test_an_independent_reader_finds_every_joint_where_ours_does(dance, tmp_path, rig):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports a package by its old name
        import bvhio
    path = tmp_path / "dance.bvh"
    path.write_bytes(written(dance, rig))
    read = read_bvh(path)
    expected = read.positions()
    root = bvhio.readAsHierarchy(str(path))
    joints = [joint for joint, _, _ in root.layout()]
    columns = [number for number, channels in enumerate(read.channels) if channels]
    for frame in range(0, len(dance), 29):
        root.loadPose(frame)
        found = np.array([list(joint.PositionWorld) for joint in joints])
        assert np.abs(found - expected[frame, columns]).max() < 1e-3


def test_long_dances_are_the_same_whatever_the_blocks(dance, monkeypatch):
    whole = written(dance, BLENDER)
    monkeypatch.setattr("eightcount_generator.export.retarget.retargeting._BLOCK_FRAMES", 31)
    one, other = (read_bvh(io.BytesIO(data)).values for data in (whole, written(dance, BLENDER, frames=7)))
    assert np.abs(one - other).max() < 2e-4


def test_what_has_no_counterpart_rests(dance):
    _, read, _ = positions(dance, UNREAL)
    columns = np.split(read.values, np.cumsum([*map(len, read.channels)])[:-1], axis=1)
    names = dict(zip(read.joints, columns, strict=True))
    for twist in ("upperarm_twist_01_l", "lowerarm_twist_01_r", "middle_01_l"):
        assert np.abs(names[twist][:, 3:]).max() == 0
    assert np.abs(names["upperarm_l"][:, 3:]).max() > 1
    assert np.abs(names["root"]).max() == 0


def test_position_channels_that_count_from_the_offset_stay_so(dance):
    """Such files have zeros there in their first frame."""
    text = bvh_of(UNREAL)
    head, row = text.rsplit("\n", 2)[0], text.rsplit("\n", 2)[1]
    zeros = head + "\n" + " ".join("0" for _ in row.split()) + "\n"
    found = read_character(io.BytesIO(zeros.encode()))
    file = io.BytesIO()
    list(write_character_bvh([dance], found, file))
    added = read_bvh(io.BytesIO(file.getvalue())).values
    replaced = read_bvh(io.BytesIO(written(dance, UNREAL))).values
    first = np.cumsum([0, *map(len, found.bvh.channels)])
    pelvis, spine = (found.bvh.joints.index(name) for name in ("pelvis", "spine_01"))
    at = slice(first[pelvis], first[pelvis] + 3)
    assert np.allclose(added[:, at] + found.bvh.offsets[pelvis], replaced[:, at], atol=1e-3)
    assert np.abs(added[:, first[spine] : first[spine] + 3]).max() == 0


def test_toes_bend_where_the_heel_is_raised():
    whole = standing(40)
    rotations = whole.rotations.copy()
    raised = from_axis_angle(np.array([0.6, 0.0, 0.0]))
    for side in SIDES:
        rotations[:, BODY.index(f"{side}_ankle")] = raised
    lift = ANKLE_HEIGHT - TOE_HEIGHT
    foot = raised @ BODY.offsets[BODY.index("left_foot")]
    tiptoe = Dance(whole.root + np.array([0, -foot[1] - lift, 0], np.float32), rotations)
    found, _, joints = positions(tiptoe, MIXAMO)
    toe, end = found.parts.limbs["left_foot"], found.bvh.joints.index("mixamorig:LeftToeBase end")
    flat = Retargeting(found).proportions.feet[0]
    assert joints[20, found.parts.limbs["left_ankle"], 1] > 1.5 * flat.ankle
    assert joints[20, toe, 1] == pytest.approx(flat.ankle + flat.ball[1], abs=0.1)
    assert joints[20, end, 1] > 1.0


@pytest.mark.parametrize("order", ["XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX"])
def test_angles_of_any_order_are_the_rotation_and_do_not_jump(order):
    times = np.linspace(0, 4 * np.pi, 400)[:, None, None]
    sway = from_axis_angle(np.array([0.5, 0.0, 0.4]) * np.sin(times))
    turned = from_axis_angle(np.array([0.3, 1.0, 0.2]) * times) @ sway
    degrees = to_ordered(turned, [order])
    again = np.eye(3)
    for position, letter in enumerate(order):
        again = again @ from_axis_angle(np.radians(degrees[..., [position]]) * np.eye(3)["XYZ".index(letter)])
    assert np.allclose(again, turned, atol=1e-9)
    assert np.abs(np.diff(degrees, axis=0)).max() < 60


def test_a_thousand_joints_deep_and_wide_are_written(dance):
    wide = tuple((f"strand{number}", "head", (0.0, 0.01, 0.0)) for number in range(450))
    data = written(dance.frames(0, 3), replace(MIXAMO, extra=wide))
    assert len(read_bvh(io.BytesIO(data)).joints) > 900


def test_a_dance_without_frames_is_refused():
    with pytest.raises(InvalidInputError) as caught:
        list(write_character_bvh(iter(()), character(MIXAMO), io.BytesIO()))
    assert caught.value.reason == "EMPTY_DANCE"
