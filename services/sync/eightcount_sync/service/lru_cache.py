"""A cache of limited total size that evicts the least recently used values first."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class LruCache(Generic[T]):
    """A thread-safe cache; when its values exceed the total size, the least recently used are evicted."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> T | None:
        """Return the value under a key, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: str, value: T, size_bytes: int) -> None:
        """Store a value, unless it alone exceeds the limit."""
        with self._lock:
            self._kept.pop(key, None)
            if size_bytes <= self._limit_bytes:
                self._kept[key] = value, size_bytes
            while sum(size for _, size in self._kept.values()) > self._limit_bytes:
                self._kept.popitem(last=False)
