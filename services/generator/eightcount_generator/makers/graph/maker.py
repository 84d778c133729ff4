"""The maker that joins dances from recordings."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.makers.base import Wishes
from eightcount_generator.makers.graph.grid import grid_of
from eightcount_generator.makers.graph.library import MotionLibrary
from eightcount_generator.makers.graph.moves import Moves, moves_of
from eightcount_generator.makers.graph.search import Search
from eightcount_generator.makers.graph.weaving import Woven, woven
from eightcount_generator.music import Music

_WILDNESS = 0.4
"""What the wish for all the energy there is adds to what the music asks for."""


class GraphMaker:
    """Joins stretches of a library's recordings to a dance; see `search` and `weaving`."""

    def __init__(self, library: MotionLibrary) -> None:
        self._library = library

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles of the recordings."""
        return tuple(sorted({style for style in self._library.styles if style}))

    def make(self, music: Music, wishes: Wishes) -> Iterator[Dance]:
        """The dance, a stretch of a recording at a time.

        Raises:
            InvalidInputError: UNKNOWN_STYLE, or NO_KEY_POSES: joining recordings meets no key poses and edits no dance.
        """
        return (piece.dance for piece in self.make_traced(music, wishes))

    def make_traced(self, music: Music, wishes: Wishes) -> Iterator[Woven]:
        """The same, and where each stretch comes from."""
        if wishes.key_poses or wishes.edit:
            raise InvalidInputError(
                "this model joins recordings: it can neither meet key poses nor change a dance", reason="NO_KEY_POSES"
            )
        random = np.random.default_rng(wishes.seed)
        grid = grid_of(music)
        grid.energy[:] = np.clip(grid.energy + _WILDNESS * wishes.energy, 0, 1)
        search = Search(self._moves, self._library.energy, self._allowed(wishes, random), random)
        for piece in woven(self._library, search.stretches(grid), grid.seconds, music.frames):
            yield Woven(piece.dance.mirrored(), *_origin(piece)) if wishes.mirrored else piece

    def _allowed(self, wishes: Wishes, random: np.random.Generator) -> NDArray[np.bool_]:
        """[2 N] beats of the style that is wished for; of any one style when none is."""
        styles = np.array(self._library.styles)[self._library.recording]
        if wishes.style and wishes.style not in self.styles:
            raise InvalidInputError(
                f"the model knows the styles {', '.join(self.styles) or 'none'}; got {wishes.style!r}",
                reason="UNKNOWN_STYLE",
            )
        style = wishes.style or str(random.choice(styles))  # each as often as it has beats
        return np.asarray(styles == style)

    @cached_property
    def _moves(self) -> Moves:
        return moves_of(self._library)


def _origin(piece: Woven) -> tuple[str, int]:
    return piece.recording, piece.recording_frame
