"""Who imports whom, and which rules have exemptions."""

from __future__ import annotations

import configparser
from graphlib import CycleError, TopologicalSorter

import grimp

from tests.architecture.source import ROOT

PACKAGES = ("common", "pose", "sync", "scoring", "classifier", "generator", "gateway", "client")


def import_circles() -> list[list[str]]:
    """For each package the first circle of imports, if there is one."""
    circles = []
    for package in PACKAGES:
        graph = grimp.build_graph(f"eightcount_{package}")
        edges = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
        try:
            TopologicalSorter(edges).prepare()
        except CycleError as error:
            circles.append(list(error.args[1]))
    return circles


def exemptions() -> list[str]:
    """The lines of `.importlinter` that exempt a module from a rule."""
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter")
    return [
        line.strip()
        for section in rules.sections()
        for line in rules[section].get("ignore_imports", "").splitlines()
        if line.strip()
    ]


def loose_modules() -> list[str]:
    """Modules at the root of the gateway's package, dunder files apart."""
    return sorted(
        path.name for path in (ROOT / "gateway" / "eightcount_gateway").glob("*.py") if not path.stem.startswith("__")
    )
