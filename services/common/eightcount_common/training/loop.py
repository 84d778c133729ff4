"""The training loop of every task: resumable, reproducible for a seed, on one device or several."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Generator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn, optim

from eightcount_common.errors import InvalidInputError
from eightcount_common.training.averaging import copy_buffers, update_average
from eightcount_common.training.checkpoint import CHECKPOINT, Progress, copy_weights, load_checkpoint, save_checkpoint
from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.task import BatchContext, Recipe, Task

_LARGEST_GRADIENT = 1.0
_SEEDS = 2**63
"""Number of seeds that torch distinguishes."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """Result of one epoch.

    Attributes:
        number: number of the epoch, from 1.
        total: largest number of epochs.
        training_loss: mean loss of its batches.
        validation_loss: NaN if nothing is held out.
    """

    number: int
    total: int
    training_loss: float
    validation_loss: float


@dataclass(frozen=True, slots=True)
class TrainedNetwork:
    """A network with the weights of its best epoch, and the progress of its training."""

    network: nn.Module
    progress: Progress


def train_epochs(
    task: Task, recipe: Recipe, *, seed: int, worker: TrainingWorker, folder: Path | None = None,
    check: Callable[[], None] = lambda: None, start: Mapping[str, Tensor] | None = None,
) -> Generator[Epoch, None, TrainedNetwork]:  # fmt: skip
    """Train a network, or resume an earlier run of the same training; yield each finished epoch.

    The caller may stop after any epoch: the checkpoint of every yielded epoch is in the folder.

    Args:
        task: network and loss.
        recipe: hyperparameters.
        seed: seed of weights, batches and augmentation.
        worker: this process and its device.
        folder: folder of the checkpoint; no checkpoint is written without it.
        check: called before each batch; may raise to stop the training.
        start: initial weights; random weights if not given.

    Raises:
        InvalidInputError: WEIGHTS_DO_NOT_FIT; `start` belongs to another network.
    """
    run = _TrainingRun(task, recipe, seed, worker, folder, check, start)
    while run.is_unfinished:
        yield run.run_epoch()
    return run.result()


class _TrainingRun:
    def __init__(
        self, task: Task, recipe: Recipe, seed: int, worker: TrainingWorker, folder: Path | None,
        check: Callable[[], None], start: Mapping[str, Tensor] | None,
    ) -> None:  # fmt: skip
        self._task, self._recipe, self._seed, self._worker, self._check = task, recipe, seed, worker, check
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed % _SEEDS)
            self._network = task.network().to(worker.device)
        if start is not None:
            _load_initial_weights(start, self._network)
        if folder and worker.is_leader:
            folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / CHECKPOINT if folder else None
        self._random = np.random.default_rng((seed, worker.rank))
        self._generator = torch.Generator(worker.device).manual_seed((seed * 1000 + worker.rank) % _SEEDS)
        self._optimiser = _build_optimiser(self._network, recipe)
        self._evaluated = copy.deepcopy(self._network) if recipe.average else self._network
        self._shared = worker.wrap_network(self._network)
        self._best = copy_weights(self._evaluated)
        self._progress = Progress()
        self._resume()

    @property
    def is_unfinished(self) -> bool:
        best, done = self._progress.best_epoch, self._progress.epochs
        out_of_patience = best > 0 and done - best >= self._recipe.patience
        return done < (self._recipe.stop_after or self._recipe.epochs) and not out_of_patience

    def result(self) -> TrainedNetwork:
        if self._progress.best_epoch:
            self._evaluated.load_state_dict(self._best)
        return TrainedNetwork(self._evaluated.eval(), self._progress)

    def run_epoch(self) -> Epoch:
        number = self._progress.epochs + 1
        self._shared.train()
        context = BatchContext(self._random, self._generator, self._worker.device, self._recipe.batch_size, number)
        with torch.random.fork_rng(devices=self._devices()):
            torch.manual_seed(((self._seed * 1_000_003 + number) * 64 + self._worker.rank) % _SEEDS)  # for dropout
            steps = range((number - 1) * self._recipe.batches, number * self._recipe.batches)
            losses = [self._step(step, context) for step in steps]
        self._worker.sync_buffers(self._network)
        if self._evaluated is not self._network:
            copy_buffers(self._evaluated, self._network)
        held_out = self._worker.broadcast_value(self._compute_validation_loss())
        self._progress = replace(self._progress, epochs=number)
        if held_out < self._progress.best_loss:
            self._progress = replace(self._progress, best_loss=held_out, best_epoch=number)
            self._best = copy_weights(self._evaluated)
        self._save()
        return Epoch(number, self._recipe.epochs, float(np.mean(losses)), held_out)

    def _step(self, step: int, context: BatchContext) -> float:
        self._check()
        for group in self._optimiser.param_groups:
            group["lr"] = learning_rate(self._recipe, step)
        with self._precision():
            loss = self._task.loss(self._shared, context)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._network.parameters(), _LARGEST_GRADIENT)
        self._optimiser.step()
        if self._evaluated is not self._network:
            update_average(self._evaluated, self._network, decay=self._recipe.average, step=step)
        return float(loss.item())

    def _compute_validation_loss(self) -> float:
        if not self._worker.is_leader:
            return math.nan
        self._evaluated.eval()
        loss = self._task.validation_loss(self._evaluated, self._worker.device)
        return math.nan if loss is None else loss

    def _precision(self) -> torch.autocast | nullcontext[None]:
        """Use bfloat16 where the GPU supports it: it has the range of float32, so that gradients need no scaling."""
        if self._worker.device.type == "cuda" and torch.cuda.is_bf16_supported():
            return torch.autocast("cuda", torch.bfloat16)
        return nullcontext()

    def _devices(self) -> list[torch.device]:
        return [self._worker.device] if self._worker.device.type == "cuda" else []

    def _networks(self) -> dict[str, nn.Module]:
        """Return the networks whose weights a checkpoint holds, by name."""
        return {"network": self._network} | ({"average": self._evaluated} if self._recipe.average else {})

    def _save(self) -> None:
        if self._path and self._worker.is_leader:
            states: dict[str, object] = {
                "numpy": self._random.bit_generator.state, "torch": self._generator.get_state(),
            }  # fmt: skip
            save_checkpoint(self._path, self._networks(), self._best, self._optimiser, self._progress, states)

    def _resume(self) -> None:
        """Load the checkpoint, if there is one.

        The random state of the leader alone is restored: only a run of a single process resumes exactly.
        """
        found = load_checkpoint(self._path, self._networks(), self._optimiser) if self._path else None
        if found is None:
            return
        self._progress, self._best, states = found
        if self._worker.is_leader:
            self._random.bit_generator.state = states["numpy"]
            self._generator.set_state(states["torch"])


def learning_rate(recipe: Recipe, step: int) -> float:
    """Return the learning rate of a step: one cosine cycle with a short rise (Smith, 2018), or a decay by epochs."""
    if recipe.decay:
        return recipe.learning_rate * recipe.decay ** (step // recipe.batches)
    total = recipe.epochs * recipe.batches
    rise = max(total // 5, 1)
    if step < rise:
        return recipe.learning_rate * (step + 1) / rise
    return recipe.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(total - rise, 1))))


def _load_initial_weights(weights: Mapping[str, Tensor], network: nn.Module) -> None:
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise InvalidInputError(
            "the initial weights do not fit the network that is to be trained", reason="WEIGHTS_DO_NOT_FIT"
        ) from error


def _build_optimiser(network: nn.Module, recipe: Recipe) -> optim.Optimizer:
    kind = optim.Adam if recipe.adam_l2 else optim.AdamW
    return kind(network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
