"""A lint: docstrings, messages and documents are written in plain technical English.

It finds docstrings that open with a question word or `Of` and therefore have no subject (`What is known of it.`), and
phrases that readers stumble over (`a name is wanted`, `got none`). Text in backquotes is code and is skipped.

    python -m tests.architecture.prose
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.architecture.source import ROOT, python_files

_OPENING = re.compile(r"^(What|Of|Who|Whose|Whom|Where|How|Which)\b")
_PHRASES = {
    r"\b(is|are|was|were|be) wanted\b": "say what is required",
    r"\bwants (a|an|the|no|its|one|two|at)\b": "say `requires` or `needs`",
    r"\bgot none\b": "say what was given: `got an empty string`, `none was given`",
    r"\b(come|comes|came|coming) along\b": "say `pretrained` or `included`",
    r"\bheard\b": "say `detected`, `found` or `received`",
    r"\b(is|are|was|were|be|been|as) told\b": "say `reported`, `given` or `distinguished`",
    r"\b(nothing|fault|code|pod|one) of ours\b": "say `our`",
    r"\bone's own\b": "say `your own` or `custom`",
    r"\bwhoever\b(?! runs)": "name the person or the program",
    r"\b(slip|wishes)\b": "say `provenance`, `options`",
    r"\b(a|an|the|its|this|that|each|every|of|as) film\b|\bfilms\b": "say `video`",
    r"\bpictures?\b": "say `image`, or `frame` of a video",
    r"\bmakers?\b": "say `generator` or `model`",
    r"\bmodels? (of dances|that dances?)\b": "say `dance model`",
    r"\bmodels? of styles\b": "say `style model`",
    r"\bhow sure\b": "say `confidence`",
    r"\bmade anew\b": "say `generated again` or `made again`",
    r"\b(teach|teaches|taught)\b": "say `train`",
}
_COMPILED = {re.compile(pattern, re.IGNORECASE): advice for pattern, advice in _PHRASES.items()}
_DOCUMENTS = (
    "*.md", "docs/**/*.md", "gateway/client/*.md", "proto/eightcount/**/*.proto",
    "deploy/**/*.yaml", "deploy/Dockerfile", "Makefile", ".importlinter",
)  # fmt: skip
_CODE_SPAN = re.compile(r"`[^`\n]*`")

ALLOWED: dict[str, frozenset[str]] = {}
"""Matched words that are right where they stand, by path of the file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage that should be rewritten.

    Attributes:
        path: path of the file, relative to the repository.
        line: number of the line on which the text begins, from 1.
        words: the matched words.
        advice: a hint for the author.
    """

    path: Path
    line: int
    words: str
    advice: str

    def __str__(self) -> str:
        """Return the finding in the format of a compiler's message."""
        return f"{self.path}:{self.line}: {self.words!r}: {self.advice}"


def find_phrases(text: str) -> list[tuple[str, str]]:
    """Return the matched words and the advice for each odd phrase in the text."""
    plain = _CODE_SPAN.sub("``", text)
    return [(match[0], advice) for pattern, advice in _COMPILED.items() for match in pattern.finditer(plain)]


def opens_without_subject(docstring: str) -> bool:
    """Return whether a docstring opens with a question word or `Of`."""
    return bool(_OPENING.match(docstring))


def opens_like_a_clause(attribute: str) -> bool:
    """Return whether the docstring of an attribute has no subject; `How long ...` is a usual name of a duration."""
    return opens_without_subject(attribute) and not attribute.startswith(("How ", "Where "))


def findings(*, allowed: Mapping[str, frozenset[str]] = ALLOWED) -> list[Finding]:
    """Return the findings in the repository, without those that are allowed."""
    found = [*_find_in_code(), *_find_in_documents()]
    return [finding for finding in found if finding.words not in allowed.get(finding.path.as_posix(), frozenset())]


def _find_in_code() -> Iterator[Finding]:
    for path in python_files():
        relative = path.relative_to(ROOT)
        source = path.read_text()
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                for words, advice in find_phrases(node.value):
                    yield Finding(relative, node.lineno, words, advice)
            for line, text, opens in _docstrings(node):
                if opens(text):
                    yield Finding(relative, line, text.splitlines()[0], "begin with a subject or a verb")
        for number, comment in _comments(source):
            for words, advice in find_phrases(comment):
                yield Finding(relative, number, words, advice)


def _docstrings(node: ast.AST) -> Iterator[tuple[int, str, Callable[[str], bool]]]:
    """Yield line, text and lint of the docstring of a node, and of those that follow the assignments in its body."""
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return
    if docstring := ast.get_docstring(node):
        yield node.body[0].lineno, docstring, opens_without_subject
    for before, statement in pairwise(node.body):
        if not isinstance(before, ast.Assign | ast.AnnAssign):
            continue
        match statement:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield statement.lineno, inspect.cleandoc(text), opens_like_a_clause


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.splitlines(), start=1):
        _, mark, comment = line.partition("# ")
        if mark and '"' not in comment:
            yield number, comment


def _find_in_documents() -> Iterator[Finding]:
    for path in sorted({path for pattern in _DOCUMENTS for path in ROOT.glob(pattern)}):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            for words, advice in find_phrases(line):
                yield Finding(path.relative_to(ROOT), number, words, advice)


def main() -> int:
    """Print the findings; the exit status says whether there are any."""
    found = findings()
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
