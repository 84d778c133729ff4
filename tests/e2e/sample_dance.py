"""A dance for the 3D stage: one figure that turns and steps aside, and a song."""

from __future__ import annotations

import io
import wave

import numpy as np

from eightcount.sync.v1 import sync_pb2
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import about_y
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT
from eightcount_generator.export.glb import write_glb

SECONDS = 6.0
FRAMES = round(SECONDS * FRAME_RATE_HERTZ)
MUSIC_SECONDS = 5.0
BEAT_SECONDS = 0.5
FIRST_EIGHT = 2
"""The beat at which the first eight-count begins."""
_SAMPLE_RATE = 8000


def sample_music() -> sync_pb2.Music:
    """120 a minute, the first eight-count from the third beat on; the song goes on after the dance."""
    beats = [beat * BEAT_SECONDS for beat in range(round(SECONDS / BEAT_SECONDS) + 8)]
    return sync_pb2.Music(
        has_beat=True, reason="OK", tempo_bpm=60 / BEAT_SECONDS, beats_seconds=beats, confidence=0.9,
        eight_count_starts=range(FIRST_EIGHT, len(beats), 8),
    )  # fmt: skip


def sample_figure() -> bytes:
    """A T that turns once around itself and steps to its left and back, as binary glTF."""
    angles = np.linspace(0, 2 * np.pi, FRAMES)
    root = np.zeros((FRAMES, 3), np.float32)
    root[:, 0], root[:, 1] = 0.8 * np.sin(angles), STANDING_HEIGHT
    rotations = np.tile(np.eye(3, dtype=np.float32), (FRAMES, len(BODY), 1, 1))
    rotations[:, 0] = about_y(angles)
    file = io.BytesIO()
    for _ in write_glb([Dance(root, rotations)], file):
        pass
    return file.getvalue()


def sample_song() -> bytes:
    """A quiet A as a wave file, shorter than the dance; no two songs have the same content."""
    times = np.arange(round(MUSIC_SECONDS * _SAMPLE_RATE)) / _SAMPLE_RATE
    noise = np.random.default_rng().integers(-1, 2, times.size)
    samples = (1000 * np.sin(2 * np.pi * 440 * times) + noise).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as song:
        song.setparams((1, 2, _SAMPLE_RATE, 0, "NONE", ""))
        song.writeframes(samples.tobytes())
    return file.getvalue()
