"""A motion that is judged while it comes gets the answers of one that was given at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from eightcount_classifier.features.body import standardise_motion
from eightcount_classifier.inference.classification import (
    NOT_SEEN,
    Classification,
    Prediction,
    Verdict,
    WindowPrediction,
    WindowScores,
    classify,
    predict_recording,
    predict_windows,
)
from eightcount_classifier.inference.live import LiveClassifier
from eightcount_classifier.model import StyleModel
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence, concatenate
from eightcount_common.skeletons import BLAZEPOSE_33, BODY_12, COCO_17
from tests.unit.classifier.dances import STYLES, capture_motion, hide_dancer, motion_of, observe_by_camera, perform


def split_at_random(motion: MotionSequence, random: np.random.Generator, longest: int) -> Iterator[MotionSequence]:
    start = 0
    while start < len(motion):
        stop = start + int(random.integers(1, longest + 1))
        yield motion.frames(start, stop)
        start = stop


def live(model: StyleModel, parts: Iterator[MotionSequence], **more) -> tuple[Classification, list[WindowPrediction]]:
    classifier = LiveClassifier(model, **more)
    told = [window for part in parts for window in classifier.add(part)]
    return classifier.finish(), told


def check_same(one: Classification, other: Classification) -> None:
    assert [window.start_seconds for window in one.windows] == pytest.approx(
        [window.start_seconds for window in other.windows], abs=1e-6
    )
    assert [window.prediction.verdict for window in one.windows] == [
        window.prediction.verdict for window in other.windows
    ]
    check_same_answer(one.whole, other.whole)
    for first, second in zip(one.windows, other.windows, strict=True):
        check_same_answer(first.prediction, second.prediction)


def check_same_answer(one: Prediction, other: Prediction) -> None:
    assert (one.verdict, one.style) == (other.verdict, other.style)
    np.testing.assert_allclose(one.probabilities, other.probabilities, atol=2e-4)
    assert one.novelty == pytest.approx(other.novelty, rel=1e-3, abs=1e-4)


def recording(random: np.random.Generator) -> MotionSequence:
    """A motion at any rate, begun at any time, in which the dancer is lost now and then."""
    seconds = random.uniform(3, 14)
    steps = random.uniform(0.5, 1.5, 2000) / random.choice([15, 24, 29.97, 60])
    times = random.uniform(-5, 100) + np.cumsum(steps)
    times = times[times < times[0] + seconds]
    motion = capture_motion(perform(str(random.choice(STYLES)), times, performer=int(random.integers(9))), times)
    if random.random() < 0.5:
        motion = observe_by_camera(motion, BLAZEPOSE_33)
    for _ in range(random.integers(0, 5)):
        start = random.uniform(times[0] - 1, times[-1])
        motion = hide_dancer(
            motion, start, start + random.choice([0.1, 0.3, 0.36, 1.0, 3.0]) * random.uniform(0.8, 1.2)
        )
    return motion


@pytest.mark.parametrize("seed", range(25))
def test_the_answers_do_not_depend_on_how_the_motion_comes(model: StyleModel, seed):
    random = np.random.default_rng(seed)
    motion = recording(random)
    whole = classify(model, standardise_motion(motion))
    for longest in (20, 90, len(motion)):
        found, told = live(model, split_at_random(motion, random, longest))
        check_same(found, whole)
        assert told == list(found.windows[: len(told)])


def test_a_motion_that_comes_frame_by_frame_gets_the_same_answers(model: StyleModel):
    motion = hide_dancer(motion_of("swirl", 7.0, rate_hertz=24), 4.9, 5.2)
    found, _ = live(model, motion.chunks(1))
    check_same(found, classify(model, standardise_motion(motion)))


def test_a_window_is_answered_as_soon_as_it_is_complete(model: StyleModel):
    classifier = LiveClassifier(model)
    moments = {}
    for part in motion_of("swirl", 8.0).chunks(3):
        for window in classifier.add(part):
            moments[window.start_seconds] = part.timestamps[-1] - window.end_seconds
    assert list(moments) == pytest.approx([0, 1, 2, 3, 4], abs=1e-6)
    assert max(moments.values()) < 0.11


def test_memory_is_flat_however_long_the_motion(model: StyleModel):
    classifier = LiveClassifier(model)
    kept = []
    for number in range(40):
        part = motion_of("sway", 3.0, start_seconds=number * 3.1)
        classifier.add(hide_dancer(part, number * 3.1, 1e9) if 10 <= number < 25 else part)
        kept.append(len(classifier._buffer))
    assert max(kept) < 8 * 30


def test_memory_is_flat_before_anybody_comes(model: StyleModel):
    classifier = LiveClassifier(model)
    for number in range(10):
        part = hide_dancer(motion_of("sway", 3.0, start_seconds=number * 3.1), -1, 1e9)
        assert classifier.add(part) == []
        assert len(classifier._buffer) <= 1


def test_where_the_dancer_is_absent_the_windows_say_so(model: StyleModel):
    found, _ = live(model, hide_dancer(motion_of("sway", 20.0), 6.0, 13.0).chunks(25))
    verdicts = [window.prediction.verdict is Verdict.NOT_SEEN for window in found.windows]
    assert [number for number, unseen in enumerate(verdicts) if unseen] == list(range(4, 12))
    assert len(found.windows) == 17
    assert found.whole.verdict is not Verdict.NOT_SEEN
    assert not len(found.windows[5].prediction.probabilities)


def test_nobody_at_all_is_not_seen(model: StyleModel):
    found, told = live(model, hide_dancer(motion_of("sway", 8.0), -1, 9).chunks(30))
    assert found.whole is NOT_SEEN
    assert not told
    assert live(model, iter(()))[0].whole is NOT_SEEN
    assert live(model, iter([motion_of("sway", 1.0).frames(0, 0)]))[0].whole is NOT_SEEN


def test_a_motion_shorter_than_a_window_is_not_seen_for_long_enough(model: StyleModel):
    found, _ = live(model, motion_of("sway", 3.5).chunks(30))
    assert found == Classification(NOT_SEEN, ())


def test_a_motion_from_pictures_alone_is_judged(model: StyleModel):
    motion = observe_by_camera(motion_of("sway", 9.0, heading_rad=0.2), COCO_17)
    found, _ = live(model, motion.chunks(40))
    whole = classify(model, standardise_motion(motion))
    assert len(found.windows) == len(whole.windows) == 6
    np.testing.assert_allclose(found.whole.probabilities.sum(), 1, atol=1e-5)


def test_a_part_that_does_not_follow_is_refused(model: StyleModel):
    classifier = LiveClassifier(model)
    classifier.add(motion_of("sway", 3.0))
    with pytest.raises(InvalidInputError):
        classifier.add(motion_of("sway", 3.0))


def test_a_gap_of_a_day_is_refused(model: StyleModel):
    classifier = LiveClassifier(model)
    classifier.add(motion_of("sway", 3.0))
    with pytest.raises(InvalidInputError) as caught:
        classifier.add(motion_of("sway", 3.0, start_seconds=86400))
    assert caught.value.reason == "TOO_LONG"


def test_a_model_that_never_heard_a_beat_is_given_none(model: StyleModel):
    motion, beats = motion_of("sway", 6.0), np.arange(0, 6, 0.5)
    assert not model.metadata.uses_beats
    deaf, _ = live(model, iter([motion]), beats_seconds=beats)
    check_same(deaf, classify(model, standardise_motion(motion)))
    check_same(
        classify(model, standardise_motion(motion, beats_seconds=beats)), classify(model, standardise_motion(motion))
    )


def test_a_model_that_heard_beats_is_given_them_alike(model: StyleModel):
    hearing = replace(model, metadata=replace(model.metadata, uses_beats=True))
    motion, beats = motion_of("sway", 9.0), np.arange(0, 9, 0.45)
    found, _ = live(hearing, motion.chunks(50), beats_seconds=beats)
    check_same(found, classify(hearing, standardise_motion(motion, beats_seconds=beats)))


@pytest.mark.parametrize("style", STYLES)
def test_a_made_up_style_by_another_dancer_is_recognised(model: StyleModel, style):
    found = classify(model, standardise_motion(motion_of(style, 10.0, performer=21)))
    best = found.whole.probabilities.argmax()
    assert model.labels.names[best] == style


def logits_of(chances: list[float]) -> WindowScores:
    return WindowScores(np.log(np.array([chances], np.float32)), np.array([0.5], np.float32))


@pytest.mark.parametrize(
    ("chances", "novelty", "verdict", "style"),
    [
        ([0.9, 0.05, 0.03, 0.02], 0.5, Verdict.STYLE, "shuffle"),
        ([0.05, 0.9, 0.03, 0.02], 0.99, Verdict.STYLE, "sway"),
        ([0.9, 0.05, 0.03, 0.02], 1.01, Verdict.UNKNOWN, ""),
        ([0.4, 0.3, 0.2, 0.1], 0.5, Verdict.UNKNOWN, ""),
        ([0.1, 0.1, 0.1, 0.7], 0.5, Verdict.NOT_A_DANCE, ""),
        ([0.1, 0.1, 0.1, 0.7], 5.0, Verdict.NOT_A_DANCE, ""),
    ],
)
def test_the_verdict_follows_from_probabilities_and_novelty(model: StyleModel, chances, novelty, verdict, style):
    honest = replace(model, window_temperature=1.0, recording_temperature=1.0)
    scores = replace(logits_of(chances), novelty=np.array([novelty], np.float32))
    for answer in (*predict_windows(honest, scores), predict_recording(honest, scores)):
        assert (answer.verdict, answer.style) == (verdict, style)
        np.testing.assert_allclose(answer.probabilities, chances, atol=1e-5)


def test_one_strange_window_does_not_make_the_whole_unknown(model: StyleModel):
    one = logits_of([0.9, 0.05, 0.03, 0.02])
    scores = WindowScores(np.tile(one.logits, (5, 1)), np.float32([0.1, 9, 0.2, 0.1, 0.3]))
    assert predict_recording(model, scores).novelty == pytest.approx(0.2)


def test_a_piece_without_frames_changes_nothing(model: StyleModel):
    motion = motion_of("sway", 6.0)
    parts = [part for piece in motion.chunks(40) for part in (piece, motion.frames(0, 0))]
    assert len(concatenate(parts)) == len(motion)
    check_same(live(model, iter(parts))[0], classify(model, standardise_motion(motion)))


def test_a_skeleton_that_changes_on_the_way_is_refused(model: StyleModel):
    classifier = LiveClassifier(model)
    motion = motion_of("sway", 6.0)
    classifier.add(motion.frames(0, 60))
    with pytest.raises(InvalidInputError):
        classifier.add(observe_by_camera(motion, BLAZEPOSE_33).frames(60, 120))
    assert motion.skeleton is BODY_12
