"""Settings of the sync service: `EIGHTCOUNT_SYNC_*`."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from eightcount_common.settings import ServiceSettings


class SyncSettings(ServiceSettings):
    """Address and limits of the sync service."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_SYNC_", frozen=True)

    scratch_folder: Path | None = None
    """Where decoded sound is kept while it is compared (115 MB an hour); the system's own place when not given."""
