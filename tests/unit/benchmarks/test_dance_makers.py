"""No maker is judged by what it has learned from."""

from dataclasses import replace

import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.families import FAMILIES
from eightcount_generator.makers.graph.library import build_library
from eightcount_generator.makers.graph.model import library_bytes
from eightcount_generator.shipped.slip import write_model
from eightcount_generator.sources.library import Recording
from eightcount_generator.sources.split import Split, dealt
from tests.benchmarks import dance_makers
from tests.benchmarks.dance_makers import contenders
from tests.unit.generator.test_graph import swinging


def recordings(*, takes: int = 7) -> list[Recording]:
    """Two partners in every take of one style, one dancer in those of another."""
    couples = [
        replace(swinging(f"salsa/{take}{who}", seconds=2.0), style="salsa", take=f"s{take}")
        for take in range(takes) for who in "ab"
    ]  # fmt: skip
    alone = [replace(swinging(f"free/{take}", seconds=2.0), style="free", take=f"f{take}") for take in range(takes)]
    return [*couples, *alone]


@pytest.fixture
def split() -> Split:
    return Split([swinging(name, seed=seed) for seed, name in enumerate("abcd")], [swinging("x", seed=9)])


@pytest.fixture
def network(monkeypatch, split) -> bytes:
    """A family that is not made on the spot; the bytes of a model of it."""
    monkeypatch.setattr(dance_makers, "FAMILIES", {"network": FAMILIES["graph"]})
    return library_bytes(build_library(split.known))


def test_a_take_is_on_one_side_with_all_who_dance_in_it():
    split = dealt(recordings())
    known, held_out = ({one.take for one in side} for side in (split.known, split.held_out))
    assert held_out == {"s0", "s5", "f0", "f5"}
    assert known == {f"{style}{take}" for style in "sf" for take in (1, 2, 3, 4, 6)}
    assert len(split.known) + len(split.held_out) == 21


def test_the_same_recordings_are_dealt_alike_in_any_order():
    one, other = dealt(recordings()), dealt(recordings()[::-1])
    assert {recording.name for recording in one.held_out} == {recording.name for recording in other.held_out}


def test_a_maker_without_a_family_or_a_file_is_a_row_without_a_figure(split, network, tmp_path):
    found = contenders(["graph", "nothing", "network"], split, {"network": tmp_path / "network.safetensors"})
    assert [one.maker is not None for one in found] == [True, False, False]
    assert found[1].none("beats").ours == "no model (no such family)"
    assert found[2].none("beats").ours == "no model (no network.safetensors)"


def test_a_model_that_was_taught_the_known_takes_is_judged(split, network, tmp_path):
    path = tmp_path / "network.safetensors"
    write_model(path, network, split.known, family="network", seed=3)
    (found,) = contenders(["network"], split, {"network": path})
    assert found.maker is not None
    assert found.maker.styles == ("swing",)


def test_a_model_that_was_taught_held_out_takes_is_refused(split, network, tmp_path):
    path = tmp_path / "network.safetensors"
    write_model(path, network, [*split.known, *split.held_out], family="network", seed=3)
    with pytest.raises(InvalidInputError, match="held out: .'x'.") as error:
        contenders(["network"], split, {"network": path})
    assert error.value.reason == "TAUGHT_HELD_OUT"


def test_a_model_is_not_judged_by_the_slip_of_another(split, network, tmp_path):
    path = tmp_path / "network.safetensors"
    write_model(path, network, split.known, family="network", seed=3)
    path.write_bytes(network + b" ")
    (found,) = contenders(["network"], split, {"network": path})
    assert found.maker is None
    assert "nothing says" in found.why
