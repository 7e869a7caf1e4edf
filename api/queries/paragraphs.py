"""Paragraphs of one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session

from api.errors import Gone, NotFound
from api.queries.pages import Key, Page, Row, take_page
from api.store.tables import Entity, GoneParagraph, Paragraph, Section, core


@dataclass(frozen=True, slots=True)
class ParagraphCriterion:
    """Which paragraphs are asked for; None and empty ask for all. Ranges are inclusive."""

    first: int | None = None
    last: int | None = None
    ranges: tuple[tuple[int, int], ...] = ()
    ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    layer: str | None = None
    section: str | None = None
    content: str | None = None


def list_paragraphs(
    session: Session,
    record_id: str,
    criterion: ParagraphCriterion,
    limit: int,
    cursor: str | None,
) -> Page:
    """A page of paragraphs in reading order."""
    query = _select(session, record_id, criterion)
    return take_page(session, query, [Key(core(Paragraph).c.number)], limit, cursor)


def all_paragraphs(
    session: Session, record_id: str, criterion: ParagraphCriterion | None = None
) -> Sequence[Row]:
    """Every paragraph that meets the criterion, in reading order."""
    query = _select(session, record_id, criterion or ParagraphCriterion())
    return session.execute(query.order_by(core(Paragraph).c.number)).all()


def _select(session: Session, record_id: str, criterion: ParagraphCriterion) -> Select[object]:
    table = core(Paragraph)
    query = select(table).where(table.c.record_id == record_id)
    if criterion.first is not None:
        query = query.where(table.c.number >= criterion.first)
    if criterion.last is not None:
        query = query.where(table.c.number <= criterion.last)
    if criterion.ranges:
        query = query.where(or_(*(table.c.number.between(*run) for run in criterion.ranges)))
    if criterion.ids:
        query = query.where(table.c.id.in_(criterion.ids))
    if criterion.kinds:
        query = query.where(table.c.kind.in_(criterion.kinds))
    if criterion.layer:
        query = query.where(table.c.layer == criterion.layer)
    if criterion.content:
        query = query.where(table.c.content == criterion.content)
    if criterion.section:
        section = find_section(session, record_id, criterion.section)
        query = query.where(table.c.number.between(section.first, section.last))
    return query


def find_paragraph(session: Session, record_id: str, name: str) -> Row:
    """One paragraph, by number or stable id; Gone names its successors."""
    table = core(Paragraph)
    query = select(table).where(table.c.record_id == record_id)
    if name.isdecimal():
        number = int(name) if len(name) < 10 else -1
        row = session.execute(query.where(table.c.number == number)).one_or_none()
    else:
        row = session.execute(query.where(table.c.id == name)).one_or_none()
    if row is None:
        gone = find_gone_paragraph(session, record_id, name)
        if gone is not None:
            raise Gone(
                f"The paragraph {name!r} is no longer in the text of record {record_id!r}.",
                successors=gone,
            )
        raise NotFound("paragraph", name, "Name it by its number, from 1, or by its stable id.")
    return row


def find_gone_paragraph(session: Session, record_id: str, paragraph_id: str) -> list[str] | None:
    """The ids that took a vanished paragraph's place; None where it never was."""
    gone = core(GoneParagraph)
    return session.execute(
        select(gone.c.successors).where(gone.c.record_id == record_id, gone.c.id == paragraph_id)
    ).scalar_one_or_none()


def neighbours(session: Session, record_id: str, number: int) -> tuple[str | None, str | None]:
    """The ids of the paragraphs before and after."""
    table = core(Paragraph)
    rows = session.execute(
        select(table.c.number, table.c.id).where(
            table.c.record_id == record_id, table.c.number.in_([number - 1, number + 1])
        )
    ).all()
    ids = {row.number: row.id for row in rows}
    return ids.get(number - 1), ids.get(number + 1)


def list_sections(session: Session, record_id: str) -> Sequence[Row]:
    """The outline's sections in reading order, parents before children."""
    table = core(Section)
    query = select(table).where(table.c.record_id == record_id).order_by(table.c.position)
    return session.execute(query).all()


def find_author(session: Session, record_id: str) -> str | None:
    """The entity whose words a record holds: the sender of its first part, where one is known."""
    section, entity = core(Section), core(Entity)
    query = (
        select(entity.c.id)
        .join(section, section.c.sender == entity.c.id)
        .where(section.c.record_id == record_id, section.c.parent.is_(None))
        .order_by(section.c.position)
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()


def section_depths(session: Session, record_ids: Sequence[str]) -> dict[str, int]:
    """How deep the sections of each record nest; records without any are left out."""
    table = core(Section)
    query = (
        select(table.c.record_id, func.max(table.c.level))
        .where(table.c.record_id.in_(record_ids))
        .group_by(table.c.record_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def find_section(session: Session, record_id: str, section_id: str) -> Row:
    """One section of the outline; NotFound where there is none."""
    for row in list_sections(session, record_id):
        if row.id == section_id:
            return row
    raise NotFound("section", section_id, "GET …/outline lists them.")
