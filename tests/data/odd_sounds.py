"""Recordings in which the music is not the plain first track, each aligned with the music at a known offset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.stream import Disposition

from tests.data.broadcasts import merge_programs
from tests.data.media import moving_square
from tests.data.odd_recordings import noise
from tests.data.recordings import FRAME_RATE, RATE_HERTZ, Film, Sound, write_recording

SoundWriter = Callable[[Path, np.ndarray], Path]
"""Writes a recording of music [1, N] into a folder."""


@dataclass(frozen=True)
class OddSound:
    """A writer, and the second of the recording at which the music begins."""

    write: SoundWriter
    begins: float = 0.0


def _film(seconds: float) -> Film:
    return Film(moving_square(max(5, round(seconds * FRAME_RATE))))


def _video(name: str, *sounds: Callable[[np.ndarray], Sound], **options: str) -> SoundWriter:
    def write(folder: Path, song: np.ndarray) -> Path:
        film = _film(song.shape[1] / RATE_HERTZ)
        return write_recording(folder / name, (film, *(sound(song) for sound in sounds)), options=options)

    return write


def _audio(name: str, sound: Callable[[np.ndarray], Sound]) -> SoundWriter:
    return lambda folder, song: write_recording(folder / name, (sound(song),))


def _music(song: np.ndarray) -> Sound:
    return Sound(song)


def _silence(song: np.ndarray) -> Sound:
    return Sound(np.zeros_like(song))


def _hum(song: np.ndarray) -> Sound:
    """A microphone that records nothing but its own noise, 60 dB below the music."""
    return Sound(1e-3 * noise(song.shape[1] / RATE_HERTZ, seed=3)[:, : song.shape[1]])


def _speech(song: np.ndarray, **options: object) -> Sound:
    """Bursts of noise, as of somebody who speaks."""
    seconds = np.arange(song.shape[1]) / RATE_HERTZ
    talk = noise(song.shape[1] / RATE_HERTZ, seed=4)[:, : song.shape[1]] * (np.sin(2 * np.pi * 2.1 * seconds) > 0)
    return Sound(talk, **options)  # type: ignore[arg-type]


def _commentary(song: np.ndarray) -> Sound:
    return _speech(song, disposition=Disposition.comment)


def _described(song: np.ndarray) -> Sound:
    return _speech(song, disposition=Disposition.visual_impaired)


def _titled(song: np.ndarray) -> Sound:
    return _speech(song, title="Director's commentary")


def _channels(*gains: float, delay: float = 0.0, codec: str = "aac") -> Callable[[np.ndarray], Sound]:
    return lambda song: Sound(np.concatenate([gain * song for gain in gains]), delay=delay, codec=codec)


def _two_programs(folder: Path, song: np.ndarray) -> Path:
    """A broadcast: the first program is small and has other music, and a clock of its own."""
    seconds = song.shape[1] / RATE_HERTZ
    other = noise(seconds, seed=8)[:, : song.shape[1]]
    small = Film(moving_square(max(5, round(seconds * FRAME_RATE)), size=(64, 48)))
    first = write_recording(folder / "first.ts", (small, Sound(other)), options=_program(1, 0x100, "5000"))
    second = write_recording(folder / "second.ts", (_film(seconds), Sound(song)), options=_program(2, 0x200, "100"))
    return merge_programs(folder / "programs.ts", first, second)


def _program(number: int, first_pid: int, clock: str) -> dict[str, str]:
    return {
        "mpegts_service_id": str(number), "mpegts_start_pid": str(first_pid),
        "mpegts_pmt_start_pid": str(first_pid - 0x80), "output_ts_offset": clock,
    }  # fmt: skip


ODD_SOUNDS: dict[str, OddSound] = {
    "silent track first": OddSound(_video("silent.mp4", _silence, _music)),
    "silent track first, Matroska": OddSound(_video("silent.mkv", _silence, _music)),
    "track of hum first": OddSound(_video("hum.mp4", _hum, _music)),
    "commentary first": OddSound(_video("comment.mkv", _commentary, _music)),
    "description first": OddSound(_video("described.mkv", _described, _music)),
    "titled commentary first": OddSound(_video("titled.mkv", _titled, _music)),
    "two silent tracks first": OddSound(_video("two.mkv", _silence, _silence, _music)),
    "right channel upside down": OddSound(_audio("inverted.flac", _channels(1, -1, codec="flac"))),
    "right channel upside down, video": OddSound(_video("inverted.mp4", _channels(1, -1))),
    "right channel upside down and softer": OddSound(_audio("softer.flac", _channels(1, -0.8, codec="flac"))),
    "left channel alone": OddSound(_audio("left.flac", _channels(1, 0, codec="flac"))),
    "right channel alone, video": OddSound(_video("right.mp4", _channels(0, 1))),
    "5.1": OddSound(_video("surround.mp4", _channels(0.7, 0.7, 0.3, 0.2, 0.3, 0.3))),
    "5.1 with music behind": OddSound(_video("behind.mkv", _channels(0, 0, 0, 0, 0.8, 0.8, codec="ac3"))),
    "5.1 upside down on one side": OddSound(_video("surround.mkv", _channels(0.7, -0.7, 0, 0, 0.4, -0.4, codec="ac3"))),
    "sound 0.7 s late": OddSound(_video("late.mp4", _channels(1, delay=0.7)), 0.7),
    "sound 0.7 s late, Matroska": OddSound(_video("late.mkv", _channels(1, delay=0.7)), 0.7),
    "MP3 with an encoder's padding": OddSound(_audio("padded.mp3", _channels(1, 1, codec="libmp3lame"))),
    "AAC with priming": OddSound(_audio("primed.m4a", _channels(1, 1))),
    "Opus with a pre-skip": OddSound(_audio("skipped.opus", _channels(1, 1, codec="libopus"))),
    "clock from ten hours on": OddSound(_video("hours.ts", _music, output_ts_offset="36000")),
    "broadcast of two programs": OddSound(_two_programs),
    "broadcast": OddSound(_video("usual.ts", _channels(1, 1, codec="mp2"))),
}  # fmt: skip
"""Writers of recordings, by what is odd about their sound."""
