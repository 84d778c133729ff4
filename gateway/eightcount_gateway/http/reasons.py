"""The one catalogue of reasons: which machine-readable words an answer can hold, and what each means.

`python -m eightcount_gateway.http.reasons --out docs/reasons.md` renders it as a page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eightcount_gateway.http.reason_catalogue import JOB_ERRORS, LIVE_ERRORS, LOCAL_ERRORS, PROBLEMS, WARNINGS


@dataclass(frozen=True, slots=True)
class Reason:
    """A machine-readable word for one state.

    Attributes:
        name: upper snake case, stable across versions.
        meaning: what is the case, in a sentence.
        action: what to do about it, in a sentence; empty when there is nothing to do.
    """

    name: str
    meaning: str
    action: str


@dataclass(frozen=True, slots=True)
class ProblemReason(Reason):
    """A reason that a problem can have.

    Attributes:
        status: HTTP status of every problem with this reason.
    """

    status: int


PROBLEM_REASONS: dict[str, ProblemReason] = {
    name: ProblemReason(name, meaning, action, status) for status, name, meaning, action in PROBLEMS
}
"""Reasons that a problem can have, by name."""
REASONS: dict[str, Reason] = {
    **PROBLEM_REASONS,
    **{row[0]: Reason(*row) for row in (*JOB_ERRORS, *LIVE_ERRORS, *WARNINGS, *LOCAL_ERRORS)},
}
"""Every reason, by name."""


def problem_reason(name: str) -> ProblemReason:
    """Return the reason of that name.

    Raises:
        LookupError: the catalogue has no problem of that name.
    """
    try:
        return PROBLEM_REASONS[name]
    except KeyError:
        raise LookupError(f"{name} is required in the catalogue of reasons (http/reason_catalogue.py)") from None


def render_page() -> str:
    """Return the catalogue as Markdown."""
    return "\n".join(_page_lines()) + "\n"


def _page_lines() -> Iterator[str]:
    yield "# Reasons"
    yield ""
    yield "Every error, warning and rejection carries a machine-readable `reason` that stays the same across versions."
    yield "Written by `python -m eightcount_gateway.http.reasons --out docs/reasons.md`; a test holds it up to date."
    yield ""
    yield "## Problems"
    yield ""
    yield "A request that fails is answered with problem details (RFC 9457, `application/problem+json`)."
    yield "The `error` of a failed job has one of these reasons, too."
    yield ""
    yield "| status | reason | meaning | what to do |"
    yield "|---|---|---|---|"
    for reason in PROBLEM_REASONS.values():
        yield f"| {reason.status} | `{reason.name}` | {reason.meaning} | {reason.action} |"
    for title, rows in (
        ("Errors of jobs and rejected recordings", JOB_ERRORS),
        ("Errors of live sessions", LIVE_ERRORS),
        ("Warnings and findings", WARNINGS),
        ("Errors of the commands on this machine", LOCAL_ERRORS),
    ):
        yield ""
        yield f"## {title}"
        yield ""
        yield "| reason | meaning | what to do |"
        yield "|---|---|---|"
        for name, meaning, action in rows:
            yield f"| `{name}` | {meaning} | {action} |"


def main() -> int:
    """Write the page to a file or to standard output."""
    parser = argparse.ArgumentParser(description="Render the catalogue of reasons as Markdown.")
    parser.add_argument("--out", type=Path, help="file to write; standard output by default")
    out: Path | None = parser.parse_args().out
    if out is None:
        sys.stdout.write(render_page())
    else:
        out.write_text(render_page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
