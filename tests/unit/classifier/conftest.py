"""A model that is trained once for all tests, on one processor thread: the tests share the cores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import torch

from eightcount_classifier.families.base import Recipe
from eightcount_classifier.families.few_shot import EmbeddingNetwork, FewShot
from eightcount_classifier.few_shot.clips import embed
from eightcount_classifier.few_shot.embedding import serialize_embedding
from eightcount_classifier.model import StyleModel, read_model, serialize_model
from eightcount_classifier.training.contrastive import ContrastiveObjective
from eightcount_classifier.training.networks import train_network
from eightcount_classifier.training.pipeline import TrainingConfig, TrainingResult, train_style_model
from eightcount_common.training.distributed import TrainingWorker
from tests.unit.classifier.dances import TINY, examples_of, no_dances


@pytest.fixture(autouse=True, scope="session")
def single_threaded() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def result(single_threaded: None) -> TrainingResult:
    config = TrainingConfig("tiny", TINY, seed=3, notes="Made up.", extra=no_dances(6))
    return train_style_model(config, examples_of(), TrainingWorker(torch.device("cpu")))


@pytest.fixture(scope="session")
def model(result: TrainingResult) -> StyleModel:
    return read_model(serialize_model(result.model))


@pytest.fixture(scope="session")
def pretrained(result: TrainingResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tiny pretrained models."""
    folder = tmp_path_factory.mktemp("pretrained")
    starter = replace(result.model, name="starter")
    (folder / "starter.safetensors").write_bytes(serialize_model(starter))
    recipe = Recipe(epochs=6, batches=6, batch_size=24, learning_rate=5e-3)
    family, examples = FewShot(), [*examples_of(performers=range(20, 26)), *no_dances(6)]
    trained = train_network(
        family,
        ContrastiveObjective(family, examples),
        1,
        seed=1,
        worker=TrainingWorker(torch.device("cpu")),
        recipe=recipe,
    )
    network = cast("EmbeddingNetwork", trained.network)
    not_dances = embed(network, [example.data for example in no_dances(6)])
    (folder / "few_shot.safetensors").write_bytes(serialize_embedding(network, not_dances))
    return folder
