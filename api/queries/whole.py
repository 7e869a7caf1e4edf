"""A record with everything that stands in it, for exports that carry all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from api.queries.mentions import all_mentions, list_apparatus, list_discrepancies, segments_of
from api.queries.pages import Row
from api.queries.paragraphs import all_paragraphs, list_sections
from api.queries.records import find_record
from api.store.tables import Entity, core


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """The rows of one record, each list in reading order.

    `segments` has those of each mention by its position; `entities` whatever the mentions and the
    outline name, by id.
    """

    record: Row
    paragraphs: Sequence[Row]
    sections: Sequence[Row]
    mentions: Sequence[Row]
    segments: Mapping[int, Sequence[Row]]
    apparatus: Sequence[Row]
    discrepancies: Sequence[Row]
    entities: Mapping[str, Row]


def find_whole_record(session: Session, record_id: str) -> WholeRecord:
    """Everything of the record called `record_id`; NotFound or Gone as `find_record`."""
    record = find_record(session, record_id)
    mentions = all_mentions(session, record_id)
    sections = list_sections(session, record_id)
    named = {mention.entity_id for mention in mentions if mention.entity_id}
    for section in sections:
        manner = section.manner or {}
        parties = [section.sender, *section.addressees, *manner.values()]
        named.update(party for party in parties if party)
    segments = segments_of(session, mentions)
    return WholeRecord(
        record=record,
        paragraphs=all_paragraphs(session, record_id),
        sections=sections,
        mentions=mentions,
        segments={position: found for (_, position), found in segments.items()},
        apparatus=list_apparatus(session, record_id),
        discrepancies=list_discrepancies(session, record_id),
        entities=_entities(session, sorted(named)),
    )


def _entities(session: Session, ids: Sequence[str]) -> dict[str, Row]:
    table = core(Entity)
    found: dict[str, Row] = {}
    for start in range(0, len(ids), 500):
        some = select(table).where(table.c.id.in_(ids[start : start + 500]))
        found |= {row.id: row for row in session.execute(some)}
    return found
