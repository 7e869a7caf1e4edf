"""The labels of an export's fields: "Citation:", in all the forms exporters give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from api.parsing.pages import Line
from api.text import Span

_SYNONYMS: dict[str, str] = {
    "title": "title, document title",
    "date": "date, document date, date of document, date created",
    "citation": "citation, suggested citation, preferred citation, cite as, how to cite",
    "summary": "summary, description, abstract, synopsis, document summary, scope and content",
    "credits": "credits, credit, acknowledgements, acknowledgments, acknowledgement, donors, donor",
    "languages": "original language, original languages, original language(s), language,"
    " languages, language(s), language of original, languages of original, document language",
    "contents": "contents, content, contents of record, document contents",
    "rights": "rights, right, rights statement, copyright, license, licence, terms of use,"
    " use and reproduction, rights and reproduction",
    "other": "subjects discussed, subjects, subject, keywords, keyword, tags, topics, source,"
    " sources, document source, source of document, document information, scan, scans, author,"
    " authors, creator, creators, type, document type, original archive, archive, repository,"
    " collection, collections, original uploaded title, original title, record id, document id,"
    " identifier, url, persistent link, publisher, translator, translators, contributor,"
    " contributors, geographic subjects, associated places, associated people,"
    " associated people & organizations, people, places, notes, archival reference",
}
_KEYS = {name.strip(): key for key, names in _SYNONYMS.items() for name in names.split(",")}
CORE_KEYS = frozenset({"citation", "summary", "credits", "languages", "contents", "rights"})
"""Keys of the labels that only an export has; "Subject:" or "Date:" may open any letter."""

PLACES = frozenset(_SYNONYMS) - {"other"}
"""Keys with a place of their own in an Export; "other" is known but has none."""
_STAND_WITHOUT_COLON = frozenset(
    {"citation", "summary", "credits", "original language", "original languages", "contents"}
)

_LABEL = re.compile(
    r"(?:#{1,6}[^\S\n]{1,9}|[-*•·>][^\S\n]{1,9})?"
    r"(?P<open>\*\*\*|\*\*|__|\*|_|<b>|<strong>)?\s{0,9}"
    r"(?P<label>[^\W\d_][^:：*_<>|\\\n]{0,60}?)[^\S\n]{0,9}"
    r"(?:(?P<inside>[:：]\s{0,9}(?:\*\*\*|\*\*|__|\*|_|</b>|</strong>))"
    r"|(?P<outside>(?:\*\*\*|\*\*|__|\*|_|</b>|</strong>)\s{0,9}[:：])"
    r"|(?P<colon>[:：])"
    r"|(?P<bare>(?:\*\*\*|\*\*|__|\*|_|</b>|</strong>)?$))"
)
_INLINE_LABEL = re.compile(
    r"(?<![^\s*_>•])(?P<open>\*\*|__)?(?P<label>Citation|CITATION|Summary|SUMMARY|Description|"
    r"DESCRIPTION|Abstract|Credits?|CREDITS?|Donors|Original Languages?|ORIGINAL LANGUAGES?|"
    r"Languages?|Rights|RIGHTS|Contents?|CONTENTS?|Subjects Discussed|Subjects|Keywords|"
    r"Document Source)"
    r"(?:[:：](?:\*\*|__)?|(?:\*\*|__)[:：])(?=\s|$|[“\"])"
)


_LONGEST_BARE = 110
"""Longer lines, in code points, have no label without a colon."""
_COLON = re.compile(r"[:：]")
_LONGEST_INLINE = 24
"""Characters of an inline label before its colon, marks included."""


class Label(NamedTuple):
    """A label that opens a line."""

    text: str
    """As written, without marks and colon."""
    key: str | None
    """What it is a label of (citation, summary, …, other); None where nobody knows."""
    value: int
    """Where the value may begin, as an offset into the source."""
    bold: bool
    alone: bool
    """Nothing else stands in its line."""
    has_colon: bool


def read_label(source: str, line: Line) -> Label | None:
    """The label that opens a line; None when none does.

    A label nobody knows needs a colon; a known one may do without where it stands alone.
    """
    text = source[line.start : min(line.end, line.start + 140)]
    if len(text) > _LONGEST_BARE and ":" not in text and "：" not in text:
        return None
    match = _LABEL.match(text)
    if match is None:
        return None
    text = " ".join(match["label"].split())
    has_colon = match["bare"] is None
    value = line.start + match.end()
    if match["colon"] and source.startswith("//", value):
        return None  # https://
    is_heading = source[line.start] == "#"
    bold = bool(match["open"]) or is_heading
    key = key_of(text)
    if not has_colon:
        if line.end - line.start > 100 or key is None:
            return None
        if text.casefold() not in _STAND_WITHOUT_COLON and not (bold and key in CORE_KEYS):
            return None
    elif key is None and not _looks_like_a_label(text):
        return None
    alone = not source[value : line.end].strip(" *_\t")
    return Label(text, key, value, bold, alone, has_colon)


def key_of(label: str) -> str | None:
    """What a label is a label of, whatever its case: "CITATION" -> citation."""
    return _KEYS.get(unicodedata.normalize("NFC", label).casefold())


def find_labels(source: str, start: int, end: int) -> Iterator[tuple[str, str, Span]]:
    """Known labels with a colon anywhere in a stretch of text: (label, key, span with marks)."""
    for colon in _COLON.finditer(source, start, end):
        at, after = colon.span()
        match = _INLINE_LABEL.search(source, max(start, at - _LONGEST_INLINE), min(end, after + 9))
        if match and match.start() < at < match.end():
            start = match.end()
            yield match["label"], _KEYS[match["label"].casefold()], Span(*match.span())


def is_title_case(label: str) -> bool:
    """Whether each word but the small ones begins with a capital, as labels' words do."""
    small = {"of", "and", "the", "in", "for", "by", "to", "&"}
    return all(word[0].isupper() or word in small for word in label.split())


def _looks_like_a_label(label: str) -> bool:
    return (
        len(label) <= 45
        and len(label.split()) <= 5
        and label[0].isupper()
        and not any(char in label for char in '.?!,;"“”[]')
    )
