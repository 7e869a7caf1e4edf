"""Where a quotation stands in a text, to the character, and what had to be overlooked for it.

A quotation is found only where every word and every mark of it stands in the text, in order.
Typography, case, diacritics, white space and brackets may differ, and are then named; whatever an
ellipsis leaves out may be long. Anything else, however alike, is not found. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from api.text import JoinedText, Span
from api.words import WORD, fold_words, keeps_places

Normalisation = Literal[
    "quotes",
    "dashes",
    "space",
    "case",
    "diacritics",
    "characters",
    "brackets",
    "ellipsis",
    "punctuation",
]
NORMALISATIONS: tuple[Normalisation, ...] = (
    "quotes",
    "dashes",
    "space",
    "case",
    "diacritics",
    "characters",
    "brackets",
    "ellipsis",
    "punctuation",
)
"""What may differ, in the order in which it is named; `punctuation` only at the two ends."""

MAX_GAP = 3_000
"""Characters that one ellipsis may leave out."""
_MAX_STEPS = 300_000
_MAX_STARTS = 20_000
_NEAR_ENOUGH = 55.0
_ANCHOR = 200
_SLACK = 10

_TOKEN = re.compile(
    rf"(?P<word>{WORD.pattern})"
    r"|(?P<dots>\.\s?\.(?:\s?\.)*)"
    r"|(?P<dash>-(?:\s?-)*)"
    r"|(?P<quote>''|['\"])"
    r"|(?P<mark>[^\s])"
)
_ELLIPSIS = "\u2026"
_KEYS = {"dots": _ELLIPSIS, "dash": "-", "quote": '"'}
_EDGE_MARKS = frozenset(("[", "]", "(", ")", '"', ".", ",", ";", ":", "!", "?"))


class Token(NamedTuple):
    """A word or a mark: as it compares, and its span in the text as it was given."""

    key: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is a word, not a mark."""
        return WORD.match(self.key) is not None


def read_tokens(text: str) -> list[Token]:
    """The words and marks of a text. Dots in a row are an ellipsis, dashes of any length one."""
    folded, origin = _fold_with_origin(text)
    plain = text.isascii()
    tokens = []
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        kind = match.lastgroup
        key = match[0] if kind in ("word", "mark") else _KEYS[kind or ""]
        if not plain:
            start, end = origin[start], origin[end - 1] + 1
            while end < len(text) and unicodedata.combining(text[end]):
                end += 1
        tokens.append(Token(key, start, end))
    return tokens


def _fold_with_origin(text: str) -> tuple[str, Sequence[int]]:
    folded = fold_words(text)
    if len(folded) == len(text) and keeps_places(text):
        return folded, range(len(text))
    chars: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        plain = fold_words(char)
        chars.append(plain)
        origin.extend([at] * len(plain))
    return "".join(chars), origin


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation, read: its tokens, in fragments where an ellipsis parts them."""

    text: str
    tokens: tuple[Token, ...]
    fragments: tuple[tuple[int, int], ...]
    """Token indexes, half-open, of each fragment."""
    elided: bool
    """Whether an ellipsis leads, ends or parts it."""

    @property
    def words(self) -> list[str]:
        """Its words, folded, in order."""
        return [token.key for token in self.tokens if token.is_word]


def read_quotation(text: str) -> Quotation:
    """Read a quotation. An ellipsis, bracketed or not, parts it in fragments."""
    tokens = tuple(read_tokens(text))
    fragments: list[tuple[int, int]] = []
    start = at = 0
    elided = False
    while at < len(tokens):
        if tokens[at].key == _ELLIPSIS:
            left, right = at, at + 1
            if (
                left > start
                and right < len(tokens)
                and (tokens[left - 1].key, tokens[right].key) in (("[", "]"), ("(", ")"))
            ):
                left, right = left - 1, right + 1
            fragments.append((start, left))
            start = at = right
            elided = True
        else:
            at += 1
    fragments.append((start, len(tokens)))
    return Quotation(
        text,
        tokens,
        tuple(
            (first, last)
            for first, last in fragments
            if any(token.is_word for token in tokens[first:last])
        ),
        elided,
    )


@dataclass(frozen=True)
class Passage:
    """A stretch of a record's text in which quotations are looked for."""

    joined: JoinedText
    tokens: Sequence[Token]

    @classmethod
    def of(cls, joined: JoinedText) -> Passage:
        """Read a joined text."""
        return cls(joined, read_tokens(joined.text))

    @property
    def text(self) -> str:
        """The joined text."""
        return self.joined.text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation stands in a passage: a span for each fragment, and what differs there."""

    spans: tuple[Span, ...]
    normalized: tuple[Normalisation, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the characters are those of the text."""
        return not self.normalized


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of words that agree (`equal`) or do not; either side may be empty."""

    op: Literal["equal", "replace", "delete", "insert"]
    quote: str
    text: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The stretch of a passage that looks most like a quotation that does not stand there."""

    span: Span
    similarity: float
    """0 to 1."""
    differences: tuple[Difference, ...] = field(default=())


def find_places(
    quotation: Quotation,
    passage: Passage,
    *,
    is_word: Callable[[str], bool] = lambda word: True,
    limit: int = 20,
) -> list[Place]:
    """Every place where the quotation stands in the passage, in order, at most `limit`.

    It may begin or end inside a word only where what is left of that word is none itself, as
    `is_word` knows: "not" never stands in "cannot".
    """
    if not quotation.fragments:
        return []
    literal = _find_literally(quotation, passage, is_word, limit)
    if literal:
        return literal
    whole = _Search(quotation, passage, quotation.tokens, ((0, len(quotation.tokens)),))
    found = whole.run(limit)
    if not found:
        # Marks at the ends belong to whoever quotes: a closing comma, quotation marks.
        trimmed = _trim(quotation)
        parts = _Search(quotation, passage, quotation.tokens, trimmed)
        if parts.fragments != whole.fragments:
            found = parts.run(limit)
    best = [place for place in found if place.exact]
    return best or found


def _find_literally(
    quotation: Quotation, passage: Passage, is_word: Callable[[str], bool], limit: int
) -> list[Place]:
    """Places where the characters are simply the same."""
    text, quote = passage.text, quotation.text.strip()
    spans: list[Span] = []
    at = text.find(quote)
    while at >= 0 and len(spans) < _MAX_STARTS:
        spans.append(Span(at, at + len(quote)))
        at = text.find(quote, at + 1)
    clean = [span for span in spans if _edges(text, span) == ("", "")]
    if not clean:
        clean = [
            span
            for span in spans
            if all(not edge or _is_scrap(edge, is_word) for edge in _edges(text, span))
        ]
    return [Place((span,)) for span in clean[:limit]]


def _edges(text: str, span: Span) -> tuple[str, str]:
    """What the span leaves of words that its two ends cut: "" where they cut none."""
    left = right = ""
    if span.start and _same_word(text[span.start - 1], text[span.start]):
        end = span.start
        while end < span.end and text[end].isalnum():
            end += 1
        left = text[span.start : end]
    if span.end < len(text) and _same_word(text[span.end - 1], text[span.end]):
        start = span.end
        while start > span.start and text[start - 1].isalnum():
            start -= 1
        right = text[start : span.end]
    return left, right


def _same_word(before: str, after: str) -> bool:
    return before.isalnum() and (after.isalnum() or bool(unicodedata.combining(after)))


def _is_scrap(part: str, is_word: Callable[[str], bool]) -> bool:
    if any(char.isdigit() for char in part):
        return False
    if len(part) == 1:
        return part.islower() and part not in "aio"
    return not is_word(fold_words(part))


def _trim(quotation: Quotation) -> tuple[tuple[int, int], ...]:
    """The fragments without the marks at their ends that whoever quotes may have put there."""
    trimmed = []
    for first, last in quotation.fragments:
        while quotation.tokens[first].key in _EDGE_MARKS:
            first += 1
        while quotation.tokens[last - 1].key in _EDGE_MARKS:
            last -= 1
        trimmed.append((first, last))
    return tuple(trimmed)


class _Pair(NamedTuple):
    """A token of the quotation and the token of the text it stands for."""

    quote: int
    text: int


class _Search:
    """One search for fragments of a quotation, bounded in its steps."""

    def __init__(
        self,
        quotation: Quotation,
        passage: Passage,
        tokens: Sequence[Token],
        fragments: tuple[tuple[int, int], ...],
    ) -> None:
        self.quotation = quotation
        self.passage = passage
        self.quote = tokens
        self.text = passage.tokens
        self.fragments = fragments
        self.steps = 0
        self.closing = _closing_brackets(self.text)

    def run(self, limit: int) -> list[Place]:
        """The places, in order."""
        places: list[Place] = []
        after = 0
        for start in self._starts(self.fragments[0]):
            if start < after:
                continue
            found = self._match_all(start)
            if found is None:
                continue
            places.append(self._place(found))
            after = found[-1][-1].text + 1
            if len(places) == limit:
                break
        return places

    def _starts(self, fragment: tuple[int, int]) -> list[int]:
        """Where the fragment's first word stands; a bracket may stand before it on either side."""
        first = self._skip_brackets(*fragment)
        key = self.quote[first].key
        return [at for at, token in enumerate(self.text) if token.key == key][:_MAX_STARTS]

    def _skip_brackets(self, first: int, last: int) -> int:
        while first < last - 1 and self.quote[first].key in "[]":
            first += 1
        return first

    def _match_all(self, start: int) -> list[list[_Pair]] | None:
        """Every fragment in order, the first one at `start`."""
        matched: list[list[_Pair]] = []
        for fragment in self.fragments:
            if not matched:
                pairs = self._match(fragment, start)
            else:
                pairs = self._match_later(fragment, matched[-1][-1].text)
            if pairs is None:
                return None
            matched.append(self._take_brackets(pairs, fragment[0]))
        return matched

    def _take_brackets(self, pairs: list[_Pair], first: int) -> list[_Pair]:
        """Brackets before the first word count where both have them."""
        q, t = pairs[0].quote - 1, pairs[0].text - 1
        while q >= first and t >= 0 and self.quote[q].key == self.text[t].key:
            pairs.insert(0, _Pair(q, t))
            q, t = q - 1, t - 1
        return pairs

    def _match_later(self, fragment: tuple[int, int], last: int) -> list[_Pair] | None:
        end = self.text[last].end
        key = self.quote[self._skip_brackets(*fragment)].key
        for at in range(last + 1, len(self.text)):
            if self.text[at].start - end > MAX_GAP:
                return None
            if self.text[at].key == key:
                pairs = self._match(fragment, at)
                if pairs is not None:
                    return pairs
        return None

    def _match(self, fragment: tuple[int, int], start: int) -> list[_Pair] | None:
        """Walk the two side by side; brackets may be missing, or all that is in them.

        Each state (a place here, a place there) is entered once, so the work is bounded by the
        lengths and the number of brackets, whatever the text.
        """
        begin = self._skip_brackets(*fragment)
        last = fragment[1]
        waiting: list[tuple[int, int, tuple[object, ...] | None]] = [(begin, start, None)]
        seen: set[tuple[int, int]] = set()
        while waiting:
            q, t, trail = waiting.pop()
            while True:
                if (q, t) in seen or self.steps > _MAX_STEPS:
                    break
                seen.add((q, t))
                self.steps += 1
                if q == last:
                    return _unwind(trail)
                ours = self.quote[q].key
                if ours in "[]":
                    # A bracket of the quotation that the text may not have.
                    waiting.append((q + 1, t, trail))
                if t == len(self.text):
                    break
                theirs = self.text[t].key
                if theirs == "[" and t in self.closing and trail is not None:
                    waiting.append((q, self.closing[t] + 1, trail))
                if theirs in "[]" and theirs != ours:
                    t += 1
                    continue
                if ours != theirs or not self._same_numbers(q, t):
                    break
                trail = (trail, q, t)
                q, t = q + 1, t + 1
        return None

    def _same_numbers(self, q: int, t: int) -> bool:
        ours, theirs = self.quote[q], self.text[t]
        if not any(char.isdigit() for char in ours.key):
            return True
        return _has_same_numbers(
            self.quotation.text[ours.start : ours.end], self.passage.text[theirs.start : theirs.end]
        )

    def _place(self, matched: list[list[_Pair]]) -> Place:
        spans = tuple(
            Span(self.text[pairs[0].text].start, self.text[pairs[-1].text].end) for pairs in matched
        )
        differing: set[Normalisation] = set()
        if self.quotation.elided and self.fragments != ((0, len(self.quote)),):
            differing.add("ellipsis")
        for pairs, (first, last) in zip(matched, self.fragments, strict=True):
            differing |= self._differences(pairs, first, last)
        if self._cut_ends():
            differing.add("punctuation")
        named = tuple(one for one in NORMALISATIONS if one in differing)
        return Place(tuple(_with_brackets(self.passage.text, span) for span in spans), named)

    def _cut_ends(self) -> bool:
        """Whether marks were left out at the ends of fragments, brackets and ellipses aside."""
        kept = {q for first, last in self.fragments for q in range(first, last)}
        keys = ["", *(token.key for token in self.quote), ""]
        return any(
            key not in ("[", "]", _ELLIPSIS)
            and (keys[at - 1], key) != (_ELLIPSIS, ")")
            and (key, keys[at + 1]) != ("(", _ELLIPSIS)
            for at, key in enumerate(keys[1:-1], 1)
            if at - 1 not in kept
        )

    def _differences(self, pairs: list[_Pair], first: int, last: int) -> set[Normalisation]:
        found: set[Normalisation] = set()
        if len(pairs) < last - first or any(
            after.text - before.text > 1 for before, after in _neighbours(pairs)
        ):
            found.add("brackets")
        quote_text, text = self.quotation.text, self.passage.text
        borders = {piece.start - 1 for piece in self.passage.joined.pieces}
        for pair in pairs:
            ours, theirs = self.quote[pair.quote], self.text[pair.text]
            mine, other = quote_text[ours.start : ours.end], text[theirs.start : theirs.end]
            if mine != other:
                found |= _compare(mine, other)
        for before, after in _neighbours(pairs):
            if after.quote - before.quote > 1 or after.text - before.text > 1:
                continue
            mine = quote_text[self.quote[before.quote].end : self.quote[after.quote].start]
            start = self.text[before.text].end
            other = text[start : self.text[after.text].start]
            if mine == other or (mine.isspace() and other == " " and start in borders):
                continue
            found.add("space" if not (mine + other).strip() else "characters")
        return found


def _neighbours(pairs: list[_Pair]) -> list[tuple[_Pair, _Pair]]:
    return list(pairwise(pairs))


def _unwind(trail: tuple[object, ...] | None) -> list[_Pair] | None:
    pairs = []
    while trail is not None:
        trail, q, t = trail  # type: ignore[assignment]
        pairs.append(_Pair(q, t))  # type: ignore[arg-type]
    return pairs[::-1] or None


def _closing_brackets(tokens: Sequence[Token]) -> dict[int, int]:
    """For each opening bracket, where it closes; those that never do are left out."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.key == "[":
            opened.append(at)
        elif token.key == "]" and opened:
            closing[opened.pop()] = at
    return closing


def _compare(mine: str, other: str) -> set[Normalisation]:
    """What differs between two ways of writing a token that folds to the same."""
    key = fold_words(other)
    if not any(char.isalnum() for char in key):
        if "-" in key:
            return {"dashes"}
        if "'" in key or '"' in key:
            return {"quotes"}
        if "." in key:
            return {"ellipsis"}
        return {"characters"}
    composed = unicodedata.normalize("NFC", mine), unicodedata.normalize("NFC", other)
    if composed[0] == composed[1]:
        return {"characters"}
    found: set[Normalisation] = set()
    plain = _without_marks(mine), _without_marks(other)
    if composed[0].casefold() != composed[1].casefold():
        compatible = unicodedata.normalize("NFKC", mine) == unicodedata.normalize("NFKC", other)
        found.add("characters" if compatible else "diacritics")
    if plain[0] != plain[1] and plain[0].casefold() == plain[1].casefold():
        found.add("case")
    return found or {"characters"}


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _has_same_numbers(mine: str, other: str) -> bool:
    """Whether both have the same digits: "10²" folds to "102", but is another number."""
    return [unicodedata.decimal(c) for c in mine if c.isdecimal()] == [
        unicodedata.decimal(c) for c in other if c.isdecimal()
    ]


def find_nearest(quotation: Quotation, passage: Passage) -> Nearest | None:
    """The stretch of the passage most like the quotation; None where nothing much is."""
    # Here, because a start need not wait for it.
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Levenshtein

    quote = [token for token in quotation.tokens if token.key not in ("[", "]", _ELLIPSIS)]
    text = [token for token in passage.tokens if token.key not in ("[", "]")]
    if not quote or not text:
        return None
    codes: dict[str, str] = {}
    mine = "".join(_code(codes, token.key) for token in quote)
    theirs = "".join(_code(codes, token.key) for token in text)
    # A long quotation is located by its beginning: sliding the whole would take its length squared.
    anchor = mine[:_ANCHOR]
    start = 0
    if len(anchor) <= len(theirs):
        aligned = fuzz.partial_ratio_alignment(anchor, theirs)
        start = aligned.dest_start if aligned else 0
    end = min(start + len(mine), len(theirs))
    start, end = _settle_ends(mine, theirs, start, end)
    codes_there = Levenshtein.opcodes(mine, theirs[start:end])
    steps = [(op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in codes_there]
    while steps and steps[0][0] == "insert":
        steps.pop(0)
    while steps and steps[-1][0] == "insert":
        steps.pop()
    if not steps:
        return None
    equal = sum(step[2] - step[1] for step in steps if step[0] == "equal")
    left, right = start + steps[0][3], start + steps[-1][4]
    if left >= right:
        return None
    similarity = 2 * equal / (len(quote) + right - left)
    if similarity * 100 < _NEAR_ENOUGH:
        return None

    differences = []
    for tag, a, b, c, d in steps:
        ours = quotation.text[quote[a].start : quote[b - 1].end] if b > a else ""
        there = text[start + c : start + d]
        other = passage.text[there[0].start : there[-1].end] if there else ""
        differences.append(Difference(tag, ours, other))  # type: ignore[arg-type]
    span = Span(text[left].start, text[right - 1].end)
    return Nearest(span, round(similarity, 3), tuple(differences))


def _settle_ends(mine: str, theirs: str, start: int, end: int) -> tuple[int, int]:
    """The ends about `start` and `end` between which the fewest words differ, the nearest ones."""
    from rapidfuzz.distance import Levenshtein

    slack = min(2 + len(mine) // 8, _SLACK)

    def differing(first: int, last: int) -> int:
        return Levenshtein.distance(mine, theirs[first:last])

    ends = range(max(end - slack, start + 1), min(end + slack, len(theirs)) + 1)
    end = min(ends, key=lambda last: (differing(start, last), last), default=end)
    starts = range(max(start - slack, 0), min(start + slack + 1, end))
    start = min(starts, key=lambda first: (differing(first, end), -first), default=start)
    ends = range(max(end - slack, start + 1), min(end + slack, len(theirs)) + 1)
    return start, min(ends, key=lambda last: (differing(start, last), last), default=end)


def _code(codes: dict[str, str], key: str) -> str:
    # One character for each distinct word, so that words are compared as characters are.
    return codes.setdefault(key, chr(0x10000 + len(codes)))


def _with_brackets(text: str, span: Span) -> Span:
    """The span with the bracket that stands right at its edge and whose fellow is inside."""
    words = text[span.start : span.end]
    start, end = span
    if words.count("]") > words.count("[") and start and text[start - 1] == "[":
        start -= 1
    elif words.count("[") > words.count("]") and text[end : end + 1] == "]":
        end += 1
    return Span(start, end)


def spans_in(joined: JoinedText, spans: Sequence[Span]) -> list[tuple[int, int, int]]:
    """Spans of a joined text as (paragraph, start, end)."""
    return [segment for span in spans for segment in joined.segments(*span)]
