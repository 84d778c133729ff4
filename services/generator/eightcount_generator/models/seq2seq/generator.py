"""The generator of the family `seq2seq`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.models.base import GenerationOptions
from eightcount_generator.models.encoding import decode
from eightcount_generator.models.music_features import music_features
from eightcount_generator.models.seq2seq.decoding import Decoder
from eightcount_generator.models.seq2seq.frame_rate import FRAME_STEP, double_frame_rate
from eightcount_generator.models.seq2seq.model import Seq2SeqModel
from eightcount_generator.music import Music

_PIECE_POSES = 15
_ENERGY_RANGE = 0.4
"""Energy offset at the maximum of `GenerationOptions.energy`."""


class Seq2SeqGenerator:
    """Generates a dance from an opening that the seed selects."""

    def __init__(self, model: Seq2SeqModel) -> None:
        self._model = model

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles that it was trained on."""
        return tuple(style for style in self._model.styles if style)

    def generate(self, music: Music, options: GenerationOptions) -> Iterator[Dance]:
        """Generate the dance one second at a time.

        Raises:
            InvalidInputError: UNKNOWN_STYLE, or NO_KEY_POSES: a pose is predicted without knowledge of later ones.
        """
        if options.key_poses:
            raise InvalidInputError("models of the family seq2seq do not support key poses", reason="NO_KEY_POSES")
        decoder = self._start_decoder(music, options)
        last, place, left = np.empty((0, 0), np.float32), None, music.frames
        while left > 0:
            made = self._model.scale.denormalise(decoder.decode_poses(_PIECE_POSES))
            poses = np.concatenate([last, made]) if len(last) else made
            last = poses[-1:]
            dance, place = decode(double_frame_rate(poses), place)
            piece = dance.frames(0, min(left, len(dance)))
            left -= len(piece)
            yield piece.mirror() if options.mirrored else piece

    def _start_decoder(self, music: Music, options: GenerationOptions) -> Decoder:
        random = np.random.default_rng(options.seed)
        openings = self._model.openings
        number = random.choice(np.flatnonzero(self._openings_of_style(options.style)))
        style = self._model.styles.index(options.style) if options.style else int(openings.style[number])
        poses = -(-music.frames // FRAME_STEP) + 1  # the last frame may lie between two poses
        features = music_features(music, FRAME_STEP * poses, energy_offset=_ENERGY_RANGE * options.energy)[::FRAME_STEP]
        return Decoder(
            self._model.network, features, style=style, opening=openings.poses[number],
            seed=int(random.integers(2**63)),
        )  # fmt: skip

    def _openings_of_style(self, style: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """[N] openings of a style; all when it has none, or when none is requested."""
        if style and style not in self.styles:
            raise InvalidInputError(
                f"the model knows the styles {', '.join(self.styles) or 'none'}; got {style!r}", reason="UNKNOWN_STYLE"
            )
        openings = self._model.openings.style
        found = openings == self._model.styles.index(style) if style else np.ones(len(openings), np.bool_)
        return found if found.any() else np.ones(len(openings), np.bool_)
