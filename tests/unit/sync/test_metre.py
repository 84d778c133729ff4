"""Metre, counts and tempo changes, on a synthetic band; and the network that hears beats."""

import io
import pickle
import zipfile

import numpy as np
import pytest

from eightcount_sync.music.analysis import Music, analyse_music
from eightcount_sync.music.beat_paths import Search, find_beat_paths
from eightcount_sync.music.log_spectrogram import HOP_SAMPLES, WINDOW_SAMPLES, Framer, log_spectra
from eightcount_sync.music.torch_archive import read_tensors
from eightcount_sync.settings import SyncSettings
from eightcount_sync.weights import load_beat_network
from tests.unit.sync.bands import RATE, beat_times, play_rock, play_waltz
from tests.unit.sync.signals import wav

NETWORK = load_beat_network(SyncSettings().weights)


def analyse(samples: np.ndarray) -> Music:
    return analyse_music(wav(samples, RATE), NETWORK)


@pytest.mark.parametrize("bpm", [92.0, 176.0])
def test_a_waltz_is_counted_in_sixes_from_its_downbeats(bpm: float) -> None:
    beats = beat_times(bpm, 40.0)
    music = analyse(play_waltz(beats, 41.0))
    assert (music.metre, music.metre.beats_per_bar, music.metre.counts_per_phrase) == ("3/4", 3, 6)
    assert set(np.diff(music.eight_count_starts)) == {6}
    ones = np.array(music.beats_seconds)[list(music.eight_count_starts)]
    assert all(np.abs(beats[::3] - one).min() < 0.05 for one in ones[1:-1])


def test_rock_is_counted_in_eights() -> None:
    music = analyse(play_rock(beat_times(112.0, 40.0), 41.0))
    assert (music.metre, music.metre.counts_per_phrase) == ("4/4", 8)
    assert set(np.diff(music.eight_count_starts)) == {8}


def test_beats_follow_a_change_of_tempo() -> None:
    slow, fast = beat_times(92.0, 22.0), beat_times(126.0, 42.0, start=21.8)
    beats = np.concatenate([slow[slow < 21.5], fast])
    found = np.array(analyse(play_rock(beats, 43.0)).beats_seconds)
    for start, stop, interval in ((3.0, 20.0, 60.0 / 92.0), (24.0, 40.0, 60.0 / 126.0)):
        inside = found[(found > start) & (found < stop)]
        assert np.median(np.diff(inside)) == pytest.approx(interval, rel=0.02)


def test_a_path_goes_from_beat_to_beat_at_the_tempo_of_its_range() -> None:
    chances = np.full(1000, 0.01)
    chances[10::25] = 0.9
    (beats,) = find_beat_paths([Search(chances, (100.0, 140.0))])
    assert set(np.diff(beats)) == {25}
    assert beats[0] % 25 == 10


def test_a_stream_is_heard_alike_however_it_is_cut() -> None:
    samples = play_rock(beat_times(120.0, 6.0), 6.0)
    heard = [_hear(samples, size) for size in (len(samples), 3001)]
    np.testing.assert_allclose(heard[0], heard[1], atol=1e-5)


def _hear(samples: np.ndarray, size: int) -> np.ndarray:
    framer, listener, pieces = Framer(WINDOW_SAMPLES, HOP_SAMPLES), NETWORK.listen(), []
    for start in range(0, len(samples), size):
        pieces += [listener.hear(log_spectra(frames)) for frames in framer.add(samples[start : start + size])]
    return np.concatenate(pieces)


def test_an_archive_with_anything_but_tensors_is_refused(tmp_path) -> None:
    path, data = tmp_path / "weights.pt", io.BytesIO()
    pickle.dump({"weights": print}, data)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", data.getvalue())
    with pytest.raises(ValueError, match="tensors only"):
        read_tensors(path)
