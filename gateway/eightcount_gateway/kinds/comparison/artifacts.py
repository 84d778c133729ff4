"""The objects that a comparison leaves in the store."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.report import report_as_json
from eightcount_common.rpc.wire import read_delimited
from eightcount_common.storage import ObjectStore
from eightcount_gateway.kinds.comparison.alignment import AlignmentOutcome
from eightcount_gateway.library.motions.refs import JobWarning


class ComparisonArtifacts:
    """Reads and writes `comparisons/<id>/*`. Blocking: call it from a thread."""

    def __init__(self, store: ObjectStore, comparison_id: str) -> None:
        self._store = store
        self._folder = f"comparisons/{comparison_id}"

    @property
    def errors_key(self) -> str:
        """Errors of every frame: delimited `FrameErrors`."""
        return f"{self._folder}/errors.pb"

    @property
    def video_key(self) -> str:
        """The side-by-side video."""
        return f"{self._folder}/side_by_side.mp4"

    @property
    def report_key(self) -> str:
        """The report as JSON."""
        return f"{self._folder}/report.json"

    def write_alignment(self, outcome: AlignmentOutcome, music: sync_pb2.Music) -> None:
        """Write the alignment, its warnings and the beats; scoring does not use the onsets."""
        beats = sync_pb2.Music.FromString(music.SerializeToString())
        beats.ClearField("onset_envelope")
        self._put("alignment.pb", outcome.alignment.SerializeToString())
        self._put("warnings.json", json.dumps([asdict(warning) for warning in outcome.warnings]).encode())
        self._put("music.pb", beats.SerializeToString())

    def read_alignment(self) -> AlignmentOutcome:
        """Read what `write_alignment` wrote."""
        warnings = tuple(JobWarning(**warning) for warning in json.loads(self._get("warnings.json")))
        return AlignmentOutcome(sync_pb2.Alignment.FromString(self._get("alignment.pb")), warnings)

    def read_music(self) -> sync_pb2.Music:
        """Read what `write_alignment` wrote."""
        return sync_pb2.Music.FromString(self._get("music.pb"))

    def write_report(self, merged: scoring_pb2.Report) -> None:
        """Write the report as a message and as JSON."""
        self._put("report.pb", merged.SerializeToString())
        text = json.dumps(report_as_json(merged), ensure_ascii=False, allow_nan=False, indent=1)
        self._put("report.json", text.encode(), media_type="application/json")

    def read_report(self) -> scoring_pb2.Report:
        """Read what `write_report` wrote."""
        return scoring_pb2.Report.FromString(self._get("report.pb"))

    @contextmanager
    def open_errors(self) -> Iterator[Iterator[scoring_pb2.FrameErrors]]:
        """The messages of `errors.pb`, one at a time."""
        with self._store.open(self.errors_key) as file:
            yield iter(lambda: read_delimited(scoring_pb2.FrameErrors, file), None)

    def _put(self, name: str, data: bytes, *, media_type: str = "application/octet-stream") -> None:
        self._store.put(f"{self._folder}/{name}", io.BytesIO(data), media_type=media_type)

    def _get(self, name: str) -> bytes:
        return b"".join(self._store.read(f"{self._folder}/{name}"))
