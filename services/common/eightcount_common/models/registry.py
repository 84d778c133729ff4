"""The model registry: pretrained models in files of the service's package, trained models in the object store."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Generic, Protocol, TypeVar

from eightcount_common.errors import ConflictError, InvalidInputError, NotFoundError
from eightcount_common.models.names import check_name
from eightcount_common.storage import ObjectStore

MODEL_FILE = "model.safetensors"
_MEDIA_TYPES = {".md": "text/markdown", ".json": "application/json", ".png": "image/png"}


class ModelOrigin(StrEnum):
    """The origin of a model."""

    PRETRAINED = "pretrained"
    TRAINED = "trained"


class ModelDescription(Protocol):
    """Description of a model file; two equal descriptions stand for the same model."""

    @property
    def version(self) -> str:
        """Version of the model."""


D = TypeVar("D", bound=ModelDescription)
M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class ModelFormat(Generic[D, M]):
    """Reads the model files of a service.

    Attributes:
        describe: reads the description of a model from its name and its open file.
        load: makes a model from its name and the content of its file.
    """

    describe: Callable[[str, BinaryIO], D]
    load: Callable[[str, bytes], M]


@dataclass(frozen=True, slots=True)
class DefaultModel:
    """The model that requests without a model name use: a pretrained one, or the one that an operator named.

    Attributes:
        name: name of the model; empty if there is none.
        setting: environment variable that names it, for error messages.
        missing_reason: reason of the error if it does not exist.
    """

    name: str
    setting: str
    missing_reason: str = "NO_DEFAULT_MODEL"


@dataclass(frozen=True, slots=True)
class _Loaded(Generic[D, M]):
    description: D
    model: M


class ModelRegistry(Generic[D, M]):
    """Loads, saves, lists and deletes models. Blocking, and thread-safe.

    A trained model is a folder of the object store with the model file and the files that belong to it.

    Args:
        store: object store of the trained models.
        folder: prefix of their keys.
        model_format: reads model files.
        pretrained: files of the pretrained models by name.
        default: the default model.
        names_reserved: whether trained models may not have the name of a pretrained one; if they may, they hide it.
        cache_size: number of models that stay in memory.
    """

    def __init__(
        self, store: ObjectStore, folder: str, model_format: ModelFormat[D, M], *, pretrained: Mapping[str, Path],
        default: DefaultModel, names_reserved: bool = True, cache_size: int = 8,
    ) -> None:  # fmt: skip
        self._store = store
        self._folder = folder
        self._format = model_format
        self._pretrained = pretrained
        self._default = default
        self._names_reserved = names_reserved
        self._cache_size = cache_size
        self._lock = threading.Lock()
        self._cache: OrderedDict[str, _Loaded[D, M]] = OrderedDict()

    @property
    def default_name(self) -> str:
        """Name of the default model; empty if there is none."""
        return self._default.name

    def resolve_name(self, name: str) -> str:
        """Return the name, or that of the default model if it is empty.

        Raises:
            NotFoundError: `DefaultModel.missing_reason`; the name is empty, and the default model does not exist.
        """
        if name:
            return name
        if not self.default_name:
            raise NotFoundError(
                f"the request names no model, and there is no default model; set {self._default.setting} to the name "
                "of a model, or name one in the request",
                reason=self._default.missing_reason,
            )
        if not self.contains(self.default_name):
            raise NotFoundError(
                f"the default model {self.default_name!r} does not exist; {self._default.setting} must name an "
                "existing model",
                reason=self._default.missing_reason,
            )
        return self.default_name

    def get(self, name: str = "", *, version: str | None = None) -> M:
        """Load a model, or take it from the cache; the default model if the name is empty.

        Raises:
            NotFoundError: MODEL_NOT_FOUND; as `resolve_name` raises it.
            ConflictError: MODEL_VERSION_MISMATCH.
            InvalidInputError: INVALID_NAME.
            EightcountError: as `ModelFormat` raises it; the file is damaged.
        """
        name = self.resolve_name(name)
        description = self.describe(name)
        check_version(name, description.version, version)
        with self._lock:
            loaded = self._cache.get(name)
            if loaded is None or loaded.description != description:
                loaded = _Loaded(description, self._format.load(name, self.read_file(name)))
                self._cache[name] = loaded
            self._cache.move_to_end(name)
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
            return loaded.model

    def describe(self, name: str) -> D:
        """Read the description of a model without loading it.

        Raises:
            NotFoundError: MODEL_NOT_FOUND.
            InvalidInputError: INVALID_NAME.
            EightcountError: as `ModelFormat` raises it; the file is damaged.
        """
        with self._open(name) as file:
            return self._format.describe(name, file)

    def read_file(self, name: str) -> bytes:
        """Read the model file of a model.

        Raises:
            NotFoundError: MODEL_NOT_FOUND.
            InvalidInputError: INVALID_NAME.
        """
        with self._open(name) as file:
            return file.read()

    def size_bytes(self, name: str) -> int:
        """Return the size of a model file.

        Raises:
            NotFoundError: MODEL_NOT_FOUND.
            InvalidInputError: INVALID_NAME.
        """
        if self.get_origin(name) is ModelOrigin.PRETRAINED:
            return self._pretrained[name].stat().st_size
        check_name(name)
        try:
            return self._store.stat(self.key(name, MODEL_FILE)).size_bytes
        except NotFoundError:
            raise _missing_error(name) from None

    def contains(self, name: str) -> bool:
        """Return whether there is a model of that name.

        Raises:
            InvalidInputError: INVALID_NAME.
        """
        check_name(name)
        return name in self._pretrained or self._store.exists(self.key(name, MODEL_FILE))

    def list_names(self) -> list[str]:
        """Return the names of all models: pretrained ones first, then trained ones in alphabetical order."""
        trained = self._list_trained()
        return [*(name for name in self._pretrained if name not in trained), *trained]

    def get_origin(self, name: str) -> ModelOrigin:
        """Return the origin of a model."""
        if name not in self._pretrained:
            return ModelOrigin.TRAINED
        hidden = not self._names_reserved and self._store.exists(self.key(name, MODEL_FILE))
        return ModelOrigin.TRAINED if hidden else ModelOrigin.PRETRAINED

    def check_new_name(self, name: str) -> None:
        """Check that a new model may have this name.

        Raises:
            InvalidInputError: INVALID_NAME, RESERVED_NAME.
        """
        check_name(name)
        if self._names_reserved and name in self._pretrained:
            raise InvalidInputError(
                f"the name {name!r} belongs to a pretrained model; choose another name", reason="RESERVED_NAME"
            )

    def save(self, name: str, model_file: bytes, files: Mapping[str, bytes]) -> None:
        """Save a trained model and the files that belong to it; it replaces a trained model of that name.

        Raises:
            InvalidInputError: INVALID_NAME, RESERVED_NAME.
        """
        self.check_new_name(name)
        for file, content in {**files, MODEL_FILE: model_file}.items():  # a model is there once its model file is
            media_type = _MEDIA_TYPES.get(Path(file).suffix, "application/octet-stream")
            self._store.put(self.key(name, file), io.BytesIO(content), media_type=media_type)

    def delete(self, name: str, *, version: str | None = None) -> list[str]:
        """Delete every file of a trained model; return their URIs.

        Raises:
            NotFoundError: MODEL_NOT_FOUND.
            ConflictError: MODEL_IS_PRETRAINED, MODEL_VERSION_MISMATCH.
            InvalidInputError: INVALID_NAME.
        """
        check_name(name)
        if self._names_reserved and name in self._pretrained:
            raise _pretrained_error(name)
        keys = [info.key for info in self._store.list(self.key(name, ""))]
        if not keys:
            raise _pretrained_error(name) if name in self._pretrained else _missing_error(name)
        if version is not None:
            check_version(name, self.describe(name).version, version)
        for key in sorted(keys, key=lambda key: not key.endswith(f"/{MODEL_FILE}")):  # the model file first
            self._store.delete(key)
        with self._lock:
            self._cache.pop(name, None)
        return [self._store.uri(key) for key in keys]

    def key(self, name: str, file: str) -> str:
        """Return the key of a file of a trained model."""
        return f"{self._folder}/{name}/{file}"

    def uri(self, name: str, file: str) -> str:
        """Return the URI of a file of a trained model."""
        return self._store.uri(self.key(name, file))

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        check_name(name)
        pretrained = self._pretrained.get(name)
        file: BinaryIO
        with ExitStack() as stack:
            if pretrained is not None and self._names_reserved:
                file = stack.enter_context(pretrained.open("rb"))
            else:
                try:
                    file = stack.enter_context(self._store.open(self.key(name, MODEL_FILE)))
                except NotFoundError:
                    if pretrained is None:
                        raise _missing_error(name) from None
                    file = stack.enter_context(pretrained.open("rb"))
            yield file

    def _list_trained(self) -> list[str]:
        keys = (info.key for info in self._store.list(f"{self._folder}/"))
        names = {key.removeprefix(f"{self._folder}/").split("/")[0] for key in keys if key.endswith(f"/{MODEL_FILE}")}
        return sorted(names - set(self._pretrained) if self._names_reserved else names)


def check_version(name: str, version: str, required: str | None) -> None:
    """Check that a model has the required version; any version if None.

    Raises:
        ConflictError: MODEL_VERSION_MISMATCH.
    """
    if required is not None and version != required:
        raise ConflictError(
            f"the model {name!r} has version {version}; the request requires version {required!r}",
            reason="MODEL_VERSION_MISMATCH",
        )


def _missing_error(name: str) -> NotFoundError:
    return NotFoundError(f"there is no model {name!r}", reason="MODEL_NOT_FOUND")


def _pretrained_error(name: str) -> ConflictError:
    return ConflictError(f"the model {name!r} is pretrained and cannot be deleted", reason="MODEL_IS_PRETRAINED")
