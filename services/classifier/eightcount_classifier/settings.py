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
    """Folder of the checkpoints and logs of unfinished trainings; on a persistent disk they survive a restart."""
    device: str = ""
    """Torch device for trainings; a GPU if there is one when empty."""
    backbone_weights: Path | None = None
    """InceptionV3 weights for models of frames: the file that the Keras project publishes, without its top."""
    default_model: str = ""
    """Name of the model for requests that name none; the pretrained model `starter` when empty."""
    threads: int = Field(default=1, ge=1)
    """CPU threads of one computation; concurrent calls share the cores."""
