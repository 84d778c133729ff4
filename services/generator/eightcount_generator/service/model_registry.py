"""The registry of dance models: the common model registry, with the families that load the models."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from eightcount_common.models.registry import DefaultModel, ModelFormat, ModelOrigin, ModelRegistry, check_version
from eightcount_common.storage import ObjectStore
from eightcount_generator.families import FAMILIES, Family, find_family
from eightcount_generator.model_file import ModelFile, ModelMetadata, embed_metadata, read_metadata
from eightcount_generator.models.base import DanceGenerator
from eightcount_generator.pretrained import DEFAULT_MODEL

DEFAULT_MODEL_SETTING = "EIGHTCOUNT_GENERATOR_DEFAULT_MODEL"
_FOLDER, _CARD = "dances/models", "card.md"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory, ready to generate dances."""

    metadata: ModelMetadata
    generator: DanceGenerator
    supports_constraints: bool


class DanceModelRegistry(ModelRegistry[ModelMetadata, LoadedModel]):
    """Loads, saves, lists and deletes dance models. Blocking, and thread-safe.

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
        self._families = families
        files = {path.stem: path for path in sorted(pretrained.glob("*.safetensors"))} if pretrained else {}
        name = default_model or (DEFAULT_MODEL if DEFAULT_MODEL in files else "")
        super().__init__(
            store, _FOLDER, ModelFormat(_describe, self._load), pretrained=files,
            default=DefaultModel(name, DEFAULT_MODEL_SETTING, "NO_DANCE_MODEL"), names_reserved=False,
            cache_size=cache_size,
        )  # fmt: skip

    def is_pretrained(self, name: str) -> bool:
        """Return whether the model of that name is a pretrained one."""
        return self.get_origin(name) is ModelOrigin.PRETRAINED

    def read_model_file(self, name: str, *, version: str | None = None) -> ModelFile:
        """Read the file of a model; that of the default model when the name is empty.

        Raises:
            NotFoundError: MODEL_NOT_FOUND; NO_DANCE_MODEL.
            ConflictError: MODEL_VERSION_MISMATCH.
            InvalidInputError: INVALID_NAME; INVALID_MODEL, the file is damaged.
        """
        name = self.resolve_name(name)
        data = self.read_file(name)
        metadata = _describe(name, io.BytesIO(data))
        check_version(name, metadata.version, version)
        return ModelFile(metadata, data)

    def save_model(self, metadata: ModelMetadata, data: bytes) -> None:
        """Save a trained model; it replaces a trained model of the same name.

        Raises:
            InvalidInputError: INVALID_NAME, INVALID_MODEL.
        """
        self.save(metadata.name, embed_metadata(data, metadata), {_CARD: metadata.card.encode()})

    def _load(self, name: str, data: bytes) -> LoadedModel:
        metadata = _describe(name, io.BytesIO(data))
        family = find_family(metadata.family, self._families)
        return LoadedModel(metadata, family.read(data), family.supports_constraints)


def _describe(name: str, file: BinaryIO) -> ModelMetadata:
    return replace(read_metadata(file), name=name)
