"""A recorded dance of one person: what every model is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eightcount_generator.body.dance import Dance
from eightcount_generator.music import Music
from eightcount_generator.sources.repair import Stretch


@dataclass(frozen=True, slots=True)
class Recording:
    """A dance of one person.

    Attributes:
        name: unique name; stretches of one capture end in "#1", "#2", ...
        style: name of the style; empty when not known.
        performer: the dancer.
        take: recordings that belong together share it, such as those of both partners of a couple.
        dance: on our body.
        music: its music, from the dance's first frame; None where it is not known or has no beat.
    """

    name: str
    style: str
    performer: str
    take: str
    dance: Dance
    music: Music | None = None


def split_recording(whole: Recording, stretches: Sequence[Stretch]) -> list[Recording]:
    """Return the stretches of a recording, each with its part of the music; several end in "#1", "#2", ..."""
    names = [whole.name] if len(stretches) == 1 else [f"{whole.name}#{n}" for n in range(1, len(stretches) + 1)]
    return [
        replace(
            whole, name=name, dance=stretch.dance,
            music=whole.music and whole.music.part(stretch.start_seconds, stretch.dance.seconds),
        )
        for name, stretch in zip(names, stretches, strict=True)
    ]  # fmt: skip
