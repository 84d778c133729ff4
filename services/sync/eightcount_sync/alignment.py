"""Aligns two recordings by their sound, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from eightcount_sync.confidence import confidence
from eightcount_sync.phase import BAND_HERTZ
from eightcount_sync.pieces import find_pieces
from eightcount_sync.places import LEAST_SCORE_IF_COHERENT, Place, comparable, evidence_of, find_places
from eightcount_sync.recording import RATE_HERTZ, Recording
from eightcount_sync.speed import SpeedCandidate, find_speeds, follow_speed
from eightcount_sync.stretched import follow_onsets
from eightcount_sync.timeline import Alignment, Candidate, TimeLine, Verdict
from eightcount_sync.track import SHORTEST_OVERLAP_SECONDS, Track, chance_coherence, coherence

LEAST_SCORE = 7.0
LEAST_COHERENCE = 0.005
COHERENT = 1.5
LEAST_CONFIDENCE = 0.5
"""Below any of these the recordings are said not to share their music."""
LEAST_SCORE_AT_SPEED = 9.0
LEAST_STRETCHED_HEIGHT = 8.2
LEAST_STRETCHED_SCORE = 1.5
"""The same for takes at another speed, where many more places are tried."""
MOST_CLOCK_DEVIATION = 1.5e-3
"""A ratio nearer to 1 is put down to the clocks, one further off to the music's speed."""
NEARLY_EQUAL = 0.02
"""When the likeliest speed is so near to 1, clocks that disagree are looked for first."""
CROWD = 4
CROWD_COHERENCE = 0.1
"""So many places with no more than this coherence are no repetition of one song."""
EQUALLY_GOOD = 0.85
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
    if search_speed:
        return _at_any_speed(a, b, check)
    return judge(a, b, find_places(a, b, check=check), check=check)


def _at_any_speed(a: Recording, b: Recording, check: Callable[[], None]) -> Alignment:
    """The answer at equal speed where one is easily found, else at the likeliest speed, which may be equal too."""
    quick = judge(a, b, find_places(a, b, drifting=False, check=check), check=check)
    if quick.verdict is Verdict.ALIGNED:
        return quick
    candidates = find_speeds(a, b, check=check)
    drifted: Alignment | None = None
    if abs(candidates[0].line.ratio - 1.0) < NEARLY_EQUAL:
        drifted = judge(a, b, find_places(a, b, check=check), check=check)
        if drifted.verdict is Verdict.ALIGNED:
            return drifted
    elsewhere = _at_another_speed(a, b, candidates, check)
    return elsewhere or drifted or judge(a, b, find_places(a, b, check=check), check=check)


def judge(a: Recording, b: Recording, places: list[Place], *, check: Callable[[], None] = lambda: None) -> Alignment:
    """The answer that the places, best first, support."""
    if not places:
        return refuse("TOO_SHORT", "The recordings do not overlap long enough to be compared.")
    evidence = evidence_of(places)
    certainty = confidence(evidence)
    present = confidence(replace(evidence, rival=0.0))
    best = places[0].track
    if not _convincing(places[0]) or present < LEAST_CONFIDENCE:
        return refuse("DIFFERENT_MUSIC", "The recordings do not share their music.", certainty=1.0 - min(present, 0.5))
    if best_is_lost_in_a_crowd(places):
        return refuse("DIFFERENT_MUSIC", "The recordings share no more than their beat.", certainty=0.5)
    top = places[0]
    alike = [place for place in places if comparable(place, top) and place.coherence >= EQUALLY_GOOD * top.coherence]
    if len(alike) > 1:
        return _ambiguous(a, b, alike)
    check()
    return _aligned(a, b, best, certainty=certainty)


def _at_another_speed(
    a: Recording, b: Recording, candidates: list[SpeedCandidate], check: Callable[[], None]
) -> Alignment | None:
    """The answer for a take of the music at one of these speeds; None where none fits."""
    for candidate in candidates:
        check()
        if candidate.pitch_moves:
            track = follow_speed(a, b, candidate)
            if track is not None and track.score >= LEAST_SCORE_AT_SPEED:
                place = Place(track, coherence(a, b, track))
                certainty = confidence(evidence_of([place]))
                if place.coherence >= LEAST_COHERENCE and certainty >= LEAST_CONFIDENCE:
                    return _aligned(a, b, track, certainty=certainty)
        elif candidate.height >= LEAST_STRETCHED_HEIGHT:
            track = follow_onsets(a, b, candidate.line)
            if track is not None and track.score >= LEAST_STRETCHED_SCORE:
                return _stretched(a, b, track, candidate.height)
    return None


def _stretched(a: Recording, b: Recording, track: Track, height: float) -> Alignment:
    """A take whose pitch was kept; its place is known from onsets only."""
    line = track.line.shifted(a.start_seconds, b.start_seconds)
    return Alignment(
        Verdict.ALIGNED,
        "OK",
        "The recordings share their music, played at different speeds.",
        "audio",
        confidence=float(1.0 / (1.0 + np.exp(LEAST_STRETCHED_HEIGHT - 1.0 - height))),
        offset_seconds=line.offset_seconds,
        speed_ratio=line.ratio,
        residual_rms_seconds=0.0,
        overlap_seconds=track.overlap_seconds,
    )


def _convincing(place: Place) -> bool:
    """Whether the windows' agreement, or their coherence, is beyond what different songs ever show."""
    score, coherent = place.track.score, place.coherence / chance_coherence(place.track)
    if score >= LEAST_SCORE:
        return place.coherence >= LEAST_COHERENCE
    return score >= LEAST_SCORE_IF_COHERENT and coherent >= COHERENT


def best_is_lost_in_a_crowd(places: list[Place]) -> bool:
    """Whether many places fit a little: songs of one tempo and one sound, not one song that repeats."""
    best = places[0].coherence
    return best < CROWD_COHERENCE and sum(place.coherence >= 0.6 * best for place in places) >= CROWD


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
    same_speed = abs(line.ratio - 1.0) < MOST_CLOCK_DEVIATION
    return Alignment(
        Verdict.ALIGNED,
        "OK",
        "The recordings share their music" + ("." if same_speed else ", played at different speeds."),
        "audio",
        confidence=certainty,
        offset_seconds=line.offset_seconds,
        clock_ratio=line.ratio if same_speed else 1.0,
        speed_ratio=1.0 if same_speed else line.ratio,
        segments=pieces.segments_from(a.start_seconds, b.start_seconds),
        residual_rms_seconds=pieces.residual_rms_seconds,
        overlap_seconds=track.overlap_seconds,
    )
