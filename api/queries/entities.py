"""Entities, across records and in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from api.errors import NotFound
from api.queries.corpus import find_corpus
from api.queries.pages import Key, Page, Row, take_page
from api.queries.places import rows_of
from api.store.tables import (
    Entity,
    EntityCount,
    EntityInRecord,
    Mention,
    MentionSegment,
    Record,
    core,
)


def list_entities(
    session: Session, kind: str | None, q: str | None, limit: int, cursor: str | None
) -> Page:
    """A page of entities by label, each with its counts."""
    table = core(Entity)
    query = _counted_entities()
    if kind:
        query = query.where(table.c.kind == kind)
    for word in (q or "").casefold().split():
        query = query.where(table.c.sort_label.contains(word, autoescape=True))
    keys = [Key(table.c.sort_label), Key(table.c.id)]
    total = None if kind or (q or "").strip() else find_corpus(session).entities
    return take_page(session, query, keys, limit, cursor, total)


def _counted_entities() -> Select[Any]:
    """Entities, how often each is mentioned, and in how many records."""
    table, count = core(Entity), core(EntityCount)
    return select(
        table,
        func.coalesce(count.c.mentions, 0).label("mentions"),
        func.coalesce(count.c.records, 0).label("records"),
    ).outerjoin(count, count.c.entity_id == table.c.id)


def find_entity(session: Session, entity_id: str) -> Row:
    """One entity with its counts; NotFound where there is none."""
    query = _counted_entities().where(core(Entity).c.id == entity_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("entity", entity_id, "GET /v1/entities lists them.")
    return row


def list_entities_of_record(
    session: Session, record_id: str, kind: str | None = None, ref: str | None = None
) -> Sequence[Row]:
    """The entities a record mentions, most mentioned first; with `ref`, counted by it alone."""
    table, mention = core(Entity), core(Mention)
    count = func.count().label("times")
    query = (
        select(table, count, func.min(mention.c.first).label("first"))
        .join(mention, mention.c.entity_id == table.c.id)
        .where(mention.c.record_id == record_id)
        .group_by(table.c.id)
        .order_by(count.desc(), table.c.sort_label, table.c.id)
    )
    if kind:
        query = query.where(table.c.kind == kind)
    if ref:
        query = query.where(mention.c.ref == ref)
    return session.execute(query).all()


def entity_labels(session: Session, ids: set[str]) -> dict[str, Row]:
    """Entities by id, briefly: id, label, kind."""
    return {row.id: row for row in rows_of(session, core(Entity), ("id", "label", "kind"), ids)}


def list_records_of_entity(session: Session, entity_id: str, limit: int) -> Sequence[Row]:
    """The records that mention an entity, most mentions first."""
    counted, record = core(EntityInRecord), core(Record)
    query = (
        select(record.c.id, record.c.title, record.c.date, counted.c.mentions)
        .join(record, record.c.id == counted.c.record_id)
        .where(counted.c.entity_id == entity_id)
        .order_by(counted.c.mentions.desc(), record.c.id)
        .limit(limit)
    )
    return session.execute(query).all()


def list_co_mentioned(session: Session, entity_id: str, limit: int) -> Sequence[Row]:
    """The entities named in the same paragraphs, most often first."""
    mention, segment, table = core(Mention), core(MentionSegment), core(Entity)
    ours, our_segment = mention.alias(), segment.alias()
    # Materialised: left to itself, SQLite begins with everybody's mentions instead of ours.
    places = (
        select(our_segment.c.record_id, our_segment.c.paragraph)
        .distinct()
        .join(
            ours,
            (ours.c.record_id == our_segment.c.record_id)
            & (ours.c.position == our_segment.c.position),
        )
        .where(ours.c.entity_id == entity_id)
        .cte("places")
        .prefix_with("MATERIALIZED")
    )
    there = (
        select(segment.c.record_id, segment.c.position, segment.c.paragraph)
        .join(
            places,
            (places.c.record_id == segment.c.record_id)
            & (places.c.paragraph == segment.c.paragraph),
        )
        .cte("there")
        .prefix_with("MATERIALIZED")
    )
    pairs = (
        select(mention.c.entity_id, there.c.record_id, there.c.paragraph)
        .distinct()
        .join(
            there,
            (there.c.record_id == mention.c.record_id) & (there.c.position == mention.c.position),
        )
        .where(mention.c.entity_id != entity_id)
        .subquery()
    )
    count = func.count().label("paragraphs")
    query = (
        select(table.c.id, table.c.label, table.c.kind, count)
        .join(pairs, pairs.c.entity_id == table.c.id)
        .group_by(table.c.id, table.c.label, table.c.kind)
        .order_by(count.desc(), table.c.id)
        .limit(limit)
    )
    return session.execute(query).all()
