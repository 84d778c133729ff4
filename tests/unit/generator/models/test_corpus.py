"""The training data of networks."""

from __future__ import annotations

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.models.corpus import Corpus
from eightcount_generator.models.encoding import ROOT_VELOCITY, WIDTH, encode
from eightcount_generator.models.music_features import FEATURE_COUNT
from eightcount_generator.service.codec import decode_music
from eightcount_generator.sources.recording import Recording
from tests.unit.generator.stub_family import music
from tests.unit.generator.synthetic_recordings import dance

WINDOW = 48


def recordings(takes: int, *, style: str = "sway") -> list[Recording]:
    return [Recording(f"r{take}", style, "ann", f"t{take}", dance(6.0, seed=take)) for take in range(takes)]


def test_windows_are_normalised_and_heard() -> None:
    drawn = Corpus(recordings(3), window=WINDOW).sample(np.random.default_rng(0), 64)
    assert drawn.frames.shape == (64, WINDOW, WIDTH)
    assert drawn.features.shape == (64, WINDOW, FEATURE_COUNT)
    assert abs(drawn.frames.mean()) < 0.2
    assert 0.5 < drawn.frames[..., ROOT_VELOCITY].std() < 1.5


def test_one_of_eight_takes_is_held_out_and_few_are_all_learned_from() -> None:
    assert Corpus(recordings(3), window=WINDOW).validation_windows() is None
    many = Corpus(recordings(8), window=WINDOW)
    assert many.validation_windows() is not None
    assert many.seconds == pytest.approx(7 * Corpus(recordings(1), window=WINDOW).seconds, rel=0.1)


def test_a_handful_of_takes_spares_one_to_judge_by_but_no_style() -> None:
    handful = [*recordings(4), *recordings(5, style="swirl")[4:]]
    corpus = Corpus(handful, window=WINDOW)
    held_out = corpus.validation_windows()
    assert held_out is not None
    assert {corpus.styles[style] for style in held_out.style} == {"sway"}


def test_the_same_seed_draws_the_same_windows() -> None:
    corpus = Corpus(recordings(2), window=WINDOW)
    one, again = (corpus.sample(np.random.default_rng(4), 3) for _ in range(2))
    np.testing.assert_array_equal(one.frames, again.frames)


def test_an_opening_is_a_stretch_of_a_recording() -> None:
    corpus = Corpus(recordings(1), window=WINDOW)
    opening = corpus.scale.denormalise(corpus.sample_openings(1, np.random.default_rng(1)).frames[0])
    moved = recordings(1)[0].dance
    own = np.concatenate([encode(moved), encode(moved.mirror())])
    nearest = np.abs(own[None] - opening[:, None]).max(axis=-1).min(axis=1)
    assert np.median(nearest) < 0.3


def test_music_is_heard_where_it_is_danced_to() -> None:
    moved = dance(12.0)
    still = moved.frames(0, 1)
    waited = Dance.concatenate([*[still] * 45, moved])
    heard = decode_music(music(16.0), duration_seconds=13.5, longest_seconds=60.0)
    corpus = Corpus([Recording("a", "sway", "ann", "t", waited, heard)], window=WINDOW)
    (recording,) = corpus.recordings
    assert len(recording.dance) == pytest.approx(len(moved), abs=6)
    assert recording.music is not None
    shift = (len(waited) - len(recording.dance)) / 30
    later = heard.beats[heard.beats > shift] - shift
    np.testing.assert_allclose(recording.music.beats[:5], later[:5], atol=0.05)
    assert corpus.audible_channels[4:6].all()


def test_too_little_motion_and_foreign_styles_are_refused() -> None:
    with pytest.raises(InvalidInputError) as caught:
        Corpus([Recording("a", "", "", "a", dance(1.0))], window=WINDOW)
    assert caught.value.reason == "TOO_LITTLE_MOTION"
    with pytest.raises(InvalidInputError) as caught:
        Corpus(recordings(1), window=WINDOW, styles=("waltz",))
    assert caught.value.reason == "UNKNOWN_STYLE"
