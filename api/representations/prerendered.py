"""What is asked for most, rendered when it is loaded: a record, and its paragraphs by twenties.

Kept on no base: a NUL stands where the base of links comes. No text has one, as sources that do are
refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import orjson

from api.representations.records import exports_of, record_out
from api.representations.signposting import link_field, links_of
from api.representations.texts import PARAGRAPH_COLUMNS, shape_paragraph
from api.representations.urls import Urls

if TYPE_CHECKING:
    from api.queries.pages import Row

RUN = 20
"""Paragraphs that are kept together."""

_NOWHERE = Urls("\0")
_columns_of = itemgetter(*PARAGRAPH_COLUMNS)


def prerender(
    record: Mapping[str, Any], paragraphs: Sequence[Mapping[str, Any]], author: str | None
) -> Iterator[tuple[int, bytes]]:
    """A record and its paragraphs, from the columns that the database has of them.

    First (0, what `read_record` reads), then for each run of RUN paragraphs the number of its first
    and what `read_paragraphs` reads. `author` is the entity whose words the record holds.
    """
    row = cast("Row", SimpleNamespace(**record))
    link = link_field(links_of(row, _NOWHERE, exports_of(row), author))
    yield 0, link.encode("latin-1") + b"\n" + _render(record_out(row, _NOWHERE))
    for start in range(0, len(paragraphs), RUN):
        run = paragraphs[start : start + RUN]
        items = [shape_paragraph(record["id"], _columns_of(one), _NOWHERE.base) for one in run]
        yield run[0]["number"], b"\n".join(map(_render, items))


def read_record(kept: bytes, base: str) -> tuple[str, bytes]:
    """The `Link` header of a record, and its JSON."""
    link, _, body = kept.replace(b"\0", base.encode()).partition(b"\n")
    return link.decode("latin-1"), body


def read_paragraphs(
    runs: Sequence[bytes], base: str, skip: int = 0, count: int | None = None
) -> tuple[bytes, int]:
    """The JSON of paragraphs in consecutive runs, with commas between, and how many they are.

    Of all in the runs, the first `skip` are left out, and so are those after `count`.
    """
    items = b"\n".join(runs)
    found = items.count(b"\n") + 1 if items else 0
    if skip or (count is not None and found > count):
        wanted = items.split(b"\n")[skip:][:count]
        items, found = b"\n".join(wanted), len(wanted)
    return items.replace(b"\n", b",").replace(b"\0", base.encode()), found


def _render(value: object) -> bytes:
    # Only where a string begins so: a text that spells the escape out has two backslashes.
    return orjson.dumps(value).replace(b'"\\u0000/', b'"\0/')
