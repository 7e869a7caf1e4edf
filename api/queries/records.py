"""Records, their revisions and their sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session

from api.errors import Gone, NotFound
from api.queries.corpus import find_corpus
from api.queries.pages import Key, Page, Row, take_page
from api.store.tables import (
    EntityInRecord,
    GoneRecord,
    Record,
    RecordLanguage,
    Revision,
    core,
)


@dataclass(frozen=True, slots=True)
class RecordCriterion:
    """What records are asked for; None asks for all. Dates are YYYY-MM-DD, inclusive."""

    repository: str | None = None
    fond: str | None = None
    language: str | None = None
    entity: str | None = None
    date_from: str | None = None
    date_to: str | None = None
    q: str | None = None


def find_record(session: Session, record_id: str) -> Row:
    """The record called `record_id`; NotFound, or Gone where its file has been withdrawn."""
    table = core(Record)
    row = session.execute(select(table).where(table.c.id == record_id)).one_or_none()
    if row is None:
        gone = core(GoneRecord)
        if withdrawn := session.execute(select(gone).where(gone.c.id == record_id)).one_or_none():
            raise Gone(
                f"The record {record_id!r} was withdrawn on {withdrawn.gone_at[:10]}.",
                successors=[],
            )
        raise NotFound("record", record_id, "GET /v1/records lists them.")
    return row


def list_records(
    session: Session, criterion: RecordCriterion, sort: str, limit: int, cursor: str | None
) -> Page:
    """A page of the records that meet the criterion; undated ones stand last by date."""
    table = core(Record)
    query = select(table)
    if criterion.repository:
        query = query.where(func.lower(table.c.repository) == criterion.repository.lower())
    if criterion.fond:
        query = query.where(table.c.fond == criterion.fond)
    if criterion.language:
        spoken = core(RecordLanguage)
        query = query.where(
            table.c.id.in_(
                select(spoken.c.record_id).where(spoken.c.tag == criterion.language.lower())
            )
        )
    if criterion.entity:
        mentioned = core(EntityInRecord)
        query = query.where(
            table.c.id.in_(
                select(mentioned.c.record_id).where(mentioned.c.entity_id == criterion.entity)
            )
        )
    # A record matches where the span of its date and the span asked for overlap.
    if criterion.date_from:
        query = query.where(table.c.date_end >= criterion.date_from)
    if criterion.date_to:
        query = query.where(table.c.date_begin <= criterion.date_to)
    for word in (criterion.q or "").casefold().split():
        query = query.where(table.c.sort_title.contains(word, autoescape=True))
    by = table.c.sort_date if sort.endswith("date") else table.c.sort_title
    down = sort.startswith("-")
    total = find_corpus(session).records if criterion == RecordCriterion() else None
    return take_page(session, query, [Key(by, down), Key(table.c.id, down)], limit, cursor, total)


def find_records(session: Session, ids: Sequence[str]) -> list[Row]:
    """The records called `ids`, in that order; NotFound names the first that is missing."""
    table = core(Record)
    rows = session.execute(select(table).where(table.c.id.in_(ids))).all()
    found = {row.id: row for row in rows}
    return [found.get(record_id) or find_record(session, record_id) for record_id in ids]


def list_revisions(session: Session, record_id: str) -> Sequence[Row]:
    """The revisions of a record, newest first, without their sources."""
    table = core(Revision)
    columns = [column for column in table.c if column.name != "source"]
    query = select(*columns).where(table.c.record_id == record_id).order_by(table.c.number.desc())
    return session.execute(query).all()


def find_source(session: Session, record_id: str, sha256: str) -> bytes:
    """The source of one revision, byte for byte; NotFound where there was no such revision."""
    return find_revision(session, record_id, sha256)[0]


def find_revision(session: Session, record_id: str, sha256: str) -> tuple[bytes, str]:
    """The source of one revision, and its media type; NotFound where there was no such revision."""
    table = core(Revision)
    row = session.execute(
        select(table.c.source, table.c.media_type).where(
            table.c.record_id == record_id, table.c.sha256 == sha256
        )
    ).one_or_none()
    if row is None:
        raise NotFound("revision", sha256, "GET …/revisions lists them.")
    return bytes(row.source), row.media_type
