"""Citations: of a record, of a passage, of several records at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from api.errors import BadParameter, NotFound, ParameterError
from api.queries.pages import Row
from api.queries.paragraphs import ParagraphCriterion, all_paragraphs, find_paragraph
from api.queries.passages import draft_titles, find_warnings
from api.queries.records import find_record, find_records
from api.queries.resolve import resolve
from api.representations.bibliography import Pinpoint
from api.representations.citations import FORMATS, citation_out, item_of_row, number_list
from api.representations.passages import text_directive, warning_out
from api.representations.shapes import CitationOut, PinpointOut, SpanOut
from api.representations.texts import Offsets
from api.representations.urls import EXPORTS, Urls
from api.routes.answers import answer, export
from api.routes.dependencies import (
    NUMBERS,
    Fields,
    OffsetUnit,
    RecordId,
    SessionDep,
    UrlsDep,
    parse_numbers,
    search_index,
)
from api.routes.shaped import ShapedRoute

router = APIRouter(tags=["citations"], route_class=ShapedRoute)
MOST = 500


def cite_record(record: str, session: Session, urls: Urls, extension: str) -> Response:
    """One record in a citation format."""
    row = find_record(session, record)
    return export(row, extension, FORMATS[extension]([item_of_row(row, urls)]), urls)


@router.get("/v1/records/{record}.csl.json", operation_id="getCslJson", response_class=Response)
def read_csl(record: RecordId, session: SessionDep, urls: UrlsDep) -> Response:
    """The citation as CSL-JSON: an array of one item."""
    return cite_record(record, session, urls, "csl.json")


@router.get("/v1/records/{record}.ris", operation_id="getRis", response_class=Response)
def read_ris(record: RecordId, session: SessionDep, urls: UrlsDep) -> Response:
    """The citation as RIS, for reference managers."""
    return cite_record(record, session, urls, "ris")


@router.get("/v1/records/{record}.bib", operation_id="getBibtex", response_class=Response)
def read_bibtex(record: RecordId, session: SessionDep, urls: UrlsDep) -> Response:
    """The citation as BibTeX."""
    return cite_record(record, session, urls, "bib")


@router.get("/v1/records/{record}.jsonld", operation_id="getJsonLd", response_class=Response)
def read_jsonld(record: RecordId, session: SessionDep, urls: UrlsDep) -> Response:
    """The record as schema.org describes archival documents, in JSON-LD."""
    return cite_record(record, session, urls, "jsonld")


@router.get("/v1/citations", operation_id="listCitations", response_class=Response)
def read_citations(
    session: SessionDep,
    urls: UrlsDep,
    ids: Annotated[
        str,
        Query(
            max_length=7000,
            description=f"Ids of records, separated by commas, at most {MOST}",
            examples=["209712"],
            json_schema_extra={"pattern": "^ *[A-Za-z0-9_-]+ *(, *[A-Za-z0-9_-]+ *)*$"},
        ),
    ],
    format: Annotated[  # noqa: A002 (the parameter's public name)
        str,
        Query(
            description=f"One of {', '.join(FORMATS)}",
            examples=["ris"],
            json_schema_extra={"enum": list(FORMATS)},
        ),
    ] = "csl.json",
) -> Response:
    """Several records in one citation format, in the order asked for."""
    if format not in FORMATS:
        raise BadParameter(
            ParameterError("format", f"there is no format {format!r}", format, list(FORMATS))
        )
    wanted = list(dict.fromkeys(name.strip() for name in ids.split(",") if name.strip()))
    if not wanted or len(wanted) > MOST:
        raise BadParameter(
            ParameterError("ids", "names none, or too many", len(wanted), f"1 to {MOST} ids")
        )
    items = [item_of_row(row, urls) for row in find_records(session, wanted)]
    return Response(FORMATS[format](items), media_type=EXPORTS[format])


@dataclass(frozen=True, slots=True)
class _Passage:
    """What is to be cited: paragraphs, and the span of each."""

    paragraphs: Sequence[Row]
    spans: Sequence[tuple[int, int]]
    whole: bool
    """Whether whole paragraphs were asked for."""


@router.get("/v1/records/{record}/citation", operation_id="getCitation", response_model=CitationOut)
def read_citation(
    request: Request,
    record: RecordId,
    session: SessionDep,
    urls: UrlsDep,
    paragraphs: Annotated[
        str | None,
        Query(
            max_length=500,
            description="Cite these paragraphs",
            examples=["7-9"],
            json_schema_extra=NUMBERS,
        ),
    ] = None,
    quote: Annotated[
        str | None,
        Query(description="Cite the passage where these words stand", examples=["a strong move"]),
    ] = None,
    paragraph: Annotated[
        str | None,
        Query(max_length=40, description="Cite a span of this one: number or id", examples=["15"]),
    ] = None,
    start: Annotated[
        int | None, Query(ge=0, le=10**9, description="With `paragraph`: where the span begins")
    ] = None,
    end: Annotated[
        int | None, Query(ge=0, le=10**9, description="With `paragraph`: where it ends")
    ] = None,
    offsets: OffsetUnit = "codepoints",
    fields: Fields = None,
) -> Response:
    """The citation: as the source prints it first, then parsed, then in every style.

    `paragraphs`, `quote`, or `paragraph` with `start` and `end` make it a pinpoint citation: with a
    locator, a link that leads to the words, and warnings where they are a draft's, a direction to
    the drafters, a blank, or not the source's own.
    """
    row = find_record(session, record)
    asked = [name for name, value in _asked(paragraphs, quote, paragraph) if value is not None]
    if not asked and (start is not None or end is not None):
        raise BadParameter(ParameterError("start", "needs `paragraph`", start, "paragraph=15"))
    if len(asked) > 1:
        raise BadParameter(
            ParameterError(asked[1], f"does not go with `{asked[0]}`", None, "one of the two")
        )
    passage: _Passage | None = None
    if paragraphs is not None:
        passage = _of_numbers(session, record, paragraphs)
    elif quote is not None:
        most = request.app.state.settings.max_query_bytes
        if len(quote.encode()) > most:
            raise BadParameter(ParameterError("quote", "too long", None, f"at most {most:,} bytes"))
        resolved = resolve(session, search_index(request, session), quote, record)
        if resolved.status == "not_found":
            raise NotFound("passage", quote[:200], "GET /v1/resolve shows what is most like it.")
        if resolved.status == "ambiguous":
            places = number_list([place.segments[0][0] for place in resolved.places])
            raise BadParameter(
                ParameterError("quote", f"stands in several places: {places}", quote, "more words")
            )
        segments = resolved.places[0].segments
        rows = [find_paragraph(session, record, str(number)) for number, _, _ in segments]
        passage = _Passage(rows, [(first, last) for _, first, last in segments], whole=False)
    elif paragraph is not None:
        passage = _of_span(session, record, paragraph, start, end)
    if passage is None:
        return answer(citation_out(row, urls), fields=fields, modified=row.modified_at)
    out = _cite_passage(session, row, urls, passage, utf16=offsets == "utf16")
    return answer(out, fields=fields, modified=row.modified_at)


def _asked(
    paragraphs: str | None, quote: str | None, paragraph: str | None
) -> list[tuple[str, str | None]]:
    return [("paragraphs", paragraphs), ("quote", quote), ("paragraph", paragraph)]


def _of_numbers(session: Session, record: str, numbers: str) -> _Passage:
    runs = parse_numbers(numbers, "paragraphs")
    rows = all_paragraphs(session, record, ParagraphCriterion(ranges=runs))
    there = {row.number for row in rows}
    for first, last in runs:
        if first not in there or last not in there:
            missing = first if first not in there else last
            raise BadParameter(
                ParameterError("paragraphs", f"there is no paragraph {missing}", numbers, "7-9")
            )
    return _Passage(rows, [(0, len(row.text)) for row in rows], whole=True)


def _of_span(
    session: Session, record: str, paragraph: str, start: int | None, end: int | None
) -> _Passage:
    row = find_paragraph(session, record, paragraph)
    length = len(row.text)
    first, last = start or 0, length if end is None else end
    if not 0 <= first < last <= length:
        name = "end" if last > length or end is not None else "start"
        raise BadParameter(
            ParameterError(
                name,
                "no span of the paragraph's text",
                [start, end],
                f"0 <= start < end <= {length}",
            )
        )
    return _Passage([row], [(first, last)], whole=start is None and end is None)


def _cite_passage(
    session: Session, row: Row, urls: Urls, passage: _Passage, *, utf16: bool
) -> CitationOut:
    rows = {(row.id, paragraph.number): paragraph for paragraph in passage.paragraphs}
    texts = {place: paragraph.text for place, paragraph in rows.items()}
    counting = Offsets(utf16=utf16, texts=texts)
    spans = {
        paragraph.number: span
        for paragraph, span in zip(passage.paragraphs, passage.spans, strict=True)
    }
    touched = [
        caution
        for cautions in find_warnings(session, rows).values()
        for caution in cautions
        if caution.start < spans[caution.paragraph][1] and spans[caution.paragraph][0] < caution.end
    ]
    drafts = {title for key, title in draft_titles(session, passage.paragraphs).items() if title}
    link = _link(row.id, urls, passage)
    numbers = number_list(list(spans))
    segments: list[SpanOut] = []
    for number, (first, last) in spans.items():
        words = texts[row.id, number][first:last]
        start, end = counting.span(row.id, number, first, last)
        segments.append({"paragraph": number, "start": start, "end": end, "quote": words})
    described: PinpointOut = {
        "paragraphs": numbers,
        "segments": segments,
        "layers": list(dict.fromkeys(p.layer for p in passage.paragraphs if p.layer)),
        "link": link,
    }
    pinpoint = Pinpoint(numbers, " and ".join(sorted(drafts)) or None, link)
    warnings = [warning_out(caution, counting) for caution in touched]
    return citation_out(row, urls, pinpoint, described, warnings)


def _link(record: str, urls: Urls, passage: _Passage) -> str:
    """To the paragraph where a whole one is cited, else to the words themselves."""
    first = passage.paragraphs[0]
    if passage.whole:
        return f"{urls.page(record)}#{first.id}"
    words = [
        paragraph.text[start:end]
        for paragraph, (start, end) in zip(passage.paragraphs, passage.spans, strict=True)
    ]
    last = passage.paragraphs[-1]
    directive = text_directive(
        words,
        before=first.text[: passage.spans[0][0]],
        after=last.text[passage.spans[-1][1] :],
    )
    return f"{urls.page(record)}#{directive}"
