"""Songs to dance to, as analysed by the sync service, and their annotated beats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.music import Music
from eightcount_sync.music.analysis import Music as Heard
from eightcount_sync.music.analysis import analyse_music
from eightcount_sync.music.onsets import ONSET_RATE_HERTZ
from eightcount_sync.settings import SyncSettings
from eightcount_sync.weights import load_beat_network


@dataclass(frozen=True, slots=True)
class Song:
    """A stretch of a song.

    Attributes:
        name: name of the song.
        music: the analysis, which is the input of the generators.
        beats: seconds of the annotated beats, from the start of the stretch.
    """

    name: str
    music: Music
    beats: NDArray[np.float64]


def songs(media: Path, *, seconds: float) -> Iterator[Song]:
    """Yield consecutive stretches of every annotated song, from 10 s on: beginnings are often quiet."""
    for place in sorted((media / "open" / "music_beats").glob("*/*")):
        if place.name == "beats_gt.txt":
            yield from _stretches(place.parent.name, place.parent / "mix.ogg", place, seconds)
        elif place.suffix == ".beats":
            yield from _stretches(place.stem, place.with_suffix(".ogg"), place, seconds)


def whole_song(media: Path) -> Music:
    """Return the longest of the songs."""
    return max(
        (_analyse(path) for path in (media / "open" / "music_beats").glob("*/*.ogg")), key=lambda one: one.seconds
    )


def repeat(music: Music, *, seconds: float) -> Music:
    """Repeat the music until it has that length; the rest of its last beat is cut off at the joints."""
    length = music.beats[-1] + (music.beats[-1] - music.beats[-2])
    times = int(np.ceil(seconds / length))
    shifts = np.arange(times) * length
    samples = round(length * music.onset_rate_hertz)
    onsets = np.resize(music.onsets, samples)
    return _clip(
        replace(
            music,
            seconds=times * length,
            beats=np.concatenate([music.beats + shift for shift in shifts]),
            downbeats=np.tile(music.downbeats, times),
            eight_counts=np.tile(music.eight_counts, times),
            onsets=np.tile(onsets, times),
            sections=np.concatenate([music.sections + shift for shift in shifts]),
        ),
        0.0,
        seconds,
    )


def _stretches(name: str, path: Path, annotation: Path, seconds: float) -> Iterator[Song]:
    music, written = _analyse(path), np.loadtxt(annotation, ndmin=2)[:, 0]
    for number, start in enumerate(np.arange(10.0, music.seconds - seconds, seconds)):
        beats = written[(written >= start) & (written < start + seconds)] - start
        if len(beats) > 8:
            yield Song(f"{name} {number + 1}", _clip(music, float(start), seconds), beats)


def _analyse(path: Path) -> Music:
    with path.open("rb") as file:
        heard: Heard = analyse_music(file, load_beat_network(SyncSettings().weights))
    beats = np.array(heard.beats_seconds)
    in_bar = np.array(heard.beat_in_bar) if heard.beat_in_bar else np.zeros(len(beats), int)
    counts = np.isin(np.arange(len(beats)), heard.eight_count_starts)
    seconds = max(len(heard.onset_envelope) / ONSET_RATE_HERTZ, beats[-1] + 0.1)
    return Music(
        seconds, beats, in_bar == 1, counts, np.asarray(heard.onset_envelope, np.float64), ONSET_RATE_HERTZ,
        np.array(heard.section_starts_seconds),
    )  # fmt: skip


def _clip(music: Music, start: float, seconds: float) -> Music:
    kept = (music.beats >= start) & (music.beats < start + seconds)
    samples = slice(round(start * music.onset_rate_hertz), round((start + seconds) * music.onset_rate_hertz))
    sections = music.sections[(music.sections > start) & (music.sections < start + seconds)] - start
    return replace(
        music, seconds=seconds, beats=music.beats[kept] - start, downbeats=music.downbeats[kept],
        eight_counts=music.eight_counts[kept], onsets=music.onsets[samples],
        sections=np.concatenate([[0.0], sections]),
    )  # fmt: skip
