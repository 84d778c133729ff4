"""Accuracy of the sync service's alignments and refusals, compared with its peers: make bench-sync, or
python -m tests.benchmarks.bench_sync [--quick] [--rows offset,drift,...] [--wrong 5000] [--no-peers]

Every pair is cut from a song, degraded with a seed and written to files; ours and the peers read the same files. The
songs come out of Debian packages (see `sync_material`), the peers live in an environment of their own. Each outcome is
kept under build/: a run that was broken off goes on where it stopped, for as long as the code is the same.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from eightcount_sync.alignment import Verdict
from eightcount_sync.audio.audio_alignment import align_audio
from eightcount_sync.audio.samples import open_samples
from tests.benchmarks import degradation
from tests.benchmarks.sync_beats import beat_rows
from tests.benchmarks.sync_cases import RATE, noisy, series_of
from tests.benchmarks.sync_material import Material, load_material
from tests.benchmarks.sync_rows import (
    CLOSE_SECONDS,
    calibration_rows,
    drift_rows,
    offset_rows,
    share_rows,
    speed_rows,
    time_rows,
    wrong_rows,
)
from tests.benchmarks.sync_steps import COUNT, KINDS, RECORDED, steps_rows
from tests.benchmarks.sync_structure import structure_rows
from tests.benchmarks.sync_trials import Outcome, Peers, open_peers, run_series
from tests.benchmarks.table import Row, publish

ROWS = ("offset", "drift", "speed", "structure", "steps", "faint", "wrong", "long", "beats")
FAINT_SNRS_DB = (-20.0, -26.0, -32.0)
"""Conditions in which alignments become uncertain, which tests the confidence."""


def long_row(material: Material, hours: float) -> Row:
    """A 20 s take somewhere in a long recording."""
    *names, last = material.songs
    generator = np.random.default_rng(9)
    filler = [names[int(generator.integers(len(names)))] for _ in range(int(hours * 3600 / 85))]
    # The take's song is played once, so that there is one right answer.
    order = [*filler[: len(filler) // 2], last, *filler[len(filler) // 2 :]]
    long = np.concatenate([material.songs[name].astype(np.float16) for name in order])
    begin = sum(len(material.songs[name]) for name in order[: len(filler) // 2]) + 31 * RATE + 17
    take = degradation.add_noise(
        long[begin : begin + 20 * RATE].astype(np.float32), material.noises["pink"], generator, snr_db=5.0
    )
    with tempfile.TemporaryDirectory() as folder:
        a, b = Path(folder) / "a.wav", Path(folder) / "b.wav"
        a.write_bytes(degradation.encode(long.astype(np.float32), "wav"))
        b.write_bytes(degradation.encode(take, "wav"))
        with a.open("rb") as one, b.open("rb") as two, open_samples(one) as first, open_samples(two) as second:
            started = time.process_time()
            answer = align_audio(first, second)
            seconds = time.process_time() - started
    right = answer.verdict is Verdict.ALIGNED and abs(answer.offset_seconds - begin / RATE) < CLOSE_SECONDS
    target = "<= 5 s, found" if hours >= 2 else "-"
    return Row(
        f"20 s take in {hours:g} h, decoded before", f"{seconds:.1f} s, {'found' if right else 'NOT found'}", "-",
        target,
        seconds <= 5.0 and right if hours >= 2 else None,
    )  # fmt: skip


def rows_of(rows: str, outcomes: list[Outcome]) -> list[Row]:
    """Return the rows of a group."""
    if rows == "offset":
        return [*offset_rows(outcomes), *time_rows(outcomes, "seconds per pair, fixed speed", 0.5)]
    return {"drift": drift_rows, "speed": speed_rows, "wrong": wrong_rows}[rows](outcomes)


def table(options: argparse.Namespace, material: Material, peers: Peers | None) -> list[Row]:
    """Return all requested rows."""
    count, wrong, hours = (6, 20, 0.25) if options.quick else (60, 5000, 2.0)
    rows: list[Row] = []
    outcomes: list[Outcome] = []
    for group in options.rows:
        if group == "long":
            rows.append(long_row(material, hours))
        elif group == "structure":
            rows += structure_rows(material, options.count or count)
        elif group == "steps":
            rows += steps_rows(load_material(rate=RATE, most=RECORDED), 2 * len(KINDS) if options.quick else COUNT)
        elif group == "faint":
            faint = [replace(noisy(snr_db, options.count or count), compared=0) for snr_db in FAINT_SNRS_DB]
            part = [outcome for one in faint for outcome in run_series(one, material, peers)]
            rows += share_rows(part)
            outcomes += part
        elif group == "beats":
            rows += beat_rows()
        else:
            series = series_of(group, options.count or count, options.wrong or wrong)
            part = [outcome for one in series for outcome in run_series(one, material, peers)]
            rows += rows_of(group, part)
            outcomes += part
    return [*rows, *calibration_rows(outcomes)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few pairs per condition: minutes instead of hours")
    parser.add_argument("--rows", type=lambda text: text.split(","), default=ROWS, help="only these, comma-separated")
    parser.add_argument("--count", type=int, help="pairs per condition")
    parser.add_argument("--wrong", type=int, help="pairs of different songs")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    if set(options.rows) - set(ROWS):
        parser.error(f"rows are {', '.join(ROWS)}")
    material = load_material(rate=RATE, most=10 if options.quick else 45)
    if options.no_peers:
        publish("bench-sync", table(options, material, None))
        return
    with open_peers() as peers:
        publish("bench-sync", table(options, material, peers))


if __name__ == "__main__":
    main()
