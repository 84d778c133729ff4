"""Reading the tensors of a PyTorch archive without PyTorch and without running anything in it."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def read_tensors(path: Path) -> dict[str, FloatArray]:
    """Return the float32 tensors of a state dictionary by name.

    Raises:
        ValueError: the archive contains anything else.
    """
    with zipfile.ZipFile(path) as archive:
        reader = _Reader(archive)
        tensors = reader.load()
    if not isinstance(tensors, dict) or not all(isinstance(tensor, np.ndarray) for tensor in tensors.values()):
        raise ValueError(f"{path.name} must contain tensors by name")
    return dict(tensors)


class _Reader(pickle.Unpickler):
    """An unpickler that knows tensors of float32 and nothing else."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        name = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        super().__init__(io.BytesIO(archive.read(name)))
        self._archive, self._folder = archive, name.removesuffix("data.pkl")

    def find_class(self, module: str, name: str) -> Any:
        """Return the replacement of a known class.

        Raises:
            ValueError: it is not known.
        """
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch", "FloatStorage"): "float32",
            ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        }
        if (module, name) not in known:
            raise ValueError(f"the archive must contain tensors only; got {module}.{name}")
        return known[module, name]

    def persistent_load(self, pid: Any) -> FloatArray:
        """Return the numbers of a storage."""
        return np.frombuffer(self._archive.read(f"{self._folder}data/{pid[2]}"), np.float32)


def _rebuild_tensor(storage: FloatArray, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any) -> Any:
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, [4 * stride for stride in strides]).copy()
