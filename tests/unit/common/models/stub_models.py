"""A model format of a few bytes: a version, a colon, and the content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from eightcount_common.errors import InvalidInputError
from eightcount_common.models.registry import DefaultModel, ModelFormat, ModelRegistry
from eightcount_common.storage.folder import FolderStore

SETTING = "EIGHTCOUNT_TEST_DEFAULT_MODEL"


@dataclass(frozen=True)
class Description:
    name: str
    version: str


class StubFormat:
    """Counts the models that it loads."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def describe(self, name: str, file: BinaryIO) -> Description:
        version, colon, _ = file.read().decode().partition(":")
        if not colon:
            raise InvalidInputError("the file is not a model", reason="INVALID_MODEL")
        return Description(name, version)

    def load(self, name: str, data: bytes) -> str:
        self.loaded.append(name)
        return data.decode().partition(":")[2]


def make_registry(
    folder: Path, form: StubFormat, *, default: str = "plain", names_reserved: bool = True, cache_size: int = 8
) -> ModelRegistry[Description, str]:
    pretrained = {name: folder / f"{name}.bin" for name in ("plain", "fancy")}
    for name, path in pretrained.items():
        path.write_text(f"1:{name}")
    return ModelRegistry(
        FolderStore(folder / "store"), "models", ModelFormat(form.describe, form.load), pretrained=pretrained,
        default=DefaultModel(default, SETTING), names_reserved=names_reserved, cache_size=cache_size,
    )  # fmt: skip
