"""RIS, the tagged lines that every reference manager imports."""

from __future__ import annotations

import re
from collections.abc import Iterable

from api.representations.bibliography import BibliographicItem, Issued, clean
from api.representations.csl import notes_of
from api.representations.personal_names import PersonalName, read_name

_TYPES = {"manuscript": "MANSCPT", "chapter": "CHAP", "book": "BOOK"}


def to_ris(items: Iterable[BibliographicItem]) -> str:
    """RIS records, one line for each tag, CRLF, never wrapped, `ER` last.

    A manuscript is MANSCPT with its archive in DB and its location in AN; a printed document CHAP
    or BOOK, the document's own date in DA and the book's year in PY. Translators are A4, editors
    ED for manuscripts and A2 for chapters, donors A2 for manuscripts. Our permalink is L2; the
    printed citation, reprints, provenance, credits and rights are N1, rights CR as well for Zotero.
    Source: RIS format specification (2011), as Zotero and EndNote read it.
    """
    return "".join(_record(item) for item in items)


def _record(item: BibliographicItem) -> str:
    lines: list[str] = []

    def put(tag: str, value: str | None) -> None:
        if value and (value := clean(value)):
            lines.append(f"{tag}  - {value}\r\n")

    put("TY", _TYPES[item.type])
    put("ID", item.id)
    put("TI", item.title)
    for author in item.authors:
        put("AU", ris_name(author.name))
    for name in item.names("editor"):
        put("A2" if item.type == "chapter" else "ED", ris_name(name))
    for name in item.names("translator"):
        put("A4", ris_name(name))
    for name in item.donors:
        if item.type == "manuscript":
            put("A2", ris_name(name))
    issued = item.issued
    if printed := item.printed:
        if item.type == "chapter":
            put("T2", printed.title)
        put("PY", printed.year)
        put("VL", printed.volume)
        first, _, last = printed.pages.replace("–", "-").partition("-")
        put("SP", first)
        put("EP", last)
        put("PB", printed.publisher)
        put("CY", printed.place)
    else:
        if issued and issued.year is not None:
            put("PY", f"{issued.year:04}")
        if shelfmark := item.shelfmark:
            put("DB", shelfmark.archive)
            put("AN", shelfmark.location)
        put("PB", item.digital_archive)
    if issued:
        put("DA", ris_date(issued, clean(item.date.expression) if item.date else ""))
    put("M3", item.genre)
    put("DP", item.digital_archive)
    for language in item.languages[:1]:
        put("LA", language.tag or language.name)
    put("AB", item.abstract)
    put("UR", item.link)
    if item.url:
        put("L2", item.permalink)
    if item.original_language:
        put("N1", f"Original language: {item.original_language.name}")
    for note in notes_of(item):
        put("N1", note)
    # RIS has no tag for them that reference managers take in a manuscript.
    for name in item.donors if not printed else ():
        put("N1", f"Contributor: {name}")
    put("N1", f"Rights: {item.rights.text}" if item.rights else None)
    put("CR", item.rights.text if item.rights else None)
    # Zotero takes a note with angle brackets for HTML, and what is between them for a tag.
    put("N1", f"Cite as: {_without_angles(item.citation)}" if item.citation else None)
    lines.append("ER  - \r\n")
    return "".join(lines)


def _without_angles(citation: str) -> str:
    return re.sub(r"<(https?://[^<>\s]+)>", r"\1", citation)


def ris_name(text: str) -> str:
    """A name as RIS wants it: "Khrushchev, N. S.", "King, Martin Luther, Jr."; bodies as they are.

    RIS has no field for particles: they stand before the family name they belong to.
    """
    return comma_name(read_name(clean(text)))


def comma_name(name: PersonalName) -> str:
    """Family name, comma, given name, comma, suffix."""
    if name.literal is not None:
        return name.literal
    family = f"{name.particle} {name.family}".strip()
    given = f"{name.given} {name.dropping_particle}".strip()
    return ", ".join(filter(None, [family, given, name.suffix]))


def ris_date(issued: Issued, expression: str) -> str:
    """`YYYY/MM/DD/other`: the first day, and the words where the numbers do not say it all."""
    year, month, day = (*issued.begin, None, None, None)[:3]
    exact = issued.literal is None and not issued.end and not issued.circa
    numbers = [
        f"{year:04}" if year is not None else "",
        f"{month:02}" if month is not None else "",
        f"{day:02}" if day is not None else "",
    ]
    if issued.literal is not None and issued.year is not None:
        numbers[0] = f"{issued.year:04}"
    return "/".join([*numbers, "" if exact else expression.replace("/", "-")])
