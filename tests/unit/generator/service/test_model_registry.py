from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from eightcount_common.errors import ConflictError, InvalidInputError, NotFoundError
from eightcount_common.storage.folder import FolderStore
from eightcount_generator.families import FAMILIES, TrainingConfig
from eightcount_generator.model_card import render_card
from eightcount_generator.model_file import ModelMetadata, content_version, embed_metadata, read_metadata
from eightcount_generator.pretrained import DEFAULT_MODEL, FOLDER
from eightcount_generator.pretrained.provenance import read_provenance
from eightcount_generator.service.model_registry import DanceModelRegistry
from eightcount_generator.sources.recording import Recording
from tests.unit.generator.stub_family import StubFamily, model_bytes
from tests.unit.generator.synthetic_recordings import dance

METADATA = ModelMetadata(
    "ours", "abc", "sways", ("salsa", "häme"), "2026-11-22T01:00:00+00:00", "# ours\n\nMinä tanssin.\n"
)


@pytest.fixture
def family() -> StubFamily:
    return StubFamily()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def models(store: FolderStore, family: StubFamily) -> DanceModelRegistry:
    return DanceModelRegistry(store, families={"sways": family}, cache_size=2)


def test_metadata_is_read_from_the_start_of_the_file() -> None:
    data = embed_metadata(model_bytes(), METADATA)
    assert read_metadata(io.BytesIO(data)) == METADATA
    header = 8 + int.from_bytes(data[:8], "little")
    assert header % 8 == 0
    assert read_metadata(io.BytesIO(data[:header])) == METADATA


def test_metadata_leaves_the_arrays_as_they_were() -> None:
    before, after = load(model_bytes(3.5)), load(embed_metadata(embed_metadata(model_bytes(3.5), METADATA), METADATA))
    assert before.keys() == after.keys()
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name])


def test_new_metadata_takes_the_place_of_the_old() -> None:
    other = replace(METADATA, name="theirs")
    assert embed_metadata(embed_metadata(model_bytes(), METADATA), other) == embed_metadata(model_bytes(), other)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x05", b"\xff" * 100, b"\x02" + b"\0" * 7 + b"[]", b"\x09" + b"\0" * 7 + b"{}", model_bytes(),
     model_bytes().replace(b"__metadata__", b"__metabata__")],
)  # fmt: skip
def test_what_is_no_model_is_refused(data) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_metadata(io.BytesIO(data))
    assert caught.value.reason == "INVALID_MODEL"


def test_the_version_is_that_of_the_content() -> None:
    assert content_version(model_bytes(1.0)) == content_version(model_bytes(1.0)) != content_version(model_bytes(2.0))


def test_a_kept_model_is_read_once_until_it_is_made_anew(models: DanceModelRegistry, family: StubFamily) -> None:
    models.save_model(METADATA, model_bytes())
    first = models.get("ours")
    assert models.get("ours") is first
    assert len(family.generators) == 1
    models.save_model(replace(METADATA, created_at="2026-11-23"), model_bytes(2.0))
    assert models.get("ours") is not first
    assert len(family.generators) == 2


def test_no_more_models_stay_in_memory_than_are_kept(models: DanceModelRegistry, family: StubFamily) -> None:
    for name in ("a", "b", "c"):
        models.save_model(replace(METADATA, name=name), model_bytes())
    for name in ("a", "b", "a", "c", "a"):
        models.get(name)
    assert len(family.generators) == 3
    models.get("b")
    assert len(family.generators) == 4


def test_a_copied_model_goes_by_the_name_of_its_folder(models: DanceModelRegistry, store: FolderStore) -> None:
    store.put("dances/models/copy/model.safetensors", io.BytesIO(embed_metadata(model_bytes(), METADATA)))
    assert models.get("copy").metadata.name == "copy"


def test_a_model_of_a_family_that_is_no_more_is_told(models: DanceModelRegistry) -> None:
    models.save_model(replace(METADATA, family="magic"), model_bytes())
    with pytest.raises(InvalidInputError) as caught:
        models.get("ours")
    assert caught.value.reason == "UNKNOWN_FAMILY"


def test_a_model_that_is_not_there_is_told(models: DanceModelRegistry) -> None:
    with pytest.raises(NotFoundError) as caught:
        models.get("")
    assert caught.value.reason == "NO_DANCE_MODEL"
    with pytest.raises(NotFoundError) as caught:
        models.get("nobody")
    assert caught.value.reason == "MODEL_NOT_FOUND"


@pytest.fixture
def pretrained(tmp_path: Path) -> Path:
    folder = tmp_path / "pretrained"
    folder.mkdir()
    for name in (DEFAULT_MODEL, "other"):
        (folder / f"{name}.safetensors").write_bytes(embed_metadata(model_bytes(), replace(METADATA, name=name)))
    return folder


def test_the_default_model_is_a_pretrained_one(store: FolderStore, pretrained: Path) -> None:
    models = DanceModelRegistry(store, families={"sways": StubFamily()}, pretrained=pretrained)
    assert models.list_names() == [DEFAULT_MODEL, "other"]
    assert models.is_pretrained("other")
    assert models.get("").metadata.name == DEFAULT_MODEL
    assert models.get("other").generator.styles == ("sway",)


def test_a_trained_model_hides_a_pretrained_one_but_is_no_default(store: FolderStore, pretrained: Path) -> None:
    models = DanceModelRegistry(store, families={"sways": StubFamily()}, pretrained=pretrained)
    models.save_model(METADATA, model_bytes())
    assert models.get("").metadata.name == DEFAULT_MODEL
    models.save_model(replace(METADATA, name="other", card="mine"), model_bytes())
    assert models.list_names() == [DEFAULT_MODEL, "other", "ours"]
    assert not models.is_pretrained("other")
    assert models.describe("other").card == "mine"
    models.delete("other")
    assert models.is_pretrained("other")
    with pytest.raises(ConflictError) as caught:
        models.delete("other")
    assert caught.value.reason == "MODEL_IS_PRETRAINED"


def test_the_default_model_is_the_one_that_the_settings_name(store: FolderStore, pretrained: Path) -> None:
    families = {"sways": StubFamily()}
    models = DanceModelRegistry(store, families=families, pretrained=pretrained, default_model="ours")
    with pytest.raises(NotFoundError) as caught:
        models.get()
    assert caught.value.reason == "NO_DANCE_MODEL"
    assert "EIGHTCOUNT_GENERATOR_DEFAULT_MODEL" in caught.value.message
    models.save_model(METADATA, model_bytes())
    assert models.get().metadata.name == models.default_name == "ours"


def test_a_file_with_the_keys_of_earlier_versions_is_read() -> None:
    fields = {"name": "ours", "version": "1", "family": "sways", "styles": ["a"], "made_at": "2026-11-22", "card": "#"}
    data = bytes(save({"x": np.zeros(1)}, metadata={"eightcount.model": json.dumps(fields)}))
    assert read_metadata(io.BytesIO(data)).created_at == "2026-11-22"


def test_what_comes_with_the_service_can_be_read_and_says_what_it_was_taught(store: FolderStore) -> None:
    models = DanceModelRegistry(store, pretrained=FOLDER)
    assert DEFAULT_MODEL in models.list_names()
    for name in models.list_names():
        model, provenance = models.get(name), read_provenance(FOLDER / f"{name}.safetensors")
        assert provenance is not None
        assert (model.metadata.name, model.metadata.family) == (name, provenance.family)
        assert "salsa" in model.generator.styles
        assert "CMU Graphics Lab" in model.metadata.card
        assert "Mitch Chaiet" in model.metadata.card
    assert sum(path.stat().st_size for path in FOLDER.glob("*.safetensors")) <= 25e6


def test_a_card_says_what_a_model_was_made_of_and_what_was_left_out() -> None:
    recordings = [
        Recording("a", "salsa", "Ann", "a", dance(30.0)), Recording("b", "salsa", "Bob", "b", dance(30.0)),
        Recording("c", "", "", "c", dance(6.0)),
    ]  # fmt: skip
    excluded = [(f"{number}.mp4", "too short") for number in range(25)]
    card = render_card("ours", "graph", recordings, created_at="2026-11-22T01:00", notes="Notes.", excluded=excluded)
    assert "| salsa | 2 | 2 | 1.0 |" in card
    assert "| not named | 1 | not named | 0.1 |" in card
    assert "- 19.mp4: too short" in card
    assert "- and 5 more" in card
    assert "2026-11-22." in card


def test_names_of_recordings_cannot_change_a_card() -> None:
    recordings = [Recording("a", "sal|sa\n# fame", "", "a", dance(3.0))]
    excluded = [("x.mp4\n# more fame", "<script>alert(1)</script>")]
    card = render_card("ours", "graph", recordings, created_at="2026-11-22", notes="", excluded=excluded)
    assert "| sal\\|sa # fame | 1 |" in card
    assert "fame" not in [line.removeprefix("# ") for line in card.splitlines()]
    assert "<script" not in card


def test_a_graph_is_trained_read_and_never_claims_to_have_heard_music() -> None:
    graph = FAMILIES["graph"]
    recordings = [Recording(f"r{seed}", "sway", "", "", dance(20.0, seed=seed)) for seed in range(3)]
    steps = graph.train(recordings, TrainingConfig())
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert graph.read(end.value.value).styles == ("sway",)
    assert "nothing was learned from music" in graph.notes
    with pytest.raises(InvalidInputError) as caught:
        next(graph.train(recordings, TrainingConfig(max_epochs=3)))
    assert caught.value.reason == "NO_EPOCHS"
    with pytest.raises(InvalidInputError) as caught:
        graph.read(model_bytes())
    assert caught.value.reason == "INVALID_MODEL"
