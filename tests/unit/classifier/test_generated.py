"""Generated movements that are not dances, and the pretrained models."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eightcount_classifier.dataset import NOT_A_DANCE
from eightcount_classifier.families.pose import Pose
from eightcount_classifier.features.body import FRAME_RATE_HERTZ, LIMBS, bone_lengths
from eightcount_classifier.few_shot.embedding import read_embedding
from eightcount_classifier.pretrained import PRETRAINED_FOLDER
from eightcount_classifier.service.model_registry import STARTER, StyleModelRegistry
from eightcount_classifier.training.generated_movements import generate_examples, generate_motions
from eightcount_common.skeletons import BODY_12
from eightcount_common.storage.folder import FolderStore

KINDS = 6


def test_generated_movements_are_bodies_of_every_frame():
    for motion in generate_motions(2 * KINDS, np.random.default_rng(1), seconds=6.0):
        assert len(motion) == 6 * FRAME_RATE_HERTZ
        assert motion.seen.all()
        assert np.isfinite(motion.joints).all()
        assert np.isnan(motion.beat_phase).all()
        np.testing.assert_allclose(
            bone_lengths(motion.joints)[: 2 * len(LIMBS)], np.repeat([length for *_, length in LIMBS], 2), rtol=1e-4
        )


def test_generated_people_stand_upright():
    ankle, shoulder = BODY_12.index("left_ankle"), BODY_12.index("left_shoulder")
    for motion in generate_motions(KINDS, np.random.default_rng(1)):
        assert np.median(motion.joints[:, ankle, 1]) > 0.4
        assert motion.joints[:, shoulder, 1].max() < -0.3


def test_limbs_move_as_limbs_do():
    for motion in generate_motions(2 * KINDS, np.random.default_rng(2)):
        speed = np.linalg.norm(np.diff(motion.joints, axis=0), axis=-1) * FRAME_RATE_HERTZ
        assert speed.max() < 15


def test_the_kinds_differ_in_how_much_they_move():
    motions = generate_motions(KINDS, np.random.default_rng(3))
    speeds = [np.linalg.norm(np.diff(motion.joints, axis=0), axis=-1).mean() for motion in motions]
    assert speeds[0] == min(speeds)
    assert speeds[2] > 2 * speeds[0]


def test_the_same_seed_generates_the_same_recordings_and_each_is_a_take_of_its_own():
    first, again, other = (generate_examples(KINDS, seed=seed) for seed in (1, 1, 2))
    for one, same, different in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one.data.joints, same.data.joints)
        assert not np.array_equal(one.data.joints, different.data.joints)
    assert {example.style for example in first} == {NOT_A_DANCE}
    assert len({example.source.take for example in first}) == KINDS


def test_the_pretrained_model_can_be_read(tmp_path: Path):
    model = StyleModelRegistry(FolderStore(tmp_path)).get("")
    assert model.name == STARTER
    assert model.labels.styles == ("indian", "modern", "salsa")
    assert len(model.network.members) == Pose().recipe.members
    assert "It is a demonstration" in model.metadata.card
    assert 0 < model.metadata.balanced_accuracy <= 1


def test_the_pretrained_embedding_can_be_read():
    embedding = read_embedding((PRETRAINED_FOLDER / "few_shot.safetensors").read_bytes())
    assert embedding.not_dances.clip_count >= 10
