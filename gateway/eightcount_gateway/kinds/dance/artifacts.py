"""The objects that a dance leaves in the store, below `dances/<id>/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eightcount.generator.v1 import generator_pb2
from eightcount_common.storage import ObjectStore
from eightcount_gateway.library.documents import read_json, write_json

FORMATS: dict[str, generator_pb2.ExportFormat.ValueType] = {
    "mp4": generator_pb2.EXPORT_FORMAT_MP4,
    "bvh": generator_pb2.EXPORT_FORMAT_BVH,
    "glb": generator_pb2.EXPORT_FORMAT_GLB,
    "npz": generator_pb2.EXPORT_FORMAT_NPZ,
}
"""Formats of exported dances."""
MEDIA_TYPES = {"mp4": "video/mp4", "bvh": "text/plain", "glb": "model/gltf-binary", "npz": "application/zip"}


@dataclass(frozen=True, slots=True)
class DanceSummary:
    """A summary of a dance that was generated.

    Attributes:
        model: name and version of the model that made it.
        frames: how many it has.
        seconds: how long it is.
        source_segments: segments that were copied from recordings, for models that stitch recordings.
    """

    model: str
    frames: int
    seconds: float
    source_segments: list[dict[str, Any]]

    @classmethod
    def of_messages(cls, header: generator_pb2.DanceHeader, finished: generator_pb2.GenerateFinished) -> DanceSummary:
        """Return the summary from the messages before and after the frames."""
        seconds = finished.frames / header.frame_rate if header.frame_rate > 0 else 0.0
        source_segments = [
            {
                "first_frame": segment.first_frame,
                "frames": segment.frames,
                "recording": segment.recording,
                "recording_frame": segment.recording_frame,
            }
            for segment in finished.source_segments
        ]
        return cls(header.model, finished.frames, round(seconds, 3), source_segments)


class DanceArtifacts:
    """Reads and writes a dance's folder. Blocking: call it from a thread."""

    def __init__(self, store: ObjectStore, dance_id: str) -> None:
        self._store = store
        self._folder = f"dances/{dance_id}"

    @property
    def dance_key(self) -> str:
        """The dance itself: delimited `DanceHeader`, then `DanceChunk`s."""
        return f"{self._folder}/dance.bin"

    @property
    def result_key(self) -> str:
        """Key of the result as JSON."""
        return f"{self._folder}/result.json"

    def export_key(self, name: str) -> str:
        """The dance in one of `FORMATS`."""
        return f"{self._folder}/dance.{name}"

    @property
    def stage_key(self) -> str:
        """The figure for the page of a dance that was not written as glb."""
        return f"{self._folder}/stage.glb"

    def write_summary(self, made: DanceSummary) -> None:
        """Write the summary of the generate step."""
        write_json(self._store, self._made_key, asdict(made))

    def read_summary(self) -> DanceSummary:
        """Read what `write_summary` wrote."""
        made = read_json(self._store, self._made_key)
        made.setdefault("source_segments", made.pop("borrowed", []))  # their name in dances of earlier versions
        return DanceSummary(**made)

    def write_result(self, *, seed: int, formats: Sequence[str]) -> None:
        """Write the result: the summary, the seed and the formats."""
        made = read_json(self._store, self._made_key)
        write_json(self._store, self.result_key, made | {"seed": seed, "formats": list(formats)})

    @property
    def _made_key(self) -> str:
        return f"{self._folder}/made.json"
