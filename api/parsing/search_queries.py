"""The query language of search.

Words (all of them), `"a phrase"`, `prefix*`, `one OR another`, `-without`. Whatever is not syntax
is text: there are no errors of syntax, only bounds on what one query may ask. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, islice
from typing import Literal

from api.text import Span
from api.words import LETTER, WORD, find_words, fold_words, keeps_places, words_of

MAX_TERMS = 32
MAX_PHRASE_WORDS = 32
MAX_PHRASES = 8
MAX_PREFIXES = 4
MIN_PREFIX = 2

TermKind = Literal["word", "phrase", "prefix"]


@dataclass(frozen=True, slots=True)
class Term:
    """Something to be found: a word in any of its forms, words exactly as they stand, a prefix.

    `words` are folded. A `word` has one, a `prefix` has one, a `phrase` any number.
    """

    kind: TermKind
    words: tuple[str, ...]

    def __str__(self) -> str:
        """As a query would write it."""
        text = " ".join(self.words)
        return {"word": text, "prefix": f"{text}*", "phrase": f'"{text}"'}[self.kind]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is asked: one term of each group must be there, and none of `without`."""

    groups: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term that is looked for."""
        return tuple(term for group in self.groups for term in group)


class TooComplex(ValueError):
    """A query asks for more than one may; the message says what, and what to do instead."""


_PIECE = re.compile(
    r"(?P<minus>(?<!\S)[-\u2212\u2013])?"
    r'(?:"(?P<straight>[^"]*)"|\u201c(?P<curly>[^\u201c\u201d]*)\u201d|(?P<chunk>[^\s"\u201c]+|["\u201c]))'
)
_POSSESSIVE = re.compile(r"['\u2019]s?$", re.IGNORECASE)


def parse_query(text: str) -> SearchQuery:
    """Read a query.

    `OR` in capitals stands between two terms; a minus counts where it begins a word; a quotation
    mark without its fellow is text. Words that punctuation joins ("N.S.", "cease-fire") are a
    phrase. Raises TooComplex beyond the bounds of this module.
    """
    groups: list[list[Term]] = []
    without: list[Term] = []
    either = False
    for piece in _PIECE.finditer(text):
        if piece["chunk"] == "OR" and not piece["minus"]:
            either = bool(groups)
            continue
        term = _read_term(piece)
        if term is None:
            continue
        if piece["minus"]:
            without.append(term)
        elif either:
            groups[-1].append(term)
        else:
            groups.append([term])
        either = False
    query = SearchQuery(
        tuple(dict.fromkeys(tuple(dict.fromkeys(group)) for group in groups)),
        tuple(dict.fromkeys(without)),
    )
    _check_bounds(query)
    return query


def _read_term(piece: re.Match[str]) -> Term | None:
    quoted = piece["straight"] if piece["straight"] is not None else piece["curly"]
    if quoted is not None:
        words = tuple(words_of(quoted))
        return Term("phrase", words) if words else None
    chunk = piece["chunk"]
    if chunk.endswith("*"):
        words = tuple(words_of(chunk))
        if len(words) == 1:
            return Term("prefix", words)
        return Term("phrase", words) if words else None
    words = tuple(words_of(_POSSESSIVE.sub("", chunk)))
    if not words:
        return None
    return Term("word" if len(words) == 1 else "phrase", words)


def _check_bounds(query: SearchQuery) -> None:
    terms = (*query.terms, *query.without)
    if len(terms) > MAX_TERMS:
        raise TooComplex(f"{len(terms)} terms; ask for at most {MAX_TERMS}, the rarest ones")
    phrases = [term for term in terms if term.kind == "phrase" and len(term.words) > 1]
    if len(phrases) > MAX_PHRASES:
        raise TooComplex(f"{len(phrases)} phrases; ask for at most {MAX_PHRASES}")
    for phrase in phrases:
        if len(phrase.words) > MAX_PHRASE_WORDS:
            raise TooComplex(
                f"a phrase of {len(phrase.words)} words; search takes {MAX_PHRASE_WORDS}, and "
                "/v1/resolve places whole quotations"
            )
    prefixes = [term for term in terms if term.kind == "prefix"]
    if len(prefixes) > MAX_PREFIXES:
        raise TooComplex(f"{len(prefixes)} prefixes; ask for at most {MAX_PREFIXES}")
    for prefix in prefixes:
        if len(prefix.words[0]) < MIN_PREFIX and prefix.words[0].isascii():
            raise TooComplex(
                f"the prefix {str(prefix)!r} is too short; give at least {MIN_PREFIX} letters"
            )


class Highlighter:
    """Finds a query's terms in one text after another. `stem` gives a folded word's stem."""

    def __init__(self, query: SearchQuery, stem: Callable[[str], str]) -> None:
        terms = query.terms
        self._stem = stem
        self._stems = {stem(term.words[0]) for term in terms if term.kind == "word"}
        self._prefixes = tuple(term.words[0] for term in terms if term.kind == "prefix")
        self._phrases = [term.words for term in terms if term.kind == "phrase"]
        # No stem changes the first letter, so only words that begin as a term does are looked at.
        self._looked_at = [_words_with(letter) for letter in {t.words[0][0] for t in terms}]

    def find(self, text: str, limit: int = 200) -> list[Span]:
        """Where the terms stand in a text, in order: words, and phrases from end to end."""
        folded = fold_words(text)
        if len(folded) == len(text) and keeps_places(text):
            return drop_nested(self._find(folded))[:limit]
        words = find_words(text)
        # Folded words with one space between: the offsets lead back to the words they came from.
        begins = list(accumulate((len(word.text) + 1 for word in words), initial=0))
        plain = " ".join(word.text for word in words)
        spans = [
            Span(
                words[bisect_right(begins, start) - 1].start,
                words[bisect_left(begins, end) - 1].end,
            )
            for start, end in self._find(plain)
        ]
        return drop_nested(spans)[:limit]

    def _find(self, folded: str) -> set[Span]:
        stem, stems, prefixes, phrases = self._stem, self._stems, self._prefixes, self._phrases
        matches = chain.from_iterable(words.finditer(folded) for words in self._looked_at)
        if not prefixes and not phrases:
            return {Span(*match.span()) for match in matches if stem(match[0]) in stems}
        found: set[Span] = set()
        for match in matches:
            word = match[0]
            if (prefixes and word.startswith(prefixes)) or (stems and stem(word) in stems):
                found.add(Span(*match.span()))
            for phrase in phrases:
                if word == phrase[0]:
                    run = list(islice(WORD.finditer(folded, match.start()), len(phrase)))
                    if [one[0] for one in run] == list(phrase):
                        found.add(Span(match.start(), run[-1].end()))
        return found


@lru_cache(maxsize=500)
def _words_with(first: str) -> re.Pattern[str]:
    """Words of a folded text that begin with this letter; it stands first, to be skipped to."""
    letter = re.escape(first)
    spaced = re.match(LETTER, first)
    return re.compile(f"{letter}(?<!{LETTER}{letter}){LETTER}*" if spaced else letter)


def drop_nested(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, without those that lie within another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept
