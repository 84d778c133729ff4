"""The objects that trainings of every kind keep in the store: the items requested, and those that can be used."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from eightcount_common.errors import NotFoundError
from eightcount_common.storage import ObjectStore
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.kinds.rejections import Rejected
from eightcount_gateway.kinds.sources import videos
from eightcount_gateway.library.documents import read_json, write_json


@dataclass(frozen=True, slots=True)
class Prepared:
    """Items that can be trained on, and recordings that cannot."""

    items: list[dict[str, Any]]
    rejected: list[Rejected]


class TrainingFolder:
    """Reads and writes a training's folder. Blocking: call it from a thread."""

    root: ClassVar[str]
    """Prefix of the folders of this kind."""

    def __init__(self, store: ObjectStore, folder: str) -> None:
        self._store = store
        self.folder = folder

    @classmethod
    def new(cls, store: ObjectStore) -> Self:
        """Return the folder of a new training."""
        return cls(store, secrets.token_hex(10))

    def key(self, name: str) -> str:
        """Key of one of its files."""
        return f"{self.root}/{self.folder}/{name}"

    def write_items(self, items: list[dict[str, Any]]) -> None:
        """Write the items requested; they are too many for the job's row, which is written four times a second."""
        write_json(self._store, self.key("items.json"), items)

    def read_items(self) -> list[dict[str, Any]]:
        """Read what `write_items` wrote."""
        return list(read_json(self._store, self.key("items.json")))

    def list_videos(self) -> list[str]:
        """Return the ids of the recordings; none when the folder is gone."""
        try:
            return [item["video_id"] for item in self.read_items()]
        except NotFoundError:
            return []

    def write_prepared(self, prepared: Prepared) -> None:
        """Write the outcome of the extract step."""
        value = {"items": prepared.items, "rejected": [item.as_json() for item in prepared.rejected]}
        write_json(self._store, self.key("prepared.json"), value)

    def read_prepared(self) -> Prepared:
        """Read what `write_prepared` wrote."""
        value = read_json(self._store, self.key("prepared.json"))
        return Prepared(value["items"], [Rejected.of_json(item) for item in value["rejected"]])


def training_sources(folder: TrainingFolder) -> tuple[Resource, ...]:
    """Return the videos that a training was made of."""
    return videos(*folder.list_videos())
