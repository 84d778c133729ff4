"""Autoregressive decoding to music of any length, in constant memory."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from eightcount_generator.models.seq2seq.network import Seq2SeqNetwork, initial_state

_ENCODER_CHUNK_POSES = 150
"""Poses whose music is encoded together, beside the context of the attention."""
_MAX_DEVIATIONS = 6.0
"""Poses are clipped here, as in the training data."""

FloatArray = NDArray[np.float32]


class Decoder:
    """Decodes one dance.

    Args:
        network: the trained network in evaluation mode.
        features: [T, FEATURE_COUNT] music features at the rate of the poses.
        style: index of the style.
        opening: [N, WIDTH] normalised poses before the first one.
        seed: seed of the initial state before the opening.
    """

    def __init__(
        self, network: Seq2SeqNetwork, features: FloatArray, *, style: int, opening: FloatArray, seed: int
    ) -> None:
        self._network = network
        self._heard = torch.from_numpy(np.ascontiguousarray(features))
        self._style = torch.tensor([style])
        self._encoded, self._first, self._next = torch.empty(0), 0, 0
        with torch.inference_mode():
            self._memory = initial_state(network.sizes, 1, torch.Generator().manual_seed(seed))
            for pose in torch.from_numpy(opening):
                self._memory = network.update_state(self._memory, pose[None])

    def __len__(self) -> int:
        return len(self._heard) - self._next

    def decode_poses(self, count: int) -> FloatArray:
        """Decode the next [N, WIDTH] normalised poses; fewer than `count` at the end of the music."""
        with torch.inference_mode():
            made = [self._next_pose() for _ in range(min(count, len(self)))]
            return torch.cat(made).numpy().copy()

    def _next_pose(self) -> Tensor:
        """Predict a pose and update the state with it."""
        pose = self._network.next_pose(self._memory, self._encoded_frame()).clamp(-_MAX_DEVIATIONS, _MAX_DEVIATIONS)
        self._memory = self._network.update_state(self._memory, pose)
        self._next += 1
        return pose

    def _encoded_frame(self) -> Tensor:
        """[1, width] the encoder's output for the next frame."""
        if self._next >= self._first + len(self._encoded):
            self._first = self._next
            context = self._network.sizes.context_frames
            before = min(context, self._first)
            some = self._heard[self._first - before : self._first + _ENCODER_CHUNK_POSES + context]
            encoded = self._network.encode(some[None], self._style)[0]
            self._encoded = encoded[before : before + _ENCODER_CHUNK_POSES]
        return self._encoded[self._next - self._first][None]
