"""Collections: rows to public shapes."""

from __future__ import annotations

from collections.abc import Sequence

from api.queries.pages import Row
from api.representations.records import record_brief_out
from api.representations.shapes import CollectionBriefOut, CollectionOut, CollectionRefOut
from api.representations.urls import Urls


def title_of(row: Row) -> str:
    """The name of a collection, else its reference."""
    return str(row.title or row.reference)


def collection_ref_out(row: Row, urls: Urls) -> CollectionRefOut:
    """A collection, named in passing."""
    return {
        "id": row.id,
        "level": row.level,
        "label": row.label,
        "title": title_of(row),
        "links": {"self": urls.collection(row.id)},
    }


def collection_brief_out(row: Row, urls: Urls) -> CollectionBriefOut:
    """A collection as a list shows it."""
    links = {
        "self": urls.collection(row.id),
        "children": urls("/v1/collections", parent=row.id),
        "records": urls.collection(row.id, "/records"),
        "dts": urls("/dts/collection", id=row.id),
        "oai": urls("/oai", verb="ListRecords", metadataPrefix="oai_dc", set=row.path),
    }
    if row.ancestors:
        links["parent"] = urls.collection(row.ancestors[-1])
    return {
        "id": row.id,
        "level": row.level,
        "unit": row.unit,
        "label": row.label,
        "title": title_of(row),
        "reference": row.reference,
        "parent": row.ancestors[-1] if row.ancestors else None,
        "counts": {"children": row.children, "records": row.records, "direct": row.direct},
        "links": links,
    }


def collection_out(
    row: Row, ancestors: Sequence[Row], children: Sequence[Row], records: Sequence[Row], urls: Urls
) -> CollectionOut:
    """A collection, what it stands in and what stands in it."""
    return {
        **collection_brief_out(row, urls),
        "ancestors": [collection_ref_out(ancestor, urls) for ancestor in ancestors],
        "children": [collection_brief_out(child, urls) for child in children],
        "records": [record_brief_out(record, urls) for record in records],
    }
