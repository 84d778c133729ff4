"""The recordings that the shipped models are made of: motion capture of CMU, and G1 Moves.

Folder layout: `cmu_dance/{salsa,indian}/NN.bvh.gz` and `cmu_modern/05_NN.bvh.gz` (CMU Graphics Lab Motion Capture
Database, mocap.cs.cmu.edu), `g1_moves/body_positions_30fps.npz` (G1 Moves, CC BY 4.0).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import read_bvh
from eightcount_generator.body.dance import Dance
from eightcount_generator.music import Music
from eightcount_generator.sources import bvh
from eightcount_generator.sources.g1 import read_g1
from eightcount_generator.sources.repair import Stretch, repaired

CMU_DANCE_HERTZ = 60.0
"""Real rate of `cmu_dance`; the headers say 120."""
_CMU_DANCE_START = 8
"""Frames of `cmu_dance` that are left out: a rest pose, and a jerk from it to where the dancer stands."""
_WALKS = ("05_01",)
"""Recordings of the modern dancer that are no dance."""
_SALSA_COUPLES = 15
"""Files n and n + 15 are the two partners of one take."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One dance of one person.

    Attributes:
        name: unlike that of any other recording; pieces of one capture end in "#1", "#2", ...
        style: "salsa", "indian", "modern", or "free" where nobody named one.
        performer: who dances.
        take: what belongs together: the recordings of both partners of a couple share it.
        dance: on our body.
        music: that is danced to, from the dance's first frame; None where it is not known or has no beat.
    """

    name: str
    style: str
    performer: str
    take: str
    dance: Dance
    music: Music | None = None


def pieces_of(whole: Recording, stretches: Sequence[Stretch]) -> list[Recording]:
    """The stretches of a recording, each with its part of the music; several end in "#1", "#2", ..."""
    names = [whole.name] if len(stretches) == 1 else [f"{whole.name}#{n}" for n in range(1, len(stretches) + 1)]
    return [
        replace(
            whole, name=name, dance=stretch.dance,
            music=whole.music and whole.music.part(stretch.start_seconds, stretch.dance.seconds),
        )
        for name, stretch in zip(names, stretches, strict=True)
    ]  # fmt: skip


def shared_recordings(folder: Path) -> list[Recording]:
    """Every dance of the folder, without the jumps of its capture (`repair`); its martial arts are left out.

    Raises:
        InvalidInputError: NO_RECORDINGS, or the errors of the readers.
    """
    whole = [*_cmu_dance(folder), *_cmu_modern(folder), *_g1(folder)]
    found = [piece for recording in whole for piece in pieces_of(recording, repaired(recording.dance))]
    if not found:
        raise InvalidInputError("there are no recordings in the folder", reason="NO_RECORDINGS")
    return found


def _cmu_dance(folder: Path) -> Iterator[Recording]:
    for style in ("salsa", "indian"):
        for path in sorted((folder / "cmu_dance" / style).glob("*.bvh.gz")):
            number = int(path.name.split(".")[0])
            couple = style == "salsa"
            take = (number - 1) % _SALSA_COUPLES + 1 if couple else number
            performer = f"cmu-salsa-{1 + (number > _SALSA_COUPLES)}" if couple else f"cmu-{style}"
            dance = bvh.dance_of(read_bvh(path), frame_rate=CMU_DANCE_HERTZ, first_frame=_CMU_DANCE_START)
            yield Recording(f"cmu/{style}/{number:02}", style, performer, f"{style}-{take:02}", dance)


def _cmu_modern(folder: Path) -> Iterator[Recording]:
    for path in sorted((folder / "cmu_modern").glob("*.bvh.gz")):
        take = path.name.split(".")[0]
        if take in _WALKS:
            continue
        yield Recording(f"cmu/modern/{take}", "modern", "cmu-05", take, bvh.dance_of(read_bvh(path), first_frame=1))


def _g1(folder: Path) -> Iterator[Recording]:
    path = folder / "g1_moves" / "body_positions_30fps.npz"
    if path.is_file():
        for name, dance in read_g1(path).items():
            take = name.removeprefix("dance/")
            yield Recording(f"g1/{name}", "free", f"g1-{take[0]}", take, dance)
