"""The music features of networks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eightcount_generator.models.motion_beats import beat_frames
from eightcount_generator.models.music_features import ENERGY_CHANNEL, FEATURE_COUNT, motion_features, music_features
from eightcount_generator.service.codec import decode_music
from tests.unit.generator.stub_family import music
from tests.unit.generator.synthetic_recordings import dance


def heard(**options: float) -> np.ndarray:
    piece = decode_music(music(16.0), duration_seconds=16.0, longest_seconds=60.0)
    return music_features(piece, piece.frames, **options)


def test_beats_are_where_the_phase_begins() -> None:
    found = heard()
    assert found.shape == (480, FEATURE_COUNT)
    on_beat = np.round((0.25 + 0.5 * np.arange(20)) * 30).astype(int)
    assert (found[on_beat, 1] > 0.9).all()
    assert (found[on_beat + 7, 1] < -0.9).all()


def test_a_wish_for_energy_is_heard_as_louder_music() -> None:
    plain, wild, calm = (heard(energy_offset=value)[:, ENERGY_CHANNEL] for value in (0.0, 0.4, -0.4))
    assert (calm <= plain).all()
    assert (plain <= wild).all()
    assert wild.max() <= 1
    assert calm.mean() < plain.mean() < wild.mean()


def test_what_is_not_known_of_the_music_is_silent() -> None:
    piece = decode_music(music(16.0), duration_seconds=16.0, longest_seconds=60.0)
    unknown = replace(piece, eight_counts=np.zeros_like(piece.eight_counts), sections=np.array([0.0]))
    found = music_features(unknown, 480)
    assert (found[:, 4:6] == 0).all()
    assert (found[90:, 6] == 0).all()
    assert (heard()[:, 4:6] != 0).any()


def test_a_motion_is_heard_by_its_own_beats() -> None:
    moved = dance(10.0)
    found, beats = motion_features(moved), beat_frames(moved.joints())
    assert (found[beats[:-1], 1] > 0.8).all()
    assert 0 <= found[:, ENERGY_CHANNEL].min() < 0.2
    assert 0.8 < found[:, ENERGY_CHANNEL].max() <= 1
