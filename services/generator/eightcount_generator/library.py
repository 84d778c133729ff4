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
from eightcount_generator.families import FAMILIES, Family, family_named
from eightcount_generator.makers.base import Maker
from eightcount_generator.model_file import ModelFile, ModelLabel, labelled, read_label
from eightcount_generator.shipped import DEFAULT

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FOLDER, _FILE, _CARD = "dances/models", "model.safetensors", "card.md"


@dataclass(frozen=True, slots=True)
class DanceModel:
    """A model that is ready to dance."""

    label: ModelLabel
    maker: Maker
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


class DanceModels:
    """Reads and keeps models. Blocking, and safe for threads.

    Args:
        store: where models are kept.
        families: that can be read.
        kept: models that stay in memory.
        shipped: folder of the models that come with the service; one of the store goes before one of its name.
    """

    def __init__(
        self, store: ObjectStore, *, families: Mapping[str, Family] = FAMILIES, kept: int = 2,
        shipped: Path | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._shipped = {path.stem: path for path in sorted(shipped.glob("*.safetensors"))} if shipped else {}
        self._families = families
        self._kept = kept
        self._lock = threading.Lock()
        self._read: OrderedDict[str, DanceModel] = OrderedDict()

    def get(self, name: str) -> DanceModel:
        """The model of that name; when empty the newest that was made here, else `shipped.DEFAULT`.

        Raises:
            NotFoundError: NO_SUCH_MODEL; NO_DANCE_MODEL, when there is none at all.
            InvalidInputError: INVALID_MODEL; its file is damaged.
        """
        label = self.label(name) if name else self._best()
        with self._lock:
            model = self._read.get(label.name)
            if model is None or model.label != label:
                model = self._opened(label.name)  # may have been made anew since
                self._read[label.name] = model
            self._read.move_to_end(label.name)
            while len(self._read) > self._kept:
                self._read.popitem(last=False)
            return model

    def names(self) -> list[str]:
        """Names of all models: those that were made here, then those that came along."""
        here = self._made_here()
        return [*here, *(name for name in self._shipped if name not in here)]

    def came_along(self, name: str) -> bool:
        """Whether the model of that name came with the service."""
        return name in self._shipped and name not in self._made_here()

    def label(self, name: str) -> ModelLabel:
        """What is known of the model of that name.

        Raises:
            NotFoundError: NO_SUCH_MODEL.
            InvalidInputError: INVALID_MODEL; its file is damaged.
        """
        with self._open(name) as file:
            return replace(read_label(file), name=name)

    def file(self, name: str) -> ModelFile:
        """The model of that name as it is kept.

        Raises:
            NotFoundError: NO_SUCH_MODEL.
            InvalidInputError: INVALID_NAME; INVALID_MODEL, its file is damaged.
        """
        with self._open(name) as file:
            data = file.read()
        return ModelFile(replace(read_label(io.BytesIO(data)), name=name), data)

    def keep(self, label: ModelLabel, data: bytes) -> None:
        """Keeps a model, in place of one of that name.

        Raises:
            InvalidInputError: INVALID_NAME, INVALID_MODEL.
        """
        check_name(label.name)
        self._store.put(self.key(label.name, _CARD), io.BytesIO(label.card.encode()), media_type="text/markdown")
        self._store.put(self.key(label.name, _FILE), io.BytesIO(labelled(data, label)))

    def key(self, name: str, file: str) -> str:
        """Key of a file of a model."""
        return f"{_FOLDER}/{name}/{file}"

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        check_name(name)
        with ExitStack() as opened:
            try:
                file = opened.enter_context(self._store.open(self.key(name, _FILE)))
            except NotFoundError:
                if name not in self._shipped:
                    raise NotFoundError(f"there is no model of dances {name!r}", reason="NO_SUCH_MODEL") from None
                file = opened.enter_context(self._shipped[name].open("rb"))
            yield file

    def _made_here(self) -> list[str]:
        keys = (info.key for info in self._store.list(f"{_FOLDER}/"))
        return [key.split("/")[2] for key in keys if key.endswith(f"/{_FILE}")]

    def _best(self) -> ModelLabel:
        newest = max(self._readable(), key=lambda label: (label.made_at, label.name), default=None)
        if newest is not None:
            return newest
        if DEFAULT in self._shipped:
            return self.label(DEFAULT)
        raise NotFoundError(
            "there is no model of dances yet; make one of your own recordings with "
            "`eightcount train dance --data DIR --name NAME`",
            reason="NO_DANCE_MODEL",
        )

    def _readable(self) -> Iterator[ModelLabel]:
        for name in self._made_here():
            try:
                yield self.label(name)
            except EightcountError:  # damaged, or deleted since it was listed: the others can be danced
                continue

    def _opened(self, name: str) -> DanceModel:
        file = self.file(name)
        family = family_named(file.label.family, self._families)
        return DanceModel(file.label, family.read(file.data), family.takes_key_poses)
