"""The declarations of the distributions agree with the contents of their wheels."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROTO = ROOT / "proto"
PROJECTS = sorted(
    path for pattern in ("proto", "services/*", "gateway", "gateway/client")
    for path in ROOT.glob(f"{pattern}/pyproject.toml")
)  # fmt: skip
RUNTIME = re.compile(r"Domain\.PUBLIC,\s*(\d+),\s*(\d+),\s*(\d+)")
GRPC = re.compile(r"GRPC_GENERATED_VERSION = '([\d.]+)'")


def lower_bounds(project: Path) -> dict[str, str]:
    requirements = tomllib.loads(project.read_text())["project"].get("dependencies", ())
    found = (re.match(r"([a-z0-9-]+)(?:\[[a-z,]+\])?>=([\d.]+)", requirement) for requirement in requirements)
    return {match[1]: match[2] for match in found if match}


def as_numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def generated(pattern: str) -> str:
    return "\n".join(path.read_text() for path in (PROTO / "gen").rglob(pattern))


def test_the_lower_bounds_are_the_versions_that_the_generated_code_accepts():
    bounds = lower_bounds(PROTO / "pyproject.toml")
    assert {".".join(found) for found in RUNTIME.findall(generated("*_pb2.py"))} == {bounds["protobuf"]}
    assert set(GRPC.findall(generated("*_pb2_grpc.py"))) == {bounds["grpcio"]}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.parent.name)
def test_no_distribution_declares_less_than_the_generated_code_accepts(project):
    least = lower_bounds(PROTO / "pyproject.toml")
    for name, version in lower_bounds(project).items():
        if name == "protobuf" or name.startswith("grpcio"):
            assert as_numbers(version) >= as_numbers(least["protobuf" if name == "protobuf" else "grpcio"]), name


def test_the_generator_that_is_pinned_is_the_one_that_was_used():
    requires = tomllib.loads((PROTO / "pyproject.toml").read_text())["build-system"]["requires"]
    pinned = next(one for one in requires if one.startswith("grpcio-tools"))
    assert pinned in (ROOT / "constraints.txt").read_text().split()
    assert pinned.partition("==")[2] == lower_bounds(PROTO / "pyproject.toml")["grpcio"]


def test_every_proto_lies_beside_its_generated_modules():
    sources = {path.relative_to(PROTO) for path in (PROTO / "eightcount").rglob("*.proto")}
    assert sources == {path.relative_to(PROTO / "gen") for path in (PROTO / "gen").rglob("*.proto")}
    for source in sources:
        assert (PROTO / "gen" / source).read_bytes() == (PROTO / source).read_bytes()
        assert (PROTO / "gen" / source.with_name(f"{source.stem}_pb2.py")).is_file()


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.parent.name)
def test_every_distribution_contains_the_licence(project):
    assert (project.parent / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
