"""Object storage: one protocol, implemented over a folder and over S3.

Services receive an object URI and read the object themselves; a URI outside the configured store is refused.
"""

from __future__ import annotations

from eightcount_common.settings import StoreSettings
from eightcount_common.storage.base import ObjectInfo, ObjectStore

__all__ = ["ObjectInfo", "ObjectStore", "open_store"]


def open_store(settings: StoreSettings) -> ObjectStore:
    """Return the store that the settings select."""
    if settings.kind == "s3":
        from eightcount_common.storage.s3 import S3Store

        return S3Store(settings)
    from eightcount_common.storage.folder import FolderStore

    return FolderStore(settings.folder)
