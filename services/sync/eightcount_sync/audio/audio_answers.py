"""The alignments that the evidence leads to, on the time axes of the files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eightcount_sync.alignment import Alignment, Candidate, Method, TimeLine, Verdict
from eightcount_sync.audio.confidence import confidence, piece_confidence
from eightcount_sync.audio.correlation_peaks import Peak
from eightcount_sync.audio.hypotheses import collect_evidence, relative_coherence
from eightcount_sync.audio.line_refinement import Hypothesis
from eightcount_sync.audio.piece_judgement import EQUALLY_GOOD, JudgedPieces, piece_evidence
from eightcount_sync.audio.pieces import Piece
from eightcount_sync.audio.piecewise_map import build_map, find_unmapped, residual_rms
from eightcount_sync.audio.samples import AudioSamples
from eightcount_sync.audio.time_stretch import OnsetHypothesis

MIDDLE_CORRELATION, SPREAD_CORRELATION = 0.25, 0.03
"""Correlation of the onsets of a time-stretched take at which the confidence is one half, and how fast it rises."""
REPEATS = "The music repeats: {} places fit equally well."
OTHER_SPEED = "The recordings share their music, played at different speeds."
IN_PARTS = "The recordings share their music in parts of the take; other parts were not found in the reference."


def no_match(reason: str, message: str, *, certainty: float = 1.0) -> Alignment:
    """Build the alignment that states that there is no match."""
    return Alignment(Verdict.NO_MATCH, reason, message, Method.AUDIO, confidence=certainty)


def build_identical(a: AudioSamples, b: AudioSamples) -> Alignment:
    """Build the alignment of a recording with itself."""
    return Alignment(
        Verdict.ALIGNED, "OK", "The recordings are the same.", Method.AUDIO, confidence=1.0,
        offset_seconds=a.start_seconds - b.start_seconds, residual_rms_seconds=0.0,
        overlap_seconds=a.duration_seconds,
    )  # fmt: skip


def build_aligned(a: AudioSamples, b: AudioSamples, best: Hypothesis, *, certainty: float) -> Alignment:
    """Build the alignment of a take on one line."""
    line = best.line.shift_origins(a.start_seconds, b.start_seconds)
    return Alignment(
        Verdict.ALIGNED,
        "OK",
        "The recordings share their music.",
        Method.AUDIO,
        confidence=certainty,
        offset_seconds=line.offset_seconds,
        clock_ratio=line.ratio,
        residual_rms_seconds=residual_rms(a, b, best.line, best.band),
        overlap_seconds=best.overlap_seconds,
    )


def build_ambiguous(a: AudioSamples, b: AudioSamples, hypotheses: list[Hypothesis]) -> Alignment:
    """Build the alignment of a take that fits in several places, best first."""
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


def build_pieces(a: AudioSamples, b: AudioSamples, pieces: JudgedPieces) -> Alignment:
    """Build the alignment of a take from its pieces; it is as sure as the least sure of them."""
    time_map = build_map(a, b, [piece for piece, _ in pieces.accepted], pieces.refused)
    main = time_map.main
    line = main.line.shift_origins(a.start_seconds, b.start_seconds)
    unmapped = find_unmapped(time_map.segments, b.duration_seconds)
    return Alignment(
        Verdict.ALIGNED,
        "OK",
        IN_PARTS if unmapped else "The recordings share their music.",
        Method.AUDIO,
        confidence=min(certainty for _, certainty in pieces.accepted),
        offset_seconds=line.offset_seconds,
        clock_ratio=line.ratio,
        segments=time_map.shift_segments(a.start_seconds, b.start_seconds),
        residual_rms_seconds=residual_rms(a, b, main.line, main.band, within=(main.start, main.end)),
        overlap_seconds=sum(piece.seconds for piece, _ in pieces.accepted),
    )


def build_repeated(a: AudioSamples, b: AudioSamples, piece: Piece) -> Alignment:
    """Build the alignment of a take whose surest piece fits in several places."""
    least = EQUALLY_GOOD * piece.standing.height
    near = [Peak(0.0, piece.standing.height), *(rival for rival in piece.standing.rivals if rival.height >= least)]
    best = max(rival.height for rival in near)
    lines = [
        TimeLine(piece.line.offset_seconds + rival.offset_seconds, piece.line.ratio).shift_origins(
            a.start_seconds, b.start_seconds
        )
        for rival in sorted(near, key=lambda rival: -rival.height)
    ]
    return Alignment(
        Verdict.AMBIGUOUS,
        "REPEATING_MUSIC",
        REPEATS.format(len(lines)),
        Method.AUDIO,
        confidence=piece_confidence(piece_evidence(piece, with_rival=False)),
        offset_seconds=lines[0].offset_seconds,
        clock_ratio=lines[0].ratio,
        candidates=tuple(
            Candidate(line.offset_seconds, 1.0, rival.height / best)
            for line, rival in zip(lines, sorted(near, key=lambda rival: -rival.height), strict=True)
        ),
        overlap_seconds=piece.seconds,
    )


def build_stretched(a: AudioSamples, b: AudioSamples, hypotheses: list[OnsetHypothesis]) -> Alignment:
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
