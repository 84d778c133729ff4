"""The maker: one window after another out of noise, each going on from the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.makers.base import Wishes
from eightcount_generator.makers.corpus import Scale
from eightcount_generator.makers.diffusion.choice import best
from eightcount_generator.makers.diffusion.given import LOWER, OVERLAP, TRAVELLING, Wished, columns, met
from eightcount_generator.makers.diffusion.network import Denoiser
from eightcount_generator.makers.diffusion.noise import drawn
from eightcount_generator.makers.encoding import WIDTH, Place, decoded, place_of
from eightcount_generator.makers.footing import footed, stepped
from eightcount_generator.makers.graph.grid import grid_of
from eightcount_generator.makers.hearing import heard_in_music
from eightcount_generator.makers.timing import on_the_beat
from eightcount_generator.music import Music

STEPS = 10
"""Guesses from noise to dance."""
CANDIDATES = 4
"""Dances that are drawn for each window; the best goes on."""
_FIRST_CANDIDATES, _FIRST_WINDOWS = 2, 2
"""The same for the first windows, since somebody waits for them."""
GUIDANCE = 1.6
"""How much more what is heard counts than in training (Ho and Salimans, "Classifier-Free Diffusion Guidance", 2022)."""
_WILDNESS = 0.4
"""What the wish for all the energy there is adds to what the music asks for."""
_SEEDS = 2**63
_ARRIVING = 2 / 3
"""Part of its new frames that the network shall have to come to something that is given."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DiffusionModel:
    """What was learned.

    Attributes:
        network: guesses dances without noise; in evaluation mode.
        scale: how its numbers are normalised.
        styles: it tells apart; "" among them for dances that nobody named.
        shares: [S] how much of the material is of each.
    """

    network: Denoiser
    scale: Scale
    styles: tuple[str, ...]
    shares: FloatArray


class DiffusionMaker:
    """Draws dances out of noise to music, key poses and dances that are to be changed."""

    def __init__(
        self, model: DiffusionModel, *, steps: int = STEPS, candidates: int = CANDIDATES, guidance: float = GUIDANCE
    ) -> None:
        self._model = model
        self._guidance = guidance
        self._steps = steps
        self._candidates = candidates

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles that can be wished for."""
        return tuple(style for style in self._model.styles if style)

    def make(self, music: Music, wishes: Wishes) -> Iterator[Dance]:
        """The dance, a window at a time.

        Raises:
            InvalidInputError: UNKNOWN_STYLE.
        """
        random = torch.Generator().manual_seed(wishes.seed % _SEEDS)
        style = self._style(wishes, random)
        for piece in self._pieces(music, wishes, style, random):
            yield piece.mirrored() if wishes.mirrored else piece

    def _style(self, wishes: Wishes, random: torch.Generator) -> int:
        if not wishes.style:
            return int(torch.multinomial(torch.from_numpy(self._model.shares), 1, generator=random))
        if wishes.style not in self.styles:
            raise InvalidInputError(
                f"the model knows the styles {', '.join(self.styles) or 'none'}; got {wishes.style!r}",
                reason="UNKNOWN_STYLE",
            )
        return self._model.styles.index(wishes.style)

    def _pieces(self, music: Music, wishes: Wishes, style: int, random: torch.Generator) -> Iterator[Dance]:
        window, total = self._model.network.shape.window, music.frames
        heard = heard_in_music(music, total, wildness=_WILDNESS * wishes.energy)
        beats, wished = grid_of(music).seconds * FRAME_RATE_HERTZ, Wished(wishes, self._model.scale)
        edited = wishes.edit.dance if wishes.edit else None
        place = _start(edited.mirrored() if edited and wishes.mirrored else edited)
        before, done = np.zeros((0, WIDTH), np.float32), 0
        while done < total:
            first = done - len(before)
            values, given = wished.window(first, window)
            values[: len(before)], given[: len(before)] = before, 1
            end = min(total, first + window)
            if not given[len(before) : end - first].all():
                arriving = round(_ARRIVING * (first + window - done))
                end -= arriving if end < total and wished.waits(end, arriving) else 0
                count = min(self._candidates, _FIRST_CANDIDATES) if end <= _FIRST_WINDOWS * window else self._candidates
                found = self._drawn(count, values, given, _rows(heard, first, window), style, random)
                found = self._model.scale.plain(found)
                rest = np.asarray((given[len(before) :] > 0).any(axis=0))
                found = np.stack([_mended(one, rest, beats - first, len(before)) for one in found])
                chosen = found[best(found[:, len(before) : end - first], place, beats - done)]
                values = self._model.scale.normal(chosen)
            piece, place = decoded(self._model.scale.plain(values[len(before) : end - first]), place)
            yield piece
            before, done = values[max(end - first - OVERLAP, 0) : end - first], end

    def _drawn(
        self, count: int, values: FloatArray, given: FloatArray, heard: FloatArray, style: int, random: torch.Generator
    ) -> FloatArray:
        """[K, T, WIDTH] as many candidates."""
        pure = torch.randn((count, *values.shape), generator=random)
        known, which = torch.from_numpy(values), torch.from_numpy(columns(given))
        fixed = torch.from_numpy(given).expand(2 * count, *given.shape)
        music = torch.from_numpy(heard).expand(count, *heard.shape)
        hearing, styles = torch.cat([music, torch.zeros_like(music)]), torch.full((2 * count,), style)

        def guess(frames: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
            mixed = which * known + (1 - which) * frames
            twice = torch.cat([mixed, mixed]), fixed, hearing, styles, torch.cat([noise, noise])
            heard, unheard = self._model.network(*twice).chunk(2)
            return unheard + self._guidance * (heard - unheard)  # type: ignore[no-any-return]

        with torch.inference_mode():
            found = drawn(guess, pure, steps=self._steps)
        return met(found.numpy(), values, given)


def _mended(
    frames: FloatArray, given: NDArray[np.bool_], beats: NDArray[np.float64], first: int
) -> FloatArray:  # fmt: skip
    """[T, WIDTH] on the beats and on its feet, as far as nothing that is given [G] is changed by it."""
    if not given.any():
        frames = on_the_beat(frames, beats, first=first)
    if not given[[TRAVELLING, LOWER]].any():
        frames = stepped(footed(frames, first=first), first=first)
    return frames


def _start(edited: Dance | None) -> Place:
    return place_of(edited) if edited is not None else Place()


def _rows(heard: FloatArray, first: int, frames: int) -> FloatArray:
    """[frames, HEARD] from `first` on; past the end the last again."""
    return heard[np.clip(np.arange(first, first + frames), 0, len(heard) - 1)]
