"""The container of binary glTF (Khronos, "glTF 2.0 Specification", 2021): a JSON document and a block of arrays."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Document = dict[str, Any]

_MAGIC, _VERSION = b"glTF", 2
_JSON, _BINARY = b"JSON", b"BIN\0"
_COMPONENTS = {"float32": 5126, "uint16": 5123, "uint8": 5121}
_SHAPES: dict[tuple[int, ...], str] = {(): "SCALAR", (3,): "VEC3", (4,): "VEC4", (4, 4): "MAT4"}
VERTICES, TRIANGLES = 34962, 34963
"""Usage of an array on the GPU."""


class Binary:
    """Collects arrays and records where they lie.

    Attributes:
        accessors, views: for the document.
    """

    def __init__(self) -> None:
        self.accessors: list[Document] = []
        self.views: list[Document] = []
        self._blocks: list[bytes] = []
        self._size = 0

    def add(self, array: NDArray[Any], *, target: int | None = None, bounds: bool = False) -> int:
        """Append an array [N, ...] of float32, uint16 or uint8 and return the index of its accessor.

        Args:
            array: numbers, vectors, or matrices by columns.
            target: `VERTICES` or `TRIANGLES`.
            bounds: whether minimum and maximum are stated, as required for positions and times.
        """
        data = array.tobytes()
        view: Document = {"buffer": 0, "byteOffset": self._size, "byteLength": len(data)}
        self.views.append(view | ({"target": target} if target else {}))
        accessor: Document = {
            "bufferView": len(self.views) - 1,
            "componentType": _COMPONENTS[array.dtype.name],
            "count": len(array),
            "type": _SHAPES[array.shape[1:]],
        }
        if bounds:
            rows = array.reshape(len(array), -1)
            accessor |= {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
        self.accessors.append(accessor)
        self._blocks.append(_pad(data, b"\0"))
        self._size += len(self._blocks[-1])
        return len(self.accessors) - 1

    def write(self, document: Document, file: BinaryIO) -> None:
        """Write the document, completed with the arrays, and the arrays."""
        whole = document | {
            "accessors": self.accessors,
            "bufferViews": self.views,
            "buffers": [{"byteLength": self._size}],
        }
        text = _pad(json.dumps(whole, separators=(",", ":"), allow_nan=False).encode(), b" ")
        file.write(struct.pack("<4sII", _MAGIC, _VERSION, 12 + 8 + len(text) + 8 + self._size))
        file.write(struct.pack("<I4s", len(text), _JSON) + text)
        file.write(struct.pack("<I4s", self._size, _BINARY))
        file.writelines(self._blocks)


def columns(matrices: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """[N, 4, 4] in the column order of glTF."""
    return np.ascontiguousarray(np.swapaxes(matrices, 1, 2), np.float32)


def _pad(data: bytes, filling: bytes) -> bytes:
    """Pad to a multiple of four bytes."""
    return data + filling * (-len(data) % 4)
