"""Beats against annotated songs: shared test songs, and the tempo maps of the game songs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.analysis import analyse_music
from eightcount_sync.settings import SyncSettings
from eightcount_sync.weights import load_beat_network
from tests.benchmarks.sync_material import FOLDER, SHARED
from tests.benchmarks.table import Row

TOLERANCE_SECONDS = 0.07
GAME = "usr/share/games/fretsonfire/data/songs"
GAME_SONGS = (
    ("muldjord", "internal_degeneration"),
    ("muldjord", "mutilated_mime"),
    ("sectoid", "Escape from chaosland"),
    ("sectoid", "Metal madness"),
    ("sectoid", "War of freedom"),
)
"""Author and name; the beats are those of the tempo maps."""
_SET_TEMPO = 0x51
Times = NDArray[np.float64]


@dataclass(frozen=True)
class Annotated:
    """A song and the times of its beats in seconds; the first is a downbeat."""

    name: str
    path: Path
    beats: Times


def annotated_songs() -> Iterator[Annotated]:
    """Yield every annotated song that is available."""
    for place in sorted((SHARED / "open/music_beats").glob("*/*")):
        if place.name == "beats_gt.txt":
            yield Annotated(place.parent.name, place.parent / "mix.ogg", _column(place))
        elif place.suffix == ".beats":
            yield Annotated(place.stem, place.with_suffix(".ogg"), _column(place))
    for author, name in GAME_SONGS:
        folder = FOLDER / f"fretsonfire-songs-{author}" / GAME / author / name
        if folder.is_dir():
            yield Annotated(name, folder / "song.ogg", tempo_map_beats((folder / "notes.mid").read_bytes()))


def _column(path: Path) -> Times:
    return np.loadtxt(path, ndmin=2)[:, 0]


def tempo_map_beats(data: bytes) -> Times:
    """Return the quarter notes of a MIDI file by its tempo map, up to the end of its longest track."""
    division = int.from_bytes(data[12:14])
    tempos: dict[int, float] = {}
    last = 0
    for tick, tempo in _events(data):
        last = max(last, tick)
        if tempo is not None:
            tempos[tick] = tempo / 1e6 / division
    starts = np.array(sorted(tempos))
    lengths = np.array([tempos[start] for start in starts])
    seconds = np.concatenate([[0.0], np.cumsum(np.diff(starts) * lengths[:-1])])
    ticks = np.arange(0, last + 1, division)
    piece = np.searchsorted(starts, ticks, side="right") - 1
    return np.asarray(seconds[piece] + (ticks - starts[piece]) * lengths[piece])


def _events(data: bytes) -> Iterator[tuple[int, int | None]]:
    """Yield the tick of each event of each track and, for a tempo, its microseconds per quarter note."""
    place = 14
    while place < len(data):
        end = place + 8 + int.from_bytes(data[place + 4 : place + 8])
        yield from _track_events(data[place + 8 : end])
        place = end


def _track_events(track: bytes) -> Iterator[tuple[int, int | None]]:
    place, tick, status = 0, 0, 0
    while place < len(track):
        delta, place = _number(track, place)
        tick += delta
        if track[place] >= 0x80:
            status = track[place]
            place += 1
        tempo = None
        if status >= 0xF0:
            kind = track[place] if status == 0xFF else None
            place += status == 0xFF
            length, place = _number(track, place)
            tempo = int.from_bytes(track[place : place + 3]) if kind == _SET_TEMPO else None
            place += length
        else:
            place += 1 if status & 0xF0 in (0xC0, 0xD0) else 2
        yield tick, tempo


def _number(track: bytes, place: int) -> tuple[int, int]:
    value = 0
    while True:
        byte = track[place]
        place += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place


def f_measure(found: Times, truth: Times) -> float:
    """F-measure of beats within 70 ms, each used once; the first five seconds do not count (Davies et al., 2009)."""
    found, truth = found[found >= 5.0], truth[truth >= 5.0]
    free = np.ones(len(found), bool)
    hits = 0
    for beat in truth:
        near = np.flatnonzero(free & (np.abs(found - beat) <= TOLERANCE_SECONDS))
        if len(near):
            free[near[np.argmin(np.abs(found[near] - beat))]] = False
            hits += 1
    return 2.0 * hits / max(len(found) + len(truth), 1)


def beat_rows() -> list[Row]:
    """Return the F-measure per song and its mean, with librosa's tracker for comparison."""
    rows, ours, peers, halved = [], [], [], 0
    network = load_beat_network(SyncSettings().weights)
    for song in annotated_songs():
        with song.path.open("rb") as file:
            music = analyse_music(file, network)
        truth = 60.0 / float(np.median(np.diff(song.beats)))
        ours.append(f_measure(np.array(music.beats_seconds), song.beats))
        peers.append(f_measure(_librosa_beats(song.path), song.beats))
        halved += music.tempo_bpm < 0.7 * truth
        rows.append(
            Row(
                f"beats: {song.name} ({truth:.0f} bpm)",
                f"{ours[-1]:.2f} ({music.tempo_bpm:.1f} bpm)",
                f"{peers[-1]:.2f}",
            )
        )
    if not rows:
        return []
    mean = float(np.mean(ours))
    rows.append(
        Row(f"beats: mean F-measure of {len(ours)} songs", f"{mean:.3f}, {halved} halved",
            f"{np.mean(peers):.3f} (librosa)", ">= 0.85, none halved", mean >= 0.85 and not halved)
    )  # fmt: skip
    return rows


def _librosa_beats(path: Path) -> Times:
    import librosa

    from tests.benchmarks.sync_material import load

    samples = load(path, rate=22_050, seconds=600.0)
    return np.asarray(librosa.beat.beat_track(y=samples, sr=22_050, units="time")[1])
