"""Wall time, processor time and memory of a comparison, stage by stage and process by process: `make bench-compare`.

Two clips of 30 s, 1280 x 720, through a whole stack as `eightcount up` starts it. Beside it, in the same run,
MediaPipe's Pose Landmarker (heavy, video mode) alone on the same clip, in an environment of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eightcount_client import Client, ComparisonRequest, ExtractionRequest
from eightcount_client.blocking.collections import JobCollection
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.values.jobs import Job
from eightcount_client.values.poses import PoseModel
from eightcount_gateway.demo.dancer import fetch_dancer
from eightcount_gateway.stack import Stack
from tests.benchmarks.clips import make_clip
from tests.benchmarks.table import Row, publish

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
POSE_TOLERANCE = 1.10
REST_SHARE = 0.25
KNOWN_MOTIONS_SECONDS = 5.0
MEMORY_GROWTH = 1.1
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """The cost of a piece of work: wall seconds, and per service processor seconds and peak resident MiB."""

    wall_seconds: float
    cpu_seconds: dict[str, float]
    peak_mib: dict[str, float]
    job: Job

    def step(self, name: str) -> float:
        """Return the wall seconds of a step."""
        return next(step.seconds for step in self.job.steps if step.name == name)

    def state(self, name: str) -> str:
        """State of a step."""
        return next(step.state for step in self.job.steps if step.name == name)


def cpu_seconds(pid: int) -> float:
    """Return the user and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def peak_mib(pid: int) -> float:
    """Return the peak resident size since the last reset."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def measure(stack: Stack, jobs: JobCollection[Any, Any], request: object) -> Usage:
    """Run one job to its end."""
    for pid in stack.pids.values():
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    before = {name: cpu_seconds(pid) for name, pid in stack.pids.items()}
    started = time.perf_counter()
    final = jobs.run(request)
    wall = time.perf_counter() - started
    used = {name: cpu_seconds(pid) - before[name] for name, pid in stack.pids.items()}
    return Usage(wall, used, {name: peak_mib(pid) for name, pid in stack.pids.items()}, final)


def comparison(client: Client, reference: Path, take: Path, *, model: PoseModel = "heavy") -> ComparisonRequest:
    """Upload two files and build the request of their comparison."""
    ids = [client.videos.upload(path).id for path in (reference, take)]
    return ComparisonRequest(reference_video_id=ids[0], take_video_id=ids[1], model=model)


def peer_python() -> Path:
    """Return the interpreter of the peers' environment, which is created the first time."""
    python = BUILD / "peers" / "pose" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(python.parents[1])], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "mediapipe==1.2.2", "av==18.1.0"], check=True)
    return python


def run_peer(clip: Path, weights: Path, out: Path, *, stills: bool = False) -> dict[str, float]:
    """Measure MediaPipe on the clip, alone on the machine; its keypoints are written to `out`."""
    script = Path(__file__).parent / "peers" / "mediapipe_pose.py"
    command = [str(peer_python()), str(script), str(clip), "--out", str(out), "--weights", str(weights)]
    command += ["--stills"] if stills else []
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return answer


def agreement_row(ours: Path, peers: Path) -> Row:
    """Return the row on the distance of our keypoints from MediaPipe's, where both see them, in torso lengths."""
    mine, other = np.load(ours), np.load(peers)
    frames = min(len(mine["timestamps"]), len(other["timestamps"]))
    a, b = mine["image"][:frames], other["image"][:frames]
    index = {str(name): position for position, name in enumerate(mine["keypoints"])}
    middle = [(b[:, index[f"left_{part}"]] + b[:, index[f"right_{part}"]]) / 2 for part in ("shoulder", "hip")]
    torso = np.nanmedian(np.linalg.norm(middle[0] - middle[1], axis=-1))
    seen = (mine["visibility"][:frames] > 0.5) & (other["visibility"][:frames] > 0.5)
    apart = np.linalg.norm(a - b, axis=-1)[seen] / torso
    said = ", ".join(f"{100 * np.nanpercentile(apart, share):.1f} %" for share in (50, 90, 99))
    return Row("keypoints' distance to MediaPipe's, of the torso: median, 90th, 99th percentile", said)


def timing_rows(alone: Usage, peer: dict[str, float], first: Usage, second: Usage, known: Usage) -> list[Row]:
    """Return the rows about time."""
    pose_wall = max(first.step("extract_reference"), first.step("extract_take"))
    rest_wall = first.wall_seconds - pose_wall
    pose_cpu = first.cpu_seconds["pose"]
    rest_cpu = sum(first.cpu_seconds.values()) - pose_cpu
    stages = ", ".join(f"{step.name} {step.seconds:.1f}" for step in first.job.steps)
    processes = ", ".join(f"{name} {seconds:.1f}" for name, seconds in first.cpu_seconds.items())
    memory = ", ".join(f"{name} {mib:.0f}" for name, mib in first.peak_mib.items())
    return [
        Row(
            "pose stage, one clip, wall s", f"{alone.wall_seconds:.1f}", f"{peer['wall_seconds']:.1f}",
            "<= 1.1 x peer", alone.wall_seconds <= POSE_TOLERANCE * peer["wall_seconds"],
        ),
        Row(
            "pose stage, one clip, processor s (all processes)", f"{sum(alone.cpu_seconds.values()):.1f}",
            f"{peer['cpu_seconds']:.1f}", "<= 1.1 x peer",
            sum(alone.cpu_seconds.values()) <= POSE_TOLERANCE * peer["cpu_seconds"],
        ),
        Row("comparison, wall s", f"{first.wall_seconds:.1f}"),
        Row("comparison, wall s by step", stages),
        Row("comparison, processor s by process", processes),
        Row("comparison, peak MiB by process", memory, f"{peer['peak_memory_bytes'] / 2**20:.0f}"),
        Row(
            "everything but pose / pose, wall", f"{rest_wall:.1f} / {pose_wall:.1f} s = {rest_wall / pose_wall:.2f}",
            target="<= 0.25", met=rest_wall <= REST_SHARE * pose_wall,
        ),
        Row(
            "everything but pose / pose, processor", f"{rest_cpu:.1f} / {pose_cpu:.1f} s = {rest_cpu / pose_cpu:.2f}",
            target="<= 0.25", met=rest_cpu <= REST_SHARE * pose_cpu,
        ),
        Row(
            "second take, same reference",
            f"reference {second.state('extract_reference')}, {second.wall_seconds:.1f} s",
            target="reference cached", met=second.state("extract_reference") == "cached",
        ),
        Row(
            "both motions known, wall s", f"{known.wall_seconds:.1f}", target="<= 5",
            met=known.wall_seconds <= KNOWN_MOTIONS_SECONDS,
        ),
    ]  # fmt: skip


def memory_row(short: Usage, long: Usage) -> Row:
    """Return the row about ten minutes against thirty seconds."""
    growth = {name: long.peak_mib[name] / short.peak_mib[name] for name in short.peak_mib}
    worst = ", ".join(f"{name} {ratio:.2f}" for name, ratio in growth.items())
    total = sum(long.peak_mib.values()) / sum(short.peak_mib.values())
    what = "peak memory, 10 min / 30 s (lite model)"
    return Row(what, f"{total:.2f} ({worst})", target="<= 1.1", met=total <= MEMORY_GROWTH)


def main() -> int:
    """Print the table; exit code 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-long", action="store_true", help="leave the ten-minute clips out")
    parser.add_argument("--weights", type=Path, default=Path.home() / ".cache" / "eightcount" / "weights")
    options = parser.parse_args()
    os.environ.setdefault("EIGHTCOUNT_POSE_WEIGHTS", str(options.weights.resolve()))
    clips, dancer = BUILD / "clips", fetch_dancer(BUILD / "demo")
    reference = make_clip(dancer, clips / "reference-30s.mp4", start_seconds=0, duration_seconds=30)
    take = make_clip(dancer, clips / "take-30s.mp4", start_seconds=2, duration_seconds=30)
    other = make_clip(dancer, clips / "other-30s.mp4", start_seconds=5, duration_seconds=30)
    peer_motion, our_motion = BUILD / "peers" / "motion.npz", BUILD / "peers" / "ours.npz"
    peer = run_peer(other, options.weights, peer_motion)
    say = ProgressDisplay().say
    with tempfile.TemporaryDirectory() as data, Stack(Path(data), announce=say) as stack, Client(stack.url) as client:
        alone = measure(stack, client.extractions, ExtractionRequest(video_id=client.videos.upload(other).id))
        client.extractions.download(alone.job.id, "motion.npz", our_motion)
        first = measure(stack, client.comparisons, comparison(client, reference, take))
        second = measure(stack, client.comparisons, comparison(client, reference, other))
        known = measure(stack, client.comparisons, comparison(client, other, take))
    rows = [*timing_rows(alone, peer, first, second, known), agreement_row(our_motion, peer_motion)]
    if not options.no_long:
        long = [
            make_clip(dancer, clips / f"{name}-10min.mp4", start_seconds=start, duration_seconds=600)
            for name, start in (("reference", 0), ("take", 2))
        ]
        with (
            tempfile.TemporaryDirectory() as data,
            Stack(Path(data), announce=say) as stack,
            Client(stack.url) as client,
        ):
            short = measure(stack, client.comparisons, comparison(client, reference, take, model="lite"))
            rows.append(memory_row(short, measure(stack, client.comparisons, comparison(client, *long, model="lite"))))
    publish("bench-compare", rows)
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
