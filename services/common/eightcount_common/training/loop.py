"""One loop for every task: resumable, the same again for the same seed, on one device or many."""

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
from eightcount_common.training.averaging import follow, follow_buffers
from eightcount_common.training.checkpoint import CHECKPOINT, Progress, load_checkpoint, save_checkpoint, weights_of
from eightcount_common.training.distributed import Place
from eightcount_common.training.task import Draw, Recipe, Task

_LARGEST_GRADIENT = 1.0
_SEEDS = 2**63
"""As many as torch tells apart."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch done.

    Attributes:
        number: from 1.
        total: epochs at most.
        training_loss: mean over its batches.
        held_out_loss: NaN when nothing is held out.
    """

    number: int
    total: int
    training_loss: float
    held_out_loss: float


@dataclass(frozen=True, slots=True)
class Trained:
    """A network with the weights of its best epoch, and how far it went."""

    network: nn.Module
    progress: Progress


def training(
    task: Task, recipe: Recipe, *, seed: int, place: Place, folder: Path | None = None,
    check: Callable[[], None] = lambda: None, start: Mapping[str, Tensor] | None = None,
) -> Generator[Epoch, None, Trained]:  # fmt: skip
    """Trains a network, or goes on where an earlier run of the same stopped; says how each epoch went.

    Whoever drives it may stop between epochs: every epoch that was told of is in the folder.

    Args:
        task: what for.
        recipe: how.
        seed: of weights, batches and augmentation.
        place: device, and which of several processes this is.
        folder: where the checkpoint lies; none is written when not given.
        check: called before each batch; may raise to stop the work.
        start: weights to begin with, in place of fresh ones.

    Raises:
        InvalidInputError: WEIGHTS_DO_NOT_FIT; `start` is of another network.
    """
    run = _Run(task, recipe, seed, place, folder, check, start)
    while run.goes_on:
        yield run.epoch()
    return run.result()


class _Run:
    def __init__(
        self, task: Task, recipe: Recipe, seed: int, place: Place, folder: Path | None, check: Callable[[], None],
        start: Mapping[str, Tensor] | None,
    ) -> None:  # fmt: skip
        self._task, self._recipe, self._seed, self._place, self._check = task, recipe, seed, place, check
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed % _SEEDS)
            self._network = task.network().to(place.device)
        if start is not None:
            _begin_with(start, self._network)
        if folder and place.leads:
            folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / CHECKPOINT if folder else None
        self._random = np.random.default_rng((seed, place.rank))
        self._generator = torch.Generator(place.device).manual_seed((seed * 1000 + place.rank) % _SEEDS)
        self._optimiser = _optimiser(self._network, recipe)
        self._judged = copy.deepcopy(self._network) if recipe.average else self._network
        self._shared = place.shared(self._network)
        self._best = weights_of(self._judged)
        self._progress = Progress()
        self._resume()

    @property
    def goes_on(self) -> bool:
        best, done = self._progress.best_epoch, self._progress.epochs
        out_of_patience = best > 0 and done - best >= self._recipe.patience
        return done < (self._recipe.stop_after or self._recipe.epochs) and not out_of_patience

    def result(self) -> Trained:
        if self._progress.best_epoch:
            self._judged.load_state_dict(self._best)
        return Trained(self._judged.eval(), self._progress)

    def epoch(self) -> Epoch:
        number = self._progress.epochs + 1
        self._shared.train()
        draw = Draw(self._random, self._generator, self._place.device, self._recipe.batch_size, number)
        with torch.random.fork_rng(devices=self._devices()):
            torch.manual_seed(((self._seed * 1_000_003 + number) * 64 + self._place.rank) % _SEEDS)  # of dropout
            steps = range((number - 1) * self._recipe.batches, number * self._recipe.batches)
            losses = [self._step(step, draw) for step in steps]
        self._place.align(self._network)
        if self._judged is not self._network:
            follow_buffers(self._judged, self._network)
        held_out = self._place.agreed(self._held_out_loss())
        self._progress = replace(self._progress, epochs=number)
        if held_out < self._progress.best_loss:
            self._progress = replace(self._progress, best_loss=held_out, best_epoch=number)
            self._best = weights_of(self._judged)
        self._save()
        return Epoch(number, self._recipe.epochs, float(np.mean(losses)), held_out)

    def _step(self, step: int, draw: Draw) -> float:
        self._check()
        for group in self._optimiser.param_groups:
            group["lr"] = learning_rate(self._recipe, step)
        with self._precision():
            loss = self._task.loss(self._shared, draw)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._network.parameters(), _LARGEST_GRADIENT)
        self._optimiser.step()
        if self._judged is not self._network:
            follow(self._judged, self._network, decay=self._recipe.average, step=step)
        return float(loss.item())

    def _held_out_loss(self) -> float:
        if not self._place.leads:
            return math.nan
        self._judged.eval()
        loss = self._task.held_out_loss(self._judged, self._place.device)
        return math.nan if loss is None else loss

    def _precision(self) -> torch.autocast | nullcontext[None]:
        """bfloat16 where the GPU has it: its range is that of float32, so that gradients need no scaling."""
        if self._place.device.type == "cuda" and torch.cuda.is_bf16_supported():
            return torch.autocast("cuda", torch.bfloat16)
        return nullcontext()

    def _devices(self) -> list[torch.device]:
        return [self._place.device] if self._place.device.type == "cuda" else []

    def _networks(self) -> dict[str, nn.Module]:
        """What a checkpoint holds the weights of, by name."""
        return {"network": self._network} | ({"average": self._judged} if self._recipe.average else {})

    def _save(self) -> None:
        if self._path and self._place.leads:
            states: dict[str, object] = {
                "numpy": self._random.bit_generator.state, "torch": self._generator.get_state(),
            }  # fmt: skip
            save_checkpoint(self._path, self._networks(), self._best, self._optimiser, self._progress, states)

    def _resume(self) -> None:
        """With several processes each draws anew; only alone a run is the same as if it had never stopped."""
        found = load_checkpoint(self._path, self._networks(), self._optimiser) if self._path else None
        if found is None:
            return
        self._progress, self._best, states = found
        if self._place.leads:
            self._random.bit_generator.state = states["numpy"]
            self._generator.set_state(states["torch"])


def learning_rate(recipe: Recipe, step: int) -> float:
    """The rate of a step: one cosine cycle with a short rise (Smith, 2018), or a decay by epochs."""
    if recipe.decay:
        return recipe.learning_rate * recipe.decay ** (step // recipe.batches)
    total = recipe.epochs * recipe.batches
    rise = max(total // 5, 1)
    if step < rise:
        return recipe.learning_rate * (step + 1) / rise
    return recipe.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(total - rise, 1))))


def _begin_with(weights: Mapping[str, Tensor], network: nn.Module) -> None:
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise InvalidInputError(
            "the weights to begin with are not of the network that is trained", reason="WEIGHTS_DO_NOT_FIT"
        ) from error


def _optimiser(network: nn.Module, recipe: Recipe) -> optim.Optimizer:
    kind = optim.Adam if recipe.adam_l2 else optim.AdamW
    return kind(network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
