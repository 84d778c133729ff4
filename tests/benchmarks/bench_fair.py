"""Short requests and jobs beside six comparisons of pairs of new videos, on one running stack: `make bench-fair`.

First everything runs alone, then the six comparisons alone, then the six with a hundred short requests beside them. The
peer is the same stack with giving way turned off and one lane for all jobs, as before turns were introduced.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from eightcount_client import (
    AlignmentRequest,
    ClassificationRequest,
    Client,
    ComparisonRequest,
    ExtractionRequest,
)
from eightcount_client.protocol.retries import RetryPolicy
from eightcount_client.values.poses import PoseModel
from eightcount_gateway.stack import Stack
from tests.benchmarks.fair_material import UPLOAD_BYTES, Copies, Material, make_material
from tests.benchmarks.table import Row, publish

LONG_JOBS = 6
IDLE_REPEATS = 5
RATIO, AT_LEAST_SECONDS = 3.0, {"upload": 0.3, "list": 0.3, "alignment": 0.3, "classification": 1.0}
"""Beside the long ones, a request may take this many times what it takes alone, or these seconds."""
EXTRACTION_SECONDS = 15.0
MAX_LOSS = 0.15
_SHARES = {"upload": 30, "list": 30, "alignment": 15, "classification": 15, "extraction": 10}
"""The hundred short requests, by kind."""
_SPREAD = 0.8
"""The short ones are spread over this share of the time that the long ones take alone."""
_FIRST_COME = {
    **{f"EIGHTCOUNT_{name}_MAX_SUSPENDED": "0" for name in ("POSE", "SYNC", "SCORING", "CLASSIFIER", "GENERATOR")},
    "EIGHTCOUNT_GATEWAY_SHORT_SECONDS": "0",
    "EIGHTCOUNT_GATEWAY_MIDDLE_SECONDS": "0",
}
"""Settings of the peer."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of a run."""

    long_seconds: float
    model: PoseModel
    share_of_short: float


WHOLE = Scale(60.0, "heavy", 1.0)
QUICK = Scale(50.0, "lite", 0.3)


@dataclass(slots=True)
class Outcome:
    """Seconds of what succeeded, by kind, and the reasons of what failed."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    long_seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def noting_failure(self, kind: str) -> Iterator[None]:
        """Note why the body failed, if it does."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
            with self.lock:
                self.failures.append(f"{kind}: {getattr(error, 'reason', type(error).__name__)}")

    def time(self, kind: str, work: Callable[[], object]) -> None:
        """Run work and note how long it took."""
        started = time.perf_counter()
        work()
        with self.lock:
            self.seconds.setdefault(kind, []).append(time.perf_counter() - started)

    @property
    def tried(self) -> int:
        """Number of requests and jobs."""
        return len(self.failures) + sum(map(len, self.seconds.values()))


class Bench:
    """One running stack and what is asked of it."""

    def __init__(self, stack: Stack, material: Material, copies: Copies, scale: Scale) -> None:
        self._url = stack.url
        self._material = material
        self._copies = copies
        self._scale = scale
        with self._client() as client:
            self._known = [client.videos.upload(copies.copy(clip)).id for clip in (material.reference, material.take)]
            client.extractions.run(ExtractionRequest(video_id=self._known[0], model=scale.model))

    def run_alone(self) -> Outcome:
        """Run every short request a few times, one after another."""
        outcome = Outcome()
        for kind in _SHARES:
            repeats = IDLE_REPEATS if kind != "extraction" else 2
            for _ in range(repeats + 1):
                self._run_short(kind, outcome)
            outcome.seconds[kind] = outcome.seconds.get(kind, [])[1:]  # the first one warms up
        return outcome

    def run_long(self) -> Outcome:
        """Run six comparisons of pairs of new videos, submitted at once."""
        outcome = Outcome()
        requests = [self._new_comparison() for _ in range(LONG_JOBS)]
        started = time.perf_counter()
        with ThreadPoolExecutor(LONG_JOBS) as threads:
            for request in requests:
                threads.submit(self._run_comparison, request, outcome)
        outcome.long_seconds = time.perf_counter() - started
        return outcome

    def run_beside(self, alone_seconds: float) -> Outcome:
        """Run six comparisons, and short requests beside them, spread over most of the time."""
        outcome = Outcome()
        requests = [self._new_comparison() for _ in range(LONG_JOBS)]
        kinds = _mix(self._scale.share_of_short)
        pause = _SPREAD * alone_seconds / len(kinds)
        with ThreadPoolExecutor(LONG_JOBS + len(kinds)) as threads:
            started = time.perf_counter()
            running = [threads.submit(self._run_comparison, request, outcome) for request in requests]
            for number, kind in enumerate(kinds):
                time.sleep(max(0.0, started + (number + 1) * pause - time.perf_counter()))
                threads.submit(self._run_short, kind, outcome)
            _wait_for(running)
            outcome.long_seconds = time.perf_counter() - started
        return outcome

    def _new_comparison(self) -> ComparisonRequest:
        with self._client() as client:
            clips = (self._material.reference, self._material.take)
            ids = [client.videos.upload(self._copies.copy(clip)).id for clip in clips]
        return ComparisonRequest(reference_video_id=ids[0], take_video_id=ids[1], model=self._scale.model)

    def _run_comparison(self, request: ComparisonRequest, outcome: Outcome) -> None:
        with outcome.noting_failure("comparison"), self._client() as client:
            outcome.time("comparison", lambda: client.comparisons.run(request))

    def _run_short(self, kind: str, outcome: Outcome) -> None:
        with outcome.noting_failure(kind), self._client() as client:
            next(client.videos.list(page_size=1))  # opens the connection
            outcome.time(kind, self._prepare(kind, client))

    def _prepare(self, kind: str, client: Client) -> Callable[[], object]:
        """Return the request or job to be timed; what it needs is there already."""
        material, scale, known = self._material, self._scale, self._known
        match kind:
            case "upload":
                file = self._copies.copy(material.small, size_bytes=UPLOAD_BYTES)
                return lambda: client.videos.upload(file)
            case "list":
                return lambda: next(client.videos.list())
            case "alignment":
                return lambda: client.align(AlignmentRequest(a_video_id=known[0], b_video_id=known[1]))
            case "classification":
                request = ClassificationRequest(video_id=known[0], model=scale.model)
                return lambda: client.classifications.run(request)
        video = client.videos.upload(self._copies.copy(material.short))
        return lambda: client.extractions.run(ExtractionRequest(video_id=video.id, model=scale.model))

    def _client(self) -> Client:
        """Return a client that sends nothing twice, so that no refusal is hidden."""
        return Client(self._url, timeout_seconds=3600.0, retries=RetryPolicy(attempts=1))


def _mix(share: float) -> list[str]:
    """Return the kinds of the short requests, evenly mixed."""
    counts = {kind: max(2, round(share * count)) for kind, count in _SHARES.items()}
    places = [((index + 0.5) / count, kind) for kind, count in counts.items() for index in range(count)]
    return [kind for _, kind in sorted(places)]


def _wait_for(futures: Sequence[Future[None]]) -> None:
    for future in futures:
        future.result()


@contextmanager
def running_bench(material: Material, scale: Scale, settings: dict[str, str]) -> Iterator[Bench]:
    """Run a stack with these settings in a temporary folder."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        with tempfile.TemporaryDirectory(prefix="eightcount-fair-") as name:
            folder = Path(name)
            with Stack(folder / "data") as stack:
                yield Bench(stack, material, Copies(folder), scale)
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def rows_of(idle: Outcome, alone: Outcome, beside: Outcome, peer: Outcome | None, scale: Scale) -> list[Row]:
    """Return the table."""
    rows = [_short_row(kind, idle, beside, peer) for kind in AT_LEAST_SECONDS]
    ends = beside.seconds.get("extraction", [])
    rows.append(
        Row(
            f"extraction of 4 s ({len(ends)}): alone; median / longest beside the long ones",
            f"{_median(idle, 'extraction'):.1f} s; {_median(beside, 'extraction'):.1f} / {_longest(ends)}",
            _peer_cell(peer, "extraction"), f"<= {EXTRACTION_SECONDS:g} s, all of them",
            bool(ends) and max(ends) <= EXTRACTION_SECONDS,
        )
    )  # fmt: skip
    loss = beside.long_seconds / alone.long_seconds - 1
    rows.append(
        Row(
            f"{LONG_JOBS} comparisons of new pairs of {scale.long_seconds:g} s: alone; with the others beside",
            f"{alone.long_seconds:.0f} s; {beside.long_seconds:.0f} s ({100 * loss:+.0f} %)",
            f"{peer.long_seconds:.0f} s" if peer else "-", f"<= +{100 * MAX_LOSS:.0f} %", loss <= MAX_LOSS,
        )
    )  # fmt: skip
    tried = idle.tried + alone.tried + beside.tried
    failed = [*idle.failures, *alone.failures, *beside.failures]
    rows.append(
        Row(
            "requests and jobs that failed", f"{len(failed)} of {tried}{_list(failed)}",
            f"{len(peer.failures)} of {peer.tried}{_list(peer.failures)}" if peer else "-", "0", not failed,
        )
    )  # fmt: skip
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return [*rows, Row("load average of the machine at the end (1, 5, 15 minutes), cores", f"{load}; {os.cpu_count()}")]


def _short_row(kind: str, idle: Outcome, beside: Outcome, peer: Outcome | None) -> Row:
    seconds = beside.seconds.get(kind, [])
    limit = max(RATIO * _median(idle, kind), AT_LEAST_SECONDS[kind])
    nearly_all = float(np.percentile(seconds, 95)) if seconds else float("inf")
    return Row(
        f"{kind} ({len(seconds)}): alone; median / 95th percentile / longest beside the long ones",
        f"{_median(idle, kind):.2f} s; {_median(beside, kind):.2f} / {nearly_all:.2f} / {_longest(seconds)}",
        _peer_cell(peer, kind),
        f"<= {limit:.2f} s (3 x alone or {AT_LEAST_SECONDS[kind]:g} s), 95th percentile",
        nearly_all <= limit,
    )


def _peer_cell(peer: Outcome | None, kind: str) -> str:
    if peer is None:
        return "-"
    return f"{_median(peer, kind):.2f} s, longest {_longest(peer.seconds.get(kind, []))}"


def _median(outcome: Outcome, kind: str) -> float:
    return float(np.median(outcome.seconds.get(kind) or [float("nan")]))


def _longest(seconds: Sequence[float]) -> str:
    return f"{max(seconds):.2f} s" if seconds else "none"


def _list(failures: Sequence[str]) -> str:
    counts = Counter(failures)
    return "".join(f"; {count} x {what}" for what, count in counts.items())


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def main() -> int:
    """Print the table; exit code 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter videos, the lite model and fewer requests")
    parser.add_argument("--no-peer", action="store_true", help="leave out the run with giving way turned off")
    options = parser.parse_args()
    scale = QUICK if options.quick else WHOLE
    _say("making the clips")
    material = make_material(scale.long_seconds)
    with running_bench(material, scale, {}) as bench:
        _say("each request alone")
        idle = bench.run_alone()
        _say(f"{LONG_JOBS} comparisons alone")
        alone = bench.run_long()
        _say(f"took {alone.long_seconds:.0f} s; now with the others beside")
        beside = bench.run_beside(alone.long_seconds)
        for row in rows_of(idle, alone, beside, None, scale):  # the run is long: what is known is said
            _say(f"{row.what}: {row.ours}")
    peer = None
    if not options.no_peer:
        _say("the same with giving way turned off")
        with running_bench(material, scale, _FIRST_COME) as bench:
            peer = bench.run_beside(alone.long_seconds)
    rows = rows_of(idle, alone, beside, peer, scale)
    publish("bench-fair-quick" if options.quick else "bench-fair", rows)
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
