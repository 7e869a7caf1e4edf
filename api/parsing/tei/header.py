"""A `teiHeader` -> what is known of the file or the document before its text is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from api.parsing.citations import parse_citation
from api.parsing.curated import Rights
from api.parsing.languages import language_name
from api.parsing.tei.text import read_date
from api.parsing.tei.xml import Node
from api.parsing.values import (
    Author,
    Citation,
    Contributor,
    DateExpression,
    Parts,
    Reference,
    Role,
)

_ROLES: Mapping[str, Role] = {
    "translator": "translator",
    "translation": "translator",
    "translated by": "translator",
    "transcriber": "transcriber",
    "transcription": "transcriber",
    "transcribed by": "transcriber",
    "editor": "editor",
    "edited by": "editor",
    "contributor": "contributor",
    "contributed by": "contributor",
    "provider": "provider",
    "provided by": "provider",
}


@dataclass(frozen=True, slots=True)
class Description:
    """What a header says."""

    title: str
    authors: tuple[Author, ...]
    contributors: tuple[Contributor, ...]
    date: DateExpression | None
    summary: str | None
    languages: tuple[str, ...]
    rights: Rights | None
    citation: Citation | None
    """As printed, where the header prints one."""
    printed: Reference | None
    """The file as a book, for documents of a volume."""
    provenance: tuple[str, ...]


def read_header(header: Node, language: str | None, title: str) -> Description:
    """Read a header. `language` is the text's `xml:lang`, `title` the file's title."""
    file = header.first("fileDesc") or header
    statement = file.first("titleStmt") or file
    creation = header.first("profileDesc", "creation", "date")
    abstract = header.first("profileDesc", "abstract")
    return Description(
        title=title,
        authors=tuple(
            Author(node.text("note"), "source") for node in statement.nodes("author") if node.text()
        ),
        contributors=tuple(_contributors(statement)),
        date=read_date(creation) if creation is not None else None,
        summary=abstract.text() or None if abstract is not None else None,
        languages=tuple(_languages(header, language)),
        rights=_rights(file),
        citation=_citation(file),
        printed=_printed(file, title),
        provenance=tuple(_provenance(file)),
    )


def _contributors(statement: Node) -> Iterator[Contributor]:
    for node in statement.nodes("editor", "respStmt"):
        if node.tag == "editor":
            role = _ROLES.get((node.get("role") or "").lower(), "editor")
            if name := node.text("note"):
                yield Contributor(name, role)
            continue
        resp = node.first("resp")
        role_said = _ROLES.get(resp.text().lower().rstrip(":")) if resp is not None else None
        for name_node in node.nodes("name", "persName", "orgName"):
            if role_said and name_node.text():
                yield Contributor(name_node.text("note"), role_said)


def _languages(header: Node, language: str | None) -> Iterator[str]:
    usage = header.first("profileDesc", "langUsage")
    named = [] if usage is None else [(n.text(), n.get("ident")) for n in usage.nodes("language")]
    if not named and language:
        named = [("", language)]
    seen = set()
    for name, ident in named:
        words = (language_name(ident) if ident else None) or name or ident or ""
        if words and words not in seen:
            seen.add(words)
            yield words


def _rights(file: Node) -> Rights | None:
    """The terms, where the header has the elements made for them."""
    available = file.first("publicationStmt", "availability")
    if available is None:
        return None
    licence = available.first("licence")
    url = licence.get("target") if licence is not None else None
    text = available.text()
    if not text and not url:
        return None
    return Rights(text=text or url or "", statement=None, url=url)


def _citation(file: Node) -> Citation | None:
    """The first printed statement of the source that reads as a citation."""
    source = file.first("sourceDesc")
    if source is None:
        return None
    if identifier := source.first("msDesc", "msIdentifier"):
        return _manuscript(identifier)
    bibl = source.first("bibl")
    if bibl is not None and (words := bibl.text()):
        return parse_citation(words)
    return None


def _manuscript(identifier: Node) -> Citation | None:
    parts: Parts = {}
    for tag in ("repository", "collection", "idno"):
        node = identifier.first(tag)
        if node is not None and node.text():
            parts["signature" if tag == "idno" else tag] = node.text()
    written = ", ".join(n.text() for n in identifier.nodes() if n.text())
    if not written:
        return None
    recognised = "repository" in parts
    reference = Reference(
        written, recognised, "ms-identifier" if recognised else None, parts if recognised else {}
    )
    return Citation(verbatim="", reference=reference)


def _printed(file: Node, title: str) -> Reference | None:
    statement = file.first("publicationStmt")
    if statement is None or not title:
        return None
    parts: Parts = {"title": title}
    for tag, name in (("pubPlace", "place"), ("publisher", "publisher"), ("date", "year")):
        node = statement.first(tag)
        if node is not None and node.text():
            parts[name] = node.text()
    imprint = ": ".join(str(parts[one]) for one in ("place", "publisher") if one in parts)
    written = ", ".join(filter(None, [title, imprint, str(parts.get("year", ""))]))
    return Reference(written, True, "printed", parts)


def _provenance(file: Node) -> Iterator[str]:
    source = file.first("sourceDesc")
    if source is not None:
        for node in source.nodes("p", "ab"):
            if words := node.text():
                yield words
