"""Songs of a synthetic band in several metres and tempi, and beats that a user gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_client import OwnBeats
from eightcount_client.kinds.dance import MusicCounts
from tests.benchmarks.inputs.base import Family, InputCase, expect
from tests.benchmarks.inputs.product import Product
from tests.unit.sync.bands import RATE, beat_times, play_rock, play_waltz
from tests.unit.sync.signals import wav

SECONDS = 40.0
Times = NDArray[np.float64]
Play = Callable[[Times, float], NDArray[np.float32]]


def _make(folder: Path, *, beats: Times, play: Play) -> Path:
    path = folder / "song.wav"
    path.write_bytes(wav(play(beats, SECONDS), RATE).getvalue())
    return path


def _judge(product: Product, path: Path, *, beats: Times, size: int, own: OwnBeats | None = None) -> None:
    counts = product.count_music(path, beats=own)
    phrase = 2 * size
    expect(counts.counts[0].counts_per_phrase == phrase, f"counted to {counts.counts[0].counts_per_phrase}")
    found = np.array([count.start_s for count in counts.counts])
    inner = found[(found > 3.0) & (found < beats[-1])]
    near = np.mean([np.abs(beats - time).min() < 0.07 for time in inner])
    expect(near >= 0.95, f"{near:.0%} of the beats lie on beats, at {counts.tempo_bpm} bpm")
    expect(abs(len(inner) / np.sum(beats > 3.0) - 1.0) < 0.1, f"{len(inner)} of {np.sum(beats > 3.0)} beats")
    if own is not None or not counts.guessed:
        _expect_ones(counts, beats[::size])


def _expect_ones(counts: MusicCounts, downbeats: Times) -> None:
    ones = [count.start_s for count in counts.counts if count.count == 1 and count.start_s < downbeats[-1]]
    right = np.mean([np.abs(downbeats - one).min() < 0.07 for one in ones])
    expect(right >= 0.9, f"{right:.0%} of the ones lie on downbeats")


def _case(name: str, beats: Times, play: Play, size: int, own: OwnBeats | None = None) -> InputCase:
    return InputCase(name, partial(_make, beats=beats, play=play), partial(_judge, beats=beats, size=size, own=own))


def _songs() -> Sequence[InputCase]:
    cases = [_case(f"waltz {bpm:.0f}", beat_times(bpm, SECONDS), play_waltz, 3) for bpm in (84, 96, 118, 150, 174, 186)]
    cases += [_case(f"rock {bpm:.0f}", beat_times(bpm, SECONDS), play_rock, 4) for bpm in (76, 92, 108, 120, 132, 148)]
    for slow, fast in ((92.0, 126.0), (120.0, 100.0), (104.0, 140.0)):
        first = beat_times(slow, 20.0)
        beats = np.concatenate([first[first < 19.0], beat_times(fast, SECONDS, start=19.2)])
        cases.append(_case(f"rock {slow:.0f} then {fast:.0f}", beats, play_rock, 4))
    return cases


def _given() -> Sequence[InputCase]:
    beats = beat_times(97.0, SECONDS)
    rock, waltz = partial(_case, play=play_rock, size=4), partial(_case, play=play_waltz, size=3)
    taps = tuple(round(float(time), 3) for time in beats[8:20])
    return [
        rock("tempo and first beat", beats, own=OwnBeats(bpm=97.0, first_beat_s=0.5, beats_per_bar=4)),
        rock(
            "a later beat", beats, own=OwnBeats(bpm=97.0, first_beat_s=float(beats[5]), beats_per_bar=4, first_count=2)
        ),
        waltz("tempo of a waltz", beats, own=OwnBeats(bpm=97.0, first_beat_s=0.5, beats_per_bar=3)),
        rock("taps", beats, own=OwnBeats(taps_s=taps, beats_per_bar=4)),
        rock("only the one", beats, own=OwnBeats(first_beat_s=float(beats[4]), beats_per_bar=4)),
    ]


METRE_FAMILIES = (Family("beats and counts", _songs), Family("beats given by hand", _given))
