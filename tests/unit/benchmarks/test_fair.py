"""The material and the table of `make bench-fair`."""

from __future__ import annotations

import hashlib

import av
import numpy as np
import pytest

from tests.benchmarks.bench_fair import WHOLE, Outcome, rows_of
from tests.benchmarks.fair_material import UPLOAD_BYTES, Copies
from tests.data.media import write_video


@pytest.fixture
def clip(tmp_path):
    frames = [np.full((48, 64, 3), 10 * index, np.uint8) for index in range(8)]
    return write_video(tmp_path / "clip.mp4", frames)


def outcome(long_seconds: float = 0.0, **seconds: list[float]) -> Outcome:
    return Outcome(seconds=seconds, long_seconds=long_seconds)


def test_copies_differ_in_content_and_show_the_same(clip, tmp_path):
    copies = Copies(tmp_path)
    made = [copies.copy(clip), copies.copy(clip), copies.copy(clip, size_bytes=UPLOAD_BYTES)]
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in (clip, *made)}) == 4
    assert made[2].stat().st_size == UPLOAD_BYTES
    for path in made:
        with av.open(str(path)) as container:
            assert sum(1 for _ in container.decode(video=0)) == 8


def test_the_table_tells_what_was_missed():
    fast = {kind: [0.1] * 5 for kind in ("upload", "list", "alignment", "classification", "extraction")}
    idle, alone = outcome(**fast), outcome(100.0, comparison=[90.0] * 6)
    met = [row.met for row in rows_of(idle, alone, outcome(114.0, **fast), None, WHOLE)]
    assert met == [True] * 7 + [None]
    slow = {kind: [20.0] * 5 for kind in fast}
    broken = outcome(116.0, **slow)
    with broken.noting_failure("list"):
        raise TimeoutError
    rows = rows_of(idle, alone, broken, outcome(**slow), WHOLE)
    assert [row.met for row in rows] == [False] * 7 + [None]
    assert rows[6].ours.endswith("1 x list: TimeoutError")


def test_work_that_never_succeeded_is_no_success():
    idle = outcome(**{kind: [0.1] for kind in ("upload", "list", "alignment", "classification", "extraction")})
    rows = rows_of(idle, outcome(1.0), outcome(1.0), None, WHOLE)
    assert [row.met for row in rows[:5]] == [False] * 5
