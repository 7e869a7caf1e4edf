"""What a page says of a record to reference managers: Dublin Core `meta` tags and COinS."""

from __future__ import annotations

from urllib.parse import urlencode

from api.representations.bibliography import BibliographicItem, clean
from api.representations.bibtex import edtf_of
from api.representations.personal_names import read_name
from api.representations.ris import comma_name

Pairs = list[tuple[str, str]]


def to_dublin_core(item: BibliographicItem) -> Pairs:
    """(name, content) for `<meta>`: `DC.title`, `DC.creator`, …; names may repeat.

    `DC.type` is "manuscript" (or "bookSection", "book"), which is what makes Zotero file it as
    one. The contents are plain text, to be escaped by whoever writes the page.
    Source: DCMI metadata terms; DC-HTML (2008).
    """
    kinds = {"manuscript": "manuscript", "chapter": "bookSection", "book": "book"}
    pairs: Pairs = []

    def put(name: str, value: str | None) -> None:
        if value and (value := clean(value)):
            pairs.append((f"DC.{name}", value))

    put("type", kinds[item.type])
    put("title", item.title)
    for author in item.authors:
        put("creator", comma_name(read_name(clean(author.name))))
    for name in (*item.names("translator", "editor"), *item.donors):
        put("contributor", comma_name(read_name(clean(name))))
    issued = item.issued
    put("date", (edtf_of(issued) or issued.literal) if issued else None)
    printed = item.printed
    put("publisher", printed.publisher if printed else item.digital_archive)
    put("source", item.reference.as_written if item.reference else None)
    # Readers that keep one address keep the last: the source's own.
    if item.url:
        put("identifier", item.permalink)
    put("identifier", item.link)
    for language in item.languages[:1]:
        put("language", language.tag or language.name)
    put("description", item.abstract)
    put("bibliographicCitation", item.citation)
    put("rights", item.rights.text if item.rights else None)
    return pairs


def to_coins(item: BibliographicItem) -> str:
    """A COinS context object, for the `title` of a `<span class="Z3988">` (escape it there).

    The Dublin Core format, because OpenURL's book and journal formats know no manuscripts.
    Source: OpenURL 1.0 (Z39.88-2004), info:ofi/fmt:kev:mtx:dc.
    """
    pairs: Pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
    ]
    for name, value in to_dublin_core(item):
        term = name.removeprefix("DC.")
        if term != "bibliographicCitation":
            pairs.append((f"rft.{term}", value))
    return urlencode(pairs)
