"""Mentions, apparatus and discrepancies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlmodel import Session

from api.queries.pages import Key, Page, Row, take_page
from api.queries.places import rows_at
from api.store.tables import ApparatusItem, Discrepancy, Mention, MentionSegment, Paragraph, core


@dataclass(frozen=True, slots=True)
class MentionCriterion:
    """Which mentions are asked for; None asks for all. Paragraph numbers are inclusive."""

    entity: str | None = None
    kind: str | None = None
    ref: str | None = None
    first: int | None = None
    last: int | None = None
    outermost: bool = False


def list_mentions(
    session: Session, record_id: str, criterion: MentionCriterion, limit: int, cursor: str | None
) -> Page:
    """A page of a record's mentions in reading order."""
    table = core(Mention)
    return take_page(session, _select(record_id, criterion), [Key(table.c.position)], limit, cursor)


def all_mentions(
    session: Session, record_id: str, criterion: MentionCriterion | None = None
) -> Sequence[Row]:
    """Every mention of a record that meets the criterion, in reading order."""
    query = _select(record_id, criterion or MentionCriterion())
    return session.execute(query.order_by(core(Mention).c.position)).all()


def _select(record_id: str, criterion: MentionCriterion) -> Select[object]:
    table = core(Mention)
    query = select(table).where(table.c.record_id == record_id)
    for column in ("kind", "ref"):
        if value := getattr(criterion, column):
            query = query.where(table.c[column] == value)
    if criterion.entity:
        query = query.where(table.c.entity_id == criterion.entity)
    if criterion.first is not None:
        query = query.where(table.c.last >= criterion.first)
    if criterion.last is not None:
        query = query.where(table.c.first <= criterion.last)
    if criterion.outermost:
        query = query.where(table.c.parent.is_(None))
    return query


def list_mentions_of_entity(
    session: Session, entity_id: str, limit: int, cursor: str | None
) -> Page:
    """A page of an entity's mentions in all records."""
    table = core(Mention)
    query = select(table).where(table.c.entity_id == entity_id)
    keys = [Key(table.c.record_id), Key(table.c.position)]
    return take_page(session, query, keys, limit, cursor)


def segments_of(session: Session, mentions: Sequence[Row]) -> dict[tuple[str, int], list[Row]]:
    """The segments of mentions, by (record, position)."""
    table = core(MentionSegment)
    found: dict[tuple[str, int], list[Row]] = {}
    wanted: dict[str, list[int]] = {}
    for row in mentions:
        wanted.setdefault(row.record_id, []).append(row.position)
    for record_id, positions in wanted.items():
        query = (
            select(table)
            .where(
                table.c.record_id == record_id,
                table.c.position.between(min(positions), max(positions)),
            )
            .order_by(table.c.position, table.c.segment)
        )
        for row in session.execute(query):
            found.setdefault((record_id, row.position), []).append(row)
    return found


def texts_of(session: Session, places: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The texts of paragraphs, by (record, number)."""
    rows = rows_at(session, core(Paragraph), "number", ("record_id", "number", "text"), places)
    return {(row.record_id, row.number): row.text for row in rows}


def list_apparatus(
    session: Session,
    record_id: str,
    kinds: Sequence[str] = (),
    first: int | None = None,
    last: int | None = None,
) -> Sequence[Row]:
    """A record's apparatus in reading order, marks on the description last."""
    table = core(ApparatusItem)
    query = select(table).where(table.c.record_id == record_id).order_by(table.c.position)
    if kinds:
        query = query.where(table.c.kind.in_(kinds))
    if first is not None:
        query = query.where(table.c.paragraph >= first)
    if last is not None:
        query = query.where(table.c.paragraph <= last)
    return session.execute(query).all()


def list_discrepancies(session: Session, record_id: str) -> Sequence[Row]:
    """A record's discrepancies."""
    table = core(Discrepancy)
    query = select(table).where(table.c.record_id == record_id).order_by(table.c.position)
    return session.execute(query).all()
