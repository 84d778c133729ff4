"""What jobs leave in the object store."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from google.protobuf.message import Message

from eightcount.classifier.v1 import classifier_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.report import report_as_json
from eightcount_common.rpc.wire import read_delimited, write_delimited
from eightcount_common.storage import ObjectStore
from eightcount_gateway.classification_json import classification_as_json
from eightcount_gateway.motions import Notice


@dataclass(frozen=True, slots=True)
class AlignmentOutcome:
    """The alignment that is scored, and what the user should know about it."""

    alignment: sync_pb2.Alignment
    notices: tuple[Notice, ...] = ()


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
        """Keeps what the align step found; of the music the beats, for scoring has no use for its onsets."""
        beats = sync_pb2.Music.FromString(music.SerializeToString())
        beats.ClearField("onset_envelope")
        self._put("alignment.pb", outcome.alignment.SerializeToString())
        self._put("notices.json", json.dumps([asdict(notice) for notice in outcome.notices]).encode())
        self._put("music.pb", beats.SerializeToString())

    def read_alignment(self) -> AlignmentOutcome:
        """What `write_alignment` kept."""
        notices = tuple(Notice(**notice) for notice in json.loads(self._get("notices.json")))
        return AlignmentOutcome(sync_pb2.Alignment.FromString(self._get("alignment.pb")), notices)

    def read_music(self) -> sync_pb2.Music:
        """What `write_alignment` kept."""
        return sync_pb2.Music.FromString(self._get("music.pb"))

    def write_report(self, merged: scoring_pb2.Report) -> None:
        """Keeps the report as a message and as JSON."""
        self._put("report.pb", merged.SerializeToString())
        text = json.dumps(report_as_json(merged), ensure_ascii=False, allow_nan=False, indent=1)
        self._put("report.json", text.encode(), media_type="application/json")

    def read_report(self) -> scoring_pb2.Report:
        """What `write_report` kept."""
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


class ClassificationArtifacts:
    """Reads and writes `classifications/<id>/*`. Blocking: call it from a thread."""

    def __init__(self, store: ObjectStore, classification_id: str) -> None:
        self._store = store
        self.result_key = f"classifications/{classification_id}/result.json"

    def write_result(self, found: classifier_pb2.Classification) -> None:
        """Keeps the classification as JSON."""
        write_json(self._store, self.result_key, classification_as_json(found))


def delimited(message: Message) -> bytes:
    """A message with its length before it, as files of many messages hold it."""
    file = io.BytesIO()
    write_delimited(file, message)
    return file.getvalue()


def write_json(store: ObjectStore, key: str, value: Any) -> None:
    """Keeps a value as JSON. Blocking."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    store.put(key, io.BytesIO(text.encode()), media_type="application/json")


def read_json(store: ObjectStore, key: str) -> Any:
    """What `write_json` kept. Blocking.

    Raises:
        NotFoundError: there is no such object.
    """
    return json.loads(b"".join(store.read(key)))
