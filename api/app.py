"""The whole wiring on one screen."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, FastAPI
from starlette.types import Receive, Scope, Send

from api.loading.service import LoadingService
from api.machine import collect_rarely
from api.queries.names import NameKeeper
from api.reader import pages
from api.routes import (
    citations,
    collections,
    dts,
    entities,
    exports,
    mcp,
    metrics,
    oai,
    permalinks,
    problems,
    records,
    search,
    service,
    texts,
    wellknown,
)
from api.routes.cache import AT_ONCE
from api.routes.dependencies import refuse_unknown_parameters
from api.routes.ending import announce_end
from api.routes.lean import LeanReads
from api.routes.lean_search import LeanSearch
from api.routes.limits import Turns
from api.routes.manners import Manners
from api.routes.openapi import ERRORS, describe
from api.routes.problems import SecondChance
from api.routes.shaped import ShapedRoute
from api.settings import Settings
from api.store.engine import make_engine
from api.store.generation import watch_generation
from api.store.index_building import SearchIndexes
from api.version import VERSION

DESCRIPTION = """\
Put a record, as its archive exported it, into the seed folder: its citation, paragraphs, entities
and outline are here, exact to the character. Offsets are half-open and count Unicode code points;
`offsets=utf16` counts as JavaScript does. Within `/v1` fields are added, never renamed or removed.

Without `fields`, objects are whole: every field that is required here is there. With `fields` they
are the `Trimmed…` ones. Language models find the same corpus at `/mcp` (Model Context Protocol,
streamable HTTP), which OpenAPI cannot describe.
"""


_HEAD_START = 0.5
"""Seconds in which a service that starts again answers before it looks for what is new."""

_SWITCH_INTERVAL = 0.0005
"""Seconds that a thread may compute while another waits for its turn."""

ROOMS = (
    service,
    metrics,
    citations,
    collections,
    dts,
    oai,
    mcp,
    wellknown,
    permalinks,
    records,
    texts,
    entities,
    search,
    exports,
    problems,
)
"""In the order in which their paths are tried."""


def _shapes() -> dict[str, Any]:
    """What operations answer with, by their ids."""
    routes = [route for room in ROOMS for route in room.router.routes]
    return {
        route.operation_id: route.shape
        for route in routes
        if isinstance(route, ShapedRoute) and route.operation_id and route.shape
    }


class Opis(FastAPI):
    """The app inside its manners: they stand before everything, the framework's own layers too."""

    manners: Manners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the manners have it."""
        await self.manners(scope, receive, send)


def create_app(settings: Settings | None = None) -> Opis:
    """The application on `settings` (by default the environment's).

    Starting it migrates and loads beside the serving: until a first generation is there, requests
    get 503; an older one is served meanwhile.
    """
    settings = settings or Settings()
    engine = make_engine(settings)
    loading = LoadingService(settings)
    indexes = SearchIndexes(settings, engine)
    generation = watch_generation(engine, indexes.prepare)
    lean = LeanReads(settings, engine) if engine.dialect.name == "sqlite" else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[Mapping[str, object]]:
        loading.start(0.0 if generation() is None else _HEAD_START)
        collect_rarely()
        # Nor need the event loop wait as long as by default for a thread that is computing.
        sys.setswitchinterval(_SWITCH_INTERVAL)
        with announce_end(loading, settings.drain_seconds):
            yield {AT_ONCE: app.manners.at_once}
        await to_thread.run_sync(loading.stop)
        generation.close()
        if lean:
            lean.close()
        searches.close()
        indexes.close()
        engine.dispose()

    app = Opis(
        title="Opis",
        summary="Archival records as an API: exact to the character, citable, searchable.",
        description=DESCRIPTION,
        version=VERSION,
        license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=problems.HANDLERS,
        dependencies=[Depends(refuse_unknown_parameters)],
        responses=ERRORS,
    )
    app.state.settings = settings
    app.state.engine = engine
    app.state.service = loading
    app.state.generation = generation
    app.state.indexes = indexes
    app.state.names = NameKeeper()
    app.state.probes = CapacityLimiter(2)
    app.state.metrics = metrics.Metrics()
    app.state.exports = exports.Exports(settings, engine)
    for room in (*ROOMS, pages):
        app.include_router(room.router)
    app.openapi = partial(describe, app, _shapes())  # type: ignore[method-assign]
    searches = LeanSearch(SecondChance(super(Opis, app).__call__), app)
    turns = Turns(searches, app, app.state.metrics)
    app.manners = Manners(turns, settings, generation, lean)
    app.state.metrics.watch(app, app.manners)
    return app
