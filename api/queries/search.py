"""Searching: which passages are found, where the words stand in them, what else may be meant."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import orjson
from sqlalchemy import select
from sqlmodel import Session
from tantivy import Query

from api.errors import BadParameter, ParameterError
from api.parsing.search_queries import Highlighter, SearchQuery, Term, drop_nested
from api.queries.pages import Row
from api.queries.passages import Caution, find_paragraphs, find_warnings, join_passage
from api.queries.places import Place, rows_at
from api.store.search_index import Criterion, Hit, SearchIndex, stem
from api.store.tables import Mention, MentionSegment, core
from api.text import Span

REACH = 10_000
"""How far down the ranked results can be read."""

SOON_COUNTED = 1_000
"""So many passages are counted by facets in less time than it takes to show a page of them."""

_FEW = 3
"""With fewer results than this, a misspelling is looked for."""
_CANDIDATES = 5_000


@dataclass(frozen=True, slots=True)
class Highlight:
    """Words that were asked for, where they stand."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A passage found: its paragraphs in reading order, and what to mark and beware of in them."""

    score: float
    record: str
    paragraphs: tuple[Row, ...]
    highlights: tuple[Highlight, ...]
    warnings: tuple[Caution, ...]

    @property
    def paragraph(self) -> Row:
        """The one that the hit is in: where the first highlight is."""
        if not self.highlights:
            return self.paragraphs[0]
        number = self.highlights[0].paragraph
        return next(row for row in self.paragraphs if row.number == number)


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of results. `next` and `prev` are cursors."""

    found: list[Found]
    total: int
    next: str | None
    prev: str | None


def run_search(
    session: Session,
    index: SearchIndex,
    query: SearchQuery,
    criterion: Criterion,
    limit: int,
    cursor: str | None,
) -> ResultPage:
    """A page of the passages that meet query and criterion, best first.

    A cursor tells the rank to go on from: the order is the index's own, and stands as long as its
    generation does.
    """
    rank = _read_cursor(cursor) if cursor else 0
    if rank >= REACH:
        raise BadParameter(
            ParameterError(
                "cursor", f"ranked results stop at {REACH:,}; narrow the search by filters", cursor
            )
        )
    hits = index.top(compose(index, query, criterion), min(limit, REACH - rank), rank)
    found = _read_hits(session, hits.hits, query, criterion.entity)
    after = rank + len(hits.hits)
    more = hits.hits and after < min(hits.total, REACH)
    return ResultPage(
        found,
        hits.total,
        _write_cursor(after) if more else None,
        _write_cursor(max(rank - limit, 0)) if rank else None,
    )


def compose(index: SearchIndex, query: SearchQuery, criterion: Criterion) -> Query:
    """The index's query for what was asked."""
    wanted = [index.some([_term(index, term) for term in group]) for group in query.groups]
    wanted += index.filters(criterion)
    return index.every(wanted, [_term(index, term) for term in query.without])


def is_soon_counted(index: SearchIndex, query: SearchQuery, page: ResultPage) -> bool:
    """Whether the facets of what a search found are counted in about the time of finding it.

    That grows with the number found, and for a phrase with the passages that have its words.
    """
    if page.total > SOON_COUNTED:
        return False
    return page.total == len(page.found) or all(
        min(map(index.frequency, term.words)) <= SOON_COUNTED
        for term in query.terms
        if term.kind == "phrase"
    )


def count_facets(
    index: SearchIndex,
    query: SearchQuery,
    criterion: Criterion,
    page: ResultPage,
    names: Sequence[str],
    size: int,
) -> dict[str, list[tuple[str, int]]]:
    """For each name its commonest values among all that the search of this page found."""
    asked = compose(index, query, criterion)
    if page.total == len(page.found) and any(term.kind == "phrase" for term in query.terms):
        # Where a phrase stands is costly to find out: a second time only in these records.
        records = {found.record for found in page.found}
        named = [one for record in records for one in index.filters(Criterion(record=record))]
        asked = index.every([index.some(named), asked])
    return index.facets(asked, names, size)


def _term(index: SearchIndex, term: Term) -> Query:
    if term.kind == "phrase":
        return index.phrase(term.words)
    if term.kind == "prefix":
        return index.prefix(term.words[0])
    return index.any_form(term.words[0])


def _read_hits(
    session: Session, hits: Sequence[Hit], query: SearchQuery, entity: str | None
) -> list[Found]:
    places = [(hit.record, number) for hit in hits for number in hit.paragraphs]
    rows = find_paragraphs(session, places)
    warnings = find_warnings(session, rows)
    meant = _mentioned(session, places, entity) if entity else {}
    highlighter = Highlighter(query, stem)
    found = []
    for hit in hits:
        paragraphs = tuple(
            rows[hit.record, number] for number in hit.paragraphs if (hit.record, number) in rows
        )
        if not paragraphs:
            continue
        found.append(
            Found(
                hit.score,
                hit.record,
                paragraphs,
                _highlight(highlighter, paragraphs, meant),
                tuple(
                    warning
                    for row in paragraphs
                    for warning in warnings.get((hit.record, row.number), ())
                ),
            )
        )
    return found


def _highlight(
    highlighter: Highlighter,
    paragraphs: Sequence[Row],
    meant: Mapping[Place, Sequence[tuple[int, int]]],
) -> tuple[Highlight, ...]:
    """What to mark in a passage: the words asked for, and the entity, where it is meant."""
    if len(paragraphs) == 1 and not meant:
        # Nearly always.
        (row,) = paragraphs
        return tuple(Highlight(row.number, *s) for s in highlighter.find(row.text))
    joined = join_passage(paragraphs)
    spans = highlighter.find(joined.text)
    for row, piece in zip(paragraphs, joined.pieces, strict=True):
        spans += [
            Span(piece.start + start, piece.start + end)
            for start, end in meant.get((row.record_id, row.number), ())
        ]
    return tuple(
        Highlight(*segment) for span in drop_nested(spans) for segment in joined.segments(*span)
    )


def _mentioned(
    session: Session, places: Sequence[Place], entity: str
) -> dict[Place, list[tuple[int, int]]]:
    """Where the entity is meant in these paragraphs, whatever it is called there."""
    mention = core(Mention)
    records = sorted({record for record, _ in places})
    meant = {
        (row.record_id, row.position)
        for row in session.execute(
            select(mention.c.record_id, mention.c.position).where(
                mention.c.entity_id == entity, mention.c.record_id.in_(records)
            )
        )
    }
    found: dict[Place, list[tuple[int, int]]] = {}
    columns = ("record_id", "position", "paragraph", "start", "end")
    for row in rows_at(session, core(MentionSegment), "paragraph", columns, places):
        if (row.record_id, row.position) in meant:
            found.setdefault((row.record_id, row.paragraph), []).append((row.start, row.end))
    return found


def suggest(index: SearchIndex, query: SearchQuery, total: int) -> str | None:
    """The query with words that the corpus hardly has replaced by those that it has.

    None where enough was found, or nothing better is known.
    """
    if total >= _FEW:
        return None
    groups, replaced = [], False
    for group in query.groups:
        terms = []
        for term in group:
            if term.kind == "word" and index.stem_frequency(term.words[0]) < _FEW:
                better = _correct(index, term.words[0])
                if better:
                    term = replace(term, words=(better,))
                    replaced = True
            terms.append(term)
        groups.append(terms)
    if not replaced:
        return None
    asked = " ".join(" OR ".join(str(term) for term in group) for group in groups)
    return " ".join([asked, *(f"-{term}" for term in query.without)])


def _correct(index: SearchIndex, word: str) -> str | None:
    """The commonest word of the corpus that is one slip away, or two where the word is long."""
    if len(word) < 4 or any(char.isdigit() for char in word):
        return None
    # Here, because a start need not wait for it.
    from rapidfuzz.distance import OSA

    most = 1 if len(word) < 6 else 2
    own = index.frequency(word)
    best: tuple[int, int, str] | None = None
    for candidate, frequency in _candidates(index, word):
        distance = OSA.distance(word, candidate, score_cutoff=most)
        if 0 < distance <= most and frequency > max(own * 10, 1):
            ranked = (distance, -frequency, candidate)
            best = min(best, ranked) if best else ranked
    return best[2] if best else None


def _candidates(index: SearchIndex, word: str) -> Iterator[tuple[str, int]]:
    beginnings = dict.fromkeys((word[0], word[1], word[1:3]))
    for beginning in beginnings:
        yield from index.vocabulary(beginning, _CANDIDATES)


def _write_cursor(rank: int) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([rank])).decode().rstrip("=")


def _read_cursor(cursor: str) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        (rank,) = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(rank, int) or isinstance(rank, bool) or not 0 <= rank < 2**31:
            raise ValueError
    except (ValueError, TypeError, binascii.Error):
        raise BadParameter(
            ParameterError(
                "cursor", "not a cursor of this list", cursor, "the `next` or `prev` of a page"
            )
        ) from None
    return int(rank)
