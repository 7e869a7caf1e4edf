"""Entities: rows to public shapes."""

from __future__ import annotations

from collections.abc import Sequence

from api.queries.pages import Row
from api.representations.shapes import EntityInRecordOut, EntityOut
from api.representations.urls import Urls


def entity_out(row: Row, urls: Urls) -> EntityOut:
    """An entity of the authority file, with how often it is mentioned."""
    return {
        "id": row.id,
        "kind": row.kind,
        "label": row.label,
        "names": row.names,
        "description": row.description,
        "edtf": row.edtf,
        "dates": row.dates,
        "same_as": row.same_as,
        "origin": row.origin,
        "mentions": row.mentions,
        "records": row.records,
        "links": {
            "self": urls.entity(row.id),
            "mentions": urls.entity(row.id, "/mentions"),
            "in_records": urls("/v1/records", entity=row.id),
            "page": urls(f"/entities/{row.id}"),
        },
    }


def entity_with_places_out(
    row: Row, mentioned_in: Sequence[Row], co_mentioned: Sequence[tuple[Row, int]], urls: Urls
) -> EntityOut:
    """An entity, where it is mentioned and together with whom."""
    return {
        **entity_out(row, urls),
        "mentioned_in": [
            {
                "id": record.id,
                "title": record.title,
                "date": record.date,
                "mentions": record.mentions,
                "links": {
                    "record": urls.record(record.id),
                    # Entities' ids need no escaping; fifty times it would show.
                    "mentions": urls.record(record.id, f"/mentions?entity={row.id}"),
                },
            }
            for record in mentioned_in
        ],
        "co_mentioned": [
            {
                "id": other.id,
                "label": other.label,
                "kind": other.kind,
                "paragraphs": paragraphs,
            }
            for other, paragraphs in co_mentioned
        ],
    }


def entity_in_record_out(row: Row, record: str, urls: Urls) -> EntityInRecordOut:
    """An entity as one record mentions it."""
    return {
        "id": row.id,
        "kind": row.kind,
        "label": row.label,
        "description": row.description,
        "count": row.times,
        "first": row.first,
        "links": {
            "self": urls.entity(row.id),
            "mentions": urls(f"/v1/records/{record}/mentions", entity=row.id),
        },
    }
