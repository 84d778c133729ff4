"""Jobs that a command has started."""

from __future__ import annotations

from typing import Any

from tests.fakes.gateway_process import GatewayProcess, wait_until


def jobs_of(gateway: GatewayProcess, collection: str) -> list[dict[str, Any]]:
    """Jobs of a kind, newest first."""
    answer = gateway.client.get(f"/v1/{collection}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def running_job(gateway: GatewayProcess, collection: str) -> dict[str, Any]:
    """The job that a command has just started, once it runs."""
    return wait_until(lambda: next((job for job in jobs_of(gateway, collection) if job["status"] == "running"), None))
