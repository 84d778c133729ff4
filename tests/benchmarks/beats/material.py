"""Composed songs with what the sync service hears in them, cached under build/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.onsets import OnsetFeatures, onset_features
from eightcount_sync.settings import SyncSettings
from eightcount_sync.weights import load_beat_network
from tests.benchmarks.beats.composing import Song, compose_song
from tests.benchmarks.beats.groove import Style
from tests.benchmarks.beats.playing import RATE_HERTZ, Player, fetch_fonts
from tests.benchmarks.beats.styles_first import FIRST
from tests.benchmarks.beats.styles_invented import invent_style
from tests.benchmarks.beats.styles_second import SECOND

CACHE = Path("build/beats")
FITTED = (*FIRST, *SECOND)
"""Styles that the constants are fitted to."""
INVENTED = 144
"""Invented styles that the constants are fitted to, two songs each, of 36 s."""
SONGS_PER_STYLE = 15
"""Songs of each of `FITTED` that the constants are fitted to; the evaluation has the first five."""


@dataclass(frozen=True)
class Heard:
    """A song and what was heard in it."""

    song: Song
    features: OnsetFeatures


def hear_songs(songs: Iterator[tuple[Song, int]]) -> Iterator[Heard]:
    """Yield songs with their features; each comes with the number of the SoundFont that plays it."""
    players: dict[int, Player] = {}
    for song, font in songs:
        path = CACHE / f"{song.name.replace('/', '_')}.npz"
        if not path.exists():
            if font not in players:
                players[font] = Player(fetch_fonts()[font])
            _save(path, hear(players[font].play(song)))
        yield Heard(song, _load(path))


def hear(samples: NDArray[np.float32]) -> OnsetFeatures:
    """Return the features of samples at `RATE_HERTZ`."""
    return onset_features(
        [samples[start : start + RATE_HERTZ] for start in range(0, len(samples), RATE_HERTZ)],
        load_beat_network(SyncSettings().weights),
    )


def songs_to_fit() -> Iterator[tuple[Song, int]]:
    """Yield the songs that the constants are fitted to: none of the held-out styles."""
    yield from songs_of(FITTED, SONGS_PER_STYLE)
    for seed in range(INVENTED):
        style = invent_style(seed)
        for number, font in ((0, seed % 2), (2, seed % 2)):
            yield compose_song(style, number, seconds=36.0), font


def songs_of(styles: Sequence[Style], count: int) -> Iterator[tuple[Song, int]]:
    """Yield songs of styles, played by the SoundFonts in turn."""
    for style in styles:
        for number in range(count):
            yield compose_song(style, number), number % 2


def _save(path: Path, features: OnsetFeatures) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **{name: getattr(features, name) for name in OnsetFeatures.__slots__})


def _load(path: Path) -> OnsetFeatures:
    with np.load(path) as kept:
        values = {name: kept[name] for name in OnsetFeatures.__slots__}
    return OnsetFeatures(**{**values, "peak": float(values["peak"])})
