"""Rows by what they are known by, and at places: a place is a record and the number of one of its
paragraphs.

Searches ask for little else. The statements are the driver's own, which saves SQLAlchemy's half of
the time that they take; so values come as the database keeps them, and no column may be JSON.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from sqlalchemy import JSON, Table
from sqlmodel import Session

from api.queries.pages import Row

Place = tuple[str, int]
"""A record and the number of one of its paragraphs."""

_SIZES = (1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 200)
"""So many are asked for at once, NULLs among them: few statements, which stay prepared."""
_AT_ONCE = _SIZES[-1]


def rows_at(
    session: Session, table: Table, number: str, columns: tuple[str, ...], places: Iterable[Place]
) -> list[Row]:
    """The rows of `table` whose `record_id` and `number` column are one of the places.

    In no order of their own.
    """
    return _read(session, sorted(set(places)), partial(_at_places, table, number, columns))


def rows_of(
    session: Session, table: Table, columns: tuple[str, ...], ids: Iterable[str]
) -> list[Row]:
    """The rows of `table` whose `id` is one of these, in no order of their own."""
    return _read(session, [(one,) for one in sorted(set(ids))], partial(_by_id, table, columns))


def _read(
    session: Session, keys: Sequence[tuple[Any, ...]], statement: Callable[[int, str], str]
) -> list[Row]:
    """The rows that have these keys; `statement` asks for so many at once."""
    found: list[Row] = []
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        size = _size(len(some))
        values = [*chain.from_iterable(some), *[None] * len(some[0]) * (size - len(some))]
        query = statement(size, _mark(session))
        found += session.connection().exec_driver_sql(query, tuple(values)).all()
    return found


def _size(count: int) -> int:
    return _SIZES[bisect_left(_SIZES, count)]


def _mark(session: Session) -> str:
    """What stands for a value in a statement."""
    return "?" if session.get_bind().dialect.paramstyle == "qmark" else "%s"


@lru_cache(maxsize=512)
def _at_places(table: Table, number: str, columns: tuple[str, ...], count: int, mark: str) -> str:
    places = ", ".join([f"({mark}, {mark})"] * count)
    # SQLite reads a whole table for `(record_id, number) IN (…)`. A CROSS JOIN it takes in the
    # order in which it is written: the places first, and each is looked up by the table's index.
    return (
        f"WITH wanted (record_id, number) AS (VALUES {places}) "
        f"SELECT {_list(table, columns)} FROM wanted CROSS JOIN {table.name} AS t "
        f'WHERE t.record_id = wanted.record_id AND t."{number}" = wanted.number'
    )


@lru_cache(maxsize=512)
def _by_id(table: Table, columns: tuple[str, ...], count: int, mark: str) -> str:
    ids = ", ".join([mark] * count)
    return f"SELECT {_list(table, columns)} FROM {table.name} AS t WHERE t.id IN ({ids})"


def _list(table: Table, columns: Iterable[str]) -> str:
    if unread := [name for name in columns if isinstance(table.c[name].type, JSON)]:
        raise TypeError(f"{table.name}: {', '.join(unread)} would not be read from JSON")
    return ", ".join(f't."{column}"' for column in columns)
