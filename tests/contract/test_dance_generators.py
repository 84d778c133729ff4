"""The contract of every model family and every dance generator, a stub included."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import cache

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.families import FAMILIES, Family, TrainingConfig, TrainingProgress
from eightcount_generator.models.base import AttributedGenerator, DanceGenerator, GenerationOptions
from eightcount_generator.music import Music
from eightcount_generator.service.codec import decode_music
from eightcount_generator.sources.recording import Recording
from tests.unit.generator.models import test_diffusion
from tests.unit.generator.stub_family import StubFamily, music
from tests.unit.generator.synthetic_recordings import dance
from tests.unit.generator.tiny_networks import TINY_SEQ2SEQ

SMALL: dict[str, Family] = {"diffusion": test_diffusion.FAMILY, "seq2seq": TINY_SEQ2SEQ}
"""Networks as they are, but small and hardly trained."""
REAL = {name: SMALL.get(name, family) for name, family in FAMILIES.items()}
EVERY: dict[str, Callable[[], Family]] = {"made up": StubFamily, **{name: lambda f=f: f for name, f in REAL.items()}}
RECORDINGS = tuple(
    Recording(f"{style}/{seed}", style, f"dancer {seed}", f"take {seed}", dance(20.0, seed=seed))
    for style, seeds in (("sway", (1, 2, 3)), ("swirl", (4, 5, 6)))
    for seed in seeds
)


@cache
def model(name: str) -> bytes:
    return train_family(EVERY[name](), TrainingConfig(seed=1))


def train_family(family: Family, config: TrainingConfig) -> bytes:
    def work() -> Generator[TrainingProgress, None, bytes]:
        return (yield from family.train(RECORDINGS, config))

    steps = work()
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    return bytes(end.value.value)


@pytest.fixture(params=EVERY)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def family(name: str) -> Family:
    return EVERY[name]()


@pytest.fixture
def generator(name: str, family: Family) -> DanceGenerator:
    return family.read(model(name))


@pytest.fixture
def heard() -> Music:
    return decode_music(music(16.0), longest_seconds=60.0)


def generate(generator: DanceGenerator, heard: Music, **options: object) -> Dance:
    return Dance.concatenate(list(generator.generate(heard, GenerationOptions(**options))))


def test_training_says_how_it_goes(family: Family) -> None:
    fractions = [step.fraction_done for step in family.train(RECORDINGS, TrainingConfig())]
    assert fractions == sorted(fractions)
    assert fractions
    assert 0 <= fractions[0] <= fractions[-1] <= 1


def test_the_same_recordings_and_seed_train_the_same_model(name: str, family: Family) -> None:
    assert train_family(family, TrainingConfig(seed=1)) == model(name)


def test_too_little_motion_is_refused(family: Family) -> None:
    with pytest.raises(InvalidInputError) as caught:
        list(family.train([Recording("a", "", "", "a", dance(1.0))], TrainingConfig()))
    assert caught.value.reason == "TOO_LITTLE_MOTION"


def test_the_styles_of_the_recordings_can_be_requested(generator: DanceGenerator, heard: Music) -> None:
    assert generator.styles == ("sway", "swirl")
    for style in generator.styles:
        assert len(generate(generator, heard, style=style)) == heard.frames
    with pytest.raises(InvalidInputError) as caught:
        generate(generator, heard, style="waltz")
    assert caught.value.reason == "UNKNOWN_STYLE"


@pytest.mark.parametrize("seconds", [0.04, 1.0, 7.3, 15.75, 40.0])
def test_a_dance_is_as_long_as_its_music(generator: DanceGenerator, seconds: float) -> None:
    heard = decode_music(music(16.0), duration_seconds=seconds, longest_seconds=60.0)
    pieces = list(generator.generate(heard, GenerationOptions()))
    assert sum(map(len, pieces)) == heard.frames
    assert all(len(piece) for piece in pieces)


def test_a_long_dance_comes_in_pieces(generator: DanceGenerator) -> None:
    heard = decode_music(music(16.0), duration_seconds=120.0, longest_seconds=600.0)
    assert max(len(piece) for piece in generator.generate(heard, GenerationOptions())) < 0.25 * heard.frames


def test_a_seed_gives_one_dance_and_another_seed_another(generator: DanceGenerator, heard: Music) -> None:
    first, again, other = (generate(generator, heard, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.joints(), again.joints())
    assert not np.allclose(first.joints(), other.joints(), atol=0.01)


def test_mirrored_is_left_and_right_swapped(generator: DanceGenerator, heard: Music) -> None:
    plain, mirrored = generate(generator, heard), generate(generator, heard, mirrored=True)
    np.testing.assert_allclose(mirrored.joints(), plain.mirror().joints(), atol=1e-4)


def test_a_generator_that_traces_names_recordings_frames_and_the_same_dance(
    generator: DanceGenerator, heard: Music
) -> None:
    if not isinstance(generator, AttributedGenerator):
        return
    pieces = list(generator.generate_attributed(heard, GenerationOptions(seed=3)))
    whole = Dance.concatenate([piece.dance for piece in pieces])
    np.testing.assert_array_equal(whole.joints(), generate(generator, heard, seed=3).joints())
    assert all(piece.recording for piece in pieces)
    assert all(0 <= piece.recording_frame < 20 * 30 for piece in pieces)


def test_a_file_of_another_family_is_refused(family: Family) -> None:
    for data in (b"", b"no model", model("made up") if not isinstance(family, StubFamily) else b"\0" * 99):
        with pytest.raises(InvalidInputError) as caught:
            family.read(data)
        assert caught.value.reason == "INVALID_MODEL"
