"""Causes of a difference: stated on evidence, and otherwise not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eightcount_common.motion import MotionSequence
from eightcount_scoring.angles.camera_view import measure_facing_difference
from eightcount_scoring.angles.first_pass import scan_motion
from eightcount_scoring.causes.hypotheses import STATED_CONFIDENCE
from eightcount_scoring.comparison import Alignment, Report, score_take
from eightcount_scoring.time_map import TimeMap
from tests.benchmarks import planted
from tests.benchmarks.cause_judges import Pair, describe_report, judge_pair, pairs_of
from tests.benchmarks.cause_scenes import Frame, Shot, change_performer, draw_body, film
from tests.unit.scoring.dances import capture, dance

SECONDS = 12.0


def report(reference: MotionSequence, take: MotionSequence, offset_seconds: float = 0.0, **options: bool) -> Report:
    return score_take(reference, take, alignment=Alignment(TimeMap.from_line(offset_seconds)), **options).report


def reasons(found: Report) -> set[str]:
    return {warning.reason for warning in found.warnings}


def scenes() -> list[Pair]:
    """Angles, mirrored or not, the same and another dance, dancers who turn, and parts outside the frame."""
    frames: tuple[Frame, ...] = ("whole", "upper", "no feet", "first half")
    pairs = []
    for number, frame in enumerate(frames):
        body, other = (draw_body(SECONDS, seed + number, turns=number % 2 == 0) for seed in (20, 60))
        pairs += [replace(pair, name=f"{frame} {pair.name}") for pair in pairs_of(body, other, number, frame=frame)]
    return pairs


@pytest.mark.parametrize("pair", scenes(), ids=lambda pair: pair.name)
def test_no_wrong_cause_is_stated(pair: Pair) -> None:
    verdict, said = judge_pair(pair)
    assert verdict != "wrong", said


@pytest.mark.parametrize("turns", [False, True])
@pytest.mark.parametrize("turned_deg", [0.0, 90.0])
def test_a_mirrored_take_is_known_from_any_side_and_of_a_dancer_who_turns(*, turns: bool, turned_deg: float) -> None:
    body = draw_body(SECONDS, 4, turns=turns)
    take = film(change_performer(body, 5), Shot(turned_deg, mirrored=True), 2)
    found = report(film(body, Shot(), 1), take)
    assert "TAKE_SEEMS_MIRRORED" in reasons(found), describe_report(found)
    assert "CAMERA_ANGLE_DIFFERS" not in reasons(found)
    assert found.no_score_reason == "TAKE_SEEMS_MIRRORED"


def test_a_take_that_was_called_mirrored_and_is_not_is_known() -> None:
    body = draw_body(SECONDS, 4)
    found = report(film(body, Shot(), 1), film(body, Shot(), 2), mirrored=True)
    assert found.no_score_reason == "TAKE_SEEMS_NOT_MIRRORED"


@pytest.mark.parametrize(("turned_deg", "words"), [(90.0, "90 degrees further to your left"),
                                                   (-60.0, "60 degrees further to your right")])  # fmt: skip
def test_a_camera_elsewhere_is_stated_with_a_rounded_angle(turned_deg: float, words: str) -> None:
    body = draw_body(SECONDS, 4, turns=True)
    found = report(film(body, Shot(), 1), film(change_performer(body, 5), Shot(turned_deg), 2))
    (warning,) = [warning for warning in found.warnings if warning.reason == "CAMERA_ANGLE_DIFFERS"]
    assert words in warning.message


def test_directions_that_differ_by_chance_are_no_camera_angle() -> None:
    """Means with a resultant of 0.14 and 0.27 were stated as angles of 143 and 173 degrees."""
    turning, other = (film(draw_body(SECONDS, seed, turns=True), Shot(), seed) for seed in (4, 5))
    difference = measure_facing_difference(
        scan_motion(turning), scan_motion(other), turning.timestamps, other.timestamps
    )
    assert difference.resultant < 0.5
    assert "CAMERA_ANGLE_DIFFERS" not in reasons(report(turning, other))


def test_another_dance_is_stated_when_there_was_enough_to_see() -> None:
    reference, other = (film(draw_body(24.0, seed), Shot(), seed) for seed in (4, 5))
    found = report(reference, other)
    assert "DIFFERENT_DANCE" in reasons(found)
    assert not found.moments
    assert len(found.feedback) == 1


def test_what_cannot_be_known_is_not_stated() -> None:
    reference, other = (film(draw_body(4.0, seed), Shot(), seed) for seed in (4, 5))
    found = report(reference, other)
    assert np.isnan(found.score)
    assert found.no_score_reason == "SCORE_NOT_KNOWN"
    assert not any(cause.stated for cause in found.explanation.causes)


def test_a_report_without_a_score_has_no_moments_no_marks_and_says_what_to_do() -> None:
    body = draw_body(SECONDS, 4)
    comparison = score_take(
        film(body, Shot(), 1), film(body, Shot(mirrored=True), 2), alignment=Alignment(TimeMap.from_line(0.0))
    )
    found = comparison.report
    assert np.isnan([found.score, *(joint.score for joint in found.joints), *(e.score for e in found.timeline)]).all()
    assert not found.moments
    assert np.isnan(comparison.errors.multiples).all()
    (sentence,) = found.feedback
    assert "option 'mirrored'" in sentence.text


def test_the_same_dance_out_of_step_blames_neither_camera_nor_dance() -> None:
    body = draw_body(SECONDS, 4, turns=True)
    found = report(film(body, Shot(), 1), film(body, Shot(), 2), 0.7)
    assert found.no_score_reason == "OUT_OF_STEP"
    assert "0.7 s" in found.feedback[0].text
    assert not reasons(found) & {"CAMERA_ANGLE_DIFFERS", "DIFFERENT_DANCE", "TAKE_SEEMS_MIRRORED"}


def test_a_close_up_of_the_face_has_no_score_and_is_asked_to_step_back() -> None:
    body = draw_body(SECONDS, 4)
    found = report(film(body, Shot(), 1), film(body, Shot(frame="face"), 2))
    assert found.no_score_reason == "NOT_VISIBLE_ENOUGH"
    assert "Step back" in found.feedback[0].text


@pytest.mark.parametrize("whose", ["take", "reference"])
def test_feet_outside_the_frame_get_no_advice_whatever_the_network_guesses(whose: str) -> None:
    body = draw_body(SECONDS, 4)
    motions = [film(body, Shot(), 1), film(change_performer(body, 5, posture_m=0.02), Shot(frame="no feet"), 2)]
    found = report(*(motions if whose == "take" else motions[::-1]))
    assert "FEET_NOT_VISIBLE" in reasons(found)
    assert not [moment for moment in found.moments if moment.joint.endswith("ankle")]
    text = " ".join(item.text for item in found.feedback)
    assert "foot" not in text
    assert "feet" not in text
    (warning,) = [warning for warning in found.warnings if warning.reason == "FEET_NOT_VISIBLE"]
    assert ("Step back so that your feet are in the frame" in warning.message) == (whose == "take")


def test_a_side_that_the_frame_cuts_off_is_named_once() -> None:
    body = draw_body(SECONDS, 4)
    whole = film(body, Shot(), 1)
    left = float(np.median(whole.image[:, whole.skeleton.index("left_shoulder"), 0])) + 20
    cut = replace(whole, image_size=(round(left), whole.image_size[1]))
    found = report(whole, cut)
    messages = [warning.message for warning in found.warnings if warning.reason == "BODY_OUTSIDE_FRAME"]
    assert len(messages) == 1
    assert "left arm" in messages[0]
    assert not [moment for moment in found.moments if moment.joint == "left_elbow"]


@pytest.mark.parametrize(("lag_seconds", "words"), [(-0.1, "0.1 s early"), (0.2, "0.2 s late")])
def test_a_lag_of_everything_is_one_sentence(lag_seconds: float, words: str) -> None:
    reference = capture(dance(20.0))
    late = report(planted.add_jitter(reference, 0.01, 1), planted.add_jitter(reference, 0.01, 2), lag_seconds)
    sentences = [item.text for item in late.feedback if " early" in item.text or " late" in item.text]
    other = "If you are not, sound and image of one video are so far apart."
    assert sentences == [f"You are {words} throughout. {other}"]
    assert late.timing_ms == pytest.approx(1000 * lag_seconds, abs=20)
    assert np.nanmax(np.abs([joint.timing_ms for joint in late.joints])) < 40
    assert not [moment for moment in late.moments if moment.unit == "ms"]


def test_a_limb_that_is_late_beyond_the_whole_is_named_relative_to_it() -> None:
    performed = dance(20.0)
    arm_late = performed.at(performed.seconds - 0.2)
    own = replace(
        performed,
        raise_deg=performed.raise_deg | {"left": arm_late.raise_deg["left"]},
        forward_deg=performed.forward_deg | {"left": arm_late.forward_deg["left"]},
        elbow_deg=performed.elbow_deg | {"left": arm_late.elbow_deg["left"]},
    )
    found = report(capture(performed), capture(own), 0.1)
    assert found.timing_ms == pytest.approx(100, abs=20)
    lags = {joint.joint: joint.timing_ms for joint in found.joints}
    assert lags["left_shoulder"] == pytest.approx(200, abs=40)
    assert lags["right_shoulder"] == pytest.approx(0, abs=20)
    assert "beyond that with" in " ".join(item.text for item in found.feedback)


def test_a_dancer_who_is_late_in_one_stretch_is_not_late_throughout() -> None:
    reference = capture(dance(20.0))
    take, _ = planted.plant_lateness(reference, 5.0, 12.0, 200.0)
    found = report(reference, take)
    assert found.timing_ms == 0
    assert not [item for item in found.feedback if "throughout" in item.text]


def test_confidence_of_what_is_stated_is_high_and_at_most_one_cause_is_stated() -> None:
    for pair in scenes()[:12]:
        found = report(pair.reference, pair.take).explanation
        if found.stated is not None:
            assert found.stated.confidence >= STATED_CONFIDENCE
        assert [cause.confidence for cause in found.causes] == sorted(
            (c.confidence for c in found.causes), reverse=True
        )
