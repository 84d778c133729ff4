"""Evaluates the dances of every generator on unseen music: `make eval-dance`.

Needs the folder of motion capture that the models are trained on (`EIGHTCOUNT_EVAL_MOTION`) and that of annotated songs
(`EIGHTCOUNT_EVAL_MEDIA`). Every fifth take of each style is held out, and no evaluated generator was trained on one.
Networks are the pretrained ones; a generator without a model is a row that says so. The input of the generators is the
analysis of the sync service; their dances are evaluated against the annotated beats.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from eightcount_common.errors import EightcountError
from eightcount_generator.evaluation.novelty.copies import MotionIndex
from eightcount_generator.sources.collection import read_collection
from eightcount_generator.sources.split import Split, split_by_take
from tests.benchmarks.dance_contenders import COMPARED, contenders
from tests.benchmarks.dance_music import repeat, songs, whole_song
from tests.benchmarks.dance_quality import quality
from tests.benchmarks.dance_references import SECONDS, build_references
from tests.benchmarks.dance_trials import trials
from tests.benchmarks.table import Row, publish

_QUICK = 6
_LONG_SECONDS = 600.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 where data is missing or a model must not be evaluated."""
    given = _options().parse_args(arguments)
    if not given.motion.is_dir() or not given.media.is_dir():
        print("eval-dance needs EIGHTCOUNT_EVAL_MOTION and EIGHTCOUNT_EVAL_MEDIA", file=sys.stderr)
        return 1
    split = split_by_take(read_collection(given.motion))
    try:
        compared = contenders(given.generators, split, dict(given.model))
    except EightcountError as error:
        print(f"{error.reason}: {error.message}", file=sys.stderr)
        return 1
    danced = list(songs(given.media, seconds=SECONDS))
    stage = build_references(split, danced, most=_QUICK if given.quick else None)
    library = MotionIndex([one.dance.joints() for one in split.known])
    long = repeat(whole_song(given.media), seconds=_LONG_SECONDS)
    publish("eval-dance", [_setting(split, len(stage.stretches), len(danced)), *quality(compared, stage, library),
                           *trials(compared, danced[0], long)])  # fmt: skip
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    motion = os.environ.get("EIGHTCOUNT_EVAL_MOTION", "../shared/data/motion")
    media = os.environ.get("EIGHTCOUNT_EVAL_MEDIA", "../shared/data/media")
    parser.add_argument("--motion", type=Path, default=motion)
    parser.add_argument("--media", type=Path, default=media)
    parser.add_argument(
        "--generators",
        nargs="+",
        default=COMPARED,
        metavar="NAME",
        help="generators to compare: " + ", ".join(COMPARED),
    )
    parser.add_argument("--model", type=_model, action="append", default=[], metavar="FAMILY=FILE",
                        help="model of a family; the pretrained one by default")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK} dances of each generator instead of all")
    return parser


def _model(text: str) -> tuple[str, Path]:
    family, separator, path = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"must be FAMILY=FILE; got {text!r}")
    return family, Path(path)


def _setting(split: Split, dances: int, songs: int) -> Row:
    return Row(f"{dances} dances per generator, on {songs} stretches of songs; takes {split.summary}", "-")


if __name__ == "__main__":
    sys.exit(main())
