"""Alignment of two recordings by their sound, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from eightcount_sync.alignment import Alignment, Segment, TimeLine, Verdict
from eightcount_sync.audio.audio_answers import (
    MIDDLE_CORRELATION,
    OTHER_SPEED,
    build_aligned,
    build_ambiguous,
    build_identical,
    build_pieces,
    build_repeated,
    build_stretched,
    no_match,
)
from eightcount_sync.audio.confidence import PieceEvidence, confidence, piece_confidence
from eightcount_sync.audio.hypotheses import (
    SAME_PLACE_SECONDS,
    SURE_HEIGHT,
    collect_evidence,
    find_hypotheses,
    is_comparable,
    is_credible,
    relative_coherence,
)
from eightcount_sync.audio.line_refinement import MIN_OVERLAP_SECONDS, Hypothesis, overlap
from eightcount_sync.audio.loud_coherence import UNKNOWN, LoudCoherence, measure_loud_coherence
from eightcount_sync.audio.piece_judgement import NEAR_CONFIDENCE, judge_pieces
from eightcount_sync.audio.piece_search import Standing
from eightcount_sync.audio.pieces import Span, find_gaps, find_pieces, weigh_line
from eightcount_sync.audio.piecewise_map import find_unmapped
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples, change_speed, cut_samples
from eightcount_sync.audio.speed_search import SpeedCandidate, find_speeds, refine_speed
from eightcount_sync.audio.time_stretch import fine_onsets, refine_onset_line

MIN_AGREEMENT, MIN_AGREEMENT_AT_SPEED = 6.0, 8.0
"""Least agreement of the best hypothesis. Among 5,000 pairs of different songs, two exceeded 5 and none reached 6. At
other speeds many more hypotheses are tried, so more is required."""
MIN_CONFIDENCE = 0.5
"""Below this confidence the verdict is that the recordings do not share their music."""
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
SEARCHED_WHOLE_SECONDS = 60.0
"""In longer takes pieces are searched for only where the best line leaves gaps."""
NEARLY_WHOLE = 0.9
"""A full hypothesis over this share of the shorter recording needs no comparison with every other place."""
MAX_RIVAL = 0.95
"""A line that explains its windows must not be reached by another one; chance peaks come near to it in strong noise."""
NOTABLE_RIVAL, NOTABLE_HEIGHT = 0.5, 20.0
"""A place with this share of a line's height, and so high above chance, shares its sound with the take."""
LACKING_RIVAL, LACKING_HEIGHT = 0.3, 16.0
"""The same where the take may lack what the reference plays along the line: then the line may be such a place, too.
Chance peaks reach a height of 14."""
MAX_COMPARED = 4
"""So many other hypotheses are compared with the best one window by window."""
NOTHING = Standing(0.0, (), 2.0)
"""The standing of a line that was refused."""
MIN_FOUND_CONFIDENCE = 0.9
"""Least confidence of such a part; with less it is left out."""
MIN_HOLE_SECONDS = 4.0
"""Parts of the take that were not found are looked for at other speeds when they last this long."""
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
        return build_identical(a, b)
    if search_speed:
        return _align_at_any_speed(a, b, check)
    return judge_hypotheses(a, b, find_hypotheses(a, b, check=check), check=check)


def _align_at_any_speed(a: AudioSamples, b: AudioSamples, check: Callable[[], None]) -> Alignment:
    """Align at equal speed where a match is easily found, otherwise at the likeliest speed, which may be equal too."""
    quick = judge_hypotheses(a, b, find_hypotheses(a, b, thorough=False, check=check), check=check)
    if quick.verdict is Verdict.ALIGNED:
        return _fill_holes(a, b, quick, check)
    if a.duration_seconds + b.duration_seconds > MAX_SPEED_SEARCH_SECONDS:
        answer = judge_hypotheses(a, b, find_hypotheses(a, b, check=check), check=check)
        return replace(answer, message=TOO_LONG) if answer.verdict is Verdict.NO_MATCH else answer
    candidates = find_speeds(a, b, check=check)
    thorough: Alignment | None = None
    if quick.verdict is Verdict.AMBIGUOUS or abs(candidates[0].line.ratio - 1.0) < NEARLY_EQUAL:
        thorough = judge_hypotheses(a, b, find_hypotheses(a, b, check=check), check=check)
        if thorough.verdict is not Verdict.NO_MATCH:
            return _fill_holes(a, b, thorough, check)
    elsewhere = _align_at_other_speeds(a, b, candidates, check)
    return elsewhere or thorough or judge_hypotheses(a, b, find_hypotheses(a, b, check=check), check=check)


def _fill_holes(a: AudioSamples, b: AudioSamples, answer: Alignment, check: Callable[[], None]) -> Alignment:
    """Look for the parts of a take that were not found, at other speeds."""
    if a.duration_seconds + b.duration_seconds > MAX_SPEED_SEARCH_SECONDS:
        return answer
    segments, certainty = list(answer.segments), answer.confidence
    for start, end in find_unmapped(_from_zero(answer.segments, b), b.duration_seconds):
        if end - start < MIN_HOLE_SECONDS:
            continue
        part = cut_samples(b, start, end)
        found = _align_at_other_speeds(a, part, find_speeds(a, part, check=check), check)
        if found is not None and found.verdict is Verdict.ALIGNED and found.confidence >= MIN_FOUND_CONFIDENCE:
            line = TimeLine(found.offset_seconds, found.speed_ratio * found.clock_ratio)
            whole = Segment(part.start_seconds, part.start_seconds + part.duration_seconds, line)
            segments += found.segments or [whole]
            certainty = min(certainty, found.confidence)
    return replace(answer, segments=tuple(sorted(segments, key=lambda one: one.b_start_seconds)), confidence=certainty)


def _from_zero(segments: tuple[Segment, ...], b: AudioSamples) -> list[Segment]:
    """Return segments in times that begin with b's first sample."""
    return [
        Segment(one.b_start_seconds - b.start_seconds, one.b_end_seconds - b.start_seconds, one.line)
        for one in segments
    ]


def judge_hypotheses(
    a: AudioSamples,
    b: AudioSamples,
    hypotheses: list[Hypothesis],
    *,
    least: float = MIN_AGREEMENT,
    check: Callable[[], None] = lambda: None,
) -> Alignment:
    """Decide on the verdict that the hypotheses, best first, support.

    `least` is the agreement that the best hypothesis must have. Where one line does not explain the whole take, its
    pieces are judged one by one.
    """
    if not hypotheses:
        return no_match("TOO_SHORT", "The recordings do not overlap long enough to be compared.")
    best = hypotheses[0]
    whole = _judge_whole(a, b, hypotheses, least)
    check()
    gaps, loud, standing = [], UNKNOWN, NOTHING
    if whole.verdict is not Verdict.NO_MATCH:
        others = [hypothesis.line for hypothesis in hypotheses[1:] if is_credible(hypothesis)]
        gaps = find_gaps(a, b, best.line, best.band, others[:MAX_COMPARED])
        loud = measure_loud_coherence(a, b, best.line, *_overlap_of_take(a, b, best), best.band)
        standing = _weigh_whole(a, b, hypotheses, loud, check)
    stands = standing.share <= MAX_RIVAL
    if stands and not gaps:
        return _limit_confidence(whole, best, standing, loud)
    everything = [Span(0.0, b.duration_seconds)]
    where = gaps if gaps and b.duration_seconds > SEARCHED_WHOLE_SECONDS else everything
    lines = [hypothesis.line for hypothesis in hypotheses]
    pieces = judge_pieces(find_pieces(a, b, lines, where, check=check))
    if pieces.accepted:
        answer = build_pieces(a, b, pieces)
        return _limit_confidence(whole, best, standing, loud) if stands and _is_same(whole, answer) else answer
    if pieces.repeated:
        return build_repeated(a, b, pieces.repeated)
    if whole.verdict is Verdict.NO_MATCH:
        return whole
    return no_match("DIFFERENT_MUSIC", "The recordings share no more than a part of their sound.", certainty=0.5)


def _judge_whole(a: AudioSamples, b: AudioSamples, hypotheses: list[Hypothesis], least: float) -> Alignment:
    """Decide as if one line held for the whole take."""
    best, evidence = hypotheses[0], collect_evidence(hypotheses)
    present = confidence(replace(evidence, rival=0.0))
    if best.agreement < least or present < MIN_CONFIDENCE:
        return no_match(
            "DIFFERENT_MUSIC", "The recordings do not share their music.", certainty=1.0 - min(present, 0.5)
        )
    shares = {
        hypothesis: relative_coherence(hypothesis, best)
        for hypothesis in hypotheses[1:]
        if is_credible(hypothesis) and is_comparable(hypothesis, best)
    }
    if best.coherence < CROWD_COHERENCE and sum(share >= CROWD_SHARE for share in shares.values()) >= CROWD:
        return no_match("DIFFERENT_MUSIC", "The recordings share no more than their beat.", certainty=0.5)
    rivals = [hypothesis for hypothesis, share in shares.items() if share >= EQUALLY_GOOD]
    if rivals:
        return build_ambiguous(a, b, [best, *rivals])
    return build_aligned(a, b, best, certainty=confidence(evidence))


def _overlap_of_take(a: AudioSamples, b: AudioSamples, hypothesis: Hypothesis) -> tuple[float, float]:
    """Return start and end of the overlap in b's time."""
    start, end = sorted(hypothesis.line.to_b_seconds(edge) for edge in overlap(a, b, hypothesis.line))
    return start, end


def _weigh_whole(
    a: AudioSamples, b: AudioSamples, hypotheses: list[Hypothesis], loud: LoudCoherence, check: Callable[[], None]
) -> Standing:
    """Compare the best hypothesis with every other place for the windows that it claims, where this is not clear."""
    best, *rest = hypotheses
    whole = best.overlap_seconds >= NEARLY_WHOLE * min(a.duration_seconds, b.duration_seconds)
    highest = all(hypothesis.height <= best.height for hypothesis in rest)
    has_all = not loud.is_lacking and not loud.is_uneven
    if whole and highest and has_all and best.full and best.height >= SURE_HEIGHT:
        return Standing(best.height, (), 0.0)
    start, end = _overlap_of_take(a, b, best)
    others = [hypothesis.line for hypothesis in rest]
    return weigh_line(a, b, best.line, start, end, others, best.band, check=check)


def _is_same(whole: Alignment, answer: Alignment) -> bool:
    """Whether the pieces confirm the line of the whole take, as they do where noise covers a part of it."""
    apart = abs(answer.offset_seconds - whole.offset_seconds)
    covered = answer.overlap_seconds >= NEARLY_WHOLE * whole.overlap_seconds
    return whole.verdict is Verdict.ALIGNED and not answer.segments and covered and apart < SAME_PLACE_SECONDS


def _limit_confidence(whole: Alignment, best: Hypothesis, standing: Standing, loud: LoudCoherence) -> Alignment:
    """Limit the confidence of a line where another place shares its sound, and where it holds only for a part.

    Where the music is known to repeat, a line along which the take may lack what the reference plays may be one of the
    repetitions, of a passage that the reference does not have.
    """
    limit = NEAR_CONFIDENCE if loud.is_uneven else 1.0
    lacking = loud.is_lacking or loud.is_uneven
    least, height = (LACKING_RIVAL, LACKING_HEIGHT) if lacking else (NOTABLE_RIVAL, NOTABLE_HEIGHT)
    if standing.share >= least and standing.share * standing.height >= height:
        evidence = PieceEvidence(best.agreement, best.coherence, standing.share, loud.mean)
        limit = min(limit, piece_confidence(evidence))
    return replace(whole, confidence=min(whole.confidence, limit))


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
                return build_stretched(a, b, found)
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
