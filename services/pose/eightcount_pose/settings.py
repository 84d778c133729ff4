"""Settings of the pose service, read from the environment: `EIGHTCOUNT_POSE_*`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import SettingsConfigDict

from eightcount_common.settings import ServiceSettings
from eightcount_pose.engines import ENGINES
from eightcount_pose.engines.base import Precision
from eightcount_pose.models import Variant


def _check_engine(name: str) -> str:
    if name not in ENGINES:
        raise ValueError(f"the engine must be one of {', '.join(ENGINES)}; got {name!r}")
    return name


class PoseSettings(ServiceSettings):
    """Settings of the pose service."""

    model_config = SettingsConfigDict(env_prefix="EIGHTCOUNT_POSE_", frozen=True)

    weights: Path = Path("~/.cache/eightcount/weights")
    """Folder of the weights; filled by `python -m eightcount_pose.weights`."""
    default_variant: Variant = Variant.HEAVY
    """Landmark network of requests that name none; loaded before the service is ready."""
    engine: Annotated[str, AfterValidator(_check_engine)] = "openvino"
    """Engine that runs the networks, one of `eightcount_pose.engines.ENGINES`."""
    precision: Precision = "auto"
    """Arithmetic of the networks; `auto` takes bf16 where the processor computes in it."""
    max_megapixels: float = Field(default=32.0, gt=0)
    """Sum of the frame sizes of the extractions in memory, about 75 MB each; none is suspended for one too many."""
    probe_workers: int = Field(default=2, ge=1)
    """Probes that run at the same time, beside the extractions."""
    max_sessions: int = Field(default=8, ge=0)
    """Live sessions that may be open at the same time; their frames go before extractions."""
