"""Motions on disk, and the memory that scoring needs for them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import Skeleton
from eightcount_scoring.angles.mirroring import mirror_motion
from eightcount_scoring.comparison import Alignment, score_take
from eightcount_scoring.spool import MotionSpool
from eightcount_scoring.time_map import TimeMap
from tests.benchmarks import planted
from tests.unit.scoring.dances import capture, dance

MOTION = capture(dance(20.0), jitter_m=0.01)
IN_STEP = Alignment(TimeMap.from_line(0.0))
MOST_BYTES_A_FRAME = 600


@contextmanager
def spooled(*motions: MotionSequence) -> Iterator[list[MotionSpool]]:
    with ExitStack() as stack:
        spools = [stack.enter_context(MotionSpool()) for _ in motions]
        for spool, motion in zip(spools, motions, strict=True):
            for piece in motion.chunks(50):
                spool.append(piece)
        yield spools


def peak_bytes(seconds: float) -> int:
    with spooled(capture(dance(seconds)), capture(dance(seconds), jitter_m=0.01)) as (reference, take):
        tracemalloc.start()
        try:
            score_take(reference, take, alignment=IN_STEP)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def test_any_frames_of_a_spooled_motion_come_back_as_they_were() -> None:
    with spooled(MOTION) as (spool,):
        assert len(spool) == len(MOTION)
        assert spool.duration_seconds == pytest.approx(20.0, abs=0.05)
        part, wanted = spool.frames(170, 333), MOTION.frames(170, 333)
    for name in ("timestamps", "image", "world", "visibility"):
        np.testing.assert_array_equal(getattr(part, name), getattr(wanted, name))
    assert (part.model, part.image_size, part.skeleton) == (MOTION.model, MOTION.image_size, MOTION.skeleton)


def test_a_spool_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with spooled(MOTION):
        assert len(list(tmp_path.iterdir())) == 1
    assert not list(tmp_path.iterdir())


def test_pieces_that_do_not_follow_each_other_are_refused() -> None:
    other = Skeleton("other", tuple(f"k{number}" for number in range(33)), (), ())
    with MotionSpool() as spool:
        with pytest.raises(InvalidInputError, match="at least one frame"):
            spool.frames(0, 1)
        spool.append(MOTION.frames(0, 0))
        spool.append(MOTION.frames(0, 10))
        with pytest.raises(InvalidInputError, match="ascend"):
            spool.append(MOTION.frames(9, 20))
        with pytest.raises(InvalidInputError, match="skeleton"):
            spool.append(replace(MOTION.frames(10, 20), skeleton=other))


def test_a_motion_on_disk_scores_like_the_same_motion_in_memory() -> None:
    reference = capture(dance(40.0))
    take = mirror_motion(planted.plant_lateness(planted.add_jitter(reference, 0.01, 1), 12.0, 20.0, 200.0)[0])
    with spooled(reference, take) as (ours, theirs):
        from_disk = score_take(ours, theirs, alignment=IN_STEP, mirrored=True)
    from_memory = score_take(reference, take, alignment=IN_STEP, mirrored=True)
    assert from_disk.report.moments
    assert repr(from_disk.report) == repr(from_memory.report)  # NaN, for a timing that cannot be told, equals nothing


def test_memory_hardly_grows_with_the_length_of_the_dance() -> None:
    short, long = 120.0, 300.0
    growth = (peak_bytes(long) - peak_bytes(short)) / ((long - short) * 30)
    assert growth < MOST_BYTES_A_FRAME
