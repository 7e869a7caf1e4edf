"""Routes of the pages: ask the public API, lay out, render."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Query as QueryParam
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.errors import NotFound, Problem
from api.reader.client import ask
from api.reader.edition import KINDS, lay_out
from api.reader.metadata import describe_record
from api.reader.rendering import base_of, cut_out, page
from api.reader.static_files import MEDIA_TYPES, static_digest, static_files
from api.reader.timeline import read_timeline

_PARTS = "paragraphs,outline,entities,mentions,apparatus,discrepancies"
_SHOWN = 50
_QUOTES = 100


class PageRoute(APIRoute):
    """A route whose failures are pages too, where a browser asks."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with failures made into pages."""
        handle = super().get_route_handler()
        known = {
            parameter.alias
            for parameter in get_flat_params(self.dependant)
            if isinstance(parameter.field_info, QueryParam)
        }

        async def respond(request: Request) -> Response:
            # Links to pages pick up parameters on their way that are none of ours.
            given = parse_qsl(request.url.query, keep_blank_values=True)
            if any(name not in known for name, _ in given):
                kept = urlencode([(name, value) for name, value in given if name in known])
                return RedirectResponse(request.url.path + (f"?{kept}" if kept else ""), 302)
            try:
                return await handle(request)
            except (Problem, HTTPException, RequestValidationError) as error:
                if "text/html" not in request.headers.get("accept", ""):
                    raise
                return _failure(request, error)

        return respond


router = APIRouter(route_class=PageRoute, include_in_schema=False)


def _failure(request: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        problem = error
    elif isinstance(error, HTTPException):
        problem = Problem("request-failed", "Request failed", error.status_code, str(error.detail))
    else:
        problem = NotFound("page", request.url.path)
    return page(
        "error.html",
        {"problem": problem},
        request=request,
        status=problem.status,
        headers=problem.headers,
    )


@router.get("/static/{digest}/{name}")
async def read_static_file(digest: str, name: str) -> Response:
    """A style or script; under the present digest it never changes."""
    data = static_files().get(name)
    if data is None:
        raise NotFound("file", name)
    kept = "public, max-age=31536000, immutable" if digest == static_digest() else "no-cache"
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
    return Response(data, headers={"Cache-Control": kept}, media_type=media_type)


@router.get("/")
async def read_home(
    request: Request,
    q: str | None = None,
    repository: str | None = None,
    fond: str | None = None,
    language: str | None = None,
    entity: str | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    sort: Literal["date", "-date", "title", "-title"] = "date",
    cursor: str | None = None,
) -> Response:
    """What is here: the records by date, archive and person."""
    chosen = {
        "q": q,
        "repository": repository,
        "fond": fond,
        "language": language,
        "entity": entity,
        "date_from": date_from,
        "date_to": date_to,
    }
    chosen = {name: value for name, value in chosen.items() if value}
    service = (await ask(request, "/v1")).value
    records = (
        await ask(request, "/v1/records", **chosen, sort=sort, limit=_SHOWN, cursor=cursor)
    ).value
    people = (await ask(request, "/v1/entities", kind="person", limit=1000)).value["items"]
    people = sorted((p for p in people if p["records"]), key=lambda p: (-p["mentions"], p["label"]))
    named = (await ask(request, f"/v1/entities/{entity}")).value if entity else None
    return page(
        "home.html",
        {
            "service": service,
            "records": records,
            "listed": records["items"],
            "archives": await _archives(request),
            "people": people[:40],
            "timeline": await read_timeline(request),
            "chosen": chosen,
            "named": named,
            "sort": sort,
            "next": _cursor(records["next"]),
            "prev": _cursor(records["prev"]),
        },
        request=request,
    )


async def _archives(request: Request) -> list[dict[str, Any]]:
    listed = await ask(request, "/v1/collections", limit=100)
    archives: list[dict[str, Any]] = listed.value["items"]
    return archives


@router.get("/records")
async def read_records() -> Response:
    """The records stand on the first page."""
    return RedirectResponse("/", 301)


@router.get("/records/{record}")
async def read_record(
    request: Request,
    record: str,
    view: Literal["source", "reading"] = "source",
) -> Response:
    """A record as an edition."""
    answer = await ask(request, f"/v1/records/{_name(record)}", include=_PARTS)
    citation = (await ask(request, f"/v1/records/{record}/citation")).value
    reading = await _read_whole(request, record) if view == "reading" else None

    def render() -> Response:
        edition = lay_out(answer.value, reading)
        return page(
            "record.html",
            {
                "edition": edition,
                "record": edition.record,
                "citation": citation,
                "meta": describe_record(answer.value, base_of(request)),
                "view": view,
            },
            request=request,
            headers=_kept(answer.headers),
        )

    return await run_sync(render)


async def _read_whole(request: Request, record: str) -> dict[str, Any]:
    """The whole reading view, page after page."""
    items: list[Any] = []
    cursor: str | None = None
    while True:
        part = await ask(
            request,
            f"/v1/records/{record}/paragraphs",
            view="reading",
            include="mentions,apparatus",
            limit=1000,
            cursor=cursor,
        )
        items += part.value["items"]
        cursor = _cursor(part.value["next"])
        if cursor is None:
            return {"items": items, "dropped": part.value["dropped"]}


@router.get("/entities")
async def read_entities(
    request: Request,
    kind: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
) -> Response:
    """The authority file, by label."""
    listed = (
        await ask(request, "/v1/entities", kind=kind or None, q=q or None, limit=200, cursor=cursor)
    ).value
    return page(
        "entities.html",
        {
            "listed": listed["items"],
            "kind": kind if kind in KINDS else None,
            "q": q,
            "next": _cursor(listed["next"]),
            "prev": _cursor(listed["prev"]),
        },
        request=request,
    )


@router.get("/entities/{entity}")
async def read_entity(request: Request, entity: str, cursor: str | None = None) -> Response:
    """Who or what an entity is, and every place that mentions it."""
    answer = await ask(request, f"/v1/entities/{_name(entity)}")
    mentions = (
        await ask(request, f"/v1/entities/{entity}/mentions", limit=100, cursor=cursor)
    ).value
    titles = {found["id"]: found["title"] for found in answer.value["mentioned_in"]}
    by_record: dict[str, list[Any]] = {}
    for mention in mentions["items"]:
        by_record.setdefault(mention["record"], []).append(mention)
    for record in by_record:
        if record not in titles:
            told = await ask(request, f"/v1/records/{record}", fields="title")
            titles[record] = told.value["title"]
    return page(
        "entity.html",
        {
            "entity": answer.value,
            "mentions": mentions,
            "by_record": by_record,
            "titles": titles,
            "next": _cursor(mentions["next"]),
            "prev": _cursor(mentions["prev"]),
        },
        request=request,
        headers=_kept(answer.headers),
    )


_FILTERS = ("record", "repository", "fond", "language", "date_from", "date_to", "layer", "entity")


@router.get("/search")
async def read_search(
    request: Request,
    q: Annotated[str, Query(max_length=2000)] = "",
    record: str | None = None,
    repository: str | None = None,
    fond: str | None = None,
    language: str | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    layer: str | None = None,
    entity: str | None = None,
    cursor: str | None = None,
) -> Response:
    """Passages with their words marked, and what to narrow them by."""
    given = dict(request.query_params)
    chosen = {name: given[name] for name in _FILTERS if given.get(name)}
    results, problem = None, None
    if q.strip() or entity:
        try:
            answer = await ask(request, "/v1/search", q=q, **chosen, limit=20, cursor=cursor)
            results = answer.value
        except Problem as told:
            if told.status != 400:
                raise
            problem = told
    return page(
        "search.html",
        {
            "q": q,
            "chosen": chosen,
            "results": results,
            "hits": [_hit(item) for item in results["items"]] if results else [],
            "problem": problem,
            "next": _cursor(results["next"]) if results else None,
            "prev": _cursor(results["prev"]) if results else None,
        },
        request=request,
        status=400 if problem else 200,
    )


def _hit(item: dict[str, Any]) -> dict[str, Any]:
    """A passage found, its paragraphs in reading order with the spans to mark in each.

    `warnings` are of the words found or of the whole passage, `further` of words around them.
    """
    paragraphs = sorted([item["paragraph"], *item["joined_with"]], key=lambda p: p["number"])
    spans: dict[int, list[tuple[int, int]]] = {}
    for mark in item["highlights"]:
        spans.setdefault(mark["paragraph"], []).append((mark["start"], mark["end"]))
    near: list[Any] = []
    further: list[Any] = []
    for warning in item["warnings"]:
        touched = any(
            start < warning["end"] and warning["start"] < end
            for start, end in spans.get(warning["paragraph"], ())
        )
        (near if touched else further).append(warning)
    return {
        "record": item["record"],
        "link": f"/records/{item['record']['id']}#{item['paragraph']['id']}",
        "numbers": "\u2013".join(str(paragraph["number"]) for paragraph in paragraphs),
        "texts": [cut_out(p["text"], spans.get(p["number"], [])) for p in paragraphs],
        "warnings": near,
        "further": further,
    }


@router.get("/resolve")
async def read_resolve(request: Request, quote: str = "", record: str | None = None) -> Response:
    """Paste quotations, see what stands where."""
    return await _resolve(request, quote, record)


@router.post("/resolve")
async def resolve_posted(request: Request) -> Response:
    """The same for quotations too long for a URL."""
    most = request.app.state.settings.max_body_bytes
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise Problem("too-much", "Too much at once", 413, f"At most {most:,} bytes.")
    form = parse_qs(body.decode("utf-8", "replace"))
    return await _resolve(request, form.get("quote", [""])[0], form.get("record", [""])[0] or None)


async def _resolve(request: Request, text: str, record: str | None) -> Response:
    quotes = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    items: list[Any] = []
    problem = None
    if quotes:
        asked = {"quotes": quotes[:_QUOTES]} | ({"record": record} if record else {})
        try:
            items = (await ask(request, "/v1/resolve", asked)).value["items"]
        except Problem as told:
            problem = told
    return page(
        "resolve.html",
        {
            "text": text,
            "record": record,
            "items": items,
            "problem": problem,
            "more": len(quotes) > _QUOTES,
        },
        request=request,
        status=problem.status if problem else 200,
    )


@router.get("/developers")
async def read_developers(request: Request) -> Response:
    """The tour of the API."""
    first = (await ask(request, "/v1/records", limit=1)).value["items"]
    example = first[0] if first else None
    entities: list[Any] = []
    if example:
        listed = await ask(request, f"/v1/records/{example['id']}/entities")
        entities = listed.value["items"]
    return page(
        "developers.html",
        {
            "example": example,
            "entity": entities[0] if entities else None,
            "highlighter": static_files()["highlight.js"].decode(),
        },
        request=request,
    )


def _cursor(url: str | None) -> str | None:
    """The cursor of the page that `url` leads to."""
    if url is None:
        return None
    return dict(parse_qsl(urlsplit(url).query)).get("cursor")


def _name(part: str) -> str:
    """A part of a path that cannot lead elsewhere; NotFound where it would."""
    if not part.replace("-", "").replace("_", "").isalnum() or not part.isascii():
        raise NotFound("page", part)
    return part


def _kept(headers: Any) -> dict[str, str]:
    """Of the API's headers those that are true of the page as well."""
    return {name: headers[name] for name in ("Last-Modified", "Link") if name in headers}
