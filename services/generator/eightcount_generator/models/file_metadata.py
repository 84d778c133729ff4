"""What a maker's file says of itself: JSON in the header of safetensors, beside the numbers."""

from __future__ import annotations

import json
from typing import Any

_METADATA, _OUR_KEY = "__metadata__", "eightcount"


def encode_metadata(family: str, version: int, **fields: Any) -> dict[str, str]:
    """The metadata of a file."""
    return {_OUR_KEY: json.dumps({"family": family, "version": version, **fields})}


def decode_metadata(data: bytes, *, family: str, version: int) -> dict[str, Any]:
    """The facts of a file.

    Raises:
        KeyError, TypeError, ValueError: it is no such file, or of another family or version.
    """
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    fields: dict[str, Any] = json.loads(header[_METADATA][_OUR_KEY])
    if (fields["family"], fields["version"]) != (family, version):
        raise ValueError(f"family {fields['family']}, version {fields['version']}")
    return fields
