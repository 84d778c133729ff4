"""Runs our service and the peers on pairs, and stores each outcome, so that a run can be interrupted and resumed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import eightcount_sync
from eightcount_sync.alignment import Alignment
from eightcount_sync.audio.audio_alignment import align_audio
from eightcount_sync.audio.samples import open_samples
from tests.benchmarks.sync_cases import Case, Series
from tests.benchmarks.sync_material import Material

PEER_PACKAGES = ("audio-offset-finder==0.5.5", "audalign==1.3.1", "syncstart==1.1.1")
PEER_VENV = Path("build/sync-peers")
KEPT = Path("build/sync-trials")
TIMES_SECONDS = (0.0, 5.0, 10.0, 15.0, 20.0)
RIGHT_SECONDS = 0.01


@dataclass(frozen=True)
class Outcome:
    """The outcome of a pair.

    Attributes:
        condition: name of the series.
        offset, ratio: the truth; an offset of NaN where the songs differ.
        verdict, reason, confidence, found_ratio: our answer.
        errors: our absolute errors in seconds at `TIMES_SECONDS` of the take; infinite unless aligned.
        seconds: of processor time, decoding included.
        peers: name -> offset (None: refused or failed) and seconds of processor time.
    """

    condition: str
    offset: float
    ratio: float
    verdict: str
    reason: str
    confidence: float
    found_ratio: float
    errors: list[float]
    seconds: float
    peers: dict[str, dict[str, float | None]]

    @property
    def aligned(self) -> bool:
        """Whether our verdict is `aligned`."""
        return self.verdict == "aligned"

    @property
    def middle_error(self) -> float:
        """Our error in seconds in the middle of the take."""
        return self.errors[len(self.errors) // 2]

    @property
    def right(self) -> bool:
        """Whether the answer is aligned and within 10 ms in the middle."""
        return self.middle_error < RIGHT_SECONDS


class Peers:
    """The peers' process, in an environment of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def answers(self, a: Path, b: Path) -> dict[str, dict[str, float | None]]:
        """Return each peer's offset and seconds for two WAV files."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"a": str(a), "b": str(b)}) + "\n")
        self._process.stdin.flush()
        answers: dict[str, dict[str, float | None]] = json.loads(self._process.stdout.readline())
        return answers


@contextmanager
def open_peers() -> Iterator[Peers | None]:
    """Open the peers; their environment is created once. None when the packages cannot be installed."""
    python = PEER_VENV / "bin/python"
    complete = PEER_VENV / "complete"
    try:
        if not complete.exists() or complete.read_text() != " ".join(PEER_PACKAGES):
            subprocess.run([sys.executable, "-m", "venv", str(PEER_VENV)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PEER_PACKAGES], check=True)
            complete.write_text(" ".join(PEER_PACKAGES))
    except subprocess.CalledProcessError:
        print("the peers cannot be installed; their column stays empty", file=sys.stderr)
        yield None
        return
    with subprocess.Popen(
        [str(python), str(Path(__file__).with_name("sync_peers.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield Peers(process)


def run_series(series: Series, material: Material, peers: Peers | None) -> Iterator[Outcome]:
    """Yield the outcome of each pair; outcomes of the same code are read from disk, not computed again."""
    path = _outcome_file(series, material, peers is not None)
    known = [Outcome(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []
    yield from known[: series.count]
    with path.open("a") as file:
        for number in range(len(known), series.count):
            compared = peers if number < series.compared else None
            outcome = run(series, series.build(material, number), compared)
            file.write(json.dumps(asdict(outcome)) + "\n")
            file.flush()
            _print_progress(series, number + 1, outcome)
            yield outcome


def run(series: Series, case: Case, peers: Peers | None) -> Outcome:
    """Run our alignment on a case and, where they can be compared, the peers."""
    with tempfile.TemporaryDirectory() as folder:
        a, b = Path(folder, "a.wav"), Path(folder, "b.wav")
        a.write_bytes(case.a)
        b.write_bytes(case.b)
        started = time.process_time()
        with a.open("rb") as one, b.open("rb") as two, open_samples(one) as first, open_samples(two) as second:
            answer = align_audio(first, second, search_speed=series.search_speed)
        seconds = time.process_time() - started
        # Without an ffmpeg program the peers read WAV only, so they get no encoded files.
        answers = peers.answers(a, b) if peers is not None and case.b[:4] == b"RIFF" else {}
    ratio = answer.clock_ratio * answer.speed_ratio
    return Outcome(
        series.name, case.offset, case.ratio, answer.verdict.value, answer.reason, float(answer.confidence),
        float(ratio), _errors(answer, case), seconds, answers,
    )  # fmt: skip


def _errors(answer: Alignment, case: Case) -> list[float]:
    if answer.verdict.value != "aligned":
        return [float("inf")] * len(TIMES_SECONDS)
    ratio = answer.clock_ratio * answer.speed_ratio
    return [float(abs(answer.offset_seconds + ratio * t - case.offset - case.ratio * t)) for t in TIMES_SECONDS]


def _outcome_file(series: Series, material: Material, compared: bool) -> Path:
    """Return the file for the outcomes of one series, for one state of the code and one choice of songs."""
    folders = Path(eightcount_sync.__file__).parent, Path(__file__).parent
    ours = [folders[0] / "alignment.py", *folders[0].glob("audio/*.*")]
    files = sorted(ours) + [folders[1] / f"{name}.py" for name in ("sync_cases", "sync_peers")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files))
    digest.update(repr((series.name, sorted(material.songs), compared)).encode())
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT / f"{digest.hexdigest()[:20]}.jsonl"


def _print_progress(series: Series, number: int, outcome: Outcome) -> None:
    print(
        f"{series.name} {number}/{series.count}: {outcome.verdict} ({outcome.confidence:.2f}), {outcome.seconds:.2f} s",
        file=sys.stderr,
    )
