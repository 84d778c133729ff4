"""Comparisons of real videos with known ground truth: `make eval-compare`.

Needs the folder of evaluation media (`EIGHTCOUNT_EVAL_MEDIA`), which is not part of the project. Every comparison runs
over HTTP on one running stack, as the command line runs it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from eightcount_client import Client
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.work.recordings import align, compare, fetch_results
from eightcount_gateway.stack import Stack
from tests.benchmarks.table import Row, publish

ROOT = Path(__file__).resolve().parents[2]
FEELSREAL_SECONDS = 3.037
SALSA_SECONDS = -0.273
TOLERANCE_SECONDS = 0.04
SELF_TOLERANCE_SECONDS = 0.005


def offset_row(what: str, alignment: dict[str, Any], truth: float, tolerance: float) -> Row:
    """Return a row that passes when the verdict is `aligned` and the offset is right."""
    offset, verdict = alignment["offset_seconds"], alignment["verdict"]
    met = verdict == "aligned" and abs(offset - truth) <= tolerance
    return Row(what, f"{verdict}, {offset:+.4f} s", target=f"aligned, {truth:+.3f} +- {tolerance:g} s", met=met)


def rows_of(media: Path, out: Path) -> list[Row]:
    """Run the comparisons; their reports and videos stay in `out`."""
    feels1 = media / "local_only/video/jxl22000_feelsreal/feelsreal1.mp4"
    feels2 = media / "local_only/video/jxl22000_feelsreal/feelsreal2_edited.mp4"
    front = media / "local_only/video/salsa/girl_front.mp4"
    left = media / "local_only/video/salsa/girl_left.mp4"
    song = media / "open/music/supertuxkart/celtic.ogg"
    display = ProgressDisplay()

    with Stack(out / "data", announce=display.say) as stack, Client(stack.url) as client:

        def report(name: str, reference: Path, take: Path) -> dict[str, Any]:
            display.say(f"comparing {name}")
            done = compare(client, reference, take, options={}, display=display)
            fetch_results(client, done.id, out / name)
            return done.report.raw

        same = report("same", feels1, feels2)
        salsa = report("salsa", front, left)
        other = report("other", feels1, front)
        itself = report("itself", feels1, feels1)
        unrelated = align(client, feels1, song, search_speed=False, display=display).raw
    warned = any(warning["reason"] == "NO_SHARED_MUSIC" for warning in other["warnings"])
    return [
        offset_row("feelsreal1 / feelsreal2: offset", same["alignment"], FEELSREAL_SECONDS, TOLERANCE_SECONDS),
        offset_row("salsa front / left: offset", salsa["alignment"], SALSA_SECONDS, TOLERANCE_SECONDS),
        offset_row("a video against itself: offset", itself["alignment"], 0.0, SELF_TOLERANCE_SECONDS),
        Row("a video against itself: score", f"{itself['score']:.1f}", target=">= 99", met=itself["score"] >= 99),
        Row(
            "same choreography / another dance: score", f"{same['score']:.1f} / {other['score']:.1f}",
            target="well above (>= 15 points)", met=same["score"] >= other["score"] + 15,
        ),
        Row("an unrelated song", unrelated["verdict"], target="no_match", met=unrelated["verdict"] == "no_match"),
        Row(
            "another dance to other music", f"{other['alignment']['method']}, {other['alignment']['verdict']}",
            target="not aligned by audio, and a warning", met=other["alignment"]["method"] != "audio" and warned,
        ),
    ]  # fmt: skip


def main() -> int:
    """Print the table; exit code 1 when a target was missed."""
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
    rows = rows_of(media, options.out or Path(tempfile.mkdtemp(prefix="eightcount-eval-")))
    publish("eval-compare", rows)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
