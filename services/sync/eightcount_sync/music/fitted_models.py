"""The fitted models that weigh evidence, as they lie in `models.json`: linear ones and small networks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FARTHEST = 4.0
"""Standardised numbers are cut here before a network sees them: it was fitted to few that lie farther out."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model of standardised numbers.

    Attributes:
        means, scales, weights: [F].
        offset: added.
    """

    means: Array
    scales: Array
    weights: Array
    offset: float = 0.0

    def score(self, numbers: Array) -> Array:
        """Return [...] the scores of [..., F] numbers."""
        return np.asarray((numbers - self.means) / self.scales @ self.weights + self.offset)


@dataclass(frozen=True, slots=True)
class Network:
    """The mean of K perceptrons of one hidden layer, each beside a linear part, that score rows to choose from.

    Attributes:
        means, scales: [F] of the numbers.
        hidden: [K, F, H] weights, and `hidden_offsets` [K, H].
        output: [K, H] weights of the hidden units.
        direct: [F] weights of the linear part.
    """

    means: Array
    scales: Array
    hidden: Array
    hidden_offsets: Array
    output: Array
    direct: Array

    def score(self, numbers: Array) -> Array:
        """Return [C] the scores of [C, F] numbers."""
        rows = np.clip((numbers - self.means) / self.scales, -FARTHEST, FARTHEST)
        units = np.tanh(np.einsum("cf,kfh->kch", rows, self.hidden) + self.hidden_offsets[:, None])
        return np.asarray(np.einsum("kch,kh->c", units, self.output) / len(self.hidden) + rows @ self.direct)


@dataclass(frozen=True, slots=True)
class Models:
    """The fitted models by what they tell."""

    linear: Mapping[str, Linear]
    networks: Mapping[str, Network]


@cache
def read_models() -> Models:
    """Read the fitted models."""
    contents = json.loads(resources.files("eightcount_sync.music").joinpath("models.json").read_text())
    return Models(
        {name: Linear(**_as_arrays(model)) for name, model in contents["linear"].items()},
        {name: Network(**_as_arrays(model)) for name, model in contents["networks"].items()},
    )


def write_models(models: Models) -> str:
    """Return the content of `models.json`."""
    kinds: dict[str, Mapping[str, Linear | Network]] = {"linear": models.linear, "networks": models.networks}
    contents = {
        kind: {name: {field.name: _round_values(getattr(model, field.name)) for field in fields(model)}
               for name, model in named.items()} for kind, named in kinds.items()
    }  # fmt: skip
    return json.dumps(contents, indent=None, separators=(",", ":")).replace("},", "},\n") + "\n"


def softmax(scores: Array) -> Array:
    """Return [C] chances that add up to 1."""
    chances = np.exp(scores - scores.max())
    return np.asarray(chances / chances.sum())


def sigmoid(score: Array | float) -> float:
    """Return the chance of a logistic model's score."""
    return float(1.0 / (1.0 + np.exp(-np.clip(score, -30.0, 30.0))))


def _as_arrays(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: np.array(value) if isinstance(value, list) else value for name, value in content.items()}


def _round_values(value: Any) -> Any:
    return np.round(value, 5).tolist()
