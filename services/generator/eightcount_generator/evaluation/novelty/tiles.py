"""Half-second tiles of motion as points whose distances are those of the aligned motions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.skeleton import BODY
from eightcount_generator.evaluation.joint_positions import FloatArray, IndexArray

TILE_FRAMES = 16
"""Half a second, both ends included."""
COMPARED_FRAMES = np.array([0, 5, 10, 15])
"""Frames of a tile that are compared."""
_ACROSS = (("right_hip", "left_hip"), ("right_shoulder", "left_shoulder"))

_DIMENSIONS = 24
_BLOCK_TILES = 64
_MOST_NEIGHBOURS = 8
"""Maximum neighbours of a tile; more only indicate a common movement."""

Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TilePairs:
    """K tiles of a dance and K similar tiles of motions.

    Attributes:
        starts: [K] first frames in the dance.
        motions: [K] indices of the motions.
        motion_starts: [K] first frames in them.
        distances: [K] approximate squared metres.
    """

    starts: IndexArray
    motions: IndexArray
    motion_starts: IndexArray
    distances: Points

    def select(self, which: NDArray[np.generic]) -> TilePairs:
        """Return some of the pairs, in the given order."""
        return TilePairs(self.starts[which], self.motions[which], self.motion_starts[which], self.distances[which])


class TileIndex:
    """An index of every tile of some motions, projected to the principal components."""

    def __init__(self, motions: Sequence[FloatArray]) -> None:
        """Take motions [T, 24, 3]; at least one must be as long as a tile."""
        starts = [tile_starts(motion, hop_frames=1) for motion in motions]
        self._motions = np.repeat(np.arange(len(starts)), [len(start) for start in starts])
        self._starts = np.concatenate(starts)
        sparse = [tile_points(m, tile_starts(m, hop_frames=TILE_FRAMES // 2)) for m in motions]
        sample = np.concatenate(sparse)
        self._mean = sample.mean(axis=0)
        _, vectors = np.linalg.eigh(sample.T @ sample / len(sample) - np.outer(self._mean, self._mean))
        self._basis = np.asarray(vectors[:, -_DIMENSIONS:], np.float32)
        points = np.concatenate([
            self._project(tile_points(motion, start)) for motion, start in zip(motions, starts, strict=True)
        ])  # fmt: skip
        # |a - b|^2 as one product: [-2 a, 1, |a|^2] . [b, |b|^2, 1]
        self._right = np.column_stack([points, np.sum(points**2, axis=1), np.ones(len(points), np.float32)]).T.copy()

    def neighbours(self, positions: FloatArray, *, within_metres: float) -> TilePairs:
        """Return the most similar tiles for every half second of a dance [T, 24, 3]."""
        starts = tile_starts(positions, hop_frames=TILE_FRAMES - 1)
        points = self._project(tile_points(positions, starts))
        left = np.column_stack([-2 * points, np.ones(len(points), np.float32), np.sum(points**2, axis=1)])
        found = list(self._nearest_tiles(left, within_metres**2))
        rows = np.repeat([row for row, _, _ in found], [len(tiles) for _, tiles, _ in found]).astype(np.intp)
        tiles = np.concatenate([np.empty(0, np.intp), *(tiles for _, tiles, _ in found)])
        distances = np.concatenate([np.empty(0, np.float32), *(near for _, _, near in found)])
        return TilePairs(starts[rows], self._motions[tiles], self._starts[tiles], distances)

    def _nearest_tiles(self, left: Points, limit: float) -> Iterator[tuple[int, IndexArray, Points]]:
        """Yield every row's nearest tiles and their squared distances."""
        for first in range(0, len(left), _BLOCK_TILES):
            distances = left[first : first + _BLOCK_TILES] @ self._right
            for row, of_row in enumerate(distances):
                tiles = np.flatnonzero(of_row <= limit)
                if len(tiles):
                    tiles = _local_minima(of_row, tiles)
                    yield first + row, tiles, of_row[tiles]

    def _project(self, points: Points) -> Points:
        return np.asarray((points - self._mean) @ self._basis, np.float32)


def _local_minima(distances: Points, tiles: IndexArray) -> IndexArray:
    """Return the nearest of the tiles that are nearer than those one frame earlier and later."""
    before, after = np.maximum(tiles - 1, 0), np.minimum(tiles + 1, len(distances) - 1)
    lower = (distances[tiles] <= distances[before]) & (distances[tiles] <= distances[after])
    tiles = tiles[lower]
    return tiles[np.argsort(distances[tiles], kind="stable")[:_MOST_NEIGHBOURS]]


def tile_points(positions: FloatArray, starts: IndexArray) -> Points:
    """[N, 288] tiles at given first frames, facing +z over the origin; distances are RMS metres of joints."""
    seen = positions[starts[:, None] + COMPARED_FRAMES]  # [N, 4, 24, 3]
    middle = seen.mean(axis=(1, 2)) * [1.0, 0.0, 1.0]
    seen = seen - middle[:, None, None]
    across = sum(seen[:, :, BODY.index(left)] - seen[:, :, BODY.index(right)] for right, left in _ACROSS)
    x, z = np.moveaxis(np.asarray(across).sum(axis=1)[:, [0, 2]], -1, 0)
    length = np.maximum(np.hypot(x, z), 1e-9)
    cosine, sine = (x / length)[:, None, None], (z / length)[:, None, None]
    turned = np.stack([
        cosine * seen[..., 0] + sine * seen[..., 2], seen[..., 1], cosine * seen[..., 2] - sine * seen[..., 0]
    ], axis=-1)  # fmt: skip
    scale = np.sqrt(seen.shape[1] * seen.shape[2])
    return np.asarray(turned.reshape(len(starts), len(COMPARED_FRAMES) * len(BODY) * 3) / scale, np.float32)


def tile_starts(positions: FloatArray, *, hop_frames: int) -> IndexArray:
    """Return the first frames of the tiles that fit."""
    return np.arange(0, max(0, len(positions) - TILE_FRAMES + 1), hop_frames)
