"""Routers for the artifacts of a kind of job."""

from __future__ import annotations

from fastapi import APIRouter

from eightcount_gateway.http.contract_route import ContractRoute


def artifact_router() -> APIRouter:
    """Return a router whose paths lie below the URLs of a kind's jobs."""
    return APIRouter(route_class=ContractRoute)
