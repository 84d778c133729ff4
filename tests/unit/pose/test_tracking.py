from __future__ import annotations

import numpy as np
import pytest

from eightcount_common.video import open_video
from eightcount_pose.crops import planes_of
from eightcount_pose.tracking import DancerTracker, TrackState
from tests.data.media import dancer_pictures, write_video


def test_the_next_region_does_not_lag_behind_a_quick_dancer(tmp_path, lite):
    """The dancer is carried across the picture by 12 pixels a picture; the region's middle stays on the hips."""
    _, pictures = dancer_pictures(seconds=0.5, start=10.0)
    carried = [np.roll(picture, 12 * index - 60, axis=1) for index, picture in enumerate(pictures)]
    path = write_video(tmp_path / "quick.mp4", carried)
    tracker, state = DancerTracker(lite), TrackState()
    with path.open("rb") as file, open_video(file) as reader:
        for picture in reader.pictures():
            step = tracker.step(planes_of(picture), timestamp=picture.timestamp, state=state)
            state = step.state
            assert step.pose is not None
            assert (state.region.x, state.region.y) == pytest.approx(tuple(step.pose.auxiliary[0]))
