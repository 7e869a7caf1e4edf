"""Where does a quotation stand? Candidates from the index, the verdict from the text itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

from sqlmodel import Session
from tantivy import Query

from api.errors import BadParameter, ParameterError
from api.parsing.quotations import (
    MAX_GAP,
    NORMALISATIONS,
    Nearest,
    Passage,
    Place,
    Quotation,
    find_nearest,
    find_places,
    read_quotation,
    spans_in,
)
from api.queries.pages import Row
from api.queries.passages import Caution, find_paragraphs, find_warnings, join_passage
from api.queries.places import Place as PlaceOfRow
from api.store.search_index import LONGEST_WORD, Criterion, Hit, SearchIndex
from api.text import JoinedText
from api.words import words_of

Status = Literal["exact", "normalized", "ambiguous", "not_found"]
Segment = tuple[int, int, int]
"""Paragraph, start, end."""

MAX_PLACES = 20
"""How many places of an ambiguous quotation are told."""

_RAREST = 4
_MOST_CANDIDATES = 200
_LIKELY = 8
_LIKELY_WORDS = 6
_PHRASE_WORDS = 12
_SAMPLED_WORDS = 64
_CONTEXT = 200
_MOST_COSTLY = 10
_COMPARED = 2
_BESIDE = 2
"""So many neighbours of each likely passage are read at once; more where those are short."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A place where a quotation stands, with the words around it."""

    record: str
    segments: tuple[Segment, ...]
    texts: tuple[str, ...]
    """The words of each segment."""
    before: str
    after: str
    ids: tuple[str, ...]
    """The stable ids of the segments' paragraphs."""
    layer: str | None
    warnings: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class NearestPassage:
    """What looks most like a quotation that was not found. It is not the quotation."""

    record: str
    segments: tuple[Segment, ...]
    text: str
    nearest: Nearest


@dataclass(frozen=True, slots=True)
class Resolved:
    """The verdict on one quotation."""

    quote: str
    status: Status
    normalized: tuple[str, ...] = ()
    places: tuple[Standing, ...] = ()
    more: bool = False
    """Whether it stands in more places than are told."""
    nearest: NearestPassage | None = None


def resolve(
    session: Session, index: SearchIndex, quote: str, record: str | None = None
) -> Resolved:
    """The verdict on a quotation, in all records or in one."""
    return _Resolution(session, index, quote, record).run()


@dataclass(frozen=True)
class _Window:
    """Neighbouring paragraphs of one record, to look in."""

    record: str
    rows: tuple[Row, ...]

    @cached_property
    def passage(self) -> Passage:
        """Their texts as one, read."""
        return Passage.of(self.joined)

    @cached_property
    def joined(self) -> JoinedText:
        """Their texts as one."""
        return join_passage(self.rows)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that stand there, folded."""
        return frozenset(words_of(self.joined.text))


class _Resolution:
    """One quotation being resolved."""

    def __init__(
        self, session: Session, index: SearchIndex, quote: str, record: str | None
    ) -> None:
        self.session = session
        self.index = index
        self.quotation: Quotation = read_quotation(quote)
        self.filters = index.filters(Criterion(record=record))
        self.words = _sample(self.quotation.words)
        self.inner = frozenset(self.quotation.words[1:-1])
        """Words that must stand in the text whole; the first and last may be cut in two."""
        self.frequencies = {word: index.frequency(word) for word in self.words}

    def run(self) -> Resolved:
        """The whole way: in single passages first, then across them, then what comes near."""
        quote = self.quotation.text
        if not self.quotation.fragments:
            return Resolved(quote, "not_found")
        found = self._look(self._passages())
        if not found:
            likely = list(self._neighbourhoods())
            found = self._look(likely)
            if not found:
                return Resolved(quote, "not_found", nearest=self._nearest(likely))
        exact = [pair for pair in found if pair[1].exact]
        best = exact or found
        more = len(best) > MAX_PLACES
        best = best[:MAX_PLACES]
        rows = {(window.record, row.number): row for window, _ in best for row in window.rows}
        cited = {
            (window.record, number): rows[window.record, number]
            for window, place in best
            for number, _, _ in spans_in(window.joined, place.spans)
        }
        warnings = find_warnings(self.session, cited)
        places = tuple(_stand(window, place, warnings) for window, place in best)
        differing = {name for _, place in best for name in place.normalized}
        normalized = [name for name in NORMALISATIONS if name in differing]
        if len(places) > 1:
            return Resolved(quote, "ambiguous", tuple(normalized), places, more)
        return Resolved(quote, "exact" if exact else "normalized", tuple(normalized), places)

    def _is_word(self, word: str) -> bool:
        return self.index.frequency(word) > 0

    def _look(self, windows: Sequence[_Window] | Iterator[_Window]) -> list[tuple[_Window, Place]]:
        """Every place in the windows, each once, one more than are told at most."""
        found: list[tuple[_Window, Place]] = []
        seen: set[tuple[str, tuple[Segment, ...]]] = set()
        for window in windows:
            if not self.inner <= window.words:
                continue
            for place in find_places(
                self.quotation,
                window.passage,
                is_word=self._is_word,
                limit=MAX_PLACES + 1,
            ):
                key = (window.record, tuple(spans_in(window.joined, place.spans)))
                if key not in seen:
                    seen.add(key)
                    found.append((window, place))
            if sum(place.exact for _, place in found) > MAX_PLACES:
                break
        return found

    # Candidates

    def _passages(self) -> Iterator[_Window]:
        """The passages that hold the quotation's rarest words, or all of them in a row."""
        certain = self._certain()
        if not certain:
            return
        rare = sorted(set(certain), key=lambda word: (self.frequencies[word], word))[:_RAREST]
        hits = self._ask([self.index.phrase([word]) for word in rare], _MOST_CANDIDATES)
        if hits is None:
            run = self._run_of_words()
            hits = self._ask([self.index.phrase(run)], _MOST_CANDIDATES, whole=False) or []
        yield from self._read(hits)

    def _certain(self) -> list[str]:
        """Words that must stand in the text as they are; the first and last may be cut in two."""
        inner = [word for word in self.words[1:-1] if len(word) <= LONGEST_WORD]
        if any(not self.frequencies[word] for word in inner):
            return []
        return inner or [word for word in self.words if self.frequencies[word]]

    def _run_of_words(self) -> list[str]:
        """The words in a row around the rarest one, from one fragment."""
        best: list[str] = []
        rarest = -1
        for first, last in self.quotation.fragments:
            words = [t.key for t in self.quotation.tokens[first:last] if t.is_word]
            words = words[1:-1] if len(words) > _RAREST else words
            at = min(
                range(len(words)), key=lambda i: self.frequencies.get(words[i], 10**9), default=None
            )
            if at is None:
                continue
            frequency = self.frequencies.get(words[at], 10**9)
            if rarest < 0 or frequency < rarest:
                start = max(min(at - _PHRASE_WORDS // 2, len(words) - _PHRASE_WORDS), 0)
                best, rarest = words[start : start + _PHRASE_WORDS], frequency
        return best

    def _ask(self, wanted: list[Query], limit: int, *, whole: bool = True) -> list[Hit] | None:
        """The passages that meet every query; None where there are more than `limit` of them."""
        hits = self.index.top(self.index.every([*wanted, *self.filters]), limit, count=whole)
        return None if whole and hits.total > limit else hits.hits

    def _read(self, hits: Sequence[Hit]) -> Iterator[_Window]:
        for start in range(0, len(hits), 50):
            some = hits[start : start + 50]
            rows = find_paragraphs(
                self.session, [(hit.record, number) for hit in some for number in hit.paragraphs]
            )
            for hit in some:
                passage = tuple(rows[hit.record, number] for number in hit.paragraphs)
                yield _Window(hit.record, passage)

    def _neighbourhoods(self) -> Iterator[_Window]:
        """The likeliest passages with what stands around them, as far as the quotation is long."""
        known = [word for word in self.words if self.frequencies[word]]
        rare = sorted(set(known), key=lambda word: (self.frequencies[word], word))
        rare = rare[:_LIKELY_WORDS]
        if not rare:
            return
        query = self.index.some([self.index.phrase([word]) for word in rare])
        hits = self.index.top(self.index.every([query, *self.filters]), _LIKELY, count=False).hits
        near = find_paragraphs(self.session, chain.from_iterable(map(_beside, hits)))
        taken: dict[str, list[tuple[int, int]]] = {}
        for hit in hits:
            if any(
                first <= hit.paragraphs[0] and hit.paragraphs[-1] <= last
                for first, last in taken.get(hit.record, ())
            ):
                continue
            window = self._around(hit, near)
            if window is not None:
                numbers = [row.number for row in window.rows]
                taken.setdefault(hit.record, []).append((min(numbers), max(numbers)))
                yield window

    def _around(self, hit: Hit, near: dict[PlaceOfRow, Row]) -> _Window | None:
        """The passage with its neighbours, as many as the quotation may reach into.

        `near` has those right beside it, which are mostly enough.
        """
        reach = len(self.quotation.text) + _CONTEXT
        if self.quotation.elided:
            reach += MAX_GAP
        span = 3 + reach // 80
        first, last = hit.paragraphs[0], hit.paragraphs[-1]
        found = [near[place] for place in _beside(hit) if place in near]
        ends = first - _BESIDE <= 1, (hit.record, last + _BESIDE) not in near
        before, after = _parts(found, first, last)
        if any(
            not end and sum(len(row.text) + 1 for row in rows) < reach
            for end, rows in zip(ends, (before, after), strict=True)
        ):
            wider = find_paragraphs(self.session, _beside(hit, span))
            found = [wider[place] for place in sorted(wider)]
            before, after = _parts(found, first, last)
        before, after = _within(reach, before), _within(reach, after)
        rows = [row for row in found if row.kind != "page_mark"]
        inside = [row for row in rows if first <= row.number <= last]
        rows = [*before[::-1], *inside, *after]
        return _Window(hit.record, tuple(rows)) if rows else None

    def _nearest(self, windows: Sequence[_Window]) -> NearestPassage | None:
        best: tuple[float, _Window, Nearest] | None = None
        wanted = set(self.quotation.words)
        likely = sorted(windows, key=lambda window: -len(wanted & window.words))
        for window in likely[:_COMPARED]:
            nearest = find_nearest(self.quotation, window.passage)
            if nearest and (best is None or nearest.similarity > best[0]):
                best = nearest.similarity, window, nearest
        if best is None:
            return None
        _, window, nearest = best
        return NearestPassage(
            window.record,
            tuple(spans_in(window.joined, [nearest.span])),
            window.joined.text[nearest.span.start : nearest.span.end],
            nearest,
        )


def _beside(hit: Hit, span: int = _BESIDE) -> list[PlaceOfRow]:
    """The places of a passage and of so many paragraphs before and after it."""
    numbers = range(max(hit.paragraphs[0] - span, 1), hit.paragraphs[-1] + span + 1)
    return [(hit.record, number) for number in numbers]


def _parts(rows: Sequence[Row], first: int, last: int) -> tuple[list[Row], list[Row]]:
    """What is to be read before and after a passage, the nearest first."""
    read = [row for row in rows if row.kind != "page_mark"]
    before = [row for row in reversed(read) if row.number < first]
    return before, [row for row in read if row.number > last]


def _within(reach: int, rows: Sequence[Row]) -> list[Row]:
    """The rows up to and with the one whose text goes beyond so many characters."""
    taken: list[Row] = []
    for row in rows:
        if reach <= 0:
            break
        taken.append(row)
        reach -= len(row.text) + 1
    return taken


def _sample(words: list[str]) -> list[str]:
    """The words of a long quotation, thinned out evenly."""
    if len(words) <= _SAMPLED_WORDS:
        return words
    step = len(words) / _SAMPLED_WORDS
    return [words[int(i * step)] for i in range(_SAMPLED_WORDS)]


def _stand(
    window: _Window, place: Place, warnings: dict[tuple[str, int], list[Caution]]
) -> Standing:
    rows = {row.number: row for row in window.rows}
    segments = tuple(spans_in(window.joined, place.spans))
    text = window.joined.text
    touching = [
        warning
        for number in dict.fromkeys(number for number, _, _ in segments)
        for warning in warnings.get((window.record, number), ())
        if any(
            number == paragraph and warning.start < end and start < warning.end
            for paragraph, start, end in segments
        )
    ]
    return Standing(
        window.record,
        segments,
        tuple(rows[number].text[start:end] for number, start, end in segments),
        text[max(place.spans[0].start - _CONTEXT, 0) : place.spans[0].start],
        text[place.spans[-1].end :][:_CONTEXT],
        tuple(rows[number].id for number, _, _ in segments),
        rows[segments[0][0]].layer,
        tuple(touching),
    )


def check_cost(index: SearchIndex, quotes: Sequence[str]) -> None:
    """Refuse more quotations of nothing but common words than can be placed in good time."""
    common = max(index.passages // 20, 10_000)
    costly = 0
    for quote in quotes:
        words = set(_sample(words_of(quote)))
        if words and min(index.frequency(word) for word in words) > common:
            costly += 1
    if costly > _MOST_COSTLY:
        raise BadParameter(
            ParameterError(
                "quotes",
                "too many of nothing but very common words; quote more of each, or ask for fewer",
                costly,
                f"at most {_MOST_COSTLY}",
            )
        )
