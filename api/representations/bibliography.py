"""The neutral bibliographic item, from which every citation format is made.

A record is either a manuscript in an archive or a document printed in a book. The formats ask the
item which; they never look at the record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from api.parsing.values import Author, Contributor, DateExpression, Reference, Role

if TYPE_CHECKING:
    from api.parsing.curated import Rights

DateParts = tuple[int, ...]
ItemType = Literal["manuscript", "chapter", "book"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language as printed, and its BCP 47 tag where there is one."""

    name: str
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A date as bibliographies need it: up to three numbers, perhaps an end, perhaps "circa".

    `literal` is the expression where numbers cannot say it ("1950s", "Spring 1958", "1 July");
    `year` is then the first it can mean, where it has one.
    """

    begin: DateParts = ()
    end: DateParts = ()
    circa: bool = False
    literal: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class PrintedSource:
    """The book a document is printed in: strings as the reference gives them, "" where absent."""

    title: str
    volume: str
    place: str
    publisher: str
    year: str
    pages: str


@dataclass(frozen=True, slots=True)
class Shelfmark:
    """Where a manuscript lies: the archive, and the rest of its reference code."""

    archive: str | None
    location: str


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """A passage to be cited.

    `paragraphs` is the list as asked for ("7", "7-9", "3, 7-9"); `layer_title` names the section
    where its words are not the record's own voice (a draft, an enclosure); `url` is the link to
    the passage, cited in place of the record's.
    """

    paragraphs: str
    layer_title: str | None = None
    url: str | None = None

    @property
    def plural(self) -> bool:
        """Whether more than one paragraph is meant."""
        return re.search(r"\d\s*[-–,&]\s*\d", self.paragraphs) is not None


@dataclass(frozen=True)
class BibliographicItem:
    """What there is to say about a record in a bibliography.

    `url` is the address the source prints for itself, `permalink` ours. `citation` is the source's
    own, verbatim. `languages` are those of the texts the record holds, the first the one read.
    """

    id: str
    title: str
    authors: tuple[Author, ...] = ()
    date: DateExpression | None = None
    genre: str | None = None
    reference: Reference | None = None
    contributors: tuple[Contributor, ...] = ()
    also_printed_in: tuple[Reference, ...] = ()
    digital_archive: str | None = None
    url: str | None = None
    permalink: str | None = None
    languages: tuple[Language, ...] = ()
    original_language: Language | None = None
    credits: str | None = None
    rights: Rights | None = None
    abstract: str | None = None
    provenance: tuple[str, ...] = ()
    citation: str | None = None

    @cached_property
    def printed(self) -> PrintedSource | None:
        """The book it is printed in, where the reference names one instead of an archive."""
        if self.reference is None or self.reference.scheme != "printed":
            return None
        return read_printed(self.reference)

    @cached_property
    def type(self) -> ItemType:
        """What it is: `chapter` of a book, `book` where the book is all there is, or manuscript."""
        printed = self.printed
        if printed is None:
            return "manuscript"
        same = not printed.title or _bare(printed.title) == _bare(self.title)
        return "book" if same else "chapter"

    @cached_property
    def issued(self) -> Issued | None:
        """The document's own date; None where it has none, which styles say as "n.d."."""
        return read_issued(self.date)

    @cached_property
    def shelfmark(self) -> Shelfmark | None:
        """Archive and location; None for printed documents and for those without a reference."""
        if self.reference is None or self.printed is not None:
            return None
        return read_shelfmark(self.reference)

    def names(self, *roles: Role) -> tuple[str, ...]:
        """The contributors in any of these roles, each once, in order."""
        return tuple(dict.fromkeys(one.name for one in self.contributors if one.role in roles))

    @cached_property
    def donors(self) -> tuple[str, ...]:
        """Whoever is thanked but neither translated nor edited."""
        others = self.names("translator", "editor")
        donors = self.names("contributor", "provider", "transcriber")
        return tuple(name for name in donors if name not in others)

    @property
    def link(self) -> str | None:
        """The address to cite: the source's own where it prints one, else ours."""
        return self.url or self.permalink


def item_of(
    id: str,  # noqa: A002 (the field's name)
    title: str,
    *,
    authors: Sequence[Author] = (),
    date: DateExpression | None = None,
    reference: Reference | None = None,
    contributors: Sequence[Contributor] = (),
    also_printed_in: Sequence[Reference] = (),
    digital_archive: str | None = None,
    url: str | None = None,
    permalink: str | None = None,
    languages: Sequence[Language] = (),
    original_language: Language | None = None,
    credits: str | None = None,  # noqa: A002
    rights: Rights | None = None,
    abstract: str | None = None,
    provenance: Sequence[str] = (),
    citation: str | None = None,
) -> BibliographicItem:
    """An item from a record's fields; the genre is read from the title."""
    return BibliographicItem(
        id=id,
        title=title,
        authors=tuple(authors),
        date=date,
        genre=genre_of(title),
        reference=reference,
        contributors=tuple(contributors),
        also_printed_in=tuple(also_printed_in),
        digital_archive=digital_archive,
        url=url,
        permalink=permalink,
        languages=tuple(languages),
        original_language=original_language,
        credits=credits,
        rights=rights,
        abstract=abstract,
        provenance=tuple(provenance),
        citation=citation,
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GENRES = _words(
    """
    address agreement aide-mémoire analysis announcement appeal article bulletin cable
    chronology ciphergram circular communiqué communique conversation decision declaration
    decree diary directive draft excerpt excerpts extract extracts information instruction
    instructions interview journal letter letters memo memoir memoirs memorandum message
    minutes note notes order outline petition plan proposal protocol recommendation
    recommendations record report resolution review speech statement stenogram summary
    survey talk telegram telegrams telephonogram testimony transcript treaty
    """
)
_CONVERSATION = re.compile(r"(memorandum|record|minutes|note|transcript)s? of (?:a |the )?", re.I)


def genre_of(title: str) -> str | None:
    """The kind of document, where a title begins with it: "Note of Cde. …" -> "Note".

    "Record of Conversation …" is a "Record of conversation". None where the first word is no kind
    of document.
    """
    first = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", title.strip())
    if first is None or first[0].casefold() not in _GENRES:
        return None
    opening = _CONVERSATION.match(title.strip())
    if opening and re.match(r"(?:\w+ )?conversation\b", title.strip()[opening.end() :], re.I):
        return f"{first[0].capitalize()} of conversation"
    return first[0].capitalize()


_DAY = r"(\d{4})(?:-(\d\d|XX))?(?:-(\d\d|XX))?"
_EDTF_DAY = re.compile(_DAY)
_UNDATED = re.compile(r"\W*(?:undated|n\.?\s?d\.?|no date|date unknown|unknown|none)\W*", re.I)


def read_issued(date: DateExpression | None) -> Issued | None:
    """A date expression as bibliographies need it; None for none, "undated" and "n.d.".

    Source: EDTF (ISO 8601-2) levels 0 and 1, and qualifiers wherever level 2 puts them; what has
    no numbers for it stays a literal.
    """
    if date is None or not date.expression.strip():
        return None
    year = int(date.begin[:4]) if date.begin and date.begin[:4].isdigit() else None
    if date.edtf is None:
        if _UNDATED.fullmatch(date.expression):
            return None
        return Issued(literal=clean(date.expression), year=year)
    bare = re.sub(r"[?~%]", "", date.edtf)
    circa = bare != date.edtf
    begin, slash, end = bare.partition("/")
    first, last = _read_day(begin), _read_day(end)
    if date.impossible or not first or (slash and not last):
        return Issued(literal=clean(date.expression), year=year)
    if slash and last != first:
        return Issued(begin=first, end=last, circa=circa, year=first[0])
    return Issued(begin=first, circa=circa, year=first[0])


def _read_day(edtf: str) -> DateParts:
    match = _EDTF_DAY.fullmatch(edtf)
    if match is None:
        return ()
    parts: list[int] = []
    for part in match.groups():
        if part is None or part == "XX":
            break
        parts.append(int(part))
    if len(parts) > 1 and not 1 <= parts[1] <= 12:
        return ()
    return tuple(parts)


def read_printed(reference: Reference) -> PrintedSource:
    """The parts of a printed reference; without parts, its whole string is the book's title."""

    def part(name: str) -> str:
        value = reference.parts.get(name, "")
        if isinstance(value, dict):
            first, last = value.get("from", ""), value.get("to", "")
            return first if first == last or not last else f"{first}-{last}"
        return clean(value)

    title = part("title") if reference.parts else clean(reference.as_written)
    return PrintedSource(
        title, part("volume"), part("place"), part("publisher"), part("year"), part("pages")
    )


def read_shelfmark(reference: Reference) -> Shelfmark:
    """Cut the archive off a reference code, where it stands at either end of it."""
    whole = clean(reference.as_written)
    archive = reference.parts.get("repository") if reference.recognised else None
    if not isinstance(archive, str) or not clean(archive):
        return Shelfmark(None, whole)
    archive = clean(archive)
    if whole.startswith(archive):
        rest = whole[len(archive) :]
    elif whole.endswith(archive):
        rest = whole[: -len(archive)]
    else:
        return Shelfmark(archive, whole)
    # A full stop at the end may belong to an abbreviation.
    return Shelfmark(archive, rest.lstrip(" ,:;.").rstrip(" ,:;"))


# What no line of text can hold: controls, and what ends a line somewhere (U+0085, U+2028, U+2029).
_SPACES = re.compile(r"[ \t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def printable(text: str) -> str:
    """A text without control characters; half a surrogate pair becomes U+FFFD.

    No format of ours can carry either. Everything else is kept, bidirectional marks too.
    """
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def clean(text: str) -> str:
    """A printable value for one line of any format: line ends and runs of spaces are one space."""
    return _SPACES.sub(" ", printable(text)).strip()


def _bare(text: str) -> str:
    return clean(text).rstrip(".").casefold()
