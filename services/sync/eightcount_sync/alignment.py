"""Aligns two recordings by their sound, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from eightcount_sync.candidates import find_peaks
from eightcount_sync.confidence import Evidence, confidence
from eightcount_sync.phase import BAND_HERTZ
from eightcount_sync.pieces import find_pieces
from eightcount_sync.recording import RATE_HERTZ, Recording
from eightcount_sync.timeline import Alignment, Candidate, TimeLine, Verdict
from eightcount_sync.track import SHORTEST_OVERLAP_SECONDS, Track, follow

CANDIDATES = 8
LEAST_CONFIDENCE = 0.5
"""Below this the recordings are said not to share their music."""
EQUALLY_GOOD = 0.9
"""A rival with this share of the best score fits equally well."""
SAME_PLACE_SECONDS = 0.1
SILENCE = 1e-4
"""Largest sample of a recording that is called silent (-80 dB of full scale)."""


def align(
    a: Recording, b: Recording, *, search_speed: bool = False, check: Callable[[], None] = lambda: None
) -> Alignment:
    """The line t_a = offset_seconds + clock_ratio * t_b on which the recordings share their sound.

    Args:
        a: the reference.
        b: the take.
        check: called between steps; may raise to stop the work.
    """
    refusal = _unusable(a, b)
    if refusal is not None:
        return refusal
    if _identical(a, b):
        return _aligned(a, b, Track(TimeLine(0.0), np.inf, 1, a.duration_seconds, BAND_HERTZ[1]), certainty=1.0)
    tracks = _follow_all(a, b, check)
    if not tracks:
        return refuse("TOO_SHORT", "The recordings do not overlap long enough to be compared.")
    best, rival = tracks[0], max((track.score for track in tracks[1:]), default=1.0)
    certainty = confidence(Evidence(best.score, rival, best.overlap_seconds))
    alike = [track for track in tracks if track.score >= EQUALLY_GOOD * best.score]
    present = confidence(Evidence(best.score, 4.0, best.overlap_seconds))
    if present < LEAST_CONFIDENCE:
        return refuse("DIFFERENT_MUSIC", "The recordings do not share their music.", certainty=1.0 - present)
    if len(alike) > 1:
        return _ambiguous(a, b, alike, present)
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


def _follow_all(a: Recording, b: Recording, check: Callable[[], None]) -> list[Track]:
    """Every distinct place that the candidates lead to, best first."""
    found: list[Track] = []
    for peak in find_peaks(a, b, count=CANDIDATES, check=check):
        check()
        track = follow(a, b, TimeLine(peak.offset_seconds))
        if track is not None:
            found.append(track)
    distinct: list[Track] = []
    for track in sorted(found, key=lambda track: -track.score):
        offset = track.line.offset_seconds
        if all(abs(offset - other.line.offset_seconds) > SAME_PLACE_SECONDS for other in distinct):
            distinct.append(track)
    return distinct


def _ambiguous(a: Recording, b: Recording, tracks: list[Track], certainty: float) -> Alignment:
    lines = [track.line.shifted(a.start_seconds, b.start_seconds) for track in tracks]
    return Alignment(
        Verdict.AMBIGUOUS,
        "REPEATING_MUSIC",
        f"The music repeats: {len(tracks)} places fit equally well.",
        "audio",
        confidence=certainty,
        offset_seconds=lines[0].offset_seconds,
        clock_ratio=lines[0].ratio,
        candidates=tuple(
            Candidate(line.offset_seconds, 1.0, track.score / tracks[0].score)
            for line, track in zip(lines, tracks, strict=True)
        ),
        overlap_seconds=tracks[0].overlap_seconds,
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
