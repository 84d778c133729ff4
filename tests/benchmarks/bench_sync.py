"""How well the sync service aligns and refuses, beside its peers: make bench-sync, or
python -m tests.benchmarks.bench_sync [--quick].

Every pair is cut from a song, degraded with a seed and written to files; ours and the peers read the same files. The
songs come out of Debian packages (see `sync_material`), the peers live in an environment of their own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eightcount_sync.alignment import align
from eightcount_sync.recording import open_recording
from eightcount_sync.timeline import Alignment, Verdict
from tests.benchmarks import degradation
from tests.benchmarks.sync_beats import beat_rows
from tests.benchmarks.sync_material import Material, cut_pair, load_material
from tests.benchmarks.table import Row, publish

PEER_PACKAGES = ("audio-offset-finder==0.5.5", "audalign==1.3.1")
PEER_VENV = Path("build/sync-peers")
RATE = 48_000
CLOSE_SECONDS = 0.005


@dataclass(frozen=True)
class Case:
    """One pair to be made: t_a = offset + ratio * t_b; NaN where the songs differ."""

    condition: str
    a: bytes
    b: bytes
    offset: float
    ratio: float = 1.0
    search_speed: bool = False
    peers: bool = True


@dataclass(frozen=True)
class Outcome:
    """What came of a case: our answer, seconds it took, and the peers' answers."""

    case: Case
    answer: Alignment
    seconds: float
    peers: dict[str, dict[str, float | None]]

    @property
    def errors(self) -> tuple[float, ...]:
        """Our absolute errors in seconds at 0, 5, ... 20 s of the take; infinite when we refused."""
        if self.answer.verdict is not Verdict.ALIGNED:
            return (float("inf"),)
        ratio = self.answer.clock_ratio * self.answer.speed_ratio
        times = (0.0, 5.0, 10.0, 15.0, 20.0)
        return tuple(
            abs(self.answer.offset_seconds + ratio * t - self.case.offset - self.case.ratio * t) for t in times
        )

    @property
    def right(self) -> bool:
        """Whether the answer is aligned and within 10 ms in the middle."""
        return self.errors[len(self.errors) // 2] < 0.01


def noisy_cases(material: Material, snr_db: float, count: int, seed: int) -> Iterator[Case]:
    """A take in noise of one kind after the other, in a mild room, through a codec after the other."""
    names, noises, codecs = list(material.songs), sorted(material.noises), ("wav", "aac", "opus", "mp3")
    for number in range(count):
        generator = np.random.default_rng([seed, number])
        a, b, offset = cut_pair(material, names[number % len(names)], generator)
        b = degradation.room(b, generator, decay_seconds=0.3, direct_to_reverberant_db=6.0)
        b = degradation.add_noise(b, material.noises[noises[number % len(noises)]], generator, snr_db=snr_db)
        if number % 2:
            b = degradation.phone(b)
        codec = codecs[number % 4] if snr_db > -15 else "wav"
        yield Case(f"{snr_db:+.0f} dB", degradation.encode(a, "wav"), degradation.encode(b, codec), offset)


def reverberant_cases(material: Material, count: int, seed: int) -> Iterator[Case]:
    """A far microphone: reverberation 6 dB above the direct sound, gain control, clipping."""
    names = list(material.songs)
    for number in range(count):
        generator = np.random.default_rng([seed, number])
        a, b, offset = cut_pair(material, names[(3 * number) % len(names)], generator)
        b = degradation.room(b, generator, decay_seconds=0.8, direct_to_reverberant_db=-6.0)
        b = degradation.clip(degradation.automatic_gain(b))
        yield Case("reverberation, AGC, clipping", degradation.encode(a, "wav"), degradation.encode(b, "wav"), offset)


def drifting_cases(material: Material, count: int, seed: int) -> Iterator[Case]:
    """Clocks that differ by up to 1,000 ppm, over 60 s."""
    names = list(material.songs)
    for number in range(count):
        generator = np.random.default_rng([seed, number])
        song = material.songs[names[(5 * number) % len(names)]][: int(62 * RATE)]
        ppm = float(generator.uniform(-1000.0, 1000.0))
        b = degradation.add_noise(song[RATE : 61 * RATE], material.noises["pink"], generator, snr_db=10.0)
        b = degradation.drift(b, ppm=ppm)
        ratio = 1.0 + ppm * 1e-6
        yield Case("drift", degradation.encode(song, "wav"), degradation.encode(b, "wav"), 1.0, ratio, peers=False)


def speed_cases(material: Material, count: int, seed: int, *, keep_pitch: bool) -> Iterator[Case]:
    """A take at 0.5 to 1.5 times the speed."""
    names = list(material.songs)
    for number in range(count):
        generator = np.random.default_rng([seed, number])
        a, b, offset = cut_pair(material, names[(7 * number) % len(names)], generator, seconds=45.0, take=30.0)
        ratio = float(generator.uniform(0.5, 1.5))
        b = degradation.add_noise(b, material.noises["pink"], generator, snr_db=10.0)
        b = degradation.speed(b, ratio=ratio, keep_pitch=keep_pitch)
        what = "speed, pitch kept" if keep_pitch else "speed, pitch moved"
        yield Case(what, degradation.encode(a, "wav"), degradation.encode(b, "wav"), offset, ratio, True)


def wrong_cases(material: Material, count: int, seed: int) -> Iterator[Case]:
    """Different songs."""
    names = list(material.songs)
    for number in range(count):
        generator = np.random.default_rng([seed, number])
        one, other = generator.choice(len(names), 2, replace=False)
        a, _, _ = cut_pair(material, names[one], generator)
        _, b, _ = cut_pair(material, names[other], generator)
        b = degradation.add_noise(b, material.noises["pink"], generator, snr_db=float(generator.uniform(-5, 20)))
        yield Case("wrong", degradation.encode(a, "wav"), degradation.encode(b, "wav"), float("nan"), peers=number < 16)


def run(case: Case, folder: Path, peers: subprocess.Popen[str] | None) -> Outcome:
    """Our answer to a case and, for those that can be compared, the peers'."""
    a, b = folder / "a.wav", folder / "b.wav"
    a.write_bytes(case.a)
    b.write_bytes(case.b)
    started = time.perf_counter()
    with a.open("rb") as one, b.open("rb") as two, open_recording(one) as first, open_recording(two) as second:
        answer = align(first, second, search_speed=case.search_speed)
    seconds = time.perf_counter() - started
    answers: dict[str, dict[str, float | None]] = {}
    # The peers read WAV only without an ffmpeg program: they are spared the codec.
    if peers is not None and case.peers and case.b[:4] == b"RIFF" and peers.stdin and peers.stdout:
        peers.stdin.write(json.dumps({"a": str(a), "b": str(b)}) + "\n")
        peers.stdin.flush()
        answers = json.loads(peers.stdout.readline())
    return Outcome(case, answer, seconds, answers)


def start_peers() -> subprocess.Popen[str] | None:
    """The peers' process; its environment is made once. None when the packages cannot be had."""
    python = PEER_VENV / "bin/python"
    try:
        if not (PEER_VENV / "complete").exists():
            subprocess.run([sys.executable, "-m", "venv", str(PEER_VENV)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PEER_PACKAGES], check=True)
            (PEER_VENV / "complete").touch()
    except subprocess.CalledProcessError:
        print("the peers cannot be installed; their column stays empty", file=sys.stderr)
        return None
    script = Path(__file__).with_name("sync_peers.py")
    return subprocess.Popen(
        [str(python), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def peer_share(outcomes: list[Outcome], limit: float) -> str:
    """The best peer's share of answers within a limit."""
    shares = {
        name: np.mean([_peer_error(outcome, name) < limit for outcome in outcomes if name in outcome.peers])
        for name in sorted({name for outcome in outcomes for name in outcome.peers})
    }
    if not shares:
        return "-"
    best = max(shares, key=lambda name: shares[name])
    return f"{100 * shares[best]:.0f} % ({best})"


def _peer_error(outcome: Outcome, name: str) -> float:
    offset = outcome.peers[name]["offset"]
    return float("inf") if offset is None else abs(offset - outcome.case.offset)


def offset_rows(outcomes: list[Outcome]) -> list[Row]:
    """Accuracy per condition at equal speed."""
    rows = []
    clean = [o for o in outcomes if o.case.condition in {"+20 dB", "+0 dB", "-10 dB", "reverberation, AGC, clipping"}]
    answered = [o.errors[2] for o in clean if o.answer.verdict is Verdict.ALIGNED]
    median, worst = (1e3 * float(np.percentile(answered, q)) for q in (50, 99)) if answered else (np.nan, np.nan)
    told = f"{len(answered)} of {len(clean)} answered"
    rows.append(
        Row(
            "offset, +20 to -10 dB, codecs, AGC, reverb: median",
            f"{median:.3f} ms ({told})",
            "-",
            "<= 0.1 ms",
            median <= 0.1,
        )
    )
    rows.append(Row("the same: 99th percentile", f"{worst:.3f} ms", "-", "<= 2 ms", worst <= 2.0))
    for condition in dict.fromkeys(
        o.case.condition for o in outcomes if o.case.peers and not np.isnan(o.case.offset) and not o.case.search_speed
    ):
        part = [o for o in outcomes if o.case.condition == condition]
        share = float(np.mean([o.errors[len(o.errors) // 2] < CLOSE_SECONDS for o in part]))
        target = condition == "-15 dB"
        rows.append(
            Row(f"within 5 ms, {condition} ({len(part)})", f"{100 * share:.1f} %", peer_share(part, CLOSE_SECONDS),
                ">= 98 %" if target else "-", share >= 0.98 if target else None)
        )  # fmt: skip
    return rows


def ratio_rows(outcomes: list[Outcome]) -> list[Row]:
    """Drift and speed."""
    rows = []
    drift = [o for o in outcomes if o.case.condition == "drift"]
    errors = [
        abs(o.answer.clock_ratio * o.answer.speed_ratio - o.case.ratio) * 1e6 if o.right else np.inf for o in drift
    ]
    if errors:
        worst = float(np.max(errors))
        rows.append(
            Row(
                f"drift, 60 s ({len(drift)}): largest error of the ratio",
                f"{worst:.2f} ppm",
                "-",
                "<= 3 ppm",
                worst <= 3.0,
            )
        )
    for condition in ("speed, pitch moved", "speed, pitch kept"):
        part = [o for o in outcomes if o.case.condition == condition]
        if not part:
            continue
        found = [o for o in part if o.answer.verdict is Verdict.ALIGNED]
        off = [abs(o.answer.speed_ratio * o.answer.clock_ratio / o.case.ratio - 1.0) * 100 for o in found]
        late = [1e3 * max(o.errors) for o in found]
        share = len(found) / len(part)
        ratio95, beat95 = (float(np.percentile(values, 95)) if values else np.nan for values in (off, late))
        rows.append(Row(f"{condition} ({len(part)}): found", f"{100 * share:.0f} %", "0 % (measured before)"))
        rows.append(Row(f"{condition}: 95 % of ratios within", f"{ratio95:.4f} %", "-", "<= 0.05 %", ratio95 <= 0.05))
        rows.append(
            Row(f"{condition}: 95th percentile of the beat error", f"{beat95:.1f} ms", "-", "<= 10 ms", beat95 <= 10.0)
        )
    return rows


def refusal_rows(outcomes: list[Outcome]) -> list[Row]:
    """Wrong pairs, and how far the stated confidence can be trusted."""
    wrong = [o for o in outcomes if np.isnan(o.case.offset)]
    accepted = sum(o.answer.verdict is not Verdict.NO_MATCH for o in wrong)
    named = all(o.answer.reason for o in wrong)
    compared = [o for o in wrong if o.peers]
    answered = sum(answer["offset"] is not None for o in compared for answer in o.peers.values())
    peers = f"{answered} of {sum(len(o.peers) for o in compared)} answered" if compared else "-"
    told = [o for o in outcomes if o.answer.verdict is Verdict.ALIGNED]
    stated = np.array([o.answer.confidence for o in told])
    right = np.array([o.right for o in told], float)
    bins = np.minimum((stated * 10).astype(int), 9)
    error = float(sum(abs(stated[bins == k].sum() - right[bins == k].sum()) for k in range(10)) / max(len(told), 1))
    enough = len(wrong) >= 5000
    return [
        Row(f"wrong pairs accepted, of {len(wrong)}", str(accepted), peers, "0 of >= 5,000, each with a reason",
            accepted == 0 and named and enough),
        Row(f"expected calibration error ({len(told)} answers)", f"{error:.3f}", "-", "<= 0.02", error <= 0.02),
        *(
            Row(
                f"stated {k / 10:.1f} to {(k + 1) / 10:.1f}: right",
                f"{right[bins == k].mean():.2f} of {(bins == k).sum()}",
            )
            for k in range(10)
            if (bins == k).any()
        ),
    ]  # fmt: skip


def time_rows(outcomes: list[Outcome]) -> list[Row]:
    """Seconds per pair, decoding included, on the same pairs."""
    both = [o for o in outcomes if o.peers and not o.case.search_speed and not np.isnan(o.case.offset)]
    speed = [o.seconds for o in outcomes if o.case.search_speed]
    names = sorted({name for o in both for name in o.peers})
    if not names:
        return []
    means = {name: float(np.mean([o.peers[name]["seconds"] or 0.0 for o in both])) for name in names}
    fastest = min(means, key=lambda name: means[name])
    ours = float(np.mean([o.seconds for o in both]))
    rows = [
        Row(
            "seconds per pair, fixed speed",
            f"{ours:.2f} s",
            f"{means[fastest]:.2f} s ({fastest})",
            "<= half",
            ours <= 0.5 * means[fastest],
        )
    ]
    if speed:
        took = float(np.mean(speed))
        rows.append(
            Row(
                "seconds per pair, speed search",
                f"{took:.2f} s",
                f"{means[fastest]:.2f} s ({fastest})",
                "<= twice",
                took <= 2 * means[fastest],
            )
        )
    return rows


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
        with a.open("rb") as one, b.open("rb") as two, open_recording(one) as first, open_recording(two) as second:
            started = time.perf_counter()
            answer = align(first, second)
            seconds = time.perf_counter() - started
    right = answer.verdict is Verdict.ALIGNED and abs(answer.offset_seconds - begin / RATE) < CLOSE_SECONDS
    target = "<= 5 s, found" if hours >= 2 else "-"
    return Row(
        f"20 s take in {hours:g} h, decoded before", f"{seconds:.1f} s, {'found' if right else 'NOT found'}", "-",
        target,
        seconds <= 5.0 and right if hours >= 2 else None,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few pairs per condition: minutes instead of hours")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    songs, count, wrong, hours = (10, 6, 20, 0.25) if options.quick else (45, 60, 5000, 2.0)
    material = load_material(rate=RATE, most=songs)
    peers = None if options.no_peers else start_peers()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        for case in (
            *(noisy_cases(material, snr, count, round(200 + snr)) for snr in (20.0, 0.0, -10.0, -15.0)),
            reverberant_cases(material, count, 1),
            drifting_cases(material, count, 2),
            speed_cases(material, count, 3, keep_pitch=False),
            speed_cases(material, count, 4, keep_pitch=True),
            wrong_cases(material, wrong, 5),
        ):
            for one in case:
                outcomes.append(run(one, Path(folder), peers))
                last = outcomes[-1]
                print(f"{last.case.condition}: {last.answer.verdict.value}, {last.seconds:.1f} s", file=sys.stderr)
    rows = [*offset_rows(outcomes), *ratio_rows(outcomes), *refusal_rows(outcomes), *time_rows(outcomes)]
    publish("bench-sync", [*rows, long_row(material, hours), *beat_rows()])
    if peers is not None and peers.stdin is not None:
        peers.stdin.close()
        peers.wait(timeout=30)


if __name__ == "__main__":
    main()
