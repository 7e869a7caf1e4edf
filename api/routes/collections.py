"""Collections: repositories, fonds, inventories, files and volumes, and the records in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.parsing.collections import ROOT
from api.queries.collections import (
    ancestors_of,
    find_collection,
    list_collections,
    list_records_in,
)
from api.representations.collections import collection_brief_out, collection_out
from api.representations.lists import list_out
from api.representations.records import record_brief_out
from api.representations.shapes import CollectionBriefOut, CollectionOut, ListOut, RecordBriefOut
from api.routes.answers import answer
from api.routes.dependencies import Cursor, Fields, Limit, SessionDep, UrlsDep
from api.routes.shaped import ShapedRoute

router = APIRouter(prefix="/v1/collections", tags=["collections"], route_class=ShapedRoute)

PATTERN = r"^[a-z0-9_-]+$"
CollectionId = Annotated[
    str,
    Path(
        description="The collection's id: a readable slug of its reference code",
        pattern=PATTERN,
        max_length=400,
        examples=["rgani-f52-op1"],
    ),
]


@router.get("", operation_id="listCollections", response_model=ListOut[CollectionBriefOut])
def read_collections(
    request: Request,
    session: SessionDep,
    urls: UrlsDep,
    parent: Annotated[
        str | None,
        Query(
            max_length=400,
            description="Id of a collection, for those directly in it; by default the outermost",
            examples=["rgani-f52"],
        ),
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    fields: Fields = None,
) -> Response:
    """The collections of one level, in the order of their numbers."""
    above = find_collection(session, parent or ROOT)
    page = list_collections(session, above, limit, cursor)
    items = [collection_brief_out(row, urls) for row in page.rows]
    out = list_out(items, page, limit, urls, request.url.path, request.url.query)
    return answer(out, fields=fields)


@router.get("/{collection}", operation_id="getCollection", response_model=CollectionOut)
def read_collection(
    collection: CollectionId,
    session: SessionDep,
    urls: UrlsDep,
    limit: Limit = 100,
    fields: Fields = None,
) -> Response:
    """A collection: what it stands in, what stands in it, and its records by date.

    At most `limit` children and records are given; `links` lead to the rest.
    """
    row = find_collection(session, collection)
    children = list_collections(session, row, limit, None)
    records = list_records_in(session, row, limit, None)
    out = collection_out(row, ancestors_of(session, row), children.rows, records.rows, urls)
    return answer(out, fields=fields, links={"up": out["links"].get("parent")})


@router.get(
    "/{collection}/records",
    operation_id="listRecordsOfCollection",
    response_model=ListOut[RecordBriefOut],
)
def read_collection_records(
    request: Request,
    collection: CollectionId,
    session: SessionDep,
    urls: UrlsDep,
    limit: Limit = 100,
    cursor: Cursor = None,
    fields: Fields = None,
) -> Response:
    """The records that belong to a collection, at any depth, by date; undated ones last."""
    row = find_collection(session, collection)
    page = list_records_in(session, row, limit, cursor)
    items = [record_brief_out(record, urls) for record in page.rows]
    out = list_out(items, page, limit, urls, request.url.path, request.url.query)
    return answer(out, fields=fields)
