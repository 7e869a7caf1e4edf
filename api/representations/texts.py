"""Paragraphs, outline, mentions, apparatus and discrepancies: rows to public shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from api.representations.shapes import (
    ApparatusOut,
    DiscrepancyOut,
    EntityRefOut,
    MentionOut,
    ParagraphOut,
    SectionOut,
    SpanOut,
)
from api.representations.urls import Urls
from api.text import utf16_offsets

if TYPE_CHECKING:
    from api.queries.pages import Row

Texts = Mapping[tuple[str, int], str]
"""Texts of paragraphs by (record, number)."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """How offsets are counted: in code points, or in UTF-16 units over `texts`."""

    utf16: bool = False
    texts: Texts = field(default_factory=dict)

    def span(self, record: str, paragraph: int | None, start: int, end: int) -> tuple[int, int]:
        """Code-point offsets as the client counts them."""
        if not self.utf16 or paragraph is None:
            return start, end
        first, second = utf16_offsets(self.texts[record, paragraph], (start, end))
        return first, second


PARAGRAPH_COLUMNS = (
    "number",
    "id",
    "kind",
    "text",
    "section_id",
    "layer",
    "content",
    "speaker",
    "continues",
    "continued_by",
    "source_start",
    "source_end",
    "text_sha256",
)
_columns_of = attrgetter(*PARAGRAPH_COLUMNS)


def paragraph_out(row: Row, urls: Urls) -> ParagraphOut:
    """A paragraph; its canonical URL is that of its stable id."""
    return shape_paragraph(row.record_id, _columns_of(row), urls.base)


def shape_paragraph(record: str, columns: Sequence[Any], base: str) -> ParagraphOut:
    """The same from the bare values of PARAGRAPH_COLUMNS, for who shapes them by the thousand."""
    (
        number,
        paragraph,
        kind,
        text,
        section,
        layer,
        content,
        speaker,
        continues,
        continued_by,
        source_start,
        source_end,
        text_sha256,
    ) = columns
    here = f"{base}/v1/records/{record}"
    return {
        "number": number,
        "id": paragraph,
        "kind": kind,
        "text": text,
        "section_id": section,
        "layer": layer,
        "content": content,
        "speaker": speaker,
        "continues": continues,
        "continued_by": continued_by,
        "source_start": source_start,
        "source_end": source_end,
        "text_sha256": text_sha256,
        "links": {
            "self": f"{here}/paragraphs/{paragraph}",
            "record": here,
            "page": f"{base}/records/{record}#{paragraph}",
        },
    }


def entity_ref_out(row: Row) -> EntityRefOut:
    """An entity, briefly."""
    return {"id": row.id, "label": row.label, "kind": row.kind}


def mention_out(
    row: Row, segments: Sequence[Row], entities: Mapping[str, Row], offsets: Offsets
) -> MentionOut:
    """A mention with its segments."""

    def span(paragraph: int, start: int, end: int, quote: str) -> SpanOut:
        start, end = offsets.span(row.record_id, paragraph, start, end)
        return {"paragraph": paragraph, "start": start, "end": end, "quote": quote}

    entity = entities.get(row.entity_id) if row.entity_id else None
    full = [span(s["paragraph"], s["start"], s["end"], s["quote"]) for s in row.full_span]
    return {
        "id": row.id,
        "entity": entity_ref_out(entity) if entity else None,
        "kind": row.kind,
        "ref": row.ref,
        "segments": [span(s.paragraph, s.start, s.end, s.quote) for s in segments],
        "quote": row.quote,
        "prefix": row.prefix,
        "suffix": row.suffix,
        "full_span": {"quote": " ".join(s["quote"] for s in full), "segments": full}
        if full
        else None,
        "parent": row.parent,
        "tier": row.tier,
        "origin": row.origin,
        "certainty": row.certainty,
        "resp": row.resp,
        "note": row.note,
    }


def apparatus_out(row: Row, offsets: Offsets) -> ApparatusOut:
    """An editorial mark."""
    start, end = offsets.span(row.record_id, row.paragraph, row.start, row.end)
    return {
        "id": row.id,
        "kind": row.kind,
        "paragraph": row.paragraph,
        "field": row.field,
        "start": start,
        "end": end,
        "quote": row.quote,
        "origin": row.origin,
        "note": row.note,
        "correction": row.correction,
        "certainty": row.certainty,
        "resp": row.resp,
    }


def discrepancy_out(row: Row, offsets: Offsets) -> DiscrepancyOut:
    """Claims that cannot all be right."""

    def place(at: Mapping[str, Any]) -> dict[str, Any]:
        start, end = offsets.span(row.record_id, at["paragraph"], at["start"], at["end"])
        return {**at, "start": start, "end": end}

    return {
        "id": row.id,
        "kind": row.kind,
        "summary": row.summary,
        "origin": row.origin,
        "claims": [
            {"value": claim["value"], "at": [place(at) for at in claim["at"]]}  # type: ignore[misc]
            for claim in row.claims
        ],
        "note": row.note,
        "resp": row.resp,
    }


def section_out(row: Row, urls: Urls) -> SectionOut:
    """A section, without children yet."""
    return {
        "id": row.id,
        "title": row.title,
        "kind": row.kind,
        "level": row.level,
        "layer": row.layer,
        "from": row.first,
        "to": row.last,
        "parent": row.parent,
        "date": row.date,
        "sender": row.sender,
        "addressees": row.addressees,
        "manner": row.manner,
        "origin": row.origin,
        "resp": row.resp,
        "links": {
            "self": urls.section(row.record_id, row.id),
            "record": urls.record(row.record_id),
            "paragraphs": urls(f"/v1/records/{row.record_id}/paragraphs", section=row.id),
        },
        "children": [],
    }


def outline_tree(rows: Sequence[Row], urls: Urls) -> list[SectionOut]:
    """Sections as a tree: the top-level ones, children nested."""
    nodes = {row.id: section_out(row, urls) for row in rows}
    top: list[SectionOut] = []
    for node in nodes.values():
        siblings = nodes[node["parent"]]["children"] if node["parent"] in nodes else top
        siblings.append(node)
    return top


def find_in_tree(sections: Sequence[SectionOut], section_id: str) -> SectionOut:
    """The section called `section_id`, wherever in the tree it stands."""
    waiting = list(sections)
    while waiting:
        section = waiting.pop()
        if section["id"] == section_id:
            return section
        waiting.extend(section["children"])
    raise KeyError(section_id)


def distribute(
    paragraphs: Sequence[Any], mentions: Sequence[MentionOut], apparatus: Sequence[ApparatusOut]
) -> None:
    """Put mentions and apparatus, where given, to the paragraphs they touch."""
    by_number = {paragraph["number"]: paragraph for paragraph in paragraphs}
    for mention in mentions:
        for number in dict.fromkeys(segment["paragraph"] for segment in mention["segments"]):
            if number in by_number:
                by_number[number]["mentions"].append(mention)
    for item in apparatus:
        if item["paragraph"] in by_number:
            by_number[item["paragraph"]]["apparatus"].append(item)
