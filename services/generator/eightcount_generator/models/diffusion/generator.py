"""The generator of the family `diffusion`: samples one window after another, each continuing the previous one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.models.base import GenerationOptions
from eightcount_generator.models.beat_grid import build_beat_grid
from eightcount_generator.models.beat_warping import warp_to_beats
from eightcount_generator.models.corpus import Normaliser
from eightcount_generator.models.diffusion.candidate_ranking import pick_best
from eightcount_generator.models.diffusion.ddim import sample
from eightcount_generator.models.diffusion.energy_prior import EnergyPrior
from eightcount_generator.models.diffusion.inpainting import (
    LOWER,
    OVERLAP,
    ROOT,
    Constraints,
    blend_known_values,
    expand_groups,
)
from eightcount_generator.models.diffusion.network import Denoiser
from eightcount_generator.models.encoding import WIDTH, RootPose, decode, root_pose_at
from eightcount_generator.models.foot_locking import fix_feet
from eightcount_generator.models.music_features import ENERGY_CHANNEL, music_features
from eightcount_generator.models.root_correction import clamp_to_stage, steer_to
from eightcount_generator.music import Music

STEPS = 10
"""Number of denoising steps."""
CANDIDATES = 4
"""Number of candidates for each window; the best one is used."""
_FIRST_CANDIDATES, _FIRST_WINDOWS = 1, 2
"""Number of candidates for the first windows, for which the user is waiting, and number of those windows."""
GUIDANCE = 1.9
"""Scale of the classifier-free guidance by style and music features (Ho and Salimans, "Classifier-Free Diffusion
Guidance", 2022)."""
_ENERGY_RANGE = 0.4
"""Energy offset at the maximum of `GenerationOptions.energy`."""
_SEEDS = 2**63
_SMOOTHING_FRAMES = 0.5
"""Deviation of a low-pass against the jitter that guidance adds."""
_MIN_REFINED_FRAMES = 8
"""Shorter stretches are not refined."""
_APPROACH_SHARE = 2 / 3
"""Share of a window's new frames that is reserved for the approach to a known pose."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DiffusionModel:
    """A trained diffusion model.

    Attributes:
        network: predicts dances without noise; in evaluation mode.
        scale: normaliser of its frames.
        styles: styles by index; "" for recordings without a style.
        shares: [S] share of each style in the training data.
        energy_prior: distribution of the dancers' energies.
    """

    network: Denoiser
    scale: Normaliser
    styles: tuple[str, ...]
    shares: FloatArray
    energy_prior: EnergyPrior


class DiffusionGenerator:
    """Samples dances from noise, given music, key poses and dances to edit."""

    def __init__(
        self, model: DiffusionModel, *, steps: int = STEPS, candidates: int = CANDIDATES, guidance: float = GUIDANCE
    ) -> None:
        self._model = model
        self._guidance = guidance
        self._steps = steps
        self._candidates = candidates

    @property
    def styles(self) -> tuple[str, ...]:
        """Styles that can be requested."""
        return tuple(style for style in self._model.styles if style)

    def generate(self, music: Music, options: GenerationOptions) -> Iterator[Dance]:
        """Generate the dance one window at a time.

        Raises:
            InvalidInputError: UNKNOWN_STYLE.
        """
        random = torch.Generator().manual_seed(options.seed % _SEEDS)
        style = self._choose_style(options, random)
        for piece in self._generate_pieces(music, options, style, random):
            yield piece.mirror() if options.mirrored else piece

    def _choose_style(self, options: GenerationOptions, random: torch.Generator) -> int:
        if not options.style:
            return int(torch.multinomial(torch.from_numpy(self._model.shares), 1, generator=random))
        if options.style not in self.styles:
            raise InvalidInputError(
                f"the model knows the styles {', '.join(self.styles) or 'none'}; got {options.style!r}",
                reason="UNKNOWN_STYLE",
            )
        return self._model.styles.index(options.style)

    def _generate_pieces(
        self, music: Music, options: GenerationOptions, style: int, random: torch.Generator
    ) -> Iterator[Dance]:
        window, total = self._model.network.shape.window, music.frames
        features, chance = music_features(music, total), float(torch.rand(1, generator=random))
        features[:, ENERGY_CHANNEL] = self._model.energy_prior.energy(
            features[:, ENERGY_CHANNEL], style=style, chance=chance, energy_offset=_ENERGY_RANGE * options.energy
        )
        beats, constraints = build_beat_grid(music).seconds * FRAME_RATE_HERTZ, Constraints(options, self._model.scale)
        edited = options.edit.dance if options.edit else None
        root_pose = _start_pose(edited.mirror() if edited and options.mirrored else edited)
        before, done = np.zeros((0, WIDTH), np.float32), 0
        while done < total:
            first = done - len(before)
            values, mask = constraints.window(first, window)
            values[: len(before)], mask[: len(before)] = before, 1
            end = min(total, first + window)
            if not mask[len(before) : end - first].all():
                arriving = round(_APPROACH_SHARE * (first + window - done))
                arrived = mask[end - first - 1].all()
                end -= arriving if end < total and not arrived and constraints.needs_approach(end, arriving) else 0
                count = min(self._candidates, _FIRST_CANDIDATES) if end <= _FIRST_WINDOWS * window else self._candidates
                found = self._sample_candidates(
                    count, values, mask, _feature_rows(features, first, window), style, random
                )
                return_target = (
                    (constraints.return_target[0] - first, constraints.return_target[1])
                    if constraints.return_target and done < constraints.return_target[0] <= end
                    else None
                )
                new = slice(len(before), end - first)
                chosen = _choose_candidate(
                    self._model.scale.denormalise(found), mask, beats - first, new, root_pose, return_target
                )
                values = self._model.scale.normalise(chosen)
            piece, root_pose = decode(self._model.scale.denormalise(values[len(before) : end - first]), root_pose)
            yield piece
            before, done = values[max(end - first - OVERLAP, 0) : end - first], end

    def _sample_candidates(
        self,
        count: int,
        values: FloatArray,
        mask: FloatArray,
        features: FloatArray,
        style: int,
        random: torch.Generator,
    ) -> FloatArray:
        """Sample [K, T, WIDTH] candidates for a window."""
        pure = torch.randn((count, *values.shape), generator=random)
        known, which = torch.from_numpy(values), torch.from_numpy(expand_groups(mask))
        fixed = torch.from_numpy(mask).expand(2 * count, *mask.shape)
        music = torch.from_numpy(features).expand(count, *features.shape)
        conditions = torch.cat([music, torch.zeros_like(music)])
        styles = torch.tensor([style] * count + [len(self._model.styles)] * count)

        def guess(frames: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
            mixed = which * known + (1 - which) * frames
            twice = torch.cat([mixed, mixed]), fixed, conditions, styles, torch.cat([noise, noise])
            conditional, unconditional = self._model.network(*twice).chunk(2)
            return unconditional + self._guidance * (conditional - unconditional)  # type: ignore[no-any-return]

        with torch.inference_mode():
            found = sample(guess, pure, steps=self._steps).numpy()
        return blend_known_values(gaussian_filter1d(found, _SMOOTHING_FRAMES, axis=1, mode="nearest"), values, mask)


def _choose_candidate(
    found: FloatArray, mask: FloatArray, beats: NDArray[np.float64], new: slice, root_pose: RootPose,
    return_target: tuple[int, RootPose] | None,
) -> FloatArray:  # fmt: skip
    """Choose the best candidate [T, WIDTH] after refining all for beats, feet and stage.

    Args:
        found: [K, T, WIDTH] output of the network.
        mask: [T, G] 1 where a group was known.
        beats: frames of the music's beats.
        new: the new frames.
        root_pose: root pose of the first new frame.
        return_target: a frame, and the root pose that is required there.
    """
    start = new.start + int((mask[new, ROOT] == 0).argmax())
    where = decode(found[0, new.start : start], root_pose)[1] if start > new.start else root_pose
    way = slice(start, return_target[0] if return_target else new.stop)
    free = not mask[way, ROOT].any()
    if free:
        found = np.stack([_steer_root(one, way, where, return_target) for one in found])
    found = np.stack([_refine_candidate(one, mask, beats, new.start) for one in found])
    chosen = found[pick_best(found[:, new], root_pose, beats - new.start)]
    return _steer_root(chosen, way, where, return_target) if free and return_target else chosen


def _steer_root(
    frames: FloatArray, way: slice, root_pose: RootPose, return_target: tuple[int, RootPose] | None
) -> FloatArray:
    """Steer the frames `way` to the required root pose, or back to the stage if they would leave it."""
    target = return_target[1] if return_target else clamp_to_stage(decode(frames[way], root_pose)[1])
    return np.concatenate([frames[: way.start], steer_to(frames[way], root_pose, target), frames[way.stop :]])


def _refine_candidate(frames: FloatArray, mask: FloatArray, beats: NDArray[np.float64], first: int) -> FloatArray:
    """Refine beats and feet from `first` on, up to the first known value [T, G] that this would change."""
    found, stop = frames.copy(), _first_masked_frame(mask, first)
    if stop - first >= _MIN_REFINED_FRAMES:
        found[:stop] = warp_to_beats(found[:stop], beats, first=first)
    stop = _first_masked_frame(mask[:, [ROOT, LOWER]], first)
    if stop - first >= _MIN_REFINED_FRAMES:
        found[:stop] = fix_feet(found[:stop], first=first, last=stop < len(found))
    return found


def _first_masked_frame(mask: FloatArray, first: int) -> int:
    """Return the first frame from `first` on in which anything is known."""
    some = mask[first:].any(axis=1)
    return first + int(some.argmax()) if some.any() else len(mask)


def _start_pose(edited: Dance | None) -> RootPose:
    return root_pose_at(edited) if edited is not None else RootPose()


def _feature_rows(features: FloatArray, first: int, frames: int) -> FloatArray:
    """Return the features [frames, FEATURE_COUNT] from `first` on; the last row is repeated past the end."""
    return features[np.clip(np.arange(first, first + frames), 0, len(features) - 1)]
