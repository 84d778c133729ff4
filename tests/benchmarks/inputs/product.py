"""The product as its users meet it: one running stack, asked over HTTP by the Python client."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_client import (
    AlignmentRequest,
    Client,
    ComparisonRequest,
    Dancer,
    DanceRequest,
    EightcountError,
    ExtractionRequest,
    OwnBeats,
)
from eightcount_client.kinds.comparison import Report
from eightcount_client.kinds.dance import MusicCounts
from eightcount_client.values.alignments import Alignment
from eightcount_client.values.poses import PoseModel
from eightcount_gateway.stack import Stack

MODEL: PoseModel = "lite"
"""Network of the evaluations: inputs are judged here, not accuracy."""


@dataclass(frozen=True, slots=True)
class ExtractedMotion:
    """A motion as the product returns it.

    Attributes:
        arrays: of `motion.npz`.
        size: width and height in pixels of the upright image.
        warnings: reasons.
        raw: the extraction as JSON.
    """

    arrays: dict[str, NDArray[Any]]
    size: tuple[int, int]
    warnings: tuple[str, ...]
    raw: dict[str, Any]


class Product:
    """Answers about files; uploads and extractions are not repeated for the same bytes."""

    def __init__(self, client: Client, folder: Path) -> None:
        self.client = client
        self._folder = folder
        self._videos: dict[str, Any] = {}

    def upload(self, path: Path) -> Any:
        """Return the uploaded video or music."""
        digest = hashlib.sha256(path.read_bytes() + path.name.encode()).hexdigest()
        if digest not in self._videos:
            self._videos[digest] = self.client.videos.upload(path)
        return self._videos[digest]

    def extract(self, path: Path, *, dancer: Dancer | None = None) -> ExtractedMotion:
        """Extract the motion of a video."""
        video = self.upload(path)
        done = self.client.extractions.run(ExtractionRequest(video_id=video.id, model=MODEL, dancer=dancer))
        target = self._folder / f"{done.id}.npz"
        self.client.extractions.download(done.id, "motion.npz", target)
        with np.load(target, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        warnings = tuple(one["reason"] for one in done.raw.get("warnings") or ())
        return ExtractedMotion(arrays, (video.media.width, video.media.height), warnings, done.raw)

    def read_motion(self, path: Path) -> ExtractedMotion:
        """Return what is read of a motion file; its warnings are those of the upload."""
        stored = self.client.motions.upload(path)
        done = self.client.extractions.run(ExtractionRequest(video_id=stored.id, model=MODEL))
        target = self._folder / f"{done.id}.npz"
        self.client.extractions.download(done.id, "motion.npz", target)
        with np.load(target, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return ExtractedMotion(arrays, (0, 0), tuple(one.reason for one in stored.warnings), done.raw)

    def compare(self, reference: Path, take: Path, **options: Any) -> Report:
        """Compare a take with a reference."""
        request = ComparisonRequest(
            reference_video_id=self.upload(reference).id, take_video_id=self.upload(take).id, model=MODEL, **options
        )
        done = self.client.comparisons.run(request)
        return self.client.comparisons.result(done.id)

    def count_music(self, path: Path, *, beats: OwnBeats | None = None) -> MusicCounts:
        """Return the counts of a song: those of a dance to it, of which no more is made."""
        job = self.client.dances.create(
            DanceRequest(music_id=self.upload(path).id, duration_seconds=2.0, formats=["npz"], beats=beats)
        )
        for now in self.client.dances.events(job.id):
            if now.status not in ("queued", "running") or any(
                step.name == "listen" and step.state in ("done", "cached") for step in now.steps
            ):
                break
        counts = self.client.dances.read(job.id, "counts.json", MusicCounts)
        with suppress(EightcountError):
            self.client.dances.cancel(job.id)
        return counts

    def align(self, a: Path, b: Path, *, search_speed: bool | None = None) -> Alignment:
        """Align two recordings by their sound."""
        request = AlignmentRequest(
            a_video_id=self.upload(a).id, b_video_id=self.upload(b).id, search_speed=search_speed
        )
        return self.client.align(request)


@contextmanager
def running_product() -> Iterator[Product]:
    """Run a stack in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="eightcount-eval-") as name:
        folder = Path(name)
        with Stack(folder / "data") as stack, Client(stack.url) as client:
            yield Product(client, folder)
