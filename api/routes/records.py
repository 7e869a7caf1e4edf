"""Records: the list, one record, its citation, its sources and revisions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response
from sqlmodel import Session

from api.errors import NotFound, Problem
from api.queries.entities import list_entities_of_record
from api.queries.paragraphs import all_paragraphs, find_author, list_sections
from api.queries.records import (
    RecordCriterion,
    find_record,
    find_revision,
    find_source,
    list_records,
    list_revisions,
)
from api.queries.whole import find_whole_record
from api.representations.citations import FORMATS
from api.representations.entities import entity_in_record_out
from api.representations.lists import list_out, whole_list
from api.representations.records import (
    PARTS,
    exports_of,
    plain_text,
    record_brief_out,
    record_links,
    record_out,
    revision_out,
)
from api.representations.shapes import ListOut, RecordBriefOut, RecordOut, RevisionOut
from api.representations.signposting import link_field, links_of
from api.representations.tei import tei_document
from api.representations.texts import outline_tree, paragraph_out
from api.representations.urls import Urls
from api.routes.answers import answer, export
from api.routes.citations import cite_record
from api.routes.dependencies import (
    Cursor,
    DateBound,
    Fields,
    Limit,
    RecordId,
    SessionDep,
    UrlsDep,
    date_bound,
    names_schema,
    parse_names,
)
from api.routes.embedding import apparatus_of, discrepancies_of, mentions_of
from api.routes.negotiation import RECORD_TYPES, choose_type
from api.routes.shaped import ShapedRoute

router = APIRouter(prefix="/v1/records", tags=["records"], route_class=ShapedRoute)


@router.get("", operation_id="listRecords", response_model=ListOut[RecordBriefOut])
def read_records(
    request: Request,
    session: SessionDep,
    urls: UrlsDep,
    repository: Annotated[
        str | None, Query(description="Archive, as in the reference code", examples=["RGANI"])
    ] = None,
    fond: Annotated[str | None, Query(description="Fond", examples=["52"])] = None,
    language: Annotated[
        str | None, Query(description="BCP 47 tag of a content or original", examples=["ru"])
    ] = None,
    entity: Annotated[
        str | None, Query(description="Id of an entity mentioned", examples=["mao-zedong"])
    ] = None,
    date_from: DateBound = None,
    date_to: DateBound = None,
    q: Annotated[
        str | None, Query(max_length=200, description="Words of the title", examples=["Taiwan"])
    ] = None,
    sort: Annotated[
        Literal["date", "-date", "title", "-title"],
        Query(description="Order; `-` for descending", examples=["date"]),
    ] = "date",
    limit: Limit = 100,
    cursor: Cursor = None,
    fields: Fields = None,
) -> Response:
    """The records, by date unless asked otherwise; undated ones last.

    Dates match where the record's date and the span asked for overlap: a record of "1958" is found
    from 1958-09 on.
    """
    criterion = RecordCriterion(
        repository,
        fond,
        language,
        entity,
        date_bound(date_from, "date_from", last=False),
        date_bound(date_to, "date_to", last=True),
        q,
    )
    page = list_records(session, criterion, sort, limit, cursor)
    items = [record_brief_out(row, urls) for row in page.rows]
    out = list_out(items, page, limit, urls, request.url.path, request.url.query)
    return answer(out, fields=fields)


@router.get("/{record}.md", operation_id="getRecordSource", response_class=Response)
def read_source(record: RecordId, session: SessionDep, urls: UrlsDep) -> Response:
    """The record as the archive exported it, byte for byte.

    A record that was born as TEI has no Markdown: its source is among its revisions.
    """
    row = find_record(session, record)
    if "md" not in exports_of(row):
        where = record_links(row, urls)["source"]
        raise NotFound("Markdown of", record, f"Its source is TEI: {where}.")
    return export(row, "md", find_source(session, record, row.source_sha256), urls)


@router.get("/{record}.txt", operation_id="getRecordText", response_class=Response)
def read_text(record: RecordId, session: SessionDep, urls: UrlsDep) -> Response:
    """The record as plain text: title, citation and paragraphs, blank lines between."""
    row = find_record(session, record)
    texts = [paragraph.text for paragraph in all_paragraphs(session, record)]
    return export(row, "txt", plain_text(row, texts), urls)


@router.get("/{record}.tei.xml", operation_id="getRecordTei", response_class=Response)
def read_tei(record: RecordId, session: SessionDep, urls: UrlsDep) -> Response:
    """The record as TEI P5, valid against `tei_all`: description, text, mentions, apparatus."""
    whole = find_whole_record(session, record)
    return export(whole.record, "tei.xml", tei_document(whole, urls), urls)


EXPORTERS: dict[str, Callable[[str, Session, Urls], Response]] = {
    "md": read_source,
    "txt": read_text,
    "tei.xml": read_tei,
    **{extension: partial(cite_record, extension=extension) for extension in FORMATS},
}


@router.get("/{record}", operation_id="getRecord", response_model=RecordOut)
def read_record(
    record: RecordId,
    session: SessionDep,
    urls: UrlsDep,
    include: Annotated[
        str | None,
        Query(
            description=f"Parts to embed, separated by commas: {', '.join(PARTS)}",
            examples=["outline,entities"],
            json_schema_extra=names_schema(PARTS),
        ),
    ] = None,
    fields: Fields = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """A record: description, citation, counts and links; `include` embeds its parts.

    The exports answer here as well, by `Accept`.
    """
    row = find_record(session, record)
    chosen = choose_type(accept, list(RECORD_TYPES))
    served = exports_of(row)
    if chosen is None or (RECORD_TYPES[chosen] and RECORD_TYPES[chosen] not in served):
        offered = ", ".join(
            kind for kind, name in RECORD_TYPES.items() if not name or name in served
        )
        raise Problem(
            "not-acceptable",
            "Not acceptable",
            406,
            f"Served here: {offered}.",
            headers={"Vary": "Accept"},
        )
    if extension := RECORD_TYPES[chosen]:
        response: Response = EXPORTERS[extension](record, session, urls)
        response.headers["Vary"] = "Accept"
        response.headers["Content-Location"] = urls.record(record, f".{extension}")
        return response
    out = record_out(row, urls)
    for part in parse_names(include, "include", PARTS):
        if part == "paragraphs":
            out["paragraphs"] = [paragraph_out(r, urls) for r in all_paragraphs(session, record)]
        elif part == "outline":
            out["outline"] = outline_tree(list_sections(session, record), urls)
        elif part == "entities":
            rows = list_entities_of_record(session, record)
            out["entities"] = [entity_in_record_out(r, record, urls) for r in rows]
        elif part == "mentions":
            out["mentions"] = mentions_of(session, record)
        elif part == "apparatus":
            out["apparatus"] = apparatus_of(session, record)
        elif part == "discrepancies":
            out["discrepancies"] = discrepancies_of(session, record)
    response = answer(out, fields=fields, modified=row.modified_at)
    response.headers["Vary"] = "Accept"
    response.headers["Link"] = link_field(
        links_of(row, urls, exports_of(row), find_author(session, record))
    )
    return response


@router.get(
    "/{record}/revisions", operation_id="listRevisions", response_model=ListOut[RevisionOut]
)
def read_revisions(record: RecordId, session: SessionDep, urls: UrlsDep) -> Response:
    """Every revision of the source that was loaded, newest first."""
    row = find_record(session, record)
    revisions = list_revisions(session, record)
    items = [revision_out(revision, row.source_sha256, urls) for revision in revisions]
    return answer(whole_list(items), modified=row.modified_at)


@router.get(
    "/{record}/revisions/{sha256}/source",
    operation_id="getRevisionSource",
    response_class=Response,
)
def read_revision_source(
    record: RecordId,
    sha256: Annotated[
        str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the source, hexadecimal")
    ],
    session: SessionDep,
) -> Response:
    """The source of one revision, byte for byte. It never changes."""
    source, media_type = find_revision(session, record, sha256)
    immutable = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(source, headers=immutable, media_type=media_type)
