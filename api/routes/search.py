"""Finding: passages by words, the place of a quotation, the entities in a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from sqlmodel import Session

from api.errors import BadParameter, ParameterError, Problem, TooMuch
from api.parsing.search_queries import SearchQuery, TooComplex, parse_query
from api.parsing.values import EntityKind, ParagraphKind
from api.queries.corpus import find_corpus
from api.queries.entities import entity_labels
from api.queries.mentions import texts_of
from api.queries.names import KnownNames
from api.queries.pages import Page, Row
from api.queries.passages import Caution, find_descriptions
from api.queries.records import find_record
from api.queries.resolve import Resolved, Standing, check_cost, resolve
from api.queries.search import (
    REACH,
    SOON_COUNTED,
    Found,
    ResultPage,
    count_facets,
    is_soon_counted,
    run_search,
    suggest,
)
from api.representations.lists import list_out
from api.representations.passages import annotated_out, found_out, resolved_out
from api.representations.shapes import (
    AnnotatedOut,
    EntityOfferedOut,
    FacetOut,
    FoundOut,
    ListOut,
    QuotesIn,
    ResolutionOut,
    ResolvedAloneOut,
    ResolvedOut,
    SearchOut,
    TextIn,
)
from api.representations.texts import Offsets
from api.representations.urls import Urls
from api.routes.answers import answer
from api.routes.dependencies import (
    Cursor,
    DateBound,
    Fields,
    OffsetUnit,
    UrlsDep,
    date_bound,
    names_schema,
    parse_names,
    reading,
    search_index,
)
from api.routes.shaped import ShapedRoute
from api.store.index_documents import read_day
from api.store.search_index import FACETS, Criterion

if TYPE_CHECKING:
    from api.parsing.names import Found as FoundNames

router = APIRouter(prefix="/v1", tags=["search"], route_class=ShapedRoute)

_FACET_VALUES = 20
_ADVICE = 'words, "a phrase", prefix*, one OR another, -without'


def known_names(request: Request, session: Session) -> KnownNames:
    """The names of the authority file."""
    names: KnownNames = request.app.state.names.of(session, find_corpus(session).generation)
    return names


@router.get("/search", operation_id="search", response_model=SearchOut)
def read_search(
    request: Request,
    urls: UrlsDep,
    q: Annotated[
        str | None,
        Query(description=f"What to find: {_ADVICE}", examples=['"summit conference" Taiwan']),
    ] = None,
    record: Annotated[
        str | None, Query(max_length=100, description="Only in this record", examples=["209712"])
    ] = None,
    repository: Annotated[
        str | None,
        Query(max_length=200, description="Archive, as in the reference code", examples=["RGANI"]),
    ] = None,
    fond: Annotated[str | None, Query(max_length=200, description="Fond", examples=["52"])] = None,
    language: Annotated[
        str | None,
        Query(max_length=35, description="BCP 47 tag of a content or original", examples=["ru"]),
    ] = None,
    date_from: DateBound = None,
    date_to: DateBound = None,
    layer: Annotated[
        str | None,
        Query(max_length=200, description="Layer", examples=["draft-to-eisenhower"]),
    ] = None,
    entity: Annotated[
        str | None,
        Query(
            max_length=100,
            description="Id of an entity mentioned, whatever it is called there",
            examples=["peoples-republic-of-china"],
        ),
    ] = None,
    kind: Annotated[
        ParagraphKind | None, Query(description="Kind of paragraph", examples=["paragraph"])
    ] = None,
    facets: Annotated[
        str | None,
        Query(
            max_length=100,
            description=f"What to count by, separated by commas: {', '.join(FACETS)}. By default "
            f"all, unless counting takes long: where more than {SOON_COUNTED:,} are found, or each "
            "word of a phrase stands in more",
            examples=["decade,entity"],
            json_schema_extra=names_schema(FACETS),
        ),
    ] = None,
    offsets: OffsetUnit = "codepoints",
    limit: Annotated[
        int, Query(ge=1, le=1000, description="How many to a page, at most 1,000", examples=[20])
    ] = 20,
    cursor: Cursor = None,
    fields: Fields = None,
) -> Response:
    """Passages, best first, each with the places of the words in its text.

    English words are found in all their forms, phrases exactly, both without regard to case and
    diacritics. Whatever is not syntax is text.
    """
    asked = Asked(
        q,
        record,
        repository,
        fond,
        language,
        date_from,
        date_to,
        layer,
        entity,
        kind,
        facets,
        offsets,
        limit,
        cursor,
    )
    return answer(search(request, urls, asked), fields=fields)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search is asked, each as `read_search` takes it."""

    q: str | None = None
    record: str | None = None
    repository: str | None = None
    fond: str | None = None
    language: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    layer: str | None = None
    entity: str | None = None
    kind: str | None = None
    facets: str | None = None
    offsets: str = "codepoints"
    limit: int = 20
    cursor: str | None = None


def search(request: Request, urls: Urls, asked: Asked) -> SearchOut:
    """A page of the passages found, and what belongs to all of them."""
    with reading(request) as session:
        query = _read_query(request, asked.q, asked.entity)
        index, names = search_index(request, session), known_names(request, session)
        criterion = Criterion(
            asked.record,
            asked.repository.lower() if asked.repository else None,
            asked.fond,
            asked.language.lower() if asked.language else None,
            asked.layer,
            asked.kind,
            asked.entity,
            read_day(date_bound(asked.date_from, "date_from", last=False)),
            read_day(date_bound(asked.date_to, "date_to", last=True)),
        )
        page = run_search(session, index, query, criterion, asked.limit, asked.cursor)
        counted = parse_names(asked.facets, "facets", FACETS)
        if asked.facets is None and is_soon_counted(index, query, page):
            counted = FACETS
        counts: dict[str, list[tuple[str, int]]] = {}
        if counted and page.total:
            counts = count_facets(index, query, criterion, page, counted, _FACET_VALUES)
        named = {found.record for found in page.found}
        records = find_descriptions(session, named | {one for one, _ in counts.get("record", ())})
        return {
            **_list_found(request, urls, page, records, asked.limit, asked.offsets),
            "reachable": REACH,
            "suggestion": suggest(index, query, page.total),
            "did_you_mean_entity": _offer(session, names.named(asked.q or ""), urls),
            "facets": _facets_out(session, counts, records),
        }


def _list_found(
    request: Request,
    urls: Urls,
    page: ResultPage,
    records: Mapping[str, Row],
    limit: int,
    offsets: str,
) -> ListOut[FoundOut]:
    counting = Offsets()
    if offsets == "utf16":
        counting = Offsets(utf16=True, texts=_texts(page.found))
    return list_out(
        [found_out(found, records[found.record], urls, counting) for found in page.found],
        Page((), page.total, page.next, page.prev),
        limit,
        urls,
        request.url.path,
        request.url.query,
    )


def _read_query(request: Request, q: str | None, entity: str | None) -> SearchQuery:
    _check_length(request, q or "", "q", "search query")
    try:
        query = parse_query(q or "")
    except TooComplex as error:
        raise BadParameter(ParameterError("q", str(error), (q or "")[:200], _ADVICE)) from None
    if not query.groups and not entity:
        message = (
            "only says what to leave out; say what to find as well"
            if query.without
            else "says nothing to find; give words, or an entity"
        )
        raise BadParameter(ParameterError("q", message, (q or "")[:200], _ADVICE))
    return query


def _check_length(
    request: Request, text: str, parameter: str, what: str, limit: str = "max_query_bytes"
) -> None:
    """Refuse what is too long, and half characters, which JSON can hold but no text has."""
    most = getattr(request.app.state.settings, limit)
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        error = ParameterError(parameter, "has half a character (a surrogate)", None, "Unicode")
        raise Problem(
            "not-valid",
            "Not valid",
            422,
            f"The {what} has half a character in it.",
            [error],
        ) from None
    if size > most:
        raise TooMuch(
            f"A {what} may have {most:,} bytes.",
            ParameterError(parameter, "too long", size, f"at most {most:,} bytes"),
        )


def _texts(found: Iterable[Found]) -> dict[tuple[str, int], str]:
    return {(row.record_id, row.number): row.text for one in found for row in one.paragraphs}


def _offer(session: Session, entity: str | None, urls: Urls) -> EntityOfferedOut | None:
    row = entity_labels(session, {entity}).get(entity) if entity else None
    if row is None:
        return None
    return {
        "id": row.id,
        "label": row.label,
        "kind": row.kind,
        "links": {"self": urls.entity(row.id), "search": urls("/v1/search", entity=row.id)},
    }


def _facets_out(
    session: Session, facets: dict[str, list[tuple[str, int]]], records: Mapping[str, Row]
) -> dict[str, list[FacetOut]]:
    labels: dict[str, dict[str, str]] = {name: {} for name in facets}
    if values := facets.get("entity"):
        rows = entity_labels(session, {value for value, _ in values})
        labels["entity"] = {row.id: row.label for row in rows.values()}
    if values := facets.get("record"):
        labels["record"] = {value: records[value].title for value, _ in values if value in records}
    if values := facets.get("decade"):
        labels["decade"] = {value: f"{value}s" for value, _ in values}
    return {
        name: [
            {"value": value, "label": labels[name].get(value, value), "count": count}
            for value, count in values
        ]
        for name, values in facets.items()
    }


@router.get("/resolve", operation_id="resolveQuotation", response_model=ResolvedAloneOut)
def read_resolution(
    request: Request,
    urls: UrlsDep,
    quote: Annotated[
        str,
        Query(
            description="The words as quoted; … where words are left out",
            examples=["the abnormal conditions which have developed"],
        ),
    ],
    record: Annotated[
        str | None, Query(max_length=100, description="Only in this record", examples=["209712"])
    ] = None,
    offsets: OffsetUnit = "codepoints",
) -> Response:
    """Where a quotation stands: to the character, or not at all.

    `exact`: the characters are those of the text. `normalized`: but for what is named there.
    `ambiguous`: in several places. `not_found`: nowhere; `nearest` then shows what looks most like
    it, and the differences. The verdict stands in the answer itself, and as its one item.
    """
    with reading(request) as session:
        resolved = _resolve(request, session, urls, [quote], record, offsets)
    return answer({**resolved["items"][0], **resolved})


@router.post("/resolve", operation_id="resolveQuotations", response_model=ResolutionOut)
def read_resolutions(
    request: Request,
    urls: UrlsDep,
    asked: Annotated[QuotesIn, Body()],
    offsets: OffsetUnit = "codepoints",
) -> Response:
    """Where quotations stand: as with GET, up to 100 at once, in the order asked."""
    quotes, record = asked["quotes"], asked.get("record")
    most = request.app.state.settings.max_quotations
    if len(quotes) > most:
        raise TooMuch(
            f"{most:,} quotations may be asked for at once.",
            ParameterError("quotes", "too many", len(quotes), f"at most {most:,}"),
        )
    with reading(request) as session:
        resolved = _resolve(request, session, urls, quotes, record, offsets)
    return answer(resolved)


def _resolve(
    request: Request,
    session: Session,
    urls: Urls,
    quotes: Sequence[str],
    record: str | None,
    unit: str,
) -> ResolutionOut:
    for quote in quotes:
        _check_length(request, quote, "quote", "quotation")
    if record is not None:
        find_record(session, record)
    index = search_index(request, session)
    check_cost(index, quotes)
    found = [resolve(session, index, quote, record) for quote in quotes]
    records = find_descriptions(session, _records_of(found), "citation")
    counting = Offsets()
    if unit == "utf16":
        counting = Offsets(utf16=True, texts=texts_of(session, _places_of(found)))
    items: list[ResolvedOut] = [resolved_out(one, records, urls, counting) for one in found]
    return {"items": items}


def _records_of(found: Iterable[Resolved]) -> set[str]:
    records = {place.record for one in found for place in one.places}
    return records | {one.nearest.record for one in found if one.nearest}


def _places_of(found: Iterable[Resolved]) -> set[tuple[str, int]]:
    places: set[tuple[str, int]] = set()
    for one in found:
        standing: Sequence[Standing] = one.places
        for place in standing:
            places |= {(place.record, number) for number, _, _ in place.segments}
            warnings: Sequence[Caution] = place.warnings
            places |= {(warning.record, warning.paragraph) for warning in warnings}
        if one.nearest:
            places |= {(one.nearest.record, number) for number, _, _ in one.nearest.segments}
    return places


@router.post("/annotate", operation_id="annotateText", response_model=AnnotatedOut)
def read_annotations(
    request: Request,
    asked: Annotated[TextIn, Body()],
    offsets: OffsetUnit = "codepoints",
) -> Response:
    """The entities that a text names, found as they are in the records. Nothing is stored.

    The whole text counts as paragraph 1; offsets are into it.
    """
    text = asked["text"]
    _check_length(request, text, "text", "text", "max_annotated_bytes")
    with reading(request) as session:
        found = known_names(request, session).index.find_in_text(text)
        labels = _labels(session, found)
    counting = Offsets()
    if offsets == "utf16":
        counting = Offsets(utf16=True, texts={("", 1): text})
    return answer(annotated_out(found, labels, text, counting))


def _labels(session: Session, found: FoundNames) -> dict[str, str]:
    from api.parsing.dates import find_dates
    from api.parsing.names import date_entity

    kinds: dict[str, EntityKind] = {m.entity: m.kind for m in found.mentions if m.entity}
    rows = entity_labels(session, set(kinds))
    labels = {row.id: row.label for row in rows.values()}
    for mention in found.mentions:
        if mention.kind == "date" and mention.entity and mention.entity not in labels:
            for _, _, date in find_dates(mention.quote):
                if date.edtf and date_entity(date)[0] == mention.entity:
                    labels[mention.entity] = date_entity(date)[1]
    return labels
