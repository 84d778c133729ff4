"""Settings of the generator service: `EIGHTCOUNT_GENERATOR_*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from eightcount_common.settings import ServiceSettings


class GeneratorSettings(ServiceSettings):
    """Read once, in `__main__`."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_GENERATOR_", frozen=True)

    max_dance_seconds: float = Field(default=7200.0, gt=0)
    """Longest dance that is made."""
    models_kept: int = Field(default=2, ge=1)
    """Models that stay in memory between calls; one takes as much as its file, and some."""
    runs_folder: Path = Path("~/.cache/eightcount/dance-trainings")
    """Checkpoints of trainings, until they are finished; on a disk that survives a restart, so do they."""
    device: str = ""
    """Where networks are trained, as torch names it; a GPU if there is one when empty."""
