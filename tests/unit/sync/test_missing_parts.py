"""Takes of a song whose reference lacks a part of it: a passage that only repeats the accompaniment is not its place.

The songs are sequenced: drums, bass and chords come back to the sample, under a lead that never does. Whatever the take
and the reference lack of each other, no time of the take is placed wrongly with much confidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from eightcount_sync.alignment import Alignment, Verdict
from eightcount_sync.audio.audio_alignment import align_audio
from eightcount_sync.audio.samples import samples_from_array
from tests.benchmarks.sequenced_songs import SongPlan, sequence_song
from tests.unit.sync.signals import Samples, noisy

RATE = 8000
CONFIDENT = 0.9
CLOSE_SECONDS = 0.05
EDGE_SECONDS = 1.0
"""Where a part begins is known to about this."""
PLANS = {"loop": SongPlan(120.0, True, "A" * 8), "verses": SongPlan(112.0, True, "ABABABAB")}
Parts = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Stretches of the song, from and to in seconds, that the reference and the take consist of."""

    reference: Parts
    take: Parts


CUTS = {
    "another verse": Cut(((0.0, 24.0),), ((32.0, 42.0),)),
    "before the reference begins": Cut(((16.0, 48.0),), ((2.0, 14.0),)),
    "after the reference ends": Cut(((0.0, 32.0),), ((32.0, 37.0), (45.0, 50.0))),
    "where the reference was cut": Cut(((0.0, 16.0), (32.0, 48.0)), ((18.0, 28.0),)),
    "begins too early": Cut(((16.0, 48.0),), ((8.0, 24.0),)),
    "goes on too long": Cut(((0.0, 32.0),), ((24.0, 40.0),)),
    "goes on over a cut": Cut(((0.0, 24.0), (40.0, 52.0)), ((16.0, 32.0),)),
    "a missing part in the middle": Cut(((0.0, 32.0),), ((4.0, 10.0), (36.0, 42.0), (20.0, 26.0))),
    "a missing part first": Cut(((0.0, 32.0),), ((36.0, 44.0), (10.0, 18.0))),
    "a missing part last": Cut(((0.0, 32.0),), ((10.0, 18.0), (36.0, 44.0))),
}


@cache
def sequenced(plan: str, *, lead: bool = True) -> Samples:
    chosen = PLANS[plan]
    return sequence_song(SongPlan(chosen.bpm, lead, chosen.form), rate=RATE, seconds=60.0, seed=5)


def join(song: Samples, parts: Parts) -> Samples:
    return np.concatenate([song[round(start * RATE) : round(end * RATE)] for start, end in parts])


def align(a: Samples, b: Samples) -> Alignment:
    with samples_from_array(a) as first, samples_from_array(b) as second:
        return align_audio(first, second)


def place(parts: Parts, seconds: np.ndarray) -> np.ndarray:
    """Return the song's times for times of something that consists of its parts."""
    found, at = np.full(len(seconds), np.nan), 0.0
    for start, end in parts:
        inside = (seconds >= at) & (seconds < at + end - start)
        found[inside] = seconds[inside] - at + start
        at += end - start
    return found


def seconds_misplaced(answer: Alignment, cut: Cut) -> float:
    """Return how much of the take is mapped to where the reference has another time of the song."""
    if answer.verdict is not Verdict.ALIGNED:
        return 0.0
    times = np.arange(0.05, sum(end - start for start, end in cut.take), 0.1)
    mapped = np.full(len(times), np.nan)
    for one in answer.segments:
        inside = (times >= one.b_start_seconds) & (times < one.b_end_seconds)
        mapped[inside] = one.line.to_a_seconds(times[inside])
    if not answer.segments:
        mapped = answer.offset_seconds + answer.clock_ratio * times
    heard = place(cut.reference, mapped)
    return 0.1 * float(np.sum(np.isfinite(heard) & (np.abs(heard - place(cut.take, times)) > CLOSE_SECONDS)))


@pytest.mark.parametrize(("plan", "snr_db"), [("loop", 5.0), ("verses", 30.0)])
@pytest.mark.parametrize("cut", CUTS)
def test_what_the_reference_lacks_is_not_placed_with_confidence(cut, plan, snr_db):
    song = sequenced(plan)
    answer = align(join(song, CUTS[cut].reference), noisy(join(song, CUTS[cut].take), 3, snr_db))
    assert answer.confidence <= CONFIDENT or seconds_misplaced(answer, CUTS[cut]) <= EDGE_SECONDS


@pytest.mark.parametrize("lacking", ["reference", "take"])
@pytest.mark.parametrize("plan", PLANS)
def test_an_accompaniment_that_repeats_does_not_place_a_take(plan, lacking):
    sung, instrumental = sequenced(plan), sequenced(plan, lead=False)
    reference, take = (instrumental, sung) if lacking == "reference" else (sung, instrumental)
    cut = Cut(((0.0, 40.0),), ((12.0, 24.0),))
    answer = align(join(reference, cut.reference), noisy(join(take, cut.take), 3, 20.0))
    assert answer.confidence <= CONFIDENT or seconds_misplaced(answer, cut) <= EDGE_SECONDS


@pytest.mark.parametrize(("plan", "snr_db"), [("loop", 30.0), ("verses", 5.0), ("verses", -5.0)])
def test_the_lead_tells_one_repetition_from_another(plan, snr_db):
    cut = Cut(((0.0, 40.0),), ((12.0, 24.0),))
    song = sequenced(plan)
    answer = align(join(song, cut.reference), noisy(join(song, cut.take), 3, snr_db))
    assert answer.verdict is Verdict.ALIGNED
    assert seconds_misplaced(answer, cut) == 0.0
