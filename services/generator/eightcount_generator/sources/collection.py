"""The motion capture collection that the pretrained models are trained on: CMU dances and G1 Moves.

Folder layout: `cmu_dance/{salsa,indian}/NN.bvh.gz` and `cmu_modern/05_NN.bvh.gz` (CMU Graphics Lab Motion Capture
Database, mocap.cs.cmu.edu), `g1_moves/body_positions_30fps.npz` (G1 Moves, CC BY 4.0).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import read_bvh
from eightcount_generator.sources import bvh
from eightcount_generator.sources.g1 import read_g1
from eightcount_generator.sources.recording import Recording, split_recording
from eightcount_generator.sources.repair import repair_jumps

CMU_DANCE_HERTZ = 60.0
"""Real rate of `cmu_dance`; the headers say 120."""
_CMU_DANCE_START = 8
"""Frames of `cmu_dance` that are left out: a rest pose, and a jump from it to the dancer's position."""
_WALKS = ("05_01",)
"""Recordings of the modern dancer that are no dances."""
_SALSA_COUPLES = 15
"""Files n and n + 15 are the two partners of one take."""


def read_collection(folder: Path) -> list[Recording]:
    """Read every dance of the folder without the jumps of its capture (`repair`); its martial arts are excluded.

    Raises:
        InvalidInputError: NO_RECORDINGS, or the errors of the readers.
    """
    whole = [*_cmu_dance(folder), *_cmu_modern(folder), *_g1(folder)]
    found = [piece for recording in whole for piece in split_recording(recording, repair_jumps(recording.dance))]
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
            dance = bvh.bvh_to_dance(read_bvh(path), frame_rate=CMU_DANCE_HERTZ, first_frame=_CMU_DANCE_START)
            yield Recording(f"cmu/{style}/{number:02}", style, performer, f"{style}-{take:02}", dance)


def _cmu_modern(folder: Path) -> Iterator[Recording]:
    for path in sorted((folder / "cmu_modern").glob("*.bvh.gz")):
        take = path.name.split(".")[0]
        if take in _WALKS:
            continue
        yield Recording(f"cmu/modern/{take}", "modern", "cmu-05", take, bvh.bvh_to_dance(read_bvh(path), first_frame=1))


def _g1(folder: Path) -> Iterator[Recording]:
    path = folder / "g1_moves" / "body_positions_30fps.npz"
    if path.is_file():
        for name, dance in read_g1(path).items():
            take = name.removeprefix("dance/")
            yield Recording(f"g1/{name}", "free", f"g1-{take[0]}", take, dance)
