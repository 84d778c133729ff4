"""Settings of the generator service: `EIGHTCOUNT_GENERATOR_*`."""

from __future__ import annotations

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
