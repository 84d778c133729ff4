"""Settings of the classifier service: `EIGHTCOUNT_CLASSIFIER_*`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from eightcount_common.settings import ServiceSettings


class ClassifierSettings(ServiceSettings):
    """Read once, in `__main__`."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_CLASSIFIER_", frozen=True)

    runs_folder: Path = Path("~/.cache/eightcount/trainings")
    """Checkpoints and logs of trainings, until they are finished; on a disk that survives a restart, so do they."""
    device: str = ""
    """Where models are trained, as torch names it; a GPU if there is one when empty."""
    backbone_weights: Path | None = None
    """Weights of InceptionV3 for models of frames: the file that the Keras project publishes, without its top."""
    threads: int = Field(default=1, ge=1)
    """Processor threads of one computation; calls share the cores."""
