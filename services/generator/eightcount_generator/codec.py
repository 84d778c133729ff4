"""Between messages and the values of the core, and the file that keeps a dance.

The file is a `DanceHeader` followed by `DanceChunk`s, each behind its length as a varint (the usual delimited form), so
it is written and read a chunk at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from eightcount.generator.v1 import generator_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import EightcountError, InvalidInputError, TooLargeError
from eightcount_common.rpc.wire import decode_tensor, encode_tensor, read_delimited
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import from_six, to_six
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.export.formats import Format
from eightcount_generator.families import Step
from eightcount_generator.makers.base import BodyPart, Edit, KeyPose, Wishes
from eightcount_generator.making import Borrowed
from eightcount_generator.model_file import ModelLabel
from eightcount_generator.music import Music

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
_BEATS_IN_BAR = 4
_LEAST_SECONDS = 0.05
"""From beat to beat: 1200 beats a minute."""
_HIGHEST_RATE_HERTZ = 10_000.0
"""Of onsets."""
_OFFSET_TOLERANCE = 1e-4


def decode_music(music: sync_pb2.Music, *, duration_seconds: float, longest_seconds: float) -> Music:
    """What the sync service heard, for a dance of `duration_seconds`; up to the last beat and a bar when 0.

    Raises:
        InvalidInputError: the sync service's reason when there is no beat; INVALID_MUSIC.
        TooLargeError: DANCE_TOO_LONG.
    """
    if not music.has_beat:
        reason = music.reason if music.reason not in ("", "OK") else "NO_STEADY_BEAT"
        raise InvalidInputError(f"there is no beat to dance to in the music ({reason})", reason=reason)
    beats, sections = np.array(music.beats_seconds), np.array(music.section_starts_seconds or [0.0])
    onsets = decode_tensor(music.onset_envelope).astype(np.float64) if music.HasField("onset_envelope") else np.zeros(1)
    if onsets.ndim != 1 or not all(np.isfinite(values).all() for values in (beats, sections, onsets)):
        raise InvalidInputError("music: wanted finite seconds, and onsets of shape [N]", reason="INVALID_MUSIC")
    onset_rate = music.onset_rate_hertz or 1.0
    if (np.diff(beats) < _LEAST_SECONDS).any() or not 0 < onset_rate <= _HIGHEST_RATE_HERTZ:
        raise InvalidInputError(
            f"music: wanted ascending beats at least {_LEAST_SECONDS} s apart, and onsets at up to "
            f"{_HIGHEST_RATE_HERTZ:.0f} Hz, got beats {beats[:8]} ... and {onset_rate} Hz",
            reason="INVALID_MUSIC",
        )
    seconds = duration_seconds or _length(beats, music.beat_in_bar)
    if seconds > longest_seconds:
        raise TooLargeError(
            f"dances last up to {longest_seconds:.0f} s, got music of {seconds:.0f} s", reason="DANCE_TOO_LONG"
        )
    return Music(
        seconds,
        beats,
        _downbeats(music.beat_in_bar, len(beats)),
        _marks(music.eight_count_starts, len(beats)),
        onsets,
        onset_rate,
        sections,
    )


def decode_wishes(
    request: generator_pb2.GenerateRequest, *, key_poses: Sequence[KeyPose] = (), edited: Dance | None = None
) -> Wishes:
    """What is wished for.

    Args:
        request: as it was sent.
        key_poses: those of the request.
        edited: the dance that the request's edit changes.

    Raises:
        InvalidInputError: INVALID_WISHES.
    """
    edit = None if edited is None else decode_edit(request.edit, edited)
    return Wishes(request.style, request.seed, request.energy, request.mirrored, tuple(key_poses), edit)


def decode_edit(edit: generator_pb2.Edit, dance: Dance) -> Edit:
    """What is changed of a dance.

    Raises:
        InvalidInputError: INVALID_WISHES.
    """
    unknown = [part for part in edit.keep if part not in _BODY_PARTS]
    if unknown:
        raise InvalidInputError(
            f"an edit keeps {' or '.join(_BODY_PARTS.values())}, got {unknown[0]}", reason="INVALID_WISHES"
        )
    keep = frozenset(_BODY_PARTS[part] for part in edit.keep)
    is_whole = edit.start_seconds == 0 and edit.end_seconds == 0
    return Edit(dance, keep, edit.start_seconds, end_seconds=dance.seconds if is_whole else edit.end_seconds)


def encode_header(model: ModelLabel, *, frames: int) -> generator_pb2.DanceHeader:
    """What holds for a whole dance."""
    return generator_pb2.DanceHeader(
        joints=BODY.joints,
        parents=BODY.parents,
        offsets=encode_tensor(BODY.offsets),
        frame_rate=FRAME_RATE_HERTZ,
        frames=frames,
        model=f"{model.name}/{model.version}",
    )


def encode_chunk(piece: Dance, *, first_frame: int) -> generator_pb2.DanceChunk:
    """A piece of a dance."""
    return generator_pb2.DanceChunk(
        first_frame=first_frame, root=encode_tensor(piece.root), rotations=encode_tensor(to_six(piece.rotations))
    )


def encode_finished(frames: int, borrowed: Sequence[Borrowed]) -> generator_pb2.GenerateFinished:
    """The end of a dance of so many frames."""
    stretches = [
        generator_pb2.Borrowed(
            first_frame=one.first_frame,
            frames=one.frames,
            recording=one.recording,
            recording_frame=max(0, one.recording_frame),
        )
        for one in borrowed
    ]
    return generator_pb2.GenerateFinished(frames=frames, borrowed=stretches)


def decode_chunk(chunk: generator_pb2.DanceChunk) -> Dance:
    """A piece of a dance.

    Raises:
        InvalidInputError: INVALID_TENSOR, INVALID_DANCE; it is damaged, or of another body.
    """
    root, six = decode_tensor(chunk.root), decode_tensor(chunk.rotations)
    if root.ndim != 2 or six.shape != (len(root), len(BODY), 6):
        raise InvalidInputError(
            f"a dance: wanted rotations of [T, {len(BODY)}, 6] for [T, 3], got {six.shape} for {root.shape}",
            reason="INVALID_DANCE",
        )
    return Dance(root, np.asarray(from_six(six), np.float32))


def read_dance(file: BinaryIO) -> tuple[generator_pb2.DanceHeader, Iterator[Dance]]:
    """Header and pieces of a kept dance; the pieces are read as they are asked for.

    Raises:
        InvalidInputError: INVALID_DANCE, INVALID_TENSOR; the file is no dance, of another body, or cut short.
    """
    header = read_delimited(generator_pb2.DanceHeader, file, what="dance")
    if header is None or not _is_ours(header):
        raise InvalidInputError(
            f"dance file: wanted the joints of {BODY.name} at {FRAME_RATE_HERTZ:.0f} frames a second",
            reason="INVALID_DANCE",
        )
    return header, _pieces(header.frames, file)


def decode_format(number: generator_pb2.ExportFormat.ValueType) -> Format:
    """What a dance is written as.

    Raises:
        InvalidInputError: UNKNOWN_FORMAT.
    """
    if number not in _FORMATS:
        raise InvalidInputError(
            f"wanted one of the formats {', '.join(_FORMATS.values())}, got {number}", reason="UNKNOWN_FORMAT"
        )
    return _FORMATS[number]


def encode_model(label: ModelLabel, *, takes_key_poses: bool, shipped: bool = False) -> generator_pb2.ModelInfo:
    """What is known of a model."""
    return generator_pb2.ModelInfo(
        name=label.name,
        version=label.version,
        family=label.family,
        styles=label.styles,
        card=label.card,
        takes_key_poses=takes_key_poses,
        shipped=shipped,
    )


def encode_no_model(name: str, error: EightcountError) -> generator_pb2.ModelInfo:
    """A model that cannot be used as things are; its card says why."""
    return generator_pb2.ModelInfo(name=name, card=error.message)


def encode_step(step: Step) -> generator_pb2.TrainProgress:
    """How far a training is."""
    return generator_pb2.TrainProgress(stage=step.stage, fraction_done=step.fraction_done, note=step.note)


def encode_rejected(label: str, error: EightcountError) -> generator_pb2.RejectedItem:
    """A recording that cannot serve."""
    return generator_pb2.RejectedItem(label=label, reason=error.reason, message=error.message)


def _length(beats: NDArray[np.float64], beat_in_bar: Sequence[int]) -> float:
    """Seconds up to the last beat and a bar."""
    if len(beats) < 2:
        return 0.0
    return float(beats[-1] + max(beat_in_bar, default=_BEATS_IN_BAR) * np.median(np.diff(beats)))


def _downbeats(beat_in_bar: Sequence[int], beats: int) -> NDArray[np.bool_]:
    return np.array(beat_in_bar) == 1 if beat_in_bar else np.zeros(beats, np.bool_)


def _marks(indices: Sequence[int], beats: int) -> NDArray[np.bool_]:
    if any(index >= beats for index in indices):
        raise InvalidInputError(f"music: an eight-count begins at a beat beyond the {beats}", reason="INVALID_MUSIC")
    marks = np.zeros(beats, np.bool_)
    marks[np.array(indices, np.intp)] = True
    return marks


def _is_ours(header: generator_pb2.DanceHeader) -> bool:
    offsets = decode_tensor(header.offsets)
    same = tuple(header.joints) == BODY.joints and tuple(header.parents) == BODY.parents
    return (
        same
        and header.frame_rate == FRAME_RATE_HERTZ
        and offsets.shape == BODY.offsets.shape
        and np.allclose(offsets, BODY.offsets, atol=_OFFSET_TOLERANCE)
    )


def _pieces(wanted: int, file: BinaryIO) -> Iterator[Dance]:
    frames = 0
    while (chunk := read_delimited(generator_pb2.DanceChunk, file, what="dance")) is not None:
        if chunk.first_frame != frames:
            raise InvalidInputError(
                f"dance file: expected the chunk of frame {frames}, got that of {chunk.first_frame}",
                reason="INVALID_DANCE",
            )
        piece = decode_chunk(chunk)
        frames += len(piece)
        yield piece
    if frames != wanted:
        raise InvalidInputError(
            f"dance file: {wanted} frames were announced, {frames} are there", reason="INVALID_DANCE"
        )
