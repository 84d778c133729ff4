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
    """Folder for decoded sound (115 MB an hour); the system's temporary folder when not given."""
    cache_bytes: int = Field(default=512 * 1024 * 1024, ge=0)
    """Size on disk of the decoded sound that is cached for the next comparison of the same content; 0 turns it off."""
    weights: Path = Path("~/.cache/eightcount/weights")
    """Folder of the weights of the beat network; filled by `python -m eightcount_sync.weights`."""
