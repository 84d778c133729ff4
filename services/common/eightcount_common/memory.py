"""Memory that the allocator keeps after large work in many threads."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def release_memory() -> None:
    """Return freed memory to the system.

    glibc keeps what a thread has freed for that thread. Where calls run in any of several threads, each keeps
    as much as one call needs.
    """
    trim = _find_trim()
    if trim is not None:
        trim(0)


@cache
def _find_trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
