"""The command that trains dance models on local files: resumed after a kill, and run by two processes at once."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from eightcount_common.importing.motion_file import write_motion_npz
from eightcount_common.training.checkpoint import count_epochs
from eightcount_generator.body.dance import Dance
from eightcount_generator.export.bvh import write_bvh
from eightcount_generator.model_file import ModelMetadata, read_metadata
from eightcount_generator.models.graph.model import read_graph
from eightcount_generator.train import main
from tests.unit.generator.pose_motions import as_pose_motion
from tests.unit.generator.synthetic_recordings import dance
from tests.unit.generator.trainable_family import TrainableFamily, copy_weights

SCRIPT = """
import os
import signal
import sys

import torch

from eightcount_generator.train import main
from tests.unit.generator.trainable_family import TrainableFamily, Poses

torch.set_num_threads(1)
deadly, batches = int(sys.argv[1]), 0


class Deadly(Poses):
    def loss(self, network, context):
        global batches
        batches += 1
        if batches == deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().loss(network, context)


sys.exit(main(sys.argv[2:], families={"learns": TrainableFamily(Deadly)}))
"""


@pytest.fixture(autouse=True, scope="module")
def single_threaded() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A style of BVH, a dance without one of poses, and a file that is broken."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "salsa").mkdir()
    write_moves(folder / "salsa/one.bvh", dance(20.0))
    write_moves(folder / "salsa/two.BVH", dance(20.0, seed=2))
    write_motion_npz(as_pose_motion(dance(20.0, seed=3)), folder / "free.npz")
    (folder / "broken.npz").write_bytes(b"no archive")
    (folder / "notes.txt").write_text("not a dance")
    return folder


def write_moves(path: Path, moves: Dance) -> None:
    with path.open("wb") as file:
        list(write_bvh([moves], file))


def command(data: Path, out: Path, *more: str) -> list[str]:
    return ["--data", str(data), "--name", "ours", "--out", str(out), "--device", "cpu", *more]


def metadata_of(out: Path) -> ModelMetadata:
    return read_metadata(io.BytesIO((out / "model.safetensors").read_bytes()))


def weights(out: Path) -> dict[str, torch.Tensor]:
    return copy_weights((out / "model.safetensors").read_bytes())


def run(folder: Path, arguments: list[str], *, deadly: int = 0, processes: int = 0) -> subprocess.CompletedProcess[str]:
    script = folder / "train.py"
    script.write_text(SCRIPT)
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"] if processes else []
    return subprocess.run(
        [sys.executable, *torchrun, str(script), str(deadly), *arguments], env=environment, capture_output=True,
        text=True, timeout=800, check=False,
    )  # fmt: skip


def test_a_graph_is_made_of_a_folder_and_learns_another(data: Path, tmp_path: Path, capsys):
    assert main(command(data, tmp_path / "out", "--family", "graph")) == 0
    assert "broken.npz" in capsys.readouterr().err
    metadata = metadata_of(tmp_path / "out")
    assert (metadata.name, metadata.family, metadata.styles) == ("ours", "graph", ("salsa",))
    assert (tmp_path / "out/card.md").read_text() == metadata.card
    assert "- broken.npz: " in metadata.card
    graph = read_graph((tmp_path / "out/model.safetensors").read_bytes())
    assert graph.names == ("free.npz", "salsa/one.bvh", "salsa/two.BVH")

    more = tmp_path / "more"
    more.mkdir()
    write_moves(more / "three.bvh", dance(20.0, seed=4))
    (more / "manifest.csv").write_text("path,performer\nthree.bvh,Ann\n")
    base = str(tmp_path / "out/model.safetensors")
    assert main(command(more, tmp_path / "tuned", "--base", base)) == 0
    tuned = read_graph((tmp_path / "tuned/model.safetensors").read_bytes())
    assert tuned.names == (*graph.names, "three.bvh")
    assert f"from the model `ours` (version {metadata.version})" in metadata_of(tmp_path / "tuned").card


def test_a_dance_from_bvh_keeps_its_way_over_the_floor(tmp_path: Path):
    walking = dance(20.0)
    walking.root[:, 0] += np.linspace(0, 3, len(walking), dtype=np.float32)
    (tmp_path / "data").mkdir()
    write_moves(tmp_path / "data/one.bvh", walking)
    write_moves(tmp_path / "data/two.bvh", dance(20.0, seed=2))
    assert main(command(tmp_path / "data", tmp_path / "out", "--family", "graph")) == 0
    graph = read_graph((tmp_path / "out/model.safetensors").read_bytes())
    assert np.ptp(graph.root[: graph.first[1], 0]) > 2


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ([], "UNKNOWN_FAMILY"), (["--family", "graph", "--epochs", "3"], "NO_EPOCHS"),
        (["--base", "nowhere.safetensors"], "UNREADABLE_FILE"), (["--family", "graph", "--data", "/nowhere"],
        "NO_RECORDINGS"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(data: Path, tmp_path: Path, capsys, more, reason):
    assert main(command(data, tmp_path / "out", *more)) == 1
    assert f"{reason}: " in capsys.readouterr().err
    assert not (tmp_path / "out/model.safetensors").exists()


def test_a_model_of_another_family_is_no_beginning(data: Path, tmp_path: Path, capsys):
    families = {"graph": TrainableFamily(), "learns": TrainableFamily()}
    assert main(command(data, tmp_path / "out", "--family", "learns", "--epochs", "1"), families=families) == 0
    base = str(tmp_path / "out/model.safetensors")
    more = command(data, tmp_path / "tuned", "--family", "graph", "--base", base)
    assert main(more, families=families) == 1
    assert "FAMILY_DIFFERS" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(900)  # several processes that each load torch: long on a busy machine
def test_a_training_that_was_killed_ends_with_the_weights_of_one_that_was_not(data: Path, tmp_path: Path):
    families = {"learns": TrainableFamily()}
    arguments = ["--family", "learns", "--seed", "3"]
    assert main(command(data, tmp_path / "whole", *arguments), families=families) == 0
    killed = run(tmp_path, command(data, tmp_path / "killed", *arguments), deadly=8)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert count_epochs(tmp_path / "killed") == 2
    assert not (tmp_path / "killed/model.safetensors").exists()
    assert main(command(data, tmp_path / "killed", *arguments), families=families) == 0
    whole, again = weights(tmp_path / "whole"), weights(tmp_path / "killed")
    for name, value in whole.items():
        torch.testing.assert_close(again[name], value, rtol=0, atol=0, msg=name)
    assert metadata_of(tmp_path / "whole").version == metadata_of(tmp_path / "killed").version


@pytest.mark.slow
@pytest.mark.timeout(900)  # several processes that each load torch: long on a busy machine
def test_two_processes_train_one_model(data: Path, tmp_path: Path):
    done = run(tmp_path, command(data, tmp_path / "out", "--family", "learns"), processes=2)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr.count("not used: broken.npz") == 1
    assert count_epochs(tmp_path / "out") == 4
    assert metadata_of(tmp_path / "out").family == "learns"
    assert all(torch.isfinite(value).all() for value in weights(tmp_path / "out").values())
