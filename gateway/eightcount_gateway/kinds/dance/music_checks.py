"""Checks of music, with messages for people."""

from __future__ import annotations

from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import TooLargeError, UnusableMediaError

LONGEST_SECONDS = 2 * 3600.0
"""Longest music that a dance is made to."""
_WHY_NOT = {
    "SILENT_AUDIO": "the music is silent; nothing to dance to",
    "NO_AUDIO": "the file has no sound; music is required",
    "NO_STEADY_BEAT": "no steady beat was found, as in speech or in music without a pulse; nothing to dance to",
}
"""By the reason that the sync service gives."""


def require_danceable(music: sync_pb2.Music) -> None:
    """Do nothing for music with a beat that is not too long.

    Raises:
        UnusableMediaError: it has no beat; the reason is the sync service's.
        TooLargeError: MUSIC_TOO_LONG.
    """
    if not music.has_beat:
        raise UnusableMediaError(
            _WHY_NOT.get(music.reason, f"the music could not be analysed ({music.reason})"), reason=music.reason
        )
    require_not_too_long(_seconds(music))


def require_not_too_long(seconds: float) -> None:
    """Do nothing for a length that a dance can have.

    Raises:
        TooLargeError: MUSIC_TOO_LONG.
    """
    if seconds > LONGEST_SECONDS:
        hours = LONGEST_SECONDS / 3600
        raise TooLargeError(
            f"the music may last at most {hours:g} hours; got {seconds / 3600:.2f} hours",
            reason="MUSIC_TOO_LONG",
        )


def _seconds(music: sync_pb2.Music) -> float:
    onsets = music.onset_envelope.shape[0] if music.onset_envelope.shape else 0
    analysed = onsets / music.onset_rate_hertz if music.onset_rate_hertz > 0 else 0.0
    return max(analysed, max(music.beats_seconds, default=0.0))
