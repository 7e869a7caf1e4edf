"""The whole wiring on one screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI

from api.loading.service import LoadingService
from api.representations.shapes import ProblemOut
from api.routes import entities, problems, records, service, texts
from api.routes.dependencies import refuse_unknown_parameters
from api.routes.manners import Manners
from api.settings import Settings
from api.store.engine import make_engine
from api.store.generation import GenerationWatch
from api.version import VERSION

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemOut, "description": description}
    for status, description in {
        400: "A parameter cannot be understood",
        404: "There is no such thing",
        410: "It was withdrawn or edited away",
        503: "The corpus is still being loaded",
    }.items()
}


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application on `settings` (by default the environment's).

    Starting it migrates and loads beside the serving: until a first generation is there, requests
    get 503; an older one is served meanwhile.
    """
    settings = settings or Settings()
    engine = make_engine(settings)
    loading = LoadingService(settings)
    generation = GenerationWatch(engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading.start()
        yield
        generation.close()
        engine.dispose()

    app = FastAPI(
        title="Opis",
        summary="Archival records as an API: exact to the character, citable, searchable.",
        version=VERSION,
        license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers=problems.HANDLERS,
        dependencies=[Depends(refuse_unknown_parameters)],
        responses=PROBLEMS,
    )
    app.state.settings = settings
    app.state.engine = engine
    app.state.service = loading
    app.state.generation = generation
    for room in (service, records, texts, entities, problems):
        app.include_router(room.router)
    app.add_middleware(Manners, settings=settings, generation=generation)
    return app
