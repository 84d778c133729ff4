"""Two processes train one network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from eightcount_common.training.checkpoint import count_epochs
from eightcount_common.training.distributed import TrainingWorker, start_worker

SCRIPT = """
import sys
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file

from eightcount_common.steps import run_steps
from eightcount_common.training.distributed import start_worker
from eightcount_common.training.loop import train_epochs
from tests.unit.common.training.tasks import RECIPE, Wheels

torch.set_num_threads(1)
out = Path(sys.argv[1])
with start_worker(device="cpu") as worker:
    for epochs in (2, 4):
        recipe = replace(RECIPE, stop_after=epochs, average=0.9)
        trained = run_steps(train_epochs(Wheels(held_out=64), recipe, seed=1, worker=worker, folder=out))
        assert trained.progress.epochs == epochs
        save_file(trained.network.state_dict(), out / f"{epochs}-{worker.rank}-of-{worker.world_size}.safetensors")
        (out / f"best-{worker.rank}").write_text(str(trained.progress.best_epoch))
"""


@pytest.mark.slow
@pytest.mark.timeout(900)  # several processes that each load torch: long on a busy machine
def test_two_processes_end_with_the_same_weights_and_go_on_after_a_stop(tmp_path: Path):
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", str(script)]
    done = subprocess.run(
        [*command, str(tmp_path)], env=environment, capture_output=True, text=True, timeout=800, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert count_epochs(tmp_path) == 4
    assert (tmp_path / "best-0").read_text() == (tmp_path / "best-1").read_text()
    for epochs in (2, 4):
        first, second = (load_file(tmp_path / f"{epochs}-{rank}-of-2.safetensors") for rank in range(2))
        assert first.keys() == second.keys()
        for name, value in first.items():
            torch.testing.assert_close(value, second[name], rtol=0, atol=0, msg=name)


def test_alone_a_process_leads_and_agrees_with_itself(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with start_worker(device="cpu") as worker:
        assert worker == TrainingWorker(torch.device("cpu"), 0, 1)
        assert worker.is_leader
        assert worker.broadcast_value(0.5) == 0.5
        network = torch.nn.Linear(2, 2)
        assert worker.wrap_network(network) is network
