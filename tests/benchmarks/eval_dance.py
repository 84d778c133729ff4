"""How good the dances are, to music that was never seen: `make eval-dance`.

Needs the folder of motion capture that dances are made from (`EIGHTCOUNT_EVAL_MOTION`) and that of annotated songs
(`EIGHTCOUNT_EVAL_MEDIA`). The maker joins recordings; those of every fifth take are held out and are what its dances
are compared with. Its beats are those that the sync service hears, the beats that it is judged by are those that people
wrote down.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.finishing import finished, finished_pieces
from eightcount_generator.body.limits import violations
from eightcount_generator.evaluation.beat_figures import Performance
from eightcount_generator.evaluation.features import features_of
from eightcount_generator.evaluation.figures import Figures, figures_of
from eightcount_generator.evaluation.intervals import Interval
from eightcount_generator.evaluation.smoothness import frozen_seconds
from eightcount_generator.makers.base import Maker, Wishes
from eightcount_generator.makers.graph.library import build_library, trimmed
from eightcount_generator.makers.graph.maker import GraphMaker
from eightcount_generator.making import Making
from eightcount_generator.sources.library import Recording, shared_recordings
from tests.benchmarks.dance_music import Song, repeated, songs, whole_song
from tests.benchmarks.table import Row, publish

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30.0
HELD_OUT = 5
LIMIT_DEGREES = 0.5
"""What a joint may pass its limit by before it counts: rounding of 32 bits is below."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--motion", type=Path, default=os.environ.get("EIGHTCOUNT_EVAL_MOTION", "../shared/data/motion")
    )
    parser.add_argument("--media", type=Path, default=os.environ.get("EIGHTCOUNT_EVAL_MEDIA", "../shared/data/media"))
    parser.add_argument("--quick", action="store_true", help="two stretches of songs in place of all")
    given = parser.parse_args(arguments)
    if not Path(given.motion).is_dir() or not Path(given.media).is_dir():
        print("eval-dance needs EIGHTCOUNT_EVAL_MOTION and EIGHTCOUNT_EVAL_MEDIA", file=sys.stderr)
        return 1
    known, held_out = _dealt(shared_recordings(Path(given.motion)))
    material = [song for _, song in zip(range(2 if given.quick else 1000), songs(Path(given.media), seconds=SECONDS))]  # noqa: B905
    maker = GraphMaker(build_library(known))
    publish("eval-dance", [*_quality(maker, material, known, held_out), *_seeds(maker, material[0]),
                           *_speed(maker, material[0]), *_length(maker, Path(given.media))])  # fmt: skip
    return 0


def _dealt(recordings: list[Recording]) -> tuple[list[Recording], list[Recording]]:
    """Recordings to make dances from, and those of every fifth take of each style."""
    takes = sorted({(recording.style, recording.take) for recording in recordings})
    out = {
        take
        for style in {style for style, _ in takes}
        for take in [take for other, take in takes if other == style][::HELD_OUT]
    }
    return [one for one in recordings if one.take not in out], [one for one in recordings if one.take in out]


def _quality(maker: Maker, material: list[Song], known: list[Recording], held_out: list[Recording]) -> list[Row]:
    dances = [_made(maker, song, seed=number) for number, song in enumerate(material)]
    truth = features_of([trimmed(one.dance).joints() for one in held_out if len(trimmed(one.dance)) > 150])
    ours = _figures(
        [Performance(dance.joints(), song.beats) for dance, song in zip(dances, material, strict=True)], truth
    )
    stretches = _stretches(known, len(material))
    real = _figures(
        [Performance(dance.joints(), song.beats) for dance, song in zip(stretches, material, strict=True)], truth
    )
    assert ours.beats
    assert real.beats
    over = int(sum((violations(dance) > LIMIT_DEGREES).any(axis=(1, 2)).sum() for dance in dances))
    rows = []
    for name in ("bailando_f", "mint_f", "bailando", "mint"):
        mine, theirs = getattr(ours.beats, name), getattr(real.beats, name)
        by_chance = max(mine.chance.random, mine.chance.shifted)
        two_sided = name.endswith("_f")
        met = mine.score.value >= 3 * by_chance and mine.score.value >= theirs.score.value if two_sided else None
        rows.append(
            Row(f"graph: {_BEAT_ROWS[name]}", f"{_shown(mine.score)}, chance {by_chance:.2f}",
                f"recordings {_shown(theirs.score)}", ">= 3 x chance and >= recordings" if two_sided else "-", met)
        )  # fmt: skip
    for what, name in (("PFC", "pfc"), ("foot skate, m/s", "skate"), ("jitter, m/s^3", "jitter")):
        mine, theirs = getattr(ours, name), getattr(real, name)
        rows.append(Row(f"graph: {what}", _shown(mine), f"recordings {_shown(theirs)}", "<= recordings",
                        mine.value <= theirs.value))  # fmt: skip
    rows.append(Row("graph: bones of changed length / frames over a joint limit", f"{ours.bone_violations} / {over}",
                    target="0 / 0", met=ours.bone_violations + over == 0))  # fmt: skip
    for what, name in (("kinetic", "diversity_kinetic"), ("manual", "diversity_manual")):
        mine, theirs = getattr(ours, name), getattr(real, name)
        rows.append(Row(f"graph: diversity, {what}", _shown(mine), f"recordings {_shown(theirs)}", "within 10 %",
                        abs(mine.value / theirs.value - 1) <= 0.1))  # fmt: skip
    for what, name in (("FID_k", "fid_kinetic"), ("FID_g", "fid_manual")):
        rows.append(Row(f"graph: {what} to held-out takes", _shown(getattr(ours, name)),
                        f"recordings {_shown(getattr(real, name))}"))  # fmt: skip
    return rows


_BEAT_ROWS = {
    "bailando_f": "two-sided beat F within 50 ms (motion beats of Bailando)",
    "mint_f": "the same (motion beats of mint)",
    "bailando": "beat alignment, Bailando",
    "mint": "beat alignment, mint",
}  # fmt: skip


def _seeds(maker: Maker, song: Song) -> list[Row]:
    made = [_made(maker, song, seed=seed).joints() for seed in range(5)]
    apart = [_apart(made[one], made[other]) for one in range(5) for other in range(one)]
    again = float(np.abs(_made(maker, song, seed=0).joints() - made[0]).max())
    return [
        Row("graph: five seeds, least distance of two dances / of the same seed twice",
            f"{min(apart):.2f} m / {again:.3f} m", target="> 0.1 m / 0", met=min(apart) > 0.1 and again == 0)
    ]  # fmt: skip


def _speed(maker: Maker, song: Song) -> list[Row]:
    started = time.perf_counter()
    pieces = Making(maker, song.music, Wishes(seed=9), check=lambda: None).pieces()
    next(pieces)
    first = time.perf_counter() - started
    for _ in pieces:
        pass
    whole = time.perf_counter() - started
    return [
        Row("graph: 30 s of dance / its first piece", f"{whole:.2f} s / {first:.2f} s", target="<= 1 s / <= 0.5 s",
            met=whole <= 1 and first <= 0.5)
    ]  # fmt: skip


def _length(maker: Maker, media: Path) -> list[Row]:
    music = repeated(whole_song(media), seconds=600)
    before, grown, frames = 0, 0, 0
    largest, frozen = 0.0, 0.0
    for number, piece in enumerate(finished_pieces(maker.make(music, Wishes(seed=2, style="salsa")))):
        frames += len(piece)
        largest = max(largest, float(np.abs(piece.root[:, [0, 2]]).max()))
        frozen = max(frozen, frozen_seconds(piece.joints()) if len(piece) > 5 else 0.0)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        before = peak if number == 20 else before
        grown = peak - before
    return [
        Row("graph: 10 minutes: frames / farthest from the middle / longest frozen stretch / memory grown",
            f"{frames} / {largest:.1f} m / {frozen:.1f} s / {grown / 1024:.0f} MiB",
            target="18000 / <= 4 m / < 2 s / < 30 MiB",
            met=frames == 18000 and largest <= 4 and frozen < 2 and grown < 30 * 1024)
    ]  # fmt: skip


def _made(maker: Maker, song: Song, *, seed: int) -> Dance:
    return finished(Dance.joined(list(maker.make(song.music, Wishes(seed=seed)))))


def _stretches(recordings: list[Recording], count: int) -> list[Dance]:
    """As many pieces of recordings, each as long as a dance where it is long enough; drawn by a seed."""
    random = np.random.default_rng(11)
    long = [dance for dance in (trimmed(one.dance) for one in recordings) if len(dance) >= 300]
    found = []
    for place in random.integers(len(long), size=count):
        frames = min(len(long[place]), round(SECONDS * 30))
        start = int(random.integers(len(long[place]) - frames + 1))
        found.append(long[place].frames(start, start + frames))
    return found


def _figures(performances: list[Performance], truth: object) -> Figures:
    return figures_of(performances, truth=truth, random=np.random.default_rng(5))


def _apart(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Metres between the joints of two dances, seen from the pelvis."""
    return float(np.linalg.norm((one - one[:, :1]) - (other - other[:, :1]), axis=-1).mean())


def _shown(figure: Interval) -> str:
    return f"{figure.value:.3g} ({figure.low:.3g} to {figure.high:.3g})"


if __name__ == "__main__":
    sys.exit(main())
