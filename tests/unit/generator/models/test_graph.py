"""Dances joined from recordings: what they promise, on recordings that nobody danced."""

from dataclasses import replace

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.evaluation.physics.smoothness import frozen_seconds
from eightcount_generator.models.base import GenerationOptions, KeyPose
from eightcount_generator.models.beat_grid import build_beat_grid
from eightcount_generator.models.graph.generator import GraphGenerator
from eightcount_generator.models.graph.model import graph_bytes, read_graph
from eightcount_generator.models.graph.motion_graph import MotionGraph, build_motion_graph
from eightcount_generator.models.motion_beats import beat_frames, body_speed
from eightcount_generator.models.trimming import trim_idle_ends
from eightcount_generator.music import Music
from eightcount_generator.sources.recording import Recording
from tests.unit.generator.synthetic_dances import standing, turn_joint

SWING_SECONDS = 0.5


def swinging(
    name: str, *, seconds: float = 20.0, degrees: float = 50.0, seed: int = 0, style: str = "swing"
) -> Recording:
    """Arms, hips and head that swing to and fro and rest for a moment every `SWING_SECONDS`."""
    random = np.random.default_rng(seed)
    times = np.arange(round(seconds * 30)) / 30
    swing = np.cos(np.pi * times / SWING_SECONDS)[:, None] * degrees
    dance = standing(len(times))
    for joint in ("left_shoulder", "right_shoulder", "spine2", "left_hip", "head"):
        axis = random.normal(size=3)
        dance = turn_joint(dance, joint, swing * axis / np.linalg.norm(axis) * random.uniform(0.3, 1.0))
    return Recording(name, style, "nobody", name, dance)


def music(*, bpm: float = 118.0, seconds: float = 20.0, first: float = 0.4) -> Music:
    beats = np.arange(first, seconds, 60 / bpm)
    count = np.arange(len(beats))
    onsets = 1 + np.sin(np.arange(round(seconds * 50)) / 100)
    return Music(seconds, beats, count % 4 == 0, count % 8 == 0, onsets, 50.0, np.array([0.0, seconds / 2]))


@pytest.fixture(scope="module")
def library() -> MotionGraph:
    names = ("a", "b", "c", "d")
    lively = [swinging(name, seed=seed) for seed, name in enumerate(names)]
    calm = [swinging(f"{name}-calm", seed=seed, degrees=15, style="calm") for seed, name in enumerate(names)]
    return build_motion_graph([*lively, *calm])


@pytest.fixture(scope="module")
def generator(library: MotionGraph) -> GraphGenerator:
    return GraphGenerator(library)


def generate(generator: GraphGenerator, music: Music, options: GenerationOptions = GenerationOptions()) -> Dance:  # noqa: B008 - a frozen value
    return Dance.concatenate(list(generator.generate(music, options)))


def test_motion_beats_are_the_moments_of_rest():
    beats = beat_frames(swinging("a").dance.joints())
    rests = np.arange(1, 40) * SWING_SECONDS * 30
    assert np.abs(beats[:, None] - rests).min(axis=1).max() <= 1
    assert len(beats) >= 37


def test_a_dance_is_as_long_as_its_music(generator):
    for seconds, first in ((20.0, 0.4), (7.77, 0.0), (4.0, 1.9)):
        assert len(generate(generator, music(seconds=seconds, first=first))) == round(seconds * 30)


@pytest.mark.parametrize("bpm", [72, 95, 118, 140, 175, 200])
def test_the_body_rests_on_the_beats_whatever_the_tempo(generator, bpm):
    piece = music(bpm=bpm)
    found = beat_frames(generate(generator, piece).joints()) / 30
    apart = np.abs(piece.beats[2:-2, None] - found).min(axis=1)
    every = 2 if bpm > 176 else 1  # too fast to step on every beat
    assert np.mean(apart[::every] < 0.05) > 0.9 or np.mean(apart[1::every] < 0.05) > 0.9


def test_the_same_seed_gives_the_same_dance_and_another_another(generator):
    one, again, other = (generate(generator, music(), GenerationOptions(seed=seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.rotations, again.rotations)
    np.testing.assert_array_equal(one.root, again.root)
    assert np.abs(one.joints() - other.joints()).mean() > 0.01


def test_a_style_that_is_requested_is_the_only_one(generator):
    assert generator.styles == ("calm", "swing")
    for style in generator.styles:
        pieces = list(generator.generate_attributed(music(), GenerationOptions(style=style)))
        assert all(piece.recording.endswith("-calm") == (style == "calm") for piece in pieces)


def test_an_unknown_style_and_key_poses_are_refused_before_anything_is_made(generator):
    with pytest.raises(InvalidInputError) as caught:
        next(iter(generator.generate(music(), GenerationOptions(style="waltz"))))
    assert caught.value.reason == "UNKNOWN_STYLE"
    with pytest.raises(InvalidInputError) as caught:
        next(iter(generator.generate(music(), GenerationOptions(key_poses=(KeyPose(1.0, standing(1)),)))))
    assert caught.value.reason == "NO_KEY_POSES"


def test_a_dance_goes_on_where_a_recording_waits():
    waiting = [
        replace(one, dance=Dance.concatenate([one.dance.frames(0, 240), calm.dance, one.dance.frames(240, 600)]))
        for seed, name in enumerate("abcd")
        for one, calm in [(swinging(name, seed=seed), swinging(name, seed=seed, seconds=6.0, degrees=1.0))]
    ]  # fmt: skip
    generator = GraphGenerator(build_motion_graph(waiting))
    assert min(frozen_seconds(one.dance.joints()) for one in waiting) > 5
    for seed in range(3):
        assert frozen_seconds(generate(generator, music(seconds=40.0), GenerationOptions(seed=seed)).joints()) < 3


def _speed(graph: MotionGraph, options: GenerationOptions) -> float:
    return float(body_speed(generate(GraphGenerator(graph), music(), options).joints()).mean())


def test_more_energy_moves_more():
    lively = build_motion_graph([swinging(f"{degrees}", seed=1, degrees=degrees) for degrees in (12, 18, 30, 45, 60)])
    calm, wild = (
        np.mean([_speed(lively, GenerationOptions(seed=seed, energy=energy)) for seed in range(3)])
        for energy in (-1.0, 1.0)
    )
    assert wild > 1.2 * calm


def test_a_mirrored_dance_is_the_mirror_image(generator):
    one, other = generate(generator, music()), generate(generator, music(), GenerationOptions(mirrored=True))
    np.testing.assert_allclose(other.joints(), one.mirror().joints(), atol=1e-5)


def test_no_frame_jumps_where_recordings_meet(generator):
    joints = generate(generator, music(seconds=60.0), GenerationOptions(seed=5)).joints()
    within = max(np.linalg.norm(np.diff(swinging(name, seed=seed).dance.joints(), axis=0), axis=-1).max()
                 for seed, name in enumerate("abcd"))  # fmt: skip
    assert np.linalg.norm(np.diff(joints, axis=0), axis=-1).max() < 2.5 * within


def test_every_piece_tells_where_it_was_taken_from(generator, library):
    pieces = list(generator.generate_attributed(music(seconds=60.0), GenerationOptions()))
    assert sum(len(piece.dance) for piece in pieces) == 1800
    assert all(piece.recording_frame >= 0 for piece in pieces)
    assert {piece.recording for piece in pieces} <= set(library.names)
    assert len({piece.recording for piece in pieces}) > 1


def test_waiting_at_the_ends_of_a_recording_is_cut_off():
    recording = swinging("a", seconds=10.0)
    waiting = Dance.concatenate([recording.dance.frames(0, 1)] * 90 + [recording.dance])
    assert abs(len(trim_idle_ends(waiting)) - len(recording.dance)) < 8
    assert len(trim_idle_ends(standing(100))) == 0


def test_too_little_motion_is_an_error():
    for recordings in ([], [replace(swinging("a"), dance=standing(300))], [swinging("a", seconds=4.0)]):
        with pytest.raises(InvalidInputError) as caught:
            build_motion_graph(recordings)
        assert caught.value.reason == "TOO_LITTLE_MOTION"


def test_a_library_comes_back_from_its_file(library):
    again = read_graph(graph_bytes(library))
    assert (again.names, again.styles) == (library.names, library.styles)
    np.testing.assert_array_equal(again.jumps, library.jumps)
    assert np.abs(again.quaternions - library.quaternions).max() < 2e-5
    one, other = (generate(GraphGenerator(one), music(), GenerationOptions(seed=2)) for one in (library, again))
    np.testing.assert_allclose(one.joints(), other.joints(), atol=1e-3)


def test_a_file_that_is_no_library_is_refused(library):
    data = graph_bytes(library)
    broken = graph_bytes(replace(library, frame=library.frame + 10**6))
    for case in (b"", data[:-1], data[: len(data) // 2], b"\xff" * 500, broken):
        with pytest.raises(InvalidInputError) as caught:
            read_graph(case)
        assert caught.value.reason == "INVALID_MODEL"


def test_the_grid_covers_the_music_and_keeps_its_eight_counts():
    for bpm, seconds, first in ((118, 20.0, 0.4), (118, 20.0, 9.0), (60, 12.0, 0.2), (220, 9.0, 0.1)):
        piece = music(bpm=bpm, seconds=seconds, first=first)
        grid = build_beat_grid(piece)
        assert grid.seconds[0] <= 0
        assert grid.seconds[-1] >= seconds
        assert (np.diff(grid.seconds) > 0.25).all()
        assert (np.diff(grid.seconds) < 0.9).all()
        on_grid = np.abs(piece.beats[piece.eight_counts, None] - grid.seconds[grid.begins]).min(axis=1)
        assert on_grid.max() < 1e-9
