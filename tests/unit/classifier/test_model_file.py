"""A model comes back from its file as it was, and nothing but a model does."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

from eightcount_classifier.families.few_shot import EmbeddingNetwork
from eightcount_classifier.few_shot.clips import ClipEmbeddings, read_style, serialize_style
from eightcount_classifier.few_shot.embedding import read_embedding, serialize_embedding
from eightcount_classifier.inference.classification import classify
from eightcount_classifier.model import ModelError, StyleModel, read_model, read_model_file, serialize_model
from eightcount_classifier.training.pipeline import TrainingResult
from eightcount_common.errors import InvalidInputError
from tests.unit.classifier.dances import STYLES, example_of


def about(data: bytes) -> dict:
    length = int.from_bytes(data[:8], "little")
    return json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["eightcount"])


def change_header(data: bytes, **facts: object) -> bytes:
    return save(load(data), {"eightcount": json.dumps(about(data) | facts)})


@pytest.mark.parametrize("style", STYLES)
def test_a_model_from_its_file_gives_identical_answers(result: TrainingResult, style):
    motion = example_of(style, 11).data
    again = read_model(serialize_model(result.model))
    one, other = classify(result.model, motion), classify(again, motion)
    np.testing.assert_array_equal(one.whole.probabilities, other.whole.probabilities)
    assert one.whole.verdict is other.whole.verdict
    assert one.whole.novelty == other.whole.novelty
    for before, after in zip(one.windows, other.windows, strict=True):
        np.testing.assert_array_equal(before.prediction.probabilities, after.prediction.probabilities)
        assert before.start_seconds == after.start_seconds


def test_what_is_known_of_a_model_comes_back(result: TrainingResult):
    again = read_model(serialize_model(result.model))
    before = result.model
    assert (again.name, again.labels, again.metadata) == (before.name, before.labels, before.metadata)
    assert again.window_temperature == before.window_temperature
    assert again.recording_temperature == before.recording_temperature
    assert again.novelty.threshold == before.novelty.threshold


def test_an_accuracy_that_was_not_measured_comes_back_so(model: StyleModel):
    unmeasured = replace(model, metadata=replace(model.metadata, balanced_accuracy=float("nan")))
    assert np.isnan(read_model(serialize_model(unmeasured)).metadata.balanced_accuracy)


def test_the_time_of_a_training_comes_back_and_older_files_have_none(model: StyleModel):
    assert read_model(serialize_model(model)).metadata.created_at_seconds is None
    dated = replace(model, metadata=replace(model.metadata, created_at_seconds=1.75e9))
    assert read_model(serialize_model(dated)).metadata.created_at_seconds == 1.75e9


def test_an_ensemble_comes_back_with_all_its_members(model: StyleModel):
    from eightcount_classifier.families.base import Ensemble

    torch.manual_seed(1)
    three = Ensemble([model.family.network(len(model.labels)) for _ in range(3)]).eval()
    again = read_model(serialize_model(replace(model, network=three)))
    rows = torch.randn(2, 120, 39)
    torch.testing.assert_close(again.network(rows).logits, three(rows).logits)


def test_the_version_is_that_of_the_content(model: StyleModel):
    data = serialize_model(model)
    assert read_model(data).version == read_model(data).version == model.version
    assert len(model.version) == 12
    assert read_model(change_header(data, card="another")).version != model.version


def test_a_file_that_is_no_model_is_refused(model: StyleModel, tmp_path: Path):
    data = serialize_model(model)
    other = save({"weights": torch.zeros(3)})
    cases = [
        b"", b"PK\x03\x04", data[:7], data[: len(data) // 2], data[:-1], data + b"more", other,
        *(save({"weights": torch.zeros(3)}, {"eightcount": metadata}) for metadata in ("{}", "[]", "no JSON")),
        b"\xff" * 4000, (2**62).to_bytes(8, "little") + data[8:], (2).to_bytes(8, "little") + b"[]",
        data[:100] + b"\x00" * 50 + data[150:],
    ]  # fmt: skip
    for case in cases:
        with pytest.raises(ModelError) as caught:
            read_model(case)
        assert caught.value.reason == "MODEL_DAMAGED"
    (tmp_path / "model.safetensors").write_bytes(data[:100])
    with pytest.raises(ModelError):
        read_model_file(tmp_path / "model.safetensors")


def test_a_model_with_missing_or_misfitting_parts_is_refused(model: StyleModel):
    data = serialize_model(model)
    tensors = load(data)
    metadata = {"eightcount": json.dumps(about(data))}
    for name in ("novelty.means", "network.members.0.head.weight"):
        with pytest.raises(ModelError):
            read_model(save({key: value for key, value in tensors.items() if key != name}, metadata))
    for facts in (
        {"styles": list(STYLES[:2])}, {"members": 2}, {"members": "many"}, {"family": "pose-lstm"}, {"family": "magic"},
        {"window_temperature": None}, {"styles": 3},
    ):  # fmt: skip
        with pytest.raises(ModelError):
            read_model(change_header(data, **facts))


def test_a_model_of_a_later_format_is_refused_by_name(model: StyleModel):
    with pytest.raises(ModelError) as caught:
        read_model(change_header(serialize_model(model), format=2))
    assert caught.value.reason == "MODEL_TOO_NEW"


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("the pickle was run",))


def test_nothing_in_a_file_is_run(tmp_path: Path):
    torch.save({"trap": 1}, tmp_path / "model.pt", pickle_module=pickle)
    for data in (pickle.dumps(Trap()), (tmp_path / "model.pt").read_bytes()):
        with pytest.raises(ModelError):
            read_model(data)
        with pytest.raises(ModelError):
            read_embedding(data)
        with pytest.raises(ModelError):
            read_style(data, "sway", network_version="1")


def clips() -> ClipEmbeddings:
    random = np.random.default_rng(1)
    return ClipEmbeddings(random.normal(size=(9, 64)).astype(np.float32), np.repeat([0, 1, 2], 3))


def test_an_embedding_comes_back_from_its_file():
    torch.manual_seed(1)
    network = EmbeddingNetwork(1).eval()
    again = read_embedding(serialize_embedding(network, clips()))
    rows = torch.randn(2, 120, 39)
    torch.testing.assert_close(again.network(rows).features, network(rows).features)
    np.testing.assert_array_equal(again.not_dances.embeddings, clips().embeddings)
    np.testing.assert_array_equal(again.not_dances.clip, clips().clip)


def test_a_file_that_is_no_embedding_is_refused(model: StyleModel):
    data = serialize_embedding(EmbeddingNetwork(1), clips())
    for case in (b"", data[:-1], data[: len(data) // 3], serialize_model(model), save({"weights": torch.zeros(3)})):
        with pytest.raises(ModelError):
            read_embedding(case)


def test_a_style_comes_back_from_its_file():
    again = read_style(serialize_style(clips(), network_version="abc"), "sway", network_version="abc")
    np.testing.assert_array_equal(again.embeddings, clips().embeddings)
    assert again.clip_count == 3


def test_a_style_of_an_older_embedding_is_refused():
    with pytest.raises(InvalidInputError) as caught:
        read_style(serialize_style(clips(), network_version="abc"), "sway", network_version="abd")
    assert caught.value.reason == "STYLE_OUTDATED"


def test_a_file_that_is_no_style_is_refused(model: StyleModel):
    data = serialize_style(clips(), network_version="abc")
    for case in (b"", data[:20], data[:-1], b"\xff" * 1000, serialize_model(model)):
        with pytest.raises(ModelError):
            read_style(case, "sway", network_version="abc")
