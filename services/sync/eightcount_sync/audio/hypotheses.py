"""Hypotheses on how two recordings match at equal speed, best first."""

from __future__ import annotations

from collections.abc import Callable

from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.clock_drift import find_peaks_with_drift
from eightcount_sync.audio.confidence import Evidence
from eightcount_sync.audio.correlation_peaks import Peak, find_peaks
from eightcount_sync.audio.line_refinement import Hypothesis, refine_line, search_around_line
from eightcount_sync.audio.samples import AudioSamples

CANDIDATES = 8
WIDE_SEARCH_COUNT = 3
"""Number of candidates of each kind around which a wide search is made; the others are only refined."""
MIN_AGREEMENT = 5.0
"""Standard deviations from which on a hypothesis is credible; different songs hardly ever reach them."""
MAX_DRIFTING_SAMPLES = 1 << 23
"""Recordings whose total length exceeds this (17 minutes) are not searched for drift: it would take minutes."""
SURE_PEAK, SURE_HEIGHT = 20.0, 15.0
"""When a peak this high leads to a hypothesis this high, only its repetitions are still of interest. In music whose
notes lie on an exact grid, wrong hypotheses within one song reach 11."""
LIKELY = 0.3
"""Next to so high a peak, only peaks with this share of its height can be rivals."""
BLUR_SECONDS = 2e-3
MIN_PEAK = 12.0
"""Lower peaks occur by chance."""
SAME_PLACE_SECONDS = 0.03
COMPARABLE_OVERLAP = 0.6
"""Share of the best overlap from which on another hypothesis can be a rival."""


def find_hypotheses(
    a: AudioSamples, b: AudioSamples, *, thorough: bool = True, check: Callable[[], None] = lambda: None
) -> list[Hypothesis]:
    """Find distinct hypotheses at equal speed: credible ones first, and among these the highest first.

    Empty when no overlap is long enough. Without `thorough` only the likeliest offsets are tried; with it a slower
    search for clock drift follows where no hypothesis is certain.
    """
    short = a.length + b.length <= MAX_DRIFTING_SAMPLES
    exact, envelopes = find_peaks(a, b, count=CANDIDATES, loose=thorough and not short, check=check)
    exact = exact if thorough or not exact or exact[0].height >= SURE_PEAK else exact[:WIDE_SEARCH_COUNT]
    hypotheses = _refine_peaks(a, b, exact, check)
    if not thorough or any(is_credible(hypothesis) and hypothesis.height >= SURE_HEIGHT for hypothesis in hypotheses):
        return rank_hypotheses(hypotheses)
    if not short:
        hypotheses += _refine_peaks(a, b, envelopes, check, wide_count=CANDIDATES)
    else:
        hypotheses += _refine_peaks(a, b, find_peaks_with_drift(a, b, count=CANDIDATES, check=check), check)
    return rank_hypotheses(hypotheses)


def is_credible(hypothesis: Hypothesis) -> bool:
    """Whether the recordings agree to a degree that different songs hardly ever reach."""
    return hypothesis.agreement >= MIN_AGREEMENT


def collect_evidence(hypotheses: list[Hypothesis]) -> Evidence:
    """Collect the evidence for the first of several hypotheses."""
    best, *others = hypotheses
    rival = max((relative_coherence(other, best) for other in others if is_comparable(other, best)), default=0.0)
    return Evidence(best.agreement, best.height, rival, best.overlap_seconds)


def relative_coherence(hypothesis: Hypothesis, best: Hypothesis) -> float:
    """Return the coherence of a hypothesis as a share of the best one's, within the same band."""
    return hypothesis.coherences[best.band] / max(best.coherence, 1e-9)


def is_comparable(hypothesis: Hypothesis, best: Hypothesis) -> bool:
    """Whether a hypothesis covers about as much of the recordings; a repetition at their edge is no rival."""
    return hypothesis.overlap_seconds >= COMPARABLE_OVERLAP * best.overlap_seconds


def rank_hypotheses(hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    """Return distinct hypotheses, best first; weaker ones close to a better one are reflections in the room."""
    distinct: list[Hypothesis] = []
    for hypothesis in sorted(hypotheses, key=lambda each: (is_credible(each), each.height), reverse=True):
        offset = hypothesis.line.offset_seconds
        if all(abs(offset - other.line.offset_seconds) > SAME_PLACE_SECONDS for other in distinct):
            distinct.append(hypothesis)
    return distinct


def _refine_peaks(
    a: AudioSamples,
    b: AudioSamples,
    peaks: list[Peak],
    check: Callable[[], None],
    *,
    wide_count: int = WIDE_SEARCH_COUNT,
) -> list[Hypothesis]:
    """Refine the peaks, highest first, into hypotheses."""
    found: list[Hypothesis] = []
    for number, peak in enumerate(peaks):
        check()
        drifting = any(is_credible(hypothesis) and not _clocks_agree(hypothesis) for hypothesis in found)
        hypothesis = _refine_hypothesis(a, b, TimeLine(peak.offset_seconds), wider=number < wide_count or drifting)
        if hypothesis is not None:
            found.append(hypothesis)
            if len(found) == 1 and _is_certain(peak, hypothesis):
                return [hypothesis, *_refine_lower_peaks(a, b, hypothesis, peak, peaks[number + 1 :], check)]
    return found


def _refine_lower_peaks(
    a: AudioSamples, b: AudioSamples, sure: Hypothesis, peak: Peak, lower: list[Peak], check: Callable[[], None]
) -> list[Hypothesis]:
    """Refine lower peaks next to a certain hypothesis, at its ratio: repetitions and, if not full, other pieces."""
    least = LIKELY * peak.height if sure.full else MIN_PEAK
    found = []
    for other in lower:
        check()
        if other.height >= least:
            offset = sure.line.offset_seconds + other.offset_seconds - peak.offset_seconds
            found.append(refine_line(a, b, TimeLine(offset, sure.line.ratio)))
    return [hypothesis for hypothesis in found if hypothesis is not None]


def _refine_hypothesis(a: AudioSamples, b: AudioSamples, line: TimeLine, *, wider: bool) -> Hypothesis | None:
    """Refine a line, and optionally the result of a wide search around it; return the better of the two."""
    here = refine_line(a, b, line)
    if here is None or here.full or not wider:
        return here
    near = search_around_line(a, b, line)
    there = refine_line(a, b, near) if near is not None else None
    return here if there is None or there.height <= here.height else there


def _is_certain(peak: Peak, hypothesis: Hypothesis) -> bool:
    """Whether a hypothesis is beyond doubt, so that only its repetitions and further pieces are of interest."""
    return (
        peak.height >= SURE_PEAK
        and hypothesis.height >= SURE_HEIGHT
        and is_credible(hypothesis)
        and _clocks_agree(hypothesis)
    )


def _clocks_agree(hypothesis: Hypothesis) -> bool:
    """Whether the clocks agree; otherwise drift blurs the peaks, and the highest may belong to a repetition."""
    return abs(hypothesis.line.ratio - 1.0) * hypothesis.overlap_seconds < BLUR_SECONDS
