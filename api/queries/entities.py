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
from api.store.search_index import Criterion, SearchIndex
from api.store.tables import (
    Entity,
    EntityCount,
    EntityInRecord,
    Mention,
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
        # Both ways down, as an index has them both ways up.
        .order_by(counted.c.mentions.desc(), counted.c.record_id.desc())
        .limit(limit)
    )
    return session.execute(query).all()


def list_co_mentioned(
    session: Session, index: SearchIndex, entity_id: str, limit: int
) -> list[tuple[Row, int]]:
    """The entities named in the same passages, and in how many of them, most often first."""
    counts = index.facets(index.filters(Criterion(entity=entity_id))[0], ["entity"])["entity"]
    named = [(one, count) for one, count in counts if one != entity_id][:limit]
    labels = entity_labels(session, {one for one, _ in named})
    return [(labels[one], count) for one, count in named]
