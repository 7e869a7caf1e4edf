"""Passages as the search index has them, from the rows of their records: as those are written, or
as they are stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, select

from api.store.tables import (
    Mention,
    MentionSegment,
    Paragraph,
    Record,
    RecordLanguage,
    core,
)
from api.words import join_words

_BATCH = 100
"""Records read at a time."""

Document = Mapping[str, list[Any]]
"""What the index has of a passage: values by field; `words` is one text, words parted by spaces."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows to be written, by the names of their tables."""

_RECORD: tuple[Table, tuple[str, ...]] = (
    core(Record),
    ("id", "repository", "fond", "date_begin", "date_end"),
)
_LANGUAGE = (core(RecordLanguage), ("record_id", "tag"))
_MENTION = (core(Mention), ("record_id", "position", "entity_id"))
_SEGMENT = (core(MentionSegment), ("record_id", "position", "paragraph"))
_PARAGRAPH = (
    core(Paragraph),
    ("record_id", "number", "text", "kind", "layer", "continues"),
)
"""Tables, and what of their rows the index is made from; the record's id comes first."""
_SOURCES = (_RECORD, _LANGUAGE, _MENTION, _SEGMENT, _PARAGRAPH)


def make_documents(rows: Rows) -> Iterator[Document]:
    """The passages of records whose rows these are, all of each."""
    return _make_documents(
        *(list(map(itemgetter(*columns), rows.get(table.name, ()))) for table, columns in _SOURCES)
    )


def read_documents(
    connection: Connection, first: int = 0, last: int | None = None
) -> Iterator[Document]:
    """The passages of the records that last came or changed in one of these generations."""
    record = core(Record)
    query = select(record.c.id).where(record.c.modified_in >= first)
    if last is not None:
        query = query.where(record.c.modified_in <= last)
    ids = connection.execute(query.order_by(record.c.id)).scalars().all()
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        yield from _make_documents(
            *(_read(connection, table, columns, some) for table, columns in _SOURCES)
        )


def _read(
    connection: Connection, table: Table, columns: Sequence[str], records: Sequence[str]
) -> Sequence[Any]:
    query = select(*(table.c[name] for name in columns)).where(table.c[columns[0]].in_(records))
    return connection.execute(query).all()


def _make_documents(
    records: Sequence[Any],
    languages: Sequence[Any],
    mentions: Sequence[Any],
    segments: Sequence[Any],
    paragraphs: Sequence[Any],
) -> Iterator[Document]:
    described = {row[0]: _describe(*row) for row in records}
    for record, tag in languages:
        described[record]["language"].append(tag)
    meant = {(record, position): entity for record, position, entity in mentions}
    named: dict[tuple[str, int], set[str]] = {}
    for record, position, paragraph in segments:
        if entity := meant[record, position]:
            named.setdefault((record, paragraph), set()).add(entity)
    for passage in _join(paragraphs):
        record = passage[0][0]
        numbers = [number for _, number, *_ in passage]
        text = join_words("\n".join(text for _, _, text, *_ in passage))
        yield {
            "words": [text],
            "stems": [text],
            "entity": sorted(set().union(*(named.get((record, n), ()) for n in numbers))),
            "layer": sorted({layer for *_, layer, _ in passage if layer}),
            "kind": sorted({kind for _, _, _, kind, *_ in passage}),
            "paragraph": numbers,
            **described[record],
        }


def _describe(
    record: str, repository: str | None, fond: str | None, first: str | None, last: str | None
) -> dict[str, list[Any]]:
    begin, end = read_day(first), read_day(last)
    return {
        "record": [record],
        "repository": [repository.lower()] if repository else [],
        "fond": [fond] if fond else [],
        "language": [],
        "begin": [] if begin is None else [begin],
        "end": [] if end is None else [end],
        "decade": [] if begin is None else [begin // 100_000 * 10],
    }


def read_day(day: str | None) -> int | None:
    """A day as the index holds it: "1958-09-19" -> 19580919. None where it is none."""
    if not day:
        return None
    sign, digits = (-1, day[1:]) if day.startswith("-") else (1, day)
    plain = digits.replace("-", "")
    return sign * int(plain) if plain.isdecimal() else None


def _join(paragraphs: Sequence[Any]) -> list[list[Any]]:
    """Record by record, each paragraph with those that a page break parted from it."""
    passages: list[list[Any]] = []
    ending: dict[tuple[str, int | None], list[Any]] = {}
    for row in sorted(paragraphs, key=itemgetter(0, 1)):
        record, number, *_, continues = row
        passage = ending.pop((record, continues), None)
        if passage is None:
            passage = []
            passages.append(passage)
        passage.append(row)
        ending[record, number] = passage
    return passages
