from __future__ import annotations

import os
from pathlib import Path

import pytest

from eightcount_common.weights import fetch
from eightcount_pose.engines.loader import EngineLoader
from eightcount_pose.models import ALL_WEIGHTS, Variant
from eightcount_pose.settings import PoseSettings
from tests.data.media import BUILD, dancer_pictures, write_video


@pytest.fixture(scope="session")
def weights() -> Path:
    """Folder with the verified weights; filled once."""
    folder = Path(os.environ.get("EIGHTCOUNT_POSE_WEIGHTS", BUILD / "weights"))
    fetch(folder, ALL_WEIGHTS)
    return folder


@pytest.fixture(scope="session")
def engines(weights) -> EngineLoader:
    return EngineLoader(PoseSettings(weights=weights, default_variant=Variant.LITE, precision="f32", max_workers=1))


@pytest.fixture
def lite(engines):
    return engines.create_engine(Variant.LITE)


@pytest.fixture(scope="session")
def dancer_clip(tmp_path_factory) -> Path:
    """Three seconds of a real dancer, with the container's own uneven times."""
    times, frames = dancer_pictures(seconds=3.0, start=10.0)
    folder = tmp_path_factory.mktemp("clips")
    return write_video(folder / "dancer.mp4", frames, times=lambda index: times[index])


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory) -> Path:
    """One second of the same dancer."""
    times, frames = dancer_pictures(seconds=1.0, start=20.0)
    folder = tmp_path_factory.mktemp("clips")
    return write_video(folder / "short.mp4", frames, times=lambda index: times[index])
