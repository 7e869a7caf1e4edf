"""Characters and offsets: counting, folding, joining. Pure, and at the bottom of everything.

All offsets are half-open `[start, end)` in Unicode code points unless a name says `utf16`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open run of code points."""

    start: int
    end: int


def sha256_hex(text: str | bytes) -> str:
    """The SHA-256 of a text (in UTF-8) or of bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def utf16_offsets(text: str, offsets: Iterable[int]) -> list[int]:
    """Code-point offsets into `text` as UTF-16 code units, the way JavaScript counts."""
    offsets = list(offsets)
    if text.isascii():
        return offsets
    astral = [i for i, char in enumerate(text) if char > "\uffff"]
    return [offset + bisect_right(astral, offset - 1) for offset in offsets]


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Where an offset stands, as an editor shows it: line and column, both from 1."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


def occurrences(text: str, quote: str) -> list[int]:
    """The offset of every occurrence of `quote`, overlapping ones included."""
    found, at = [], text.find(quote)
    while quote and at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


_LOOKALIKES = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    "\u2026": "...",
    "\u00ad": "",
    "\u200b": "",
    "\ufeff": "",
    # Letters with strokes have no decomposition, yet people search for them without.
    "\u0142": "l",
    "\u0141": "L",
    "\u00f8": "o",
    "\u00d8": "O",
    "\u0111": "d",
    "\u0110": "D",
}

_CONTROL_SPACE = re.compile(r"[\t-\r\x1c-\x1f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text made comparable, and the way back to the original offsets.

    `origin[i]` is the offset in the original of folded character `i`; one more entry, the
    length of the original, closes the list.
    """

    text: str
    origin: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The original span of the folded characters `[start, end)`; combining marks included."""
        if start >= end:
            return Span(self.origin[start], self.origin[start])
        after = end
        while after < len(self.text) and self.origin[after] == self.origin[end - 1]:
            after += 1
        return Span(self.origin[start], self.origin[after])


def fold(text: str, *, case: bool = True, marks: bool = True) -> Folded:
    """Fold typography: quotes and dashes straight, white space single, ellipses as dots.

    With `marks`, diacritics go as well; with `case`, case goes. Leading and trailing white space
    stays as one space. Source: Unicode NFKD; the look-alikes of English typography.
    """
    plain = _fold_in_place(text, case, marks)
    if plain is not None:
        return Folded(plain, range(len(text) + 1))
    table = _FOLDS[case, marks]
    parts = [table[char] for char in text]
    chars: list[str] = []
    origin: list[int] = []
    spaced = False
    for at, (char, part) in enumerate(zip(text, parts, strict=True)):
        space = char.isspace()
        if not (space and spaced):
            chars.append(part)
            origin += [at] * len(part)
        if part:
            spaced = space
    origin.append(len(text))
    return Folded("".join(chars), origin)


def _fold_in_place(text: str, case: bool, marks: bool) -> str | None:
    """The folded text where each character folds to one, and so stays where it is; else None."""
    plain = text
    if not text.isascii():
        table = _FOLDS[case, marks]
        foreign = set(_NOT_ASCII.findall(text))
        folded = {char: table[char] for char in foreign}
        if any(len(one) != 1 or (case and one.lower() != one) for one in folded.values()):
            return None
        changed = {char: one for char, one in folded.items() if char != one}
        if not foreign.isdisjoint(changed.values()):
            return None
        for char, one in changed.items():
            plain = plain.replace(char, one)
    plain = _CONTROL_SPACE.sub(" ", plain).replace("`", "'")
    if "  " in plain:
        return None
    return plain.lower() if case else plain


class _FoldTable(dict[str, str]):
    """What each character is folded to, filled as characters come, and begun anew when full."""

    def __init__(self, case: bool, marks: bool) -> None:
        super().__init__()
        self._case, self._marks = case, marks

    def __missing__(self, char: str) -> str:
        if len(self) >= _MOST_FOLDS:
            self.clear()
        self[char] = folded = _fold_char(char, self._case, self._marks)
        return folded


_MOST_FOLDS = 20_000
_FOLDS = {
    (case, marks): _FoldTable(case, marks) for case in (True, False) for marks in (True, False)
}


def _fold_char(char: str, case: bool, marks: bool) -> str:
    if char.isspace():
        return " "
    if char in _LOOKALIKES:
        char = _LOOKALIKES[char]
    elif marks:
        decomposed = unicodedata.normalize("NFKD", char)
        if _is_latin_greek_or_cyrillic(decomposed):
            char = "".join(c for c in decomposed if not unicodedata.combining(c))
            char = "".join(_LOOKALIKES.get(c, c) for c in char)
        else:
            char = unicodedata.normalize("NFKC", char)
    return char.casefold() if case else char


def _is_latin_greek_or_cyrillic(text: str) -> bool:
    # In other scripts (kana, Devanagari) the marks are letters, not decoration.
    return all(c < "\u0530" or "\u1e00" <= c < "\u2000" or unicodedata.combining(c) for c in text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a joined text that comes from one paragraph."""

    paragraph: int
    start: int
    """Where the paragraph's own text begins in the joined text."""
    length: int


@dataclass(frozen=True, slots=True)
class JoinedText:
    """The texts of neighbouring paragraphs as one, with the way back to each.

    A page break cuts sentences and names in two; whoever looks for either looks here.
    """

    text: str
    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, paragraphs: Iterable[tuple[int, str]]) -> JoinedText:
        """Join (number, text) pairs by one space."""
        pieces, texts, at = [], [], 0
        for number, text in paragraphs:
            pieces.append(Piece(number, at, len(text)))
            texts.append(text)
            at += len(text) + 1
        return cls(" ".join(texts), tuple(pieces))

    def segments(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """The span as (paragraph, start, end) in each paragraph it touches."""
        found = []
        for piece in self.pieces:
            left = max(start - piece.start, 0)
            right = min(end - piece.start, piece.length)
            if left < right:
                found.append((piece.paragraph, left, right))
        return found
