"""Settings of the scoring service: `EIGHTCOUNT_SCORING_*`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from eightcount_common.settings import ServiceSettings


class ScoringSettings(ServiceSettings):
    """Address and limits of the scoring service."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_SCORING_", frozen=True)

    max_motion_seconds: float = Field(default=3600.0, gt=0)
    """Longest motion that is scored; a longer one is rejected with OUT_OF_RANGE."""
    max_sessions: int = Field(default=8, ge=0)
    """Live sessions that may be open at the same time; their poses go before everything else."""
