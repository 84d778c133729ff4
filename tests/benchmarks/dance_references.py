"""References for generated dances: stretches of recordings combined with the same songs, and the held-out takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.post_processing.post_processor import post_process
from eightcount_generator.evaluation.distribution.features import WINDOW_FRAMES, DanceFeatures, extract_features
from eightcount_generator.models.trimming import trim_idle_ends
from eightcount_generator.sources.recording import Recording
from eightcount_generator.sources.split import Split
from tests.benchmarks.dance_music import Song

SECONDS = 30.0
_LEAST_SECONDS = 10.0
"""The rest at the end of a recording is a stretch, too, if it is this long."""
_ORDER_SEED = 11


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a known recording, and the song that it is combined with, which is not its own music.

    Attributes:
        raw: as captured.
        finished: the same frames after post-processing.
        style: style of the recording.
        song: song of the generated dance beside it: in the same style, and cut to the same length.
        seed: seed of that dance.
    """

    raw: Dance
    finished: Dance
    style: str
    song: Song
    seed: int


@dataclass(frozen=True, slots=True)
class References:
    """Stretches of the known recordings, and features of the held-out ones, post-processed as dances are."""

    stretches: list[Stretch]
    truth: DanceFeatures


def build_references(split: Split, songs: list[Song], *, most: int | None = None) -> References:
    """Return all stretches, or `most` of them, in an order that does not follow styles; songs are assigned in turn."""
    cut = [part for one in split.known for part in _cut_stretches(one)]
    order = np.random.default_rng(_ORDER_SEED).permutation(len(cut))[:most]
    stretches = []
    for seed, place in enumerate(order):
        raw, clean, style = cut[place]
        stretches.append(Stretch(raw, clean, style, songs[seed % len(songs)], seed))
    held_out = [post_process(trim_idle_ends(one.dance)) for one in split.held_out]
    return References(
        stretches, extract_features([dance.joints() for dance in held_out if len(dance) >= WINDOW_FRAMES])
    )


def _cut_stretches(recording: Recording) -> Iterator[tuple[Dance, Dance, str]]:
    """Yield consecutive stretches; post-processed in one piece, so that cuts leave no trace."""
    raw = trim_idle_ends(recording.dance)
    if len(raw) < _LEAST_SECONDS * FRAME_RATE_HERTZ:
        return
    clean = post_process(raw)
    whole = round(SECONDS * FRAME_RATE_HERTZ)
    for start in range(0, len(raw), whole):
        stop = min(start + whole, len(raw))
        if stop - start >= _LEAST_SECONDS * FRAME_RATE_HERTZ:
            yield raw.frames(start, stop), clean.frames(start, stop), recording.style
