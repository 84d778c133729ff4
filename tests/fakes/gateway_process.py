"""The gateway as a separate process, with fake services."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.fakes.contract import check_answer

_ROOT = Path(__file__).parents[2]
_CODE = ("proto/gen", "services/common", "gateway")
_ENDED = {"succeeded", "failed", "cancelled"}


class GatewayProcess:
    """A running gateway and a client for it."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        path = os.pathsep.join(str(_ROOT / part) for part in _CODE)
        everything = os.environ | {"PYTHONPATH": path, "EIGHTCOUNT_GATEWAY_PORT": "0"} | environment
        with log.open("ab") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "eightcount_gateway"], env=everything, stdout=subprocess.PIPE, stderr=stderr
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the gateway did not start: {log.read_text()[-3000:]}"
        self.url = f"http://127.0.0.1:{json.loads(line)['port']}"
        self.client = httpx.Client(base_url=self.url, timeout=30, event_hooks={"response": [check_answer]})

    def upload(self, data: bytes, name: str = "dance.mp4") -> str:
        """Upload a video and return its id."""
        response = self.client.post("/v1/videos", files={"file": (name, data)})
        assert response.status_code == 201, response.text
        return response.json()["id"]

    def compare(self, reference: str, take: str, **options: Any) -> str:
        """Start a comparison and return its id."""
        body = {"reference_video_id": reference, "take_video_id": take, **options}
        response = self.client.post("/v1/comparisons", json=body)
        assert response.status_code == 202, response.text
        return response.json()["id"]

    def job(self, job_id: str, kind: str = "comparisons") -> dict[str, Any]:
        """Return the present state of the job."""
        return self.client.get(f"/v1/{kind}/{job_id}").json()

    def finished(self, job_id: str, kind: str = "comparisons", seconds: float = 180) -> dict[str, Any]:
        """Wait for the end of the job and return it."""
        return wait_until(lambda: job if (job := self.job(job_id, kind))["status"] in _ENDED else None, seconds)

    def cancel(self, job_id: str, kind: str = "comparisons") -> None:
        """Cancel a job."""
        response = self.client.post(f"/v1/{kind}/{job_id}/cancel")
        assert response.status_code == 202, response.text

    def kill(self) -> None:
        """Send SIGKILL."""
        self.process.kill()
        self._close()

    def stop(self) -> int:
        """Send SIGTERM and return the exit code."""
        self.process.terminate()
        return self._close()

    def _close(self) -> int:
        self.client.close()
        code = self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def wait_until(condition: Any, seconds: float = 120) -> Any:
    """Return the first true value of the condition."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


@contextmanager
def running_gateway(environment: Mapping[str, str], folder: Path) -> Iterator[GatewayProcess]:
    """Run a gateway until the context ends; `kill` may be called before."""
    gateway = GatewayProcess(environment, folder / "gateway.log")
    try:
        yield gateway
    finally:
        if gateway.process.poll() is None:
            gateway.stop()


def gateway_environment(folder: Path, targets: Mapping[str, str], **settings: str) -> dict[str, str]:
    """Return the settings of a gateway over a folder store below `folder` and SQLite."""
    return {
        "EIGHTCOUNT_STORE_FOLDER": str(folder / "objects"),
        "EIGHTCOUNT_GATEWAY_DATABASE_URL": f"sqlite:///{folder / 'jobs.sqlite'}",
        "EIGHTCOUNT_GATEWAY_EXECUTOR_ID": "gateway-1",
        **{f"EIGHTCOUNT_GATEWAY_{name.upper()}_TARGET": target for name, target in targets.items()},
        **{f"EIGHTCOUNT_GATEWAY_{name.upper()}": value for name, value in settings.items()},
    }
