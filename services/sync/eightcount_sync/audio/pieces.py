"""The pieces of a take: which line holds when, each with evidence of its own.

A window is explained by the line along which it agrees with the reference; a change of line has a cost (Viterbi). Each
piece is then judged by its own windows alone: how well they agree, and how far the line stands out among all other
places of the reference for the same windows. So half of a take counts in full, and a rival only for what it explains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.correlation_peaks import Peak
from eightcount_sync.audio.line_refinement import refine_line
from eightcount_sync.audio.loud_coherence import LoudCoherence, measure_loud_coherence
from eightcount_sync.audio.piece_search import (
    ECHO_SECONDS,
    MAX_SEARCHED_SAMPLES,
    RIVALS,
    Standing,
    find_stretches,
    measure_standing,
    share_of,
)
from eightcount_sync.audio.samples import AudioSamples
from eightcount_sync.audio.window_path import WindowRun, find_runs
from eightcount_sync.audio.window_support import WindowSupport, cover, measure_support

MIN_PIECE_SECONDS = 2.0
GAP = 2.0
"""Support that the line of a take must have where it leaves no gap; gaps that are found are tested."""
SAME_LINE_SECONDS = 2e-3
MIN_AGREEMENT = 3.0
"""Pieces with less are not compared with other places."""
FEW_WINDOWS = 24
MAX_DEVIATIONS = 3.0
MISSING_SHARE, MISSING_DEVIATIONS = 0.2, 5.0
"""A stretch is not explained when its coherence is below this share of the piece's, by so many standard deviations."""
BETTER = 1.2
"""Another line explains a stretch better when its coherence is higher by this factor."""
MAX_LINES = 40
_ONE_PEAK = 0.25e-3


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the take, from `start` to `end` in its time."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the take, from `start` to `end` in its time, on one line."""

    start: float
    end: float
    line: TimeLine

    @property
    def seconds(self) -> float:
        """Duration."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the take on one line, and the evidence for it.

    Attributes:
        start, end: times of the take.
        line: the line.
        band: of the comparison, see `line_refinement.TOPS_HERTZ`.
        agreement: of the piece's windows, as in `line_refinement.Hypothesis`.
        coherence: mean of the windows.
        standing: the line among all other places.
        loud: coherence where the reference is loud.
    """

    start: float
    end: float
    line: TimeLine
    band: int
    agreement: float
    coherence: float
    standing: Standing
    loud: LoudCoherence

    @property
    def seconds(self) -> float:
        """Duration."""
        return self.end - self.start


def find_gaps(
    a: AudioSamples, b: AudioSamples, line: TimeLine, band: int, others: Sequence[TimeLine] = ()
) -> list[Span]:
    """Return the stretches of b that a line leaves unexplained, although it explains some, or others explain better."""
    both = measure_support(a, b, [line, *others], cover(0.0, b.duration_seconds), band=band)
    return [
        *_find_unexplained(replace(both, coherence=both.coherence[:1], compared=both.compared[:1])),
        *_find_better(both),
    ]


def _find_better(support: WindowSupport) -> list[Span]:
    """Return the stretches that any other line explains better than the first one, while this is in the reference."""
    found = []
    for run in find_runs(support):
        windows = run.windows[support.compared[0][run.windows]]
        if run.line and len(windows) * support.grid.spacing >= MIN_PIECE_SECONDS:
            own, other = (support.coherence[line][windows].mean() for line in (0, run.line))
            if other > BETTER * own:
                found.append(_span(support, run.windows))
    return found


def _find_unexplained(support: WindowSupport) -> list[Span]:
    """Return the stretches in which the only line of a support certainly does not hold."""
    gaps = []
    for run in find_runs(support, unexplained=GAP):
        others = support.compared[0].copy()
        others[run.windows] = False
        if run.line is None and others.any():
            expected = float(support.coherence[0][others].mean())
            if _is_lacking(support, run.windows, expected):
                gaps.append(_span(support, run.windows))
    return gaps


def find_pieces(
    a: AudioSamples,
    b: AudioSamples,
    lines: Sequence[TimeLine],
    where: Sequence[Span],
    *,
    check: Callable[[], None] = lambda: None,
) -> list[Piece]:
    """Find the pieces of b, in the order of their times; beside the known lines others are searched for in `where`."""
    found = [*lines, *_search_lines(a, b, lines, where, check)]
    support = measure_support(a, b, found, cover(0.0, b.duration_seconds))
    runs = _join_runs(support, found, find_runs(support))
    return [_weigh(a, b, _refine_run(a, b, run), found, support.band, check) for run in runs]


def is_missing(a: AudioSamples, b: AudioSamples, piece: Piece, start: float, end: float) -> bool:
    """Whether the sound between two times of b is certainly not where the line of a piece puts it."""
    if end - start < MIN_PIECE_SECONDS:
        return False
    support = measure_support(a, b, [piece.line], cover(start, end), band=piece.band)
    return _is_lacking(support, np.arange(support.coherence.shape[1]), piece.coherence)


def _is_lacking(support: WindowSupport, windows: NDArray[np.intp], expected: float) -> bool:
    """Whether the only line of a support certainly does not hold in these windows, given its coherence elsewhere."""
    values = support.coherence[0][windows][support.compared[0][windows]]
    if len(values) * support.grid.spacing < MIN_PIECE_SECONDS:
        return False
    mean = float(values.mean())
    return mean < MISSING_SHARE * expected and expected - mean > MISSING_DEVIATIONS * support.chance / np.sqrt(
        len(values)
    )


def _search_lines(
    a: AudioSamples, b: AudioSamples, known: Sequence[TimeLine], where: Sequence[Span], check: Callable[[], None]
) -> list[TimeLine]:
    stretches = [stretch for run in where for stretch in find_stretches(a, b, run.start, run.end, check=check)]
    found: list[TimeLine] = []
    for peak, stretch in sorted(((p, s) for s in stretches for p in s.peaks), key=lambda pair: -pair[0].height):
        check()
        line, at = TimeLine(peak.offset_seconds), stretch.start
        if any(abs(line.to_a_seconds(at) - other.to_a_seconds(at)) < _ONE_PEAK for other in (*known, *found)):
            continue
        found.append(_refine(a, b, line, stretch.start, stretch.end))
        if len(found) + len(known) >= MAX_LINES:
            break
    return found


def _refine(a: AudioSamples, b: AudioSamples, line: TimeLine, start: float, end: float) -> TimeLine:
    """Refine a line within two times of the take."""
    hypothesis = refine_line(a, b, line, within=(line.to_a_seconds(start), line.to_a_seconds(end)))
    return line if hypothesis is None else hypothesis.line


def _span(support: WindowSupport, windows: NDArray[np.intp]) -> Span:
    half = support.grid.spacing / 2
    first, last = support.grid.centres[windows[[0, -1]]]
    return Span(float(first) - half, float(last) + half)


def _join_runs(support: WindowSupport, lines: Sequence[TimeLine], runs: Sequence[WindowRun]) -> list[Run]:
    """Join runs that lie on one line but for the drift of the clocks; leave out what is shorter than a piece."""
    joined: list[Run] = []
    for one in runs:
        if one.line is None or len(one.windows) * support.grid.spacing < MIN_PIECE_SECONDS - 1e-6:
            continue
        span = _span(support, one.windows)
        run = Run(span.start, span.end, lines[one.line])
        if joined and _continues(joined[-1], run):
            before = joined.pop()
            run = Run(before.start, run.end, max(before, run, key=lambda each: each.seconds).line)
        joined.append(run)
    return joined


def _continues(run: Run, following: Run) -> bool:
    at = (run.end + following.start) / 2
    return abs(run.line.to_a_seconds(at) - following.line.to_a_seconds(at)) < SAME_LINE_SECONDS


def _refine_run(a: AudioSamples, b: AudioSamples, run: Run) -> Run:
    return replace(run, line=_refine(a, b, run.line, run.start, run.end))


def _weigh(
    a: AudioSamples, b: AudioSamples, run: Run, lines: Sequence[TimeLine], band: int, check: Callable[[], None]
) -> Piece:
    """Measure the evidence for a run from its own windows."""
    support = measure_support(a, b, [run.line], cover(run.start, run.end, most=FEW_WINDOWS), band=band)
    values = support.coherence[0][support.compared[0]]
    deviations = np.clip(values / support.chance, -MAX_DEVIATIONS, MAX_DEVIATIONS)
    agreement = float(deviations.sum() / np.sqrt(max(len(values), 1)))
    standing = Standing(0.0, (), 1.0)
    if agreement >= MIN_AGREEMENT:
        standing = weigh_line(a, b, run.line, run.start, run.end, lines, band, check=check)
    coherence = float(values.mean()) if len(values) else 0.0
    loud = measure_loud_coherence(a, b, run.line, run.start, run.end, band)
    return Piece(run.start, run.end, run.line, band, agreement, coherence, standing, loud)


def weigh_line(
    a: AudioSamples,
    b: AudioSamples,
    line: TimeLine,
    start: float,
    end: float,
    others: Sequence[TimeLine],
    band: int,
    *,
    check: Callable[[], None] = lambda: None,
) -> Standing:
    """Compare a line with all other places for the windows of a stretch of b; in a long reference with `others`."""
    if a.length > MAX_SEARCHED_SAMPLES:
        return _stand_among(a, b, line, start, end, others, band)
    standing = measure_standing(a, b, line, start, end, check=check)
    # The whole reference's spectrum weighs places differently; window by window an exact repetition is equally good.
    parallel = [TimeLine(line.offset_seconds + rival.offset_seconds, line.ratio) for rival in standing.rivals]
    shares = _compare_lines(a, b, line, start, end, parallel, band)
    rivals = tuple(
        replace(rival, height=max(rival.height, share * standing.height))
        for rival, share in zip(standing.rivals, shares, strict=True)
    )
    return Standing(standing.height, rivals, share_of(rivals, standing.height))


def _compare_lines(
    a: AudioSamples, b: AudioSamples, line: TimeLine, start: float, end: float, others: Sequence[TimeLine], band: int
) -> list[float]:
    """Return the coherence of each of the other lines as a share of the line's own, in the same windows."""
    support = measure_support(a, b, [line, *others], cover(start, end, most=FEW_WINDOWS), band=band)
    own, *coherences = support.coherence.mean(axis=1)
    return [float(coherence / max(own, 1e-9)) for coherence in coherences]


def _stand_among(
    a: AudioSamples, b: AudioSamples, line: TimeLine, start: float, end: float, others: Sequence[TimeLine], band: int
) -> Standing:
    """Compare a line with the other lines that are known."""
    grid = cover(start, end, most=FEW_WINDOWS)
    support = measure_support(a, b, [line], grid, band=band)
    height = float(support.coherence.mean() / (support.chance / np.sqrt(len(grid.centres))))
    middle = (start + end) / 2
    apart = [other.to_a_seconds(middle) - line.to_a_seconds(middle) for other in others]
    shares = _compare_lines(a, b, line, start, end, others, band)
    rivals = [Peak(by, share * height) for by, share in zip(apart, shares, strict=True) if abs(by) > ECHO_SECONDS]
    rivals.sort(key=lambda peak: -peak.height)
    return Standing(height, tuple(rivals[:RIVALS]), share_of(rivals, height))
