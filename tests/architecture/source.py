"""The product's own Python source, parsed: every function, with its file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("proto", "services", "gateway", "deploy")
_GENERATED = ROOT / "proto" / "gen"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class SourceFunction:
    """A function or method of the product.

    Attributes:
        path: of its file, relative to the repository.
        node: its syntax tree.
    """

    path: Path
    node: Function

    @property
    def decorators(self) -> list[str]:
        """The decorators as source text."""
        return [ast.unparse(decorator) for decorator in self.node.decorator_list]

    @property
    def lines(self) -> int:
        """Lines from the first of the signature to the last of the body, decorators aside."""
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1

    @property
    def annotated(self) -> bool:
        """Whether the result and every argument but `self` and `cls` are annotated."""
        arguments = [*self.node.args.posonlyargs, *self.node.args.args, *self.node.args.kwonlyargs]
        named = [argument for argument in arguments if argument.arg not in {"self", "cls"}]
        has_result = self.node.returns is not None or self.node.name == "__init__"
        return has_result and all(argument.annotation is not None for argument in named)


def python_files() -> Iterator[Path]:
    """The product's Python files; no tests and nothing generated."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if _GENERATED not in path.parents:
                yield path


def functions() -> Iterator[SourceFunction]:
    """Every function and method of the product, nested ones included."""
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function):
                yield SourceFunction(path.relative_to(ROOT), node)
