"""Files for `make bench-fair`: a real dancer, and copies of it that are all different content."""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from pathlib import Path

from eightcount_gateway.demo.dancer import fetch_dancer
from tests.benchmarks.clips import make_clip

BUILD = Path(__file__).resolve().parents[2] / "build"
UPLOAD_BYTES = 300_000
_SHORT_SECONDS = 4.0
_TAKE_STARTS_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Material:
    """The clips that copies are made of.

    Attributes:
        reference, take: a dance, and the same from half a second later on.
        short: 4 seconds.
        small: at most 0.3 MB.
    """

    reference: Path
    take: Path
    short: Path
    small: Path


def make_material(long_seconds: float) -> Material:
    """Make the clips, which are kept in `build/`."""
    dancer, folder = fetch_dancer(BUILD / "media"), BUILD / "clips"

    def make(name: str, start_seconds: float, seconds: float) -> Path:
        path = folder / f"fair-{name}-{seconds:g}s.mp4"
        return make_clip(dancer, path, start_seconds=start_seconds, duration_seconds=seconds)

    return Material(
        make("reference", 0.0, long_seconds), make("take", _TAKE_STARTS_SECONDS, long_seconds),
        make("short", 20.0, _SHORT_SECONDS), make("small", 30.0, 1.0),
    )  # fmt: skip


class Copies:
    """Writes copies of clips, each with other bytes: an MP4 box that players skip (`free`) holds a number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def copy(self, clip: Path, *, size_bytes: int = 0) -> Path:
        """Return a new copy, filled up to at least `size_bytes`."""
        number = next(self._numbers)
        content = clip.read_bytes()
        payload = struct.pack(">Q", number).ljust(max(8, size_bytes - len(content) - 8), b"\0")
        target = self._folder / f"{clip.stem}-{number}.mp4"
        target.write_bytes(content + struct.pack(">I4s", len(payload) + 8, b"free") + payload)
        return target
