"""Checkpoints of a training run as safetensors files: no pickle, and nothing in them is executed when read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn, optim

CHECKPOINT = "checkpoint.safetensors"
_METADATA = "eightcount"


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run: finished epochs, the lowest held-out loss, and the epoch that reached it."""

    epochs: int = 0
    best_loss: float = float("inf")
    best_epoch: int = 0


def save_checkpoint(
    path: Path, networks: Mapping[str, nn.Module], best: dict[str, Tensor], optimiser: optim.Optimizer,
    progress: Progress, states: dict[str, Any],
) -> None:  # fmt: skip
    """Write everything that is needed to resume a run.

    Args:
        path: file, replaced atomically.
        networks: networks by name: the trained one, and its moving average.
        best: weights of the best epoch.
        optimiser: optimiser, whose state is saved.
        progress: progress of the run.
        states: states of the random generators, as JSON; those of torch as tensors.
    """
    tensors = {
        f"{kind}.{name}": value for kind, network in networks.items() for name, value in network.state_dict().items()
    }
    tensors |= {f"best.{name}": value for name, value in best.items()}
    for number, state in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{number}.{name}": value for name, value in state.items()}
    tensors |= {f"random.{name}": value for name, value in states.items() if isinstance(value, Tensor)}
    metadata = {
        "epochs": progress.epochs, "best_loss": progress.best_loss, "best_epoch": progress.best_epoch,
        "states": {name: value for name, value in states.items() if not isinstance(value, Tensor)},
    }  # fmt: skip
    part = path.with_suffix(".part")
    save_file(
        {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}, part,
        {_METADATA: json.dumps(metadata)},
    )  # fmt: skip
    part.replace(path)


def load_checkpoint(
    path: Path, networks: Mapping[str, nn.Module], optimiser: optim.Optimizer
) -> tuple[Progress, dict[str, Tensor], dict[str, Any]] | None:
    """Load networks and optimiser; return progress, weights of the best epoch, and states of the random generators.

    Return None, and leave networks and optimiser unchanged, if there is no checkpoint or it does not fit.
    """
    if not path.is_file():
        return None
    before = {kind: copy_weights(network) for kind, network in networks.items()}
    try:
        with safe_open(path, framework="pt") as file:
            metadata = json.loads(file.metadata()[_METADATA])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
        progress = Progress(metadata["epochs"], metadata["best_loss"], metadata["best_epoch"])
        best, states = _select_prefix("best.", tensors), metadata["states"] | _select_prefix("random.", tensors)
        for kind, network in networks.items():
            network.load_state_dict(best)
            network.load_state_dict(_select_prefix(f"{kind}.", tensors))
        _restore_optimiser(optimiser, _select_prefix("optimiser.", tensors))
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError):
        for kind, network in networks.items():
            network.load_state_dict(before[kind])  # torch loads what fits before it raises
        return None
    return progress, best, states


def count_epochs(folder: Path) -> int:
    """Return the sum of finished epochs over all checkpoints in or below a folder."""
    done = 0
    for path in folder.rglob(CHECKPOINT):
        with suppress(SafetensorError, KeyError, TypeError, ValueError), safe_open(path, framework="pt") as file:
            done += int(json.loads(file.metadata()[_METADATA])["epochs"])
    return done


def _restore_optimiser(optimiser: optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        number, key = name.split(".", 1)
        state.setdefault(int(number), {})[key] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def _select_prefix(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def copy_weights(network: nn.Module) -> dict[str, Tensor]:
    """Return a copy of the weights on the CPU."""
    return {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}
