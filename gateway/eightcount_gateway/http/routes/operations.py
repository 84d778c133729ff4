"""For probes and Prometheus."""

from __future__ import annotations

import asyncio
import logging

from fastapi import Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from eightcount_common.errors import EightcountError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf

router = contract_router("", "operations")
_log = logging.getLogger(__name__)
_PROBE_KEY = "readiness/probe"


class Readiness(BaseModel):
    """`ok`, or what is wrong, of each part."""

    ready: bool
    parts: dict[str, str] = Field(
        examples=[
            {
                "pose": "ok",
                "sync": "ok",
                "scoring": "ok",
                "classifier": "ok",
                "generator": "ok",
                "store": "ok",
                "database": "ok",
            }
        ]
    )


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"model": Readiness, "description": "a part does not work"}})
async def readyz(gateway: GatewayOf) -> Readiness:
    """Every backend, the store and the database answer."""
    backends, store, database = await asyncio.gather(gateway.backends.health(), _store(gateway), _database(gateway))
    parts = backends | {"store": store, "database": database}
    readiness = Readiness(ready=all(state == "ok" for state in parts.values()), parts=parts)
    return readiness if readiness.ready else JSONResponse(readiness.model_dump(), 503)  # type: ignore[return-value]


@router.get("/metrics", response_class=Response)
async def metrics() -> Response:
    """Prometheus text format."""
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
