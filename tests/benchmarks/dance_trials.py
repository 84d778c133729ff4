"""Trials of every generator beside the quality of its dances: other seeds, speed, ten minutes in one go."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.evaluation.beats.beat_metrics import EvaluatedDance, measure_beats
from eightcount_generator.evaluation.physics.smoothness import frozen_seconds
from eightcount_generator.models.base import DanceGenerator, GenerationOptions
from eightcount_generator.music import Music
from eightcount_generator.pipeline import Generation
from tests.benchmarks.dance_contenders import Contender
from tests.benchmarks.dance_music import Song
from tests.benchmarks.dance_quality import generate_dance
from tests.benchmarks.table import Row

_SEEDS, _RUNS = 5, 3
_SPEED_TARGETS = {"graph": 1.0, "diffusion": 10.0}
"""Seconds for 30 s of dance; others have no target."""
_FIRST_PIECE_SECONDS = 0.5
_FARTHEST_METRES, _FROZEN_SECONDS, _GROWN_MEBIBYTES = 4.0, 2.0, 30.0
_SETTLED_FRAMES = 1800
"""Memory that is taken within the first minute is not growth."""
_END_SECONDS = 120.0
"""Length of the start and of the end of a long dance, whose beats are compared."""
_LOST_SHARE = 0.1
"""Share of the beat F of the start that may be lost at the end."""


def trials(compared: list[Contender], song: Song, long: Music) -> Iterator[Row]:
    """Yield seeds and speed on a song, and length on long music."""
    for one in compared:
        yield _seeds(one, song)
    for one in compared:
        yield _speed(one, song)
    for one in compared:
        yield _length(one, long)


def _seeds(one: Contender, song: Song) -> Row:
    what = f"five seeds, least distance of two dances / of one seed twice: {one.name}"
    if one.generator is None:
        return one.none(what)
    dances = [_generate_from_pelvis(one.generator, song, seed) for seed in [*range(_SEEDS), 0]]
    apart = [_mean_distance(dances[this], dances[other]) for this in range(_SEEDS) for other in range(this)]
    again = float(np.abs(dances[-1] - dances[0]).max())
    return Row(what, f"{min(apart):.2f} m / {again:.3f} m", target="> 0.1 m / 0", met=min(apart) > 0.1 and again == 0)


def _speed(one: Contender, song: Song) -> Row:
    """Measure as the service generates dances; the machine may be shared, so processor time is given, too."""
    what = f"{song.music.seconds:.0f} s of dance / its first piece, median of {_RUNS}, wall: {one.name}"
    if one.generator is None:
        return one.none(what)
    timed = [_time_generation(one.generator, song.music, seed) for seed in range(1, 1 + _RUNS)]
    whole, first, processor = (statistics.median(times) for times in zip(*timed, strict=True))
    most = _SPEED_TARGETS.get(one.name)
    target = f"{f'<= {most:.0f} s' if most else '-'} / <= {_FIRST_PIECE_SECONDS} s"
    return Row(what, f"{whole:.2f} s / {first:.2f} s ({processor:.2f} s of processor time)", target=target,
               met=first <= _FIRST_PIECE_SECONDS and (most is None or whole <= most))  # fmt: skip


def _time_generation(generator: DanceGenerator, music: Music, seed: int) -> tuple[float, float, float]:
    """Return seconds until the end, until the first piece, and of processor time."""
    started, processor = time.perf_counter(), time.process_time()
    pieces = Generation(generator, music, GenerationOptions(seed=seed), check=lambda: None).pieces()
    next(pieces)
    first = time.perf_counter() - started
    for _ in pieces:
        pass
    return time.perf_counter() - started, first, time.process_time() - processor


def _length(one: Contender, music: Music) -> Row:
    what = ("10 minutes: frames / farthest from the middle / longest frozen stretch / "
            f"beat F of the first and last 2 minutes / memory grown: {one.name}")  # fmt: skip
    if one.generator is None:
        return one.none(what)
    joints = np.full((music.frames, len(BODY), 3), 1.0, np.float32)  # filled now, so that it is no growth later
    done, settled, grown = 0, 0.0, 0.0
    for piece in Generation(one.generator, music, GenerationOptions(seed=2), check=lambda: None).pieces():
        joints[done : done + len(piece)] = piece.joints()
        done += len(piece)
        if done <= _SETTLED_FRAMES:
            settled = max(settled, _mebibytes())
        grown = max(grown, _mebibytes() - settled)
    farthest = float(np.linalg.norm(joints[:, 0, [0, 2]], axis=-1).max())
    frozen = frozen_seconds(joints)
    early, late = _beat_f(joints, music, 0.0), _beat_f(joints, music, music.seconds - _END_SECONDS)
    return Row(
        what, f"{done} / {farthest:.1f} m / {frozen:.1f} s / {early:.2f}, {late:.2f} / {grown:.0f} MiB",
        target=f"{music.frames} / <= {_FARTHEST_METRES:.0f} m / < {_FROZEN_SECONDS:.0f} s / at most 10 % lower / "
        f"< {_GROWN_MEBIBYTES:.0f} MiB",
        met=done == music.frames and farthest <= _FARTHEST_METRES and frozen < _FROZEN_SECONDS
        and late >= (1 - _LOST_SHARE) * early and grown < _GROWN_MEBIBYTES,
    )  # fmt: skip


def _beat_f(joints: NDArray[np.float32], music: Music, start: float) -> float:
    """Return the beat F of a part of a dance, with the beats that were its input."""
    first, frames = round(start * FRAME_RATE_HERTZ), round(_END_SECONDS * FRAME_RATE_HERTZ)
    beats = music.beats - start
    performance = EvaluatedDance(joints[first : first + frames], beats[(beats >= 0) & (beats < _END_SECONDS)])
    return measure_beats([performance], random=np.random.default_rng(0), resamples=1).bailando_f.score.value


def _mebibytes() -> float:
    """Return the resident memory of this process at present; its peak was reached earlier."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _generate_from_pelvis(generator: DanceGenerator, song: Song, seed: int) -> NDArray[np.float32]:
    joints = generate_dance(generator, song.music, GenerationOptions(seed=seed)).joints()
    return joints - joints[:, :1]


def _mean_distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the mean distance in metres between the joints of two dances."""
    return float(np.linalg.norm(one - other, axis=-1).mean())
