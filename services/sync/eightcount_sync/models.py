"""The network that hears beats: its files and the package that they come from."""

from __future__ import annotations

from eightcount_common.weights import PypiWheel, WeightFile

_WHEEL = PypiWheel("BeatNet", "1.1.3", python="3.11", platform="manylinux_2_28_x86_64")
BEAT_WEIGHTS = tuple(
    WeightFile(f"beatnet_{number}.pt", digest, _WHEEL, f"BeatNet/models/model_{number}_weights.pt")
    for number, digest in (
        (1, "619091bc317ca3e83b45591d46f6de3d5a41588bcb39fe9fe7be30cffa6aca84"),
        (2, "5878a18c079fa0b0139879b14ed2b5b7595faef8c3d16210aed141fd00fa2d58"),
        (3, "0c52a074ea38e8cb4a760ecfa3747c9cf91a1e3cd19f238eed80b0de763989ca"),
    )
)
"""Three copies of one network, trained without GTZAN, without Ballroom and without Rock Corpus; CC BY 4.0."""
