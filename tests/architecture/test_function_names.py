"""The lint of function names: what it finds, and that it finds nothing in the product."""

from __future__ import annotations

import pytest

from tests.architecture.function_names import bare_participles, is_bare_participle


@pytest.mark.parametrize("name", ["told", "kept_apart", "_opened", "heard_in", "drawn", "_held_out"])
def test_a_bare_participle_is_found(name: str) -> None:
    assert is_bare_participle(name)


@pytest.mark.parametrize("name", ["restore_kept_parts", "weighted_mean", "decoded_frames", "seed", "embed_metadata"])
def test_a_verb_or_a_noun_phrase_is_no_finding(name: str) -> None:
    assert not is_bare_participle(name)


def test_no_function_is_named_by_a_participle_alone() -> None:
    assert [f"{function.path}: {function.node.name}" for function in bare_participles()] == []
