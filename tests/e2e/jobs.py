"""Jobs that tests start over the API, for the pages to show."""

from __future__ import annotations

import uuid
from typing import Any

from tests.fakes.gateway_process import GatewayProcess


def new_content(size_bytes: int = 1600) -> bytes:
    """Content that no other test uploads."""
    return uuid.uuid4().bytes * (size_bytes // 16)


def start_comparison(gateway: GatewayProcess, reference: str, take: str, **options: Any) -> str:
    """Id of a comparison of two new videos with these file names."""
    return gateway.compare(gateway.upload(new_content(), reference), gateway.upload(new_content(), take), **options)


def make_comparison(gateway: GatewayProcess, reference: str = "teacher.mp4", take: str = "monday.mp4") -> str:
    """Id of a comparison that has a report."""
    comparison = start_comparison(gateway, reference, take)
    assert gateway.finished(comparison)["status"] == "succeeded"
    return comparison


def start_classification(gateway: GatewayProcess, **request: Any) -> str:
    """Id of a classification."""
    response = gateway.client.post("/v1/classifications", json=request)
    assert response.status_code == 202, response.text
    return str(response.json()["id"])


def make_classification(gateway: GatewayProcess, **request: Any) -> str:
    """Id of a classification that has a result."""
    classification = start_classification(gateway, **request)
    assert gateway.finished(classification, "classifications")["status"] == "succeeded"
    return classification


def make_dance(gateway: GatewayProcess, song: str, **options: Any) -> str:
    """Id of a dance that is done."""
    response = gateway.client.post("/v1/dances", json={"music_id": song, **options})
    assert response.status_code == 202, response.text
    dance = str(response.json()["id"])
    assert gateway.finished(dance, "dances")["status"] == "succeeded"
    return dance
