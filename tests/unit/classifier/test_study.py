"""From recordings of every awkward kind to a model."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from eightcount_classifier.dataset import OTHER_DANCE, Example, Labels, UnusableDataError
from eightcount_classifier.families.base import Recipe
from eightcount_classifier.features.body import standardise_motion
from eightcount_classifier.inference.classification import Verdict, classify
from eightcount_classifier.training.cross_validation import train_fold
from eightcount_classifier.training.networks import Callbacks
from eightcount_classifier.training.pipeline import TrainingConfig, TrainingProgress, train_style_model
from eightcount_classifier.training.study import TrainingContext, run_study, train_model
from eightcount_common.errors import InvalidInputError
from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import Epoch
from tests.unit.classifier.dances import STYLES, TINY, example_of, examples_of, hide_dancer, motion_of, no_dances

WORKER = TrainingWorker(torch.device("cpu"))
QUICK = replace(TINY, recipe=Recipe(epochs=2, batches=2, batch_size=8, learning_rate=8e-3, members=1))


def make_hidden_example(style: str, performer: int) -> Example:
    """A recording of nine seconds in no four of which the dancer is seen for three."""
    example = example_of(style, performer)
    motion = hide_dancer(motion_of(style, 9.0, performer=performer), 2.8, 6.2)
    return replace(example, data=standardise_motion(motion))


def make_absent_example(style: str, performer: int) -> Example:
    """A recording that shows nobody."""
    motion = hide_dancer(motion_of(style, 9.0, performer=performer), -1, 10)
    return replace(example_of(style, performer), data=standardise_motion(motion))


def test_a_handful_of_short_takes_is_enough():
    examples = examples_of(STYLES[:2], range(2), seconds=4.0)
    found = run_study(QUICK, examples, TrainingContext(WORKER))
    assert len(found.split.folds) == 2
    assert found.naive is not None
    assert found.metrics.confusion.sum() == 4


def test_recordings_in_which_nothing_can_be_judged_are_left_out_of_the_figures():
    examples = [
        *examples_of(STYLES[:2], range(3)),
        *(make_hidden_example(style, 9) for style in STYLES[:2]),
        make_absent_example("sway", 10),
    ]
    found = run_study(QUICK, examples, TrainingContext(WORKER), naive=False)
    assert {(6, 7), (8,)} < {tuple(fold.tolist()) for fold in found.split.folds}
    assert found.metrics.confusion.sum() == 6
    assert all(np.isfinite(probe.balanced_accuracy) for probe in found.probes)


def test_one_style_is_told_from_what_is_no_dance():
    examples = examples_of(["sway"], range(3))
    result = train_style_model(TrainingConfig("one", QUICK, extra=no_dances(6)), examples, WORKER)
    assert result.model.labels.names == ("sway", "not_a_dance")
    assert result.study.metrics.names == ("sway",)
    assert set(result.files) == {"card.md", "report.json", "confusion.png"}


def test_other_dances_are_trained_on_and_have_no_class():
    others = [replace(example, style=OTHER_DANCE) for example in examples_of(["swirl"], range(3))]
    result = train_style_model(TrainingConfig("one", QUICK), [*examples_of(STYLES[:2], range(3)), *others], WORKER)
    assert result.model.labels.names == ("shuffle", "sway", "not_a_dance")
    assert result.study.metrics.names == ("shuffle", "sway")
    assert result.model.novelty.means.shape[0] == 3
    found = classify(result.model, standardise_motion(motion_of("swirl", 8.0, performer=9)))
    assert found.whole.probabilities.shape == (3,)
    assert found.whole.verdict is not Verdict.NOT_SEEN


def test_every_member_of_an_ensemble_answers():
    three = replace(QUICK, recipe=replace(QUICK.recipe, members=3))
    found = run_study(QUICK, examples_of(STYLES[:2], range(2)), TrainingContext(WORKER), naive=False)
    model = train_model(three, "three", examples_of(STYLES[:2], range(2)), found, TrainingContext(WORKER))
    assert len(model.network.members) == 3
    heads = [member.head.weight for member in model.network.members]
    assert not torch.equal(heads[0], heads[1])


def test_the_same_seed_makes_the_same_study():
    first, again, other = (
        run_study(QUICK, examples_of(STYLES[:2], range(3)), TrainingContext(WORKER, seed), naive=False)
        for seed in (4, 4, 5)
    )
    np.testing.assert_array_equal(first.held_out.logits, again.held_out.logits)
    assert first.window_temperature == again.window_temperature
    assert not np.array_equal(first.held_out.logits, other.held_out.logits)


def test_when_to_stop_is_not_seen_on_what_is_tested():
    examples = examples_of(STYLES[:2], range(4))
    fold = np.array([0, 4])
    epochs: list[Epoch] = []
    train_fold(QUICK, examples, Labels(STYLES[:2]), fold, seed=1, worker=WORKER, callbacks=Callbacks(epochs.append))
    blank = [
        replace(example, data=replace(example.data, joints=0 * example.data.joints)) if number in fold else example
        for number, example in enumerate(examples)
    ]
    again: list[Epoch] = []
    train_fold(QUICK, blank, Labels(STYLES[:2]), fold, seed=1, worker=WORKER, callbacks=Callbacks(again.append))
    assert epochs == again
    assert all(np.isfinite(epoch.validation_loss) for epoch in epochs)


def test_too_few_styles_or_takes_are_an_error_before_anything_is_trained():
    def never(step: TrainingProgress) -> None:
        pytest.fail("something was trained")

    with pytest.raises(UnusableDataError):
        train_style_model(TrainingConfig("one", QUICK), examples_of(["sway"], range(3)), WORKER, report=never)
    with pytest.raises(InvalidInputError) as caught:
        train_style_model(TrainingConfig("one", QUICK), examples_of(STYLES[:2], range(1)), WORKER, report=never)
    assert caught.value.reason == "TOO_FEW_TAKES"


def test_recordings_that_are_all_too_short_are_an_error():
    with pytest.raises(UnusableDataError) as caught:
        train_style_model(TrainingConfig("one", QUICK), examples_of(STYLES[:2], range(3), seconds=3.0), WORKER)
    assert caught.value.reason == "TOO_SHORT"


def test_the_work_is_told_from_nought_to_one_and_its_course_is_written_down(tmp_path: Path):
    steps: list[TrainingProgress] = []
    examples, threads = examples_of(STYLES[:2], range(5)), threading.active_count()
    train_style_model(TrainingConfig("one", QUICK), examples, WORKER, folder=tmp_path, report=steps.append)
    done = [step.fraction_done for step in steps]
    assert (np.diff(done) > 0).all()
    assert done[-1] == pytest.approx(1)
    stages = list(dict.fromkeys(step.stage for step in steps))
    assert stages[0] == "fold 1 of 5"
    assert stages[5] == "leaking split, fold 1 of 5"
    assert stages[-1] == "final model"
    assert threading.active_count() == threads
    assert len(list((tmp_path / "logs").iterdir())) == 11
    assert all(file.stat().st_size > 100 for file in (tmp_path / "logs").rglob("events*"))


def test_the_same_work_in_the_same_folder_is_not_done_again(tmp_path: Path):
    config, examples = TrainingConfig("one", QUICK), examples_of(STYLES[:2], range(3))
    first = train_style_model(config, examples, WORKER, folder=tmp_path)
    steps: list[TrainingProgress] = []
    again = train_style_model(config, examples, WORKER, folder=tmp_path, report=steps.append)
    assert not steps
    assert again.files["report.json"] == first.files["report.json"]
