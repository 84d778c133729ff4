"""Where models of dances lie: in the object store, each a file and its card; beside the code those that come along."""

from __future__ import annotations

import io
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from eightcount_common.errors import EightcountError, InvalidInputError, NotFoundError
from eightcount_common.storage import ObjectStore
from eightcount_generator.families import FAMILIES, Family, find_family
from eightcount_generator.model_file import ModelFile, ModelMetadata, embed_metadata, read_metadata
from eightcount_generator.models.base import DanceGenerator
from eightcount_generator.pretrained import DEFAULT_MODEL

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FOLDER, _FILE, _CARD = "dances/models", "model.safetensors", "card.md"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that is ready to dance."""

    metadata: ModelMetadata
    generator: DanceGenerator
    takes_key_poses: bool


def check_name(name: str) -> None:
    """Makes sure that a model may be called so.

    Raises:
        InvalidInputError: INVALID_NAME.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInputError(
            f'a name has up to 64 letters, digits, ".", "_" or "-" and begins with a letter or digit; got {name!r}',
            reason="INVALID_NAME",
        )


class ModelRegistry:
    """Reads and keeps models. Blocking, and safe for threads.

    Args:
        store: where models are kept.
        families: that can be read.
        cache_size: models that stay in memory.
        pretrained: folder of the models that come with the service; one of the store goes before one of its name.
    """

    def __init__(
        self, store: ObjectStore, *, families: Mapping[str, Family] = FAMILIES, cache_size: int = 2,
        pretrained: Path | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._pretrained = {path.stem: path for path in sorted(pretrained.glob("*.safetensors"))} if pretrained else {}
        self._families = families
        self._kept = cache_size
        self._lock = threading.Lock()
        self._read: OrderedDict[str, LoadedModel] = OrderedDict()

    def get(self, name: str) -> LoadedModel:
        """The model of that name; when empty the newest that was made here, else `shipped.DEFAULT`.

        Raises:
            NotFoundError: NO_SUCH_MODEL; NO_DANCE_MODEL, when there is none at all.
            InvalidInputError: INVALID_MODEL; its file is damaged.
        """
        metadata = self.metadata(name) if name else self._default_metadata()
        with self._lock:
            model = self._read.get(metadata.name)
            if model is None or model.metadata != metadata:
                model = self._load(metadata.name)  # may have been made anew since
                self._read[metadata.name] = model
            self._read.move_to_end(metadata.name)
            while len(self._read) > self._kept:
                self._read.popitem(last=False)
            return model

    def names(self) -> list[str]:
        """Names of all models: those that were made here, then those that came along."""
        here = self._stored_names()
        return [*here, *(name for name in self._pretrained if name not in here)]

    def is_pretrained(self, name: str) -> bool:
        """Whether the model of that name came with the service."""
        return name in self._pretrained and name not in self._stored_names()

    def metadata(self, name: str) -> ModelMetadata:
        """What is known of the model of that name.

        Raises:
            NotFoundError: NO_SUCH_MODEL.
            InvalidInputError: INVALID_MODEL; its file is damaged.
        """
        with self._open(name) as file:
            return replace(read_metadata(file), name=name)

    def model_file(self, name: str) -> ModelFile:
        """The model of that name as it is kept.

        Raises:
            NotFoundError: NO_SUCH_MODEL.
            InvalidInputError: INVALID_NAME; INVALID_MODEL, its file is damaged.
        """
        with self._open(name) as file:
            data = file.read()
        return ModelFile(replace(read_metadata(io.BytesIO(data)), name=name), data)

    def save(self, metadata: ModelMetadata, data: bytes) -> None:
        """Keeps a model, in place of one of that name.

        Raises:
            InvalidInputError: INVALID_NAME, INVALID_MODEL.
        """
        check_name(metadata.name)
        self._store.put(
            self.object_key(metadata.name, _CARD), io.BytesIO(metadata.card.encode()), media_type="text/markdown"
        )
        self._store.put(self.object_key(metadata.name, _FILE), io.BytesIO(embed_metadata(data, metadata)))

    def object_key(self, name: str, file: str) -> str:
        """Key of a file of a model."""
        return f"{_FOLDER}/{name}/{file}"

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        check_name(name)
        with ExitStack() as opened:
            try:
                file = opened.enter_context(self._store.open(self.object_key(name, _FILE)))
            except NotFoundError:
                if name not in self._pretrained:
                    raise NotFoundError(f"there is no model of dances {name!r}", reason="NO_SUCH_MODEL") from None
                file = opened.enter_context(self._pretrained[name].open("rb"))
            yield file

    def _stored_names(self) -> list[str]:
        keys = (info.key for info in self._store.list(f"{_FOLDER}/"))
        return [key.split("/")[2] for key in keys if key.endswith(f"/{_FILE}")]

    def _default_metadata(self) -> ModelMetadata:
        newest = max(self._readable(), key=lambda metadata: (metadata.created_at, metadata.name), default=None)
        if newest is not None:
            return newest
        if DEFAULT_MODEL in self._pretrained:
            return self.metadata(DEFAULT_MODEL)
        raise NotFoundError(
            "there is no model of dances yet; make one of your own recordings with "
            "`eightcount train dance --data DIR --name NAME`",
            reason="NO_DANCE_MODEL",
        )

    def _readable(self) -> Iterator[ModelMetadata]:
        for name in self._stored_names():
            try:
                yield self.metadata(name)
            except EightcountError:  # damaged, or deleted since it was listed: the others can be danced
                continue

    def _load(self, name: str) -> LoadedModel:
        file = self.model_file(name)
        family = find_family(file.metadata.family, self._families)
        return LoadedModel(file.metadata, family.read(file.data), family.takes_key_poses)
