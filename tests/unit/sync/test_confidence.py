"""The confidence of an alignment."""

import pytest

from eightcount_sync.audio.confidence import Evidence, confidence


@pytest.mark.parametrize("overlap_seconds", [20.0, 60.0, 3600.0, 6 * 3600.0])
def test_agreement_over_hours_is_as_sure_as_over_seconds(overlap_seconds):
    assert confidence(Evidence(18.97, 244.0, 0.0, overlap_seconds)) > 0.99


def test_a_near_rival_takes_certainty_away():
    alone, beside = (confidence(Evidence(8.0, 12.0, rival, 20.0)) for rival in (0.0, 0.8))
    assert beside < alone


def test_little_agreement_is_little_certainty():
    assert confidence(Evidence(2.0, 2.0, 0.0, 20.0)) < 0.1
