from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

import eightcount_pose
from eightcount_pose.engines import ENGINES
from eightcount_pose.engines.base import CROP_SIDE, DETECTOR_SIDE
from eightcount_pose.engines.loader import EngineLoader
from eightcount_pose.models import DETECTOR, LANDMARKS, Variant
from eightcount_pose.settings import PoseSettings

PACKAGE = Path(eightcount_pose.__file__).parent
WITHOUT_NETWORK = """
import sys

attempts = []
sys.addaudithook(lambda event, arguments: attempts.append(event) if event in {
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request",
    "http.client.connect",
} else None)

import threading
import time
from pathlib import Path

from eightcount_pose.engines import ENGINES

networks = ENGINES[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), precision="f32", concurrency=1)
networks.create_engine()
deadline = time.monotonic() + 5
while time.monotonic() < deadline and any(one is not threading.main_thread() for one in threading.enumerate()):
    time.sleep(0.05)
assert "openvino_telemetry.main" not in sys.modules, "the telemetry was imported"
print(",".join(attempts))
"""


@pytest.fixture(params=ENGINES)
def engine(request, weights):
    settings = PoseSettings(weights=weights, engine=request.param, precision="f32", max_workers=1)
    return EngineLoader(settings).create_engine(Variant.LITE)


def test_every_engine_takes_batches_and_gives_the_shapes_of_the_protocol(engine):
    detected = engine.detect(np.zeros((2, DETECTOR_SIDE, DETECTOR_SIDE, 3), np.float32))
    assert (detected.boxes.shape, detected.logits.shape) == ((2, 2254, 12), (2, 2254))
    output = engine.regress(np.zeros((2, CROP_SIDE, CROP_SIDE, 3), np.float32))
    shapes = (output.landmarks.shape, output.presence.shape, output.heatmaps.shape, output.world.shape)
    assert shapes == ((2, 39, 5), (2,), (2, 64, 64, 39), (2, 39, 3))


def test_every_engine_refuses_inputs_of_another_size(engine):
    with pytest.raises(ValueError, match=re.escape("got (1, 64, 64, 3)")):
        engine.detect(np.zeros((1, 64, 64, 3), np.float32))


def test_every_engine_has_its_name_in_the_model_id(engine):
    assert engine.name == f"{next(name for name in ENGINES if engine.name.startswith(name))}-f32"


def test_every_engine_module_is_in_the_table():
    modules = {path.stem for path in (PACKAGE / "engines").glob("*.py")} - {"__init__", "base", "loader"}
    assert {load.__module__.rpartition(".")[2] for load in ENGINES.values()} == modules


def test_an_engine_that_is_not_in_the_table_is_refused():
    with pytest.raises(ValidationError, match=f"must be one of {', '.join(ENGINES)}; got 'abacus'"):
        PoseSettings(engine="abacus")


@pytest.mark.parametrize("name", ENGINES)
def test_loading_an_engine_attempts_no_connection(name, weights):
    files = [str(weights / file.name) for file in (DETECTOR, LANDMARKS[Variant.LITE])]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK, name, *files], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_one_module_alone_imports_openvino():
    imports = re.compile(r"^\s*(?:import|from)\s+openvino\b", re.MULTILINE)
    found = [path.name for path in PACKAGE.rglob("*.py") if imports.search(path.read_text())]
    assert found == ["openvino.py"]


def test_the_core_loads_no_transport_and_no_engine_library():
    code = "import sys, eightcount_pose.extraction, eightcount_pose.engines.loader; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"grpc", "google.protobuf", "eightcount", "minio", "openvino"} & set(done.stdout.split())
