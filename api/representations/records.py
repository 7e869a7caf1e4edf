"""Records and their citations: rows to public shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from api.representations.shapes import (
    CitationOut,
    RecordBriefOut,
    RecordOut,
    RevisionOut,
    ServiceOut,
)
from api.representations.urls import EXPORTS, Urls

if TYPE_CHECKING:
    from api.queries.pages import Row

PARTS = ("paragraphs", "outline", "entities", "mentions", "apparatus", "discrepancies")
"""What of a record can be embedded in it, and stands below it."""


_TEI_EXPORTS = {name: kind for name, kind in EXPORTS.items() if name != "md"}


def exports_of(row: Row) -> Mapping[str, str]:
    """The exports of a record: of one that was born as TEI there is no Markdown."""
    return _TEI_EXPORTS if row.path.endswith(".xml") else EXPORTS


def record_links(row: Row, urls: Urls) -> dict[str, str]:
    """Everything that stands below a record."""
    here = urls.record(row.id)
    links = {"self": here, "page": urls.page(row.id), "citation": f"{here}/citation"}
    for part in PARTS:
        links[part] = f"{here}/{part}"
    links["revisions"] = f"{here}/revisions"
    links["source"] = f"{here}/revisions/{row.source_sha256}/source"
    links["collection"] = urls.collection(row.collection_id)
    links["dts"] = f"{urls.base}/dts/collection?id={row.id}"
    for extension in exports_of(row):
        links[extension] = f"{here}.{extension}"
    return links


def _citation_out(row: Row, urls: Urls) -> CitationOut:
    """The citation as a record embeds it; its own URL has it in every style as well."""
    out: dict[str, Any] = {
        **row.citation,
        "credits": row.credits,
        "links": {
            "self": urls.record(row.id, "/citation"),
            "record": urls.record(row.id),
            "page": urls.page(row.id),
        },
    }
    return cast(CitationOut, out)


def record_out(row: Row, urls: Urls) -> RecordOut:
    """A record: description, citation, counts, links."""
    return {
        "id": row.id,
        "title": row.title,
        "date": row.date,
        "summary": row.summary,
        "languages": row.languages,
        "contents": row.contents,
        "citation": _citation_out(row, urls),
        "reference": row.citation["reference"],
        "volume": row.volume,
        "rights": row.rights,
        "credits": row.credits,
        "other_fields": row.other_fields,
        "unread": row.unread,
        "ambiguous": row.ambiguous,
        "review": row.review,
        "editors": row.editors,
        "source_sha256": row.source_sha256,
        "counts": row.counts,
        "links": record_links(row, urls),
    }


def record_brief_out(row: Row, urls: Urls) -> RecordBriefOut:
    """A record as a list shows it."""
    return {
        "id": row.id,
        "title": row.title,
        "date": row.date,
        "summary": row.summary,
        "languages": row.languages,
        "digital_archive": row.citation["digital_archive"],
        "reference": row.citation["reference"],
        "review": row.review,
        "counts": row.counts,
        "links": record_links(row, urls),
    }


def revision_out(row: Row, current_sha256: str, urls: Urls) -> RevisionOut:
    """A revision; its source has a URL of its own that never changes."""
    return {
        "number": row.number,
        "sha256": row.sha256,
        "loaded_at": row.loaded_at,
        "current": row.sha256 == current_sha256,
        "links": {
            "source": urls.record(row.record_id, f"/revisions/{row.sha256}/source"),
            "record": urls.record(row.record_id),
        },
    }


def plain_text(row: Row, texts: list[str]) -> str:
    """A record as plain text: title, citation, then its paragraphs with blank lines between."""
    head = [row.title]
    if row.citation["verbatim"]:
        head.append(row.citation["verbatim"])
    return "\n\n".join([*head, *texts]) + "\n"


def service_out(corpus: Row, version: str, urls: Urls) -> ServiceOut:
    """What this service holds, with links to everything."""
    return {
        "name": "Opis",
        "version": version,
        "generation": corpus.generation,
        "digest": corpus.digest,
        "loaded_at": corpus.loaded_at,
        "counts": {
            name: getattr(corpus, name)
            for name in ("records", "paragraphs", "entities", "mentions")
        },
        "links": {
            "self": urls("/v1"),
            "records": urls("/v1/records"),
            "entities": urls("/v1/entities"),
            "collections": urls("/v1/collections"),
            "dts": urls("/dts"),
            "oai": urls("/oai", verb="Identify"),
            "search": urls("/v1/search"),
            "resolve": urls("/v1/resolve"),
            "annotate": urls("/v1/annotate"),
            "records_file": urls("/v1/export/records.ndjson"),
            "database_file": urls("/v1/export/opis.sqlite"),
            "openapi": urls("/v1/openapi.json"),
            "docs": urls("/docs"),
            "health": urls("/healthz"),
            "ready": urls("/readyz"),
        },
    }
