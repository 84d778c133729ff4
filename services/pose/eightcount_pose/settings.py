"""What the pose service reads from the environment: `EIGHTCOUNT_POSE_*`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic_settings import SettingsConfigDict

from eightcount_common.settings import ServiceSettings
from eightcount_pose.models import Variant


class PoseSettings(ServiceSettings):
    """Settings of the pose service."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_POSE_", frozen=True)

    weights: Path = Path("~/.cache/eightcount/weights")
    """Folder of the weights; filled by `python -m eightcount_pose.weights`."""
    default_variant: Variant = Variant.HEAVY
    """Landmark network when a request names none; loaded before the service is ready."""
    precision: Literal["auto", "f32", "bf16"] = "auto"
    """Arithmetic of the networks; `auto` takes bf16 where the processor computes in it."""
