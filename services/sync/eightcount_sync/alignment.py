"""Aligns two recordings by their sound, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from eightcount_sync.confidence import confidence
from eightcount_sync.phase import BAND_HERTZ
from eightcount_sync.pieces import find_pieces
from eightcount_sync.places import Place, evidence_of, find_places
from eightcount_sync.recording import RATE_HERTZ, Recording
from eightcount_sync.timeline import Alignment, Candidate, TimeLine, Verdict
from eightcount_sync.track import SHORTEST_OVERLAP_SECONDS, Track

LEAST_SCORE = 7.0
"""Below this the recordings are said not to share their music: of pairs of different songs none comes near."""
EQUALLY_GOOD = 0.8
"""A rival with this share of the best place's coherence fits equally well."""
SILENCE = 1e-4
"""Largest sample of a recording that is called silent (-80 dB of full scale)."""


def align(
    a: Recording, b: Recording, *, search_speed: bool = False, check: Callable[[], None] = lambda: None
) -> Alignment:
    """The line t_a = offset_seconds + speed_ratio * clock_ratio * t_b on which the recordings share their sound.

    Args:
        a: the reference.
        b: the take.
        search_speed: look for takes of the music at another speed too, when none is found at the same.
        check: called between steps; may raise to stop the work.
    """
    refusal = _unusable(a, b)
    if refusal is not None:
        return refusal
    if _identical(a, b):
        return _aligned(a, b, Track(TimeLine(0.0), np.inf, 1, a.duration_seconds, BAND_HERTZ[1]), certainty=1.0)
    return judge(a, b, find_places(a, b, check=check), check=check)


def judge(a: Recording, b: Recording, places: list[Place], *, check: Callable[[], None] = lambda: None) -> Alignment:
    """The answer that the places, best first, support."""
    if not places:
        return refuse("TOO_SHORT", "The recordings do not overlap long enough to be compared.")
    evidence = evidence_of(places)
    certainty = confidence(evidence)
    best = places[0].track
    if best.score < LEAST_SCORE:
        return refuse("DIFFERENT_MUSIC", "The recordings do not share their music.", certainty=1.0 - certainty)
    alike = [place for place in places if place.coherence >= EQUALLY_GOOD * places[0].coherence]
    if len(alike) > 1:
        return _ambiguous(a, b, alike)
    check()
    return _aligned(a, b, best, certainty=certainty)


def refuse(reason: str, message: str, *, certainty: float = 1.0) -> Alignment:
    """The answer that there is no match."""
    return Alignment(Verdict.NO_MATCH, reason, message, "audio", confidence=certainty)


def _unusable(a: Recording, b: Recording) -> Alignment | None:
    if min(a.peak, b.peak) < SILENCE:
        return refuse("SILENT_AUDIO", "One of the recordings is silent.")
    if min(a.duration_seconds, b.duration_seconds) < SHORTEST_OVERLAP_SECONDS:
        return refuse("TOO_SHORT", "One of the recordings is shorter than a second.")
    return None


def _identical(a: Recording, b: Recording) -> bool:
    """Whether the samples are the same, so that repetitions in the music leave no doubt."""
    second = RATE_HERTZ
    return a.length == b.length and all(
        np.array_equal(a.read(start, second), b.read(start, second)) for start in range(0, a.length, second)
    )


def _ambiguous(a: Recording, b: Recording, places: list[Place]) -> Alignment:
    lines = [place.track.line.shifted(a.start_seconds, b.start_seconds) for place in places]
    return Alignment(
        Verdict.AMBIGUOUS,
        "REPEATING_MUSIC",
        f"The music repeats: {len(places)} places fit equally well.",
        "audio",
        confidence=confidence(evidence_of(places[:1])),
        offset_seconds=lines[0].offset_seconds,
        clock_ratio=lines[0].ratio,
        candidates=tuple(
            Candidate(line.offset_seconds, 1.0, place.coherence / places[0].coherence)
            for line, place in zip(lines, places, strict=True)
        ),
        overlap_seconds=places[0].track.overlap_seconds,
    )


def _aligned(a: Recording, b: Recording, track: Track, *, certainty: float) -> Alignment:
    pieces = find_pieces(a, b, track.line, top_hertz=track.top_hertz)
    line = pieces.line.shifted(a.start_seconds, b.start_seconds)
    return Alignment(
        Verdict.ALIGNED,
        "OK",
        "The recordings share their music.",
        "audio",
        confidence=certainty,
        offset_seconds=line.offset_seconds,
        clock_ratio=line.ratio,
        segments=pieces.segments_from(a.start_seconds, b.start_seconds),
        residual_rms_seconds=pieces.residual_rms_seconds,
        overlap_seconds=track.overlap_seconds,
    )
