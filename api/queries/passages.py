"""Passages: paragraphs with those that a page break parted from them, and what to beware of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session

from api.queries.pages import Row
from api.queries.places import Place, rows_at
from api.store.tables import ApparatusItem, Paragraph, Record, Section, core
from api.text import JoinedText

PARAGRAPH = ("record_id", "number", "id", "kind", "text", "section_id", "layer", "continues")
"""The columns that passages are made of."""

_MARK = ("record_id", "position", "kind", "paragraph", "start", "end", "correction")
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Caution:
    """Why words must not be quoted as a plain statement; offsets are into the paragraph's text."""

    kind: str
    message: str
    record: str
    paragraph: int
    start: int
    end: int


_MESSAGES: Mapping[str, str] = {
    "instruction": "A direction to whoever was to write this, not a statement",
    "placeholder": "A blank that was left to be filled",
    "supplied": "Words in brackets were supplied by the translator or editor",
    "sic": "The source marks its own text as doubtful here",
    "uncertain": "The reading is uncertain",
    "omission": "Something is left out here",
    "slip": "A slip in the source",
    "query": "The translation looks wrong here",
}
_DRAFT = re.compile(r"\bdrafts?\b", re.IGNORECASE)


def find_paragraphs(session: Session, places: Iterable[Place]) -> dict[Place, Row]:
    """Paragraphs by record and number."""
    rows = rows_at(session, core(Paragraph), "number", PARAGRAPH, places)
    return {(row.record_id, row.number): row for row in rows}


def find_descriptions(session: Session, records: Iterable[str], *columns: str) -> dict[str, Row]:
    """What an answer says of a record in passing: id, title, date, and these columns."""
    query = _description(columns)
    wanted = sorted(set(records))
    found: dict[str, Row] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = {"ids": wanted[start : start + _AT_ONCE]}
        found |= {row.id: row for row in session.connection().execute(query, some)}
    return found


@cache
def _description(columns: tuple[str, ...]) -> Select[Any]:
    table = core(Record)
    query = select(*(table.c[name] for name in ("id", "title", "date", *columns)))
    return query.where(table.c.id.in_(bindparam("ids", expanding=True)))


def join_passage(rows: Sequence[Row]) -> JoinedText:
    """The texts of paragraphs that are read as one."""
    return JoinedText.of((row.number, row.text) for row in rows)


def find_warnings(session: Session, paragraphs: Mapping[Place, Row]) -> dict[Place, list[Caution]]:
    """What to beware of in each of these paragraphs, in reading order."""
    found: dict[Place, list[Caution]] = {}
    if not paragraphs:
        return found
    drafts = draft_titles(session, paragraphs.values())
    for place, row in paragraphs.items():
        if title := drafts.get((row.record_id, row.layer)):
            found.setdefault(place, []).append(
                Caution(
                    "draft",
                    f"These are words of a draft, not of a finished document: {title}",
                    *place,
                    0,
                    len(row.text),
                )
            )
        if row.kind == "instruction":
            found.setdefault(place, []).append(
                Caution("instruction", _MESSAGES["instruction"], *place, 0, len(row.text))
            )
    marks = rows_at(session, core(ApparatusItem), "paragraph", _MARK, paragraphs)
    for row in sorted(marks, key=lambda row: (row.record_id, row.position)):
        if row.kind not in _MESSAGES:
            continue
        message = _MESSAGES[row.kind]
        if row.correction:
            message += f"; perhaps {row.correction!r} is meant"
        warning = Caution(row.kind, message, row.record_id, row.paragraph, row.start, row.end)
        known = found.setdefault((row.record_id, row.paragraph), [])
        if warning not in known:
            known.append(warning)
    return found


def draft_titles(session: Session, rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    """The titles of the layers that are drafts, by record and layer."""
    layers = {(row.record_id, row.layer) for row in rows if row.layer}
    if not layers:
        return {}
    table = core(Section)
    titles: dict[tuple[str, str], str] = {}
    query = (
        select(table.c.record_id, table.c.layer, table.c.title, table.c.kind)
        .where(table.c.record_id.in_(sorted({record for record, _ in layers})))
        .where(table.c.layer.is_not(None))
        .order_by(table.c.record_id, table.c.position.desc())
    )
    for row in session.execute(query):
        titles[row.record_id, row.layer] = f"{row.title}"
    return {
        layer: title
        for layer, title in titles.items()
        if layer in layers and (_DRAFT.search(title) or _DRAFT.search(layer[1]))
    }
