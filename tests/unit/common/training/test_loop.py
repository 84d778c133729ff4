"""One loop for every task: the same again for the same seed, and again after it was cut short."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from eightcount_common.errors import InvalidInputError
from eightcount_common.steps import run_steps
from eightcount_common.training.checkpoint import CHECKPOINT, count_epochs
from eightcount_common.training.loop import Epoch, TrainedNetwork, learning_rate, train_epochs
from eightcount_common.training.task import Recipe, Task
from eightcount_common.training.tensorboard_log import open_tensorboard_log
from tests.unit.common.training.tasks import (
    RECIPE,
    WORKER,
    InterruptedRunError,
    Planned,
    Wheels,
    interrupt_at,
    same,
    weights,
)

AVERAGED = replace(RECIPE, average=0.9)


@pytest.fixture(autouse=True, scope="module")
def single_threaded() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def train(
    *, task: Task | None = None, recipe: Recipe = RECIPE, seed: int = 1, folder: Path | None = None,
    check: Callable[[], None] = lambda: None, on_epoch: Callable[[Epoch], None] = lambda _: None,
    start: dict[str, Tensor] | None = None,
) -> TrainedNetwork:  # fmt: skip
    epochs = train_epochs(task or Wheels(), recipe, seed=seed, worker=WORKER, folder=folder, check=check, start=start)
    return run_steps(epochs, on_epoch)


@pytest.fixture(scope="module")
def uninterrupted() -> TrainedNetwork:
    return train()


def test_the_same_seed_gives_the_same_weights(uninterrupted):
    torch.manual_seed(99)  # whatever else drew from the generator of the process
    assert same(weights(train()), weights(uninterrupted))


def test_another_seed_gives_other_weights(uninterrupted):
    assert not same(weights(train(seed=2)), weights(uninterrupted))


def test_a_very_large_seed_is_a_seed():
    train(seed=2**64 - 1, recipe=replace(RECIPE, epochs=1))


def test_training_leaves_the_random_state_of_the_process_alone():
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    train(recipe=replace(RECIPE, epochs=1))
    assert torch.equal(torch.rand(3), wanted)


@pytest.mark.parametrize("recipe", [RECIPE, AVERAGED], ids=["weights", "averages"])
@pytest.mark.parametrize("held_out", [0, 64])
@pytest.mark.parametrize("step", [1, 3, 7, 11])
def test_a_run_that_was_cut_short_ends_with_the_weights_of_one_that_was_not(recipe, held_out, step, tmp_path):
    whole = train(task=Wheels(held_out), recipe=recipe)
    with pytest.raises(InterruptedRunError):
        train(task=Wheels(held_out), recipe=recipe, folder=tmp_path, check=interrupt_at(step))
    found = train(task=Wheels(held_out), recipe=recipe, folder=tmp_path)
    assert same(weights(found), weights(whole))
    assert found.progress == whole.progress


def test_a_run_that_is_cut_short_again_and_again_ends_with_the_same_weights(uninterrupted, tmp_path):
    for _ in range(3):
        with pytest.raises(InterruptedRunError):
            train(folder=tmp_path, check=interrupt_at(4))
    assert same(weights(train(folder=tmp_path)), weights(uninterrupted))


def test_whoever_drives_a_run_may_leave_it_after_any_epoch(uninterrupted, tmp_path):
    epochs = train_epochs(Wheels(), RECIPE, seed=1, worker=WORKER, folder=tmp_path)
    assert [next(epochs).number, next(epochs).number] == [1, 2]
    epochs.close()
    assert count_epochs(tmp_path) == 2
    numbers: list[int] = []
    found = train(folder=tmp_path, on_epoch=lambda epoch: numbers.append(epoch.number))
    assert numbers == [3, 4]
    assert same(weights(found), weights(uninterrupted))


def test_a_finished_run_is_not_trained_again(uninterrupted, tmp_path):
    train(folder=tmp_path)
    epochs: list[Epoch] = []
    found = train(folder=tmp_path, on_epoch=epochs.append, check=interrupt_at(0))
    assert not epochs
    assert same(weights(found), weights(uninterrupted))


def cut_in_half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def overwrite_middle(data: bytes) -> bytes:
    return data[:40] + bytes(40) + data[80:]


def without_epochs(data: bytes) -> bytes:
    return data.replace(b"epochs", b"ehcops", 1)


def without_states(data: bytes) -> bytes:
    return data.replace(b"states", b"setats", 1)


def without_optimiser(data: bytes) -> bytes:
    return data.replace(b"optimiser.0.", b"optimiser.x.")


def without_average(data: bytes) -> bytes:
    return data.replace(b"average.0.", b"evarage.0.")


@pytest.mark.parametrize(
    "damage", [cut_in_half, overwrite_middle, without_epochs, without_states, without_optimiser, without_average]
)  # fmt: skip
def test_a_damaged_checkpoint_starts_anew(damage, tmp_path):
    with pytest.raises(InterruptedRunError):
        train(recipe=AVERAGED, folder=tmp_path, check=interrupt_at(7))
    assert count_epochs(tmp_path) == 2
    path = tmp_path / CHECKPOINT
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert path.read_bytes() != whole
    epochs: list[Epoch] = []
    found = train(recipe=AVERAGED, folder=tmp_path, on_epoch=epochs.append)
    assert [epoch.number for epoch in epochs] == [1, 2, 3, 4]
    assert same(weights(found), weights(train(recipe=AVERAGED)))


def test_a_checkpoint_of_another_network_leaves_no_trace(uninterrupted, tmp_path):
    train(task=Wheels(width=5), folder=tmp_path)
    assert same(weights(train(folder=tmp_path)), weights(uninterrupted))


def test_every_epoch_is_told_and_the_loss_falls():
    epochs: list[Epoch] = []
    task = Wheels(held_out=64)
    train(task=task, recipe=replace(RECIPE, epochs=10, batches=10), on_epoch=epochs.append)
    assert [epoch.number for epoch in epochs] == list(range(1, 11))
    assert {epoch.total for epoch in epochs} == {10}
    assert epochs[-1].training_loss < 0.6 * epochs[0].training_loss
    assert epochs[-1].validation_loss < 0.45
    assert task.epochs == [number for number in range(1, 11) for _ in range(10)]


def test_the_weights_of_the_best_epoch_are_kept_and_training_stops_when_patience_ends():
    task = Planned([0.9, 0.5, 0.8, 0.7, 0.6, 0.4, 0.3])
    found = train(task=task, recipe=replace(RECIPE, epochs=7, patience=3))
    assert found.progress.epochs == 5
    assert found.progress.best_epoch == 2
    assert found.progress.best_loss == 0.5
    assert same(weights(found), task.seen[1])
    assert not found.network.training


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_the_best_weights_survive_an_interruption(average, tmp_path):
    recipe = replace(RECIPE, patience=9, average=average)
    with pytest.raises(InterruptedRunError):
        train(task=Planned([0.9, 0.5, 0.8]), recipe=recipe, folder=tmp_path, check=interrupt_at(10))
    whole = Planned([0.9, 0.5, 0.8, 0.7])
    train(task=whole, recipe=recipe)
    found = train(task=Planned([0.7]), recipe=recipe, folder=tmp_path)
    assert found.progress.best_epoch == 2
    assert same(weights(found), whole.seen[1])


def test_without_anything_held_out_the_last_weights_are_kept(uninterrupted):
    assert uninterrupted.progress.epochs == 4
    assert uninterrupted.progress.best_epoch == 0
    assert not same(weights(uninterrupted), weights(train(recipe=replace(RECIPE, stop_after=3))))


def test_the_averaged_weights_are_judged_and_kept_and_the_network_learns_on_without_them(uninterrupted):
    planned = Planned([0.9, 0.8, 0.7, 0.6])
    found = train(task=planned, recipe=AVERAGED)
    assert same(weights(found), planned.seen[-1])
    assert not same(weights(found), weights(uninterrupted))
    barely = weights(train(recipe=replace(RECIPE, average=1e-9)))
    for name, value in weights(uninterrupted).items():
        torch.testing.assert_close(barely[name], value, msg=name)


def test_averages_lie_between_the_weights_of_the_steps():
    """Their share is 1/10 after the first step and 2/11 after the second, see `update_average`."""
    recipe = replace(RECIPE, epochs=2, batches=1, average=0.99)
    first, second = (weights(train(recipe=replace(recipe, average=0, stop_after=last))) for last in (1, 2))
    with torch.random.fork_rng():
        torch.manual_seed(1)
        start = Wheels().network().state_dict()
    found = weights(train(recipe=recipe))
    wanted = (2 / 11) * (0.1 * start["0.weight"] + 0.9 * first["0.weight"]) + (9 / 11) * second["0.weight"]
    torch.testing.assert_close(found["0.weight"], wanted)
    assert torch.equal(found["1.running_mean"], second["1.running_mean"])


def test_a_run_begins_with_given_weights(uninterrupted):
    start = weights(uninterrupted)
    slow = replace(RECIPE, epochs=1, learning_rate=1e-9, weight_decay=0.0)
    found = weights(train(recipe=slow, seed=7, start=start))
    torch.testing.assert_close(found["0.weight"], start["0.weight"])
    epochs: list[Epoch] = []
    train(recipe=replace(RECIPE, epochs=1), seed=7, start=start, on_epoch=epochs.append)
    fresh: list[Epoch] = []
    train(recipe=replace(RECIPE, epochs=1), seed=7, on_epoch=fresh.append)
    assert epochs[0].training_loss < fresh[0].training_loss


def test_a_run_that_began_with_given_weights_goes_on_from_its_checkpoint(uninterrupted, tmp_path):
    start = weights(uninterrupted)
    with pytest.raises(InterruptedRunError):
        train(seed=7, start=start, folder=tmp_path, check=interrupt_at(7))
    assert same(weights(train(seed=7, start=start, folder=tmp_path)), weights(train(seed=7, start=start)))


def test_weights_of_another_network_are_no_beginning():
    with pytest.raises(InvalidInputError) as caught:
        train(start=weights(train(task=Wheels(width=5), recipe=replace(RECIPE, epochs=1))))
    assert caught.value.reason == "WEIGHTS_DO_NOT_FIT"


def test_the_cosine_cycle_rises_for_a_fifth_and_falls_to_a_hundredth():
    recipe = Recipe(epochs=10, batches=10, learning_rate=1.0)
    rates = np.array([learning_rate(recipe, step) for step in range(100)])
    assert rates[0] == pytest.approx(0.05)
    assert rates.argmax() in (19, 20)
    assert rates.max() == pytest.approx(1.0)
    assert (np.diff(rates[:20]) > 0).all()
    assert (np.diff(rates[20:]) < 0).all()
    assert rates[60] == pytest.approx(0.505, abs=0.01)
    assert rates[-1] == pytest.approx(0.01, abs=0.002)


def test_the_decay_is_by_epochs():
    recipe = Recipe(epochs=10, batches=10, learning_rate=2.0, decay=0.5)
    assert [learning_rate(recipe, step) for step in (0, 9, 10, 25, 99)] == [2.0, 2.0, 1.0, 0.5, 2.0 * 0.5**9]


def test_a_cycle_of_a_single_step_is_fine():
    assert math.isfinite(learning_rate(Recipe(epochs=1, batches=1), 0))


def test_the_course_of_a_training_is_written_for_tensorboard(tmp_path):
    with open_tensorboard_log(tmp_path / "course") as write:
        train(task=Wheels(held_out=8), recipe=replace(RECIPE, epochs=2), on_epoch=write)
    assert [file.stat().st_size > 100 for file in (tmp_path / "course").iterdir()] == [True]
    with open_tensorboard_log(None) as write:
        write(Epoch(1, 1, 0.5, math.nan))
