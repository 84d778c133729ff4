"""Alignment of two recordings by their sound, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from eightcount_sync.alignment import Alignment, Candidate, Method, Segment, TimeLine, Verdict
from eightcount_sync.audio.confidence import confidence
from eightcount_sync.audio.hypotheses import (
    collect_evidence,
    find_hypotheses,
    is_comparable,
    is_credible,
    relative_coherence,
)
from eightcount_sync.audio.line_refinement import MIN_OVERLAP_SECONDS, Hypothesis
from eightcount_sync.audio.piecewise_map import explain_same_windows, fit_piecewise_map
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples, change_speed
from eightcount_sync.audio.speed_search import SpeedCandidate, find_speeds, refine_speed
from eightcount_sync.audio.time_stretch import OnsetHypothesis, fine_onsets, refine_onset_line

MIN_AGREEMENT, MIN_AGREEMENT_AT_SPEED = 6.0, 8.0
"""Least agreement of the best hypothesis. Among 5,000 pairs of different songs, two exceeded 5 and none reached 6. At
other speeds many more hypotheses are tried, so more is required."""
MIN_CONFIDENCE = 0.5
"""Below this confidence the verdict is that the recordings do not share their music."""
MIDDLE_CORRELATION, SPREAD_CORRELATION = 0.25, 0.03
"""Correlation of the onsets of a time-stretched take at which the confidence is one half, and how fast it rises."""
CROWD_OF_ONSETS, CROWD_CORRELATION = 6, 0.55
"""When more offsets fit equally well, a higher correlation is required: songs of one tempo share their beats."""
MAX_CLOCK_DEVIATION = 1.5e-3
"""A ratio nearer to 1 is attributed to the device clocks, one further off to the speed of the music."""
NEARLY_EQUAL = 0.02
"""When the likeliest speed is this near to 1, clock drift is searched for first."""
EQUALLY_GOOD = 0.85
"""A rival with this share of the best coherence fits equally well."""
MAX_SPEED_SEARCH_SECONDS = 3600.0
"""Recordings whose total length exceeds this are not compared at other speeds: it would take minutes."""
TOO_LONG = "The recordings do not share their music at equal speed, and are too long together to try other speeds."
REPEATS = "The music repeats: {} places fit equally well."
OTHER_SPEED = "The recordings share their music, played at different speeds."
CROWD, CROWD_SHARE, CROWD_COHERENCE = 3, 0.6, 0.1
"""When the best coherence is below `CROWD_COHERENCE` and at least `CROWD` others have this share of it, they are not
repetitions within one song but chance matches of a shared beat."""
SILENCE = 1e-4
"""A recording whose peak is below this (-80 dB of full scale) counts as silent."""


def align_audio(
    a: AudioSamples, b: AudioSamples, *, search_speed: bool = False, check: Callable[[], None] = lambda: None
) -> Alignment:
    """Find the line t_a = offset_seconds + speed_ratio * clock_ratio * t_b on which the recordings share their sound.

    Args:
        a: the reference.
        b: the take.
        search_speed: also search for takes at another speed when none is found at equal speed and both recordings
            together last no more than an hour.
        check: called between steps; may raise to stop the work.
    """
    refusal = _reject_unusable(a, b)
    if refusal is not None:
        return refusal
    if _are_identical(a, b):
        return _build_identical(a, b)
    if search_speed:
        return _align_at_any_speed(a, b, check)
    return judge_hypotheses(a, b, find_hypotheses(a, b, check=check), check=check)


def _align_at_any_speed(a: AudioSamples, b: AudioSamples, check: Callable[[], None]) -> Alignment:
    """Align at equal speed where a match is easily found, otherwise at the likeliest speed, which may be equal too."""
    quick = judge_hypotheses(a, b, find_hypotheses(a, b, thorough=False, check=check), check=check)
    if quick.verdict is Verdict.ALIGNED:
        return quick
    if a.duration_seconds + b.duration_seconds > MAX_SPEED_SEARCH_SECONDS:
        answer = judge_hypotheses(a, b, find_hypotheses(a, b, check=check), check=check)
        return replace(answer, message=TOO_LONG) if answer.verdict is Verdict.NO_MATCH else answer
    candidates = find_speeds(a, b, check=check)
    thorough: Alignment | None = None
    if quick.verdict is Verdict.AMBIGUOUS or abs(candidates[0].line.ratio - 1.0) < NEARLY_EQUAL:
        thorough = judge_hypotheses(a, b, find_hypotheses(a, b, check=check), check=check)
        if thorough.verdict is not Verdict.NO_MATCH:
            return thorough
    elsewhere = _align_at_other_speeds(a, b, candidates, check)
    return elsewhere or thorough or judge_hypotheses(a, b, find_hypotheses(a, b, check=check), check=check)


def judge_hypotheses(
    a: AudioSamples,
    b: AudioSamples,
    hypotheses: list[Hypothesis],
    *,
    least: float = MIN_AGREEMENT,
    check: Callable[[], None] = lambda: None,
) -> Alignment:
    """Decide on the verdict that the hypotheses, best first, support.

    `least` is the agreement that the best hypothesis must have.
    """
    if not hypotheses:
        return no_match("TOO_SHORT", "The recordings do not overlap long enough to be compared.")
    best, evidence = hypotheses[0], collect_evidence(hypotheses)
    present = confidence(replace(evidence, rival=0.0))
    if best.agreement < least or present < MIN_CONFIDENCE:
        return no_match(
            "DIFFERENT_MUSIC", "The recordings do not share their music.", certainty=1.0 - min(present, 0.5)
        )
    others = [hypothesis for hypothesis in hypotheses[1:] if is_credible(hypothesis)]
    shares = {
        hypothesis: relative_coherence(hypothesis, best) for hypothesis in others if is_comparable(hypothesis, best)
    }
    if best.coherence < CROWD_COHERENCE and sum(share >= CROWD_SHARE for share in shares.values()) >= CROWD:
        return no_match("DIFFERENT_MUSIC", "The recordings share no more than their beat.", certainty=0.5)
    rivals = [p for p, share in shares.items() if share >= EQUALLY_GOOD and explain_same_windows(a, b, best, p)]
    check()
    if rivals:
        return _build_ambiguous(a, b, [best, *rivals])
    return _build_aligned(a, b, best, others, certainty=confidence(evidence))


def _align_at_other_speeds(
    a: AudioSamples, b: AudioSamples, candidates: list[SpeedCandidate], check: Callable[[], None]
) -> Alignment | None:
    """Align a take of the music at one of these speeds; return None where none fits."""
    onsets = cache(fine_onsets)
    for candidate in candidates:
        check()
        if candidate.pitch_moves:
            ratio = refine_speed(a, b, candidate, check=check)
            if ratio is not None:
                faster = change_speed(b, ratio, check=check)
                hypotheses = find_hypotheses(a, faster, check=check)
                answer = judge_hypotheses(a, faster, hypotheses, least=MIN_AGREEMENT_AT_SPEED, check=check)
                if answer.verdict is not Verdict.NO_MATCH:
                    return _undo_speed_change(answer, ratio)
        else:
            found = refine_onset_line(a, b, candidate.line, ours=onsets(a), theirs=onsets(b))
            least = MIDDLE_CORRELATION if len(found) <= CROWD_OF_ONSETS else CROWD_CORRELATION
            if found and found[0].correlation >= least:
                return _build_stretched(a, b, found)
    return None


def _undo_speed_change(answer: Alignment, ratio: float) -> Alignment:
    """Convert the alignment of a take played `ratio` times as fast into the alignment of the take itself."""
    whole = ratio * answer.clock_ratio * answer.speed_ratio
    same_speed = abs(whole - 1.0) < MAX_CLOCK_DEVIATION
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


def _build_stretched(a: AudioSamples, b: AudioSamples, hypotheses: list[OnsetHypothesis]) -> Alignment:
    """Build the alignment of a time-stretched take, which is known from its onsets only."""
    lines = [hypothesis.line.shift_origins(a.start_seconds, b.start_seconds) for hypothesis in hypotheses]
    best = hypotheses[0]
    answer = Alignment(
        Verdict.ALIGNED,
        "OK",
        OTHER_SPEED,
        Method.AUDIO,
        confidence=float(1.0 / (1.0 + np.exp((MIDDLE_CORRELATION - best.correlation) / SPREAD_CORRELATION))),
        offset_seconds=lines[0].offset_seconds,
        speed_ratio=lines[0].ratio,
        overlap_seconds=best.overlap_seconds,
    )
    if len(hypotheses) == 1:
        return answer
    return replace(
        answer,
        verdict=Verdict.AMBIGUOUS,
        reason="REPEATING_MUSIC",
        message=REPEATS.format(len(hypotheses)),
        candidates=tuple(
            Candidate(line.offset_seconds, line.ratio, min(hypothesis.correlation / best.correlation, 1.0))
            for line, hypothesis in zip(lines, hypotheses, strict=True)
        ),
    )


def no_match(reason: str, message: str, *, certainty: float = 1.0) -> Alignment:
    """Build the alignment that states that there is no match."""
    return Alignment(Verdict.NO_MATCH, reason, message, Method.AUDIO, confidence=certainty)


def _reject_unusable(a: AudioSamples, b: AudioSamples) -> Alignment | None:
    if min(a.peak, b.peak) < SILENCE:
        return no_match("SILENT_AUDIO", "One of the recordings is silent.")
    if min(a.duration_seconds, b.duration_seconds) < MIN_OVERLAP_SECONDS:
        return no_match("TOO_SHORT", "One of the recordings is shorter than a second.")
    return None


def _are_identical(a: AudioSamples, b: AudioSamples) -> bool:
    """Whether all samples are equal, so that repetitions in the music leave no doubt."""
    second = RATE_HERTZ
    return a.length == b.length and all(
        np.array_equal(a.read(start, second), b.read(start, second)) for start in range(0, a.length, second)
    )


def _build_identical(a: AudioSamples, b: AudioSamples) -> Alignment:
    """Build the alignment of a recording with itself."""
    return Alignment(
        Verdict.ALIGNED, "OK", "The recordings are the same.", Method.AUDIO, confidence=1.0,
        offset_seconds=a.start_seconds - b.start_seconds, residual_rms_seconds=0.0,
        overlap_seconds=a.duration_seconds,
    )  # fmt: skip


def _build_ambiguous(a: AudioSamples, b: AudioSamples, hypotheses: list[Hypothesis]) -> Alignment:
    lines = [hypothesis.line.shift_origins(a.start_seconds, b.start_seconds) for hypothesis in hypotheses]
    return Alignment(
        Verdict.AMBIGUOUS,
        "REPEATING_MUSIC",
        REPEATS.format(len(hypotheses)),
        Method.AUDIO,
        confidence=confidence(collect_evidence(hypotheses[:1])),
        offset_seconds=lines[0].offset_seconds,
        clock_ratio=lines[0].ratio,
        candidates=tuple(
            Candidate(line.offset_seconds, 1.0, min(relative_coherence(hypothesis, hypotheses[0]), 1.0))
            for line, hypothesis in zip(lines, hypotheses, strict=True)
        ),
        overlap_seconds=hypotheses[0].overlap_seconds,
    )


def _build_aligned(
    a: AudioSamples, b: AudioSamples, best: Hypothesis, others: list[Hypothesis], *, certainty: float
) -> Alignment:
    time_map = fit_piecewise_map(a, b, best, others)
    line = time_map.line.shift_origins(a.start_seconds, b.start_seconds)
    return Alignment(
        Verdict.ALIGNED,
        "OK",
        "The recordings share their music.",
        Method.AUDIO,
        confidence=certainty,
        offset_seconds=line.offset_seconds,
        clock_ratio=line.ratio,
        segments=time_map.shift_segments(a.start_seconds, b.start_seconds),
        residual_rms_seconds=time_map.residual_rms_seconds,
        overlap_seconds=best.overlap_seconds,
    )
