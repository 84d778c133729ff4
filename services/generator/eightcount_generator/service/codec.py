"""Converts between protobuf messages and values of the core; reads the file that a dance is stored in.

A dance file is a `DanceHeader` followed by `DanceChunk`s, each preceded by its length as a varint (the usual delimited
form), so that it can be written and read one chunk at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from eightcount.generator.v1 import generator_pb2
from eightcount.models.v1 import models_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import EightcountError, FieldViolation, InvalidInputError, TooLargeError
from eightcount_common.models.codec import encode_origin
from eightcount_common.models.registry import ModelOrigin
from eightcount_common.rpc.wire import decode_tensor, encode_tensor, read_delimited
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import from_six, to_six
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.export.formats import Format
from eightcount_generator.families import TrainingProgress, TrainingStage
from eightcount_generator.model_file import ModelMetadata
from eightcount_generator.models.base import BodyPart, Edit, GenerationOptions, KeyPose
from eightcount_generator.music import Music
from eightcount_generator.pipeline import SourceSegment

_FORMATS = {
    generator_pb2.EXPORT_FORMAT_NPZ: Format.NPZ,
    generator_pb2.EXPORT_FORMAT_BVH: Format.BVH,
    generator_pb2.EXPORT_FORMAT_GLB: Format.GLB,
    generator_pb2.EXPORT_FORMAT_MP4: Format.MP4,
}
_BODY_PARTS = {
    generator_pb2.BODY_PART_LEGS: BodyPart.LEGS,
    generator_pb2.BODY_PART_UPPER_BODY: BodyPart.UPPER_BODY,
}
_STAGES = {
    TrainingStage.READING: generator_pb2.TRAINING_STAGE_READING,
    TrainingStage.TRAINING: generator_pb2.TRAINING_STAGE_TRAINING,
}
_BEATS_IN_BAR = 4
_MIN_BEAT_SECONDS = 0.05
"""Minimum time between beats: 1200 beats a minute."""
_MAX_ONSET_RATE_HERTZ = 10_000.0
"""Maximum sample rate of the onset envelope."""
_OFFSET_TOLERANCE = 1e-4


def decode_music(
    music: sync_pb2.Music, *, duration_seconds: float | None = None, longest_seconds: float
) -> Music:  # fmt: skip
    """Decode the sync service's analysis of a piece of music.

    Args:
        music: the analysis.
        duration_seconds: length of the dance; up to one bar after the last beat when not given.
        longest_seconds: maximum length of a dance.

    Raises:
        InvalidInputError: the sync service's reason when there is no beat; INVALID_MUSIC.
        TooLargeError: DANCE_TOO_LONG.
    """
    if not music.has_beat:
        reason = music.reason if music.reason not in ("", "OK") else "NO_STEADY_BEAT"
        raise InvalidInputError(f"the music has no beat to dance to ({reason})", reason=reason)
    beats, sections = np.array(music.beats_seconds), np.array(music.section_starts_seconds or [0.0])
    onsets = decode_tensor(music.onset_envelope).astype(np.float64) if music.HasField("onset_envelope") else np.zeros(1)
    if onsets.ndim != 1 or not all(np.isfinite(values).all() for values in (beats, sections, onsets)):
        raise InvalidInputError(
            "music: beats and sections must be finite seconds, and the onset envelope must have the shape [N]",
            reason="INVALID_MUSIC",
        )
    onset_rate = music.onset_rate_hertz or 1.0
    if (np.diff(beats) < _MIN_BEAT_SECONDS).any() or not 0 < onset_rate <= _MAX_ONSET_RATE_HERTZ:
        raise InvalidInputError(
            f"music: beats must be ascending and at least {_MIN_BEAT_SECONDS} s apart, and the onset rate at most "
            f"{_MAX_ONSET_RATE_HERTZ:.0f} Hz; got beats {beats[:8]} ... and {onset_rate} Hz",
            reason="INVALID_MUSIC",
        )
    seconds = _music_seconds(beats, music.beat_in_bar) if duration_seconds is None else duration_seconds
    if seconds > longest_seconds:
        raise TooLargeError(
            f"a dance may last up to {longest_seconds:.0f} s; this one would last {seconds:.0f} s",
            reason="DANCE_TOO_LONG",
        )
    return Music(
        seconds,
        beats,
        _downbeat_flags(music.beat_in_bar, len(beats)),
        _eight_count_flags(music.eight_count_starts, len(beats)),
        onsets,
        onset_rate,
        sections,
        music.counts_per_phrase or 8,
    )


def decode_duration(request: generator_pb2.GenerateRequest) -> float | None:
    """Return the requested length of the dance in seconds; None when the request leaves it open.

    Raises:
        InvalidInputError: INVALID_OPTIONS.
    """
    if not request.HasField("duration_seconds"):
        return None
    if not 0 < request.duration_seconds < np.inf:
        raise _invalid_field("duration_seconds", f"must be above 0; got {request.duration_seconds:g}")
    return request.duration_seconds


def decode_options(
    request: generator_pb2.GenerateRequest, *, key_poses: Sequence[KeyPose] = (), edited: Dance | None = None
) -> GenerationOptions:
    """Decode the options of a request.

    Args:
        request: the request.
        key_poses: the key poses of the request, with their poses.
        edited: the dance that the edit of the request changes.

    Raises:
        InvalidInputError: INVALID_OPTIONS.
    """
    edit = None if edited is None else decode_edit(request.edit, edited)
    return GenerationOptions(request.style, request.seed, request.energy, request.mirrored, tuple(key_poses), edit)


def decode_edit(edit: generator_pb2.Edit, dance: Dance) -> Edit:
    """Decode an edit of a dance.

    Raises:
        InvalidInputError: INVALID_OPTIONS.
    """
    unknown = [part for part in edit.keep if part not in _BODY_PARTS]
    if unknown:
        raise _invalid_field("edit.keep", f"must be {' or '.join(_BODY_PARTS.values())}; got {unknown[0]}")
    keep = frozenset(_BODY_PARTS[part] for part in edit.keep)
    if not edit.HasField("range"):
        return Edit(dance, keep, 0.0, end_seconds=dance.seconds)
    return Edit(dance, keep, edit.range.start_seconds, end_seconds=edit.range.end_seconds)


def encode_header(model: ModelMetadata, *, frames: int) -> generator_pb2.DanceHeader:
    """Encode the header of a dance."""
    return generator_pb2.DanceHeader(
        joints=BODY.joints,
        parents=BODY.parents,
        offsets=encode_tensor(BODY.offsets),
        frame_rate=FRAME_RATE_HERTZ,
        frames=frames,
        model=f"{model.name}/{model.version}",
    )


def encode_chunk(piece: Dance, *, first_frame: int) -> generator_pb2.DanceChunk:
    """Encode a piece of a dance."""
    return generator_pb2.DanceChunk(
        first_frame=first_frame, root=encode_tensor(piece.root), rotations=encode_tensor(to_six(piece.rotations))
    )


def encode_finished(frames: int, segments: Sequence[SourceSegment]) -> generator_pb2.GenerateFinished:
    """Encode the last message of a generated dance."""
    encoded = [
        generator_pb2.SourceSegment(
            first_frame=one.first_frame,
            frames=one.frames,
            recording=one.recording,
            recording_frame=max(0, one.recording_frame),
        )
        for one in segments
    ]
    return generator_pb2.GenerateFinished(frames=frames, source_segments=encoded)


def decode_chunk(chunk: generator_pb2.DanceChunk) -> Dance:
    """Decode a piece of a dance.

    Raises:
        InvalidInputError: INVALID_TENSOR, INVALID_DANCE; the chunk is damaged, or it has another skeleton.
    """
    root, six = decode_tensor(chunk.root), decode_tensor(chunk.rotations)
    if root.ndim != 2 or six.shape != (len(root), len(BODY), 6):
        raise InvalidInputError(
            f"a dance must have a root of the shape [T, 3] and rotations of the shape [T, {len(BODY)}, 6]; got "
            f"{root.shape} and {six.shape}",
            reason="INVALID_DANCE",
        )
    return Dance(root, np.asarray(from_six(six), np.float32))


def read_dance(file: BinaryIO) -> tuple[generator_pb2.DanceHeader, Iterator[Dance]]:
    """Read the header of a dance file, and its pieces one at a time as they are consumed.

    Raises:
        InvalidInputError: INVALID_DANCE, INVALID_TENSOR; the file is no dance, has another skeleton, or is truncated.
    """
    header = read_delimited(generator_pb2.DanceHeader, file, what="dance")
    if header is None or not _has_our_skeleton(header):
        raise InvalidInputError(
            f"the dance file must have the joints of {BODY.name} at {FRAME_RATE_HERTZ:.0f} frames per second",
            reason="INVALID_DANCE",
        )
    return header, _read_pieces(header.frames, file)


def decode_format(number: generator_pb2.ExportFormat.ValueType) -> Format:
    """Decode an export format.

    Raises:
        InvalidInputError: UNKNOWN_FORMAT.
    """
    if number not in _FORMATS:
        raise InvalidInputError(
            f"the format must be one of {', '.join(_FORMATS.values())}; got {number}", reason="UNKNOWN_FORMAT"
        )
    return _FORMATS[number]


def encode_model(
    metadata: ModelMetadata, *, supports_constraints: bool, origin: ModelOrigin = ModelOrigin.TRAINED,
    is_default: bool = False, size_bytes: int = 0,
) -> models_pb2.ModelInfo:  # fmt: skip
    """Encode the description of a model."""
    return models_pb2.ModelInfo(
        name=metadata.name,
        version=metadata.version,
        family=metadata.family,
        styles=metadata.styles,
        origin=encode_origin(origin),
        card=metadata.card,
        created_at_seconds=_timestamp(metadata.created_at),
        supports_constraints=supports_constraints,
        is_default=is_default,
        size_bytes=size_bytes,
    )


def encode_unusable_model(name: str, error: EightcountError, *, origin: ModelOrigin) -> models_pb2.ModelInfo:
    """Encode a model that cannot be loaded; its card says why."""
    return models_pb2.ModelInfo(name=name, origin=encode_origin(origin), card=error.message)


def encode_progress(progress: TrainingProgress) -> generator_pb2.TrainProgress:
    """Encode the progress of a training."""
    return generator_pb2.TrainProgress(
        stage=_STAGES[progress.stage], fraction_done=progress.fraction_done, note=progress.note or None
    )


def _invalid_field(field: str, rule: str) -> InvalidInputError:
    return InvalidInputError(
        f"{field} {rule}", reason="INVALID_OPTIONS", field_violations=[FieldViolation(field, rule)]
    )


def _timestamp(created_at: str) -> float | None:
    """Return seconds since the epoch; None when the file does not say when the model was created."""
    try:
        return datetime.fromisoformat(created_at).timestamp()
    except ValueError:
        return None


def _music_seconds(beats: NDArray[np.float64], beat_in_bar: Sequence[int]) -> float:
    """Return the seconds until one bar after the last beat."""
    if len(beats) < 2:
        return 0.0
    return float(beats[-1] + max(beat_in_bar, default=_BEATS_IN_BAR) * np.median(np.diff(beats)))


def _downbeat_flags(beat_in_bar: Sequence[int], beats: int) -> NDArray[np.bool_]:
    return np.array(beat_in_bar) == 1 if beat_in_bar else np.zeros(beats, np.bool_)


def _eight_count_flags(indices: Sequence[int], beats: int) -> NDArray[np.bool_]:
    if any(index >= beats for index in indices):
        raise InvalidInputError(
            f"music: every eight-count must start at one of the {beats} beats", reason="INVALID_MUSIC"
        )
    flags = np.zeros(beats, np.bool_)
    flags[np.array(indices, np.intp)] = True
    return flags


def _has_our_skeleton(header: generator_pb2.DanceHeader) -> bool:
    offsets = decode_tensor(header.offsets)
    same = tuple(header.joints) == BODY.joints and tuple(header.parents) == BODY.parents
    return (
        same
        and header.frame_rate == FRAME_RATE_HERTZ
        and offsets.shape == BODY.offsets.shape
        and np.allclose(offsets, BODY.offsets, atol=_OFFSET_TOLERANCE)
    )


def _read_pieces(announced: int, file: BinaryIO) -> Iterator[Dance]:
    frames = 0
    while (chunk := read_delimited(generator_pb2.DanceChunk, file, what="dance")) is not None:
        if chunk.first_frame != frames:
            raise InvalidInputError(
                f"dance file: expected the chunk that starts at frame {frames}, got the one at {chunk.first_frame}",
                reason="INVALID_DANCE",
            )
        piece = decode_chunk(chunk)
        frames += len(piece)
        yield piece
    if frames != announced:
        raise InvalidInputError(
            f"dance file: the header announces {announced} frames, the file contains {frames}", reason="INVALID_DANCE"
        )
