"""Settings of the generator service: `EIGHTCOUNT_GENERATOR_*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from eightcount_common.settings import ServiceSettings


class GeneratorSettings(ServiceSettings):
    """The settings; read once, when the service starts."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_GENERATOR_", frozen=True)

    max_dance_seconds: float = Field(default=7200.0, gt=0)
    """Maximum length of a generated dance."""
    default_model: str = ""
    """Model that is used when a request names none; the pretrained model `diffusion` when empty."""
    models_kept: int = Field(default=2, ge=1)
    """Number of models that stay in memory between calls; each takes somewhat more than the size of its file."""
    runs_folder: Path = Path("~/.cache/eightcount/dance-trainings")
    """Folder for checkpoints of unfinished trainings; trainings resume after a restart if the disk survives it."""
    device: str = ""
    """Device that networks are trained on, in torch's notation; a GPU if there is one when empty."""
