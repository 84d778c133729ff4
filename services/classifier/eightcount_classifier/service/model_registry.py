"""The registry of style models: the common model registry, and the few-shot model that users add styles to."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from eightcount_classifier.dataset import UnusableDataError
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.few_shot.clips import (
    MIN_CLIPS,
    ClipEmbeddings,
    check_style_name,
    embed,
    read_style,
    serialize_style,
)
from eightcount_classifier.few_shot.embedding import Embedding, read_embedding
from eightcount_classifier.few_shot.styles import fit_styles
from eightcount_classifier.model import StyleModel, compute_version, read_model, serialize_model
from eightcount_classifier.pretrained import PRETRAINED_FOLDER
from eightcount_common.errors import ConflictError, InvalidInputError, NotFoundError
from eightcount_common.models.names import check_name
from eightcount_common.models.registry import DefaultModel, ModelFormat, ModelOrigin, ModelRegistry, check_version
from eightcount_common.storage import ObjectStore

STARTER = "starter"
FEW_SHOT = "few-shot"
DEFAULT_MODEL_SETTING = "EIGHTCOUNT_CLASSIFIER_DEFAULT_MODEL"
_EMBEDDING_FILE = "few_shot.safetensors"
_MODELS, _STYLES = "styles/models", "styles/few-shot"
_SUFFIX = ".safetensors"


@dataclass(frozen=True, slots=True)
class StyleModelDescription:
    """The version of a style model."""

    version: str


class StyleModelRegistry:
    """Loads, saves, lists and deletes style models. Blocking, and thread-safe.

    Args:
        store: object store of the trained models and of the styles of the few-shot model.
        default_model: model that is used when a request names none; `STARTER` if empty.
        pretrained: folder of the pretrained models.
    """

    def __init__(self, store: ObjectStore, *, default_model: str = "", pretrained: Path = PRETRAINED_FOLDER) -> None:
        self._store = store
        self._embedding_file = pretrained / _EMBEDDING_FILE
        self._lock = threading.Lock()
        self._embedding: Embedding | None = None
        self._models: ModelRegistry[StyleModelDescription, StyleModel] = ModelRegistry(
            store, _MODELS, ModelFormat(_describe, lambda name, data: replace(read_model(data), name=name)),
            pretrained={STARTER: pretrained / f"{STARTER}{_SUFFIX}"},
            default=DefaultModel(default_model or STARTER, DEFAULT_MODEL_SETTING, "NO_STYLE_MODEL"),
        )  # fmt: skip

    @property
    def default_name(self) -> str:
        """Name of the default model."""
        return self._models.default_name

    def get(self, name: str = "", *, version: str | None = None) -> StyleModel:
        """Load a model; the default model if the name is empty.

        Raises:
            NotFoundError: MODEL_NOT_FOUND; NO_STYLE_MODEL, the default model does not exist.
            ConflictError: MODEL_VERSION_MISMATCH.
            InvalidInputError: INVALID_NAME; STYLE_OUTDATED, a style of the few-shot model must be added again.
            UnusableDataError: NO_STYLES; it is the few-shot model, and no style was added.
            ModelError: MODEL_DAMAGED, MODEL_TOO_NEW.
        """
        if (name or self.default_name) != FEW_SHOT:
            return self._models.get(name, version=version)
        model = self._fit_few_shot(self.list_styles())
        check_version(FEW_SHOT, model.version, version)
        return model

    def list_names(self) -> list[str]:
        """Return the names of all models, pretrained ones first."""
        pretrained, *trained = self._models.list_names()
        return [pretrained, FEW_SHOT, *(name for name in trained if name != FEW_SHOT)]

    def get_origin(self, name: str) -> ModelOrigin:
        """Return the origin of a model."""
        return ModelOrigin.PRETRAINED if name == FEW_SHOT else self._models.get_origin(name)

    def size_bytes(self, name: str) -> int:
        """Return the size of a model file; for the few-shot model, of its embedding and its styles.

        Raises:
            NotFoundError: MODEL_NOT_FOUND.
        """
        if name != FEW_SHOT:
            return self._models.size_bytes(name)
        return self._embedding_file.stat().st_size + sum(info.size_bytes for info in self._store.list(f"{_STYLES}/"))

    def check_new_name(self, name: str) -> None:
        """Check that a new model may have this name.

        Raises:
            InvalidInputError: INVALID_NAME, RESERVED_NAME.
        """
        self._models.check_new_name(name)
        if name == FEW_SHOT:
            raise InvalidInputError(
                f"the name {name!r} belongs to a pretrained model; choose another name", reason="RESERVED_NAME"
            )

    def save(self, model: StyleModel, files: Mapping[str, bytes]) -> StyleModel:
        """Save a trained model and the files that belong to it; it replaces a trained model of that name.

        Returns:
            The model with its version and the time of its training.

        Raises:
            InvalidInputError: INVALID_NAME, RESERVED_NAME.
        """
        self.check_new_name(model.name)
        model = replace(model, metadata=replace(model.metadata, created_at_seconds=time.time()))
        data = serialize_model(model)
        self._models.save(model.name, data, files)
        return replace(model, version=compute_version(data))

    def delete(self, name: str, *, version: str | None = None) -> list[str]:
        """Delete every file of a trained model; return their URIs.

        Raises:
            NotFoundError: MODEL_NOT_FOUND.
            ConflictError: MODEL_IS_PRETRAINED, MODEL_VERSION_MISMATCH.
            InvalidInputError: INVALID_NAME.
        """
        if name == FEW_SHOT:
            raise ConflictError(
                f"the model {name!r} is pretrained and cannot be deleted; its styles can be removed one by one",
                reason="MODEL_IS_PRETRAINED",
            )
        return self._models.delete(name, version=version)

    def uri(self, name: str, file: str) -> str:
        """Return the URI of a file of a trained model."""
        return self._models.uri(name, file)

    def list_styles(self) -> list[str]:
        """Return the names of the styles of the few-shot model."""
        keys = (info.key for info in self._store.list(f"{_STYLES}/") if info.key.endswith(_SUFFIX))
        return [key.rpartition("/")[2].removesuffix(_SUFFIX) for key in keys]

    def add_style(self, name: str, motions: list[BodyMotion]) -> StyleModel:
        """Add a style to the few-shot model, or replace it.

        Returns:
            The model, without the styles that were added to an older embedding: they can be added again one by one.

        Raises:
            InvalidInputError: INVALID_NAME, RESERVED_NAME.
            UnusableDataError: TOO_FEW_CLIPS.
        """
        check_name(name)
        check_style_name(name)
        embedding = self._load_embedding()
        style = embed(embedding.network, motions)
        if style.clip_count < MIN_CLIPS:
            raise UnusableDataError(
                f"a style requires at least {MIN_CLIPS} clips of four seconds or more, better five; got "
                f"{style.clip_count}",
                reason="TOO_FEW_CLIPS",
            )
        data = serialize_style(style, network_version=embedding.version)
        self._store.put(_style_key(name), io.BytesIO(data))
        return self._fit_few_shot([other for other in self.list_styles() if self._is_current(other)])

    def remove_style(self, name: str) -> None:
        """Remove a style from the few-shot model.

        Raises:
            NotFoundError: STYLE_NOT_FOUND.
            InvalidInputError: INVALID_NAME.
        """
        check_name(name)
        if not self._store.exists(_style_key(name)):
            raise NotFoundError(f"there is no style {name!r}", reason="STYLE_NOT_FOUND")
        self._store.delete(_style_key(name))

    def _fit_few_shot(self, names: list[str]) -> StyleModel:
        """Fit the head anew at every call: it takes a moment, and another process may have added a style."""
        styles = {name: self._load_style(name) for name in names}
        embedding = read_embedding(self._embedding_file.read_bytes())
        model = fit_styles(embedding.network, styles, embedding.not_dances)
        return replace(model, version=compute_version(serialize_model(model)))

    def _load_style(self, name: str) -> ClipEmbeddings:
        data = b"".join(self._store.read(_style_key(name)))
        return read_style(data, name, network_version=self._load_embedding().version)

    def _is_current(self, name: str) -> bool:
        try:
            self._load_style(name)
        except InvalidInputError:
            return False
        return True

    def _load_embedding(self) -> Embedding:
        with self._lock:
            if self._embedding is None:
                self._embedding = read_embedding(self._embedding_file.read_bytes())
            return self._embedding


def _describe(_: str, file: BinaryIO) -> StyleModelDescription:
    return StyleModelDescription(compute_version(file.read()))


def _style_key(name: str) -> str:
    return f"{_STYLES}/{name}{_SUFFIX}"
