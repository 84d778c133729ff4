"""What reports state of takes whose cause is known: `make eval-causes`.

Drawn dances, and with EIGHTCOUNT_EVAL_MOTION motion capture seen by virtual cameras. The constants of
`eightcount_scoring.causes` were set on recordings at even places of the sorted list; the rows called "held back" are of
those at odd places, and of drawn dances, which were not used either.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from eightcount_common.importing.bvh import read_bvh
from eightcount_common.importing.bvh_body import extract_body
from eightcount_common.skeletons import BLAZEPOSE_33
from tests.benchmarks.cause_judges import Pair, Verdict, judge_pair, pairs_of
from tests.benchmarks.cause_scenes import RATE_HERTZ, Body, Frame, draw_body
from tests.benchmarks.table import Row, publish

FRAMES: tuple[Frame, ...] = ("whole", "whole", "upper", "no feet", "first half")
SECONDS = (6.0, 10.0, 20.0)
SPARE_SECONDS = 0.7
CMU_RATES = {"cmu_dance": 60.0, "cmu_modern": 120.0}
"""Real frame rates of the recordings; the headers of cmu_dance state another."""
_HEAD_METRES, _TOES_METRES, _HAND_METRES = 0.22, 0.15, 0.08


def drawn_pairs(count: int, *, seed: int) -> Iterator[tuple[float, Pair]]:
    """Yield pairs of drawn dances, half of which turn."""
    for number in range(count):
        seconds, frame = SECONDS[number % 3], FRAMES[number % 5]
        body = draw_body(seconds + SPARE_SECONDS, 2000 * seed + number, turns=number % 2 == 1)
        other = draw_body(seconds + SPARE_SECONDS, 2000 * seed + 1000 + number, turns=number % 4 == 3)
        yield from ((seconds, pair) for pair in pairs_of(body, other, 1000 * seed + number, frame=frame))


def captured_pairs(folder: Path, *, half: int, every: int, seed: int) -> Iterator[tuple[float, Pair]]:
    """Yield pairs of recorded dancers at even (0) or odd (1) places of the list."""
    files = sorted(folder.glob("cmu_*/**/*.bvh.gz"))[half::2][::every]
    bodies = {path: captured_body(path) for path in files}
    for number, (path, whole) in enumerate(bodies.items()):
        for place, seconds in enumerate(SECONDS):
            frames = round((seconds + SPARE_SECONDS) * RATE_HERTZ)
            others = [body for one, body in bodies.items() if are_unrelated(one, path) and len(body) >= frames]
            if len(whole) < frames or not others:
                continue
            generator = np.random.default_rng([seed, half, number, place])
            pieces = [_face_camera(_cut(one, frames, generator)) for one in (whole, others[number % len(others)])]
            frame = FRAMES[(number + place) % 5]
            same = bool((number + place) % 2)
            pairs = pairs_of(*pieces, 1000 * seed + 10 * number + place, frame=frame, same_performer=same)
            yield from ((seconds, pair) for pair in pairs)


def captured_body(path: Path) -> Body:
    """Return a recording as 33 keypoints [T, 33, 3] at 30 Hz; head, hands and toes follow from the twelve joints."""
    rate = CMU_RATES[next(part for part in path.parts if part in CMU_RATES)]
    motion = extract_body(read_bvh(path), frame_rate=rate)
    world = motion.world[:: round(rate / RATE_HERTZ)].astype(np.float64)
    joints = {name: world[:, place] for place, name in enumerate(motion.skeleton.keypoints)}
    hips, shoulders = ((joints[f"left_{part}"] + joints[f"right_{part}"]) / 2 for part in ("hip", "shoulder"))
    ahead = -_unit(np.cross(joints["left_hip"] - joints["right_hip"], [0.0, 1.0, 0.0]) * [1.0, 0.0, 1.0])
    points = dict(joints)
    for side in ("left", "right"):
        wrist, ankle = joints[f"{side}_wrist"], joints[f"{side}_ankle"]
        hand = wrist + _HAND_METRES * _unit(wrist - joints[f"{side}_elbow"])
        points |= {f"{side}_{name}": hand for name in ("index", "pinky", "thumb")}
        points |= {f"{side}_heel": ankle, f"{side}_foot_index": ankle + _TOES_METRES * ahead}
    head = shoulders + _HEAD_METRES * _unit(shoulders - hips)
    return np.stack([points.get(name, head) for name in BLAZEPOSE_33.keypoints], axis=1) - hips[:, None]


def are_unrelated(one: Path, other: Path) -> bool:
    """Whether two recordings are different dances: salsa 16 to 30 are the partners of 1 to 15."""
    if "salsa" in one.parts and "salsa" in other.parts:
        numbers = [int(path.name[:2]) for path in (one, other)]
        return abs(numbers[0] - numbers[1]) not in (0, 15)
    return one != other


def _cut(body: Body, frames: int, generator: np.random.Generator) -> Body:
    start = int(generator.integers(0, len(body) - frames + 1))
    return body[start : start + frames]


def _face_camera(body: Body) -> Body:
    """Turn a body so that it faces the camera on average."""
    across = body[:, 11] - body[:, 12]
    mean = np.angle(np.exp(1j * np.arctan2(across[:, 2], across[:, 0])).mean())
    x, z = body[..., 0], body[..., 2]
    turned = np.cos(mean) * x + np.sin(mean) * z, body[..., 1], -np.sin(mean) * x + np.cos(mean) * z
    return np.stack(turned, axis=-1)


def _unit(vectors: Body) -> Body:
    unit: Body = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return unit


def rows_of(title: str, pairs: Iterator[tuple[float, Pair]], *, verbose: bool) -> list[Row]:
    """Return rows of right / not stated / wrong by truth and length, and one on what is wrong."""
    counts: dict[tuple[str, float], Counter[Verdict]] = defaultdict(Counter)
    for seconds, pair in pairs:
        verdict, said = judge_pair(pair)
        counts[pair.truth, seconds][verdict] += 1
        if verdict == "wrong" or verbose:
            print(f"{title}: {pair.name}, {seconds:.0f} s: {verdict}: {said}", flush=True)
    truths = dict.fromkeys(truth for truth, _ in counts)
    rows = [_row(title, truth, [counts[truth, seconds] for seconds in SECONDS]) for truth in truths]
    wrong = sum(count["wrong"] for count in counts.values())
    total = sum(count.total() for count in counts.values())
    return [*rows, Row(f"{title}: wrong causes", f"{wrong} of {total}", target="0", met=wrong == 0)]


def _row(title: str, truth: str, by_length: Sequence[Counter[Verdict]]) -> Row:
    texts = [f"{one['right']} / {one['not stated']} / {one['wrong']}" for one in by_length]
    lengths = ", ".join(f"{seconds:.0f}" for seconds in SECONDS)
    return Row(f"{title}, {truth}: right / not stated / wrong at {lengths} s", "; ".join(texts))


def main() -> int:
    """Print the table; exit code 1 when a wrong cause was stated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--motion", type=Path, default=os.environ.get("EIGHTCOUNT_EVAL_MOTION"))
    parser.add_argument("--drawn", type=int, default=15, help="number of drawn dances")
    parser.add_argument("--every", type=int, default=1, help="use every Nth recording")
    parser.add_argument("--set", action="store_true", help="also the half on which constants were set")
    parser.add_argument("--seed", type=int, default=1, help="chooses pieces, cameras and noise")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    rows = rows_of("drawn", drawn_pairs(options.drawn, seed=options.seed), verbose=options.verbose)
    if options.motion and Path(options.motion).is_dir():
        halves = {"captured, held back": 1} | ({"captured, set": 0} if options.set else {})
        for title, half in halves.items():
            pairs = captured_pairs(Path(options.motion), half=half, every=options.every, seed=options.seed)
            rows += rows_of(title, pairs, verbose=options.verbose)
    publish("eval-causes", rows)
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
