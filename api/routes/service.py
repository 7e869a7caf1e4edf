"""The service itself: what it holds, how it is, and its documentation."""

from __future__ import annotations

import logging
from importlib.resources import files

import orjson
from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import SQLAlchemyError

from api.errors import NotFound, NotReady
from api.queries.corpus import count_refused, find_corpus
from api.representations.records import service_out
from api.representations.shapes import HealthOut, ServiceOut
from api.routes.answers import answer
from api.routes.dependencies import SessionDep, UrlsDep
from api.routes.shaped import ShapedRoute
from api.store.engine import open_session

router = APIRouter(route_class=ShapedRoute)
log = logging.getLogger("opis")
UNCACHED = {"Cache-Control": "no-store"}
DOCS_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
DOCS_FILES = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
}
DOCS_START = b"""SwaggerUIBundle({
  url: "/v1/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
});
"""
DOCS_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Opis: the API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
"""


@router.get("/v1", tags=["service"], operation_id="getService", response_model=ServiceOut)
def read_service(request: Request, session: SessionDep, urls: UrlsDep) -> Response:
    """What this service holds, with links to everything."""
    corpus = find_corpus(session)
    return answer(service_out(corpus, request.app.version, urls), modified=corpus.loaded_at)


@router.get("/healthz", tags=["service"], operation_id="getHealth", response_model=HealthOut)
async def read_health() -> Response:
    """Alive: the process answers."""
    out: HealthOut = {"status": "alive"}
    return _uncached(out)


@router.get("/readyz", tags=["service"], operation_id="getReadiness", response_model=HealthOut)
async def read_readiness(request: Request) -> Response:
    """Ready: migrated, a generation of the corpus is being served, and no end is near; else 503.

    `failure` says why the last load failed; what was loaded before it goes on being served.
    """
    # On threads of its own: those of requests may all be busy.
    return await to_thread.run_sync(_tell_readiness, request, limiter=request.app.state.probes)


def _tell_readiness(request: Request) -> Response:
    service = request.app.state.service
    if service.ending:
        raise NotReady("The service is going down.")
    failed = f"The corpus could not be loaded: {service.failure}"
    if not service.migrated:
        raise NotReady(failed if service.failure else "The database is being migrated.")
    try:
        with open_session(request.app.state.engine) as session:
            corpus = find_corpus(session)
            out: HealthOut = {
                "status": "ready",
                "generation": corpus.generation,
                "refused": count_refused(session),
            }
    except NotReady:
        if service.failure:
            raise NotReady(failed) from None
        raise
    except SQLAlchemyError as error:
        log.warning("the database cannot be read: %s", type(error).__name__)
        raise NotReady("The database cannot be read.") from error
    if service.failure:
        out["failure"] = service.failure
    return _uncached(out)


def _uncached(out: HealthOut) -> Response:
    return Response(orjson.dumps(out), headers=UNCACHED, media_type="application/json")


@router.get("/v1/openapi.json", include_in_schema=False)
def read_openapi(request: Request) -> Response:
    """This API in OpenAPI 3.1."""
    return Response(orjson.dumps(request.app.openapi()), media_type="application/json")


@router.get("/docs", include_in_schema=False)
def read_docs() -> HTMLResponse:
    """The API's page; its scripts come from here."""
    return HTMLResponse(
        DOCS_PAGE,
        headers={"Content-Security-Policy": DOCS_CSP, "Referrer-Policy": "no-referrer"},
    )


@router.get("/docs/{name}", include_in_schema=False)
def read_docs_file(name: str) -> Response:
    """A script or style of the API's page."""
    if name == "start.js":
        return Response(DOCS_START, media_type="text/javascript; charset=utf-8")
    if name not in DOCS_FILES:
        raise NotFound("file of the documentation", name)
    data = (files("fastapi_offline") / "static" / name).read_bytes()
    return Response(data, media_type=DOCS_FILES[name])
