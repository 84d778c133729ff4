"""The models that weigh evidence of beats: what they compute, and their file."""

from dataclasses import fields
from importlib import resources

import numpy as np

from eightcount_sync.music.bars import Metre
from eightcount_sync.music.fitted_models import FARTHEST, Network, read_models, softmax, write_models

RANDOM = np.random.default_rng(5)


def network(members: int = 3, numbers: int = 4, hidden: int = 2) -> Network:
    return Network(
        RANDOM.normal(size=numbers), RANDOM.uniform(0.5, 2.0, numbers), RANDOM.normal(size=(members, numbers, hidden)),
        RANDOM.normal(size=(members, hidden)), RANDOM.normal(size=(members, hidden)), RANDOM.normal(size=numbers),
    )  # fmt: skip


def test_a_network_scores_by_the_mean_of_its_members() -> None:
    model = network()
    rows = RANDOM.normal(size=(5, 4))
    standard = np.clip((rows - model.means) / model.scales, -FARTHEST, FARTHEST)
    members = [
        np.tanh(standard @ model.hidden[k] + model.hidden_offsets[k]) @ model.output[k] + standard @ model.direct
        for k in range(3)
    ]
    np.testing.assert_allclose(model.score(rows), np.mean(members, axis=0))


def test_numbers_far_outside_of_what_was_seen_count_no_more_than_the_farthest() -> None:
    model = network()
    far = model.means + 2.0 * FARTHEST * model.scales
    np.testing.assert_allclose(model.score(far[None]), model.score(100.0 * (far - model.means)[None] + model.means))


def test_the_file_has_every_model_and_is_written_as_it_is_read() -> None:
    models = read_models()
    assert set(models.networks) == {"choice", "downbeat 4", "downbeat 3"}
    assert set(models.linear) == {
        "triple", "compound", "confidence", "metre", "counts", *(f"turn {metre}" for metre in Metre)
    }  # fmt: skip
    for model in (*models.linear.values(), *models.networks.values()):
        assert all(np.isfinite(getattr(model, field.name)).all() for field in fields(model))
    kept = resources.files("eightcount_sync.music").joinpath("models.json").read_text()
    assert write_models(models) == kept


def test_chances_add_up_to_one_however_large_the_scores() -> None:
    np.testing.assert_allclose(softmax(np.array([900.0, 900.0, -900.0])), [0.5, 0.5, 0.0])
