"""The file of a model: the safetensors file that its family wrote, with the metadata of the model in its header.

A safetensors file is a length in eight bytes, little-endian, then a JSON header of that length, then the arrays, whose
positions count from the end of the header (github.com/huggingface/safetensors, "Format"). So the header can grow, and
the metadata can be read without the arrays.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from eightcount_common.errors import InvalidInputError

_SAFETENSORS_METADATA, _OUR_KEY = "__metadata__", "eightcount.model"
_OLD_KEYS = {"made_at": "created_at"}
"""Keys of files that were written before the fields got their present names."""
_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 4 * 1024 * 1024
_VERSION_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ModelMetadata:
    """The description of a model.

    Attributes:
        name: unique among the models of a store.
        version: digest of the trained content; the same recordings and training options give the same version.
        family: the family that can read the model.
        styles: styles that a dance can be requested in.
        created_at: creation time in UTC, ISO 8601; later times compare greater.
        card: the model card in Markdown.
    """

    name: str
    version: str
    family: str
    styles: tuple[str, ...]
    created_at: str
    card: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The content of a model file and the metadata in it."""

    metadata: ModelMetadata
    data: bytes


def content_version(data: bytes) -> str:
    """Return the version of a model with this content, as its family wrote it."""
    return hashlib.sha256(data).hexdigest()[:_VERSION_DIGITS]


def embed_metadata(data: bytes, metadata: ModelMetadata) -> bytes:
    """Return the file with the metadata in its header, in place of any that it had.

    Raises:
        InvalidInputError: INVALID_MODEL; `data` is not a safetensors file.
    """
    length = _header_length(data[:_LENGTH_BYTES])
    header = _parse_header(data[_LENGTH_BYTES : _LENGTH_BYTES + length], length)
    ours = {_OUR_KEY: json.dumps(asdict(metadata))}
    header[_SAFETENSORS_METADATA] = {**header.get(_SAFETENSORS_METADATA, {}), **ours}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _LENGTH_BYTES)  # keeps the arrays aligned
    return len(text).to_bytes(_LENGTH_BYTES, "little") + text + data[_LENGTH_BYTES + length :]


def read_metadata(file: BinaryIO) -> ModelMetadata:
    """Read the metadata of a model file; only the header of the file is read.

    Raises:
        InvalidInputError: INVALID_MODEL; the file is damaged, or it is not a dance model of Eightcount.
    """
    length = _header_length(file.read(_LENGTH_BYTES))
    entries = _parse_header(file.read(length), length).get(_SAFETENSORS_METADATA, {})
    try:
        written: dict[str, Any] = json.loads(entries[_OUR_KEY])
        fields = {_OLD_KEYS.get(key, key): value for key, value in written.items()}
        return ModelMetadata(**{**fields, "styles": tuple(fields["styles"])})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInputError(
            "the model file does not contain the metadata of a dance model", reason="INVALID_MODEL"
        ) from error


def _header_length(start: bytes) -> int:
    length = int.from_bytes(start, "little")
    if len(start) < _LENGTH_BYTES or length > _MAX_HEADER_BYTES:
        raise InvalidInputError("the header of the model file is damaged", reason="INVALID_MODEL")
    return length


def _parse_header(text: bytes, length: int) -> dict[str, Any]:
    try:
        header = json.loads(text) if len(text) == length else None
    except ValueError:
        header = None
    if not isinstance(header, dict):
        raise InvalidInputError("the header of the model file is damaged", reason="INVALID_MODEL")
    return header
