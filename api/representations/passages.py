"""Passages found and quotations placed: to public shapes, with links that lead to the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from api.parsing.values import Mention, Segment
from api.queries.pages import Row
from api.queries.passages import Caution
from api.queries.resolve import NearestPassage, Resolved, Standing
from api.queries.search import Found
from api.representations.citations import number_list
from api.representations.shapes import (
    AnnotatedOut,
    EntityRefOut,
    FoundOut,
    MentionOut,
    NearestOut,
    PassageOut,
    PassageParagraphOut,
    RecordRefOut,
    ResolvedOut,
    SpanOut,
    WarningOut,
)
from api.representations.texts import Offsets
from api.representations.urls import Urls

_SHORT = 40
_LONG = 150
_WORDS = 4
_CONTEXT = 32

if TYPE_CHECKING:
    from api.parsing.names import Found as FoundNames


def record_ref_out(row: Row) -> RecordRefOut:
    """A record, named in passing."""
    return {"id": row.id, "title": row.title, "date": row.date}


def _paragraph_out(row: Row) -> PassageParagraphOut:
    return {
        "number": row.number,
        "id": row.id,
        "text": row.text,
        "section_id": row.section_id,
        "layer": row.layer,
    }


def warning_out(warning: Caution, offsets: Offsets) -> WarningOut:
    """Why words must not be quoted as a plain statement."""
    start, end = offsets.span(warning.record, warning.paragraph, warning.start, warning.end)
    return {
        "kind": warning.kind,
        "message": warning.message,
        "paragraph": warning.paragraph,
        "start": start,
        "end": end,
    }


def found_out(found: Found, record: Row, urls: Urls, offsets: Offsets) -> FoundOut:
    """A passage that a search found."""
    paragraph = found.paragraph
    highlights = []
    for mark in found.highlights:
        start, end = offsets.span(found.record, mark.paragraph, mark.start, mark.end)
        highlights.append({"paragraph": mark.paragraph, "start": start, "end": end})
    return {
        "record": record_ref_out(record),
        "paragraph": _paragraph_out(paragraph),
        "joined_with": [
            _paragraph_out(row) for row in found.paragraphs if row.number != paragraph.number
        ],
        "highlights": highlights,  # type: ignore[typeddict-item]
        "score": found.score,
        "warnings": [warning_out(warning, offsets) for warning in found.warnings],
        "links": {
            "self": urls.paragraph(found.record, paragraph.id),
            "record": urls.record(found.record),
            "page": f"{urls.page(found.record)}#{paragraph.id}",
        },
    }


def resolved_out(
    resolved: Resolved, records: Mapping[str, Row], urls: Urls, offsets: Offsets
) -> ResolvedOut:
    """The verdict on a quotation."""
    nearest = resolved.nearest
    return {
        "quote": resolved.quote,
        "status": resolved.status,
        "normalized": list(resolved.normalized),
        "places": [
            _place_out(place, records[place.record], urls, offsets) for place in resolved.places
        ],
        "more": resolved.more,
        "nearest": _nearest_out(nearest, records[nearest.record], urls, offsets)
        if nearest
        else None,
    }


def _place_out(place: Standing, record: Row, urls: Urls, offsets: Offsets) -> PassageOut:
    segments = []
    for (paragraph, start, end), text in zip(place.segments, place.texts, strict=True):
        start, end = offsets.span(place.record, paragraph, start, end)
        segments.append({"paragraph": paragraph, "start": start, "end": end, "quote": text})
    return {
        "record": record_ref_out(record),
        "segments": segments,  # type: ignore[typeddict-item]
        "citation": pinpoint_citation(record, [number for number, _, _ in place.segments]),
        "link": urls.page(place.record)
        + "#"
        + text_directive(place.texts, before=place.before, after=place.after),
        "warnings": [warning_out(warning, offsets) for warning in place.warnings],
    }


def _nearest_out(nearest: NearestPassage, record: Row, urls: Urls, offsets: Offsets) -> NearestOut:
    segments: list[SpanOut] = []
    texts = []
    left = nearest.text
    for paragraph, start, end in nearest.segments:
        text = left[: end - start]
        left = left[end - start + 1 :]
        texts.append(text)
        start, end = offsets.span(nearest.record, paragraph, start, end)
        segments.append({"paragraph": paragraph, "start": start, "end": end, "quote": text})
    return {
        "record": record_ref_out(record),
        "segments": segments,
        "text": nearest.text,
        "similarity": nearest.nearest.similarity,
        "diff": [
            {"op": one.op, "quote": one.quote, "text": one.text}
            for one in nearest.nearest.differences
        ],
        "link": f"{urls.page(nearest.record)}#{text_directive(texts)}",
    }


def pinpoint_citation(record: Row, paragraphs: Sequence[int]) -> str:
    """The record's citation as the source prints it, pointing to paragraphs: "… Paras. 48–49."."""
    cited = (record.citation["verbatim"] or f"{record.title}.").rstrip()
    numbers = number_list(paragraphs)
    term = "Para." if numbers.isdecimal() else "Paras."
    return f"{cited} {term} {numbers.replace('-', '–')}."


def text_directive(texts: Sequence[str], *, before: str = "", after: str = "") -> str:
    """A fragment that makes browsers scroll to the words: `:~:text=prefix-,start,end,-suffix`.

    Long quotations and those over several paragraphs are named by their first and last words;
    short ones get the words around them, because they may stand elsewhere too.
    Source: WICG, URL Fragment Text Directives, 3.3.
    """
    texts = [text for text in texts if text.strip()]
    if not texts:
        return ""
    whole = texts[0] if len(texts) == 1 else None
    parts = []
    prefix, suffix = "", ""
    if whole is not None and len(whole) <= _SHORT:
        prefix = _last_words(before.rsplit("\n", 1)[-1])
        suffix = _first_words(after.split("\n", 1)[0])
    if prefix:
        parts.append(f"{_encode(prefix)}-")
    if whole is not None and len(whole) <= _LONG and "\n" not in whole:
        parts.append(_encode(whole))
    else:
        parts.append(_encode(" ".join(texts[0].split()[:_WORDS])))
        parts.append(_encode(" ".join(texts[-1].split()[-_WORDS:])))
    if suffix:
        parts.append(f"-{_encode(suffix)}")
    return ":~:text=" + ",".join(parts)


def _last_words(text: str) -> str:
    return " ".join(text[-_CONTEXT:].split()[-_WORDS + 1 :]) if text[-1:].isspace() else ""


def _first_words(text: str) -> str:
    return " ".join(text[:_CONTEXT].split()[: _WORDS - 1]) if text[:1].isspace() else ""


def _encode(text: str) -> str:
    # A hyphen, a comma or an ampersand would be read as the directive's own.
    return quote(text, safe="").replace("-", "%2D")


def annotated_out(
    found: FoundNames, labels: Mapping[str, str], text: str, offsets: Offsets
) -> AnnotatedOut:
    """The entities found in a text that a client sent: paragraph 1 of no record."""

    def span(segment: Segment) -> SpanOut:
        start, end = offsets.span("", segment.paragraph, segment.start, segment.end)
        return {
            "paragraph": segment.paragraph,
            "start": start,
            "end": end,
            "quote": segment.quote,
        }

    ids = [_mention_id(mention) for mention in found.mentions]
    items: list[MentionOut] = []
    for mention, mention_id in zip(found.mentions, ids, strict=True):
        first, last = mention.segments[0], mention.segments[-1]
        full = [span(segment) for segment in mention.full_span]
        entity: EntityRefOut | None = None
        if mention.entity:
            label = labels.get(mention.entity, mention.quote)
            entity = {"id": mention.entity, "label": label, "kind": mention.kind}
        items.append(
            {
                "id": mention_id,
                "entity": entity,
                "kind": mention.kind,
                "ref": mention.ref,
                "segments": [span(segment) for segment in mention.segments],
                "quote": mention.quote,
                "prefix": text[: first.start][-_CONTEXT:],
                "suffix": text[last.end :][:_CONTEXT],
                "full_span": {"quote": " ".join(s["quote"] for s in full), "segments": full}
                if full
                else None,
                "parent": None if mention.parent is None else ids[mention.parent],
                "tier": mention.tier,
                "origin": mention.origin,
                "certainty": mention.certainty,
                "resp": mention.resp,
                "note": mention.note,
            }
        )
    ambiguous: list[Any] = [
        {
            "quote": " ".join(segment.quote for segment in name.segments),
            "segments": [span(segment) for segment in name.segments],
            "candidates": list(name.candidates),
            "reason": name.reason,
        }
        for name in found.ambiguous
    ]
    return {"items": items, "ambiguous": ambiguous}


def _mention_id(mention: Mention) -> str:
    first = mention.segments[0]
    return f"m-{first.paragraph}-{first.start}-{first.end}"
