"""A model that is trained once for all tests, on one processor thread: the tests share the cores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from eightcount_classifier.model import StyleModel, model_bytes, read_model
from eightcount_classifier.training.distributed import Place
from eightcount_classifier.training.production import Order, Product, produce
from tests.unit.classifier.dances import TINY, examples_of, no_dances


@pytest.fixture(autouse=True, scope="session")
def single_threaded() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def product(single_threaded: None) -> Product:
    order = Order("tiny", TINY, seed=3, notes="Made up.", extra=no_dances(6))
    return produce(order, examples_of(), Place(torch.device("cpu")))


@pytest.fixture(scope="session")
def model(product: Product) -> StyleModel:
    return read_model(model_bytes(product.model))
