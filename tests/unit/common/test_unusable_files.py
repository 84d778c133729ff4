"""Files that cannot be used are refused with their own reason; their sound is used where it can be."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.audio import open_audio
from eightcount_common.media.video import open_video, probe
from tests.data.media import moving_square
from tests.data.odd_recordings import ODD_CLOCKS, Material, noise
from tests.data.unusable_files import UNUSABLE

MATERIAL = Material(moving_square(30), noise(1.2))


@pytest.mark.parametrize("name", UNUSABLE)
def test_each_file_has_its_own_reason(tmp_path, name):
    unusable = UNUSABLE[name]
    data = unusable.write(tmp_path, MATERIAL).read_bytes()
    with pytest.raises(UnusableMediaError) as caught:
        probe(io.BytesIO(data))
    assert caught.value.reason == unusable.reason


@pytest.mark.parametrize("name", [name for name, one in UNUSABLE.items() if one.has_sound])
def test_sound_beside_an_unusable_video_is_used(tmp_path, name):
    data = UNUSABLE[name].write(tmp_path, MATERIAL).read_bytes()
    with open_audio(io.BytesIO(data), rate_hertz=8000) as audio:
        samples = np.concatenate(list(audio.blocks))
    assert np.abs(samples).max() > 0.1


def test_the_message_says_what_the_file_is(tmp_path):
    said = {}
    for name in ("web page", "text", "playlist", "zip", "JPEG"):
        with pytest.raises(UnusableMediaError) as caught:
            probe(io.BytesIO(UNUSABLE[name].write(tmp_path, MATERIAL).read_bytes()))
        said[name] = caught.value.message
    assert len(set(said.values())) == len(said)


_DAMAGED = ["transport stream", "FLV of Sorenson frames", "Matroska without an index", "fragmented MP4"]


@pytest.mark.parametrize("name", _DAMAGED)
def test_damage_anywhere_is_an_error_of_the_domain_or_none(tmp_path, name):
    path, _ = ODD_CLOCKS[name](tmp_path, MATERIAL)
    whole, generator = path.read_bytes(), np.random.default_rng(3)
    for _ in range(12):
        data = np.frombuffer(whole, np.uint8).copy()
        places = generator.integers(0, data.size, 30)
        data[places] = generator.integers(0, 256, places.size)
        file = io.BytesIO(data[: generator.integers(data.size // 3, data.size)].tobytes())
        with contextlib.suppress(UnusableMediaError), open_video(file) as reader:
            assert len(list(reader.frames())) > 0
        with contextlib.suppress(UnusableMediaError), open_audio(file, rate_hertz=8000) as audio:
            assert sum(map(len, audio.blocks)) > 0
