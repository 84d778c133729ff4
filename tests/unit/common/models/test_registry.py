"""One registry for every service that trains models."""

from __future__ import annotations

from pathlib import Path

import pytest

from eightcount_common.errors import ConflictError, EightcountError, InvalidInputError, NotFoundError
from eightcount_common.models.names import check_name
from eightcount_common.models.registry import ModelOrigin
from eightcount_common.storage.folder import FolderStore
from tests.unit.common.models.stub_models import SETTING, StubFormat, make_registry


@pytest.fixture
def form() -> StubFormat:
    return StubFormat()


def reason_of(kind: type[EightcountError], call) -> str:
    with pytest.raises(kind) as caught:
        call()
    return caught.value.reason


def test_pretrained_models_are_listed_first_and_found_without_the_store(tmp_path: Path, form: StubFormat) -> None:
    registry = make_registry(tmp_path, form)
    registry.save("mine", b"7:mine", {"card.md": b"# mine", "confusion.png": b"PNG"})
    assert registry.list_names() == ["plain", "fancy", "mine"]
    assert registry.get("fancy") == "fancy"
    assert registry.get("mine") == "mine"
    assert registry.get_origin("fancy") is ModelOrigin.PRETRAINED
    assert registry.get_origin("mine") is ModelOrigin.TRAINED
    assert registry.size_bytes("fancy") == len("1:fancy")
    assert registry.size_bytes("mine") == len("7:mine")
    assert registry.describe("mine").version == "7"
    assert registry.uri("mine", "card.md").endswith("/models/mine/card.md")


def test_a_model_is_loaded_once_until_it_is_replaced(tmp_path: Path, form: StubFormat) -> None:
    registry = make_registry(tmp_path, form)
    registry.save("mine", b"1:first", {})
    assert [registry.get("mine") for _ in range(3)] == ["first"] * 3
    registry.save("mine", b"2:second", {})
    assert registry.get("mine") == "second"
    assert form.loaded == ["mine", "mine"]


def test_the_models_that_were_used_last_stay_in_memory(tmp_path: Path, form: StubFormat) -> None:
    registry = make_registry(tmp_path, form, cache_size=2)
    for name in ("a", "b", "c"):
        registry.save(name, f"1:{name}".encode(), {})
    for name in ("a", "b", "a", "c", "a", "b"):
        registry.get(name)
    assert form.loaded == ["a", "b", "c", "b"]


def test_the_default_model_is_the_one_that_is_named_even_if_others_are_newer(tmp_path: Path, form: StubFormat) -> None:
    registry = make_registry(tmp_path, form)
    registry.save("newest", b"9:newest", {})
    assert registry.get() == "plain"
    ours = make_registry(tmp_path, form, default="newest")
    assert ours.get() == "newest"
    assert ours.default_name == "newest"


@pytest.mark.parametrize("default", ["", "nobody"])
def test_without_its_default_model_a_registry_says_which_setting_to_change(
    tmp_path: Path, form: StubFormat, default: str
) -> None:
    registry = make_registry(tmp_path, form, default=default)
    with pytest.raises(NotFoundError) as caught:
        registry.get()
    assert caught.value.reason == "NO_DEFAULT_MODEL"
    assert SETTING in caught.value.message
    assert registry.get("plain") == "plain"


def test_another_version_than_the_required_one_is_refused(tmp_path: Path, form: StubFormat) -> None:
    registry = make_registry(tmp_path, form)
    assert registry.get("plain", version="1") == "plain"
    assert reason_of(ConflictError, lambda: registry.get("plain", version="2")) == "MODEL_VERSION_MISMATCH"
    registry.save("mine", b"1:mine", {})
    assert reason_of(ConflictError, lambda: registry.delete("mine", version="2")) == "MODEL_VERSION_MISMATCH"
    assert registry.contains("mine")


def test_a_model_is_deleted_with_all_its_files_and_nothing_else(tmp_path: Path, form: StubFormat) -> None:
    registry, store = make_registry(tmp_path, form), FolderStore(tmp_path / "store")
    for name in ("mine", "mine-2"):
        registry.save(name, b"1:x", {"card.md": b"# card", "report.json": b"{}"})
    registry.get("mine")
    uris = registry.delete("mine", version="1")
    assert sorted(uri.rpartition("/")[2] for uri in uris) == ["card.md", "model.safetensors", "report.json"]
    assert {info.key.split("/")[1] for info in store.list("models/")} == {"mine-2"}
    assert reason_of(NotFoundError, lambda: registry.get("mine")) == "MODEL_NOT_FOUND"
    assert reason_of(NotFoundError, lambda: registry.delete("mine")) == "MODEL_NOT_FOUND"


@pytest.mark.parametrize("names_reserved", [True, False])
def test_a_pretrained_model_cannot_be_deleted(tmp_path: Path, form: StubFormat, names_reserved: bool) -> None:
    registry = make_registry(tmp_path, form, names_reserved=names_reserved)
    assert reason_of(ConflictError, lambda: registry.delete("plain")) == "MODEL_IS_PRETRAINED"


def test_reserved_names_cannot_be_taken_and_others_hide_the_pretrained_model(tmp_path: Path, form: StubFormat) -> None:
    registry = make_registry(tmp_path, form)
    assert reason_of(InvalidInputError, lambda: registry.save("plain", b"2:mine", {})) == "RESERVED_NAME"
    registry = make_registry(tmp_path, form, names_reserved=False)
    registry.save("fancy", b"2:mine", {})
    assert registry.list_names() == ["plain", "fancy"]
    assert registry.get("fancy") == "mine"
    assert registry.get_origin("fancy") is ModelOrigin.TRAINED
    registry.delete("fancy")
    assert registry.get("fancy") == "fancy"


def test_a_damaged_model_is_the_error_of_its_format(tmp_path: Path, form: StubFormat) -> None:
    registry = make_registry(tmp_path, form)
    registry.save("mine", b"nonsense", {})
    assert reason_of(InvalidInputError, lambda: registry.get("mine")) == "INVALID_MODEL"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "-x", "a" * 65, "ä", "a b"])
def test_a_bad_name_is_refused_by_every_call(tmp_path: Path, form: StubFormat, name: str) -> None:
    registry = make_registry(tmp_path, form)
    calls = [lambda: registry.save(name, b"1:x", {}), lambda: registry.delete(name), lambda: check_name(name)]
    if name:
        calls.append(lambda: registry.get(name))
    for call in calls:
        assert reason_of(InvalidInputError, call) == "INVALID_NAME"
