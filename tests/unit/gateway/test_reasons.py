"""The catalogue of reasons against the code that raises them."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from eightcount_common import errors
from eightcount_gateway.http import errors as http_errors
from eightcount_gateway.http.contract import problems
from eightcount_gateway.http.problems import STATUS_OF_ERROR
from eightcount_gateway.http.reason_catalogue import (
    JOB_ERRORS,
    KIND_NAMES,
    LIVE_ERRORS,
    LOCAL_ERRORS,
    PROBLEMS,
    WARNINGS,
)
from eightcount_gateway.http.reasons import PROBLEM_REASONS, REASONS, render_page

ROOT = Path(__file__).parents[3]
PRODUCT = [*(ROOT / "services").rglob("*.py"), *(ROOT / "gateway" / "eightcount_gateway").rglob("*.py")]
STATUSES = {kind.__name__: status.value for kind, status in STATUS_OF_ERROR.items()}


def reasons_of(path: Path) -> Iterator[tuple[str, str, str]]:
    """Class or function, reason and place of every `reason="X"` in a module; constants of the module are followed."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for keyword in node.keywords:
            if keyword.arg == "reason":
                for name in values_of(keyword.value, constants):
                    yield called, name, f"{path.relative_to(ROOT)}:{node.lineno}"


def values_of(node: ast.expr, constants: dict[str, object]) -> Iterator[str]:
    """The words that an expression can be, as far as it says."""
    if isinstance(node, ast.IfExp):
        yield from (*values_of(node.body, constants), *values_of(node.orelse, constants))
    value = constants.get(node.id) if isinstance(node, ast.Name) else getattr(node, "value", None)
    if isinstance(value, str) and value:
        yield value


FOUND = [found for path in PRODUCT for found in reasons_of(path)]


def test_every_reason_of_the_product_is_in_the_catalogue():
    assert len(FOUND) > 150
    missing = defaultdict(list)
    for _, name, place in FOUND:
        if name not in REASONS:
            missing[name].append(place)
    assert not missing


def test_a_reason_is_raised_with_the_status_of_the_catalogue():
    wrong = [
        f"{place}: {called} is {STATUSES[called]}, {name} is {PROBLEM_REASONS[name].status}"
        for called, name, place in FOUND
        if called in STATUSES and name in PROBLEM_REASONS and STATUSES[called] != PROBLEM_REASONS[name].status
    ]
    assert not wrong


def test_every_error_class_has_a_reason_of_its_own_status():
    for kind, status in STATUS_OF_ERROR.items():
        assert PROBLEM_REASONS[kind.default_reason].status == status, kind


def test_every_class_of_errors_has_a_status():
    for module in (errors, http_errors):
        kinds = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
        raised = {kind for kind in kinds if issubclass(kind, errors.EightcountError)} - {errors.EightcountError}
        assert raised <= set(STATUS_OF_ERROR)


def test_no_reason_is_in_the_catalogue_twice():
    names = [row[1] for row in PROBLEMS] + [row[0] for row in (*JOB_ERRORS, *LIVE_ERRORS, *WARNINGS, *LOCAL_ERRORS)]
    assert sorted(names) == sorted(set(names))


def test_the_catalogue_has_no_reason_that_nothing_gives():
    files = [path for path in PRODUCT if path.name != "reason_catalogue.py"]
    files += [*(ROOT / "gateway" / "client").rglob("*.py")]
    words = {word for path in files for word in re.findall(r"[A-Z][A-Z0-9_]+", path.read_text(encoding="utf-8"))}
    derived = {f"{service.upper()}_UNAVAILABLE" for service in ("pose", "sync", "scoring", "classifier", "generator")}
    derived |= {f"{name.upper()}_NOT_FOUND" for name in KIND_NAMES}
    assert sorted(set(REASONS) - words - derived) == []


def test_every_reason_has_a_sentence():
    for reason in REASONS.values():
        assert reason.meaning.endswith("."), reason
        assert not reason.action or reason.action.endswith("."), reason


def test_the_page_of_reasons_is_up_to_date():
    page = (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8")
    assert page == render_page(), "run: python -m eightcount_gateway.http.reasons --out docs/reasons.md"


def test_a_route_cannot_declare_a_reason_that_the_catalogue_does_not_have():
    with pytest.raises(LookupError, match="NEW_REASON"):
        problems("NEW_REASON")
