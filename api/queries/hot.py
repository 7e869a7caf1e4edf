"""The reads that reading interfaces make by the thousand: by primary key, on one connection.

SQLite answers these in microseconds, less than it costs to hand them to a thread; so they are asked
where the event loop runs, each in one statement, which sees one generation. What they give is as
bare as it can be: looking at a column costs as much as shaping it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from api.store.tables import Paragraph, Record, Rendered, core


class HotParagraph(NamedTuple):
    """A paragraph's columns, and the ids of those before and after it."""

    columns: Sequence[Any]
    modified_at: str
    before: str | None
    after: str | None


class HotRuns(NamedTuple):
    """Parts of a record as they were rendered: itself, or runs of its paragraphs."""

    bodies: Sequence[bytes]
    first: int
    """Number of the first paragraph in them; 0 for the record itself."""
    total: int
    """Paragraphs of the record."""
    modified_at: str


class HotReader:
    """Reads rows by primary key. It belongs to the event loop; not safe for threads.

    `columns` are those of a paragraph that are wanted; `run` is how many are rendered together.
    """

    def __init__(self, engine: Engine, columns: Sequence[str], run: int) -> None:
        self._engine = engine
        self._run = run
        self._pooled: PoolProxiedConnection | None = None
        self._connection: Any = None
        """The driver's own: the pool's asks for every name anew."""
        paragraph, record, rendered = core(Paragraph), core(Record), core(Rendered)
        names = ", ".join(f'p."{name}"' for name in columns)
        beside = f"(SELECT id FROM {paragraph} WHERE record_id = ?1 AND number = p.number"
        one = (
            f"SELECT {names}, r.modified_at, {beside} - 1), {beside} + 1)"
            f" FROM {record} r JOIN {paragraph} p ON p.record_id = r.id WHERE r.id = ?1 AND"
        )
        self._by_number = f"{one} p.number = ?2"
        self._by_id = f"{one} p.id = ?2"
        self._rendered = (
            f"SELECT body, first, total, modified_at FROM {rendered}"
            " WHERE record_id = ? AND first BETWEEN ? AND ? ORDER BY first"
        )

    def find_record(self, record: str, paragraphs: int = 0) -> HotRuns | None:
        """A record, and the runs that begin with one of its first so many paragraphs."""
        return self._find_runs(record, 0, paragraphs)

    def find_paragraph(self, record: str, name: str) -> HotParagraph | None:
        """A paragraph by number or stable id."""
        if name.isdecimal():
            rows = self._ask(self._by_number, (record, int(name)))
        else:
            rows = self._ask(self._by_id, (record, name))
        if not rows:
            return None
        *columns, modified_at, before, after = rows[0]
        return HotParagraph(columns, modified_at, before, after)

    def list_runs(self, record: str, after: int, limit: int) -> HotRuns | None:
        """The runs in which so many paragraphs after a number stand; None where there are none."""
        return self._find_runs(record, max(after + 2 - self._run, 1), after + limit)

    def close(self) -> None:
        """Give the connection back."""
        if self._pooled is not None:
            self._pooled.close()
            self._pooled = self._connection = None

    def _find_runs(self, record: str, low: int, high: int) -> HotRuns | None:
        rows = self._ask(self._rendered, (record, low, high))
        return HotRuns([row[0] for row in rows], *rows[0][1:]) if rows else None

    def _ask(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._pooled = self._engine.raw_connection()
            self._connection = self._pooled.driver_connection
        rows: list[tuple[Any, ...]] = self._connection.execute(statement, parameters).fetchall()
        return rows
