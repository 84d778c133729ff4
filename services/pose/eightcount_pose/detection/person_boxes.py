"""Decoding of the person detector's raw output to boxes and alignment points (MediaPipe, pose_detection)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_pose.engines.base import DETECTOR_SIDE
from eightcount_pose.regions import Affine, Region, enclose_person

MIN_SCORE = 0.5
MIN_OVERLAP = 0.3
"""Intersection over union from which two boxes belong to the same person."""
_LAYERS = ((28, 2), (14, 2), (7, 6))
"""(cells on a side, anchors in a cell) of the detector's feature maps; strides 8, 16 and three times 32."""
_LOGIT_LIMIT = 100.0


@dataclass(frozen=True, slots=True)
class PersonBox:
    """One person as the detector sees him or her, in pixels of the upright frame.

    Attributes:
        score: in [0, 1].
        box: [4] left, top, right, bottom of the face-to-hip box.
        region: the square around the whole body.
    """

    score: float
    box: NDArray[np.float64]
    region: Region


def build_anchors() -> NDArray[np.float64]:
    """Return the [2254, 2] centres x, y of the anchors, as fractions of the input's side."""
    parts = []
    for cells, per_cell in _LAYERS:
        centre = (np.arange(cells) + 0.5) / cells
        grid = np.stack(np.meshgrid(centre, centre), axis=-1).reshape(-1, 2)
        parts.append(np.repeat(grid, per_cell, axis=0))
    return np.concatenate(parts)


_ANCHORS = build_anchors()


def decode_boxes(boxes: NDArray[np.floating], logits: NDArray[np.floating], to_frame: Affine) -> list[PersonBox]:
    """Return the people in one frame, by descending score.

    Args:
        boxes: [2254, 12] raw boxes.
        logits: [2254] raw scores.
        to_frame: [2, 3] map from pixels of the detector's input to pixels of the upright frame.
    """
    clipped = np.clip(logits.astype(np.float64), -_LOGIT_LIMIT, _LOGIT_LIMIT)
    scores = 1 / (1 + np.exp(-clipped))
    confident = scores >= MIN_SCORE
    if not confident.any():
        return []
    points = _decode_points(boxes[confident].astype(np.float64), _ANCHORS[confident])
    people = []
    for score, merged in _suppress_overlaps(scores[confident], points):
        placed = (merged * DETECTOR_SIDE) @ to_frame[:, :2].T + to_frame[:, 2]
        region = enclose_person(placed[2], placed[3])
        if region is not None:
            people.append(PersonBox(score, placed[:2].reshape(4), region))
    return people


def _decode_points(raw: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [N, 6, 2] top left, bottom right and the four keypoints, as fractions of the input's side."""
    middle = raw[:, 0:2] / DETECTOR_SIDE + centres
    half = raw[:, 2:4] / DETECTOR_SIDE / 2
    keypoints = raw[:, 4:].reshape(-1, 4, 2) / DETECTOR_SIDE + centres[:, None]
    return np.concatenate([(middle - half)[:, None], (middle + half)[:, None], keypoints], axis=1)


def _suppress_overlaps(
    scores: NDArray[np.float64], points: NDArray[np.float64]
) -> list[tuple[float, NDArray[np.float64]]]:
    """Replace overlapping boxes by their mean, weighted by score (weighted non-maximum suppression)."""
    order = np.argsort(-scores, kind="stable")
    merged = []
    while order.size:
        best = order[0]
        same = _intersection_over_union(points[best, :2], points[order, :2]) > MIN_OVERLAP
        same[0] = True
        weights = scores[order[same]]
        merged.append((float(scores[best]), np.average(points[order[same]], axis=0, weights=weights)))
        order = order[~same]
    return merged


def _intersection_over_union(box: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the [N] intersection over union of a box [2, 2] with boxes [N, 2, 2]."""
    low, high = np.maximum(box[0], others[:, 0]), np.minimum(box[1], others[:, 1])
    common = np.prod(np.clip(high - low, 0, None), axis=-1)
    areas = np.prod(np.clip(others[:, 1] - others[:, 0], 0, None), axis=-1)
    area = np.prod(np.clip(box[1] - box[0], 0, None))
    return np.asarray(common / np.maximum(area + areas - common, 1e-12))
