"""Synthetic motions."""

import numpy as np

from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33


def dance(seed: int, start: float, seconds: float) -> MotionSequence:
    """Limbs that swing on smooth seeded curves, seen from `start` on."""
    generator = np.random.default_rng(seed)
    times = start + np.arange(int(seconds * 25)) / 25.0
    rest = generator.uniform(-0.5, 0.5, (33, 3))
    waves = [generator.uniform(0.3, 2.5, (33, 3)), generator.uniform(0, 6.28, (33, 3))]
    modulation = [generator.uniform(0.05, 0.2, (33, 3)), generator.uniform(0, 6.28, (33, 3))]
    phase = waves[0] * times[:, None, None] * 6.28 + waves[1]
    phase += 4.0 * np.sin(6.28 * modulation[0] * times[:, None, None] + modulation[1])
    world = (rest + 0.2 * np.sin(phase)).astype(np.float32)
    return MotionSequence(
        BLAZEPOSE_33, times - start, 100 * world[..., :2] + 200, world, np.ones((len(times), 33), np.float32)
    )
