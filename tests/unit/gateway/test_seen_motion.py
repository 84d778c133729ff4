"""Motions from files as a comparison sees them."""

from __future__ import annotations

import numpy as np
import pytest

from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33, BODY_12, COCO_17
from eightcount_gateway.kinds.comparison.seen_motion import IMAGE_SIZE, PIXELS_PER_METRE, see_motion
from tests.data.moving_rigs import DIALECTS, moving_bvh


def body(world: np.ndarray) -> MotionSequence:
    frames = len(world)
    image = np.full((frames, 12, 2), np.nan, np.float32)
    return MotionSequence(
        BODY_12, np.arange(frames) / 30, image, world.astype(np.float32), np.ones((frames, 12), np.float32), "bvh"
    )


def test_what_the_file_has_is_seen_where_it_is_and_the_rest_counts_as_hidden() -> None:
    truth = moving_bvh(DIALECTS["mixamo"]).truth
    seen = see_motion(body(truth), 0.0)
    columns = BLAZEPOSE_33.indices(BODY_12.keypoints)
    np.testing.assert_allclose(seen.world[:, columns], truth, atol=1e-6)
    pixels = truth[..., :2] * PIXELS_PER_METRE + np.array(IMAGE_SIZE) / 2
    np.testing.assert_allclose(seen.image[:, columns], pixels, atol=1e-3)
    assert (seen.image >= 0).all()
    assert (seen.image <= np.array(IMAGE_SIZE)).all()
    assert (seen.visibility[:, columns] == 1).all()
    assert (np.delete(seen.visibility, columns, axis=1) == 0).all()
    assert np.isfinite(seen.world).all()


@pytest.mark.parametrize("turn", [-2.0, 0.5, 3.0])
def test_the_camera_stands_in_front_of_the_dancer(turn: float) -> None:
    truth = moving_bvh(DIALECTS["mixamo"]).truth[:1]
    cosine, sine = np.cos(turn), np.sin(turn)
    turned = truth @ np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
    np.testing.assert_allclose(see_motion(body(turned), turn).world, see_motion(body(truth), 0.0).world, atol=1e-6)


def test_keypoints_that_a_file_has_beyond_the_body_are_kept() -> None:
    random = np.random.default_rng(0)
    world = random.normal(size=(4, 17, 3)).astype(np.float32)
    motion = MotionSequence(
        COCO_17, np.arange(4) / 60, np.full((4, 17, 2), np.nan, np.float32), world, np.full((4, 17), 0.8, np.float32)
    )
    seen = see_motion(motion, 0.0)
    np.testing.assert_array_equal(seen.world[:, BLAZEPOSE_33.index("left_ear")], world[:, COCO_17.index("left_ear")])
    assert (seen.visibility[:, BLAZEPOSE_33.index("nose")] == np.float32(0.8)).all()
