"""Rows at places, a place being a record and the number of one of its paragraphs.

SQLite reads a whole table for `(record_id, number) IN (…)`. Here the places come first and each is
looked up by the table's index.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from sqlalchemy import Table, TextClause, text
from sqlmodel import Session

from api.queries.pages import Row, read_rows

Place = tuple[str, int]
"""A record and the number of one of its paragraphs."""

_AT_ONCE = 200


def rows_at(
    session: Session, table: Table, number: str, columns: tuple[str, ...], places: Iterable[Place]
) -> list[Row]:
    """The rows of `table` whose `record_id` and `number` column are one of the places.

    In no order of their own. Values come as the database keeps them: no JSON columns.
    """
    wanted = sorted(set(places))
    found: list[Row] = []
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        query = _query(table, number, columns, len(some))
        values = dict(enumerate(chain.from_iterable(some)))
        found += read_rows(session, query, {f"v{at}": value for at, value in values.items()})
    return found


@lru_cache(maxsize=512)
def _query(table: Table, number: str, columns: tuple[str, ...], count: int) -> TextClause:
    listed = ", ".join(f't."{column}"' for column in columns)
    marks = ", ".join(f"(:v{2 * at}, :v{2 * at + 1})" for at in range(count))
    # A CROSS JOIN is taken by SQLite in the order in which it is written.
    return text(
        f"WITH wanted (record_id, number) AS (VALUES {marks}) "
        f"SELECT {listed} "
        f"FROM wanted CROSS JOIN {table.name} AS t "
        f'WHERE t.record_id = wanted.record_id AND t."{number}" = wanted.number'
    )
