from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from eightcount_common.errors import InvalidInputError, NotFoundError
from eightcount_common.storage.folder import FolderStore
from eightcount_generator.card import card_of
from eightcount_generator.families import FAMILIES, Order
from eightcount_generator.library import DanceModels
from eightcount_generator.model_file import ModelLabel, labelled, read_label, version_of
from eightcount_generator.shipped import DEFAULT, FOLDER
from eightcount_generator.shipped.slip import read_slip
from eightcount_generator.sources.library import Recording
from tests.unit.generator.made_up import Sways, model_bytes
from tests.unit.generator.recorded import dance

LABEL = ModelLabel("ours", "abc", "sways", ("salsa", "häme"), "2026-11-22T01:00:00+00:00", "# ours\n\nMinä tanssin.\n")


@pytest.fixture
def family() -> Sways:
    return Sways()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


@pytest.fixture
def models(store: FolderStore, family: Sways) -> DanceModels:
    return DanceModels(store, families={"sways": family}, kept=2)


def test_a_label_is_read_from_the_start_of_the_file() -> None:
    data = labelled(model_bytes(), LABEL)
    assert read_label(io.BytesIO(data)) == LABEL
    header = 8 + int.from_bytes(data[:8], "little")
    assert header % 8 == 0
    assert read_label(io.BytesIO(data[:header])) == LABEL


def test_a_label_leaves_the_arrays_as_they_were() -> None:
    before, after = load(model_bytes(3.5)), load(labelled(labelled(model_bytes(3.5), LABEL), LABEL))
    assert before.keys() == after.keys()
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name])


def test_a_new_label_takes_the_place_of_the_old() -> None:
    other = replace(LABEL, name="theirs")
    assert labelled(labelled(model_bytes(), LABEL), other) == labelled(model_bytes(), other)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x05", b"\xff" * 100, b"\x02" + b"\0" * 7 + b"[]", b"\x09" + b"\0" * 7 + b"{}", model_bytes(),
     model_bytes().replace(b"__metadata__", b"__metabata__")],
)  # fmt: skip
def test_what_is_no_model_is_refused(data) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_label(io.BytesIO(data))
    assert caught.value.reason == "INVALID_MODEL"


def test_the_version_is_that_of_the_content() -> None:
    assert version_of(model_bytes(1.0)) == version_of(model_bytes(1.0)) != version_of(model_bytes(2.0))


def test_a_kept_model_is_read_once_until_it_is_made_anew(models: DanceModels, family: Sways) -> None:
    models.keep(LABEL, model_bytes())
    first = models.get("ours")
    assert models.get("ours") is first is models.get("")
    assert len(family.makers) == 1
    models.keep(replace(LABEL, made_at="2026-11-23"), model_bytes(2.0))
    assert models.get("ours") is not first
    assert len(family.makers) == 2


def test_no_more_models_stay_in_memory_than_are_kept(models: DanceModels, family: Sways) -> None:
    for name in ("a", "b", "c"):
        models.keep(replace(LABEL, name=name), model_bytes())
    for name in ("a", "b", "a", "c", "a"):
        models.get(name)
    assert len(family.makers) == 3
    models.get("b")
    assert len(family.makers) == 4


def test_a_copied_model_goes_by_the_name_of_its_folder(models: DanceModels, store: FolderStore) -> None:
    store.put("dances/models/copy/model.safetensors", io.BytesIO(labelled(model_bytes(), LABEL)))
    assert models.get("copy").label.name == "copy"


def test_a_model_of_a_family_that_is_no_more_is_told(models: DanceModels) -> None:
    models.keep(replace(LABEL, family="magic"), model_bytes())
    with pytest.raises(InvalidInputError) as caught:
        models.get("ours")
    assert caught.value.reason == "UNKNOWN_FAMILY"


def test_a_model_that_is_not_there_is_told(models: DanceModels) -> None:
    with pytest.raises(NotFoundError) as caught:
        models.get("")
    assert caught.value.reason == "NO_DANCE_MODEL"
    with pytest.raises(NotFoundError) as caught:
        models.get("nobody")
    assert caught.value.reason == "NO_SUCH_MODEL"


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "along"
    folder.mkdir()
    for name in (DEFAULT, "other"):
        (folder / f"{name}.safetensors").write_bytes(labelled(model_bytes(), replace(LABEL, name=name)))
    return folder


def test_who_made_no_model_dances_by_the_one_that_came_along(store: FolderStore, shipped: Path) -> None:
    models = DanceModels(store, families={"sways": Sways()}, shipped=shipped)
    assert models.names() == [DEFAULT, "other"]
    assert models.came_along("other")
    assert models.get("").label.name == DEFAULT
    assert models.get("other").maker.styles == ("sway",)


def test_a_model_that_was_made_here_goes_before_those_that_came_along(store: FolderStore, shipped: Path) -> None:
    models = DanceModels(store, families={"sways": Sways()}, shipped=shipped)
    models.keep(LABEL, model_bytes())
    assert models.get("").label.name == "ours"
    models.keep(replace(LABEL, name="other", card="mine"), model_bytes())
    assert models.names() == ["other", "ours", DEFAULT]
    assert not models.came_along("other")
    assert models.label("other").card == "mine"


def test_what_comes_with_the_service_can_be_read_and_says_what_it_was_taught(store: FolderStore) -> None:
    models = DanceModels(store, shipped=FOLDER)
    assert DEFAULT in models.names()
    for name in models.names():
        model, slip = models.get(name), read_slip(FOLDER / f"{name}.safetensors")
        assert slip is not None
        assert (model.label.name, model.label.family) == (name, slip.family)
        assert "salsa" in model.maker.styles
        assert "CMU Graphics Lab" in model.label.card
        assert "Mitch Chaiet" in model.label.card
    assert sum(path.stat().st_size for path in FOLDER.glob("*.safetensors")) <= 25e6


def test_a_card_says_what_a_model_was_made_of_and_what_was_left_out() -> None:
    recordings = [
        Recording("a", "salsa", "Ann", "a", dance(30.0)), Recording("b", "salsa", "Bob", "b", dance(30.0)),
        Recording("c", "", "", "c", dance(6.0)),
    ]  # fmt: skip
    left_out = [(f"{number}.mp4", "too short") for number in range(25)]
    card = card_of("ours", "graph", recordings, made_at="2026-11-22T01:00", notes="Notes.", left_out=left_out)
    assert "| salsa | 2 | 2 | 1.0 |" in card
    assert "| not named | 1 | not named | 0.1 |" in card
    assert "- 19.mp4: too short" in card
    assert "- and 5 more" in card
    assert "2026-11-22." in card


def test_names_of_recordings_cannot_change_a_card() -> None:
    recordings = [Recording("a", "sal|sa\n# fame", "", "a", dance(3.0))]
    left_out = [("x.mp4\n# more fame", "<script>alert(1)</script>")]
    card = card_of("ours", "graph", recordings, made_at="2026-11-22", notes="", left_out=left_out)
    assert "| sal\\|sa # fame | 1 |" in card
    assert "fame" not in [line.removeprefix("# ") for line in card.splitlines()]
    assert "<script" not in card


def test_a_graph_is_taught_read_and_never_claims_to_have_heard_music() -> None:
    graph = FAMILIES["graph"]
    recordings = [Recording(f"r{seed}", "sway", "", "", dance(20.0, seed=seed)) for seed in range(3)]
    steps = graph.teach(recordings, Order())
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert graph.read(end.value.value).styles == ("sway",)
    assert "nothing was learned from music" in graph.notes
    with pytest.raises(InvalidInputError) as caught:
        next(graph.teach(recordings, Order(max_epochs=3)))
    assert caught.value.reason == "NO_EPOCHS"
    with pytest.raises(InvalidInputError) as caught:
        graph.read(model_bytes())
    assert caught.value.reason == "INVALID_MODEL"
