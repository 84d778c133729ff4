"""People in a picture: the detector's raw output to boxes and alignment points (MediaPipe, pose_detection)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_pose.engine import DETECTOR_SIDE
from eightcount_pose.regions import Affine, Region, region_around

MIN_SCORE = 0.5
OVERLAP = 0.3
"""Intersection over union from which two boxes are the same person."""
_LAYERS = ((28, 2), (14, 2), (7, 6))
"""(cells on a side, anchors in a cell) of the detector's feature maps; strides 8, 16 and three times 32."""
_LOGIT_LIMIT = 100.0


@dataclass(frozen=True, slots=True)
class Person:
    """One detected person, in pixels of the upright picture.

    Attributes:
        score: in [0, 1].
        box: [4] left, top, right, bottom of the face-to-hip box.
        region: the square around the whole body.
    """

    score: float
    box: NDArray[np.float64]
    region: Region


def anchors() -> NDArray[np.float64]:
    """[2254, 2] centres x, y of the anchors, as fractions of the input's side."""
    parts = []
    for cells, per_cell in _LAYERS:
        centre = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(centre, centre), axis=-1).reshape(-1, 2)
        parts.append(np.repeat(grid, per_cell, axis=0))
    return np.concatenate(parts)


_ANCHORS = anchors()


def decode_people(boxes: NDArray[np.floating], logits: NDArray[np.floating], to_picture: Affine) -> list[Person]:
    """People of one picture, best first.

    Args:
        boxes: [2254, 12] raw boxes.
        logits: [2254] raw scores.
        to_picture: [2, 3] map from pixels of the detector's input to pixels of the upright picture.
    """
    clipped = np.clip(logits.astype(np.float64), -_LOGIT_LIMIT, _LOGIT_LIMIT)
    scores = 1 / (1 + np.exp(-clipped))
    kept = scores >= MIN_SCORE
    if not kept.any():
        return []
    points = _decode_points(boxes[kept].astype(np.float64), _ANCHORS[kept])
    people = []
    for score, merged in _merge(scores[kept], points):
        placed = (merged * DETECTOR_SIDE) @ to_picture[:, :2].T + to_picture[:, 2]
        region = region_around(placed[2], placed[3])
        if region is not None:
            people.append(Person(score, placed[:2].reshape(4), region))
    return people


def _decode_points(raw: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """[N, 6, 2] top left, bottom right and the four keypoints, as fractions of the input's side."""
    middle = raw[:, 0:2] / DETECTOR_SIDE + centres
    half = raw[:, 2:4] / DETECTOR_SIDE / 2
    keypoints = raw[:, 4:].reshape(-1, 4, 2) / DETECTOR_SIDE + centres[:, None]
    return np.concatenate([(middle - half)[:, None], (middle + half)[:, None], keypoints], axis=1)


def _merge(scores: NDArray[np.float64], points: NDArray[np.float64]) -> list[tuple[float, NDArray[np.float64]]]:
    """Weighted non-maximum suppression: overlapping boxes become their mean, weighted by score."""
    order = np.argsort(-scores, kind="stable")
    merged = []
    while order.size:
        best = order[0]
        same = _overlap(points[best, :2], points[order, :2]) > OVERLAP
        same[0] = True
        weights = scores[order[same]]
        merged.append((float(scores[best]), np.average(points[order[same]], axis=0, weights=weights)))
        order = order[~same]
    return merged


def _overlap(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """[N] intersection over union of a box [2, 2] with boxes [N, 2, 2]."""
    low, high = np.maximum(box[0], others[:, 0]), np.minimum(box[1], others[:, 1])
    common = np.prod(np.clip(high - low, 0, None), axis=-1)
    areas = np.prod(np.clip(others[:, 1] - others[:, 0], 0, None), axis=-1)
    area = np.prod(np.clip(box[1] - box[0], 0, None))
    return np.asarray(common / np.maximum(area + areas - common, 1e-12))
