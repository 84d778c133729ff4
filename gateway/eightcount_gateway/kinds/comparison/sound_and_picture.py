"""Sound and image of one file that are apart: the warning, and the map that is scored by.

From two files one cannot tell a dancer who is late throughout from a file whose sound and image are apart, nor which
of the files that is. So a short shift stays a matter of timing, and a long one is reported with every cause that it may
have.
"""

from __future__ import annotations

from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.library.motions.refs import JobWarning

APART_SECONDS = 0.25
"""Shift from which on sound and image are reported as apart: half a count at 120 bpm. Dancers who copy somebody are
late by up to 0.2 s; who is half a count off throughout does not dance to the music at all."""
LATENESS_SECONDS = 0.4
"""Up to here (the longest lag that scoring looks for) a dancer may be early or late throughout instead."""
MAX_BEATS = 4
"""A dance that begins on a wrong count is off by as many whole beats."""
SLOWEST_BEAT_SECONDS = 0.67
"""A tempo below 90 may be the half of the one that is danced to."""
MIN_CONFIDENCE = 0.5
"""Beats of less confidence exclude no wrong count."""
_SAME_BEAT_SECONDS = 0.06


def follow_picture(
    by_sound: sync_pb2.Alignment, measured: sync_pb2.MeasurePictureOffsetResponse, *, asked_for_sound: bool
) -> sync_pb2.Alignment:
    """Return the alignment with both offsets; its map follows the movement where sound and image are apart.

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
    alignment.message = "The recordings share their music; the movement decided, as sound and image are apart."
    return alignment


def picture_warnings(alignment: sync_pb2.Alignment, music: sync_pb2.Music) -> tuple[JobWarning, ...]:
    """Return the warning that sound and image are apart, with every cause that it may have.

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
        _describe(shift, music),
        "The score follows the music, as you asked."
        if alignment.offset_seconds == alignment.sound_offset_seconds
        else "The score follows the movements.",
        "Screen recorders and Bluetooth headphones or speakers delay the sound: watch a clap or a stamp in each video, "
        "and record or export the one that is off once more.",
    )
    return (JobWarning("SOUND_AND_PICTURE_APART", " ".join(sentences)),)


def _describe(shift: float, music: sync_pb2.Music) -> str:
    """Say how far the movements fit from the music, and every cause that this may have."""
    take, reference = ("late", "early") if shift > 0 else ("early", "late")
    found = f"The movements fit {abs(shift):.2f} s away from where the music fits"
    files = f"the take's sound comes {take} or the reference's comes {reference}"
    unknown = "the two videos alone do not show which."
    if not _may_be_danced(abs(shift), music):
        return f"{found}, so sound and image of one of the videos are apart: {files}; {unknown}"
    danced = f"you are {abs(shift):.2f} s {'early' if shift > 0 else 'late'} throughout"
    return f"{found}: either sound and image of one of the videos are apart ({files}), or {danced}; {unknown}"


def _may_be_danced(seconds: float, music: sync_pb2.Music) -> bool:
    """Return whether a dancer can be off by so much throughout: late by reaction, or by a wrong count."""
    if seconds <= LATENESS_SECONDS or not music.has_beat or music.confidence < MIN_CONFIDENCE:
        return True
    beat = 60.0 / music.tempo_bpm
    beat = beat / 2.0 if beat > SLOWEST_BEAT_SECONDS else beat
    count = round(seconds / beat)
    return 1 <= count <= MAX_BEATS and abs(seconds - count * beat) <= _SAME_BEAT_SECONDS
