"""Comparisons of dances with known mistakes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from eightcount_common.errors import UnusableMediaError
from eightcount_common.motion import MotionSequence
from eightcount_scoring.angles.mirroring import mirror_motion
from eightcount_scoring.comparison import Alignment, Report, score_take
from eightcount_scoring.counts import Music
from eightcount_scoring.time_map import TimeMap, TimePiece
from tests.benchmarks import planted
from tests.unit.scoring.dances import capture, dance

IN_STEP = Alignment(TimeMap.from_line(0.0))
REFERENCE = capture(dance(20.0))


def report(take: MotionSequence, reference: MotionSequence = REFERENCE, alignment: Alignment = IN_STEP) -> Report:
    return score_take(reference, take, alignment=alignment).report


def test_a_motion_against_itself_has_every_point_and_no_moment() -> None:
    own = report(REFERENCE)
    assert own.score == pytest.approx(100.0)
    assert own.moments == ()
    assert own.warnings == ()


def test_jitter_alone_makes_no_moment() -> None:
    seen, noisy = (planted.add_jitter(REFERENCE, 0.01, seed) for seed in (1, 2))
    noise = report(noisy, seen)
    assert noise.score > 90
    assert noise.moments == ()


@pytest.mark.parametrize("turned_deg", [0.0, 25.0, 90.0])
def test_body_size_costs_nothing_from_the_same_camera(turned_deg: float) -> None:
    same, larger = (capture(dance(20.0), size=size, turned_deg=turned_deg) for size in (1.0, 1.25))
    assert report(larger, same).score == pytest.approx(100.0, abs=0.1)


def test_another_dance_is_recognised_as_another_one() -> None:
    other = report(capture(dance(20.0, seed=99)))
    assert other.score < 30
    assert "DIFFERENT_DANCE" in {warning.reason for warning in other.warnings}
    assert "another dance" in other.feedback[0].text
    assert len(other.feedback) == 1


@pytest.mark.parametrize(("milliseconds", "kind"), [(200.0, "LATE"), (-200.0, "EARLY")])
def test_a_late_stretch_is_named_late_and_not_wrong(milliseconds: float, kind: str) -> None:
    take, _ = planted.plant_lateness(REFERENCE, 6.0, 12.0, milliseconds)
    found = report(take).moments
    assert {moment.kind for moment in found} == {kind}
    assert found[0].amount == pytest.approx(milliseconds, abs=34)
    assert found[0].start_seconds == pytest.approx(6.0, abs=1.0)
    assert found[0].end_seconds == pytest.approx(12.0, abs=1.0)
    assert f"200 ms {kind.lower()}" in " ".join(item.text for item in report(take).feedback)


def test_a_bent_elbow_is_named_with_its_degrees() -> None:
    take, _ = planted.plant_bent_elbow(REFERENCE, 8.0, 12.0, 40.0)
    worst = report(take).moments[0]
    assert (worst.kind, worst.joint, worst.unit) == ("ANGLE", "left_elbow", "deg")
    assert worst.amount == pytest.approx(-40.0, abs=8)
    assert worst.description.startswith("left elbow is bent ")
    assert worst.start_seconds == pytest.approx(8.0, abs=0.5)


def test_the_score_falls_with_the_size_of_the_mistake() -> None:
    scores = [
        report(planted.plant_bent_elbow(REFERENCE, 2.0, 18.0, degrees)[0]).score for degrees in (0.0, 15.0, 30.0, 60.0)
    ]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1] + 2


def test_a_stretch_without_dancer_is_missing_and_costs_nothing() -> None:
    take, _ = planted.plant_absence(REFERENCE, 8.0, 11.0)
    gone = report(take)
    assert [moment.kind for moment in gone.moments] == ["MISSING"]
    assert gone.score == pytest.approx(100.0, abs=0.1)
    assert "you are not visible" in " ".join(item.text for item in gone.feedback)


def test_every_sentence_rests_on_moments_that_exist_and_moments_of_a_joint_do_not_overlap() -> None:
    take, _ = planted.plant_smaller_arms(planted.plant_bent_elbow(REFERENCE, 2.0, 6.0, 50.0)[0], 10.0, 16.0, 0.3)
    both = report(take)
    known = {moment.id for moment in both.moments}
    assert known
    assert {name for item in both.feedback for name in item.moment_ids} <= known
    assert [m.severity for m in both.moments] == sorted((m.severity for m in both.moments), reverse=True)
    for joint in {moment.joint for moment in both.moments}:
        spans = sorted((m.start_seconds, m.end_seconds) for m in both.moments if m.joint == joint)
        assert all(end <= start + 0.04 for (_, end), (start, _) in pairwise(spans))


def test_a_mirrored_take_is_warned_about_and_the_option_corrects_it() -> None:
    take = mirror_motion(REFERENCE)
    plain = report(take)
    assert "TAKE_SEEMS_MIRRORED" in {warning.reason for warning in plain.warnings}
    turned = score_take(REFERENCE, take, alignment=IN_STEP, mirrored=True).report
    assert turned.score == pytest.approx(100.0, abs=0.1)
    assert np.isnan(plain.score)
    assert not plain.moments


def test_only_the_overlap_is_scored_and_a_short_one_is_warned_about() -> None:
    part = REFERENCE.frames(150, 300)
    moved = replace(part, timestamps=part.timestamps - part.timestamps[0])
    short = score_take(REFERENCE, moved, alignment=Alignment(TimeMap.from_line(5.0))).report
    assert short.score == pytest.approx(100.0, abs=0.1)
    assert [warning.reason for warning in short.warnings] == ["SHORT_OVERLAP"]
    assert short.timeline[0].start_seconds == pytest.approx(5.0, abs=0.05)
    with pytest.raises(UnusableMediaError) as caught:
        score_take(REFERENCE, moved, alignment=Alignment(TimeMap.from_line(500.0)))
    assert caught.value.reason == "NO_OVERLAP"


def test_an_alignment_in_pieces_is_followed() -> None:
    seconds = REFERENCE.timestamps
    keep = (seconds < 8.0) | (seconds >= 11.0)  # the take lacks three seconds: its clock jumps
    indices = np.flatnonzero(keep)
    cut = MotionSequence(
        REFERENCE.skeleton, np.arange(indices.size) / 30.0, REFERENCE.image[indices], REFERENCE.world[indices],
        REFERENCE.visibility[indices], REFERENCE.model, REFERENCE.image_size,
    )  # fmt: skip
    pieces = TimeMap((TimePiece(0.0, 8.0, 0.0, 1.0), TimePiece(8.0, 100.0, 3.0, 1.0)))
    followed = report(cut, alignment=Alignment(pieces))
    assert followed.score > 99
    assert not [moment for moment in followed.moments if moment.kind == "MISSING"]


def test_frames_that_are_not_there_are_not_a_dancer_who_is_not_visible() -> None:
    lost = _leave_out(REFERENCE, 8.0, 11.0)
    for found in (report(lost), report(REFERENCE, reference=lost)):
        assert found.score == pytest.approx(100.0, abs=0.1)
        assert not [moment for moment in found.moments if moment.kind == "MISSING"]
        assert "DANCER_OFTEN_MISSING" not in {warning.reason for warning in found.warnings}


def _leave_out(motion: MotionSequence, start: float, stop: float) -> MotionSequence:
    kept = (motion.timestamps < start) | (motion.timestamps > stop)
    return MotionSequence(
        motion.skeleton, motion.timestamps[kept], motion.image[kept], motion.world[kept], motion.visibility[kept],
        motion.model, motion.image_size,
    )  # fmt: skip


def test_frame_rates_may_differ_and_vary() -> None:
    kept = np.sort(np.random.default_rng(3).permutation(len(REFERENCE))[: len(REFERENCE) * 3 // 4])
    sparse = MotionSequence(
        REFERENCE.skeleton, REFERENCE.timestamps[kept], REFERENCE.image[kept], REFERENCE.world[kept],
        REFERENCE.visibility[kept], REFERENCE.model, REFERENCE.image_size,
    )  # fmt: skip
    assert report(sparse).score > 98


def test_feet_out_of_view_are_warned_about_and_do_not_count() -> None:
    visibility = REFERENCE.visibility.copy()
    feet = [i for i, name in enumerate(REFERENCE.skeleton.keypoints) if "foot" in name or "ankle" in name]
    visibility[:, feet] = 0.1
    hidden = report(replace(REFERENCE, visibility=visibility))
    assert "FEET_NOT_VISIBLE" in {warning.reason for warning in hidden.warnings}
    assert hidden.score == pytest.approx(100.0, abs=0.1)


def test_the_timeline_goes_by_counts_where_there_is_a_beat() -> None:
    music = Music(np.arange(0.25, 20.0, 0.5), (2, 10, 18, 26))
    entries = score_take(REFERENCE, REFERENCE, alignment=IN_STEP, music=music).report.timeline
    first = next(entry for entry in entries if entry.eight_count == 1)
    assert (first.count, first.start_seconds) == (1, 1.25)
    assert [entry.count for entry in entries if entry.eight_count == 2] == list(range(1, 9))
    take, _ = planted.plant_lateness(REFERENCE, 5.3, 9.0, 250.0)
    text = " ".join(item.text for item in score_take(REFERENCE, take, alignment=IN_STEP, music=music).report.feedback)
    assert "of the second eight-count" in text
    assert "(0:05)" in text


def test_a_waltz_is_counted_in_sixes() -> None:
    music = Music(np.arange(0.25, 20.0, 0.5), tuple(range(2, 40, 6)), 6)
    entries = score_take(REFERENCE, REFERENCE, alignment=IN_STEP, music=music).report.timeline
    assert [entry.count for entry in entries if entry.eight_count == 2] == list(range(1, 7))
    assert {entry.counts_per_phrase for entry in entries if entry.count} == {6}
    take, _ = planted.plant_lateness(REFERENCE, 5.3, 9.0, 250.0)
    text = " ".join(item.text for item in score_take(REFERENCE, take, alignment=IN_STEP, music=music).report.feedback)
    assert "six-count" in text
    assert "eight-count" not in text


def test_without_shared_music_the_report_says_so() -> None:
    by_motion = report(REFERENCE, alignment=Alignment(TimeMap.from_line(0.0), certain=False, by_motion=True))
    assert {warning.reason for warning in by_motion.warnings} == {"NO_SHARED_MUSIC", "ALIGNMENT_UNCERTAIN"}
