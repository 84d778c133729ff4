"""The maker: one window after another out of noise, each going on from the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.makers.base import Wishes
from eightcount_generator.makers.corpus import Scale
from eightcount_generator.makers.diffusion.choice import best
from eightcount_generator.makers.diffusion.given import LOWER, OVERLAP, TRAVELLING, Wished, columns, met
from eightcount_generator.makers.diffusion.network import Denoiser
from eightcount_generator.makers.diffusion.noise import drawn
from eightcount_generator.makers.diffusion.tempers import Tempers
from eightcount_generator.makers.encoding import WIDTH, Place, decoded, place_of
from eightcount_generator.makers.footing import on_its_feet
from eightcount_generator.makers.graph.grid import grid_of
from eightcount_generator.makers.hearing import ENERGY, heard_in_music
from eightcount_generator.makers.returning import on_stage, returned
from eightcount_generator.makers.timing import on_the_beat
from eightcount_generator.music import Music

STEPS = 10
"""Guesses from noise to dance."""
CANDIDATES = 4
"""Dances that are drawn for each window; the best goes on."""
_FIRST_CANDIDATES, _FIRST_WINDOWS = 1, 2
"""The same for the first windows, since somebody waits for them."""
GUIDANCE = 1.9
"""How much more style and what is heard count than in training (Ho and Salimans, "Classifier-Free Diffusion Guidance",
2022)."""
_WILDNESS = 0.4
"""What the wish for all the energy there is adds to what the music asks for."""
_SEEDS = 2**63
_CALM_FRAMES = 0.5
"""Deviation of a low-pass: what guidance adds trembles."""
_SHORTEST_FRAMES = 8
"""What is shorter is left as the network made it."""
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
        tempers: how lively their dancers are.
    """

    network: Denoiser
    scale: Scale
    styles: tuple[str, ...]
    shares: FloatArray
    tempers: Tempers


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
        heard, chance = heard_in_music(music, total), float(torch.rand(1, generator=random))
        heard[:, ENERGY] = self._model.tempers.energy(
            heard[:, ENERGY], style=style, chance=chance, wildness=_WILDNESS * wishes.energy
        )
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
                arrived = given[end - first - 1].all()
                end -= arriving if end < total and not arrived and wished.waits(end, arriving) else 0
                count = min(self._candidates, _FIRST_CANDIDATES) if end <= _FIRST_WINDOWS * window else self._candidates
                found = self._drawn(count, values, given, _rows(heard, first, window), style, random)
                back = (
                    (wished.back[0] - first, wished.back[1]) if wished.back and done < wished.back[0] <= end else None
                )
                new = slice(len(before), end - first)
                chosen = _chosen(self._model.scale.plain(found), given, beats - first, new, place, back)
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
        hearing = torch.cat([music, torch.zeros_like(music)])
        styles = torch.tensor([style] * count + [len(self._model.styles)] * count)

        def guess(frames: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
            mixed = which * known + (1 - which) * frames
            twice = torch.cat([mixed, mixed]), fixed, hearing, styles, torch.cat([noise, noise])
            heard, unheard = self._model.network(*twice).chunk(2)
            return unheard + self._guidance * (heard - unheard)  # type: ignore[no-any-return]

        with torch.inference_mode():
            found = drawn(guess, pure, steps=self._steps).numpy()
        return met(gaussian_filter1d(found, _CALM_FRAMES, axis=1, mode="nearest"), values, given)


def _chosen(
    found: FloatArray, given: FloatArray, beats: NDArray[np.float64], new: slice, place: Place,
    back: tuple[int, Place] | None,
) -> FloatArray:  # fmt: skip
    """[T, WIDTH] the best of the candidates [K, T, WIDTH]: on the beats, on its feet and on the stage.

    Args:
        found: as the network made them.
        given: [T, G] what of them was given.
        beats: rows of the music's beats.
        new: rows that are new.
        place: where the first new one is.
        back: a row, and where it shall be.
    """
    start = new.start + int((given[new, TRAVELLING] == 0).argmax())
    where = decoded(found[0, new.start : start], place)[1] if start > new.start else place
    way = slice(start, back[0] if back else new.stop)
    free = not given[way, TRAVELLING].any()
    if free:
        found = np.stack([_led(one, way, where, back) for one in found])
    found = np.stack([_mended(one, given, beats, new.start) for one in found])
    chosen = found[best(found[:, new], place, beats - new.start)]
    return _led(chosen, way, where, back) if free and back else chosen


def _led(frames: FloatArray, way: slice, place: Place, back: tuple[int, Place] | None) -> FloatArray:
    """[T, WIDTH] whose rows `way` lead from a place to where all stays, or to the stage if they would leave it."""
    target = back[1] if back else on_stage(decoded(frames[way], place)[1])
    return np.concatenate([frames[: way.start], returned(frames[way], place, target), frames[way.stop :]])


def _mended(frames: FloatArray, given: FloatArray, beats: NDArray[np.float64], first: int) -> FloatArray:
    """[T, WIDTH] on the beats and its feet from `first` on, until something is given [T, G] that this would change."""
    found, stop = frames.copy(), _free(given, first)
    if stop - first >= _SHORTEST_FRAMES:
        found[:stop] = on_the_beat(found[:stop], beats, first=first)
    stop = _free(given[:, [TRAVELLING, LOWER]], first)
    if stop - first >= _SHORTEST_FRAMES:
        found[:stop] = on_its_feet(found[:stop], first=first, last=stop < len(found))
    return found


def _free(given: FloatArray, first: int) -> int:
    """The first frame from `first` on in which anything is given."""
    some = given[first:].any(axis=1)
    return first + int(some.argmax()) if some.any() else len(given)


def _start(edited: Dance | None) -> Place:
    return place_of(edited) if edited is not None else Place()


def _rows(heard: FloatArray, first: int, frames: int) -> FloatArray:
    """[frames, HEARD] from `first` on; past the end the last again."""
    return heard[np.clip(np.arange(first, first + frames), 0, len(heard) - 1)]
