"""The lint of prose: what it finds, and that it finds nothing in the repository."""

from __future__ import annotations

import pytest

from tests.architecture.prose import ALLOWED, find_phrases, findings, opens_without_subject
from tests.architecture.source import ROOT


@pytest.mark.parametrize("docstring", ["What is known of a skeleton.", "Of one batch.", "How far the feet slide."])
def test_a_docstring_without_a_subject_is_found(docstring: str) -> None:
    assert opens_without_subject(docstring)


@pytest.mark.parametrize("docstring", ["Return the metadata of a skeleton.", "A character.", "Officially held out."])
def test_a_sentence_or_a_noun_phrase_is_no_finding(docstring: str) -> None:
    assert not opens_without_subject(docstring)


@pytest.mark.parametrize("text", ["a name is wanted", "the codec wants a string", "expected a name, got none"])
def test_an_odd_phrase_is_found(text: str) -> None:
    assert find_phrases(text)


def test_code_in_backquotes_is_skipped() -> None:
    assert not find_phrases("the module `film` and the field `heard`")


def test_every_exception_is_still_needed() -> None:
    found = {(finding.path.as_posix(), finding.words) for finding in findings(allowed={})}
    assert {(path, words) for path, allowed in ALLOWED.items() for words in allowed} <= found
    assert all((ROOT / path).exists() for path in ALLOWED)


def test_the_repository_is_written_in_plain_english() -> None:
    assert [str(finding) for finding in findings()] == []
