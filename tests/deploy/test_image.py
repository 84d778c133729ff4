"""The image recipe: one for every service, without root, without build tools, without secrets."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from deploy.third_party import third_party
from tests.deploy.settings import SERVICES
from tests.deploy.tools import DEPLOY, ROOT, binary, run

RECIPE = (DEPLOY / "Dockerfile").read_text()
_STAGE = re.compile(r"^FROM \S+(?: AS (?P<name>\S+))?\n(?P<body>.*?)(?=^FROM |\Z)", re.MULTILINE | re.DOTALL)
STAGES = {match["name"] or "last": match["body"] for match in _STAGE.finditer(RECIPE)}


def test_the_linter_finds_nothing() -> None:
    run([binary("hadolint"), DEPLOY / "Dockerfile"])


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_its_entry_point(service: str) -> None:
    assert f'ENTRYPOINT ["python", "-m", "eightcount_{service}"]' in STAGES[f"image-{service}"]


def test_a_service_runs_as_a_numbered_user_who_is_not_root() -> None:
    assert "USER 10001:10001" in STAGES["runtime"]
    assert all("\nUSER" not in body for name, body in STAGES.items() if name != "runtime")


def test_what_runs_is_installed_elsewhere() -> None:
    bodies = [STAGES["runtime"], STAGES["last"], *(STAGES[f"image-{service}"] for service in SERVICES)]
    assert not any(re.search(r"^RUN ", body, re.MULTILINE) for body in bodies)


def test_installed_packages_are_pinned() -> None:
    lines = RECIPE.replace("\\\n", " ").splitlines()
    installs = [line for line in lines if re.search(r"pip (--python \S+ )?install ", line)]
    assert len(installs) == 3
    assert all("--constraint" in command or "--no-index --no-deps" in command for command in installs)


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_what_its_service_asks_for_and_no_more(service: str) -> None:
    own = ROOT / ("gateway" if service == "gateway" else f"services/{service}")
    found = third_party([ROOT / "proto", ROOT / "services" / "common", own])
    names = {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in found}
    assert {"grpcio", "protobuf", "minio"} <= names
    assert not any(name.startswith("eightcount") for name in names)
    assert ("openvino" in names) == (service == "pose")
    assert ("librosa" in names) == (service == "sync")
    assert ("fastapi" in names) == (service == "gateway")
    assert ("torch" in names) == (service in ("classifier", "generator"))
    asks_for_media = re.search(r"eightcount-common\[(media|video)", (own / "pyproject.toml").read_text())
    assert ("av" in names) == (asks_for_media is not None), "an extra that the service asks of eightcount-common"


def test_an_image_can_hold_an_extra_of_its_service() -> None:
    command = [
        sys.executable,
        str(ROOT / "deploy" / "third_party.py"),
        "services/common",
        "services/classifier[frames]",
    ]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    assert {"keras", "h5py", "av", "opencv-python-headless"} <= {requirement.split(">=")[0] for requirement in found}


def test_the_build_sees_sources_only() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    copied = {part for line in re.findall(r"^COPY (?!--from)(.*)$", RECIPE, re.MULTILINE) for part in line.split()[:-1]}
    assert {f"!{path}" for path in copied} == {rule for rule in rules if rule.startswith("!")}
