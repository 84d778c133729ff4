"""The table that every benchmark prints and writes: one row per claim, with our figure, a peer's and a target."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

REPORTS = Path(__file__).resolve().parents[2] / "build" / "reports"


@dataclass(frozen=True, slots=True)
class Row:
    """One claim: what was measured, our figure, the peer's, the target, and whether it was met (None: no target)."""

    what: str
    ours: str
    peer: str = "-"
    target: str = "-"
    met: bool | None = None


def publish(name: str, rows: list[Row]) -> None:
    """Print the rows as a Markdown table and write them to `build/reports/<name>.json`."""
    print(f"\n| {name} | ours | peer | target | met |\n|---|---|---|---|---|")
    for row in rows:
        met = "-" if row.met is None else "yes" if row.met else "NO"
        print(f"| {row.what} | {row.ours} | {row.peer} | {row.target} | {met} |", flush=True)
    REPORTS.mkdir(parents=True, exist_ok=True)
    plain = [asdict(row) | {"met": None if row.met is None else bool(row.met)} for row in rows]  # numpy's are no JSON
    (REPORTS / f"{name}.json").write_text(json.dumps(plain, indent=2) + "\n")
    print(f"\nwritten to build/reports/{name}.json")
