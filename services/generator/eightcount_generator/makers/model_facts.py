"""What a maker's file says of itself: JSON in the header of safetensors, beside the numbers."""

from __future__ import annotations

import json
from typing import Any

_METADATA, _FACTS = "__metadata__", "eightcount"


def written_facts(family: str, version: int, **facts: Any) -> dict[str, str]:
    """The metadata of a file."""
    return {_FACTS: json.dumps({"family": family, "version": version, **facts})}


def read_facts(data: bytes, *, family: str, version: int) -> dict[str, Any]:
    """The facts of a file.

    Raises:
        KeyError, TypeError, ValueError: it is no such file, or of another family or version.
    """
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    facts: dict[str, Any] = json.loads(header[_METADATA][_FACTS])
    if (facts["family"], facts["version"]) != (family, version):
        raise ValueError(f"family {facts['family']}, version {facts['version']}")
    return facts
