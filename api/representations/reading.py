"""The reading view of a record, from its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from api.parsing.reading import ReadingAction, ReadingView, reading_view
from api.parsing.values import ApparatusItem, Paragraph, Segment
from api.queries.pages import Row
from api.representations.shapes import (
    ActionOut,
    ApparatusOut,
    MentionOut,
    ReadingParagraphOut,
    SpanOut,
)
from api.representations.urls import Urls
from api.text import utf16_offsets

Count = Callable[[str, int, int], tuple[int, int]]
"""From a text and a code-point span in it to the span as the client counts it."""


def count_code_points(_: str, start: int, end: int) -> tuple[int, int]:
    """Offsets as they are."""
    return start, end


def count_utf16(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets as JavaScript counts them."""
    first, second = utf16_offsets(text, (start, end))
    return first, second


def view_of(paragraphs: Sequence[Row], apparatus: Sequence[Row]) -> ReadingView:
    """The reading view of a whole record."""
    return reading_view(
        [
            Paragraph(
                row.number,
                row.kind,
                row.text,
                row.source_start,
                row.source_end,
                row.content,
                row.speaker,
                row.continues,
                row.continued_by,
            )
            for row in paragraphs
        ],
        [
            ApparatusItem(
                row.kind,
                row.paragraph,
                row.start,
                row.end,
                row.quote,
                row.origin,
                row.note,
                row.correction,
                row.certainty,
                row.resp,
            )
            for row in apparatus
            if row.paragraph is not None
        ],
    )


def reading_paragraphs_out(
    view: ReadingView, rows: Sequence[Row], urls: Urls, count: Count
) -> list[ReadingParagraphOut]:
    """The paragraphs of the view; each has the number, id and place of its first part."""
    by_number = {row.number: row for row in rows}
    found: list[ReadingParagraphOut] = []
    for paragraph in view.paragraphs:
        row = by_number[paragraph.number]
        found.append(
            {
                "number": paragraph.number,
                "numbers": list(paragraph.numbers),
                "id": row.id,
                "kind": paragraph.kind,
                "text": paragraph.text,
                "section_id": row.section_id,
                "layer": row.layer,
                "content": row.content,
                "speaker": row.speaker,
                "actions": [
                    action_out(action, by_number[action.paragraph].text, count)
                    for action in paragraph.actions
                ],
                "links": {
                    "self": urls.paragraph(row.record_id, row.id),
                    "record": urls.record(row.record_id),
                    "page": f"{urls.page(row.record_id)}#{row.id}",
                },
            }
        )
    return found


def action_out(action: ReadingAction, text: str, count: Count) -> ActionOut:
    """Something the view did; its place is in the source's own paragraph, whose text is `text`."""
    start, end = count(text, action.start, action.end)
    return {
        "kind": action.kind,
        "paragraph": action.paragraph,
        "start": start,
        "end": end,
        "quote": action.quote,
        "correction": action.correction,
        "joined": action.joined,
    }


def move_mentions(
    view: ReadingView, mentions: Iterable[MentionOut], count: Count
) -> list[MentionOut]:
    """Mentions, counted in code points, at their places in the view; those left out are not."""
    texts = {paragraph.number: paragraph.text for paragraph in view.paragraphs}

    def moved(spans: Sequence[SpanOut]) -> list[SpanOut]:
        segments = view.map_segments(
            Segment(s["paragraph"], s["start"], s["end"], s["quote"]) for s in spans
        )
        placed: list[SpanOut] = []
        for segment in segments:
            start, end = count(texts[segment.paragraph], segment.start, segment.end)
            placed.append(
                {
                    "paragraph": segment.paragraph,
                    "start": start,
                    "end": end,
                    "quote": segment.quote,
                }
            )
        return placed

    found: list[MentionOut] = []
    for mention in mentions:
        if segments := moved(mention["segments"]):
            full = moved(mention["full_span"]["segments"]) if mention["full_span"] else []
            found.append(
                {
                    **mention,
                    "segments": segments,
                    "quote": " ".join(segment["quote"] for segment in segments),
                    "full_span": {"quote": " ".join(s["quote"] for s in full), "segments": full}
                    if full
                    else None,
                }
            )
    return found


def move_apparatus(
    view: ReadingView, apparatus: Iterable[ApparatusOut], count: Count
) -> list[ApparatusOut]:
    """Apparatus, counted in code points, at its places in the view; joined breaks are not there."""
    texts = {paragraph.number: paragraph.text for paragraph in view.paragraphs}
    joined = {action.paragraph for action in view.actions if action.kind == "joined"}
    found: list[ApparatusOut] = []
    for item in apparatus:
        number = item["paragraph"]
        if number is None or (item["kind"] == "page_break" and number in joined):
            continue
        if (span := view.map_span(number, item["start"], item["end"])) is None:
            continue
        place, start, end = span
        text = texts[place]
        first, last = count(text, start, end)
        found.append(
            {**item, "paragraph": place, "start": first, "end": last, "quote": text[start:end]}
        )
    return found
