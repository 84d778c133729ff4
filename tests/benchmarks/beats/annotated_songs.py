"""Annotated recordings in the form of composed songs: those of the sync benchmark, and shared cases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.beats.composing import Song
from tests.benchmarks.beats.groove import Groove, Style
from tests.benchmarks.beats.playing import RATE_HERTZ
from tests.benchmarks.sync_beats import annotated_songs
from tests.benchmarks.sync_material import load

Samples = NDArray[np.float32]
CASES = Path(os.environ.get("EIGHTCOUNT_EVAL_CASES", "../shared/data/cases"))
LEVELS = {"salsa_180": (1.0, 0.5)}
"""Rates of beats that are right, too."""
_SILENCE = Groove(8, {}, "........", "........")
_WHOLE = 1200.0


def read_annotated_songs(*, shared: bool) -> Iterator[tuple[Song, Samples]]:
    """Yield annotated songs with their samples: the shared cases or those of the sync benchmark; all in 4/4."""
    if shared:
        for path in sorted(CASES.glob("*.beats.txt")):
            name = path.name.removesuffix(".beats.txt")
            columns = np.loadtxt(path, ndmin=2)
            places = columns[:, 1].astype(int) if columns.shape[1] > 1 else None
            yield _as_song(name, columns[:, 0], places), load(path.with_name(f"{name}.opus"), rate=RATE_HERTZ)
    else:
        for song in annotated_songs():
            yield _as_song(song.name, song.beats, None), load(song.path, rate=RATE_HERTZ, seconds=_WHOLE)


def _as_song(name: str, beats: NDArray[np.float64], places: NDArray[np.int_] | None) -> Song:
    places = np.arange(len(beats)) % 4 + 1 if places is None else places
    style = Style(name, "4/4", 4, 8, (0.0,), (_SILENCE,), LEVELS.get(name, (1.0,)))
    first = int(np.flatnonzero(places == 1)[0])
    return Song(name, style, "annotated", beats, places, tuple(range(first, len(beats), 8)), (), (0, 0, 0))
