"""A lint: docstrings, messages and documents are written in plain technical English.

Two kinds of findings: a docstring that opens with a question word or `Of` and therefore has no subject (`What is known of a
skeleton.`), and turns of phrase that a stranger trips over (`a name is wanted`, `got none`). Text in backquotes is code and
is not read.

    python -m tests.architecture.prose
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
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
    r"\bof ours\b": "say `our`",
    r"\bof one's own\b": "say `your own` or `custom`",
    r"\bwhoever\b": "name the person or the program",
    r"\b(slip|wishes)\b": "say `provenance`, `options`",
    r"\bfilms?\b": "say `video`",
    r"\bdances? (is|are|was|were) made of\b": "name the operation",
    r"\bthereof\b|\bwherein\b|\bwhereof\b": "say it plainly",
}
_COMPILED = {re.compile(pattern, re.IGNORECASE): advice for pattern, advice in _PHRASES.items()}
_DOCUMENTS = ("*.md", "docs/**/*.md", "deploy/**/*.yaml", "deploy/Dockerfile", "proto/eightcount/**/*.proto", "Makefile")
_CODE_SPAN = re.compile(r"`[^`\n]*`")

ALLOWED: dict[str, frozenset[str]] = {}
"""Path of a file to the matched words that are right there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage to be rewritten.

    Attributes:
        path: of the file, relative to the repository.
        line: where the text begins; counted from 1.
        words: that were matched.
        advice: for the author.
    """

    path: Path
    line: int
    words: str
    advice: str

    def __str__(self) -> str:
        """The finding as compilers print theirs."""
        return f"{self.path}:{self.line}: {self.words!r}: {self.advice}"


def odd_phrases(text: str) -> list[tuple[str, str]]:
    """Matched words and advice for every phrase in the text that the lint knows."""
    plain = _CODE_SPAN.sub("``", text)
    return [(match[0], advice) for pattern, advice in _COMPILED.items() for match in pattern.finditer(plain)]


def opens_without_subject(docstring: str) -> bool:
    """Whether a docstring opens with a question word or `Of`."""
    return bool(_OPENING.match(docstring))


def findings() -> list[Finding]:
    """Everything that the lint finds in the repository and that is not allowed explicitly."""
    found = [*_findings_in_code(), *_findings_in_documents()]
    return [finding for finding in found if finding.words not in ALLOWED.get(finding.path.as_posix(), frozenset())]


def _findings_in_code() -> Iterator[Finding]:
    for path in python_files():
        relative = path.relative_to(ROOT)
        source = path.read_text()
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                for words, advice in odd_phrases(node.value):
                    yield Finding(relative, node.lineno, words, advice)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                docstring = ast.get_docstring(node)
                if docstring and opens_without_subject(docstring):
                    line = node.body[0].lineno
                    yield Finding(relative, line, docstring.splitlines()[0], "begin with a subject or a verb")
        for number, comment in _comments(source):
            for words, advice in odd_phrases(comment):
                yield Finding(relative, number, words, advice)


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.splitlines(), start=1):
        _, mark, comment = line.partition("# ")
        if mark and '"' not in comment:
            yield number, comment


def _findings_in_documents() -> Iterator[Finding]:
    for path in sorted({path for pattern in _DOCUMENTS for path in ROOT.glob(pattern)}):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            for words, advice in odd_phrases(line):
                yield Finding(path.relative_to(ROOT), number, words, advice)


def main() -> int:
    """Print the findings; the exit status says whether there are any."""
    found = findings()
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
