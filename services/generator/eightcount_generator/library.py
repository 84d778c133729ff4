"""Where models of dances lie: in the object store, each a file and its card for people to read."""

from __future__ import annotations

import io
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from eightcount_common.errors import EightcountError, InvalidInputError, NotFoundError
from eightcount_common.storage import ObjectStore
from eightcount_generator.families import FAMILIES, Family, family_named
from eightcount_generator.makers.base import Maker
from eightcount_generator.model_file import ModelFile, ModelLabel, labelled, read_label

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
    """Reads and keeps models. Blocking, and safe for threads."""

    def __init__(self, store: ObjectStore, *, families: Mapping[str, Family] = FAMILIES, kept: int = 2) -> None:
        self._store = store
        self._families = families
        self._kept = kept
        self._lock = threading.Lock()
        self._read: OrderedDict[str, DanceModel] = OrderedDict()

    def get(self, name: str) -> DanceModel:
        """The model of that name; the newest when empty.

        Raises:
            NotFoundError: NO_SUCH_MODEL; NO_DANCE_MODEL, when there is none at all.
            InvalidInputError: INVALID_MODEL; its file is damaged.
        """
        label = self.label(name) if name else self._newest()
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
        """Names of all models."""
        keys = (info.key for info in self._store.list(f"{_FOLDER}/"))
        return [key.split("/")[2] for key in keys if key.endswith(f"/{_FILE}")]

    def label(self, name: str) -> ModelLabel:
        """What is known of the model of that name.

        Raises:
            NotFoundError: NO_SUCH_MODEL.
            InvalidInputError: INVALID_MODEL; its file is damaged.
        """
        check_name(name)
        try:
            with self._store.open(self.key(name, _FILE)) as file:
                return replace(read_label(file), name=name)
        except NotFoundError:
            raise _no_such_model(name) from None

    def file(self, name: str) -> ModelFile:
        """The model of that name as it is kept.

        Raises:
            NotFoundError: NO_SUCH_MODEL.
            InvalidInputError: INVALID_NAME; INVALID_MODEL, its file is damaged.
        """
        check_name(name)
        try:
            data = b"".join(self._store.read(self.key(name, _FILE)))
        except NotFoundError:
            raise _no_such_model(name) from None
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

    def _newest(self) -> ModelLabel:
        found = max(self._readable(), key=lambda label: (label.made_at, label.name), default=None)
        if found is None:
            raise NotFoundError(
                "there is no model of dances yet; make one of your own recordings with "
                "`eightcount train dance --data DIR --name NAME`",
                reason="NO_DANCE_MODEL",
            )
        return found

    def _readable(self) -> Iterator[ModelLabel]:
        for name in self.names():
            try:
                yield self.label(name)
            except EightcountError:  # damaged, or deleted since it was listed: the others can be danced
                continue

    def _opened(self, name: str) -> DanceModel:
        file = self.file(name)
        family = family_named(file.label.family, self._families)
        return DanceModel(file.label, family.read(file.data), family.takes_key_poses)


def _no_such_model(name: str) -> NotFoundError:
    return NotFoundError(f"there is no model of dances {name!r}", reason="NO_SUCH_MODEL")
