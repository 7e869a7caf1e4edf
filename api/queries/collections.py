"""Collections, what stands in them, and what a harvester asks of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select, tuple_
from sqlmodel import Session

from api.errors import NotFound
from api.parsing.collections import ROOT
from api.queries.pages import Key, Page, Row, take_page
from api.store.tables import Collection, Record, RecordInCollection, core


def find_collection(session: Session, collection_id: str) -> Row:
    """The collection called `collection_id`; NotFound where there is none."""
    table = core(Collection)
    row = session.execute(select(table).where(table.c.id == collection_id)).one_or_none()
    if row is None:
        raise NotFound("collection", collection_id, "GET /v1/collections lists them.")
    return row


def list_collections(session: Session, parent: Row, limit: int, cursor: str | None) -> Page:
    """A page of the collections that stand directly in `parent` and hold records."""
    table = core(Collection)
    keys = [Key(table.c.sort_label), Key(table.c.id)]
    return take_page(session, _children(parent), keys, limit, cursor, total=parent.children)


def _children(parent: Row) -> Select[tuple[object, ...]]:
    table = core(Collection)
    return select(table).where(table.c.parent == parent.id, table.c.records > 0)


def find_collections(session: Session, ids: Iterable[str]) -> dict[str, Row]:
    """Several collections, by id."""
    table = core(Collection)
    rows = session.execute(select(table).where(table.c.id.in_(list(ids)))).all()
    return {row.id: row for row in rows}


def ancestors_of(session: Session, collection: Row) -> list[Row]:
    """The collections above one, outermost first, without the root."""
    found = find_collections(session, collection.ancestors)
    return [found[ancestor] for ancestor in collection.ancestors]


def list_records_in(session: Session, collection: Row, limit: int, cursor: str | None) -> Page:
    """A page of the records that belong to a collection, at any depth, by date."""
    table, member = core(Record), core(RecordInCollection)
    query = (
        select(table)
        .join(member, member.c.record_id == table.c.id)
        .where(member.c.collection_id == collection.id, member.c.gone.is_(False))
    )
    keys = [Key(member.c.sort_date), Key(member.c.record_id)]
    return take_page(session, query, keys, limit, cursor, total=collection.records)


def list_members(
    session: Session, collection: Row, start: int, limit: int
) -> tuple[Sequence[Row], Sequence[Row]]:
    """What stands directly in a collection: its collections, then its own records.

    `limit` of both together from the one at `start` on. Numbered pages, as DTS has them, cost
    their number; everything else goes by cursors.
    """
    table, record = core(Collection), core(Record)
    collections: Sequence[Row] = ()
    records: Sequence[Row] = ()
    if start < collection.children:
        query = _children(collection).order_by(table.c.sort_label, table.c.id)
        collections = session.execute(query.offset(start).limit(limit)).all()
    left = limit - len(collections)
    if left > 0 and collection.direct:
        after = max(start - collection.children, 0)
        page = (
            select(record.c.id)
            .where(record.c.collection_id == collection.id)
            .order_by(record.c.sort_date, record.c.id)
            .offset(after)
            .limit(left)
        )
        ids = session.execute(page).scalars().all()
        found = session.execute(select(record).where(record.c.id.in_(ids))).all()
        by_id = {row.id: row for row in found}
        records = [by_id[one] for one in ids]
    return collections, records


@dataclass(frozen=True, slots=True)
class HarvestCriterion:
    """What a harvester asks for: a collection's path, None for all; datestamps, inclusive."""

    path: str | None = None
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Harvested:
    """A record as a harvester sees it: withdrawn ones too."""

    id: str
    datestamp: str
    gone: bool
    path: str | None
    """Of the innermost collection."""


def harvest(
    session: Session,
    criterion: HarvestCriterion,
    limit: int,
    after: tuple[str, str] | None = None,
) -> list[Harvested]:
    """Records in the order of their change, from the one behind `after` on.

    `after` is the datestamp and id of the last one had: a page costs the same wherever it is.
    """
    member, table = core(RecordInCollection), core(Collection)
    collection = ROOT
    if criterion.path is not None:
        found = session.execute(select(table.c.id).where(table.c.path == criterion.path)).scalar()
        if found is None:
            return []
        collection = found
    query = select(member).where(member.c.collection_id == collection)
    if criterion.first is not None:
        query = query.where(member.c.datestamp >= criterion.first)
    if criterion.last is not None:
        query = query.where(member.c.datestamp <= criterion.last)
    if after is not None:
        query = query.where(tuple_(member.c.datestamp, member.c.record_id) > after)
    query = query.order_by(member.c.datestamp, member.c.record_id).limit(limit)
    rows = session.execute(query).all()
    paths = _innermost(session, [row.record_id for row in rows])
    return [
        Harvested(row.record_id, row.datestamp, bool(row.gone), paths.get(row.record_id))
        for row in rows
    ]


def find_harvested(session: Session, record_id: str) -> Harvested | None:
    """One record as a harvester sees it; None where there never was one."""
    member = core(RecordInCollection)
    row = session.execute(
        select(member).where(member.c.collection_id == ROOT, member.c.record_id == record_id)
    ).one_or_none()
    if row is None:
        return None
    path = _innermost(session, [record_id]).get(record_id)
    return Harvested(record_id, row.datestamp, bool(row.gone), path)


def _innermost(session: Session, records: Sequence[str]) -> dict[str, str]:
    """The path of the innermost collection of each record."""
    member, table = core(RecordInCollection), core(Collection)
    query = (
        select(member.c.record_id, table.c.path)
        .join(table, table.c.id == member.c.collection_id)
        .where(member.c.record_id.in_(records), table.c.id != ROOT)
    )
    found: dict[str, str] = {}
    for row in session.execute(query):
        if len(row.path) > len(found.get(row.record_id, "")):
            found[row.record_id] = row.path
    return found


def earliest_datestamp(session: Session) -> str | None:
    """When the record that has stood longest unchanged was loaded; None where there is none."""
    member = core(RecordInCollection)
    query = select(member.c.datestamp).where(member.c.collection_id == ROOT)
    return session.execute(query.order_by(member.c.datestamp).limit(1)).scalar_one_or_none()


def list_sets(session: Session, limit: int, after: str | None = None) -> Sequence[Row]:
    """Collections in the order of their paths, behind `after`."""
    table = core(Collection)
    query = select(table).where(table.c.id != ROOT).order_by(table.c.path).limit(limit)
    if after is not None:
        query = query.where(table.c.path > after)
    return session.execute(query).all()


def has_set(session: Session, path: str) -> bool:
    """Whether there is a collection with this path."""
    table = core(Collection)
    query = select(table.c.id).where(table.c.path == path, table.c.id != ROOT)
    return session.execute(query).first() is not None


def list_record_ids(
    session: Session, limit: int, after: str | None = None
) -> Sequence[tuple[str, str]]:
    """Ids and moments of change of records, in the order of ids, behind `after`."""
    table = core(Record)
    query = select(table.c.id, table.c.modified_at).order_by(table.c.id).limit(limit)
    if after is not None:
        query = query.where(table.c.id > after)
    return [(row.id, row.modified_at) for row in session.execute(query)]


def nth_record_id(session: Session, number: int) -> str | None:
    """The id of the record that stands `number`-th, from 1, in the order of ids."""
    table = core(Record)
    query = select(table.c.id).order_by(table.c.id).offset(number - 1).limit(1)
    return session.execute(query).scalar_one_or_none()
