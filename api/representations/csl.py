"""CSL-JSON, the form Zotero, Pandoc and citeproc read."""

from __future__ import annotations

from typing import Any

from api.representations.bibliography import BibliographicItem, Issued, clean
from api.representations.personal_names import PersonalName, read_name

CslItem = dict[str, Any]


def to_csl(item: BibliographicItem) -> CslItem:
    """One item of CSL-JSON 1.0.2: `manuscript`, or `chapter` or `book` where it is printed.

    A printed document's `issued` is the book's year and its own date is `original-date`. What CSL
    has no variable for stands in `note` and, by name, in `custom`. A summary is `abstract`.
    Source: the CSL-JSON schema and the CSL 1.0.2 specification, appendix IV.
    """
    csl: CslItem = {"id": item.id, "type": item.type}
    _put(csl, "title", item.title)
    _put_names(csl, "author", [author.name for author in item.authors])
    _put_names(csl, "editor", item.names("editor"))
    _put_names(csl, "translator", item.names("translator"))
    issued = csl_date(item.issued) if item.issued else None
    if printed := item.printed:
        if item.type == "chapter":
            _put(csl, "container-title", printed.title)
        _put(csl, "volume", printed.volume)
        _put(csl, "page", printed.pages.replace("–", "-"))
        _put(csl, "publisher", printed.publisher)
        _put(csl, "publisher-place", printed.place)
        year = printed.year
        if year.isascii() and year.isdigit() and len(year) <= 4:
            csl["issued"] = {"date-parts": [[int(year)]]}
        elif year:
            csl["issued"] = {"literal": year}
        if issued:
            csl["original-date" if year else "issued"] = issued
    else:
        _put_names(csl, "contributor", item.donors)
        if issued:
            csl["issued"] = issued
        if shelfmark := item.shelfmark:
            _put(csl, "archive", shelfmark.archive)
            _put(csl, "archive_location", shelfmark.location)
        _put(csl, "publisher", item.digital_archive)
        # Styles take the genre of a chapter for its part in the book: "Foreword to …".
        _put(csl, "genre", item.genre)
    _put(csl, "source", item.digital_archive)
    _put(csl, "abstract", item.abstract)
    _put(csl, "URL", item.link)
    tags = [language.tag for language in item.languages if language.tag]
    _put(csl, "language", tags[0] if tags else None)
    _put(csl, "note", "; ".join(notes_of(item)))
    custom: dict[str, str] = {}
    _put(custom, "citation", item.citation)
    _put(custom, "permalink", item.permalink)
    if item.original_language:
        _put(custom, "original-language", item.original_language.name)
    if item.reference:
        _put(custom, "reference-code", item.reference.as_written)
    _put(custom, "rights", item.rights.text if item.rights else None)
    _put(csl, "license", item.rights.text if item.rights else None)
    if custom:
        csl["custom"] = custom
    return csl


def notes_of(item: BibliographicItem) -> list[str]:
    """What formats have no field for, a sentence each: donors of printed documents, reprints, …"""
    # Who gave a printed document to the archive had no part in the book.
    notes = [f"Contributed by {clean(name)}" for name in item.donors if item.printed]
    notes += [f"Also printed in {clean(one.as_written)}" for one in item.also_printed_in]
    notes += [clean(statement) for statement in item.provenance]
    if item.credits:
        notes.append(clean(item.credits))
    return [note for note in notes if note]


def csl_date(issued: Issued) -> dict[str, Any]:
    """A CSL date variable."""
    if issued.literal is not None:
        return {"literal": issued.literal}
    parts = [list(issued.begin)]
    if issued.end:
        parts.append(list(issued.end))
    date: dict[str, Any] = {"date-parts": parts}
    if issued.circa:
        date["circa"] = True
    return date


def csl_name(name: PersonalName) -> dict[str, Any]:
    """A CSL name variable; `static-ordering` keeps family-first names as they are written."""
    if name.literal is not None:
        return {"literal": name.literal}
    parts: dict[str, Any] = {"family": name.family, "given": name.given}
    if name.particle:
        parts["non-dropping-particle"] = name.particle
    if name.dropping_particle:
        parts["dropping-particle"] = name.dropping_particle
    if name.suffix:
        parts["suffix"] = name.suffix
    if name.order == "family_first":
        parts["static-ordering"] = True
    return parts


def _put(target: dict[str, Any], key: str, value: str | None) -> None:
    if value and (value := clean(value)):
        target[key] = value


def _put_names(target: CslItem, key: str, names: list[str] | tuple[str, ...]) -> None:
    cleaned = [name for name in map(clean, names) if name]
    if cleaned:
        target[key] = [csl_name(read_name(name)) for name in cleaned]
