"""The registry of dance models: trained models in the object store, pretrained models in a folder of the package."""

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

from eightcount_common.errors import ConflictError, FieldViolation, InvalidInputError, NotFoundError
from eightcount_common.storage import ObjectStore
from eightcount_generator.families import FAMILIES, Family, find_family
from eightcount_generator.model_file import ModelFile, ModelMetadata, embed_metadata, read_metadata
from eightcount_generator.models.base import DanceGenerator
from eightcount_generator.pretrained import DEFAULT_MODEL

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FOLDER, _FILE, _CARD = "dances/models", "model.safetensors", "card.md"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory, ready to generate dances."""

    metadata: ModelMetadata
    generator: DanceGenerator
    supports_constraints: bool


def check_name(name: str) -> None:
    """Check that a model may have this name.

    Raises:
        InvalidInputError: INVALID_NAME.
    """
    if not _NAME.fullmatch(name):
        message = (
            'the name of a model consists of up to 64 letters, digits, ".", "_" and "-" and starts with a letter or '
            f"digit; got {name!r}"
        )
        raise InvalidInputError(message, reason="INVALID_NAME", field_violations=[FieldViolation("name", message)])


class ModelRegistry:
    """Reads, saves and deletes dance models. Blocking, and safe for threads.

    Args:
        store: object store of the trained models.
        families: families whose models can be loaded.
        cache_size: number of models that stay in memory.
        pretrained: folder of the pretrained models; a trained model hides a pretrained one of the same name.
        default_model: model that is used when a request names none; `pretrained.DEFAULT_MODEL` when empty.
    """

    def __init__(
        self, store: ObjectStore, *, families: Mapping[str, Family] = FAMILIES, cache_size: int = 2,
        pretrained: Path | None = None, default_model: str = "",
    ) -> None:  # fmt: skip
        self._store = store
        self._pretrained = {path.stem: path for path in sorted(pretrained.glob("*.safetensors"))} if pretrained else {}
        self._families = families
        self._cache_size = cache_size
        self._default_model = default_model
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, LoadedModel] = OrderedDict()

    @property
    def default_name(self) -> str:
        """Name of the model that is used when a request names none; empty when there is no such model."""
        if self._default_model:
            return self._default_model
        return DEFAULT_MODEL if DEFAULT_MODEL in self._pretrained else ""

    def get(self, name: str = "", *, version: str | None = None) -> LoadedModel:
        """Load a model; the default model when the name is empty.

        Raises:
            NotFoundError: NO_SUCH_MODEL; NO_DANCE_MODEL, when the name is empty and there is no default model.
            ConflictError: MODEL_VERSION_MISMATCH.
            InvalidInputError: INVALID_NAME; INVALID_MODEL, the file is damaged; UNKNOWN_FAMILY.
        """
        metadata = self.metadata(self._resolve(name))
        _check_version(metadata, version)
        with self._lock:
            model = self._cache.get(metadata.name)
            if model is None or model.metadata != metadata:
                model = self._load(metadata.name)  # another process may have replaced the file since
                self._cache[metadata.name] = model
            self._cache.move_to_end(metadata.name)
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
            return model

    def names(self) -> list[str]:
        """Return the names of all models: pretrained ones first, then trained ones."""
        trained = self._trained_names()
        return [*(name for name in self._pretrained if name not in trained), *trained]

    def is_pretrained(self, name: str) -> bool:
        """Return whether the model of that name is a pretrained one."""
        return name in self._pretrained and name not in self._trained_names()

    def metadata(self, name: str) -> ModelMetadata:
        """Read the metadata of a model without its weights.

        Raises:
            NotFoundError: NO_SUCH_MODEL.
            InvalidInputError: INVALID_NAME; INVALID_MODEL, the file is damaged.
        """
        with self._open(name) as file:
            return replace(read_metadata(file), name=name)

    def size_bytes(self, name: str) -> int:
        """Return the size of a model's file.

        Raises:
            NotFoundError: NO_SUCH_MODEL.
        """
        with self._open(name) as file:
            return file.seek(0, io.SEEK_END)

    def model_file(self, name: str, *, version: str | None = None) -> ModelFile:
        """Read the file of a model; that of the default model when the name is empty.

        Raises:
            NotFoundError: NO_SUCH_MODEL; NO_DANCE_MODEL.
            ConflictError: MODEL_VERSION_MISMATCH.
            InvalidInputError: INVALID_NAME; INVALID_MODEL, the file is damaged.
        """
        name = self._resolve(name)
        with self._open(name) as file:
            data = file.read()
        metadata = replace(read_metadata(io.BytesIO(data)), name=name)
        _check_version(metadata, version)
        return ModelFile(metadata, data)

    def save(self, metadata: ModelMetadata, data: bytes) -> None:
        """Save a trained model; it replaces a trained model of the same name.

        Raises:
            InvalidInputError: INVALID_NAME, INVALID_MODEL.
        """
        check_name(metadata.name)
        card = io.BytesIO(metadata.card.encode())
        self._store.put(self.object_key(metadata.name, _CARD), card, media_type="text/markdown")
        self._store.put(self.object_key(metadata.name, _FILE), io.BytesIO(embed_metadata(data, metadata)))

    def delete(self, name: str, *, version: str | None = None) -> list[str]:
        """Delete every file of a trained model; return the URIs of the deleted files.

        Raises:
            NotFoundError: NO_SUCH_MODEL.
            ConflictError: MODEL_IS_PRETRAINED; MODEL_VERSION_MISMATCH.
            InvalidInputError: INVALID_NAME.
        """
        check_name(name)
        keys = [info.key for info in self._store.list(f"{_FOLDER}/{name}/")]
        if not keys:
            if name in self._pretrained:
                raise ConflictError(
                    f"the model {name!r} is pretrained and cannot be deleted", reason="MODEL_IS_PRETRAINED"
                )
            raise _no_such_model(name)
        if version is not None:
            _check_version(self.metadata(name), version)
        for key in keys:
            self._store.delete(key)
        with self._lock:
            self._cache.pop(name, None)
        return [self._store.uri(key) for key in keys]

    def object_key(self, name: str, file: str) -> str:
        """Return the key of a file of a trained model."""
        return f"{_FOLDER}/{name}/{file}"

    def _resolve(self, name: str) -> str:
        if name or self.default_name:
            return name or self.default_name
        raise NotFoundError(
            "the request names no model and there is no default model; set EIGHTCOUNT_GENERATOR_DEFAULT_MODEL or name "
            "a model; `eightcount train dance --data DIR --name NAME` trains one",
            reason="NO_DANCE_MODEL",
        )

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        check_name(name)
        with ExitStack() as stack:
            try:
                file = stack.enter_context(self._store.open(self.object_key(name, _FILE)))
            except NotFoundError:
                if name not in self._pretrained:
                    raise _no_such_model(name) from None
                file = stack.enter_context(self._pretrained[name].open("rb"))
            yield file

    def _trained_names(self) -> list[str]:
        keys = (info.key for info in self._store.list(f"{_FOLDER}/"))
        return sorted(key.split("/")[2] for key in keys if key.endswith(f"/{_FILE}"))

    def _load(self, name: str) -> LoadedModel:
        file = self.model_file(name)
        family = find_family(file.metadata.family, self._families)
        return LoadedModel(file.metadata, family.read(file.data), family.supports_constraints)


def _no_such_model(name: str) -> NotFoundError:
    return NotFoundError(f"there is no dance model named {name!r}", reason="NO_SUCH_MODEL")


def _check_version(metadata: ModelMetadata, version: str | None) -> None:
    if version is not None and version != metadata.version:
        raise ConflictError(
            f"the model {metadata.name!r} has the version {metadata.version}; version {version!r} is required",
            reason="MODEL_VERSION_MISMATCH",
        )
