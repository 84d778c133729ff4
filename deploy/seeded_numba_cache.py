"""Lets a container begin with what was compiled while its image was built.

librosa has functions compiled when it is first used: half a minute of a core in every fresh container, because numba
looks for earlier results in one folder only, which must be writable. The image names the class below in
NUMBA_CACHE_LOCATOR_CLASSES.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from numba.core.caching import UserProvidedCacheLocator

SEED = Path("/opt/eightcount/numba")


class SeededCacheLocator(UserProvidedCacheLocator):
    """Numba's folder of the user (NUMBA_CACHE_DIR), filled from the image when it is first looked into."""

    def ensure_cache_path(self) -> None:
        """Copies what the image has for this folder, then lets numba check it."""
        target = Path(self.get_cache_path())  # type: ignore[no-untyped-call]
        seed = SEED / target.name
        if seed.is_dir() and not target.exists():
            shutil.copytree(seed, target)
        super().ensure_cache_path()  # type: ignore[no-untyped-call]
