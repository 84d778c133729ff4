"""No generator is evaluated on the recordings that it was trained on."""

from dataclasses import replace

import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.families import FAMILIES
from eightcount_generator.models.graph.model import graph_bytes
from eightcount_generator.models.graph.motion_graph import build_motion_graph
from eightcount_generator.pretrained.provenance import write_pretrained_model
from eightcount_generator.sources.recording import Recording
from eightcount_generator.sources.split import Split, split_by_take
from tests.benchmarks import dance_contenders
from tests.benchmarks.dance_contenders import contenders
from tests.unit.generator.models.test_graph import swinging


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
    monkeypatch.setattr(dance_contenders, "FAMILIES", {"network": FAMILIES["graph"]})
    return graph_bytes(build_motion_graph(split.known))


def test_a_take_is_on_one_side_with_all_who_dance_in_it():
    split = split_by_take(recordings())
    known, held_out = ({one.take for one in side} for side in (split.known, split.held_out))
    assert held_out == {"s0", "s5", "f0", "f5"}
    assert known == {f"{style}{take}" for style in "sf" for take in (1, 2, 3, 4, 6)}
    assert len(split.known) + len(split.held_out) == 21


def test_the_same_recordings_are_dealt_alike_in_any_order():
    one, other = split_by_take(recordings()), split_by_take(recordings()[::-1])
    assert {recording.name for recording in one.held_out} == {recording.name for recording in other.held_out}


def test_a_maker_without_a_family_or_a_file_is_a_row_without_a_figure(split, network, tmp_path):
    found = contenders(["graph", "nothing", "network"], split, {"network": tmp_path / "network.safetensors"})
    assert [one.generator is not None for one in found] == [True, False, False]
    assert found[1].none("beats").ours == "no model (no such family)"
    assert found[2].none("beats").ours == "no model (no network.safetensors)"


def test_a_model_that_was_taught_the_known_takes_is_judged(split, network, tmp_path):
    path = tmp_path / "network.safetensors"
    write_pretrained_model(path, network, split.known, family="network", seed=3)
    (found,) = contenders(["network"], split, {"network": path})
    assert found.generator is not None
    assert found.generator.styles == ("swing",)


def test_a_model_that_was_taught_held_out_takes_is_refused(split, network, tmp_path):
    path = tmp_path / "network.safetensors"
    write_pretrained_model(path, network, [*split.known, *split.held_out], family="network", seed=3)
    with pytest.raises(InvalidInputError, match="held-out takes: .'x'.") as error:
        contenders(["network"], split, {"network": path})
    assert error.value.reason == "TRAINED_ON_HELD_OUT"


def test_a_model_is_not_judged_by_the_slip_of_another(split, network, tmp_path):
    path = tmp_path / "network.safetensors"
    write_pretrained_model(path, network, split.known, family="network", seed=3)
    path.write_bytes(network + b" ")
    (found,) = contenders(["network"], split, {"network": path})
    assert found.generator is None
    assert "no provenance" in found.why
