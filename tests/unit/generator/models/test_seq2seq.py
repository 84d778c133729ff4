"""DanceRevolution on our body: scheduled sampling, music features, and properties of a trained model."""

import json
import struct
from collections.abc import Generator

import numpy as np
import pytest
import torch

from eightcount_common.errors import InvalidInputError
from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import Epoch
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT
from eightcount_generator.models.base import GenerationOptions, KeyPose
from eightcount_generator.models.corpus import Corpus
from eightcount_generator.models.encoding import ROOT_VELOCITY, WIDTH, decode, encode
from eightcount_generator.models.motion_beats import body_speed
from eightcount_generator.models.music_features import FEATURE_COUNT
from eightcount_generator.models.seq2seq.decoding import Decoder
from eightcount_generator.models.seq2seq.frame_rate import double_frame_rate, halve_frame_rate
from eightcount_generator.models.seq2seq.generator import Seq2SeqGenerator
from eightcount_generator.models.seq2seq.model import Seq2SeqModel, model_bytes, read_model
from eightcount_generator.models.seq2seq.network import Seq2SeqNetwork, initial_state
from eightcount_generator.models.seq2seq.scheduled_sampling import free_running_steps, teacher_forcing_mask
from eightcount_generator.models.seq2seq.sizes import PUBLISHED
from eightcount_generator.models.seq2seq.training import TrainingContext, fine_tune_model, train_model
from eightcount_generator.music import Music
from eightcount_generator.sources.recording import Recording
from tests.unit.generator.synthetic_recordings import dance
from tests.unit.generator.tiny_networks import TINY_PLAN, TINY_SIZES

HERE = TrainingContext(seed=1, worker=TrainingWorker(torch.device("cpu")))


def music(seconds: float = 20.0, *, beats_a_minute: float = 110.0) -> Music:
    beats = np.arange(0.4, max(seconds, 2.0), 60 / beats_a_minute)
    count = np.arange(len(beats))
    onsets = 1 + np.sin(np.arange(round(seconds * 50)) / 100)
    return Music(seconds, beats, count % 4 == 0, count % 8 == 0, onsets, 50.0, np.array([0.0, seconds / 2]))


def circling(seconds: float, *, degrees: float, late_seconds: float = 0.0) -> Dance:
    """Every joint goes round and round, slowest once in a round of half a second, which is its beat."""
    phase = 4 * np.pi * (np.arange(round(seconds * 30)) / 30 - late_seconds)
    angle = phase - 0.8 * np.sin(phase)
    random = np.random.default_rng(1)
    planes = np.linalg.qr(random.normal(size=(len(BODY), 3, 2)))[0] * random.uniform(0.2, 1.0, (len(BODY), 1, 1))
    turns = np.einsum("jxk,kt->tjx", planes, degrees * np.stack([np.cos(angle), np.sin(angle)]))
    root = np.tile([0.0, STANDING_HEIGHT, 0.0], (len(phase), 1))
    return Dance(root.astype(np.float32), from_axis_angle(np.radians(turns)).astype(np.float32))


def recordings(sizes: dict[str, float]) -> list[Recording]:
    return [
        Recording(
            f"{style}/{take}", style, "", f"{style}/{take}", circling(10.0, degrees=size, late_seconds=0.1 * take)
        )
        for style, size in sizes.items()
        for take in range(3)
    ]


@pytest.fixture(scope="module")
def material() -> list[Recording]:
    return recordings({"sway": 20.0, "swing": 45.0, "": 30.0})


@pytest.fixture(scope="module")
def losses() -> list[float]:
    return []


@pytest.fixture(scope="module")
def model(material: list[Recording], losses: list[float]) -> Seq2SeqModel:
    return last(train_model(material, TINY_PLAN, HERE), losses)


def last(epochs: Generator[Epoch, None, Seq2SeqModel], losses: list[float]) -> Seq2SeqModel:
    while True:
        try:
            losses.append(next(epochs).validation_loss)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def generator(model: Seq2SeqModel) -> Seq2SeqGenerator:
    return Seq2SeqGenerator(model)


def generate(generator: Seq2SeqGenerator, heard: Music, **options: object) -> Dance:
    return Dance.concatenate(list(generator.generate(heard, GenerationOptions(**options))))


def dancer() -> Seq2SeqNetwork:
    torch.manual_seed(5)
    network = Seq2SeqNetwork(TINY_SIZES, features=FEATURE_COUNT, pose=WIDTH, styles=2).eval()
    torch.nn.init.normal_(network.heard.weight)
    return network


def test_own_stretches_grow_as_published_and_are_the_same_in_the_end_when_epochs_are_few():
    assert [free_running_steps(epoch, epochs=10_000) for epoch in (1, 99, 100, 5000, 10_000)] == [0, 0, 1, 50, 100]
    assert [free_running_steps(epoch, epochs=20) for epoch in (1, 10, 20)] == [5, 50, 100]
    assert free_running_steps(1, epochs=0) == 100


def test_ten_given_poses_and_own_ones_take_turns():
    assert teacher_forcing_mask(27, 3) == (*[True] * 10, *[False] * 3, *[True] * 10, *[False] * 3, True)
    assert all(teacher_forcing_mask(50, 0))


def test_own_poses_are_danced_on_without_a_look_at_the_true_ones():
    network = dancer()
    poses = torch.randn(2, 30, WIDTH)
    others = poses.clone()
    others[:, 10:] += 1.0
    heard, style = torch.randn(2, 30, FEATURE_COUNT), torch.tensor([0, 1])
    memory = initial_state(TINY_SIZES, 2, torch.Generator().manual_seed(1))
    told = teacher_forcing_mask(30, 100)
    torch.testing.assert_close(network(heard, style, poses, told, memory), network(heard, style, others, told, memory))
    apart = network(heard, style, poses, teacher_forcing_mask(30, 0), memory) - network(
        heard, style, others, teacher_forcing_mask(30, 0), memory
    )
    assert apart[:, 10:].abs().max() > 1e-3


def test_no_gradient_goes_through_a_pose_that_was_made():
    network = dancer()
    poses, heard = torch.randn(1, 2, WIDTH), torch.randn(1, 2, FEATURE_COUNT)
    memory = initial_state(TINY_SIZES, 1, torch.Generator().manual_seed(1))
    network(heard, torch.tensor([0]), poses, (True, False), memory)[:, 1].sum().backward()
    # the linear layer that makes poses is reached by the second one only: its bias has the gradient of one pose
    torch.testing.assert_close(network.out.bias.grad, torch.ones(WIDTH))


def test_the_encoder_hears_the_music_around_a_frame_and_none_beyond():
    network = dancer()
    heard = torch.randn(1, 61, FEATURE_COUNT)
    before = network.encode(heard, torch.tensor([0]))
    for frame in (30 - TINY_SIZES.context_frames - 1, 30 + TINY_SIZES.context_frames + 1):
        louder = heard.clone()
        louder[:, frame] += 10.0
        torch.testing.assert_close(network.encode(louder, torch.tensor([0]))[:, 30], before[:, 30])
    louder[:, 33] += 10.0
    assert (network.encode(louder, torch.tensor([0]))[:, 30] - before[:, 30]).abs().max() > 1e-3


def test_what_was_never_to_be_heard_says_nothing(material, model):
    windows = Corpus(material, window=60).sample(np.random.default_rng(1), 8)
    assert not windows.features[..., 4:].any()  # neither eight-counts nor sections
    assert not model.network.heard.weight[:, 4:].any()
    assert model.network.heard.weight[:, :4].abs().max() > 0.01


def test_music_that_is_encoded_in_pieces_is_danced_to_as_if_it_were_encoded_whole():
    network = dancer()
    heard, opening = torch.randn(1, 400, FEATURE_COUNT), torch.randn(10, WIDTH)
    performance = Decoder(network, heard[0].numpy(), style=1, opening=opening.numpy(), seed=3)
    pieces = np.concatenate([performance.decode_poses(count) for count in (1, 7, 150, 500)])
    assert len(pieces) == 400
    memory, whole = initial_state(TINY_SIZES, 1, torch.Generator().manual_seed(3)), []
    for pose in opening:
        memory = network.update_state(memory, pose[None])
    for frame in network.encode(heard, torch.tensor([1]))[0]:
        whole.append(network.next_pose(memory, frame[None]))
        memory = network.update_state(memory, whole[-1])
    np.testing.assert_allclose(pieces, torch.cat(whole).detach().numpy(), atol=1e-4)


def test_half_the_frames_are_the_same_dance():
    whole = dance(8.0, seed=2)
    frames = encode(whole)
    again, _ = decode(double_frame_rate(halve_frame_rate(frames)))
    want, _ = decode(frames)
    assert np.abs(again.joints() - want.joints()[: len(again)]).max() < 0.03
    assert np.abs(again.rotations[::2] - want.rotations[: len(again) : 2]).max() < 0.01


def test_the_way_over_the_floor_is_kept_when_frames_are_halved_and_doubled():
    frames = np.zeros((40, WIDTH), np.float32)
    frames[:, ROOT_VELOCITY] = np.random.default_rng(1).normal(size=(40, 3))
    kept = double_frame_rate(halve_frame_rate(frames))
    np.testing.assert_allclose(kept[:, ROOT_VELOCITY].sum(axis=0), frames[:38, ROOT_VELOCITY].sum(axis=0), atol=1e-4)


def test_training_brings_dances_of_its_own_closer_to_those_of_takes_it_never_saw(model, losses):
    assert model.network.sizes == TINY_SIZES
    assert losses[-1] < 0.9 * losses[0]


def test_a_dance_goes_on_without_freezing_or_running_away(generator):
    long = generate(generator, music(120.0), seed=1)
    lively = body_speed(long.joints())
    assert lively[-900:].mean() > 0.8 * lively[:900].mean() > 0.5
    assert np.abs(long.root[:, 1] - STANDING_HEIGHT).max() < 0.2


def test_faster_music_is_danced_to_faster(generator):
    slow, fast = (
        body_speed(generate(generator, music(beats_a_minute=beats), seed=1).joints()).mean() for beats in (100.0, 150.0)
    )
    assert fast > 1.15 * slow


def test_energy_that_is_requested_changes_the_dance(generator):
    calm, wild = (generate(generator, music(8.0), seed=1, energy=energy) for energy in (-1.0, 1.0))
    assert np.abs(calm.joints() - wild.joints()).max() > 0.02


def test_dances_begin_in_different_ways_with_different_seeds(generator):
    starts = [generate(generator, music(2.0), seed=seed).rotations[0] for seed in range(6)]
    apart = [np.abs(one - other).max() for number, one in enumerate(starts) for other in starts[:number]]
    assert np.median(apart) > 0.1


def test_recordings_without_a_style_are_no_style_to_wish_for(generator, model):
    assert model.styles == ("", "sway", "swing")
    assert generator.styles == ("sway", "swing")


def test_a_style_or_key_poses_that_it_cannot_meet_are_refused(generator):
    for options, reason in (
        (GenerationOptions(style="waltz"), "UNKNOWN_STYLE"),
        (GenerationOptions(key_poses=(KeyPose(1.0, dance(1.0).frames(0, 1)),)), "NO_KEY_POSES"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            list(generator.generate(music(), options))
        assert caught.value.reason == reason


def test_a_network_that_is_trained_on_keeps_its_styles_and_learns_new_ones(model):
    found: list[float] = []
    more = last(fine_tune_model(model, recordings({"twirl": 60.0, "sway": 25.0}), TINY_PLAN, HERE), found)
    assert more.styles == ("", "sway", "swing", "twirl")
    assert len(found) == TINY_PLAN.further.epochs
    wide, narrow = (
        body_speed(generate(Seq2SeqGenerator(more), music(8.0), seed=1, style=style).joints()).mean()
        for style in ("twirl", "sway")
    )
    assert wide > 1.1 * narrow


def test_a_file_dances_as_what_was_taught(model, generator):
    data = model_bytes(model)
    again = Seq2SeqGenerator(read_model(data))
    assert again.styles == generator.styles
    assert model_bytes(read_model(data)) == data
    one, other = generate(generator, music(2.0), seed=2), generate(again, music(2.0), seed=2)
    np.testing.assert_allclose(one.joints(), other.joints(), atol=0.03)  # weights of 16 bits


@pytest.mark.parametrize(
    "damage",
    ["cut", "family", "version", "huge", "negative", "unknown size", "no styles", "few styles", "not a number"],
)
def test_a_damaged_file_is_refused(model, damage):
    data = model_bytes(model)
    if damage == "cut":
        data = data[:-100]
    elif damage == "not a number":
        data = data[:-2000] + b"\xff" * 2000
    else:
        data = with_facts(data, damage)
    with pytest.raises(InvalidInputError) as caught:
        read_model(data)
    assert caught.value.reason == "INVALID_MODEL"


def with_facts(data: bytes, damage: str) -> bytes:
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    facts = json.loads(header["__metadata__"]["eightcount"])
    change = {
        "family": {"family": "graph"},
        "version": {"version": 99},
        "huge": {"sizes": facts["sizes"] | {"hidden": 10**9}},
        "negative": {"sizes": facts["sizes"] | {"layers": -1}},
        "unknown size": {"sizes": facts["sizes"] | {"depth": 1}},
        "no styles": {"styles": []},
        "few styles": {"styles": ["a", "b"]},
    }
    header["__metadata__"]["eightcount"] = json.dumps(facts | change[damage])
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data[8 + length :]


def test_the_published_sizes_can_be_had():
    with torch.device("meta"):
        network = Seq2SeqNetwork(PUBLISHED, features=FEATURE_COUNT, pose=WIDTH, styles=3)
    assert 20e6 < sum(weight.numel() for weight in network.parameters()) < 30e6
