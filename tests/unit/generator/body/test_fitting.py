from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.fitting.landmarks import Landmarks
from eightcount_generator.body.fitting.whole_body import fit_body
from eightcount_generator.body.rotations import about_y, from_axis_angle
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY
from eightcount_generator.sources.repair import repair_jumps, turn_degrees
from tests.unit.generator.synthetic_recordings import TWELVE, dance, landmarks_of, standing

LEFT_ELBOW, RIGHT_ELBOW = BODY.index("left_elbow"), BODY.index("right_elbow")
TOES = [BODY.index("left_foot"), BODY.index("right_foot")]


def _without_height(joints: np.ndarray) -> np.ndarray:
    """The floor is found anew, so heights agree but for a constant."""
    shifted = joints.astype(np.float64)
    shifted[..., 1] -= np.median(shifted[:, 0, 1])
    return shifted


def _directions(joints: np.ndarray, bones: list[tuple[str, str]]) -> np.ndarray:
    ends = np.stack([joints[:, BODY.index(end)] - joints[:, BODY.index(start)] for start, end in bones], axis=1)
    return ends / np.linalg.norm(ends, axis=-1, keepdims=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("unit", [1.0, 0.01])
def test_the_joints_of_our_own_body_come_back_to_the_millimetre(seed, unit) -> None:
    recorded = dance(seed=seed)
    error = _without_height(fit_body(landmarks_of(recorded, unit=unit)).joints()) - _without_height(recorded.joints())
    assert np.abs(np.delete(error, TOES, axis=1)).max() < 1e-3  # toes are bent up where they go through the floor
    assert np.median(np.abs(error[:, TOES])) < 1e-3


def test_twelve_joints_suffice_for_the_directions_of_arms_and_legs() -> None:
    recorded = dance()
    fitted = fit_body(landmarks_of(recorded, names=TWELVE))
    bones = [
        (f"{side}_{start}", f"{side}_{end}")
        for side in ("left", "right")
        for start, end in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
    ]
    cosines = np.sum(_directions(fitted.joints(), bones) * _directions(recorded.joints(), bones), axis=-1)
    assert np.degrees(np.arccos(np.clip(cosines, -1, 1))).max() < 0.1


def test_elbows_and_knees_turn_as_hinges() -> None:
    recorded = dance(seed=4)
    fitted = fit_body(landmarks_of(recorded))
    for joint in ("left_elbow", "right_elbow", "left_knee", "right_knee"):
        column = BODY.index(joint)
        apart = np.einsum("tab,tab->t", fitted.rotations[:, column], recorded.rotations[:, column])
        assert np.degrees(np.arccos(np.clip((apart - 1) / 2, -1, 1))).max() < 8


def test_a_person_who_stands_faces_ahead_with_feet_ahead_on_the_floor() -> None:
    for names in (BODY.joints, TWELVE):
        joints = fit_body(landmarks_of(standing(), names=names)).joints()[0]
        left_ankle, left_toes = joints[BODY.index("left_ankle")], joints[BODY.index("left_foot")]
        assert left_ankle[1] == pytest.approx(ANKLE_HEIGHT, abs=1e-3)
        assert left_toes[1] == pytest.approx(0.016, abs=1e-3)
        assert left_toes[2] - left_ankle[2] == pytest.approx(0.13, abs=1e-3)
        assert joints[BODY.index("left_wrist"), 0] > 0.1


def test_the_way_goes_with_the_legs() -> None:
    recorded = dance()
    far = fit_body(landmarks_of(recorded, unit=1 / 1.3))  # a person 1.3 times as tall
    assert np.allclose(far.joints(), fit_body(landmarks_of(recorded)).joints(), atol=1e-4)


def test_a_mirrored_recording_is_the_mirrored_dance() -> None:
    for names in (BODY.joints, TWELVE):
        landmarks = landmarks_of(dance(seed=5), names=names)
        assert np.allclose(fit_body(landmarks.mirror()).joints(), fit_body(landmarks).mirror().joints(), atol=1e-5)
        assert np.allclose(fit_body(landmarks.mirror()).rotations, fit_body(landmarks).mirror().rotations, atol=1e-4)


def test_a_turned_recording_is_the_turned_dance() -> None:
    landmarks = landmarks_of(dance(seed=6))
    turned = replace(landmarks, positions=landmarks.positions @ about_y(np.array(2.0)).T)
    assert np.allclose(fit_body(turned).joints(), fit_body(landmarks).joints() @ about_y(np.array(2.0)).T, atol=1e-4)
    assert np.allclose(fit_body(turned).rotations[:, 1:], fit_body(landmarks).rotations[:, 1:], atol=1e-4)


def test_one_frame_is_a_dance() -> None:
    recorded = dance()
    fitted = fit_body(landmarks_of(recorded.frames(10, 11)))
    assert len(fitted) == 1
    error = _without_height(fitted.joints()) - _without_height(recorded.frames(10, 11).joints())
    assert np.abs(np.delete(error, TOES, axis=1)).max() < 1e-3


def _waving(straight: bool) -> Dance:
    """Both arms go round at the side, straight or with elbows that bend now and then to 60 degrees."""
    rest = standing(120)
    angles = np.zeros((120, 24, 3))
    phase = np.linspace(0, 4 * np.pi, 120)
    for side, sign in (("left", 1), ("right", -1)):
        angles[:, BODY.index(f"{side}_shoulder"), 1] = -sign * 1.2 * np.sin(phase)
        angles[:, BODY.index(f"{side}_shoulder"), 2] = -sign * 1.2 * np.cos(phase)
        if not straight:
            angles[:, BODY.index(f"{side}_elbow"), 1] = -sign * np.maximum(0, np.sin(phase / 2)) ** 4
    return replace(rest, rotations=from_axis_angle(angles).astype(np.float32))


@pytest.mark.parametrize("straight", [True, False])
def test_straight_limbs_keep_their_twist(straight) -> None:
    recorded = _waving(straight)
    noisy = landmarks_of(recorded)
    positions = noisy.positions + np.random.default_rng(1).normal(0, 0.003, noisy.positions.shape)
    fitted = fit_body(replace(noisy, positions=positions))
    arms = [BODY.index(f"{side}_{part}") for side in ("left", "right") for part in ("shoulder", "elbow")]
    assert turn_degrees(fitted)[:, arms].max() < turn_degrees(recorded)[:, arms].max() + 15


def test_a_limb_that_is_overstretched_a_little_is_not_turned_over() -> None:
    angles = np.zeros((40, 24, 3))
    knees = [BODY.index("left_knee"), BODY.index("right_knee")]
    angles[:, knees, 0] = np.linspace(0.5, -0.15, 40)[:, None]
    recorded = replace(standing(40), rotations=from_axis_angle(angles).astype(np.float32))
    assert turn_degrees(fit_body(landmarks_of(recorded))).max() < 3


def test_a_handstand_stands_on_its_hands() -> None:
    upright = standing(20)
    angles = np.zeros((20, 24, 3))
    angles[:, 0, 0] = np.pi
    for side, sign in (("left", 1), ("right", -1)):
        angles[:, BODY.index(f"{side}_shoulder"), 2] = sign * np.pi / 2
    recorded = replace(upright, rotations=from_axis_angle(angles).astype(np.float32))
    joints = fit_body(landmarks_of(recorded)).joints()
    assert joints[..., 1].min() == pytest.approx(0.02, abs=2e-3)
    assert joints[:, BODY.index("left_hand"), 1].min() < 0.05
    assert np.abs(_without_height(joints) - _without_height(recorded.joints())).max() < 2e-3


def test_toes_do_not_go_through_the_floor() -> None:
    recorded = dance(seed=7)
    assert recorded.joints()[:, TOES, 1].min() < 0
    fitted = fit_body(landmarks_of(recorded)).joints()
    high = fitted[:, [BODY.index("left_ankle"), BODY.index("right_ankle")], 1] > ANKLE_HEIGHT
    assert fitted[:, TOES, 1][high].min() > 0.0159


def test_the_head_follows_the_face() -> None:
    recorded = standing()
    positions = {name: recorded.joints()[:, BODY.index(name)].astype(float) for name in BODY.joints}
    turn = about_y(np.array(0.8))
    for name, offset in (("left_ear", [0.07, 0, 0]), ("right_ear", [-0.07, 0, 0]), ("nose", [0, 0, 0.1])):
        positions[name] = positions["head"] + turn @ np.array(offset)
    turned = fit_body(Landmarks.of(positions))
    local = turned.rotations[0, BODY.index("neck")] @ turned.rotations[0, BODY.index("head")]
    assert np.allclose(local, turn, atol=1e-3)
    assert np.allclose(turned.joints(), fit_body(landmarks_of(recorded)).joints(), atol=1e-3)


def test_landmarks_that_cannot_be_are_refused() -> None:
    good = landmarks_of(standing())
    broken = good.positions.copy()
    broken[3, 4] = np.nan
    for names, positions in (
        (good.names[:-3], good.positions[:, :-3]),
        (good.names, good.positions[:, :-1]),
        (good.names, good.positions[:0]),
        (good.names, broken),
        (("pelvis", *good.names[:-1]), good.positions),
    ):
        with pytest.raises(InvalidInputError) as refused:
            Landmarks(names, positions)
        assert refused.value.reason == "INVALID_LANDMARKS"
    with pytest.raises(InvalidInputError, match="no length"):
        fit_body(Landmarks(good.names, np.zeros_like(good.positions)))


def test_a_jump_of_one_joint_is_bridged_and_nothing_else_is_touched() -> None:
    recorded = dance(seed=8)
    rotations = recorded.rotations.copy()
    rotations[60:63, LEFT_ELBOW] = from_axis_angle(np.array([0.0, 0.0, 2.5])) @ rotations[60:63, LEFT_ELBOW]
    (stretch,) = repair_jumps(Dance(recorded.root, rotations))
    mended = stretch.dance
    assert turn_degrees(mended).max() < 20
    others = np.arange(24) != LEFT_ELBOW
    assert np.array_equal(mended.rotations[:, others], recorded.rotations[:, others])
    assert np.abs(mended.joints() - recorded.joints()).max() < 0.05


def test_what_jumps_about_for_long_is_cut_out() -> None:
    recorded = dance(6.0, seed=9)
    rotations = recorded.rotations.copy()
    wild = from_axis_angle(np.random.default_rng(1).normal(0, 2, (30, 3)))
    rotations[80:110, RIGHT_ELBOW] = wild @ rotations[80:110, RIGHT_ELBOW]
    stretches = repair_jumps(Dance(recorded.root, rotations))
    pieces = [stretch.dance for stretch in stretches]
    assert stretches[1].start_seconds == pytest.approx((180 - len(pieces[1])) / 30)
    assert [len(piece) for piece in pieces] == pytest.approx([78, 68], abs=4)
    assert np.array_equal(pieces[0].rotations, recorded.rotations[: len(pieces[0])])
    assert np.array_equal(pieces[1].rotations, recorded.rotations[-len(pieces[1]) :])


def test_a_dance_without_jumps_stays_as_it_is() -> None:
    for recorded in (dance(seed=10), standing(1), standing(5)):
        (same,) = repair_jumps(recorded)
        assert np.array_equal(same.dance.rotations, recorded.rotations)
