"""Distributed Text Services 1.0: entry point, collections, navigation, documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import orjson
from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from api.errors import BadParameter, NotFound, ParameterError
from api.parsing.collections import ROOT
from api.queries.collections import find_collection, list_members
from api.queries.pages import Row
from api.queries.paragraphs import all_paragraphs, list_sections, section_depths
from api.queries.records import find_record
from api.queries.whole import find_whole_record
from api.representations.dts import (
    MEDIA_TYPE,
    SECTIONS,
    TEI,
    CitationTree,
    Dts,
    Json,
    Unit,
    check_range,
    cut_document,
    top,
    view,
)
from api.representations.tei import tei_document
from api.routes.answers import headers
from api.routes.dependencies import SessionDep, UrlsDep

router = APIRouter(prefix="/dts", tags=["dts"])

MEMBERS = 1_000
"""Members of a collection to a page: clients that know no pages see that many."""
UNITS = 10_000

JSON_LD: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}, "description": "JSON-LD"}
}
XML: dict[int | str, dict[str, Any]] = {
    200: {"content": {TEI: {"schema": {"type": "string"}}}, "description": "TEI P5"}
}
Page = Annotated[
    int | None, Query(ge=1, le=10_000_000, description="Number of the page", examples=[1])
]
ResourceId = Annotated[
    str | None, Query(max_length=400, description="Id of a record", examples=["209712"])
]
Ref = Annotated[
    str | None,
    Query(
        max_length=400,
        description="Identifier of a citable unit; no range then",
        examples=["s.memorandum.manner"],
    ),
]
Start = Annotated[
    str | None,
    Query(
        max_length=400,
        description="First unit of a range; needs `end`",
        examples=["s.memorandum.manner"],
    ),
]
End = Annotated[
    str | None,
    Query(
        max_length=400,
        description="Last unit of a range, included; needs `start`",
        examples=["s.memorandum.body"],
    ),
]
Tree = Annotated[
    str | None,
    Query(
        max_length=100,
        description="Citation tree: `sections`; by default, by paragraph",
        examples=["sections"],
    ),
]


Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def _both(path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
    """A route with and without the final slash, described once."""

    def register(endpoint: Endpoint) -> Endpoint:
        router.get(path, **options)(endpoint)
        router.get(path + "/", include_in_schema=False)(endpoint)
        return endpoint

    return register


@_both("", operation_id="getDtsEntry", response_class=Response, responses=JSON_LD)
def read_entry(urls: UrlsDep) -> Response:
    """DTS: where its endpoints are, as URI templates."""
    return _answer(Dts(urls).entry())


@_both("/collection", operation_id="getDtsCollection", response_class=Response, responses=JSON_LD)
def read_collection(
    request: Request,
    session: SessionDep,
    urls: UrlsDep,
    id: Annotated[  # noqa: A002 (the parameter's name in DTS)
        str | None,
        Query(
            max_length=400,
            description="Id of a collection or record; by default the root",
            examples=["rgani-f52"],
        ),
    ] = None,
    page: Page = None,
    nav: Annotated[
        Literal["children", "parents"],
        Query(description="Members: what stands in it, or what it stands in", examples=["parents"]),
    ] = "children",
) -> Response:
    """DTS: a collection with its members, or a record as a resource."""
    dts = Dts(urls)
    try:
        row = find_collection(session, id or ROOT)
    except NotFound:
        record = find_record(session, id or ROOT)
        depths = section_depths(session, [record.id])
        found = dts.resource(record, depths.get(record.id, 0))
        if nav == "parents":
            found["member"] = [dts.collection(find_collection(session, record.collection_id))]
        _check_page(page, 1)
        return _answer(top(found), modified=record.modified_at)
    found = dts.collection(row)
    if nav == "parents":
        _check_page(page, 1)
        above = [] if row.parent is None else [find_collection(session, row.parent)]
        found["member"] = [dts.collection(parent) for parent in above]
        return _answer(top(found))
    total = row.children + row.direct
    last = max(-(-total // MEMBERS), 1)
    _check_page(page, last)
    number = page or 1
    collections, records = list_members(session, row, (number - 1) * MEMBERS, MEMBERS)
    depths = section_depths(session, [record.id for record in records])
    found["member"] = [
        *(dts.collection(child) for child in collections),
        *(dts.resource(record, depths.get(record.id, 0)) for record in records),
    ]
    if last > 1 or page is not None:
        query = list(request.query_params.multi_items())
        found["view"] = view(urls("/dts/collection"), query, number, last)
    return _answer(top(found))


@_both("/navigation", operation_id="getDtsNavigation", response_class=Response, responses=JSON_LD)
def read_navigation(
    request: Request,
    session: SessionDep,
    urls: UrlsDep,
    resource: ResourceId = None,
    ref: Ref = None,
    start: Start = None,
    end: End = None,
    down: Annotated[
        int | None,
        Query(ge=-1, le=1_000, description="How many levels deep; -1 to the bottom", examples=[1]),
    ] = None,
    tree: Tree = None,
    page: Page = None,
) -> Response:
    """DTS: the citable units of a record, below a unit, or from one to another."""
    record = _find_resource(session, resource)
    _check_passage(ref, start, end)
    if ref is None and start is None and not down:
        expected = "a depth of 1 or more, or -1, where neither `ref` nor a range is asked for"
        raise BadParameter(ParameterError("down", "missing or 0", down, expected))
    if start is not None and down == 0:
        raise BadParameter(
            ParameterError("down", "0 goes with `ref` only", down, "none, -1, or 1 or more")
        )
    units = _read_tree(session, record, tree)
    dts = Dts(urls)
    depths = section_depths(session, [record.id])
    found: Json = {
        "@id": urls(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        "@type": "Navigation",
        "dtsVersion": "1.0",
        "resource": dts.resource(record, depths.get(record.id, 0)),
    }
    members: list[Unit] | None = None
    if ref is not None:
        unit = units.find(ref, "ref")
        found["ref"] = dts.unit(unit, record)
        if down == 0:
            members = units.siblings(unit)
        elif down is not None:
            members = units.below(unit, down)
    elif start is not None and end is not None:
        first, last = units.find(start, "start"), units.find(end, "end")
        check_range(first, last)
        found["start"], found["end"] = dts.unit(first, record), dts.unit(last, record)
        if down is not None:
            members = units.between(first, last, down)
    elif down is not None:
        members = units.whole(down)
    if members is not None:
        pages = max(-(-len(members) // UNITS), 1)
        _check_page(page, pages)
        number = page or 1
        shown = members[(number - 1) * UNITS : number * UNITS]
        found["member"] = [dts.unit(unit, record) for unit in shown]
        if pages > 1 or page is not None:
            query = list(request.query_params.multi_items())
            found["view"] = view(urls("/dts/navigation"), query, number, pages)
    else:
        _check_page(page, 1)
    return _answer(top(found), modified=record.modified_at)


@_both("/document", operation_id="getDtsDocument", response_class=Response, responses=XML)
def read_document(
    session: SessionDep,
    urls: UrlsDep,
    resource: ResourceId = None,
    ref: Ref = None,
    start: Start = None,
    end: End = None,
    tree: Tree = None,
    media_type: Annotated[
        str | None,
        Query(alias="mediaType", max_length=100, description="Only TEI is served", examples=[TEI]),
    ] = None,
) -> Response:
    """DTS: a record in TEI, whole, or one of its citable units, or a range of them."""
    record = _find_resource(session, resource)
    _check_passage(ref, start, end)
    # A plus sign that was not encoded arrives as a space.
    if media_type and media_type.replace(" ", "+").lower() != TEI:
        raise NotFound("mediaType", media_type, f"This resource is served as {TEI}.")
    units = _read_tree(session, record, tree)
    first = last = None
    if ref is not None:
        first = last = units.find(ref, "ref")
    elif start is not None and end is not None:
        first, last = units.find(start, "start"), units.find(end, "end")
        check_range(first, last)
    text = tei_document(find_whole_record(session, record.id), urls)
    body = cut_document(text, first.id, last.id) if first and last else text.encode()
    link = {"collection": urls("/dts/collection", id=record.id)}
    return Response(body, headers=headers(link, record.modified_at), media_type=TEI)


def _find_resource(session: Session, resource: str | None) -> Row:
    if not resource:
        raise BadParameter(ParameterError("resource", "missing", resource, "the id of a record"))
    return find_record(session, resource)


def _check_passage(ref: str | None, start: str | None, end: str | None) -> None:
    """`ref` stands alone; `start` and `end` stand together."""
    if ref is not None and (start is not None or end is not None):
        raise BadParameter(
            ParameterError("ref", "given with `start` or `end`", ref, "either one unit or a range")
        )
    for name, given, other in (("start", start, end), ("end", end, start)):
        if given is None and other is not None:
            raise BadParameter(
                ParameterError(name, "missing", None, "both ends of the range, or neither")
            )


def _read_tree(session: Session, record: Row, tree: str | None) -> CitationTree:
    paragraphs = all_paragraphs(session, record.id)
    if not tree:
        return CitationTree(paragraphs)
    sections = list_sections(session, record.id)
    if tree != SECTIONS or not sections:
        raise NotFound("citation tree", tree, "The resource's `citationTrees` lists them.")
    return CitationTree(paragraphs, sections)


def _check_page(page: int | None, last: int) -> None:
    if page is not None and page > last:
        raise NotFound("page", str(page), f"The last is {last}.")


def _answer(found: Json, modified: str | None = None) -> Response:
    return Response(orjson.dumps(found), headers=headers(modified=modified), media_type=MEDIA_TYPE)
