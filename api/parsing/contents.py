"""The names of a record's contents: "Translation - English", "Scan of Original Document".

Both word orders occur ("English Translation"), and words alone ("Transcript"). Names differ in how
sure they are to be names when nothing announces them; whoever asks says how sure it must be.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from api.parsing.languages import language_tag
from api.parsing.values import ContentKind

MAX_LENGTH = 100
"""Longer texts, in code points, name no content."""


class Sureness(IntEnum):
    """How sure a text is to be a content's name, whatever stands around it."""

    POSSIBLE = 1
    """A word that may as well be the text's own: "Transcript", "Draft Translation"."""
    LIKELY = 2
    """A scan or original ("Original Document"), or a language before or after the kind."""
    CERTAIN = 3
    """Kind, dash and a known language: "Original - Russian"."""


@dataclass(frozen=True, slots=True)
class ContentName:
    """A content's name: the label as printed, the kind, the language as printed if any."""

    label: str
    kind: ContentKind
    language: str | None
    sureness: Sureness


_KIND = (
    r"(?:Translation|Translated (?:Text|Document)|Original (?:Document|Text|Scan)|Originals?"
    r"|Scan(?:ned)?(?: of)?(?: the)? (?:Original )?(?:Documents?|Copy)|Scan(?:ned)?(?: of)?"
    r"(?: the)? Original|Scan|Transcription|Transcript|Facsimile|Photocopy|Typescript|Manuscript"
    r"|Document Text|Document|Full Text|Text|PDF)"
)
_DASH = r"\s{0,3}(?:[-–—]{1,2}|:)\s{0,3}"
_LANGUAGE = r"[^\W\d_][\w'’-]{1,30}(?:\s\([^\W\d_]{2,20}\)|\s[^\W\d_a-z][\w-]{1,20})?"
_NOTE = r"(?:\s\([^()\n]{1,40}\))?"
_KIND_FIRST = re.compile(
    rf"{_KIND}(?:{_DASH}(?P<dashed>{_LANGUAGE}?)|\s\((?P<bracketed>{_LANGUAGE})\)"
    rf"|\s(?:in|into)\s(?P<into>{_LANGUAGE})){_NOTE}",
    re.IGNORECASE,
)
_LANGUAGE_FIRST = re.compile(
    rf"(?P<language>{_LANGUAGE}?)\s(?:Language\s)?{_KIND}{_NOTE}", re.IGNORECASE
)
_SCAN = re.compile(
    r"(?:Scan(?:ned)?(?: of)?(?: the)? Original(?: Documents?)?|Original (?:Scan|Document)"
    rf"|Scanned Document){_NOTE}",
    re.IGNORECASE,
)
_WORDS_ALONE = re.compile(
    rf"(?:[A-Z][\w-]{{2,20}}\s){{0,2}}{_KIND}(?: of (?:the )?[A-Z][\w-]{{2,20}})?{_NOTE}"
)
_KINDS: tuple[tuple[ContentKind, tuple[str, ...]], ...] = (
    ("scan", ("scan", "facsimile", "photocopy", "pdf", "image")),
    ("translation", ("translat",)),
    ("transcript", ("transcri",)),
    ("original", ("original",)),
)


def parse_content_name(text: str) -> ContentName | None:
    """Read the whole text as the name of a content; None when it is none.

    "Translation - English" -> kind translation, language English. A language is what
    `language_tag` knows; after a dash any other word is kept as the language too.
    Source: the contents lists of the Wilson Center Digital Archive, older and newer.
    """
    text = text.strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    match = _KIND_FIRST.fullmatch(text)
    if match is not None:
        language = match["dashed"] or match["bracketed"] or match["into"]
        known = language_tag(language) is not None
        if known or match["dashed"]:
            is_certain = known and match["dashed"] is not None and not text.isupper()
            sureness = Sureness.LIKELY if known else Sureness.POSSIBLE
            sureness = Sureness.CERTAIN if is_certain else sureness
            return ContentName(text, kind_of(text), _as_printed(language), sureness)
    match = _LANGUAGE_FIRST.fullmatch(text)
    if match is not None and language_tag(match["language"]) is not None:
        language = _as_printed(match["language"])
        return ContentName(text, kind_of(text), language, Sureness.LIKELY)
    if _SCAN.fullmatch(text):
        return ContentName(text, kind_of(text), None, Sureness.LIKELY)
    if _WORDS_ALONE.fullmatch(text):
        return ContentName(text, kind_of(text), None, Sureness.POSSIBLE)
    return None


def kind_of(label: str) -> ContentKind:
    """What a content is, by the words of its label."""
    folded = label.casefold()
    return next((kind for kind, words in _KINDS if any(word in folded for word in words)), "other")


def _as_printed(language: str) -> str:
    return language.title() if language.isupper() else language


def name_contents(
    labels: list[str], languages: tuple[str, ...]
) -> list[tuple[str, ContentKind, str | None]]:
    """For each label: an id of its own, the kind, the language.

    The id is of kind and language, so that it does not depend on the form of the export:
    "English Translation" is translation-english too; for other kinds it is of the label. An
    original without a language of its own is in the record's, where that has just one.
    """
    taken: set[str] = set()
    named: list[tuple[str, ContentKind, str | None]] = []
    for label in labels:
        name = parse_content_name(label)
        kind = name.kind if name else kind_of(label)
        language = name.language if name else _find_language(label)
        if language is None and kind == "original" and len(languages) == 1:
            language = languages[0]
        words = label if kind == "other" else " ".join(filter(None, (kind, language)))
        named.append((_identify(words or "text", taken), kind, language))
    return named


def _find_language(label: str) -> str | None:
    """The language in a label of no known form: "Interview Notes - Korean"."""
    parts = [*re.split(_DASH, label)[1:], *label.split()[:1], *label.split()[-1:]]
    return next((_as_printed(part) for part in parts if language_tag(part) is not None), None)


def _identify(words: str, taken: set[str]) -> str:
    letters = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", letters))[:60].strip("-") or "content"
    unique, number = slug, 2
    while unique in taken:
        unique, number = f"{slug}-{number}", number + 1
    taken.add(unique)
    return unique


# Names in running text: an export flattened to one line.

_FLAT_KIND = re.compile(rf"{_KIND}(?!\w)")
_FLAT_DASH = re.compile(_DASH)
_FLAT_LANGUAGE = re.compile(r"[^\W\d_a-z][\w'’-]{1,30}(?:\s\([^\W\d_]{2,20}\))?")
_FLAT_SCAN = re.compile(
    r"(?:Scan(?:ned)?(?: of)?(?: the)? Original(?: Documents?)?|Original (?:Scan|Document)"
    r"|Scanned Document)(?!\w)"
)
_BETWEEN_LANGUAGES = re.compile(r"\s?[,;/&]\s?(?:and\s)?|\sand\s")


def match_language(source: str, at: int) -> int | None:
    """Where a language's name that begins at `at` ends; None when none does."""
    match = _FLAT_LANGUAGE.match(source, at)
    if match is None:
        return None
    for end in (match.end(), at + len(match.group().split()[0])):
        if language_tag(source[at:end]) is not None:
            return end
    return None


def match_languages(source: str, at: int) -> int | None:
    """Where a list of languages that begins at `at` ends: "Russian, Chinese and English"."""
    end = match_language(source, at)
    while end is not None:
        between = _BETWEEN_LANGUAGES.match(source, end)
        further = match_language(source, between.end()) if between else None
        if further is None:
            return end
        end = further
    return None


def match_content_name(source: str, at: int, *, announced: bool = False) -> int | None:
    """Where the name of a content that begins at `at` in running text ends; None when none does.

    `announced` means that a label stands right before, so that a word alone, or a language nobody
    knows, will do.
    """
    kind = _FLAT_KIND.match(source, at)
    if kind is not None:
        dash = _FLAT_DASH.match(source, kind.end())
        if dash is not None:
            end = match_language(source, dash.end())
            if end is not None:
                return end
            unknown = _FLAT_LANGUAGE.match(source, dash.end())
            if unknown is not None and announced:
                return dash.end() + len(unknown.group().split()[0])
    language = match_language(source, at)
    if language is not None:
        following = _FLAT_KIND.match(source, min(language + 1, len(source)))
        if following is not None and source[language].isspace():
            return following.end()
    scan = _FLAT_SCAN.match(source, at)
    if scan is not None:
        return scan.end()
    return kind.end() if kind is not None and announced else None
