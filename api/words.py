"""Words: what search and quotations look for. Pure.

A word is a run of letters and digits, folded: without case, diacritics and typography. Scripts that
are written without spaces have no runs to go by; there each character is a word, and what looks
like one is found as a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from api.text import fold


class Word(NamedTuple):
    """A folded word, and the span in the original text where it stands."""

    start: int
    end: int
    text: str


_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_UNSPACED += "\uf900-\ufaff\U00020000-\U0003ffff"
LETTER = rf"[^\W_{_UNSPACED}]"
"""A pattern: a letter or digit of a script that parts its words by spaces."""
WORD = re.compile(rf"[{_UNSPACED}]|{LETTER}+")
"""A word of a folded text."""

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")


class _Folding(dict[int, str]):
    """Characters as they fold, worked out when first met."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code)).text
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold_words(text: str) -> str:
    """A text folded as its words are; quick, and without the way back to the offsets."""
    if text.isascii():
        return text.lower()
    return _NON_ASCII.sub(lambda run: run[0].translate(_FOLDING), text).lower()


def words_of(text: str) -> list[str]:
    """The words of a text, in order."""
    return WORD.findall(fold_words(text))


def find_words(text: str) -> list[Word]:
    """The words of a text with their spans; combining marks belong to the letter before."""
    folded = fold_words(text)
    if len(folded) == len(text) and keeps_places(text):
        return [Word(*match.span(), match[0]) for match in WORD.finditer(folded)]
    chars: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        plain = fold_words(char)
        chars.append(plain)
        origin.extend([at] * len(plain))
    found = []
    for match in WORD.finditer("".join(chars)):
        end = origin[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        found.append(Word(origin[match.start()], end, match[0]))
    return found


def keeps_places(text: str) -> bool:
    """Whether every character folds to exactly one, so that offsets stay as they are."""
    if text.isascii():
        return True
    return all(len(fold_words(char)) == 1 for char in set("".join(_NON_ASCII.findall(text))))
