"""Comparisons of real videos whose truth is known: `make eval-compare`.

Needs the folder of evaluation media (`EIGHTCOUNT_EVAL_MEDIA`), which is not part of the project. Every comparison runs
through the command line on one running stack, as a user would.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.stack import running_stack
from tests.benchmarks.table import Row, publish

ROOT = Path(__file__).resolve().parents[2]
FEELSREAL_OFFSET_SECONDS = 3.037
SALSA_OFFSET_SECONDS = -0.273
OFFSET_TOLERANCE_SECONDS = 0.04
SELF_TOLERANCE_SECONDS = 0.005


def compare(url: str, reference: Path, take: Path, out: Path) -> dict[str, Any]:
    """The report of one comparison, made by the command line."""
    command = [sys.executable, "-m", "eightcount_gateway.cli", "compare", str(reference), str(take), "--out", str(out)]
    subprocess.run(
        [*command, "--json"], check=True, stdout=subprocess.DEVNULL, env=os.environ | {"EIGHTCOUNT_URL": url}
    )
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def align(url: str, a: Path, b: Path) -> dict[str, Any]:
    """What `eightcount align` answers."""
    command = [sys.executable, "-m", "eightcount_gateway.cli", "align", str(a), str(b), "--json"]
    result = subprocess.run(command, capture_output=True, env=os.environ | {"EIGHTCOUNT_URL": url}, check=False)
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def offset_row(what: str, alignment: dict[str, Any], truth: float, tolerance: float) -> Row:
    """A row that holds when the verdict is `aligned` and the offset is right."""
    offset, verdict = alignment["offset_seconds"], alignment["verdict"]
    met = verdict == "aligned" and abs(offset - truth) <= tolerance
    return Row(what, f"{verdict}, {offset:+.4f} s", target=f"aligned, {truth:+.3f} +- {tolerance:g} s", met=met)


def main() -> int:
    """Prints the table; exit code 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--media", type=Path, default=os.environ.get("EIGHTCOUNT_EVAL_MEDIA", ROOT / "../shared/data/media")
    )
    parser.add_argument("--out", type=Path, help="keep reports and videos here")
    options = parser.parse_args()
    media = Path(options.media)
    if not media.is_dir():
        print(f"no evaluation media at {media}: set EIGHTCOUNT_EVAL_MEDIA", file=sys.stderr)
        return 2
    feels1 = media / "local_only/video/jxl22000_feelsreal/feelsreal1.mp4"
    feels2 = media / "local_only/video/jxl22000_feelsreal/feelsreal2_edited.mp4"
    front = media / "local_only/video/salsa/girl_front.mp4"
    left = media / "local_only/video/salsa/girl_left.mp4"
    song = media / "open/music/supertuxkart/celtic.ogg"
    out = options.out or Path(tempfile.mkdtemp(prefix="eightcount-eval-"))
    with running_stack() as stack:
        same = compare(stack.url, feels1, feels2, out / "same")
        other = compare(stack.url, feels1, front, out / "other")
        salsa = compare(stack.url, front, left, out / "salsa")
        itself = compare(stack.url, feels1, feels1, out / "itself")
        unrelated = align(stack.url, feels1, song)
    rows = [
        offset_row("feelsreal1 / feelsreal2: offset", same["alignment"], FEELSREAL_OFFSET_SECONDS, OFFSET_TOLERANCE_SECONDS),
        offset_row("salsa front / left: offset", salsa["alignment"], SALSA_OFFSET_SECONDS, OFFSET_TOLERANCE_SECONDS),
        offset_row("a video against itself: offset", itself["alignment"], 0.0, SELF_TOLERANCE_SECONDS),
        Row("a video against itself: score", f"{itself['score']:.1f}", target=">= 99", met=itself["score"] >= 99),
        Row(
            "same choreography / another dance: score",
            f"{same['score']:.1f} / {other['score']:.1f}",
            target="well above (>= 15 points)",
            met=same["score"] >= other["score"] + 15,
        ),
        Row("against an unrelated song: verdict", unrelated["verdict"], target="no_match", met=unrelated["verdict"] == "no_match"),
        Row(
            "against another dance: verdict of the music",
            f"{other['alignment']['method']}: {other['alignment']['verdict']}",
            target="no audio match, a warning",
            met=other["alignment"]["method"] != "audio" and any(w["reason"] == "NO_SHARED_MUSIC" for w in other["warnings"]),
        ),
    ]  # fmt: skip
    publish("eval-compare", rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
