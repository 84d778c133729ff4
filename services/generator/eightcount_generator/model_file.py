"""The file of a model: what its family wrote, with a label in its header that is read without the rest.

Families write safetensors: a length in eight bytes, little-endian, a header of so many bytes of JSON, then the arrays,
whose places count from the header's end (github.com/huggingface/safetensors, "Format"). So a header can grow.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from eightcount_common.errors import InvalidInputError

_METADATA, _LABEL = "__metadata__", "eightcount.model"
_LENGTH_BYTES = 8
_LARGEST_HEADER = 4 * 1024 * 1024
_VERSION_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ModelLabel:
    """What is known of a model.

    Attributes:
        name: unlike that of any other model of the store.
        version: of what was learned: the same recordings and wishes give the same.
        family: which can read it.
        styles: that can be wished for.
        made_at: when, in UTC as ISO 8601 writes it; later ones are greater.
        card: Markdown.
    """

    name: str
    version: str
    family: str
    styles: tuple[str, ...]
    made_at: str
    card: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model as it is kept."""

    label: ModelLabel
    data: bytes


def version_of(data: bytes) -> str:
    """The version of a model with this content, as its family wrote it."""
    return hashlib.sha256(data).hexdigest()[:_VERSION_DIGITS]


def labelled(data: bytes, label: ModelLabel) -> bytes:
    """The file with a label, in place of the one that it had.

    Raises:
        InvalidInputError: INVALID_MODEL; `data` is no safetensors file.
    """
    length = _length(data[:_LENGTH_BYTES])
    header = _header(data[_LENGTH_BYTES : _LENGTH_BYTES + length], length)
    header[_METADATA] = {**header.get(_METADATA, {}), _LABEL: json.dumps(asdict(label))}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _LENGTH_BYTES)  # arrays stay aligned
    return len(text).to_bytes(_LENGTH_BYTES, "little") + text + data[_LENGTH_BYTES + length :]


def read_label(file: BinaryIO) -> ModelLabel:
    """The label of a model file, of which no more than the header is read.

    Raises:
        InvalidInputError: INVALID_MODEL; it is damaged, or not a model of ours.
    """
    length = _length(file.read(_LENGTH_BYTES))
    metadata = _header(file.read(length), length).get(_METADATA, {})
    try:
        facts: dict[str, Any] = json.loads(metadata[_LABEL])
        return ModelLabel(**{**facts, "styles": tuple(facts["styles"])})
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInputError(
            "a model file without the label of a model of dances", reason="INVALID_MODEL"
        ) from error


def _length(start: bytes) -> int:
    length = int.from_bytes(start, "little")
    if len(start) < _LENGTH_BYTES or length > _LARGEST_HEADER:
        raise InvalidInputError("a model file: the header is damaged", reason="INVALID_MODEL")
    return length


def _header(text: bytes, length: int) -> dict[str, Any]:
    try:
        header = json.loads(text) if len(text) == length else None
    except ValueError:
        header = None
    if not isinstance(header, dict):
        raise InvalidInputError("a model file: the header is damaged", reason="INVALID_MODEL")
    return header
