"""The HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from eightcount_common.settings import StoreSettings
from eightcount_gateway.gateway import running
from eightcount_gateway.http import problems
from eightcount_gateway.http.body_limits import BodyLimits
from eightcount_gateway.http.middleware import GatewayMiddleware
from eightcount_gateway.http.routes import alignments, operations
from eightcount_gateway.http.routes.docs import add_docs
from eightcount_gateway.kinds.classification import routes as classifications
from eightcount_gateway.kinds.comparison import routes as comparisons
from eightcount_gateway.kinds.dance import routes as dances
from eightcount_gateway.kinds.dance import stage_routes as dance_stage
from eightcount_gateway.kinds.dance_training import routes as dance_trainings
from eightcount_gateway.kinds.extraction import routes as extractions
from eightcount_gateway.kinds.style_addition import routes as style_additions
from eightcount_gateway.kinds.style_training import routes as style_trainings
from eightcount_gateway.library.routes import dance_models, motions, skeletons, style_models, styles, videos
from eightcount_gateway.settings import GatewaySettings
from eightcount_gateway.web import add_pages

_DESCRIPTION = """\
Upload two videos, compare them, follow the progress, read what to change.

Errors are problem details (RFC 9457) with a machine-readable `reason`.
"""
_TAGS = [
    {"name": "videos", "description": "Recordings: upload once, use often."},
    {"name": "motions", "description": "Motions from files."},
    {"name": "comparisons", "description": "A take against a reference: jobs that survive a restart."},
    {"name": "classifications", "description": "What dance is this, and how sure."},
    {"name": "styles", "description": "Models of styles, and styles of your own."},
    {"name": "dances", "description": "Music in, a dance out."},
    {"name": "trainings", "description": "Models of one's own: of styles, and models that dance."},
    {"name": "extractions", "description": "The motion of one video."},
    {"name": "alignments", "description": "When two recordings start."},
    {"name": "operations", "description": "For probes and Prometheus."},
]


_ROUTES = (
    videos,
    motions,
    comparisons,
    classifications,
    style_models,
    styles,
    style_additions,
    style_trainings,
    dances,
    dance_stage,
    skeletons,
    dance_models,
    dance_trainings,
    extractions,
    alignments,
    operations,
)


def create_app(settings: GatewaySettings, store_settings: StoreSettings) -> FastAPI:
    """The application; its jobs run while it is started."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, store_settings) as gateway:
            app.state.gateway = gateway
            yield

    app = FastAPI(
        title="Eightcount",
        summary="Watches a dance and tells the dancer, count by count, what to change.",
        description=_DESCRIPTION,
        version="1",
        openapi_tags=_TAGS,
        lifespan=lifespan,
        redoc_url=None,
        docs_url=None,
    )
    problems.install(app)
    for module in _ROUTES:
        app.include_router(module.router)
    add_docs(app)
    add_pages(app, settings.three)
    app.add_middleware(BodyLimits)
    app.add_middleware(GatewayMiddleware, api_keys=settings.accepted_keys, hosts=settings.accepted_hosts)
    _trace(app, settings.otlp_endpoint)
    _drop_default_validation_answer(app)
    return app


def _trace(app: FastAPI, otlp_endpoint: str) -> None:
    if otlp_endpoint:
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

        FastAPIInstrumentor.instrument_app(app)


def _drop_default_validation_answer(app: FastAPI) -> None:
    """FastAPI documents a 422 of its own shape; ours is a 400 problem, documented on each route."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        schema = generate()
        for operations_of_path in schema["paths"].values():
            for operation in operations_of_path.values():
                answer = operation["responses"].get("422", {})
                if "HTTPValidationError" in str(answer):
                    del operation["responses"]["422"]
        for name in ("HTTPValidationError", "ValidationError"):
            schema["components"]["schemas"].pop(name, None)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
