"""A record's citation in every format and style, as a whole or down to the passage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import orjson

from api.parsing.values import Author, Contributor, DateExpression, Reference
from api.queries.pages import Row
from api.representations.bibliography import BibliographicItem, Language, Pinpoint, item_of
from api.representations.bibtex import to_bibtex
from api.representations.csl import to_csl
from api.representations.jsonld import to_jsonld
from api.representations.ris import to_ris
from api.representations.shapes import CitationOut, PinpointOut, WarningOut
from api.representations.styles import style
from api.representations.urls import Urls

if TYPE_CHECKING:
    from api.parsing.curated import Rights


def item_of_row(row: Row, urls: Urls) -> BibliographicItem:
    """A record as bibliographies see it. `languages` are those of its texts, best read first."""
    cited = row.citation
    texts = [content for content in row.contents if content["has_text"] and content["language"]]
    texts.sort(key=lambda content: content["kind"] != "translation")
    originals = [Language(language["name"], language["tag"]) for language in row.languages]
    read = [Language(text["language"]["name"], text["language"]["tag"]) for text in texts]
    return item_of(
        row.id,
        row.title,
        authors=[Author(author["name"], author["origin"]) for author in cited["authors"]],
        date=DateExpression(**row.date) if row.date else None,
        reference=_reference(cited["reference"]),
        contributors=[Contributor(**contributor) for contributor in cited["contributors"]],
        also_printed_in=[r for r in map(_reference, cited["also_printed_in"]) if r],
        digital_archive=cited["digital_archive"],
        url=cited["url"],
        permalink=urls.page(row.id),
        languages=list(dict.fromkeys(read)) or originals,
        original_language=originals[0] if originals else None,
        credits=row.credits,
        rights=_rights(row.rights),
        abstract=row.summary,
        provenance=cited["provenance"],
        citation=cited["verbatim"],
    )


def _rights(rights: Mapping[str, str | None] | None) -> Rights | None:
    if not rights or not rights["text"]:
        return None
    # Here, because it takes longer to import than most of a start.
    from api.parsing.curated import Rights

    return Rights(text=rights["text"], statement=rights.get("statement"), url=rights.get("url"))


def _reference(reference: Mapping[str, Any] | None) -> Reference | None:
    return Reference(**reference) if reference else None


def citation_out(
    row: Row,
    urls: Urls,
    pinpoint: Pinpoint | None = None,
    passage: PinpointOut | None = None,
    warnings: Sequence[WarningOut] = (),
) -> CitationOut:
    """The citation: as printed first, then parsed, then in every style.

    With a pinpoint, styles cite the passage, and `warnings` say why it must not be quoted as a
    plain statement.
    """
    out = {
        **row.citation,
        "credits": row.credits,
        "styles": style(item_of_row(row, urls), pinpoint),
        "pinpoint": passage,
        "warnings": list(warnings),
        "links": {
            "self": urls.record(row.id, "/citation"),
            "record": urls.record(row.id),
            "page": urls.page(row.id),
            **{extension: urls.record(row.id, f".{extension}") for extension in FORMATS},
        },
    }
    return cast(CitationOut, out)


def _write_csl(items: Sequence[BibliographicItem]) -> bytes:
    return orjson.dumps([to_csl(item) for item in items], option=orjson.OPT_INDENT_2)


def _write_jsonld(items: Sequence[BibliographicItem]) -> bytes:
    described = [to_jsonld(item) for item in items]
    return orjson.dumps(described[0] if len(items) == 1 else described, option=orjson.OPT_INDENT_2)


FORMATS: Mapping[str, Callable[[Sequence[BibliographicItem]], bytes]] = {
    "csl.json": _write_csl,
    "ris": lambda items: to_ris(items).encode(),
    "bib": lambda items: to_bibtex(items).encode(),
    "jsonld": _write_jsonld,
}
"""Citation formats by file extension: several items to one file. CSL-JSON is always an array."""


def number_list(numbers: Sequence[int]) -> str:
    """Paragraph numbers as locators print them: "3, 7-9"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
