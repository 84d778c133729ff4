"""A style from a handful of clips, without training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from eightcount_classifier.dataset import UnusableDataError
from eightcount_classifier.families.few_shot import EmbeddingNetwork
from eightcount_classifier.features.body import BodyMotion, standardise_motion
from eightcount_classifier.few_shot.clips import embed
from eightcount_classifier.few_shot.embedding import read_embedding, serialize_embedding
from eightcount_classifier.few_shot.styles import fit_styles
from eightcount_classifier.inference.classification import Verdict, classify
from eightcount_classifier.model import ModelError, StyleModel, serialize_model
from eightcount_classifier.service.model_registry import FEW_SHOT, STARTER, StyleModelRegistry
from eightcount_common.errors import InvalidInputError, NotFoundError
from eightcount_common.models.registry import ModelOrigin
from eightcount_common.storage.folder import FolderStore
from tests.unit.classifier.dances import STYLES, motion_of, no_dances


def clips(style: str, count: int = 5, *, first: int = 0, seconds: float = 6.0) -> list[BodyMotion]:
    return [standardise_motion(motion_of(style, seconds, performer=first + number)) for number in range(count)]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture
def registry(store: FolderStore, pretrained: Path) -> StyleModelRegistry:
    return StyleModelRegistry(store, pretrained=pretrained)


@pytest.fixture(scope="session")
def embedding(pretrained: Path):
    return read_embedding((pretrained / "few_shot.safetensors").read_bytes())


def right(model: StyleModel, styles: tuple[str, ...], *, first: int = 50) -> int:
    """Return how many of five clips of each style, by unseen performers, are taken for their own style rather than
    another."""
    answers = [
        (style, classify(model, motion).whole.probabilities) for style in styles for motion in clips(style, first=first)
    ]
    return sum(model.labels.names[int(chances.argmax())] == style for style, chances in answers)


def test_styles_that_were_added_are_recognised_in_clips_of_other_performers(registry: StyleModelRegistry):
    for style in STYLES:
        model = registry.add_style(style, clips(style))
    assert model.labels.styles == STYLES
    assert model.name == FEW_SHOT
    assert right(model, STYLES) >= 13


def test_a_single_style_is_told_from_what_is_no_dance(registry: StyleModelRegistry):
    model = registry.add_style("sway", clips("sway"))
    assert model.labels.names == ("sway", "not_a_dance")
    assert right(model, ("sway",)) == 5
    verdicts = [classify(model, example.data).whole.verdict for example in no_dances(6, seed=9)]
    assert verdicts.count(Verdict.STYLE) <= 1


def test_two_classes_have_probabilities_of_both(registry: StyleModelRegistry):
    found = classify(registry.add_style("sway", clips("sway")), clips("swirl", 1)[0]).whole
    assert found.probabilities.shape == (2,)
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_the_model_answers_alike_every_time_it_is_made(
    registry: StyleModelRegistry, store: FolderStore, pretrained: Path
):
    registry.add_style("sway", clips("sway"))
    registry.add_style("swirl", clips("swirl"))
    elsewhere = StyleModelRegistry(store, pretrained=pretrained).get(FEW_SHOT)
    assert registry.get(FEW_SHOT).version == elsewhere.version
    assert serialize_model(registry.get(FEW_SHOT)) == serialize_model(elsewhere)


def test_another_style_makes_another_version(registry: StyleModelRegistry):
    first = registry.add_style("sway", clips("sway")).version
    assert len(first) == 12
    assert registry.add_style("swirl", clips("swirl")).version != first
    registry.remove_style("swirl")
    assert registry.get(FEW_SHOT).version == first


def test_a_style_of_the_same_name_is_replaced(registry: StyleModelRegistry):
    registry.add_style("mine", clips("sway"))
    registry.add_style("swirl", clips("swirl"))
    model = registry.add_style("mine", clips("shuffle"))
    assert model.labels.styles == ("mine", "swirl")
    found = classify(model, clips("shuffle", 1, first=60)[0]).whole.probabilities
    assert found.argmax() == 0


def test_a_style_that_was_removed_is_gone(registry: StyleModelRegistry):
    registry.add_style("sway", clips("sway"))
    registry.add_style("swirl", clips("swirl"))
    registry.remove_style("sway")
    assert registry.list_styles() == ["swirl"]
    assert registry.get(FEW_SHOT).labels.styles == ("swirl",)
    with pytest.raises(NotFoundError) as caught:
        registry.remove_style("sway")
    assert caught.value.reason == "STYLE_NOT_FOUND"


def test_without_a_style_there_is_no_few_shot_model(registry: StyleModelRegistry):
    with pytest.raises(UnusableDataError) as caught:
        registry.get(FEW_SHOT)
    assert caught.value.reason == "NO_STYLES"


def test_too_few_clips_are_refused_and_leave_nothing(registry: StyleModelRegistry):
    with pytest.raises(UnusableDataError, match="got 1") as caught:
        registry.add_style("sway", [*clips("sway", 1), *clips("sway", 4, seconds=2.0)])
    assert caught.value.reason == "TOO_FEW_CLIPS"
    with pytest.raises(UnusableDataError):
        registry.add_style("sway", [])
    assert registry.list_styles() == []


@pytest.mark.parametrize("name", ["not_a_dance", "other_dance"])
def test_a_reserved_name_is_refused(registry: StyleModelRegistry, name):
    with pytest.raises(InvalidInputError) as caught:
        registry.add_style(name, clips("sway"))
    assert caught.value.reason == "RESERVED_NAME"


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "-rf", "two words", "é", "x" * 65, "line\n", "nul\0"])
def test_a_bad_name_is_refused(registry: StyleModelRegistry, store: FolderStore, name):
    for act in (lambda: registry.add_style(name, clips("sway", 2)), lambda: registry.remove_style(name)):
        with pytest.raises(InvalidInputError) as caught:
            act()
        assert caught.value.reason == "INVALID_NAME"
    assert not list(store.list(""))


def other_embedding(pretrained: Path, folder: Path) -> Path:
    """Shipped models with another embedding."""
    before = read_embedding((pretrained / "few_shot.safetensors").read_bytes())
    torch.manual_seed(77)
    network = EmbeddingNetwork(1).eval()
    not_dances = embed(network, [example.data for example in no_dances(6)])
    folder.mkdir()
    (folder / "few_shot.safetensors").write_bytes(serialize_embedding(network, not_dances))
    (folder / "starter.safetensors").write_bytes((pretrained / "starter.safetensors").read_bytes())
    assert read_embedding((folder / "few_shot.safetensors").read_bytes()).version != before.version
    return folder


def test_styles_of_an_older_embedding_are_refused_by_name_until_they_are_added_again(
    registry: StyleModelRegistry, store: FolderStore, pretrained: Path, tmp_path: Path
):
    for style in ("hop", "sway"):
        registry.add_style(style, clips(style))
    newer = StyleModelRegistry(store, pretrained=other_embedding(pretrained, tmp_path / "newer"))
    with pytest.raises(InvalidInputError, match="'hop'") as caught:
        newer.get(FEW_SHOT)
    assert caught.value.reason == "STYLE_OUTDATED"
    assert newer.add_style("sway", clips("sway")).labels.styles == ("sway",)
    with pytest.raises(InvalidInputError, match="'hop'"):
        newer.get(FEW_SHOT)
    assert newer.add_style("hop", clips("hop")).labels.styles == ("hop", "sway")
    assert newer.get(FEW_SHOT).labels.styles == ("hop", "sway")


def test_the_embeddings_lie_on_a_sphere_and_short_clips_leave_none(embedding):
    found = embed(embedding.network, [*clips("sway", 2), *clips("sway", 1, seconds=3.0), *clips("swirl", 1)])
    np.testing.assert_allclose(np.linalg.norm(found.embeddings, axis=1), 1, atol=0.2)
    assert found.clip_count == 3
    assert set(found.clip.tolist()) == {0, 1, 3}
    assert embed(embedding.network, []).embeddings.shape == (0, found.embeddings.shape[1])


def test_clips_that_are_all_the_same_are_no_error(embedding):
    same = embed(embedding.network, clips("sway", 1) * 5)
    model = fit_styles(embedding.network, {"sway": same}, embedding.not_dances)
    assert np.isfinite(classify(model, clips("sway", 1)[0]).whole.probabilities).all()


def test_the_starter_model_is_the_one_without_a_name(registry: StyleModelRegistry):
    assert registry.get("") is registry.get(STARTER)
    assert registry.get_origin(STARTER) is ModelOrigin.PRETRAINED
    assert registry.get_origin(FEW_SHOT) is ModelOrigin.PRETRAINED


def test_a_model_that_was_kept_is_found_and_replaced(
    registry: StyleModelRegistry, store: FolderStore, model: StyleModel
):
    from dataclasses import replace

    kept = registry.save(replace(model, name="mine"), {"card.md": b"# mine"})
    assert registry.list_names() == [STARTER, FEW_SHOT, "mine"]
    assert registry.get_origin("mine") is ModelOrigin.TRAINED
    assert registry.get("mine").version == kept.version
    assert b"".join(store.read("styles/models/mine/card.md")) == b"# mine"
    again = registry.save(replace(model, name="mine", window_temperature=2.0), {})
    assert again.version != kept.version
    assert registry.get("mine").window_temperature == 2.0


def test_many_models_are_read_and_few_are_kept_in_memory(registry: StyleModelRegistry, model: StyleModel):
    from dataclasses import replace

    registry.get(STARTER)
    for number in range(12):
        registry.save(replace(model, name=f"m{number}"), {})
        assert registry.get(f"m{number}").name == f"m{number}"
        registry.get(STARTER)
    cached = registry._models._cache
    assert len(cached) <= 8
    assert STARTER in cached
    assert registry.get("m0").name == "m0"


def test_a_model_that_is_not_there_or_damaged_is_said_to_be_so(registry: StyleModelRegistry, store: FolderStore):
    import io

    with pytest.raises(NotFoundError) as caught:
        registry.get("nobody")
    assert caught.value.reason == "MODEL_NOT_FOUND"
    with pytest.raises(InvalidInputError):
        registry.get("../starter")
    store.put("styles/models/broken/model.safetensors", io.BytesIO(b"\x00" * 100))
    with pytest.raises(ModelError):
        registry.get("broken")


@pytest.mark.parametrize("name", [STARTER, FEW_SHOT])
def test_shipped_names_cannot_be_taken(registry: StyleModelRegistry, model: StyleModel, name):
    from dataclasses import replace

    with pytest.raises(InvalidInputError) as caught:
        registry.save(replace(model, name=name), {})
    assert caught.value.reason == "RESERVED_NAME"
