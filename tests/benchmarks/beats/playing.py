"""Songs played with the samples of a SoundFont."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.beats.composing import Song

RATE_HERTZ = 22_050
FOLDER = Path("build/soundfonts")
FONTS = {"timgm6mb-soundfont": "TimGM6mb.sf2", "fluid-soundfont-gm": "FluidR3_GM.sf2"}
"""Debian packages of recorded General MIDI instruments and the files in them."""
_DRUM_KITS = {
    "house": 25, "hip-hop": 25, "reggaeton": 25, "drum and bass": 24, "dubstep": 25, "trance": 25, "kizomba": 25,
    "swing": 32, "foxtrot": 32, "jazz waltz": 32,
}  # fmt: skip


def fetch_fonts() -> list[Path]:
    """Download and unpack the SoundFonts once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for package in FONTS:
        if not (FOLDER / package).is_dir():
            subprocess.run(["apt-get", "download", "-qq", package], cwd=FOLDER, check=True)
            archive = next(FOLDER.glob(f"{package}_*.deb"))
            subprocess.run(["dpkg", "-x", archive.name, package], cwd=FOLDER, check=True)
    return [next((FOLDER / package).rglob(name)) for package, name in FONTS.items()]


class Player:
    """Plays songs with one SoundFont."""

    def __init__(self, font: Path) -> None:
        import tinysoundfont

        self._synth = tinysoundfont.Synth(samplerate=RATE_HERTZ, gain=-6)
        self._font = self._synth.sfload(str(font))

    def play(self, song: Song) -> NDArray[np.float32]:
        """Return [N] mono samples at `RATE_HERTZ`, with a second of echo after the last note."""
        synth = self._synth
        synth.sounds_off() if hasattr(synth, "sounds_off") else None
        for channel, program in enumerate(song.programs):
            synth.program_select(channel, self._font, 0, program)
        kit = _DRUM_KITS.get(song.style.name, 0)
        synth.program_change(9, kit, True)
        events = sorted(
            [(note.start, 1, note) for note in song.notes]
            + [(note.start + note.seconds, 0, note) for note in song.notes],
            key=lambda event: event[:2],
        )
        pieces, place = [], 0
        for seconds, begins, note in events:
            until = round(seconds * RATE_HERTZ)
            if until > place:
                pieces.append(np.frombuffer(synth.generate(until - place), np.float32).copy())
                place = until
            if begins:
                synth.noteon(note.channel, note.key, note.velocity)
            else:
                synth.noteoff(note.channel, note.key)
        pieces.append(np.frombuffer(synth.generate(RATE_HERTZ), np.float32).copy())
        stereo = np.concatenate(pieces).reshape(-1, 2)
        mono = stereo.mean(axis=1)
        return np.asarray(0.9 * mono / max(float(np.abs(mono).max()), 1e-9), np.float32)
