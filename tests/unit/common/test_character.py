"""Skeletons of other people's characters: which joint is what, how they stand, and what is refused."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.character.character import Character, read_character
from tests.data.rigs import BIPED, BLENDER, CONVENTIONS, LOCAL_AXES, MIXAMO, PLAIN, UNREAL, RigOf, bvh_of, nameless


def character(text: str) -> Character:
    return read_character(io.BytesIO(text.encode()))


def name(found: Character, joint: int | None) -> str:
    assert joint is not None
    return found.bvh.joints[joint]


def refused(text: str) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        character(text)
    return caught.value


@pytest.mark.parametrize("rig", CONVENTIONS.values(), ids=list(CONVENTIONS))
def test_arms_and_legs_are_found_under_the_names_of_every_convention(rig: RigOf):
    found = character(bvh_of(rig))
    parts = {
        "shoulder": "left_upper", "elbow": "left_fore", "wrist": "left_hand", "hip": "left_thigh", "knee": "left_shin",
        "ankle": "left_foot",
    }  # fmt: skip
    for side, word in zip(("left", "right"), rig.sides, strict=True):
        for part, ours in parts.items():
            assert name(found, found.parts.limbs[f"{side}_{part}"]) == rig.names[ours].replace("{s}", word)
    assert name(found, found.parts.pelvis) == rig.names["pelvis"]
    assert name(found, found.parts.head) == rig.names["head"]
    assert [name(found, joint) for joint in found.parts.neck] == [rig.names["neck"]]


@pytest.mark.parametrize("rig", CONVENTIONS.values(), ids=list(CONVENTIONS))
def test_joints_without_names_are_told_by_the_shape_of_the_tree(rig: RigOf):
    named, numbered = character(bvh_of(rig)), character(nameless(bvh_of(rig)))
    told = [part for part in named.parts.limbs if not part.endswith("_hand")]
    assert {part: numbered.parts.limbs[part] for part in told} == {part: named.parts.limbs[part] for part in told}
    assert (numbered.parts.pelvis, numbered.parts.spine) == (named.parts.pelvis, named.parts.spine)


@pytest.mark.parametrize(("rig", "up"), [(MIXAMO, "y"), (UNREAL, "z"), (LOCAL_AXES, "y"), (BLENDER, "z")])
def test_up_and_ahead_are_axes_of_the_file(rig, up):
    stance = character(bvh_of(rig)).stance
    ahead = {"y": [0, 0, 1], "z": [0, -1, 0]}[up]
    assert np.allclose(stance.world[:, 1], np.eye(3)["xyz".index(up)], atol=1e-6)
    assert np.allclose(stance.world[:, 2], ahead, atol=1e-6)
    assert stance.at_rest == (rig is not LOCAL_AXES)


def test_a_file_lying_at_rest_and_standing_in_its_frame_is_as_its_frame():
    lines = bvh_of(replace(BLENDER, grounded=False)).split("\n")
    values = lines[-2].split()
    values[3] = "-90"  # of the root about x
    stance = character("\n".join([*lines[:-2], " ".join(values), ""])).stance
    assert np.allclose(stance.body[:, 1], [0, 0, 1])
    assert np.allclose(stance.world[:, 1], [0, 1, 0])
    assert np.allclose(stance.world[:, 2], [0, 0, 1])


def test_a_file_without_frames_and_a_packed_file_are_read():
    text = bvh_of(BIPED, frame=False)
    assert character(text).leg == pytest.approx(read_character(io.BytesIO(gzip.compress(text.encode()))).leg)


def test_frames_after_the_first_are_not_looked_at():
    assert len(character(bvh_of(MIXAMO).replace("Frames: 1", "Frames: 2") + "no numbers\n").bvh) == 1


def test_what_moves_is_the_pelvis_or_what_it_hangs_on():
    found = character(bvh_of(BIPED))
    assert name(found, found.mover) == "Bip01 Pelvis"
    found = character(bvh_of(replace(BIPED, moved=())))
    assert name(found, found.mover) == "Bip01"


def test_an_unknown_skeleton_is_refused_with_what_is_missing_and_what_there_is():
    renamed = bvh_of(PLAIN).replace("RightKnee", "Something").replace("LeftWrist", "Other")
    error = refused(renamed.replace("OFFSET 4.4200000", "OFFSET 9"))
    assert error.reason == "SKELETON_UNKNOWN"
    assert "no left wrist, right knee beside" in error.message
    assert "Hips, Chest" in error.message


def test_joints_whose_names_say_nothing_are_told_by_the_shape_beside_those_that_are_named():
    named = character(bvh_of(PLAIN)).parts.limbs
    renamed = character(bvh_of(PLAIN).replace("RightKnee", "Something").replace("LeftWrist", "Other")).parts.limbs
    assert renamed == named


def test_what_has_no_limbs_is_refused_in_few_words():
    turning = "Zrotation Xrotation Yrotation"
    joint = "{{\nOFFSET 0 1 0\nCHANNELS {}\n"
    text = "HIERARCHY\nROOT a\n" + joint.format(f"6 Xposition Yposition Zposition {turning}")
    text += "".join(f"JOINT part{number}\n" + joint.format(f"3 {turning}") for number in range(300))
    text += "}\n" * 301 + "MOTION\nFrames: 0\nFrame Time: 1\n"
    error = refused(text)
    assert error.reason == "SKELETON_UNKNOWN"
    assert len(error.message) < 700


def test_a_knee_that_hangs_on_the_other_leg_is_refused():
    text = bvh_of(MIXAMO)
    swapped = text.replace("LeftLeg", "@").replace("RightLeg", "mixamorig:LeftLeg").replace("@", "RightLeg")
    swapped = swapped.replace("mixamorig:mixamorig:", "mixamorig:")
    assert refused(swapped).reason == "SKELETON_UNKNOWN"


def test_left_and_right_in_each_others_place_are_refused():
    text = bvh_of(MIXAMO).replace("Left", "@").replace("Right", "Left").replace("@", "Right")
    error = refused(text)
    assert (error.reason, "backwards" in error.message) == ("SKELETON_UNUSABLE", True)


def test_bones_without_length_are_refused():
    lines = bvh_of(MIXAMO).split("\n")
    at = next(number for number, line in enumerate(lines) if line == "JOINT mixamorig:LeftForeArm")
    lines[at + 2] = "OFFSET 0 0 0"
    error = refused("\n".join(lines))
    assert (error.reason, "left shoulder to the elbow" in error.message) == ("SKELETON_UNUSABLE", True)


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_sizes_that_cannot_be_reckoned_with_are_refused(unit):
    lines = []
    for line in bvh_of(MIXAMO, frame=False).split("\n"):
        word, *numbers = line.split()[:1], *line.split()[1:]
        lines.append(f"OFFSET {' '.join(repr(float(n) * unit) for n in numbers)}" if word == ["OFFSET"] else line)
    assert refused("\n".join(lines)).reason == "SKELETON_UNUSABLE"


def test_a_joint_far_away_is_refused():
    far = replace(MIXAMO, extra=(("Prop", "head", (1e6, 0, 0)),))
    assert refused(bvh_of(far)).reason == "SKELETON_UNUSABLE"


def test_a_knee_that_turns_one_way_only_is_refused():
    lines = bvh_of(PLAIN, frame=False).split("\n")
    at = next(number for number, line in enumerate(lines) if line == "JOINT LeftKnee")
    lines[at + 3] = "CHANNELS 1 Xrotation"
    error = refused("\n".join(lines))
    assert (error.reason, "LeftKnee" in error.message) == ("SKELETON_UNUSABLE", True)


def test_a_character_that_cannot_move_is_refused():
    text = bvh_of(PLAIN, frame=False).replace("6 Xposition Yposition Zposition", "3")
    error = refused(text)
    assert (error.reason, "position channels" in error.message) == ("SKELETON_UNUSABLE", True)


def test_a_character_that_lies_down_is_refused():
    assert refused(bvh_of(replace(LOCAL_AXES), frame=False)).reason == "SKELETON_UNUSABLE"


@pytest.mark.parametrize("word", ["nan", "inf", "1e999", "x"])
def test_offsets_that_are_no_numbers_are_refused_with_the_line(word):
    lines = bvh_of(MIXAMO).split("\n")
    lines[3] = f"OFFSET {word} 0 0"
    assert (refused("\n".join(lines)).reason, "line 4" in refused("\n".join(lines)).message) == ("INVALID_BVH", True)


def test_more_joints_than_are_read_are_refused():
    extra = tuple((f"part{number}", "head", (0.0, 0.01, 0.0)) for number in range(600))
    assert refused(bvh_of(replace(MIXAMO, extra=extra))).reason == "INVALID_BVH"
