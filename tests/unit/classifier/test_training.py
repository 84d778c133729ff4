"""Networks of every family by the common loop: the same again for the same seed, and after they were cut short."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from eightcount_classifier.dataset import Labels, UnusableDataError
from eightcount_classifier.families.base import Recipe
from eightcount_classifier.families.few_shot import FewShot
from eightcount_classifier.families.pose_lstm import PoseLstm
from eightcount_classifier.training.contrastive import ContrastiveObjective, contrastive_loss
from eightcount_classifier.training.networks import Callbacks, train_network
from eightcount_classifier.training.objectives import ClassificationObjective, classification_loss
from eightcount_common.training.loop import Epoch, TrainedNetwork
from tests.unit.classifier.dances import STYLES, TINY, example_of, examples_of
from tests.unit.common.training.tasks import WORKER, InterruptedRunError, interrupt_at, same, weights

LABELS = Labels(STYLES)
RECIPE = Recipe(epochs=4, batches=3, batch_size=12, learning_rate=8e-3, members=1)
EXAMPLES, HELD_OUT = examples_of(performers=range(2)), examples_of(performers=[7])


def train(
    *, seed: int = 1, folder: Path | None = None, check: Callable[[], None] = lambda: None, recipe: Recipe = RECIPE,
    callbacks: Callbacks | None = None,
) -> TrainedNetwork:  # fmt: skip
    # without held-out data the last weights are the result
    objective = ClassificationObjective(TINY, LABELS, EXAMPLES, smoothing=0.1)
    callbacks = callbacks or Callbacks(check=check)
    return train_network(
        TINY, objective, len(LABELS), seed=seed, worker=WORKER, recipe=recipe, folder=folder, callbacks=callbacks
    )


@pytest.fixture(scope="module")
def uninterrupted() -> TrainedNetwork:
    return train()


def test_the_same_seed_gives_the_same_weights(uninterrupted):
    torch.manual_seed(99)  # whatever else drew from the generator of the process
    assert same(weights(train()), weights(uninterrupted))


def test_another_seed_gives_other_weights(uninterrupted):
    assert not same(weights(train(seed=2)), weights(uninterrupted))


@pytest.mark.parametrize("step", [3, 7])
def test_a_run_that_was_cut_short_ends_with_the_weights_of_one_that_was_not(step, uninterrupted, tmp_path):
    with pytest.raises(InterruptedRunError):
        train(folder=tmp_path, check=interrupt_at(step))
    found = train(folder=tmp_path)
    assert same(weights(found), weights(uninterrupted))
    assert found.progress == uninterrupted.progress


def test_a_checkpoint_of_other_classes_leaves_no_trace(uninterrupted, tmp_path):
    other = Labels(STYLES[:2])
    objective = ClassificationObjective(TINY, other, examples_of(STYLES[:2], range(2)))
    train_network(TINY, objective, len(other), seed=1, worker=WORKER, recipe=RECIPE, folder=tmp_path)
    assert same(weights(train(folder=tmp_path)), weights(uninterrupted))


def test_every_epoch_is_told_and_the_loss_falls():
    epochs: list[Epoch] = []
    train(recipe=replace(RECIPE, epochs=8), callbacks=Callbacks(epochs.append))
    assert [epoch.number for epoch in epochs] == list(range(1, 9))
    assert {epoch.total for epoch in epochs} == {8}
    assert epochs[-1].training_loss < 0.7 * epochs[0].training_loss


def test_naming_a_style_is_the_better_the_surer():
    logits = torch.tensor([[4.0, 0, 0], [0, 4.0, 0]])
    right, wrong = classification_loss(logits, torch.tensor([0, 1])), classification_loss(logits, torch.tensor([1, 0]))
    assert right == pytest.approx(-math.log(math.exp(4) / (math.exp(4) + 2)), rel=1e-4)
    assert wrong > right


def test_another_dance_shall_look_like_every_style_and_not_like_no_dance():
    even = torch.tensor([[2.0, 2.0, -2.0]])
    no_dance, one_style = torch.tensor([[0.0, 0.0, 4.0]]), torch.tensor([[4.0, 0.0, -2.0]])
    other = torch.tensor([-1])
    assert classification_loss(even, other) == pytest.approx(math.log(2 + math.exp(-4)), rel=1e-4)
    assert classification_loss(even, other) < classification_loss(one_style, other)
    assert classification_loss(even, other) < classification_loss(no_dance, other)


def test_another_dance_does_not_disturb_the_gradient_of_the_styles():
    logits = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]], requires_grad=True)
    classification_loss(logits, torch.tensor([0, -1]), smoothing=0.1).backward()
    assert torch.isfinite(logits.grad).all()
    assert logits.grad[1, 2] > 0


def test_every_style_is_drawn_as_often_as_every_other():
    examples = [*examples_of(["sway"], range(5)), example_of("swirl", 1), example_of("shuffle", 1, seconds=30)]
    objective = ClassificationObjective(TINY, LABELS, examples)
    random = np.random.default_rng(1)
    _, targets = objective.batch(random, 600)
    assert np.abs(np.bincount(targets) - 200).max() < 45


def test_recordings_that_are_too_short_are_left_out_and_nothing_else_is_an_error():
    objective = ClassificationObjective(TINY, LABELS, [example_of("sway", 1), example_of("swirl", 1, seconds=2.0)])
    assert set(objective.batch(np.random.default_rng(0), 20)[1].tolist()) == {LABELS.index("sway")}
    with pytest.raises(UnusableDataError) as caught:
        ClassificationObjective(TINY, LABELS, [example_of("swirl", 1, seconds=2.0)])
    assert caught.value.reason == "TOO_SHORT"


def test_windows_of_one_recording_are_to_be_alike():
    directions = torch.eye(4)
    groups = torch.tensor([0, 0, 1, 1])
    right, wrong = directions[[0, 0, 1, 1]], directions[[0, 1, 0, 1]]
    assert contrastive_loss(right, groups) < 0.05
    assert contrastive_loss(wrong, groups) > 4
    assert contrastive_loss(directions, groups) == pytest.approx(math.log(3), rel=1e-4)


def test_the_embedding_is_drawn_in_pairs_of_one_recording():
    objective = ContrastiveObjective(FewShot(), EXAMPLES)
    inputs, groups = objective.batch(np.random.default_rng(0), 8)
    assert inputs.shape == (8, 120, 39)
    assert (groups[::2] == groups[1::2]).all()
    assert len(set(groups.tolist())) == 4
    with pytest.raises(UnusableDataError):
        ContrastiveObjective(FewShot(), EXAMPLES[:1])


def test_the_embedding_learns_to_know_a_dance_again():
    objective = ContrastiveObjective(FewShot(), EXAMPLES, HELD_OUT)
    epochs: list[Epoch] = []
    recipe = Recipe(epochs=6, batches=4, batch_size=12, learning_rate=5e-3, patience=10)
    train_network(FewShot(), objective, 1, seed=1, worker=WORKER, recipe=recipe, callbacks=Callbacks(epochs.append))
    assert epochs[-1].training_loss < epochs[0].training_loss
    assert all(math.isfinite(epoch.validation_loss) for epoch in epochs)


def test_the_baseline_is_trained_by_the_same_loop():
    family = PoseLstm()
    objective = ClassificationObjective(family, LABELS, EXAMPLES, HELD_OUT)
    recipe = replace(family.recipe, epochs=2, batches=2, batch_size=8)
    first, again = (train_network(family, objective, 4, seed=1, worker=WORKER, recipe=recipe) for _ in range(2))
    assert same(weights(first), weights(again))
