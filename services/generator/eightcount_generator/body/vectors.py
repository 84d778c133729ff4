"""Operations on arrays of vectors."""

from __future__ import annotations

import numpy as np

from eightcount_generator.body.rotations import Array


def unit_vectors(vectors: Array) -> Array:
    """[..., 3] normalised; vectors of no length stay as they are."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))


def dot_product(one: Array, other: Array) -> Array:
    """[..., 1] scalar products."""
    return np.asarray(np.sum(one * other, axis=-1, keepdims=True))


def to_local(frame: Array, vectors: Array) -> Array:
    """[..., 3] world vectors in the frames [..., 3, 3]."""
    return np.asarray((np.swapaxes(frame, -1, -2) @ vectors[..., None])[..., 0])
