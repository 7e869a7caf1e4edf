"""The reads that reading interfaces make by the thousand: by primary key, on one connection.

SQLite answers these in microseconds, less than it costs to hand them to a thread; so they are asked
where the event loop runs, each in one statement, which sees one generation. What they give has the
columns that the other queries' rows have.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from typing import Any, cast

import orjson
from sqlalchemy import JSON, Engine, Table

from api.queries.pages import Row
from api.store.tables import Entity, Paragraph, Record, Section, core


class HotReader:
    """Reads rows by primary key. It belongs to the event loop; not safe for threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        paragraph, record = core(Paragraph), core(Record)
        entity, section = core(Entity), core(Section)
        self._paragraph = _maker(paragraph, "modified_at", "before", "after")
        self._paragraphs = _maker(paragraph, "modified_at", "total")
        self._record = _maker(record, "author")
        columns = _columns(paragraph, "p")
        beside = f"(SELECT id FROM {paragraph} WHERE record_id = p.record_id AND number = p.number"
        of_record = f"FROM {paragraph} p JOIN {record} r ON r.id = p.record_id WHERE r.id = ?1 AND"
        one = f"SELECT {columns}, r.modified_at, {beside} - 1), {beside} + 1) {of_record}"
        self._by_number = f"{one} p.number = ?2"
        self._by_id = f"{one} p.id = ?2"
        self._from_number = (
            f"SELECT {columns}, r.modified_at,"
            f" (SELECT count(*) FROM {paragraph} WHERE record_id = ?1)"
            f" {of_record} p.number > ?2 ORDER BY p.number LIMIT ?3"
        )
        self._by_record = (
            f"SELECT {_columns(record, 'r')},"
            f" (SELECT e.id FROM {section} s JOIN {entity} e ON e.id = s.sender"
            "  WHERE s.record_id = r.id AND s.parent IS NULL ORDER BY s.position LIMIT 1)"
            f" FROM {record} r WHERE r.id = ?"
        )

    def find_paragraph(self, record: str, name: str) -> Row | None:
        """A paragraph by number or stable id, with the ids `before` and `after` it."""
        if name.isdecimal():
            rows = self._ask(self._by_number, (record, int(name)))
        else:
            rows = self._ask(self._by_id, (record, name))
        return self._paragraph(rows[0]) if rows else None

    def list_paragraphs(self, record: str, after: int, limit: int) -> list[Row]:
        """So many paragraphs after a number, each with their `total`; none of an empty record."""
        rows = self._ask(self._from_number, (record, after, limit))
        return [self._paragraphs(row) for row in rows]

    def find_record(self, record: str) -> Row | None:
        """A record, with the entity that is its `author`."""
        rows = self._ask(self._by_record, (record,))
        return self._record(rows[0]) if rows else None

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
        rows: list[tuple[Any, ...]] = self._connection.execute(statement, parameters).fetchall()
        return rows


def _columns(table: Table, alias: str) -> str:
    return ", ".join(f'{alias}."{column.name}"' for column in table.c)


def _maker(table: Table, *more: str) -> Callable[[tuple[Any, ...]], Row]:
    """What makes rows of SQLite's tuples: JSON read, names as the table has them."""
    tuples: Any = namedtuple
    named = tuples("HotRow", [*table.c.keys(), *more])
    decoded = [at for at, column in enumerate(table.c) if isinstance(column.type, JSON)]

    def read(values: tuple[Any, ...]) -> Row:
        if decoded:
            listed = list(values)
            for at in decoded:
                if listed[at] is not None:
                    listed[at] = orjson.loads(listed[at])
            return cast(Row, named._make(listed))
        return cast(Row, named._make(values))

    return read
