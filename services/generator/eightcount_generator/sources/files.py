"""Reads dances from files: BVH, AIST++, and whatever else `motion_file` reads."""

from __future__ import annotations

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import read_bvh
from eightcount_common.importing.manifest import Entry
from eightcount_common.importing.motion_file import read_motion
from eightcount_generator.sources import bvh
from eightcount_generator.sources.aist import read_aist_motion
from eightcount_generator.sources.poses import motion_to_dances
from eightcount_generator.sources.recording import Recording, split_recording
from eightcount_generator.sources.repair import SHORTEST_PIECE_SECONDS, Stretch, repair_jumps

BVH_ENDINGS = (".bvh", ".bvh.gz")
PICKLE_ENDING = ".pkl"
"""Ending of the motions of AIST++, whose positions in the room are kept, and of files that hold poses alone."""


def read_recordings(entry: Entry) -> list[Recording]:
    """Read the continuous stretches of a file's dance; BVH and AIST++ include the root motion, which poses lack.

    Raises:
        InvalidInputError: TOO_SHORT, or the errors of the readers.
    """
    stretches = _read_stretches(entry)
    if not stretches:
        raise InvalidInputError(
            f"the dancer must be visible for at least {SHORTEST_PIECE_SECONDS:.0f} s without interruption",
            reason="TOO_SHORT",
        )
    take = entry.ids.get("take") or entry.label
    performer = entry.ids.get("performer", "")
    return split_recording(Recording(entry.label, entry.style, performer, take, stretches[0].dance), stretches)


def _read_stretches(entry: Entry) -> list[Stretch]:
    if entry.path.name.lower().endswith(BVH_ENDINGS):
        return repair_jumps(bvh.bvh_to_dance(read_bvh(entry.path)))
    if entry.path.name.lower().endswith(PICKLE_ENDING):
        try:
            return repair_jumps(read_aist_motion(entry.path))
        except InvalidInputError as error:
            if error.reason != "INVALID_AIST":
                raise
    return motion_to_dances(read_motion(entry.path))
