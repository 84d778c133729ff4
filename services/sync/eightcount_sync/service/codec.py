"""Conversion between protobuf messages and the values of the core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eightcount.sync.v1 import sync_pb2
from eightcount_common.rpc.wire import encode_tensor
from eightcount_sync.alignment import Alignment, Method, Verdict
from eightcount_sync.movement.picture_offset import PictureOffset
from eightcount_sync.music.analysis import Music

ONSETS_PER_MESSAGE = 6000
"""Onsets of two minutes."""
_VERDICTS = {
    Verdict.ALIGNED: sync_pb2.VERDICT_ALIGNED,
    Verdict.NO_MATCH: sync_pb2.VERDICT_NO_MATCH,
    Verdict.AMBIGUOUS: sync_pb2.VERDICT_AMBIGUOUS,
}
_METHODS = {Method.AUDIO: sync_pb2.ALIGNMENT_METHOD_AUDIO, Method.MOTION: sync_pb2.ALIGNMENT_METHOD_MOTION}


def encode_alignment(alignment: Alignment) -> sync_pb2.Alignment:
    """Convert an alignment to its message."""
    return sync_pb2.Alignment(
        verdict=_VERDICTS[alignment.verdict],
        offset_seconds=alignment.offset_seconds,
        clock_ratio=alignment.clock_ratio,
        speed_ratio=alignment.speed_ratio,
        confidence=alignment.confidence,
        reason=alignment.reason,
        message=alignment.message,
        method=_METHODS[alignment.method],
        segments=[
            sync_pb2.AlignmentSegment(
                b_start_seconds=segment.b_start_seconds,
                b_end_seconds=segment.b_end_seconds,
                offset_seconds=segment.line.offset_seconds,
                ratio=segment.line.ratio,
            )
            for segment in alignment.segments
        ],
        candidates=[
            sync_pb2.AlignmentCandidate(
                offset_seconds=candidate.offset_seconds,
                speed_ratio=candidate.speed_ratio,
                strength=candidate.strength,
            )
            for candidate in alignment.candidates
        ],
        residual_rms_seconds=alignment.residual_rms_seconds,
        overlap_seconds=alignment.overlap_seconds,
    )


def encode_picture_offset(offset: PictureOffset) -> sync_pb2.MeasurePictureOffsetResponse:
    """Convert the place at which the movement fits to its message."""
    return sync_pb2.MeasurePictureOffsetResponse(
        clear=offset.clear,
        shift_seconds=offset.shift_seconds,
        correlation=offset.correlation,
        rival=offset.rival,
        confidence=offset.confidence,
    )


def encode_music(music: Music) -> Iterator[sync_pb2.AnalyseMusicResponse]:
    """Convert a music analysis to messages; it is split, as the onsets of one hour alone take 720 kB."""
    for start in range(0, len(music.onset_envelope), ONSETS_PER_MESSAGE):
        piece = music.onset_envelope[start : start + ONSETS_PER_MESSAGE]
        yield sync_pb2.AnalyseMusicResponse(onsets=encode_tensor(piece))
    yield sync_pb2.AnalyseMusicResponse(music=_encode_beats(music))


def _encode_beats(music: Music) -> sync_pb2.Music:
    return sync_pb2.Music(
        has_beat=music.has_beat,
        reason=music.reason,
        tempo_bpm=music.tempo_bpm if music.has_beat else None,
        beats_seconds=music.beats_seconds,
        beat_in_bar=music.beat_in_bar,
        eight_count_starts=music.eight_count_starts,
        onset_rate_hertz=music.onset_rate_hertz,
        section_starts_seconds=music.section_starts_seconds,
        **(_encode_metre(music) if music.has_beat else {}),
    )


def _encode_metre(music: Music) -> dict[str, Any]:
    return {
        "confidence": music.confidence,
        "metre": str(music.metre),
        "beats_per_bar": music.metre.beats_per_bar,
        "counts_per_phrase": music.metre.counts_per_phrase,
        "metre_confidence": music.metre_confidence,
        "count_confidence": music.count_confidence,
    }
