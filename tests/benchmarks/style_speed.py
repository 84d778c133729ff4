"""Time that classification takes, compared with pose estimation of the same video."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch

from eightcount_classifier.inference.live import LiveClassifier
from eightcount_classifier.service.model_registry import STARTER, StyleModelRegistry
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_common.storage.folder import FolderStore

MOTIONS = 1000
SECONDS = 30.0
_RATE = 30.0


def classification_seconds(motion: MotionSequence) -> float:
    """Return the CPU seconds that the model `starter` takes for a motion, the best of three."""
    torch.set_num_threads(1)
    model = StyleModelRegistry(FolderStore(Path("/nonexistent"))).get(STARTER)

    def once() -> float:
        start = time.process_time()
        live = LiveClassifier(model)
        for part in motion.chunks(1800):
            live.add(part)
        live.finish()
        return time.process_time() - start

    return min(once() for _ in range(3))


def seconds_for_many(count: int = MOTIONS, *, processes: int = 2) -> float:
    """Return the wall seconds for many motions of half a minute on `processes` cores."""
    with ProcessPoolExecutor(processes, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        list(pool.map(_warm_up, range(processes)))
        start = time.perf_counter()
        list(pool.map(_classify_some, np.array_split(np.arange(count), processes)))
        return time.perf_counter() - start


def _warm_up(_: int) -> None:
    _classify_some(np.arange(1))


def _classify_some(numbers: np.ndarray) -> None:
    model = StyleModelRegistry(FolderStore(Path("/nonexistent"))).get(STARTER)
    for number in numbers:
        live = LiveClassifier(model)
        live.add(make_motion(int(number)))
        live.finish()


def make_motion(seed: int, *, seconds: float = SECONDS) -> MotionSequence:
    """Return a motion of swinging joints, as BlazePose would give it."""
    random = np.random.default_rng(seed)
    times = np.arange(round(seconds * _RATE)) / _RATE
    positions = random.normal(size=(1, len(BLAZEPOSE_33), 3)) * 0.4
    world = positions + 0.2 * np.sin(
        2 * np.pi * random.uniform(0.2, 2, (1, len(BLAZEPOSE_33), 3)) * times[:, None, None]
    )
    world = world.astype(np.float32)
    return MotionSequence(BLAZEPOSE_33, times, 100 * world[..., :2] + 300, world, np.ones(world.shape[:2], np.float32))
