"""Entities across all records."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.parsing.values import EntityKind
from api.queries.entities import (
    find_entity,
    list_co_mentioned,
    list_entities,
    list_records_of_entity,
)
from api.queries.mentions import list_mentions_of_entity
from api.representations.entities import entity_out, entity_with_places_out
from api.representations.lists import list_out
from api.representations.shapes import EntityOut, ListOut, MentionOut
from api.routes.answers import answer
from api.routes.dependencies import (
    Cursor,
    EntityId,
    Fields,
    Limit,
    OffsetUnit,
    SessionDep,
    UrlsDep,
    search_index,
)
from api.routes.embedding import show_mentions
from api.routes.shaped import ShapedRoute

router = APIRouter(prefix="/v1/entities", tags=["entities"], route_class=ShapedRoute)
SHOWN = 50


@router.get("", operation_id="listEntities", response_model=ListOut[EntityOut])
def read_entities(
    request: Request,
    session: SessionDep,
    urls: UrlsDep,
    kind: Annotated[
        EntityKind | None, Query(description="Kind of entity", examples=["person"])
    ] = None,
    q: Annotated[
        str | None, Query(max_length=200, description="Words of the label", examples=["mao"])
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    fields: Fields = None,
) -> Response:
    """The authority file, by label, and the dates that texts mention."""
    page = list_entities(session, kind, q, limit, cursor)
    items = [entity_out(row, urls) for row in page.rows]
    out = list_out(items, page, limit, urls, request.url.path, request.url.query)
    return answer(out, fields=fields)


@router.get("/{entity}", operation_id="getEntity", response_model=EntityOut)
def read_entity(
    request: Request,
    entity: EntityId,
    session: SessionDep,
    urls: UrlsDep,
    fields: Fields = None,
) -> Response:
    """An entity: its names, where it is mentioned, and whom it is mentioned with.

    The fifty records and the fifty companions that stand out most; `links` lead to all.
    """
    row = find_entity(session, entity)
    out = entity_with_places_out(
        row,
        list_records_of_entity(session, entity, SHOWN),
        list_co_mentioned(session, search_index(request, session), entity, SHOWN),
        urls,
    )
    return answer(out, fields=fields)


@router.get(
    "/{entity}/mentions", operation_id="listEntityMentions", response_model=ListOut[MentionOut]
)
def read_entity_mentions(
    request: Request,
    entity: EntityId,
    session: SessionDep,
    urls: UrlsDep,
    offsets: OffsetUnit = "codepoints",
    limit: Limit = 100,
    cursor: Cursor = None,
    fields: Fields = None,
) -> Response:
    """Every mention of an entity, record by record."""
    find_entity(session, entity)
    page = list_mentions_of_entity(session, entity, limit, cursor)
    items = show_mentions(session, page.rows, offsets)
    for row, item in zip(page.rows, items, strict=True):
        item["record"] = row.record_id
        item["links"] = {
            "record": urls.record(row.record_id),
            "paragraph": urls.paragraph(row.record_id, item["segments"][0]["paragraph"]),
        }
    out = list_out(items, page, limit, urls, request.url.path, request.url.query)
    return answer(out, fields=fields)
