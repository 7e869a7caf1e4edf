"""schema.org JSON-LD, for search engines and for whoever links data."""

from __future__ import annotations

import json
from typing import Any

from api.representations.bibliography import BibliographicItem, Issued, Language, clean
from api.representations.bibtex import edtf_of
from api.representations.personal_names import is_institution, read_name

JsonLd = dict[str, Any]


def to_jsonld(item: BibliographicItem) -> JsonLd:
    """An `ArchiveComponent` (a printed document is also a `Chapter` or `Book`).

    `@id` is our permalink, `sameAs` the address the source prints. A date that is exact is
    `dateCreated` in ISO 8601; any other `temporal`, in EDTF or in its own words.
    Source: schema.org 29, ArchiveComponent and CreativeWork.
    """
    data: JsonLd = {
        "@context": "https://schema.org",
        "@type": {
            "manuscript": "ArchiveComponent",
            "chapter": ["ArchiveComponent", "Chapter"],
            "book": ["ArchiveComponent", "Book"],
        }[item.type],
    }

    def put(key: str, value: Any) -> None:
        if value:
            data[key] = value

    put("@id", _text(item.permalink or item.url))
    put("url", _text(item.link))
    put("sameAs", _text(item.url) if item.permalink else None)
    put("name", _text(item.title))
    put("author", _agents(author.name for author in item.authors))
    put("editor", _agents(item.names("editor")))
    put("translator", _agents(item.names("translator")))
    put("contributor", _agents(item.donors))
    put("genre", item.genre)
    put("abstract", _text(item.abstract))
    put("inLanguage", [_language(one) for one in item.languages])
    if item.original_language:
        # Only a work has an original, so the original is a work.
        original = {"@type": "CreativeWork", "inLanguage": _language(item.original_language)}
        put("translationOfWork", original)
    put("provider", _organization(item.digital_archive))
    _put_date(data, item.issued)
    identifiers = [_property("record", item.id)]
    if item.reference:
        identifiers.append(_property("reference code", item.reference.as_written))
    if shelfmark := item.shelfmark:
        put("holdingArchive", _organization(shelfmark.archive, "ArchiveOrganization"))
        put("itemLocation", _text(shelfmark.location))
    if printed := item.printed:
        book: JsonLd = {"@type": "Book", "name": printed.title}
        for key, value in (("volumeNumber", printed.volume), ("datePublished", printed.year)):
            if value:
                book[key] = value
        if publisher := _organization(printed.publisher):
            if printed.place:
                publisher["location"] = printed.place
            book["publisher"] = publisher
        elif printed.place:
            book["locationCreated"] = {"@type": "Place", "name": printed.place}
        if item.type == "chapter":
            put("isPartOf", book)
        else:
            data.update((key, value) for key, value in book.items() if key not in ("@type", "name"))
        put("pagination", printed.pages)
    if item.citation:
        identifiers.append(_property("citation", item.citation))
    put("identifier", identifiers)
    put("workExample", [_printed_in(one.as_written) for one in item.also_printed_in])
    put("creditText", "; ".join(filter(None, map(clean, [*item.provenance, item.credits or ""]))))
    if item.rights:
        put("license", _text(item.rights.url))
        put("usageInfo", _text(item.rights.text))
        put("copyrightNotice", _text(item.rights.statement))
    return data


def script_json(data: Any) -> str:
    """JSON that may stand inside `<script>`: no `<`, `>` or `&`, and no line separators."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _text(value: str | None) -> str | None:
    return clean(value) or None if value else None


def _agents(names: Any) -> list[JsonLd]:
    agents: list[JsonLd] = []
    for text in map(clean, names):
        name = read_name(text)
        if name.literal is not None:
            kind = "Organization" if is_institution(text) else "Person"
            agents.append({"@type": kind, "name": text})
            continue
        family = f"{name.dropping_particle} {name.particle} {name.family}".split()
        person = {
            "@type": "Person",
            "name": text,
            "familyName": " ".join(family),
            "givenName": name.given,
        }
        if name.suffix:
            person["honorificSuffix"] = name.suffix
        agents.append(person)
    return [agent for agent in agents if agent["name"]]


def _organization(name: str | None, kind: str = "Organization") -> JsonLd | None:
    return {"@type": kind, "name": clean(name)} if name and clean(name) else None


def _language(language: Language) -> str:
    return clean(language.tag or language.name)


def _property(kind: str, value: str) -> JsonLd:
    return {"@type": "PropertyValue", "propertyID": kind, "value": clean(value)}


def _printed_in(text: str) -> JsonLd:
    return {"@type": "CreativeWork", "name": clean(text)}


def _put_date(data: JsonLd, issued: Issued | None) -> None:
    if issued is None:
        return
    if issued.begin and not issued.end and not issued.circa:
        data["dateCreated"] = edtf_of(issued)
    else:
        data["temporal"] = issued.literal or edtf_of(issued)
