"""What was worked out before, by the content it was worked out from."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """Values up to a total size; those not asked for the longest leave first. For threads."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> T | None:
        """The value, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: str, value: T, size_bytes: int) -> None:
        """Keeps a value, unless it alone is larger than the limit."""
        with self._lock:
            self._kept.pop(key, None)
            if size_bytes <= self._limit_bytes:
                self._kept[key] = value, size_bytes
            while sum(size for _, size in self._kept.values()) > self._limit_bytes:
                self._kept.popitem(last=False)
