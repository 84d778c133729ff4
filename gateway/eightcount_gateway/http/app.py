"""The HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import Scope

from eightcount_common.settings import StoreSettings
from eightcount_gateway.gateway import open_gateway
from eightcount_gateway.http import openapi_document, problems
from eightcount_gateway.http.access import Access
from eightcount_gateway.http.head import HeadAsGet
from eightcount_gateway.http.middleware import GatewayMiddleware
from eightcount_gateway.http.routes import alignments, operations
from eightcount_gateway.http.routes.docs import add_docs
from eightcount_gateway.jobs.kind import JobKind
from eightcount_gateway.kinds.catalogue import KINDS
from eightcount_gateway.kinds.lifecycle import job_router
from eightcount_gateway.lan import routes as devices
from eightcount_gateway.lan.access import NetworkAccess, is_from_network
from eightcount_gateway.lan.network import Network
from eightcount_gateway.library.routes import dance_models, motions, skeletons, style_models, styles, videos
from eightcount_gateway.live import route as live
from eightcount_gateway.settings import GatewaySettings
from eightcount_gateway.web import add_pages

_DESCRIPTION = """\
Upload two videos, compare them, follow the progress, and read what to change.

Work that takes time is a job: `POST` answers 202 with its `Location`, `GET` reads it, `GET .../events` follows it,
`POST .../cancel` stops it, and `DELETE` removes it with everything that was made of it. Lists are newest first; the
`next_cursor` of a page is the `cursor` of the next. Unknown query parameters are refused. A creating `POST` with an
`Idempotency-Key` can be repeated safely.

Errors are problem details (RFC 9457) with a machine-readable `reason` from one catalogue (docs/reasons.md).
"""
_RESOURCE_TAGS = {
    "videos": "Recordings: uploaded once, used often.",
    "motions": "Motions from files.",
    "skeletons": "Skeletons of characters that dances are written for.",
    "styles": "Style models, and the styles of the few-shot model.",
    "dance-models": "Dance models.",
}
_OTHER_TAGS = {
    "devices": "Phones and other devices in the same network.",
    "alignments": "The offset between two recordings.",
    "operations": "Health, readiness and metrics.",
}


_ROUTES = (
    videos,
    motions,
    style_models,
    styles,
    skeletons,
    dance_models,
    alignments,
    devices,
    operations,
)


def create_app(
    settings: GatewaySettings,
    store_settings: StoreSettings,
    kinds: Sequence[JobKind] = KINDS,
    *,
    network: Network | None = None,
) -> FastAPI:
    """Return the application; its jobs run while it is started, and devices find it in `network` if there is one."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_gateway(settings, store_settings, kinds, network=network) as gateway:
            app.state.gateway = gateway
            yield

    app = FastAPI(
        title="Eightcount",
        summary="Compares dance videos count by count, classifies dance styles, and generates dances to music.",
        description=_DESCRIPTION,
        version="1",
        openapi_tags=_describe_tags(kinds),
        lifespan=lifespan,
        redoc_url=None,
        docs_url=None,
    )
    problems.install(app)
    for module in _ROUTES:
        app.include_router(module.router)
    for kind in kinds:
        app.include_router(job_router(kind))
    app.include_router(live.router)
    add_docs(app)
    add_pages(app, three_folder=settings.three, pose_folder=settings.browser_pose, sample_folder=settings.sample)
    app.add_middleware(HeadAsGet)
    app.add_middleware(GatewayMiddleware, access_of=_access(settings, network))
    _trace(app, settings.otlp_endpoint)
    openapi_document.install(app)
    return app


def _access(settings: GatewaySettings, network: Network | None) -> Callable[[Scope], Access]:
    """Return the checks for a request by the listener on which it came."""
    keys = settings.accepted_keys
    own = Access(hosts=settings.accepted_hosts, api_keys=keys)
    hosts = network.hosts if network else frozenset()
    foreign = NetworkAccess(hosts=hosts, api_keys=keys, devices=lambda scope: scope["app"].state.gateway.devices)
    return lambda scope: foreign if is_from_network(scope) else own


def _describe_tags(kinds: Sequence[JobKind]) -> list[dict[str, str]]:
    """Return the headings of the API's documentation with their descriptions."""
    descriptions = dict(_RESOURCE_TAGS)
    for kind in kinds:
        before = descriptions.get(kind.tag, "")
        descriptions[kind.tag] = f"{before} Jobs that {kind.purpose}.".lstrip()
    return [{"name": name, "description": text} for name, text in (descriptions | _OTHER_TAGS).items()]


def _trace(app: FastAPI, otlp_endpoint: str) -> None:
    if otlp_endpoint:
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

        FastAPIInstrumentor.instrument_app(app)
