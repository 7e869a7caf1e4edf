"""The search index of one generation, open for reading: what it can be asked.

tantivy's. A document is a passage: a paragraph with those that a page break parted from it. Texts
are folded and cut into words before tantivy sees them (`api.words`), so that what is found here and
what is marked in the original are the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import tantivy

from api.store.index_documents import Document
from api.words import WORD

LONGEST_WORD = 200
"""Longer runs of letters are not indexed."""
FACETS = ("record", "decade", "entity", "layer")
_COUNTED = ("record", "entity", "layer")
_FILTERED = ("repository", "fond", "language", "kind")
_NUMBERS = ("decade", "begin", "end")
_LONGEST_PHRASE = 50
_ALL = 2**31 - 1


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="words", index_option="position")
    builder.add_text_field("stems", tokenizer_name="stems", index_option="freq")
    for name in _COUNTED:
        builder.add_text_field(
            name, stored=name == "record", fast=True, tokenizer_name="raw", index_option="basic"
        )
    for name in _FILTERED:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_integer_field("paragraph", stored=True)
    return builder.build()


def _analyzer(*filters: tantivy.Filter) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    for one in (tantivy.Filter.remove_long(LONGEST_WORD), *filters):
        builder = builder.filter(one)
    return builder.build()


@cache
def _stemmer() -> tantivy.TextAnalyzer:
    return _analyzer(tantivy.Filter.stemmer("english"))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A folded word's English stem; words of other languages stay as they are."""
    stems = _stemmer().analyze(word)
    return stems[0] if stems else word


def open_index(folder: Path, *, new: bool = False) -> tantivy.Index:
    """An index as it lies in a folder, or a new one there."""
    index = tantivy.Index(_schema(), path=str(folder)) if new else tantivy.Index.open(str(folder))
    index.register_tokenizer("words", _analyzer())
    index.register_tokenizer("stems", _stemmer())
    return index


class Hit(NamedTuple):
    """A passage found: its record, the numbers of its paragraphs, and how well it fits."""

    score: float
    record: str
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """The best passages, and how many there are in all."""

    total: int
    hits: list[Hit]


class Criterion(NamedTuple):
    """Which passages are wanted; None asks for all. Dates are YYYYMMDD, inclusive."""

    record: str | None = None
    repository: str | None = None
    fond: str | None = None
    language: str | None = None
    layer: str | None = None
    kind: str | None = None
    entity: str | None = None
    date_from: int | None = None
    date_to: int | None = None


class SearchIndex:
    """The index of one generation, open for reading, from any number of threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        index = open_index(folder)
        index.config_reader("manual")
        index.reload()
        self._searcher = index.searcher()

    @property
    def passages(self) -> int:
        """How many there are."""
        return int(self._searcher.num_docs)

    # Queries: objects, never text that something might read as syntax.

    def any_form(self, word: str) -> tantivy.Query:
        """A word in any of its English forms."""
        return tantivy.Query.term_query(_schema(), "stems", stem(word), index_option="freq")

    def phrase(self, words: Sequence[str]) -> tantivy.Query:
        """Words exactly as they stand, one after the other."""
        if len(words) == 1:
            return tantivy.Query.term_query(_schema(), "words", words[0], index_option="freq")
        return tantivy.Query.phrase_query(_schema(), "words", list(words))

    def prefix(self, letters: str) -> tantivy.Query:
        """Words that begin with these letters, which must be letters and digits only."""
        if not WORD.fullmatch(letters):
            raise ValueError(f"{letters!r} is no prefix")
        return tantivy.Query.regex_query(_schema(), "words", f"{letters}.*")

    def every(
        self, wanted: Iterable[tantivy.Query], without: Iterable[tantivy.Query] = ()
    ) -> tantivy.Query:
        """Passages that meet every query of `wanted` and none of `without`."""
        must = [(tantivy.Occur.Must, query) for query in wanted]
        must_not = [(tantivy.Occur.MustNot, query) for query in without]
        if len(must) == 1 and not must_not:
            return must[0][1]
        return tantivy.Query.boolean_query([*must, *must_not])

    def some(self, wanted: Sequence[tantivy.Query]) -> tantivy.Query:
        """Passages that meet at least one, the better the more."""
        if len(wanted) == 1:
            return wanted[0]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in wanted])

    def filters(self, criterion: Criterion) -> list[tantivy.Query]:
        """What the criterion demands; it adds nothing to the score."""
        found = [
            tantivy.Query.term_query(_schema(), name, value, index_option="basic")
            for name, value in zip(Criterion._fields[:7], criterion[:7], strict=True)
            if value is not None
        ]
        # A record matches where the span of its date and the span asked for overlap.
        for name, low, high in (
            ("end", criterion.date_from, None),
            ("begin", None, criterion.date_to),
        ):
            if low is not None or high is not None:
                found.append(
                    tantivy.Query.range_query(
                        _schema(),
                        name,
                        tantivy.FieldType.Integer,
                        lower_bound=low,
                        upper_bound=high,
                    )
                )
        return [tantivy.Query.const_score_query(query, 0.0) for query in found]

    # Answers

    def top(self, query: tantivy.Query, limit: int, offset: int = 0, *, count: bool = True) -> Hits:
        """The best passages from `offset` on, equals in the order in which they were indexed."""
        result = self._searcher.search(query, limit, count=count, offset=offset)
        hits = []
        for score, address in result.hits:
            stored = self._searcher.doc(address)
            record, numbers = stored.get_first("record"), stored.get_all("paragraph")
            hits.append(Hit(score, str(record), tuple(numbers)))
        total = result.count or 0  # type: ignore[attr-defined]
        return Hits(total, hits)

    def count(self, query: tantivy.Query) -> int:
        """How many passages meet a query."""
        result = self._searcher.search(query, 1, count=True)
        return int(result.count or 0)  # type: ignore[attr-defined]

    def facets(
        self, query: tantivy.Query, names: Sequence[str], size: int = _ALL
    ) -> dict[str, list[tuple[str, int]]]:
        """For each name (of FACETS) its commonest values among the passages found, by default all.

        Counts are exact: segments that told of their own commonest values alone would leave out
        what is rare in one of them and common in others.
        """
        each = size if self._searcher.num_segments == 1 else _ALL
        asked = {
            name: {"terms": {"field": name, "size": size, "segment_size": each}} for name in names
        }
        answer = self._searcher.aggregate(query, asked)
        return {
            name: sorted(
                ((_facet_key(b["key"]), int(b["doc_count"])) for b in answer[name]["buckets"]),
                key=lambda pair: (-pair[1], pair[0]),
            )
            for name in names
        }

    def find_like(self, document: Document) -> list[Hit]:
        """The passages that have every value of a document, and its words in their order."""
        wanted = [
            tantivy.Query.term_query(_schema(), name, value, index_option="basic")
            for name in (*_COUNTED, *_FILTERED)
            for value in document[name]
        ]
        most = self.count(wanted[0])
        wanted += [
            tantivy.Query.range_query(
                _schema(), name, tantivy.FieldType.Integer, lower_bound=value, upper_bound=value
            )
            for name in _NUMBERS
            for value in document[name]
        ]
        wanted += map(self.phrase, _runs(document["words"][0].split()))
        return self.top(self.every(wanted), max(most, 1), count=False).hits

    def words(self) -> list[str]:
        """Every word that stands in a passage, or stood in one that is gone."""
        limit = 2**16
        while len(found := self.vocabulary("", limit)) == limit:
            limit *= 4
        return [word for word, _ in found]

    def frequency(self, word: str) -> int:
        """In how many passages a folded word stands, exactly so."""
        return int(self._searcher.doc_freq("words", word))

    def stem_frequency(self, word: str) -> int:
        """In how many passages a word stands in any of its forms."""
        return int(self._searcher.doc_freq("stems", stem(word)))

    def vocabulary(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """The commonest words that begin so, each with the number of its passages."""
        return list(self._searcher.terms_with_prefix("words", prefix, limit=limit))


def _runs(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Phrases of all the words that are indexed; each begins with the last word of the one before,
    unless a word that is too long parts them."""
    run: list[str] = []
    for word in words:
        if len(word.encode()) >= LONGEST_WORD:
            if run:
                yield run
            run = []
            continue
        run.append(word)
        if len(run) == _LONGEST_PHRASE:
            yield run
            run = run[-1:]
    if run:
        yield run


def _facet_key(key: object) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
