"""Functions are named by verbs."""

from __future__ import annotations

import pytest

from tests.architecture.function_names import bare_participles, is_bare_participle


@pytest.mark.parametrize(
    "name", ["told", "_kept", "kept_apart", "heard_in_music", "labelled", "_stepped_up", "placed_after"]
)
def test_a_participle_alone_is_no_name(name: str) -> None:
    assert is_bare_participle(name)


@pytest.mark.parametrize(
    "name", ["embed", "need", "weighted_mean", "_decoded_frames", "read_file", "feed_frame", "known_dance"]
)
def test_verbs_and_noun_phrases_are_names(name: str) -> None:
    assert not is_bare_participle(name)


def test_no_function_is_named_by_a_participle_alone() -> None:
    assert [f"{function.path}:{function.node.lineno} {function.node.name}" for function in bare_participles()] == []
