"""Music analysis, on synthetic music."""

import io

import numpy as np
import pytest

from eightcount_sync.music.analysis import analyse_music
from eightcount_sync.settings import SyncSettings
from eightcount_sync.weights import load_beat_network
from tests.unit.sync.signals import Samples, song, video, wav

RATE = 22_050
NETWORK = load_beat_network(SyncSettings().weights)


def clicks(times: np.ndarray, seconds: float, strengths: np.ndarray | None = None) -> Samples:
    """Short noisy strokes at given times."""
    generator = np.random.default_rng(1)
    samples = 1e-4 * generator.standard_normal(int(seconds * RATE) + RATE)
    stroke = generator.standard_normal(800) * np.exp(-np.arange(800) / 150)
    for time, strength in zip(times, strengths if strengths is not None else np.ones(len(times)), strict=True):
        start = round(time * RATE)
        samples[start : start + len(stroke)] += 0.2 * strength * stroke
    return samples[: int(seconds * RATE)].astype(np.float32)


def analyse(samples: Samples):
    return analyse_music(wav(samples, RATE), NETWORK)


@pytest.mark.parametrize("bpm", [72.0, 96.0, 120.0, 150.0, 174.0])
def test_beats_of_a_click_track_are_found(bpm):
    times = 0.5 + np.arange(0, 28.0, 60.0 / bpm)
    music = analyse(clicks(times, 29.0))
    assert music.has_beat
    # A click track has no half or double; 72 may be heard at 144.
    assert any(music.tempo_bpm == pytest.approx(bpm * factor, rel=0.01) for factor in (1.0, 2.0 if bpm < 107 else 1.0))
    errors = [np.abs(np.array(music.beats_seconds) - time).min() for time in times[2:-2]]
    assert np.percentile(errors, 95) < 0.03


def test_swung_pattern_keeps_its_beat():
    beat = 60.0 / 124.0
    strong = 0.5 + np.arange(0, 28.0, beat)
    times = np.sort(np.concatenate([strong, strong + 2 * beat / 3]))
    strengths = np.tile([1.0, 0.4], len(strong))
    music = analyse(clicks(times, 29.5, strengths))
    assert music.tempo_bpm == pytest.approx(124.0, rel=0.01)


def test_weak_eighths_do_not_double_the_tempo():
    beat = 60.0 / 95.0
    times = 0.5 + np.arange(0, 40.0, beat / 2)
    strengths = np.tile([1.0, 0.25], len(times))[: len(times)]
    music = analyse(clicks(times, 41.0, strengths))
    assert music.tempo_bpm == pytest.approx(95.0, rel=0.01)


def test_off_beats_that_grow_loud_do_not_draw_the_beat_over():
    beat = 60.0 / 130.0
    times = 0.5 + np.arange(0, 60.0, beat / 2)
    strengths = np.tile([1.0, 0.5], len(times))[: len(times)]
    middle = (times > 25.0) & (times < 45.0)
    strengths[middle] = np.tile([0.4, 1.0], len(times))[: len(times)][middle]
    music = analyse(clicks(times, 61.0, strengths))
    assert music.tempo_bpm == pytest.approx(130.0, rel=0.01)
    errors = [np.abs(times[::2] - found).min() for found in music.beats_seconds[2:-2]]
    assert np.percentile(errors, 95) < 0.03


def test_beats_are_where_the_harmony_changes_though_the_off_beats_are_louder():
    beat = 60.0 / 130.0
    times = 0.5 + np.arange(0, 60.0, beat / 2)
    samples = clicks(times, 61.0, np.tile([0.8, 1.0], len(times))[: len(times)])
    generator = np.random.default_rng(3)
    for start in times[::4]:
        pitches = 110.0 * 2.0 ** (generator.choice(24, 3, replace=False) / 12)
        sound = np.arange(int(2 * beat * RATE)) / RATE
        chord = sum(np.sin(2 * np.pi * pitch * sound) for pitch in pitches)
        begin = round(start * RATE)
        stop = min(begin + len(sound), len(samples))
        samples[begin:stop] += 0.03 * chord[: stop - begin].astype(np.float32)
    music = analyse(samples)
    assert music.tempo_bpm == pytest.approx(130.0, rel=0.01)
    errors = [np.abs(times[::2] - found).min() for found in music.beats_seconds[2:-2]]
    assert np.percentile(errors, 95) < 0.03


def test_downbeats_follow_the_bass():
    beat = 0.5
    times = 1.0 + np.arange(64) * beat
    samples = clicks(times, 34.0)
    bass = np.sin(2 * np.pi * 55.0 * np.arange(int(0.3 * RATE)) / RATE) * np.exp(-np.arange(int(0.3 * RATE)) / 3000)
    for bar in times[::4]:
        start = round(bar * RATE)
        samples[start : start + len(bass)] += 0.7 * bass.astype(np.float32)
    music = analyse(samples)
    first = [time for time, place in zip(music.beats_seconds, music.beat_in_bar, strict=True) if place == 1]
    assert first
    assert all(np.abs(times[::4] - time).min() < 0.05 for time in first[1:-1])


def test_sections_begin_where_the_sound_changes():
    calm = 0.2 * song(1, 30, rate=RATE)
    hiss = 0.2 * np.random.default_rng(1).standard_normal(30 * RATE).astype(np.float32)
    starts = analyse(np.concatenate([calm, hiss])).section_starts_seconds
    assert starts[0] == 0.0
    assert any(start == pytest.approx(30.0, abs=1.0) for start in starts)


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.zeros(10 * RATE, np.float32), "SILENT_AUDIO"),
        (0.1 * np.random.default_rng(3).standard_normal(20 * RATE).astype(np.float32), "NO_STEADY_BEAT"),
    ],
)
def test_silence_and_noise_have_no_beat(samples, reason):
    music = analyse(samples)
    assert (music.has_beat, music.reason) == (False, reason)
    assert not music.beats_seconds


def test_beats_are_on_the_time_axis_of_the_video():
    times = 0.5 + np.arange(0, 12.0, 0.5)
    samples = np.repeat(clicks(times, 13.0), 2)
    file: io.BytesIO = video(samples, rate=2 * RATE, seconds=16.0, delay=2.0)
    music = analyse_music(file, NETWORK)
    errors = [np.abs(np.array(music.beats_seconds) - 2.0 - time).min() for time in times[2:-2]]
    assert max(errors) < 0.03
