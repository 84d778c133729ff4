"""Measures recordings before and after post-processing, as they are and after artificial shaking and sliding.

PYTHONPATH=. python -m tests.benchmarks.eval_body --motion ../shared/data/motion [--every 8]
"""

from __future__ import annotations

import argparse
import time
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.post_processing.foot_contacts import Contact
from eightcount_generator.body.post_processing.footskate_cleanup import POINTS, find_contacts, horizontal_speeds
from eightcount_generator.body.post_processing.joint_limits import limit_violations
from eightcount_generator.body.post_processing.penetration import penetrations
from eightcount_generator.body.post_processing.post_processor import post_process
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.sources.collection import read_collection

_HEADINGS = ("skate cm/s", "lowest cm", "limits %", "limits deg", "> 1 cm in %", "deepest cm", "jerk m/s3")
_DEEP = 0.01
"""Metres beyond the tolerated penetration."""


@dataclass(frozen=True, slots=True)
class Soundness:
    """Speed of standing feet, lowest foot, frames with violations and the worst, the same of penetrations, jerk."""

    skate: float
    lowest: float
    violating: float
    worst: float
    pierced: float
    deepest: float
    jerk: float


def soundness(dance: Dance) -> Soundness:
    joints = dance.joints().astype(np.float64)
    outside, deep = limit_violations(dance), penetrations(dance)
    own = joints - joints[:, :1]
    return Soundness(
        100 * _skate(joints, find_contacts(dance)),
        100 * float(min((joints[:, joint, 1] - clear).min() for joint, clear in POINTS)),
        100 * float((outside > 0.1).any(axis=(1, 2)).mean()),
        float(outside.max()),
        100 * float((deep > _DEEP).any(axis=1).mean()),
        100 * float(deep.max()),
        float(np.linalg.norm(np.diff(own, n=3, axis=0), axis=-1).mean() * FRAME_RATE_HERTZ**3),
    )


def _skate(joints: np.ndarray, found: tuple[list[Contact], ...]) -> float:
    speeds = horizontal_speeds(joints)
    held = [
        speeds[contact.start : contact.stop, joint]
        for (joint, _), listed in zip(POINTS, found, strict=True)
        for contact in listed
    ]
    return float(np.concatenate(held).mean()) if held else 0.0


def disturb(dance: Dance, random: np.random.Generator) -> Dance:
    """Return the dance as a poor network would generate it: joints shake by 1.5 degrees, the pelvis drifts by 4 cm."""
    noise = np.radians(1.5) * random.normal(size=(*dance.rotations.shape[:2], 3))
    times = np.arange(len(dance))[:, None] / FRAME_RATE_HERTZ
    drift = 0.04 * np.sin(times * np.array([1.7, 0.8, 1.3]) + random.uniform(0, 6, size=3))
    root = (dance.root + drift).astype(np.float32)
    return Dance(root, (from_axis_angle(noise) @ dance.rotations).astype(np.float32))


def _mean_moves(one: Dance, other: Dance) -> tuple[float, float]:
    """Return mean centimetres between the same joints, in place and relative to the pelvis."""
    first, second = one.joints(), other.joints()
    away = np.linalg.norm(first - second, axis=-1).mean()
    own = np.linalg.norm((first - first[:, :1]) - (second - second[:, :1]), axis=-1).mean()
    return 100 * float(away), 100 * float(own)


def _print(name: str, rows: list[Soundness], weights: list[int]) -> None:
    table = np.array([astuple(row) for row in rows])
    mean = np.average(table, axis=0, weights=weights)
    mean[[1, 3, 5]] = table[:, 1].min(), table[:, 3].max(), table[:, 5].max()
    print(f"{name:22}" + "".join(f"{value:12.2f}" for value in mean))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--motion", type=Path, required=True)
    parser.add_argument("--every", type=int, default=8)
    options = parser.parse_args()
    recordings = read_collection(options.motion)[:: options.every]
    random = np.random.default_rng(0)
    print(f"{len(recordings)} recordings, {sum(len(r.dance) for r in recordings) / FRAME_RATE_HERTZ:.0f} s")
    print(f"{'':22}" + "".join(f"{heading:>12}" for heading in _HEADINGS))
    for name, dances in (
        ("recordings", [r.dance for r in recordings]),
        ("disturbed recordings", [disturb(r.dance, random) for r in recordings]),
    ):
        weights = [len(dance) for dance in dances]
        start = time.process_time()
        done = [post_process(dance) for dance in dances]
        seconds = time.process_time() - start
        _print(name, [soundness(dance) for dance in dances], weights)
        _print("  finished", [soundness(dance) for dance in done], weights)
        _print("  twice", [soundness(post_process(dance)) for dance in done], weights)
        moved = np.average([_mean_moves(*pair) for pair in zip(dances, done, strict=True)], axis=0, weights=weights)
        again = np.average([_mean_moves(dance, post_process(dance)) for dance in done], axis=0, weights=weights)
        print(f"  moved {moved[0]:.2f} cm ({moved[1]:.2f} from the pelvis); again {again[0]:.2f} ({again[1]:.2f})")
        print(f"  {seconds / sum(weights) * 900:.2f} s of processor for 30 s of dance")


if __name__ == "__main__":
    main()
