from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.sources.collection import read_collection
from tests.unit.generator.synthetic_recordings import bvh_text, dance, robot


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, name in enumerate(("cmu_dance/salsa/01", "cmu_dance/salsa/16", "cmu_dance/indian/03",
                                   "cmu_dance/martial/05", "cmu_modern/05_01", "cmu_modern/05_02")):  # fmt: skip
        path = tmp_path / f"{name}.bvh.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        rate = 120.0 if "modern" not in name else 30.0
        path.write_bytes(gzip.compress(bvh_text(dance(4.0, seed=number), {}, rate_hertz=rate).encode()))
    (tmp_path / "g1_moves").mkdir()
    bodies = robot(dance(2.0, seed=3))
    np.savez(tmp_path / "g1_moves/body_positions_30fps.npz", **{"dance/J_One": bodies, "karate/B_Two": bodies})
    return tmp_path


def test_every_dance_of_the_folder_is_found_with_its_style_and_its_dancer(folder) -> None:
    found = read_collection(folder)
    assert [(recording.name, recording.style, recording.performer, recording.take) for recording in found] == [
        ("cmu/salsa/01", "salsa", "cmu-salsa-1", "salsa-01"),
        ("cmu/salsa/16", "salsa", "cmu-salsa-2", "salsa-01"),
        ("cmu/indian/03", "indian", "cmu-indian", "indian-03"),
        ("cmu/modern/05_02", "modern", "cmu-05", "05_02"),
        ("g1/dance/J_One", "free", "g1-J", "J_One"),
    ]
    assert [round(recording.dance.seconds) for recording in found] == [2, 2, 2, 4, 2]  # cmu_dance has 60 a second


def test_a_folder_without_recordings_is_refused(tmp_path) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_collection(tmp_path)
    assert refused.value.reason == "NO_RECORDINGS"
