"""Settings of the sync service: `EIGHTCOUNT_SYNC_*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from eightcount_common.settings import ServiceSettings


class SyncSettings(ServiceSettings):
    """Address and limits of the sync service."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_SYNC_", frozen=True)

    scratch_folder: Path | None = None
    """Where decoded sound is kept (115 MB an hour); the system's own place for temporary files when not given."""
    cache_bytes: int = Field(default=512 * 1024 * 1024, ge=0)
    """Decoded sound that is kept for the next comparison of the same content, on disk; 0 keeps none."""
