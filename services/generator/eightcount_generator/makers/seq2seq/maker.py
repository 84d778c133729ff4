"""The maker that dances on from its own last pose."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.makers.base import Wishes
from eightcount_generator.makers.encoding import decoded
from eightcount_generator.makers.hearing import heard_in_music
from eightcount_generator.makers.seq2seq.dancing import Performance
from eightcount_generator.makers.seq2seq.frame_rate import EVERY, doubled
from eightcount_generator.makers.seq2seq.model import Model
from eightcount_generator.music import Music

_PIECE_POSES = 15
_WILDNESS = 0.4
"""What the wish for all the energy there is adds to what the music asks for."""


class Seq2SeqMaker:
    """Dances from an opening, which the seed picks, to the end of the music."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles that it was taught."""
        return tuple(style for style in self._model.styles if style)

    def make(self, music: Music, wishes: Wishes) -> Iterator[Dance]:
        """The dance, a second at a time.

        Raises:
            InvalidInputError: UNKNOWN_STYLE, or NO_KEY_POSES: what comes later is not known when a pose is made.
        """
        if wishes.key_poses:
            raise InvalidInputError("this model dances straight on and cannot meet key poses", reason="NO_KEY_POSES")
        performance = self._performance(music, wishes)
        last, place, left = np.empty((0, 0), np.float32), None, music.frames
        while left > 0:
            made = self._model.scale.plain(performance.poses(_PIECE_POSES))
            poses = np.concatenate([last, made]) if len(last) else made
            last = poses[-1:]
            dance, place = decoded(doubled(poses), place)
            piece = dance.frames(0, min(left, len(dance)))
            left -= len(piece)
            yield piece.mirrored() if wishes.mirrored else piece

    def _performance(self, music: Music, wishes: Wishes) -> Performance:
        random = np.random.default_rng(wishes.seed)
        openings = self._model.openings
        number = random.choice(np.flatnonzero(self._fitting(wishes.style)))
        style = self._model.styles.index(wishes.style) if wishes.style else int(openings.style[number])
        poses = -(-music.frames // EVERY) + 1  # the last frame may lie between two poses
        heard = heard_in_music(music, EVERY * poses, wildness=_WILDNESS * wishes.energy)[::EVERY]
        return Performance(
            self._model.network, heard, style=style, opening=openings.poses[number], seed=int(random.integers(2**63)),
        )  # fmt: skip

    def _fitting(self, style: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """[N] openings of a style; all where it has none, or where none is asked for."""
        if style and style not in self.styles:
            raise InvalidInputError(
                f"the model knows the styles {', '.join(self.styles) or 'none'}; got {style!r}", reason="UNKNOWN_STYLE"
            )
        openings = self._model.openings.style
        found = openings == self._model.styles.index(style) if style else np.ones(len(openings), np.bool_)
        return found if found.any() else np.ones(len(openings), np.bool_)
