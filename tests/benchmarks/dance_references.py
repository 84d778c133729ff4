"""What dances are measured beside: stretches of recordings under the same songs, and the held-out takes."""

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
"""What is left at the end of a recording is a stretch, too, if it is this long."""
_ORDER_SEED = 11


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a known recording and the song it is put to, which nobody danced it to.

    Attributes:
        raw: as captured.
        finished: the same frames after the last step of every maker (`body.finishing`).
        style: of the recording.
        song: of the dance that is made beside it: in the same style, and cut to the same length.
        seed: of that dance.
    """

    raw: Dance
    finished: Dance
    style: str
    song: Song
    seed: int


@dataclass(frozen=True, slots=True)
class References:
    """Stretches of the known recordings, and features of the held-out ones, which were finished as dances are."""

    stretches: list[Stretch]
    truth: DanceFeatures


def build_references(split: Split, songs: list[Song], *, most: int | None = None) -> References:
    """All stretches, or so many, in an order that does not follow styles; the songs are dealt to them in turn."""
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
    """End to end; finished in one piece, so that cuts leave no trace."""
    raw = trim_idle_ends(recording.dance)
    if len(raw) < _LEAST_SECONDS * FRAME_RATE_HERTZ:
        return
    clean = post_process(raw)
    whole = round(SECONDS * FRAME_RATE_HERTZ)
    for start in range(0, len(raw), whole):
        stop = min(start + whole, len(raw))
        if stop - start >= _LEAST_SECONDS * FRAME_RATE_HERTZ:
            yield raw.frames(start, stop), clean.frames(start, stop), recording.style
