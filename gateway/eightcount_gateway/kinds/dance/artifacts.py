"""What making a dance leaves in the object store, below `dances/<id>/`."""

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
"""What a dance can be written as."""
MEDIA_TYPES = {"mp4": "video/mp4", "bvh": "text/plain", "glb": "model/gltf-binary", "npz": "application/zip"}


@dataclass(frozen=True, slots=True)
class MadeDance:
    """What is known of a dance without reading it.

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
    def of_messages(cls, header: generator_pb2.DanceHeader, finished: generator_pb2.GenerateFinished) -> MadeDance:
        """What the generator service says before and after the frames."""
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
        """What was made, as JSON."""
        return f"{self._folder}/result.json"

    def export_key(self, name: str) -> str:
        """The dance in one of `FORMATS`."""
        return f"{self._folder}/dance.{name}"

    @property
    def stage_key(self) -> str:
        """The figure for the page of a dance that was not written as glb."""
        return f"{self._folder}/stage.glb"

    def write_made(self, made: MadeDance) -> None:
        """Keeps what the generate step made."""
        write_json(self._store, self._made_key, asdict(made))

    def read_made(self) -> MadeDance:
        """What `write_made` kept."""
        made = read_json(self._store, self._made_key)
        made.setdefault("source_segments", made.pop("borrowed", []))  # their name in dances of earlier versions
        return MadeDance(**made)

    def write_result(self, *, seed: int, formats: Sequence[str]) -> None:
        """Keeps the result: what was made, from which seed, and as what it was written."""
        made = read_json(self._store, self._made_key)
        write_json(self._store, self.result_key, made | {"seed": seed, "formats": list(formats)})

    @property
    def _made_key(self) -> str:
        return f"{self._folder}/made.json"
