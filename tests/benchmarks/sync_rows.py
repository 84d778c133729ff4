"""The rows of the sync benchmark's table, from the outcomes of its pairs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.benchmarks.sync_trials import Outcome
from tests.benchmarks.table import Row

CLOSE_SECONDS = 0.005
MEASURED = ("+20 dB", "+0 dB", "-10 dB", "reverberation, AGC, clipping")
ENOUGH_WRONG_PAIRS = 5000


def offset_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Accuracy per condition at equal speed."""
    clean = [o for o in outcomes if o.condition in MEASURED]
    answered = [1e3 * o.middle_error for o in clean if o.aligned]
    median, worst = (float(np.percentile(answered, q)) for q in (50, 99)) if answered else (np.nan, np.nan)
    told = f"{len(answered)} of {len(clean)} answered"
    rows = [
        Row("offset, +20 to -10 dB, codecs, AGC, reverb: median", f"{median:.4f} ms ({told})", "-", "<= 0.1 ms",
            median <= 0.1),
        Row("the same: 99th percentile", f"{worst:.3f} ms", "-", "<= 2 ms", worst <= 2.0),
    ]  # fmt: skip
    return [*rows, *share_rows(outcomes)]


def share_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return the share of correct pairs for each condition."""
    rows = []
    for condition in dict.fromkeys(o.condition for o in outcomes):
        part = [o for o in outcomes if o.condition == condition]
        share = float(np.mean([o.middle_error < CLOSE_SECONDS for o in part]))
        target = condition == "-15 dB"
        rows.append(
            Row(f"within 5 ms, {condition} ({len(part)})", f"{100 * share:.1f} %", best_peer_share(part),
                ">= 98 %" if target else "-", share >= 0.98 if target else None)
        )  # fmt: skip
    return rows


def drift_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Rows for clocks that differ."""
    errors = [abs(o.found_ratio - o.ratio) * 1e6 for o in outcomes if o.right]
    worst, found = max(errors, default=np.nan), len(errors)
    return [
        Row(f"drift, 60 s: largest error of the ratio, {found} of {len(outcomes)} found", f"{worst:.2f} ppm", "-",
            "<= 3 ppm", worst <= 3.0 and found == len(outcomes)),
    ]  # fmt: skip


def speed_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Rows for takes at another speed."""
    rows = []
    for condition in dict.fromkeys(o.condition for o in outcomes):
        part = [o for o in outcomes if o.condition == condition]
        found = [o for o in part if o.aligned]
        off = [abs(o.found_ratio / o.ratio - 1.0) * 100 for o in found]
        late = [1e3 * max(o.errors) for o in found]
        ratio95, beat95 = (float(np.percentile(values, 95)) if values else np.nan for values in (off, late))
        share = 100 * len(found) / len(part)
        rows += [
            Row(f"{condition} ({len(part)}): found", f"{share:.0f} %", best_peer_share(part)),
            Row(f"{condition}: 95 % of ratios within", f"{ratio95:.4f} %", "-", "<= 0.05 %", ratio95 <= 0.05),
            Row(f"{condition}: 95th percentile of the beat error", f"{beat95:.1f} ms", "-", "<= 10 ms", beat95 <= 10.0),
        ]
    return [*rows, *time_rows(outcomes, "seconds per pair, speed search", 2.0)]


def wrong_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Rows for pairs of different songs."""
    rows = []
    for condition in dict.fromkeys(o.condition for o in outcomes):
        part = [o for o in outcomes if o.condition == condition]
        accepted = sum(o.verdict != "no_match" for o in part)
        named = all(o.reason for o in part)
        answers = [answer["offset"] for o in part for answer in o.peers.values()]
        peers = f"{sum(offset is not None for offset in answers)} of {len(answers)} answered" if answers else "-"
        enough = len(part) >= ENOUGH_WRONG_PAIRS
        rows.append(
            Row(f"{condition}: accepted, of {len(part)}", str(accepted), peers, "0 of >= 5,000, each with a reason",
                accepted == 0 and named and enough if enough or accepted else None)
        )  # fmt: skip
        rows.append(Row(f"{condition}: seconds per pair", f"{np.mean([o.seconds for o in part]):.2f} s"))
    return rows


def calibration_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """Rows on the calibration of the stated confidence."""
    told = [o for o in outcomes if o.aligned]
    if not told:
        return []
    stated, right = np.array([o.confidence for o in told]), np.array([o.right for o in told], float)
    bins = np.minimum((stated * 10).astype(int), 9)
    error = float(sum(abs(stated[bins == k].sum() - right[bins == k].sum()) for k in range(10)) / len(told))
    return [
        Row(f"expected calibration error ({len(told)} answers)", f"{error:.3f}", "-", "<= 0.02", error <= 0.02),
        *(
            Row(
                f"stated {k / 10:.1f} to {(k + 1) / 10:.1f}: right",
                f"{right[bins == k].mean():.2f} of {sum(bins == k)}",
            )
            for k in range(10)
            if (bins == k).any()
        ),
    ]


def time_rows(outcomes: Sequence[Outcome], what: str, share: float) -> list[Row]:
    """Rows on processor seconds per pair, decoding included, on the pairs that the peers got too."""
    both = [o for o in outcomes if o.peers]
    if not both:
        return []
    # A peer that fails at once is not fast.
    took = {
        name: [o.peers[name]["seconds"] or 0.0 for o in both if o.peers[name]["offset"] is not None]
        for name in both[0].peers
    }
    means = {name: float(np.mean(seconds)) for name, seconds in took.items() if seconds}
    fastest = min(means, key=lambda name: means[name])
    ours = float(np.mean([o.seconds for o in both]))
    others = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in sorted(means.items(), key=lambda item: item[1]))
    return [Row(f"{what} ({len(both)})", f"{ours:.2f} s", others, f"<= {share:g} x", ours <= share * means[fastest])]


def best_peer_share(outcomes: Sequence[Outcome]) -> str:
    """Return the best peer's share of answers within `CLOSE_SECONDS`."""
    compared = [o for o in outcomes if o.peers]
    if not compared:
        return "-"
    shares = {
        name: float(np.mean([_peer_error(o, name) < CLOSE_SECONDS for o in compared])) for name in compared[0].peers
    }
    best = max(shares, key=lambda name: shares[name])
    return f"{100 * shares[best]:.0f} % ({best})" if shares[best] else "0 %"


def _peer_error(outcome: Outcome, name: str) -> float:
    offset = outcome.peers[name]["offset"]
    return float("inf") if offset is None else abs(offset - outcome.offset)
