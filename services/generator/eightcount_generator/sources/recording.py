"""A recorded dance of one person: what every model is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eightcount_generator.body.dance import Dance
from eightcount_generator.music import Music
from eightcount_generator.sources.repair import Stretch


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


def split_recording(whole: Recording, stretches: Sequence[Stretch]) -> list[Recording]:
    """The stretches of a recording, each with its part of the music; several end in "#1", "#2", ..."""
    names = [whole.name] if len(stretches) == 1 else [f"{whole.name}#{n}" for n in range(1, len(stretches) + 1)]
    return [
        replace(
            whole, name=name, dance=stretch.dance,
            music=whole.music and whole.music.part(stretch.start_seconds, stretch.dance.seconds),
        )
        for name, stretch in zip(names, stretches, strict=True)
    ]  # fmt: skip
