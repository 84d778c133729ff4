"""Inputs with known truths: a file, what is right about it, and how the answer of the product is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from eightcount_client.errors import EightcountError
from tests.benchmarks.inputs.product import Product

Verdict = Literal["right", "refused", "wrong", "silent", "internal"]


class WrongAnswerError(AssertionError):
    """The product answered, and the answer is not the truth."""


class SilentLossError(AssertionError):
    """Something of the input was left out and no warning names it."""


@dataclass(frozen=True, slots=True)
class InputCase:
    """One input and its truth.

    Attributes:
        name: unique in its family.
        make: writes the input into an empty folder and returns what `judge` gets.
        judge: asks the product, and raises `WrongAnswerError` or `SilentLossError` where the answer is not right;
            an `EightcountError` that it lets through is a refusal.
        refusals: reasons with which the product may refuse this input; empty when it has no excuse.
        readable: whether the input has a right answer; a refusal of a readable input is allowed, but is not right.
    """

    name: str
    make: Callable[[Path], Path]
    judge: Callable[[Product, Path], None]
    refusals: frozenset[str] = frozenset()
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Family:
    """Inputs of one kind.

    Attributes:
        name: for the table, for example "pixel aspect ratio".
        cases: makes the list; it must not need files.
    """

    name: str
    cases: Callable[[], Sequence[InputCase]]


@dataclass(frozen=True, slots=True)
class SharedCase:
    """A row of the shared cases (`cases/README.tsv`).

    Attributes:
        files: names as the first column of the table gives them.
        judge: asks the product about files in the folder; raises `WrongAnswerError` when the answer is not right, and
            returns what was found, for the table.
    """

    files: str
    judge: Callable[[Product, Path], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input; `detail` says why it is not right."""

    family: str
    case: str
    readable: bool
    verdict: Verdict
    detail: str = ""


@dataclass(slots=True)
class Tally:
    """Numbers of outcomes of one family."""

    family: str
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, *verdicts: Verdict) -> int:
        """Return the number of inputs with one of these verdicts."""
        return sum(outcome.verdict in verdicts for outcome in self.outcomes)


def run_case(family: str, case: InputCase, product: Product, folder: Path) -> Outcome:
    """Make one input in the empty `folder`, ask the product and judge its answer."""
    verdict, detail = _judge(case, product, case.make(folder))
    return Outcome(family, case.name, case.readable, verdict, detail)


def _judge(case: InputCase, product: Product, made: Path) -> tuple[Verdict, str]:
    try:
        case.judge(product, made)
    except SilentLossError as error:
        return "silent", str(error)
    except WrongAnswerError as error:
        return "wrong", str(error)
    except EightcountError as error:
        return _judge_refusal(case, error)
    if not case.readable:
        return "wrong", "it was accepted, and has no right answer"
    return "right", ""


def _judge_refusal(case: InputCase, error: EightcountError) -> tuple[Verdict, str]:
    said = f"{error.reason}: {error}"
    if error.reason in {"INTERNAL", "DEADLINE_EXCEEDED"} or error.reason.endswith("_UNAVAILABLE"):
        return "internal", said
    return ("refused", said) if error.reason in case.refusals else ("wrong", f"refused with {said}")


def expect(condition: bool, message: str) -> None:
    """Raise WrongAnswerError with the message unless the condition holds."""
    if not condition:
        raise WrongAnswerError(message)


def expect_warning(reasons: Iterable[str], reason: str) -> None:
    """Raise SilentLossError unless a warning with this reason was given."""
    given = sorted(set(reasons))
    if reason not in given:
        raise SilentLossError(f"no warning {reason}; given: {', '.join(given) or 'none'}")
