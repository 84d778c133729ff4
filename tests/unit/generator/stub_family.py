"""A family of models that is made up: what it learns is a number, and what it dances is a slow sway."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from eightcount.motion.v1 import motion_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc.wire import encode_tensor
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT
from eightcount_generator.families import TrainingConfig, TrainingProgress
from eightcount_generator.models.base import GenerationOptions
from eightcount_generator.music import Music
from eightcount_generator.sources.recording import Recording

LEAST_SECONDS = 3.0
ENDLESS = 99
"""The seed of a training that ends only when it is cancelled."""


def sway(first: int, frames: int, *, swing_rad: float = 0.3) -> Dance:
    """Frames of an endless sway of the arms."""
    seconds = (first + np.arange(frames)) / FRAME_RATE_HERTZ
    angles = np.zeros((frames, len(BODY), 3))
    for side, sign in (("left", 1), ("right", -1)):
        angles[:, BODY.index(f"{side}_shoulder"), 2] = -sign * 1.0 + swing_rad * np.sin(2 * np.pi * seconds)
    root = np.tile([0.0, STANDING_HEIGHT, 0.0], (frames, 1))
    return Dance(root.astype(np.float32), from_axis_angle(angles).astype(np.float32))


@dataclass(frozen=True)
class Piece:
    dance: Dance
    recording: str
    recording_frame: int


@dataclass
class StubGenerator:
    """Sways in pieces of some frames; the seed is how far the arms go."""

    styles: tuple[str, ...]
    piece_frames: int = 50
    received_options: list[GenerationOptions] = field(default_factory=list)
    made: int = 0
    gate: threading.Event | None = None
    """When given, every piece waits for it."""

    def generate(self, music: Music, options: GenerationOptions) -> Iterator[Dance]:
        return (piece.dance for piece in self.generate_attributed(music, options))

    def generate_attributed(self, music: Music, options: GenerationOptions) -> Iterator[Piece]:
        if options.style and options.style not in self.styles:
            raise InvalidInputError(f"there is no style {options.style!r}", reason="UNKNOWN_STYLE")
        self.received_options.append(options)
        for first in range(0, music.frames, self.piece_frames):
            if self.gate is not None:
                self.gate.wait(20)
            frames = min(self.piece_frames, music.frames - first)
            self.made += frames
            dance = sway(first, frames, swing_rad=0.1 + 0.1 * (options.seed % 5))
            yield Piece(dance.mirror() if options.mirrored else dance, "a", first)


class StubFamily:
    """Learns how many seconds there are, and their styles."""

    reading_share = 0.7
    notes = "## How it dances\n\nIt sways.\n"

    def __init__(self) -> None:
        self.supports_constraints = False
        self.taught: list[list[Recording]] = []
        self.orders: list[TrainingConfig] = []
        self.begun_with: list[bytes] = []
        self.generators: list[StubGenerator] = []
        self.gate: threading.Event | None = None

    def train(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        seconds = sum(recording.dance.seconds for recording in recordings)
        if seconds < LEAST_SECONDS:
            raise InvalidInputError(f"wanted {LEAST_SECONDS} s, got {seconds} s", reason="TOO_LITTLE_MOTION")
        self.taught.append(list(recordings))
        self.orders.append(config)
        yield TrainingProgress(0.0, "swaying")
        while config.seed == ENDLESS:
            time.sleep(0.01)
            yield TrainingProgress(0.0, "swaying")
        if self.gate is not None:
            self.gate.wait(20)
        yield TrainingProgress(0.5, "half of it")
        styles = sorted({recording.style for recording in recordings if recording.style})
        return model_bytes(seconds, styles)

    def fine_tune(
        self, base: bytes, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        self.begun_with.append(base)
        return (yield from self.train(recordings, config))

    def read(self, data: bytes) -> StubGenerator:
        try:
            text = load(data)["styles"].tobytes().decode()
        except (SafetensorError, KeyError) as error:
            raise InvalidInputError("the file does not sway", reason="INVALID_MODEL") from error
        self.generators.append(StubGenerator(tuple(text.split(",")) if text.strip() else (), gate=self.gate))
        return self.generators[-1]


def model_bytes(seconds: float = 1.0, styles: Sequence[str] = ("sway",)) -> bytes:
    """Return the content of a model file."""
    text = np.frombuffer(",".join(styles).encode() or b" ", np.uint8)
    return bytes(save({"seconds": np.array([seconds]), "styles": text}, metadata={"family": "sways"}))


def music(seconds: float = 8.0, *, period_seconds: float = 0.5) -> sync_pb2.Music:
    """Music with a beat every so often, in fours, as the sync service would tell of it."""
    beats = np.arange(0.25, seconds - 4 * period_seconds + 1e-6, period_seconds)
    onsets = np.abs(np.sin(np.arange(round(seconds * 50)) / 25 * np.pi))
    return sync_pb2.Music(
        has_beat=True, reason="OK", tempo_bpm=60 / period_seconds, beats_seconds=beats,
        beat_in_bar=[number % 4 + 1 for number in range(len(beats))], eight_count_starts=range(0, len(beats), 8),
        onset_envelope=encode_tensor(onsets), onset_rate_hertz=50.0, section_starts_seconds=[0.0, seconds / 2],
    )  # fmt: skip


def no_beat(reason: str) -> sync_pb2.Music:
    """Music without a beat."""
    return sync_pb2.Music(has_beat=False, reason=reason, onset_envelope=motion_pb2.Tensor())
