"""Health, readiness and metrics: for probes and Prometheus."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Literal

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from eightcount_common.errors import EightcountError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http.contract import contract_router, problem_response
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.http.problems import MEDIA_TYPE, problem
from eightcount_gateway.http.schemas.base import PART_STATES

router = contract_router("", "operations")
_log = logging.getLogger(__name__)
_PROBE_KEY = "readiness/probe"
_NOT_READY = problem_response(["NOT_READY"]) | {
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ReadinessProblem"}}}
}


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """The state of every part: `ok`, or the reason why it cannot be used."""

    ready: bool
    parts: dict[str, str] = Field(examples=[PART_STATES])


@router.get("/healthz", operation_id="getHealth")
async def get_health() -> Health:
    """Return 200 as long as the process answers."""
    return Health()


@router.get("/readyz", operation_id="getReadiness", responses={503: _NOT_READY})
async def get_readiness(request: Request, gateway: GatewayOf) -> Readiness:
    """Return 200 when every service, the store and the database answer."""
    backends, store, database = await asyncio.gather(gateway.backends.health(), _store(gateway), _database(gateway))
    parts = backends | {"store": store, "database": database}
    failing = [name for name, state in parts.items() if state != "ok"]
    if not failing:
        return Readiness(ready=True, parts=parts)
    return problem(  # type: ignore[return-value]
        HTTPStatus.SERVICE_UNAVAILABLE, "NOT_READY", f"not ready: {', '.join(failing)}", instance=request.url.path,
        ready=False, parts=parts,
    )  # fmt: skip


@router.get(
    "/metrics",
    operation_id="getMetrics",
    response_class=Response,
    responses={200: {"description": "Metrics as text.", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def get_metrics() -> Response:
    """Return the metrics in Prometheus' text format."""
    return Response(await asyncio.to_thread(generate_latest), media_type=CONTENT_TYPE_LATEST)


async def _store(gateway: Gateway) -> str:
    try:
        await asyncio.to_thread(gateway.store.exists, _PROBE_KEY)
    except EightcountError as error:
        return error.reason
    return "ok"


async def _database(gateway: Gateway) -> str:
    try:
        await asyncio.to_thread(gateway.jobs.check)
    except Exception:  # noqa: BLE001 - whatever the driver raises, the database does not work
        _log.exception("the database does not answer")
        return "UNAVAILABLE"
    return "ok"
