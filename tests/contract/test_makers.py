"""What every family of models and every maker of dances keeps, a made-up one included."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import cache

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.codec import decode_music
from eightcount_generator.families import FAMILIES, Family, Order, Step
from eightcount_generator.makers.base import Maker, TracedMaker, Wishes
from eightcount_generator.music import Music
from eightcount_generator.sources.library import Recording
from tests.unit.generator import test_diffusion
from tests.unit.generator.made_up import Sways, music
from tests.unit.generator.recorded import dance

SMALL: dict[str, Family] = {"diffusion": test_diffusion.FAMILY}
"""Networks as they are, but small and hardly trained."""
REAL = {name: SMALL.get(name, family) for name, family in FAMILIES.items()}
EVERY: dict[str, Callable[[], Family]] = {"made up": Sways, **{name: lambda f=f: f for name, f in REAL.items()}}
RECORDINGS = tuple(
    Recording(f"{style}/{seed}", style, f"dancer {seed}", f"take {seed}", dance(20.0, seed=seed))
    for style, seeds in (("sway", (1, 2, 3)), ("swirl", (4, 5, 6)))
    for seed in seeds
)


@cache
def model(name: str) -> bytes:
    return taught(EVERY[name](), Order(seed=1))


def taught(family: Family, order: Order) -> bytes:
    def work() -> Generator[Step, None, bytes]:
        return (yield from family.teach(RECORDINGS, order))

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
def maker(name: str, family: Family) -> Maker:
    return family.read(model(name))


@pytest.fixture
def heard() -> Music:
    return decode_music(music(16.0), duration_seconds=0.0, longest_seconds=60.0)


def made(maker: Maker, heard: Music, **wishes: object) -> Dance:
    return Dance.joined(list(maker.make(heard, Wishes(**wishes))))


def test_teaching_says_how_it_goes(family: Family) -> None:
    fractions = [step.fraction_done for step in family.teach(RECORDINGS, Order())]
    assert fractions == sorted(fractions)
    assert fractions
    assert 0 <= fractions[0] <= fractions[-1] <= 1


def test_the_same_recordings_and_seed_teach_the_same_model(name: str, family: Family) -> None:
    assert taught(family, Order(seed=1)) == model(name)


def test_too_little_motion_is_refused(family: Family) -> None:
    with pytest.raises(InvalidInputError) as caught:
        list(family.teach([Recording("a", "", "", "a", dance(1.0))], Order()))
    assert caught.value.reason == "TOO_LITTLE_MOTION"


def test_the_styles_of_the_recordings_can_be_wished_for(maker: Maker, heard: Music) -> None:
    assert maker.styles == ("sway", "swirl")
    for style in maker.styles:
        assert len(made(maker, heard, style=style)) == heard.frames
    with pytest.raises(InvalidInputError) as caught:
        made(maker, heard, style="waltz")
    assert caught.value.reason == "UNKNOWN_STYLE"


@pytest.mark.parametrize("seconds", [0.04, 1.0, 7.3, 15.75, 40.0])
def test_a_dance_is_as_long_as_its_music(maker: Maker, seconds: float) -> None:
    heard = decode_music(music(16.0), duration_seconds=seconds, longest_seconds=60.0)
    pieces = list(maker.make(heard, Wishes()))
    assert sum(map(len, pieces)) == heard.frames
    assert all(len(piece) for piece in pieces)


def test_a_long_dance_comes_in_pieces(maker: Maker) -> None:
    heard = decode_music(music(16.0), duration_seconds=120.0, longest_seconds=600.0)
    assert max(len(piece) for piece in maker.make(heard, Wishes())) < 0.25 * heard.frames


def test_a_seed_gives_one_dance_and_another_seed_another(maker: Maker, heard: Music) -> None:
    first, again, other = (made(maker, heard, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.joints(), again.joints())
    assert not np.allclose(first.joints(), other.joints(), atol=0.01)


def test_mirrored_is_left_and_right_swapped(maker: Maker, heard: Music) -> None:
    plain, mirrored = made(maker, heard), made(maker, heard, mirrored=True)
    np.testing.assert_allclose(mirrored.joints(), plain.mirrored().joints(), atol=1e-4)


def test_a_maker_that_traces_names_recordings_frames_and_the_same_dance(maker: Maker, heard: Music) -> None:
    if not isinstance(maker, TracedMaker):
        return
    pieces = list(maker.make_traced(heard, Wishes(seed=3)))
    whole = Dance.joined([piece.dance for piece in pieces])
    np.testing.assert_array_equal(whole.joints(), made(maker, heard, seed=3).joints())
    assert all(piece.recording for piece in pieces)
    assert all(0 <= piece.recording_frame < 20 * 30 for piece in pieces)


def test_a_file_of_another_family_is_refused(family: Family) -> None:
    for data in (b"", b"no model", model("made up") if not isinstance(family, Sways) else b"\0" * 99):
        with pytest.raises(InvalidInputError) as caught:
            family.read(data)
        assert caught.value.reason == "INVALID_MODEL"
