"""What endpoints need, and the names of their parameters: so that signatures read like prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from time import sleep
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query as QueryParam
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from sqlmodel import Session

from api.errors import BadParameter, NotReady, ParameterError
from api.queries.corpus import find_corpus
from api.representations.urls import Urls
from api.routes.shaped import ShapedRoute
from api.store.engine import open_session
from api.store.search_index import SearchIndex


def names_schema(allowed: Iterable[str]) -> dict[str, Any]:
    """Comma-separated words out of a known few, in OpenAPI: as `parse_names` takes them."""
    name = f" *({'|'.join(allowed)}) *"
    return {"pattern": f"^({name}(,{name})*)?$"}


NUMBERS = {"pattern": r"^ *\d{1,9}( *[-\u2013] *\d{1,9})? *(, *\d{1,9}( *[-\u2013] *\d{1,9})? *)*$"}
"""What OpenAPI says of paragraph numbers and runs: as `parse_numbers` takes them."""

RecordId = Annotated[
    str,
    Path(
        description="The record's id: the stem of its seed file",
        pattern=r"^[A-Za-z0-9_-]+$",
        max_length=100,
        examples=["209712"],
    ),
]
EntityId = Annotated[
    str,
    Path(
        description="The entity's id: a readable slug",
        pattern=r"^[a-z0-9-]+$",
        max_length=100,
        examples=["khrushchev-nikita"],
    ),
]
Limit = Annotated[
    int, Query(ge=1, le=1000, description="How many to a page, at most 1,000", examples=[100])
]
Cursor = Annotated[
    str | None,
    Query(
        max_length=1000,
        description="Where to go on: from the `next` or `prev` of a page",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]*$"},
    ),
]
Fields = Annotated[
    str | None,
    Query(
        max_length=500,
        description="Only these fields of each object, separated by commas",
        examples=["id"],
    ),
]
DateBound = Annotated[
    str | None,
    Query(
        max_length=50,
        description="A day, month or year (EDTF); inclusive",
        examples=["1958-09"],
        json_schema_extra={"format": "edtf"},
    ),
]
OffsetUnit = Annotated[
    Literal["codepoints", "utf16"],
    Query(
        description="How offsets count: Unicode code points, or UTF-16 units as JavaScript does",
        examples=["codepoints"],
    ),
]

_CATCH_UP = 20
_CATCH_UP_EVERY = 0.05
"""Seconds between two looks at a replica that is behind what has been served."""


def session(request: Request) -> Iterator[Session]:
    """A read-only session that sees one generation from first to last; 503 where there is none.

    It sees no older generation than the one that answers are kept for: an answer made from an
    older one would be kept as if it were new.
    """
    state = request.app.state
    for _ in range(_CATCH_UP):
        with open_session(state.engine) as opened:
            if not state.generation.has_passed(find_corpus(opened).generation):
                yield opened
                return
        sleep(_CATCH_UP_EVERY)
    raise NotReady("The database that is read is behind; it is catching up.")


reading = contextmanager(session)
"""The same to handlers that open it themselves: their thread does all, and no other is begun."""


def search_index(request: Request, session: Session) -> SearchIndex:
    """The index of the generation that the session sees; 503 while it is being built."""
    corpus = find_corpus(session)
    index: SearchIndex | None = request.app.state.indexes.of(corpus.generation, corpus.digest)
    if index is None:
        raise NotReady("The search index of this generation is being built.")
    return index


def urls_of(request: Request) -> Urls:
    """URLs on the configured base, else on the host that was asked."""
    base: str | None = request.app.state.settings.base
    return Urls(base or f"{request.url.scheme}://{request.url.netloc}")


async def urls(request: Request) -> Urls:
    """The same, as endpoints get it: a coroutine, to spare them a thread."""
    return urls_of(request)


# Given back before anything is sent: slow readers hold no connection.
SessionDep = Annotated[Session, Depends(session, scope="function")]
UrlsDep = Annotated[Urls, Depends(urls)]


async def refuse_unknown_parameters(request: Request) -> None:
    """Answer 400 for a query parameter that the endpoint does not have, naming the nearest."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = _known_parameters(route)
    errors = []
    for name in dict.fromkeys(request.query_params.keys()):
        if name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"did you mean {nearest[0]!r}?" if nearest else "this endpoint has no such one"
            errors.append(
                ParameterError(name, f"unknown parameter; {hint}", name, known or "no parameters")
            )
        elif len(request.query_params.getlist(name)) > 1:
            errors.append(
                ParameterError(name, "given more than once", None, "one value, lists with commas")
            )
    if errors:
        raise BadParameter(*errors)
    if "fields" in known and isinstance(route, ShapedRoute):
        parse_names(request.query_params.get("fields"), "fields", _known_fields(route))


def _known_parameters(route: APIRoute) -> list[str]:
    """The names of the query parameters that a route takes, worked out once."""
    known: list[str] | None = vars(route).get("known_parameters")
    if known is None:
        known = sorted(
            parameter.alias
            for parameter in get_flat_params(route.dependant)
            if isinstance(parameter.field_info, QueryParam)
        )
        vars(route)["known_parameters"] = known
    return known


def _known_fields(route: ShapedRoute) -> tuple[str, ...]:
    """The names that `fields` may ask a route for, worked out once."""
    known: tuple[str, ...] | None = vars(route).get("known_fields")
    if known is None:
        schema = TypeAdapter(route.shape).json_schema()
        objects = trimmed_objects(schema, schema.get("$defs", {}))
        known = tuple(sorted({name for found in objects for name in found["properties"]}))
        vars(route)["known_fields"] = known
    return known


def trimmed_objects(schema: dict[str, Any], named: dict[str, Any]) -> list[dict[str, Any]]:
    """The schemas of the objects that `fields` trims in an answer: the items of a list, or itself.

    Several where the answer has one of several shapes. `named` are the schemas that `$ref` means.
    """
    if "$ref" in schema:
        return trimmed_objects(named[schema["$ref"].rsplit("/", 1)[-1]], named)
    if "anyOf" in schema:
        return [found for one in schema["anyOf"] for found in trimmed_objects(one, named)]
    if {"items", "limit"} <= schema["properties"].keys():
        return trimmed_objects(schema["properties"]["items"]["items"], named)
    return [schema]


_RUN = re.compile(r"(\d{1,9})(?:\s*[-\u2013]\s*(\d{1,9}))?")


def parse_numbers(text: str, parameter: str) -> tuple[tuple[int, int], ...]:
    """Paragraph numbers and runs, "3,7-9", as inclusive pairs; BadParameter tells what is wrong."""
    runs = []
    for part in text.split(","):
        match = _RUN.fullmatch(part.strip())
        if match is None:
            raise BadParameter(
                ParameterError(
                    parameter, f"{part.strip()!r} is no paragraph number or run", text, "3,7-9"
                )
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if first < 1 or last < first:
            raise BadParameter(
                ParameterError(
                    parameter, f"the run {part.strip()!r} goes backwards or below 1", text, "7-9"
                )
            )
        runs.append((first, last))
    if len(runs) > 200:
        raise BadParameter(ParameterError(parameter, "too many runs", len(runs), "at most 200"))
    return tuple(runs)


def parse_names(text: str | None, parameter: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Comma-separated words out of a known few; BadParameter names the nearest."""
    names = tuple(name.strip() for name in text.split(",")) if text and text.strip() else ()
    for name in names:
        if name not in allowed:
            nearest = get_close_matches(name, allowed, n=1, cutoff=0.4)
            hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
            raise BadParameter(
                ParameterError(parameter, f"there is no {name!r}{hint}", text, list(allowed))
            )
    return names


def date_bound(text: str | None, parameter: str, *, last: bool) -> str | None:
    """The first or last day of a date in a query; BadParameter where it is none."""
    if text is None:
        return None
    # Here, because it takes longer to import than most of a start.
    from api.parsing.dates import parse_date

    date = parse_date(text)
    day = (date.end if last else date.begin) if date else None
    if day is None:
        raise BadParameter(
            ParameterError(parameter, f"{text!r} is no date", text, "YYYY, YYYY-MM or YYYY-MM-DD")
        )
    return day
