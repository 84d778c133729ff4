"""Sound and picture of one file that are apart: what is told of it, and what is scored by.

From two files one cannot tell a dancer who is late throughout from a file whose sound and picture are apart, nor which
of the files that is. So a short shift stays a matter of timing, and a long one is told with everything that it may be.
"""

from __future__ import annotations

from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.library.motions.refs import JobWarning

APART_SECONDS = 0.25
"""Shift from which on sound and picture are told to be apart: half a count at 120 bpm. Dancers who copy somebody are
late by up to 0.2 s; who is half a count off throughout does not dance to the music at all."""
LATENESS_SECONDS = 0.4
"""Up to here (the longest lag that scoring looks for) the report adds that the dancer may be early or late instead."""
MAX_BEATS = 4
"""A dance that begins on a wrong count is off by as many whole beats."""
_SAME_BEAT_SECONDS = 0.06


def follow_picture(
    by_sound: sync_pb2.Alignment, measured: sync_pb2.MeasurePictureOffsetResponse, *, asked_for_sound: bool
) -> sync_pb2.Alignment:
    """Return the alignment with both offsets; its map follows the movement where sound and picture are apart.

    Args:
        by_sound: an alignment by sound.
        measured: where the movement fits.
        asked_for_sound: keep the sound's map in any case.
    """
    alignment = sync_pb2.Alignment()
    alignment.CopyFrom(by_sound)
    alignment.sound_offset_seconds = by_sound.offset_seconds
    if not measured.clear:
        return alignment
    alignment.picture_offset_seconds = by_sound.offset_seconds + measured.shift_seconds
    if asked_for_sound or abs(measured.shift_seconds) < APART_SECONDS:
        return alignment
    alignment.offset_seconds += measured.shift_seconds
    for segment in alignment.segments:
        segment.offset_seconds += measured.shift_seconds
    alignment.confidence = min(by_sound.confidence, measured.confidence)
    alignment.message = "The recordings share their music; the movement decided, as sound and picture are apart."
    return alignment


def picture_warnings(alignment: sync_pb2.Alignment, music: sync_pb2.Music) -> tuple[JobWarning, ...]:
    """Return the warning that sound and picture are apart, with everything that it may be.

    Args:
        alignment: of `follow_picture`.
        music: of the reference; a shift by whole beats may be a wrong count.
    """
    if not (alignment.HasField("sound_offset_seconds") and alignment.HasField("picture_offset_seconds")):
        return ()
    shift = alignment.picture_offset_seconds - alignment.sound_offset_seconds
    if abs(shift) < APART_SECONDS:
        return ()
    sentences = (
        f"Sound and picture of one of the videos are {abs(shift):.2f} s apart: "
        "the movements fit that far from where the music fits.",
        _whose(shift),
        _otherwise(shift, music),
        "The score follows the music, as you asked."
        if alignment.offset_seconds == alignment.sound_offset_seconds
        else "The score follows the movements.",
        "Screen recorders and Bluetooth headphones or speakers do this: watch a clap or a stamp in each video, and "
        "record or export the one that is off once more.",
    )
    return (JobWarning("SOUND_AND_PICTURE_APART", " ".join(sentence for sentence in sentences if sentence)),)


def _whose(shift: float) -> str:
    take, reference = ("late", "early") if shift > 0 else ("early", "late")
    return (
        f"Either the take's sound comes {take} or the reference's comes {reference}; "
        "the two videos alone do not tell which."
    )


def _otherwise(shift: float, music: sync_pb2.Music) -> str:
    """Return what the shift may be if both files are in order; empty where no dancer is off by so much."""
    which = "early" if shift > 0 else "late"
    beats = abs(shift) * music.tempo_bpm / 60.0 if music.has_beat else 0.0
    count = round(beats)
    if 1 <= count <= MAX_BEATS and abs(beats - count) * 60.0 / music.tempo_bpm <= _SAME_BEAT_SECONDS:
        return f"If both are in order, the whole take is danced {count} beat{'s' * (count > 1)} {which}."
    if abs(shift) <= LATENESS_SECONDS:
        return f"If both are in order, the whole take is danced {abs(shift):.2f} s {which}."
    return ""
