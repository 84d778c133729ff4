"""The report on a model: probes, warnings, report, card and confusion matrix."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from eightcount_classifier.dataset import Example, Source
from eightcount_classifier.evaluation.card import write_card
from eightcount_classifier.evaluation.probes import Probe, measure_probe, run_probes, speed_statistics
from eightcount_classifier.evaluation.report import build_report, list_warnings
from eightcount_classifier.evaluation.splits import make_naive_split
from eightcount_classifier.features.body import LIMBS
from eightcount_classifier.training.pipeline import TrainingResult
from tests.unit.classifier.dances import STYLES, example_of, examples_of

RANDOM = np.random.default_rng(1)
CLASSES = RANDOM.integers(0, 3, 240)
FOLDS = make_naive_split(240, folds=5, random=RANDOM)


def accuracy_of(probes: tuple[Probe, ...], name: str) -> float:
    return next(probe.balanced_accuracy for probe in probes if probe.name == name)


def test_a_probe_of_noise_is_at_chance():
    noise = np.random.default_rng(5).normal(size=(240, 6))
    assert measure_probe(noise, CLASSES, FOLDS) == pytest.approx(1 / 3, abs=0.1)


def test_a_probe_finds_a_planted_leak():
    random = np.random.default_rng(5)
    leaking = np.column_stack([random.normal(size=(240, 5)), CLASSES + random.normal(0, 0.1, 240)])
    assert measure_probe(leaking, CLASSES, FOLDS) > 0.95


def test_a_probe_leaves_out_what_has_no_class_and_what_never_varies():
    classes = np.where(np.arange(240) % 4 == 0, -1, CLASSES)
    facts = np.column_stack([np.ones(240), CLASSES])
    assert measure_probe(facts, classes, FOLDS) == 1.0


def plant_bones(bones_of_style: bool) -> list[Example]:
    """Recordings of one movement under three names, by dancers whose bones are random or those of the style."""
    random = np.random.default_rng(2)
    examples = []
    for number in range(60):
        example = example_of("sway", 100 + number, seconds=4.0)
        bones = random.normal(0.3, 0.02, 2 * len(LIMBS) + 2) + (0.1 * (number % 3) if bones_of_style else 0)
        data = replace(example.data, bones=bones.astype(np.float32))
        examples.append(Example(STYLES[number % 3], Source(str(number), take=str(number)), data))
    return examples


def test_bones_that_tell_the_style_are_found_and_gone_from_what_the_model_sees():
    classes = np.arange(60) % 3
    folds = make_naive_split(60, folds=5, random=np.random.default_rng(0))
    probes = run_probes(plant_bones(bones_of_style=True), classes, folds)
    assert accuracy_of(probes, "bone lengths as recorded") > 0.9
    assert accuracy_of(probes, "bone lengths as the model sees them") < 0.55
    probes = run_probes(plant_bones(bones_of_style=False), classes, folds)
    assert accuracy_of(probes, "bone lengths as recorded") < 0.55


def test_one_body_hides_the_bones_of_dancers_who_each_dance_one_style():
    examples = [
        example_of(style, 10 * number + take, seconds=4.0) for number, style in enumerate(STYLES) for take in range(8)
    ]
    lengths = np.ptp([example.data.bones for example in examples], axis=0)
    assert (lengths > 0.05).all()
    classes = np.repeat(np.arange(3), 8)
    folds = make_naive_split(24, folds=4, random=np.random.default_rng(0))
    assert accuracy_of(run_probes(examples, classes, folds), "bone lengths as the model sees them") < 0.6


def test_a_camera_for_each_style_is_found():
    examples = [
        replace(example, source=replace(example.source, camera=f"c{STYLES.index(example.style)}"))
        for example in examples_of(performers=range(5), seconds=4.0)
    ]
    classes = np.repeat(np.arange(3), 5)
    probes = run_probes(examples, classes, make_naive_split(15, folds=5, random=np.random.default_rng(0)))
    assert accuracy_of(probes, "camera") > 0.9


def test_a_slow_dance_is_slow():
    sway, shuffle = (speed_statistics(example_of(style, 0).data) for style in ("sway", "shuffle"))
    assert (shuffle > sway).all()
    assert not speed_statistics(example_of("sway", 0).data.part(0, 1)).any()


def test_a_probe_near_the_model_is_one_that_comes_nearly_as_far_from_chance():
    assert Probe("camera", 0.83).is_near(0.9, 0.5)
    assert not Probe("camera", 0.81).is_near(0.9, 0.5)


def test_the_made_up_styles_are_learned(result: TrainingResult):
    assert result.study.metrics.balanced_accuracy > 0.6
    assert result.study.split.kept_apart == ("take", "performer")
    assert result.study.split.crossing == ()


def test_every_recording_was_judged_by_a_network_that_had_not_seen_its_performer(result: TrainingResult):
    judged = result.study.held_out.recording
    assert set(judged.tolist()) == set(range(12))
    for fold in result.study.split.folds:
        performers = {examples_of()[position].source.performer for position in fold}
        outside = {example.source.performer for position, example in enumerate(examples_of()) if position not in fold}
        assert not performers & outside


def test_generated_movements_are_trained_on_and_not_judged(result: TrainingResult):
    assert "not_a_dance" not in result.study.metrics.names
    assert result.model.labels.names == (*STYLES, "not_a_dance")
    assert result.model.novelty.means.shape[0] == 4


def test_the_report_is_json_and_says_what_was_split_and_how(result: TrainingResult):
    report = json.loads(result.files["report.json"])
    assert report["split"]["kept_apart"] == ["take", "performer"]
    assert sorted(label for fold in report["split"]["folds"] for label in fold) == sorted(
        example.source.label for example in examples_of()
    )
    assert report["chance"] == pytest.approx(1 / 3, abs=1e-4)
    assert report["data"]["sway"] == {"recordings": 4, "takes": 4, "performers": 4, "musics": 0}
    assert report["honest"]["styles"]["sway"]["of"] == 4
    assert report["leaking"]["window_balanced_accuracy"] > 0
    assert {probe["given"] for probe in report["probes"]} == {
        "bone lengths as recorded", "bone lengths as the model sees them", "speed", "camera",
    }  # fmt: skip


def test_few_recordings_are_warned_of(result: TrainingResult):
    sentences = list_warnings(result.study)
    assert "Fewer than ten recordings of shuffle, sway, swirl: these metrics are imprecise." in sentences


def test_a_performer_in_training_and_test_is_warned_of(result: TrainingResult):
    split = replace(result.study.split, crossing=("performer", "music"))
    first = list_warnings(replace(result.study, split=split))[0]
    assert first.startswith("The same performer and music is in the training and in the test data")


def test_a_probe_near_the_model_is_warned_of(result: TrainingResult):
    far, near = Probe("camera", 0.3), Probe("bone lengths as recorded", 0.99)
    sentences = list_warnings(replace(result.study, probes=(far, near)))
    assert any("nothing but bone lengths as recorded reaches 99%" in sentence for sentence in sentences)
    assert not any("camera" in sentence for sentence in sentences)


def test_a_split_that_leaks_is_warned_of_where_it_would_have_shown_more(result: TrainingResult):
    naive = replace(result.study.metrics, window_balanced_accuracy=0.99)
    honest = replace(result.study.metrics, window_balanced_accuracy=0.7)
    sentences = list_warnings(replace(result.study, naive=naive, metrics=honest))
    assert any("would have shown 99% instead of 70%" in sentence for sentence in sentences)
    assert not any("random split" in sentence for sentence in list_warnings(replace(result.study, naive=honest)))


def test_the_card_says_what_is_known_and_what_is_not(result: TrainingResult):
    card = result.files["card.md"].decode()
    assert card == result.model.metadata.card
    assert card.startswith("# tiny\n")
    for part in ("Made up.", "## Data", "## Split", "## Metrics", "## Probes", "## Limits of these metrics"):
        assert part in card
    assert "Kept apart: take, performer." in card
    assert "| sway | 4 | 4 | 4 | unknown |" in card
    assert "nan" not in card


def test_the_card_says_what_was_not_kept_apart(result: TrainingResult):
    found = replace(result.study, split=replace(result.study.split, kept_apart=(), crossing=("performer",)), naive=None)
    card = write_card("tiny", "pose", build_report(found, examples_of()))
    assert "Kept apart: nothing: no ids are known." in card
    assert "**Not** kept apart: performer." in card


def test_the_confusion_matrix_is_a_picture(result: TrainingResult):
    with Image.open(io.BytesIO(result.files["confusion.png"])) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert min(picture.size) > 200
        colours = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    assert len(np.unique(colours, axis=0)) > 50
