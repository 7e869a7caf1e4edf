"""What stands in a record: paragraphs, outline, entities, mentions, apparatus, discrepancies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Path, Query, Request, Response
from sqlmodel import Session

from api.errors import BadParameter, ParameterError
from api.parsing.values import ApparatusKind, EntityKind, ParagraphKind, Ref
from api.queries.entities import list_entities_of_record
from api.queries.mentions import MentionCriterion, list_apparatus, list_mentions
from api.queries.pages import take_page_of
from api.queries.paragraphs import (
    ParagraphCriterion,
    all_paragraphs,
    find_paragraph,
    find_section,
    list_paragraphs,
    list_sections,
    neighbours,
)
from api.queries.records import find_record
from api.representations.entities import entity_in_record_out
from api.representations.lists import list_out, whole_list
from api.representations.reading import (
    action_out,
    count_code_points,
    count_utf16,
    move_apparatus,
    move_mentions,
    reading_paragraphs_out,
    view_of,
)
from api.representations.shapes import (
    ApparatusOut,
    DiscrepancyOut,
    EntityInRecordOut,
    ListOut,
    MentionOut,
    OutlineOut,
    ParagraphOut,
    ReadingOut,
    SectionWithTextOut,
)
from api.representations.texts import distribute, find_in_tree, outline_tree, paragraph_out
from api.representations.urls import Urls
from api.routes.answers import answer
from api.routes.dependencies import (
    NUMBERS,
    Cursor,
    Fields,
    OffsetUnit,
    RecordId,
    SessionDep,
    UrlsDep,
    names_schema,
    parse_names,
    parse_numbers,
)
from api.routes.embedding import apparatus_of, discrepancies_of, mentions_of, show_mentions
from api.routes.shaped import ShapedRoute

router = APIRouter(prefix="/v1/records/{record}", tags=["texts"], route_class=ShapedRoute)

FirstParagraph = Annotated[
    int | None,
    Query(alias="from", ge=1, le=10**9, description="Number of the first paragraph", examples=[7]),
]
LastParagraph = Annotated[
    int | None,
    Query(alias="to", ge=1, le=10**9, description="Number of the last paragraph", examples=[9]),
]
ParagraphLimit = Annotated[
    int, Query(ge=1, le=1000, description="How many to a page, at most 1,000", examples=[1000])
]
INCLUDES = ("mentions", "apparatus")
Include = Annotated[
    str | None,
    Query(
        description="`mentions`, `apparatus`, or both: put to each paragraph",
        examples=["mentions,apparatus"],
        json_schema_extra=names_schema(INCLUDES),
    ),
]


@router.get(
    "/paragraphs",
    operation_id="listParagraphs",
    response_model=ListOut[ParagraphOut] | ReadingOut,
)
def read_paragraphs(
    request: Request,
    record: RecordId,
    session: SessionDep,
    urls: UrlsDep,
    first: FirstParagraph = None,
    last: LastParagraph = None,
    numbers: Annotated[
        str | None,
        Query(
            max_length=2000,
            description="Numbers and runs",
            examples=["3,7-9"],
            json_schema_extra=NUMBERS,
        ),
    ] = None,
    ids: Annotated[
        str | None, Query(max_length=6000, description="Stable ids, separated by commas")
    ] = None,
    kind: Annotated[
        str | None,
        Query(
            description="Kinds, separated by commas",
            examples=["paragraph,instruction"],
            json_schema_extra=names_schema(get_args(ParagraphKind)),
        ),
    ] = None,
    layer: Annotated[
        str | None, Query(description="Layer", examples=["draft-to-eisenhower"])
    ] = None,
    section: Annotated[str | None, Query(description="Id of a section of the outline")] = None,
    content: Annotated[
        str | None, Query(description="Id of a content", examples=["translation-english"])
    ] = None,
    view: Annotated[
        Literal["source", "reading"],
        Query(
            description="The source's own paragraphs, or a text for reading: sentences that a page "
            "break cut are joined, page marks left out, an editor's corrections made, and each "
            "thing done is listed",
            examples=["source"],
        ),
    ] = "source",
    include: Include = None,
    offsets: OffsetUnit = "codepoints",
    limit: ParagraphLimit = 1000,
    cursor: Cursor = None,
    fields: Fields = None,
) -> Response:
    """The paragraphs in reading order.

    With `view=reading` paragraphs keep the number and id of their first part, and a filter takes
    every paragraph that it takes a part of.
    """
    row = find_record(session, record)
    if first is not None and last is not None and last < first:
        raise BadParameter(ParameterError("to", "smaller than `from`", last, f"at least {first}"))
    criterion = ParagraphCriterion(
        first,
        last,
        parse_numbers(numbers, "numbers") if numbers is not None else (),
        _ids(ids),
        parse_names(kind, "kind", get_args(ParagraphKind)),
        layer,
        section,
        content,
    )
    parts = parse_names(include, "include", INCLUDES)
    if view == "reading":
        out = _read_for_reading(
            request, session, urls, record, criterion, parts, offsets, limit, cursor
        )
        return answer(out, fields=fields, modified=row.modified_at)
    page = list_paragraphs(session, record, criterion, limit, cursor)
    items = [paragraph_out(paragraph, urls) for paragraph in page.rows]
    _embed(session, record, items, parts, offsets)
    listed = list_out(items, page, limit, urls, request.url.path, request.url.query)
    return answer(listed, fields=fields, modified=row.modified_at)


@router.get("/paragraphs/{paragraph}", operation_id="getParagraph", response_model=ParagraphOut)
def read_paragraph(
    record: RecordId,
    paragraph: Annotated[
        str,
        Path(
            pattern=r"^[A-Za-z0-9_-]+$",
            max_length=40,
            description="Its number, from 1, or its stable id",
            examples=["25"],
        ),
    ],
    session: SessionDep,
    urls: UrlsDep,
    include: Include = None,
    offsets: OffsetUnit = "codepoints",
    fields: Fields = None,
) -> Response:
    """One paragraph. Its canonical URL is that of its stable id, which survives renumbering.

    An id that has gone answers 410 with its `successors`.
    """
    row = find_record(session, record)
    found = find_paragraph(session, record, paragraph)
    out = paragraph_out(found, urls)
    before, after = neighbours(session, record, found.number)
    if before:
        out["links"]["prev"] = urls.paragraph(record, before)
    if after:
        out["links"]["next"] = urls.paragraph(record, after)
    _embed(session, record, [out], parse_names(include, "include", INCLUDES), offsets)
    links = {
        "canonical": out["links"]["self"],
        "prev": out["links"].get("prev"),
        "next": out["links"].get("next"),
    }
    return answer(out, fields=fields, links=links, modified=row.modified_at)


@router.get("/outline", operation_id="getOutline", response_model=OutlineOut)
def read_outline(record: RecordId, session: SessionDep, urls: UrlsDep) -> Response:
    """The whole outline in one tree, in reading order, each section with its run of paragraphs."""
    row = find_record(session, record)
    out: OutlineOut = {
        "items": outline_tree(list_sections(session, record), urls),
        "links": {"self": urls.record(record, "/outline"), "record": urls.record(record)},
    }
    return answer(out, modified=row.modified_at)


@router.get("/outline/{section}", operation_id="getSection", response_model=SectionWithTextOut)
def read_section(
    record: RecordId,
    section: Annotated[
        str,
        Path(max_length=100, description="The section's id", examples=["draft-to-eisenhower"]),
    ],
    session: SessionDep,
    urls: UrlsDep,
) -> Response:
    """One section, those below it nested, with its paragraphs."""
    row = find_record(session, record)
    found = find_section(session, record, section)
    run = ParagraphCriterion(found.first, found.last)
    out: SectionWithTextOut = {
        "section": find_in_tree(outline_tree(list_sections(session, record), urls), section),
        "paragraphs": [paragraph_out(p, urls) for p in all_paragraphs(session, record, run)],
        "links": {
            "self": urls.section(record, section),
            "record": urls.record(record),
            "outline": urls.record(record, "/outline"),
        },
    }
    return answer(out, modified=row.modified_at)


@router.get(
    "/entities", operation_id="listRecordEntities", response_model=ListOut[EntityInRecordOut]
)
def read_entities(
    record: RecordId,
    session: SessionDep,
    urls: UrlsDep,
    kind: Annotated[
        EntityKind | None, Query(description="Kind of entity", examples=["person"])
    ] = None,
    ref: Annotated[
        Ref | None, Query(description="Count only mentions of this sort", examples=["name"])
    ] = None,
    fields: Fields = None,
) -> Response:
    """The entities that the record mentions, most mentioned first."""
    row = find_record(session, record)
    rows = list_entities_of_record(session, record, kind, ref)
    items = [entity_in_record_out(entity, record, urls) for entity in rows]
    return answer(whole_list(items), fields=fields, modified=row.modified_at)


@router.get("/mentions", operation_id="listMentions", response_model=ListOut[MentionOut])
def read_mentions(
    request: Request,
    record: RecordId,
    session: SessionDep,
    urls: UrlsDep,
    entity: Annotated[
        str | None, Query(description="Id of an entity", examples=["mao-zedong"])
    ] = None,
    kind: Annotated[
        EntityKind | None, Query(description="Kind of entity", examples=["state"])
    ] = None,
    ref: Annotated[Ref | None, Query(description="How it is meant", examples=["name"])] = None,
    first: FirstParagraph = None,
    last: LastParagraph = None,
    flatten: Annotated[
        Literal["outermost"] | None,
        Query(description="`outermost`: no mention inside another, for highlighters"),
    ] = None,
    offsets: OffsetUnit = "codepoints",
    limit: ParagraphLimit = 1000,
    cursor: Cursor = None,
    fields: Fields = None,
) -> Response:
    """Every mention in reading order. A name that a page break cuts has two segments."""
    row = find_record(session, record)
    criterion = MentionCriterion(entity, kind, ref, first, last, flatten == "outermost")
    page = list_mentions(session, record, criterion, limit, cursor)
    items = show_mentions(session, page.rows, offsets)
    out = list_out(items, page, limit, urls, request.url.path, request.url.query)
    return answer(out, fields=fields, modified=row.modified_at)


@router.get("/apparatus", operation_id="listApparatus", response_model=ListOut[ApparatusOut])
def read_apparatus(
    record: RecordId,
    session: SessionDep,
    kind: Annotated[
        str | None,
        Query(
            description="Kinds, separated by commas",
            examples=["instruction,placeholder"],
            json_schema_extra=names_schema(get_args(ApparatusKind)),
        ),
    ] = None,
    first: FirstParagraph = None,
    last: LastParagraph = None,
    offsets: OffsetUnit = "codepoints",
    fields: Fields = None,
) -> Response:
    """The editorial marks in and about the text, in reading order."""
    row = find_record(session, record)
    kinds = parse_names(kind, "kind", get_args(ApparatusKind))
    items = apparatus_of(session, record, kinds, first, last, offsets)
    return answer(whole_list(items), fields=fields, modified=row.modified_at)


@router.get(
    "/discrepancies", operation_id="listDiscrepancies", response_model=ListOut[DiscrepancyOut]
)
def read_discrepancies(
    record: RecordId, session: SessionDep, offsets: OffsetUnit = "codepoints", fields: Fields = None
) -> Response:
    """Claims of the source that cannot all be right: reported, never resolved."""
    row = find_record(session, record)
    items = discrepancies_of(session, record, offsets)
    return answer(whole_list(items), fields=fields, modified=row.modified_at)


def _read_for_reading(
    request: Request,
    session: Session,
    urls: Urls,
    record: str,
    criterion: ParagraphCriterion,
    parts: Sequence[str],
    unit: str,
    limit: int,
    cursor: str | None,
) -> ReadingOut:
    count = count_utf16 if unit == "utf16" else count_code_points
    rows = all_paragraphs(session, record)
    wanted = {row.number for row in all_paragraphs(session, record, criterion)}
    view = view_of(rows, list_apparatus(session, record))
    read = [
        item
        for item in reading_paragraphs_out(view, rows, urls, count)
        if wanted.intersection(item["numbers"])
    ]
    items, page = take_page_of(read, lambda item: item["number"], limit, cursor)
    for item in items:
        item.update({part: [] for part in parts})
    mentions = mentions_of(session, record) if "mentions" in parts else []
    apparatus = apparatus_of(session, record) if "apparatus" in parts else []
    distribute(items, move_mentions(view, mentions, count), move_apparatus(view, apparatus, count))
    listed = list_out(items, page, limit, urls, request.url.path, request.url.query)
    texts = {row.number: row.text for row in rows}
    dropped = [action_out(act, texts[act.paragraph], count) for act in view.dropped]
    return {**listed, "dropped": dropped}


def _ids(ids: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (ids or "").split(",") if name.strip())


def _embed(
    session: Session,
    record: str,
    items: Sequence[ParagraphOut],
    parts: Sequence[str],
    unit: str,
) -> None:
    if not parts or not items:
        return
    first, last = items[0]["number"], items[-1]["number"]
    mentions: list[MentionOut] = []
    apparatus: list[ApparatusOut] = []
    for item in items:
        if "mentions" in parts:
            item["mentions"] = []
        if "apparatus" in parts:
            item["apparatus"] = []
    if "mentions" in parts:
        mentions = mentions_of(session, record, MentionCriterion(first=first, last=last), unit)
    if "apparatus" in parts:
        apparatus = apparatus_of(session, record, (), first, last, unit)
    distribute(items, mentions, apparatus)
