"""Keyset pages: any page costs what the first one costs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy import Row as SqlRow
from sqlmodel import Session

from api.errors import BadParameter, ParameterError

Row: TypeAlias = SqlRow[Any]


@dataclass(frozen=True, slots=True)
class Key:
    """What a list is sorted by: a column that is never null, and its direction."""

    column: ColumnElement[Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, how many there are in all, and cursors to the neighbouring pages."""

    rows: Sequence[Row]
    total: int
    next: str | None
    prev: str | None


def take_page(
    session: Session,
    query: Select[Any],
    keys: Sequence[Key],
    limit: int,
    cursor: str | None,
    total: int | None = None,
) -> Page:
    """One page of `query`, sorted by `keys`, which together must be unique.

    A cursor is opaque: the keys of the row at the page's edge and the way to go from there.
    `total` is how many there are, where that is known: counting them costs their number.
    """
    if total is None:
        total = session.execute(
            select(func.count()).select_from(query.order_by(None).subquery())
        ).scalar_one()
    edge, backwards = read_edge(cursor, len(keys)) if cursor else (None, False)
    columns = [key.column.label(f"_key{i}") for i, key in enumerate(keys)]
    page = query.add_columns(*columns)
    if edge is not None:
        page = page.where(_beyond(keys, edge, backwards))
    page = page.order_by(
        *(
            key.column.desc() if key.descending is not backwards else key.column.asc()
            for key in keys
        )
    ).limit(limit + 1)
    rows = list(session.execute(page).all())
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (backwards or more)
    has_prev = bool(rows) and (more if backwards else edge is not None)
    return Page(
        rows,
        total,
        _write_cursor(rows[-1], len(keys), backwards=False) if has_next else None,
        _write_cursor(rows[0], len(keys), backwards=True) if has_prev else None,
    )


def _beyond(keys: Sequence[Key], edge: Sequence[Any], backwards: bool) -> ColumnElement[bool]:
    if len({key.descending for key in keys}) == 1:
        # One comparison of rows, which an index answers; a chain of ORs it would read through.
        row = tuple_(*(key.column for key in keys))
        return row < tuple(edge) if keys[0].descending is not backwards else row > tuple(edge)
    cases = []
    for i, key in enumerate(keys):
        ties = [keys[j].column == edge[j] for j in range(i)]
        down = key.descending is not backwards
        cases.append(and_(*ties, key.column < edge[i] if down else key.column > edge[i]))
    return or_(*cases)


def _write_cursor(row: Row, keys: int, *, backwards: bool) -> str:
    return _write_edge([row._mapping[f"_key{i}"] for i in range(keys)], backwards=backwards)


def _write_edge(values: Sequence[Any], *, backwards: bool) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([backwards, *values])).decode().rstrip("=")


def read_edge(cursor: str, keys: int) -> tuple[list[Any], bool]:
    """A cursor's keys, and whether the page lies before them; BadParameter where it is none."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if (
            not isinstance(values, list)
            or len(values) != keys + 1
            or not isinstance(values[0], bool)
            or not all(isinstance(value, str | int) for value in values)
            or any(isinstance(value, int) and abs(value) >= 2**63 for value in values)
        ):
            raise ValueError
    except (ValueError, binascii.Error):
        raise BadParameter(
            ParameterError(
                "cursor", "not a cursor of this list", cursor, "the `next` or `prev` of a page"
            )
        ) from None
    return values[1:], values[0]


def write_cursors(
    first: int, last: int, *, has_prev: bool, has_next: bool
) -> tuple[str | None, str | None]:
    """The cursors to the pages before and after one of rows from key `first` to key `last`."""
    return (
        _write_edge([first], backwards=True) if has_prev else None,
        _write_edge([last], backwards=False) if has_next else None,
    )


def take_page_of(
    rows: Sequence[Any], key: Callable[[Any], int], limit: int, cursor: str | None
) -> tuple[Sequence[Any], Page]:
    """A page of rows in memory, sorted by an integer key, with the same cursors."""
    edge, backwards = read_edge(cursor, 1) if cursor else (None, False)
    if edge is not None and not isinstance(edge[0], int):
        edge = [0]
    if edge is None:
        start = 0
    elif backwards:
        start = max(sum(key(row) < edge[0] for row in rows) - limit, 0)
    else:
        start = sum(key(row) <= edge[0] for row in rows)
    taken = rows[start : start + limit]
    after = start + len(taken) < len(rows)
    if not taken:
        return taken, Page((), len(rows), None, None)
    before, beyond = write_cursors(
        key(taken[0]), key(taken[-1]), has_prev=start > 0, has_next=after
    )
    return taken, Page((), len(rows), beyond, before)
