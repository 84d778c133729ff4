"""One loop for every family and objective: resumable, the same again for the same seed, on one device or many."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn, optim

from eightcount_classifier.families.base import Ensemble, Family, Recipe
from eightcount_classifier.training.checkpoint import CHECKPOINT, Progress, load_checkpoint, save_checkpoint, weights_of
from eightcount_classifier.training.distributed import Place
from eightcount_classifier.training.objectives import Objective

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

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
class Watch:
    """Who is told of every network begun and every epoch, who may stop the work, and where its course is written."""

    report: Callable[[Epoch], None] = lambda _: None
    check: Callable[[], None] = lambda: None
    writer: SummaryWriter | None = None
    begin: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Trained:
    """A network with the weights of its best epoch, and how far it went."""

    network: nn.Module
    progress: Progress


def train_network(
    family: Family,
    objective: Objective,
    classes: int,
    *,
    seed: int,
    place: Place,
    recipe: Recipe | None = None,
    folder: Path | None = None,
    watch: Watch | None = None,
) -> Trained:
    """Trains a fresh network, or goes on where an earlier run of the same stopped.

    Args:
        family: what is trained.
        objective: for what.
        classes: outputs of the network.
        seed: of weights, batches and augmentation.
        place: device, and which of several processes this is.
        recipe: the family's own when not given.
        folder: where checkpoints lie; none are written when not given.
        watch: is told of each epoch; `check` may raise to stop the work.
    """
    return _Run(family, objective, classes, seed, place, recipe or family.recipe, folder, watch or Watch()).finish()


def train_members(
    family: Family, objective: Objective, classes: int, *, seed: int, place: Place, recipe: Recipe | None = None,
    folder: Path | None = None, watch: Watch | None = None,
) -> Trained:  # fmt: skip
    """Trains as many networks as the recipe wants, see `train_network`, and joins them to one that answers for all."""
    recipe = recipe or family.recipe
    members = [
        train_network(
            family, objective, classes, seed=100 * seed + number, place=place, recipe=recipe,
            folder=folder / f"member-{number + 1}" if folder else None, watch=watch,
        )
        for number in range(recipe.members)
    ]  # fmt: skip
    epochs = [member.progress for member in members]
    progress = Progress(
        max(one.epochs for one in epochs), float(np.mean([one.best_loss for one in epochs])),
        round(float(np.mean([one.best_epoch for one in epochs]))),
    )  # fmt: skip
    return Trained(Ensemble([member.network for member in members]).eval(), progress)


class _Run:
    def __init__(
        self, family: Family, objective: Objective, classes: int, seed: int, place: Place, recipe: Recipe,
        folder: Path | None, watch: Watch,
    ) -> None:  # fmt: skip
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed % _SEEDS)
            self._network = family.network(classes).to(place.device)
        self._family, self._objective = family, objective
        self._place, self._recipe, self._watch = place, recipe, watch
        if folder and place.leads:
            folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / CHECKPOINT if folder else None
        self._random = np.random.default_rng((seed, place.rank))
        self._generator = torch.Generator(place.device).manual_seed((seed * 1000 + place.rank) % _SEEDS)
        self._optimiser = _optimiser(self._network, recipe)
        self._shared = place.shared(self._network)
        self._best = weights_of(self._network)
        self._progress = Progress()
        self._seed = seed
        self._resume()

    def finish(self) -> Trained:
        self._watch.begin()
        last = self._recipe.stop_after or self._recipe.epochs
        while self._progress.epochs < last and not self._out_of_patience():
            self._epoch()
        if self._progress.best_epoch:
            self._network.load_state_dict(self._best)
        self._network.eval()
        return Trained(self._network, self._progress)

    def _epoch(self) -> None:
        number = self._progress.epochs + 1
        self._shared.train()
        with torch.random.fork_rng(devices=self._devices()):
            torch.manual_seed(((self._seed * 1_000_003 + number) * 64 + self._place.rank) % _SEEDS)  # of dropout
            losses = [self._step((number - 1) * self._recipe.batches + batch) for batch in range(self._recipe.batches)]
        self._place.align(self._network)
        held_out = self._place.agreed(self._held_out_loss())
        progress = replace(self._progress, epochs=number)
        if held_out < progress.best_loss:
            progress = replace(progress, best_loss=held_out, best_epoch=number)
            self._best = weights_of(self._network)
        self._progress = progress
        self._tell(Epoch(number, self._recipe.epochs, float(np.mean(losses)), held_out))

    def _step(self, step: int) -> float:
        self._watch.check()
        for group in self._optimiser.param_groups:
            group["lr"] = learning_rate(self._recipe, step)
        inputs, targets = self._objective.batch(self._random, self._recipe.batch_size)
        batch = self._family.augment(torch.from_numpy(inputs).to(self._place.device), self._generator)
        with self._precision():
            judgement = self._shared(batch)
            loss = self._objective.loss(judgement, torch.from_numpy(targets).to(self._place.device))
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._network.parameters(), _LARGEST_GRADIENT)
        self._optimiser.step()
        return float(loss.item())

    def _held_out_loss(self) -> float:
        if not self._place.leads:
            return math.nan
        self._network.eval()
        loss = self._objective.held_out_loss(self._network, self._place.device)
        return math.nan if loss is None else loss

    def _out_of_patience(self) -> bool:
        best = self._progress.best_epoch
        return best > 0 and self._progress.epochs - best >= self._recipe.patience

    def _precision(self) -> torch.autocast | nullcontext[None]:
        """bfloat16 where the GPU has it: its range is that of float32, so that gradients need no scaling."""
        if self._place.device.type == "cuda" and torch.cuda.is_bf16_supported():
            return torch.autocast("cuda", torch.bfloat16)
        return nullcontext()

    def _devices(self) -> list[torch.device]:
        return [self._place.device] if self._place.device.type == "cuda" else []

    def _tell(self, epoch: Epoch) -> None:
        if not self._place.leads:
            return
        if self._watch.writer:
            self._watch.writer.add_scalar("loss/training", epoch.training_loss, epoch.number)
            if not math.isnan(epoch.held_out_loss):
                self._watch.writer.add_scalar("loss/held_out", epoch.held_out_loss, epoch.number)
        if self._path:
            states: dict[str, object] = {
                "numpy": self._random.bit_generator.state, "torch": self._generator.get_state(),
            }  # fmt: skip
            save_checkpoint(self._path, self._network, self._best, self._optimiser, self._progress, states)
        self._watch.report(epoch)

    def _resume(self) -> None:
        """With several processes each draws anew; only alone a run is the same as if it had never stopped."""
        found = load_checkpoint(self._path, self._network, self._optimiser) if self._path else None
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


def _optimiser(network: nn.Module, recipe: Recipe) -> optim.Optimizer:
    kind = optim.Adam if recipe.adam_l2 else optim.AdamW
    return kind(network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
