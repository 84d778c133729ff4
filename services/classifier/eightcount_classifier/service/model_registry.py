"""Where models lie: those that came with the service in its package, those that users made in the object store."""

from __future__ import annotations

import io
import re
import threading
from dataclasses import replace
from pathlib import Path

from eightcount_classifier.dataset import UnusableDataError
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.few_shot.embedding import Embedding, read_embedding
from eightcount_classifier.few_shot.styles import (
    MIN_CLIPS,
    ClipEmbeddings,
    check_style_name,
    embed,
    fit_styles,
    read_style,
    serialize_style,
)
from eightcount_classifier.model import StyleModel, compute_version, read_model, serialize_model
from eightcount_common.errors import InvalidInputError, NotFoundError
from eightcount_common.storage import ObjectStore

STARTER = "starter"
FEW_SHOT = "few-shot"
PRETRAINED_FOLDER = Path(__file__).parent / "starter"
"""Folder of the models that come with the service."""
_SHIPPED = (STARTER, FEW_SHOT)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MODELS, _STYLES = "styles/models", "styles/few-shot"
_ENDING = ".safetensors"
_KEPT = 8


def check_name(name: str) -> None:
    """Makes sure that a model or a style may be called so.

    Raises:
        InvalidInputError: it may not.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInputError(
            f'a name has up to 64 letters, digits, ".", "_" or "-" and begins with a letter or digit; got {name!r}',
            reason="INVALID_NAME",
        )


class ModelRegistry:
    """Reads and keeps models. Blocking, and safe for threads."""

    def __init__(self, store: ObjectStore, *, shipped: Path = PRETRAINED_FOLDER) -> None:
        self._store = store
        self._shipped = shipped
        self._lock = threading.Lock()
        self._read: dict[str, StyleModel] = {}
        self._embedding: Embedding | None = None

    def get(self, name: str) -> StyleModel:
        """The model of that name; the starter model when empty.

        Raises:
            NotFoundError: there is none.
            UnusableDataError: it is the few-shot model, and no style has been added.
        """
        name = name or STARTER
        if name == FEW_SHOT:
            return self._few_shot()
        check_name(name)
        with self._lock:
            return self._model(name)

    def names(self) -> list[str]:
        """Names of all models, shipped ones first."""
        own = {info.key.split("/")[2] for info in self._store.list(f"{_MODELS}/") if info.key.endswith(_ENDING)}
        return [*_SHIPPED, *sorted(own)]

    def is_shipped(self, name: str) -> bool:
        """Whether it came with the service."""
        return name in _SHIPPED

    def list_styles(self) -> list[str]:
        """Names of the styles of the few-shot model."""
        keys = (info.key for info in self._store.list(f"{_STYLES}/") if info.key.endswith(_ENDING))
        return [key.rpartition("/")[2].removesuffix(_ENDING) for key in keys]

    def keep(self, model: StyleModel, files_beside: dict[str, bytes]) -> StyleModel:
        """Keeps a trained model and what belongs to it; replaces one of that name.

        Returns:
            The model with its version.

        Raises:
            InvalidInputError: it may not be called so.
        """
        check_new_name(model.name)
        data = serialize_model(model)
        for name, content in files_beside.items():
            self._store.put(self.key(model.name, name), io.BytesIO(content))
        self._store.put(self.key(model.name, f"model{_ENDING}"), io.BytesIO(data))
        return replace(model, version=compute_version(data))

    def key(self, name: str, file: str) -> str:
        """Key of a file of a model."""
        return f"{_MODELS}/{name}/{file}"

    def add_style(self, name: str, motions: list[BodyMotion]) -> StyleModel:
        """Adds a style to the few-shot model, or replaces it.

        Returns:
            The model; without styles that were added to an older embedding, which can so be added again one by one.

        Raises:
            InvalidInputError: it may not be called so.
            UnusableDataError: too few of the motions are long enough.
        """
        check_name(name)
        check_style_name(name)
        embedding = self._base()
        style = embed(embedding.network, motions)
        if style.clips < MIN_CLIPS:
            raise UnusableDataError(
                f"a style needs {MIN_CLIPS} clips of four seconds or more, better five; got {style.clips}",
                reason="TOO_FEW_CLIPS",
            )
        data = serialize_style(style, network_version=embedding.version)
        self._store.put(self._style_key(name), io.BytesIO(data))
        return self._fitted([other for other in self.list_styles() if self._is_current(other)])

    def remove_style(self, name: str) -> None:
        """Removes a style from the few-shot model.

        Raises:
            NotFoundError: it was never added.
        """
        check_name(name)
        key = self._style_key(name)
        if not self._store.exists(key):
            raise NotFoundError(f"there is no style {name!r}", reason="NO_SUCH_STYLE")
        self._store.delete(key)

    def _model(self, name: str) -> StyleModel:
        if name == STARTER:
            if name not in self._read:
                self._read[name] = read_model(self._bytes("starter.safetensors"))
            return self._read[name]
        key = self.key(name, f"model{_ENDING}")
        try:
            data = b"".join(self._store.read(key))
        except NotFoundError:
            raise NotFoundError(f"there is no model {name!r}", reason="NO_SUCH_MODEL") from None
        model = self._read.get(name)
        if model is None or model.version != compute_version(data):
            self._read[name] = read_model(data)
            while len(self._read) > _KEPT:
                del self._read[next(key for key in self._read if key != STARTER)]
        return self._read[name]

    def _few_shot(self) -> StyleModel:
        return self._fitted(self.list_styles())

    def _fitted(self, names: list[str]) -> StyleModel:
        """Fitted anew whenever it is asked for: it takes a moment, and another process may have added a style."""
        styles = {name: self._style(name) for name in names}
        fresh = read_embedding(self._bytes("few_shot.safetensors"))
        model = fit_styles(fresh.network, styles, fresh.not_dances)
        return replace(model, version=compute_version(serialize_model(model)))

    def _style(self, name: str) -> ClipEmbeddings:
        data = b"".join(self._store.read(self._style_key(name)))
        return read_style(data, name, network_version=self._base().version)

    def _is_current(self, name: str) -> bool:
        try:
            self._style(name)
        except InvalidInputError:
            return False
        return True

    @staticmethod
    def _style_key(name: str) -> str:
        return f"{_STYLES}/{name}{_ENDING}"

    def _base(self) -> Embedding:
        with self._lock:
            if self._embedding is None:
                self._embedding = read_embedding(self._bytes("few_shot.safetensors"))
            return self._embedding

    def _bytes(self, file: str) -> bytes:
        return (self._shipped / file).read_bytes()


def check_new_name(name: str) -> None:
    """Makes sure that a new model may be called so.

    Raises:
        InvalidInputError: it may not.
    """
    check_name(name)
    if name in _SHIPPED:
        raise InvalidInputError(
            f"the model {name!r} comes with the service; choose another name", reason="RESERVED_NAME"
        )
