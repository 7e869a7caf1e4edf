"""Mentions, apparatus and discrepancies of a record, ready to stand in an answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from api.queries.entities import entity_labels
from api.queries.mentions import (
    MentionCriterion,
    all_mentions,
    list_apparatus,
    list_discrepancies,
    segments_of,
    texts_of,
)
from api.queries.pages import Row
from api.representations.shapes import ApparatusOut, DiscrepancyOut, MentionOut
from api.representations.texts import Offsets, apparatus_out, discrepancy_out, mention_out


def show_mentions(
    session: Session, rows: Sequence[Row], unit: str = "codepoints"
) -> list[MentionOut]:
    """Mentions with their segments and entities, offsets counted in `unit`."""
    segments = segments_of(session, rows)
    entities = entity_labels(session, {row.entity_id for row in rows if row.entity_id})
    offsets = Offsets()
    if unit == "utf16":
        places = {(s.record_id, s.paragraph) for found in segments.values() for s in found}
        places |= {(row.record_id, span["paragraph"]) for row in rows for span in row.full_span}
        offsets = Offsets(utf16=True, texts=texts_of(session, places))
    return [
        mention_out(row, segments[row.record_id, row.position], entities, offsets) for row in rows
    ]


def mentions_of(
    session: Session,
    record: str,
    criterion: MentionCriterion | None = None,
    unit: str = "codepoints",
) -> list[MentionOut]:
    """A record's mentions that meet the criterion."""
    return show_mentions(session, all_mentions(session, record, criterion), unit)


def apparatus_of(
    session: Session,
    record: str,
    kinds: Sequence[str] = (),
    first: int | None = None,
    last: int | None = None,
    unit: str = "codepoints",
) -> list[ApparatusOut]:
    """A record's apparatus, of some kinds and paragraphs or whole."""
    rows = list_apparatus(session, record, kinds, first, last)
    offsets = Offsets()
    if unit == "utf16":
        places = {(record, row.paragraph) for row in rows if row.paragraph is not None}
        offsets = Offsets(utf16=True, texts=texts_of(session, places))
    return [apparatus_out(row, offsets) for row in rows]


def discrepancies_of(
    session: Session, record: str, unit: str = "codepoints"
) -> list[DiscrepancyOut]:
    """A record's discrepancies."""
    rows = list_discrepancies(session, record)
    offsets = Offsets()
    if unit == "utf16":
        places = {
            (record, at["paragraph"])
            for row in rows
            for claim in row.claims
            for at in claim["at"]
            if at["paragraph"] is not None
        }
        offsets = Offsets(utf16=True, texts=texts_of(session, places))
    return [discrepancy_out(row, offsets) for row in rows]
