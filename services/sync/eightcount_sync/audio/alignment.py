"""Aligns two recordings by their sound, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from eightcount_sync.audio.confidence import confidence
from eightcount_sync.audio.piecewise_map import explain_the_same, find_pieces
from eightcount_sync.audio.hypotheses import believable, comparable, evidence_of, find_places, share_of
from eightcount_sync.audio.samples import RATE_HERTZ, Recording, resampled
from eightcount_sync.audio.speed_search import SpeedCandidate, find_speeds, follow_speed
from eightcount_sync.audio.time_stretch import OnsetPlace, fine_onsets, follow_onsets
from eightcount_sync.alignment import Alignment, Candidate, Segment, TimeLine, Verdict
from eightcount_sync.audio.line_refinement import SHORTEST_OVERLAP_SECONDS, Track

LEAST_AGREEMENT, LEAST_AGREEMENT_AT_SPEED = 6.0, 8.0
"""Of 5,000 pairs of different songs two reached more than 5 and none 6. At other speeds many more places are tried."""
LEAST_CONFIDENCE = 0.5
"""Below it the recordings are said not to share their music."""
MIDDLE_CORRELATION, SPREAD_CORRELATION = 0.25, 0.03
"""Of the onsets of takes whose pitch was kept: where the confidence is a half, and how fast it rises."""
CROWD_OF_ONSETS, CROWD_CORRELATION = 6, 0.55
"""When more places fit equally well, the correlation must be higher: songs of one tempo share their beats."""
MOST_CLOCK_DEVIATION = 1.5e-3
"""A ratio nearer to 1 is put down to the clocks, one further off to the music's speed."""
NEARLY_EQUAL = 0.02
"""When the likeliest speed is so near to 1, clocks that disagree are looked for first."""
EQUALLY_GOOD = 0.85
"""A rival with this share of the best place's coherence fits equally well."""
LONGEST_AT_SPEEDS_SECONDS = 3600.0
"""Recordings that are longer together are not compared at other speeds: it would take minutes."""
TOO_LONG = "The recordings do not share their music at equal speed, and are too long together to try other speeds."
REPEATS = "The music repeats: {} places fit equally well."
OTHER_SPEED = "The recordings share their music, played at different speeds."
CROWD, CROWD_SHARE, CROWD_COHERENCE = 3, 0.6, 0.1
"""So many others with this share of the best place's coherence, when that is low, are no repetition of one song."""
SILENCE = 1e-4
"""Largest sample of a recording that is called silent (-80 dB of full scale)."""


def align(
    a: Recording, b: Recording, *, search_speed: bool = False, check: Callable[[], None] = lambda: None
) -> Alignment:
    """The line t_a = offset_seconds + speed_ratio * clock_ratio * t_b on which the recordings share their sound.

    Args:
        a: the reference.
        b: the take.
        search_speed: look for takes of the music at another speed too, when none is found at the same and both
            together last no more than an hour.
        check: called between steps; may raise to stop the work.
    """
    refusal = _unusable(a, b)
    if refusal is not None:
        return refusal
    if _identical(a, b):
        return _same(a, b)
    if search_speed:
        return _at_any_speed(a, b, check)
    return judge(a, b, find_places(a, b, check=check), check=check)


def _at_any_speed(a: Recording, b: Recording, check: Callable[[], None]) -> Alignment:
    """The answer at equal speed where one is easily found, else at the likeliest speed, which may be equal too."""
    quick = judge(a, b, find_places(a, b, thorough=False, check=check), check=check)
    if quick.verdict is Verdict.ALIGNED:
        return quick
    if a.duration_seconds + b.duration_seconds > LONGEST_AT_SPEEDS_SECONDS:
        answer = judge(a, b, find_places(a, b, check=check), check=check)
        return replace(answer, message=TOO_LONG) if answer.verdict is Verdict.NO_MATCH else answer
    candidates = find_speeds(a, b, check=check)
    thorough: Alignment | None = None
    if quick.verdict is Verdict.AMBIGUOUS or abs(candidates[0].line.ratio - 1.0) < NEARLY_EQUAL:
        thorough = judge(a, b, find_places(a, b, check=check), check=check)
        if thorough.verdict is not Verdict.NO_MATCH:
            return thorough
    elsewhere = _at_another_speed(a, b, candidates, check)
    return elsewhere or thorough or judge(a, b, find_places(a, b, check=check), check=check)


def judge(
    a: Recording,
    b: Recording,
    places: list[Track],
    *,
    least: float = LEAST_AGREEMENT,
    check: Callable[[], None] = lambda: None,
) -> Alignment:
    """The answer that the places, best first, support; `least` is the agreement that the best one must have."""
    if not places:
        return refuse("TOO_SHORT", "The recordings do not overlap long enough to be compared.")
    best, evidence = places[0], evidence_of(places)
    present = confidence(replace(evidence, rival=0.0))
    if best.agreement < least or present < LEAST_CONFIDENCE:
        return refuse("DIFFERENT_MUSIC", "The recordings do not share their music.", certainty=1.0 - min(present, 0.5))
    others = [place for place in places[1:] if believable(place)]
    shares = {place: share_of(place, best) for place in others if comparable(place, best)}
    if best.coherence < CROWD_COHERENCE and sum(share >= CROWD_SHARE for share in shares.values()) >= CROWD:
        return refuse("DIFFERENT_MUSIC", "The recordings share no more than their beat.", certainty=0.5)
    rivals = [p for p, share in shares.items() if share >= EQUALLY_GOOD and explain_the_same(a, b, best, p)]
    check()
    if rivals:
        return _ambiguous(a, b, [best, *rivals])
    return _aligned(a, b, best, others, certainty=confidence(evidence))


def _at_another_speed(
    a: Recording, b: Recording, candidates: list[SpeedCandidate], check: Callable[[], None]
) -> Alignment | None:
    """The answer for a take of the music at one of these speeds; None where none fits."""
    onsets = cache(fine_onsets)
    for candidate in candidates:
        check()
        if candidate.pitch_moves:
            ratio = follow_speed(a, b, candidate, check=check)
            if ratio is not None:
                faster = resampled(b, ratio, check=check)
                places = find_places(a, faster, check=check)
                answer = judge(a, faster, places, least=LEAST_AGREEMENT_AT_SPEED, check=check)
                if answer.verdict is not Verdict.NO_MATCH:
                    return _at_speed(answer, ratio)
        else:
            found = follow_onsets(a, b, candidate.line, ours=onsets(a), theirs=onsets(b))
            least = MIDDLE_CORRELATION if len(found) <= CROWD_OF_ONSETS else CROWD_CORRELATION
            if found and found[0].correlation >= least:
                return _stretched(a, b, found)
    return None


def _at_speed(answer: Alignment, ratio: float) -> Alignment:
    """The answer for a take from that for the take played `ratio` times as fast."""
    whole = ratio * answer.clock_ratio * answer.speed_ratio
    same_speed = abs(whole - 1.0) < MOST_CLOCK_DEVIATION
    return replace(
        answer,
        clock_ratio=whole if same_speed else 1.0,
        speed_ratio=1.0 if same_speed else whole,
        segments=tuple(
            Segment(
                segment.b_start_seconds / ratio,
                segment.b_end_seconds / ratio,
                TimeLine(segment.line.offset_seconds, segment.line.ratio * ratio),
            )
            for segment in answer.segments
        ),
        candidates=tuple(
            replace(candidate, speed_ratio=candidate.speed_ratio * whole) for candidate in answer.candidates
        ),
        message=answer.message if same_speed or answer.verdict is not Verdict.ALIGNED else OTHER_SPEED,
    )


def _stretched(a: Recording, b: Recording, places: list[OnsetPlace]) -> Alignment:
    """A take whose pitch was kept; its place is known from onsets only."""
    lines = [place.line.shifted(a.start_seconds, b.start_seconds) for place in places]
    best = places[0]
    answer = Alignment(
        Verdict.ALIGNED,
        "OK",
        OTHER_SPEED,
        "audio",
        confidence=float(1.0 / (1.0 + np.exp((MIDDLE_CORRELATION - best.correlation) / SPREAD_CORRELATION))),
        offset_seconds=lines[0].offset_seconds,
        speed_ratio=lines[0].ratio,
        overlap_seconds=best.overlap_seconds,
    )
    if len(places) == 1:
        return answer
    return replace(
        answer,
        verdict=Verdict.AMBIGUOUS,
        reason="REPEATING_MUSIC",
        message=REPEATS.format(len(places)),
        candidates=tuple(
            Candidate(line.offset_seconds, line.ratio, min(place.correlation / best.correlation, 1.0))
            for line, place in zip(lines, places, strict=True)
        ),
    )


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


def _same(a: Recording, b: Recording) -> Alignment:
    """The answer for a recording and itself."""
    return Alignment(
        Verdict.ALIGNED, "OK", "The recordings are the same.", "audio", confidence=1.0,
        offset_seconds=a.start_seconds - b.start_seconds, overlap_seconds=a.duration_seconds,
    )  # fmt: skip


def _ambiguous(a: Recording, b: Recording, places: list[Track]) -> Alignment:
    lines = [place.line.shifted(a.start_seconds, b.start_seconds) for place in places]
    return Alignment(
        Verdict.AMBIGUOUS,
        "REPEATING_MUSIC",
        REPEATS.format(len(places)),
        "audio",
        confidence=confidence(evidence_of(places[:1])),
        offset_seconds=lines[0].offset_seconds,
        clock_ratio=lines[0].ratio,
        candidates=tuple(
            Candidate(line.offset_seconds, 1.0, min(share_of(place, places[0]), 1.0))
            for line, place in zip(lines, places, strict=True)
        ),
        overlap_seconds=places[0].overlap_seconds,
    )


def _aligned(a: Recording, b: Recording, best: Track, others: list[Track], *, certainty: float) -> Alignment:
    pieces = find_pieces(a, b, best, others)
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
        overlap_seconds=best.overlap_seconds,
    )
