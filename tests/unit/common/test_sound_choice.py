"""The music is found in whichever track and channel it is, and at its time."""

from __future__ import annotations

import io

import numpy as np
import pytest
from scipy.signal import correlate

from eightcount_common.media.audio import open_audio
from eightcount_common.media.soundtrack import open_soundtrack
from tests.data.odd_recordings import noise
from tests.data.odd_sounds import ODD_SOUNDS

RATE = 8000
SONG = noise(3.0, seed=9)


def reference() -> np.ndarray:
    from av import AudioFrame, AudioResampler

    frame = AudioFrame.from_ndarray(SONG, format="fltp", layout="mono")
    frame.sample_rate = 44_100
    resampler = AudioResampler("flt", "mono", RATE)
    return np.concatenate([p.to_ndarray()[0] for p in (*resampler.resample(frame), *resampler.resample(None))])


@pytest.mark.parametrize("name", ODD_SOUNDS)
def test_the_music_is_found_at_its_time(tmp_path, name):
    odd = ODD_SOUNDS[name]
    data = odd.write(tmp_path, SONG).read_bytes()
    with open_audio(io.BytesIO(data), rate_hertz=RATE) as audio:
        samples = np.concatenate(list(audio.blocks))
    expected = reference()
    fit = np.abs(correlate(samples, expected))
    lag = int(fit.argmax()) - (len(expected) - 1)
    likeness = fit.max() / (np.linalg.norm(samples) * np.linalg.norm(expected))
    assert likeness > 0.5
    assert audio.start_seconds + lag / RATE == pytest.approx(odd.begins, abs=0.03)


@pytest.mark.parametrize("name", ["silent track first", "commentary first", "5.1", "clock from ten hours on"])
def test_a_rendered_video_gets_the_same_sound(tmp_path, name):
    data = ODD_SOUNDS[name].write(tmp_path, SONG).read_bytes()
    with open_soundtrack(io.BytesIO(data), start_seconds=1.0, duration_seconds=1.0) as soundtrack:
        assert soundtrack is not None
        samples = np.concatenate(list(soundtrack.blocks), axis=1).mean(axis=0)
        rate = soundtrack.rate_hertz
    assert len(samples) == rate
    part = SONG[0, 44_100:88_200]
    assert rate == 44_100
    fit = correlate(samples, part)
    lag = int(np.abs(fit).argmax()) - (len(part) - 1)
    assert abs(lag) / rate < 0.03
    assert np.abs(fit).max() > 0.5 * np.linalg.norm(samples) * np.linalg.norm(part)
