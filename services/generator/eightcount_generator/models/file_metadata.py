"""Metadata that families write into their files: JSON in the header of safetensors."""

from __future__ import annotations

import json
from typing import Any

_METADATA, _OUR_KEY = "__metadata__", "eightcount"


def encode_metadata(family: str, version: int, **fields: Any) -> dict[str, str]:
    """Return the safetensors metadata of a file."""
    return {_OUR_KEY: json.dumps({"family": family, "version": version, **fields})}


def decode_metadata(data: bytes, *, family: str, version: int) -> dict[str, Any]:
    """Return the fields of a file's metadata.

    Raises:
        KeyError, TypeError, ValueError: the file has no such metadata, or is of another family or version.
    """
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    fields: dict[str, Any] = json.loads(header[_METADATA][_OUR_KEY])
    if (fields["family"], fields["version"]) != (family, version):
        raise ValueError(f"family {fields['family']}, version {fields['version']}")
    return fields
