"""Real skeletons without their names: joints found by shape against those found by name.

python -m tests.benchmarks.nameless_skeletons [--half seen]

The constants of the search by shape were set while looking at the half "seen" of the CMU recordings in
EIGHTCOUNT_EVAL_MOTION; the other half, "unseen", was not looked at while they were set.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import random
import re
import sys
from pathlib import Path

from eightcount_common.errors import EightcountError
from eightcount_common.importing.bvh import read_bvh
from eightcount_common.importing.limbs import find_limbs

_SEEN = 25


def list_files(folder: Path, half: str) -> list[Path]:
    """Return the recordings of a half, in an order that is always the same."""
    files = sorted(folder.glob("cmu_*/**/*.bvh.gz"))
    random.Random(1).shuffle(files)
    return files[:_SEEN] if half == "seen" else files[_SEEN:]


def find_both(path: Path) -> tuple[dict[str, int], dict[str, int] | None]:
    """Return the joints by name, and by shape from the same file with numbers for names; None where it is refused."""
    head, _, motion = gzip.decompress(path.read_bytes()).decode().partition("MOTION")
    first = "\n".join(["MOTION", "Frames: 1", *motion.strip().split("\n")[1:3], ""])
    numbers = iter(range(10_000))
    nameless = re.sub(r"(ROOT|JOINT)\s+\S+", lambda found: f"{found[1]} j{next(numbers)}", head)
    by_name = find_limbs(read_bvh(io.BytesIO((head + first).encode())))
    try:
        by_shape = find_limbs(read_bvh(io.BytesIO((nameless + first).encode())))
    except EightcountError:
        return dict(by_name.joints), None
    return dict(by_name.joints), dict(by_shape.joints)


def main() -> int:
    """Print the numbers of right, refused and wrong files; exit code 1 when one is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("seen", "unseen"), default="unseen")
    parser.add_argument("--folder", type=Path, default=os.environ.get("EIGHTCOUNT_EVAL_MOTION", "data/motion"))
    options = parser.parse_args()
    results = [find_both(path) for path in list_files(options.folder, options.half)]
    right = sum(named == found for named, found in results)
    refused = sum(found is None for _, found in results)
    print(f"{options.half}: right {right}, refused {refused}, wrong {len(results) - right - refused}")
    return 0 if right + refused == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
