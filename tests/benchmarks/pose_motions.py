"""Motions of a video from our pose service's core and from MediaPipe, computed once per content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import eightcount_pose
from eightcount_common.motion import concatenate
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.engines.loader import EngineLoader
from eightcount_pose.extraction import Chunk, extract
from eightcount_pose.models import Variant
from eightcount_pose.settings import PoseSettings
from tests.benchmarks.bench_compare import BUILD, run_peer

Array = NDArray[np.float64]
CACHE = BUILD / "eval-pose"
PEER_SCRIPT = Path(__file__).parent / "peers" / "mediapipe_pose.py"


@dataclass(frozen=True, slots=True)
class Motion:
    """The result of one estimator for one video of T frames.

    Attributes:
        timestamps: [T] seconds.
        image: [T, 33, 2] pixels; NaN where nobody was found.
        world: [T, 33, 3] metres, origin between the hips, in the camera's axes.
        visibility: [T, 33].
    """

    timestamps: Array
    image: Array
    world: Array
    visibility: Array

    @property
    def found(self) -> NDArray[np.bool_]:
        """[T] whether somebody was found."""
        return np.isfinite(self.image[:, 0, 0])


class Estimators:
    """The two estimators that are compared, with the same weights."""

    def __init__(self, weights: Path) -> None:
        self._weights = weights
        self._loader = EngineLoader(PoseSettings(weights=weights, max_workers=1))
        self._code = _digest(*sorted(Path(eightcount_pose.__file__).parent.rglob("*.py")))

    def ours(self, video: Path) -> Motion:
        """Our pose core, heavy model."""
        return _load_or_make(f"ours-{self._code}-{_digest(video)}", lambda target: self._extract(video, target))

    def peer(self, video: Path, *, stills: bool = False) -> Motion:
        """MediaPipe's Pose Landmarker, heavy; with `stills` every frame alone, without tracking and smoothing."""
        name = f"{'stills' if stills else 'peer'}-{_digest(PEER_SCRIPT)}-{_digest(video)}"
        return _load_or_make(name, lambda target: run_peer(video, self._weights, target, stills=stills))

    def _extract(self, video: Path, target: Path) -> None:
        engine = self._loader.create_engine(Variant.HEAVY)
        with video.open("rb") as file:
            events = extract(file, engine, variant=Variant.HEAVY, check=lambda: None)
            motion = concatenate([event.motion for event in events if isinstance(event, Chunk)])
        np.savez(target, **{field.name: getattr(motion, field.name) for field in fields(Motion)})


def empty_motion() -> Motion:
    """Return a motion of one frame without a person."""
    keypoints = len(BLAZEPOSE_33)
    return Motion(
        np.zeros(1), np.full((1, keypoints, 2), np.nan), np.full((1, keypoints, 3), np.nan), np.zeros((1, keypoints))
    )  # fmt: skip


def _load_or_make(name: str, make: Callable[[Path], object]) -> Motion:
    target = CACHE / f"{name}.npz"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial.npz")
        make(partial)
        partial.rename(target)
    with np.load(target) as arrays:
        return Motion(**{field.name: arrays[field.name].astype(np.float64) for field in fields(Motion)})


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
