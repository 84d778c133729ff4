"""Splits recordings into those that generators are trained on and those that their dances are evaluated against."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_generator.sources.recording import Recording

HELD_OUT_EVERY = 5


@dataclass(frozen=True, slots=True)
class Split:
    """Recordings split by takes, so that partners are on one side.

    Attributes:
        known: for training.
        held_out: every fifth take of each style.
    """

    known: list[Recording]
    held_out: list[Recording]

    @property
    def summary(self) -> str:
        """The two sides in words."""
        sides = (("known", self.known), ("held out", self.held_out))
        return ", ".join(
            f"{name}: {len({one.take for one in side})} takes, {sum(one.dance.seconds for one in side) / 60:.0f} min"
            for name, side in sides
        )


def split_by_take(recordings: list[Recording]) -> Split:
    """Return the split that all published metrics use; it is deterministic."""
    takes = sorted({(recording.style, recording.take) for recording in recordings})
    out = {
        take
        for style in {style for style, _ in takes}
        for take in [take for other, take in takes if other == style][::HELD_OUT_EVERY]
    }
    return Split([one for one in recordings if one.take not in out], [one for one in recordings if one.take in out])
