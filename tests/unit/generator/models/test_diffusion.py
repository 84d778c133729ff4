"""The diffusion generator."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from eightcount_common.errors import InvalidInputError
from eightcount_common.training.task import Recipe
from eightcount_generator.body.dance import Dance
from eightcount_generator.families import TrainingConfig, TrainingProgress
from eightcount_generator.families.diffusion import Diffusion
from eightcount_generator.models.base import BodyPart, Edit, GenerationOptions, KeyPose
from eightcount_generator.models.corpus import Normaliser
from eightcount_generator.models.diffusion.candidate_ranking import pick_best
from eightcount_generator.models.diffusion.ddim import add_noise, alpha_bar, sample
from eightcount_generator.models.diffusion.generator import DiffusionGenerator
from eightcount_generator.models.diffusion.inpainting import (
    OVERLAP,
    Constraints,
    blend_known_values,
    expand_groups,
    sample_masks,
)
from eightcount_generator.models.diffusion.kinematics import ForwardKinematics
from eightcount_generator.models.diffusion.model import add_styles, model_bytes, read_model
from eightcount_generator.models.diffusion.network import Denoiser, NetworkShape
from eightcount_generator.models.encoding import GROUPS, WIDTH, RootPose, encode, root_pose_at
from eightcount_generator.music import Music
from eightcount_generator.service.codec import decode_music
from eightcount_generator.sources.recording import Recording
from tests.unit.generator.stub_family import music
from tests.unit.generator.synthetic_recordings import dance

SHAPE = NetworkShape(styles=0, window=64, patch=8, hidden=32, layers=2, heads=2)
RECIPE = Recipe(epochs=4, batches=6, batch_size=8, learning_rate=3e-3, average=0.9, patience=9)
FAMILY = Diffusion(SHAPE, RECIPE, replace(RECIPE, epochs=2))
RECORDINGS = [
    Recording(f"{style}/{take}", style, "ann", f"t{take}", dance(8.0, seed=take))
    for take, style in enumerate(["sway", "sway", "swirl"])
]


def train_family(steps: Generator[TrainingProgress, None, bytes]) -> bytes:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return bytes(end.value)


@cache
def trained_model() -> bytes:
    return train_family(FAMILY.train(RECORDINGS, TrainingConfig(seed=3)))


@pytest.fixture
def generator() -> DiffusionGenerator:
    return DiffusionGenerator(read_model(trained_model()), steps=3, candidates=2)


@pytest.fixture
def heard() -> Music:
    return decode_music(music(16.0), duration_seconds=8.0, longest_seconds=60.0)


def generate(generator: DiffusionGenerator, heard: Music, **options: object) -> Dance:
    return Dance.concatenate(list(generator.generate(heard, GenerationOptions(**options))))


def test_noise_hides_all_of_a_dance_or_nothing() -> None:
    assert alpha_bar(torch.tensor(0.0)) == pytest.approx(1)
    assert alpha_bar(torch.tensor(1.0)) < 1e-3
    levels = [float(alpha_bar(torch.tensor(noise / 10))) for noise in range(11)]
    assert all(before > after for before, after in pairwise(levels))


def test_one_who_knows_the_dance_draws_it_out_of_noise() -> None:
    frames, pure = torch.randn(2, 5, 3), torch.randn(2, 5, 3)
    assert torch.equal(sample(lambda _, noise: frames, pure, steps=4), frames)
    half = add_noise(frames, pure, torch.full((2,), 0.5))
    part = alpha_bar(torch.tensor(0.5))
    torch.testing.assert_close(half, part.sqrt() * frames + (1 - part).sqrt() * pure)


def test_the_body_in_torch_is_the_body() -> None:
    moved = dance(3.0)
    values = encode(moved)
    scale = Normaliser(values.mean(axis=0), values.std(axis=0) + 0.1, np.arange(101, dtype=np.float32))
    positions, speeds = ForwardKinematics(scale)(torch.from_numpy(scale.normalise(values))[None])
    joints = moved.joints()
    apart = np.linalg.norm(joints[:, 3] - joints[:, 20], axis=-1)
    torch.testing.assert_close(
        (positions[0, :, 3] - positions[0, :, 20]).norm(dim=-1), torch.from_numpy(apart), atol=1e-4, rtol=0
    )
    np.testing.assert_allclose(positions[0, :, :, 1], joints[..., 1], atol=1e-4)
    real = np.linalg.norm(np.diff(joints, axis=0), axis=-1) * 30
    np.testing.assert_allclose(speeds[0].norm(dim=-1), real, atol=2e-2)


def test_what_is_given_in_training_is_what_users_give() -> None:
    given = sample_masks(np.random.default_rng(0), 400, 64)
    begun = (given[:, :OVERLAP] == 1).all(axis=(1, 2))
    legs = (given[:, :, :2] == 1).all(axis=(1, 2)) & ~(given[:, :, 2] == 1).all(axis=1)
    assert 0.3 < begun.mean() < 0.5
    assert 0.05 < legs.mean() < 0.2
    assert (given.sum(axis=(1, 2)) == 0).mean() > 0.2
    assert expand_groups(given).shape == (400, 64, WIDTH)
    assert [expand_groups(np.eye(3)[part]).sum() for part in range(3)] == [len(group) for group in GROUPS]


def test_what_is_given_is_met_and_come_to_smoothly() -> None:
    found, values, given = np.zeros((1, 60, WIDTH)), np.zeros((60, WIDTH), np.float32), np.zeros((60, 3), np.float32)
    values[30], given[30, 1:] = 1.0, 1
    result = blend_known_values(found, values, given)[0]
    assert (result[30, GROUPS[2]] == 1).all()
    assert (result[:, GROUPS[0]] == 0).all()
    hand = result[:, GROUPS[2][0]]
    assert np.abs(np.diff(hand)).max() < 0.15
    assert (hand[:18] == 0).all()
    assert (hand[43:] == 0).all()


def test_the_loss_falls(tmp_path: Path) -> None:
    notes = [step.note for step in FAMILY.train(RECORDINGS, TrainingConfig(seed=3, folder=tmp_path)) if step.note]
    losses = [float(note.split("loss ")[1].split(",")[0]) for note in notes if note.startswith("epoch")]
    assert len(losses) == RECIPE.epochs
    assert losses[-1] < 0.7 * losses[0]


def test_a_training_that_was_cut_short_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    config = TrainingConfig(seed=3, folder=tmp_path)
    steps = FAMILY.train(RECORDINGS, config)
    for _ in range(3):
        next(steps)
    steps.close()
    assert train_family(FAMILY.train(RECORDINGS, config)) == trained_model()


def test_the_same_seed_makes_the_same_dance_and_another_another(generator: DiffusionGenerator, heard: Music) -> None:
    one, again, other = (generate(generator, heard, seed=seed) for seed in (1, 1, 2))
    assert len(one) == heard.frames
    np.testing.assert_array_equal(one.joints(), again.joints())
    assert not np.allclose(one.joints(), other.joints(), atol=0.01)


def test_a_dance_goes_on_from_window_to_window(generator: DiffusionGenerator, heard: Music) -> None:
    pieces = list(generator.generate(heard, GenerationOptions(seed=1)))
    assert len(pieces) > 2
    for before, after in pairwise(pieces):
        step = np.linalg.norm(after.root[0] - before.root[-1])
        assert step < 0.3


def test_legs_that_are_kept_stay(generator: DiffusionGenerator, heard: Music) -> None:
    before = generate(generator, heard, seed=1)
    edit = Edit(before, frozenset({BodyPart.LEGS}), end_seconds=8.0)
    after = generate(generator, heard, seed=2, edit=edit)
    legs = BodyPart.LEGS.joints
    np.testing.assert_allclose(after.root, before.root, atol=2e-3)
    np.testing.assert_allclose(after.rotations[:, legs], before.rotations[:, legs], atol=2e-3)
    assert not np.allclose(after.rotations[:, ~legs], before.rotations[:, ~legs], atol=0.05)


@pytest.mark.parametrize("mirrored", [False, True])
def test_what_lies_around_a_stretch_stays(generator: DiffusionGenerator, heard: Music, *, mirrored: bool) -> None:
    before = generate(generator, heard, seed=1)
    edit = Edit(before, start_seconds=3.0, end_seconds=5.0)
    after = generate(generator, heard, seed=2, edit=edit, mirrored=mirrored)
    np.testing.assert_allclose(after.joints()[:90], before.joints()[:90], atol=5e-3)
    np.testing.assert_allclose(after.joints()[150:], before.joints()[150:], atol=5e-3)
    assert not np.allclose(after.rotations[90:150], before.rotations[90:150], atol=0.05)


def test_a_stretch_has_time_to_come_to_what_is_after_it(
    generator: DiffusionGenerator, heard: Music, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = generate(generator, heard, seed=1)
    free = []

    def drawn_noting(count: int, values: np.ndarray, given: np.ndarray, *rest: object) -> np.ndarray:
        free.append(int((~given.any(axis=1)).sum()))
        return np.stack([values] * count)

    monkeypatch.setattr(generator, "_sample_candidates", drawn_noting)
    generate(generator, heard, seed=2, edit=Edit(before, start_seconds=3.0, end_seconds=5.0))
    assert free[-1] >= 20
    assert len(free) <= 3


def test_a_dance_passes_through_key_poses(generator: DiffusionGenerator, heard: Music) -> None:
    poses = [dance(4.0, seed=number).frames(40, 41) for number in (7, 8)]
    options = GenerationOptions(seed=1, key_poses=(KeyPose(2.0, poses[0]), KeyPose(6.5, poses[1])))
    found = Dance.concatenate(list(generator.generate(heard, options)))
    for frame, pose in zip((60, 195), poses, strict=True):
        np.testing.assert_allclose(found.rotations[frame, 1:], pose.rotations[0, 1:], atol=2e-3)
        np.testing.assert_allclose(found.root[frame, 1], pose.root[0, 1], atol=1e-3)


def test_the_network_sees_what_is_given_before_it_is_there(heard: Music) -> None:
    scale = read_model(trained_model()).scale
    wished = Constraints(GenerationOptions(key_poses=(KeyPose(5.0, dance(1.0).frames(0, 1)),)), scale)
    assert wished.needs_approach(140, 20)
    assert not wished.needs_approach(160, 50)
    assert wished.window(140, 20)[1].sum() == 2


def test_of_several_dances_the_one_on_the_beat_goes_on() -> None:
    moved = dance(4.0)
    still = Dance.concatenate([moved.frames(0, 1)] * len(moved))
    from eightcount_generator.models.motion_beats import beat_frames

    beats = beat_frames(moved.joints()).astype(float)
    assert pick_best(np.stack([encode(still), encode(moved)]), root_pose_at(moved), beats) == 1
    assert pick_best(np.stack([encode(moved)] * 2), RootPose(), beats) == 0


def test_fine_tuning_learns_a_style_and_forgets_none() -> None:
    fresh = [Recording("stomp/1", "stomp", "bob", "b1", dance(8.0, seed=9))]
    data = train_family(FAMILY.fine_tune(trained_model(), fresh, TrainingConfig(seed=1)))
    model = read_model(data)
    assert model.styles == ("sway", "swirl", "stomp")
    assert DiffusionGenerator(model).styles == model.styles
    assert model.shares.sum() == pytest.approx(1)
    assert len(model.energy_prior.levels) == 3
    assert model.energy_prior.levels[:2] == pytest.approx(read_model(trained_model()).energy_prior.levels)


def test_a_new_style_is_at_first_like_none_in_particular() -> None:
    model = read_model(trained_model())
    more = add_styles(model, ["stomp"])
    frames = torch.randn(1, 64, WIDTH)
    rest = (torch.zeros(1, 64, 3), torch.zeros(1, 64, 7))
    noise = torch.full((1,), 0.5)
    with torch.no_grad():
        none = model.network(frames, *rest, torch.tensor([2]), noise)
        torch.testing.assert_close(more.network(frames, *rest, torch.tensor([2]), noise), none)


def test_a_file_holds_the_model_in_few_bytes_and_a_damaged_one_is_refused() -> None:
    model = read_model(trained_model())
    assert model_bytes(model) == trained_model()
    weights = sum(value.numel() for value in model.network.state_dict().values())
    assert len(trained_model()) < 2 * weights + 20_000
    huge = trained_model().replace(b'"hidden\\": 32', b'"hidden\\": 99')
    foreign = trained_model().replace(b'"version\\": 2', b'"version\\": 9')
    assert trained_model() not in (huge, foreign)
    for data in (b"", trained_model()[:500], trained_model()[:-9], foreign, huge):
        with pytest.raises(InvalidInputError) as caught:
            read_model(data)
        assert caught.value.reason == "INVALID_MODEL"


def test_what_was_silent_in_training_is_no_noise_in_music() -> None:
    network = read_model(trained_model()).network
    frames, given, noise = torch.randn(1, 64, WIDTH), torch.zeros(1, 64, 3), torch.full((1,), 0.5)
    quiet, counted, beating = (torch.zeros(1, 64, 7) for _ in range(3))
    counted[..., 4:] = 1
    beating[..., 1] = 1
    with torch.no_grad():
        found = [network(frames, given, heard, torch.tensor([0]), noise) for heard in (quiet, counted, beating)]
    torch.testing.assert_close(found[0], found[1])
    assert not torch.allclose(found[0], found[2])


def test_a_fresh_network_guesses_the_mean() -> None:
    network = Denoiser(replace(SHAPE, styles=2))
    with torch.no_grad():
        guess = network(
            torch.randn(1, 64, WIDTH), torch.zeros(1, 64, 3), torch.zeros(1, 64, 7), torch.tensor([0]), torch.ones(1)
        )
    assert guess.abs().mean() < 1.5
