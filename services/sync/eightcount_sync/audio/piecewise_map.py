"""The map of a take from its pieces: which line holds from when to when, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from eightcount_sync.alignment import Segment, TimeLine
from eightcount_sync.audio.line_refinement import TOPS_HERTZ, overlap, window_centres
from eightcount_sync.audio.phase_correlation import correlate_windows
from eightcount_sync.audio.pieces import Piece, is_missing
from eightcount_sync.audio.samples import AudioSamples
from eightcount_sync.audio.window_support import WindowGrid, measure_support

EDGE_SECONDS, EDGE_STEP_SECONDS = 0.3, 0.1
"""Length and spacing of the windows with which the boundary between two pieces is located."""
REACH_SECONDS = 0.5
"""The boundary between two pieces is looked for within this much beyond the windows between them."""
MUCH_LONGER = 1.2
"""A later piece stands for the whole take only when it is longer than the earlier ones by this factor."""


@dataclass(frozen=True, slots=True)
class PiecewiseMap:
    """The map of a take.

    Attributes:
        main: the piece whose line stands for the whole take: the longest, the first among about equally long ones.
        segments: the pieces when there are several or parts of the take are left out, otherwise empty.
    """

    main: Piece
    segments: tuple[Segment, ...]

    def shift_segments(self, a_start_seconds: float, b_start_seconds: float) -> tuple[Segment, ...]:
        """Return the segments on time axes whose origins are earlier by the given starts."""
        return tuple(
            Segment(
                segment.b_start_seconds + b_start_seconds,
                segment.b_end_seconds + b_start_seconds,
                segment.line.shift_origins(a_start_seconds, b_start_seconds),
            )
            for segment in self.segments
        )


def build_map(a: AudioSamples, b: AudioSamples, pieces: Sequence[Piece], refused: Sequence[Piece] = ()) -> PiecewiseMap:
    """Build the map of b from its pieces, in the order of their times.

    A piece is extended to the next one, and to the ends of the take, unless the sound in between certainly is not
    where its line puts it, or belongs to a refused piece: then that part is left out.
    """

    def is_free(start: float, end: float) -> bool:
        return all(piece.end <= start or piece.start >= end for piece in refused)

    bounds = [(piece.start, piece.end) for piece in pieces]
    if is_free(0.0, pieces[0].start) and not is_missing(a, b, pieces[0], 0.0, pieces[0].start):
        bounds[0] = 0.0, bounds[0][1]
    last, end = pieces[-1], b.duration_seconds
    if is_free(last.end, end) and not is_missing(a, b, last, last.end, end):
        bounds[-1] = bounds[-1][0], b.duration_seconds
    for number, (before, after) in enumerate(pairwise(pieces)):
        between = before.end, after.start
        if not is_free(*between) or all(is_missing(a, b, piece, *between) for piece in (before, after)):
            continue
        edge = _find_boundary(a, b, before, after)
        bounds[number] = bounds[number][0], edge
        bounds[number + 1] = edge, bounds[number + 1][1]
    segments = tuple(Segment(*bound, piece.line) for bound, piece in zip(bounds, pieces, strict=True))
    whole = len(segments) == 1 and bounds[0] == (0.0, b.duration_seconds)
    return PiecewiseMap(_main_piece(pieces), () if whole else segments)


def _main_piece(pieces: Sequence[Piece]) -> Piece:
    main = pieces[0]
    for piece in pieces[1:]:
        if piece.seconds > MUCH_LONGER * main.seconds:
            main = piece
    return main


def _find_boundary(a: AudioSamples, b: AudioSamples, before: Piece, after: Piece) -> float:
    """Return the time of b at which the line of the second piece takes over."""
    start = max(before.start, before.end - REACH_SECONDS)
    end = min(after.end, after.start + REACH_SECONDS)
    centres = np.arange(start, end + EDGE_STEP_SECONDS, EDGE_STEP_SECONDS)
    support = measure_support(
        a, b, [before.line, after.line], WindowGrid(centres, EDGE_SECONDS), band=before.band
    ).coherence
    gains = np.concatenate([[0.0], np.cumsum(support[0] - support[1])])
    return float(centres[0] + (int(np.argmax(gains)) - 0.5) * EDGE_STEP_SECONDS)


def find_unmapped(segments: Sequence[Segment], duration_seconds: float) -> list[tuple[float, float]]:
    """Return the stretches of a take that its segments leave out."""
    if not segments:
        return []
    edges = [0.0, *(edge for one in segments for edge in (one.b_start_seconds, one.b_end_seconds)), duration_seconds]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end - start > 1e-6]


def residual_rms(
    a: AudioSamples, b: AudioSamples, line: TimeLine, band: int, *, within: tuple[float, float] | None = None
) -> float:
    """Return the root mean square distance, in seconds, of single windows from a line, limited to a millisecond.

    The windows cover the overlap, or what lies `within` two times of b.
    """
    start, end = overlap(a, b, line)
    if within is not None:
        start, end = (line.to_a_seconds(edge) for edge in within)
    length = float(np.clip((end - start) / 12, 0.4, 2.0))
    centres = window_centres(start, end, length_seconds=length, most=40)
    (windows,) = correlate_windows(
        a, b, line=line, centres=centres, length_seconds=length, margin_seconds=0.01, tops_hertz=(TOPS_HERTZ[band],)
    )
    fine = np.linspace(-1e-3, 1e-3, 81)
    return float(np.sqrt(np.mean(fine[np.argmax(np.abs(windows.interpolate_at(fine)), axis=1)] ** 2)))
