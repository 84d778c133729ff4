"""What a training leaves in the object store, below `style-trainings/<folder>/`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.errors import NotFoundError
from eightcount_common.storage import ObjectStore
from eightcount_gateway.jobs.artifacts import read_json, write_json
from eightcount_gateway.jobs.material import Rejected
from eightcount_gateway.style_models import model_as_json

ID_FIELDS = ("performer", "choreography", "music", "take", "camera")
"""Ids by which training and test data are kept apart."""

FILES = {"card.md": "text/markdown; charset=utf-8", "report.json": "application/json", "confusion.png": "image/png"}
"""Files of a finished training, and their media types."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Items that can be trained on, and recordings that cannot."""

    items: list[dict[str, Any]]
    rejected: list[Rejected]


class TrainingArtifacts:
    """Reads and writes a training's folder. Blocking: call it from a thread."""

    def __init__(self, store: ObjectStore, folder: str) -> None:
        self._store = store
        self.folder = folder

    @classmethod
    def new(cls, store: ObjectStore) -> TrainingArtifacts:
        """Those of a training that is about to be asked for."""
        return cls(store, secrets.token_hex(10))

    def key(self, name: str) -> str:
        """Key of one of its files."""
        return f"style-trainings/{self.folder}/{name}"

    def write_items(self, items: list[dict[str, Any]]) -> None:
        """Keeps what was asked for; too much for the job's row, which is written four times a second."""
        write_json(self._store, self.key("items.json"), items)

    def read_items(self) -> list[dict[str, Any]]:
        """What `write_items` kept."""
        return list(read_json(self._store, self.key("items.json")))

    def write_prepared(self, prepared: Prepared) -> None:
        """Keeps what the extract step found."""
        value = {"items": prepared.items, "rejected": [item.as_json() for item in prepared.rejected]}
        write_json(self._store, self.key("prepared.json"), value)

    def read_prepared(self) -> Prepared:
        """What `write_prepared` kept."""
        value = read_json(self._store, self.key("prepared.json"))
        return Prepared(value["items"], [Rejected.of_json(item) for item in value["rejected"]])

    def write_result(
        self,
        prepared: Prepared,
        started: classifier_pb2.TrainPrepared,
        finished: classifier_pb2.TrainFinished,
    ) -> None:
        """Keeps the result, and copies of the model's files: a later training of that name replaces the originals."""
        uris = {
            "card.md": finished.card_uri,
            "report.json": finished.report_uri,
            "confusion.png": finished.confusion_uri,
        }
        for name, uri in uris.items():
            self._copy(uri, name)
        rejected = [*prepared.rejected, *map(Rejected.of_message, started.rejected)]
        result = {
            "model": model_as_json(finished.model),
            "items_used": started.items_used,
            "rejected": [item.as_json() for item in rejected],
            "kept_apart": list(started.kept_apart),
        }
        write_json(self._store, self.key("result.json"), result)

    def _copy(self, uri: str, name: str) -> None:
        if not uri:
            return
        try:
            with self._store.open(self._store.key(uri)) as file:
                self._store.put(self.key(name), file, media_type=FILES[name].partition(";")[0])
        except NotFoundError:
            return  # not every family draws a confusion matrix
