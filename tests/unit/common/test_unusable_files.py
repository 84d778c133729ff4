"""Files that cannot be used are refused with their own reason; their sound is used where it can be."""

from __future__ import annotations

import io

import numpy as np
import pytest

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.audio import open_audio
from eightcount_common.media.video import probe
from tests.data.media import moving_square
from tests.data.odd_recordings import Material, noise
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
