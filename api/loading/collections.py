"""Collections as records bring them along: their rows, who belongs to them, and the counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import Session

from api.loading.rows import datestamp
from api.parsing.collections import ROOT
from api.store.engine import insert_rows
from api.store.tables import Collection, Record, RecordInCollection, core

Row = dict[str, Any]
_BATCH = 500


class CollectionWriter:
    """Writes the collections of the records that a load touches, and counts them at its end."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._touched: set[str] = set()
        """Collections to be counted anew."""
        self._changed: list[str] = []
        """Records brought or withdrawn by this load."""

    def add(self, rows: Iterable[Row]) -> None:
        """Before records are written: see that their collections exist."""
        wanted: dict[str, Row] = {ROOT: _root_row()}
        for row in rows:
            known = wanted.setdefault(row["id"], row)
            known["title"] = _fuller(known["title"], row["title"])
        self._touched.update(wanted)
        table = core(Collection)
        missing = dict(wanted)
        for some in _batches(list(wanted)):
            for found in self.session.execute(
                select(table.c.id, table.c.title).where(table.c.id.in_(some))
            ):
                title = _fuller(found.title, missing.pop(found.id)["title"])
                if title != found.title:
                    change = update(table).where(table.c.id == found.id).values(title=title)
                    self.session.execute(change)
        if missing:
            # Parents before children: a parent's path is shorter.
            rows = sorted(missing.values(), key=lambda row: len(row["ancestors"]))
            self.session.execute(insert(table), rows)

    def link(self, records: Sequence[str], rows: Sequence[Row]) -> None:
        """After records are written: say of each which collections it belongs to."""
        self._changed += records
        self._unlink(records)
        if rows:
            insert_rows(self.session, core(RecordInCollection), rows)

    def withdraw(self, records: Sequence[str], moment: str) -> None:
        """Records that are gone: they stay in their collections as such, for harvesters."""
        table = core(RecordInCollection)
        self._changed += records
        for some in _batches(records):
            self._touch(some)
            self.session.execute(
                update(table)
                .where(table.c.record_id.in_(some))
                .values(gone=True, datestamp=datestamp(moment))
            )

    def stamp(self, moment: str) -> None:
        """Last of all: date what has changed by the end of the load, not by its beginning.

        A harvester that asks while the load goes on comes back for what changed since it asked:
        what was dated before that and seen after would be lost to it.
        """
        table = core(RecordInCollection)
        for some in _batches(self._changed):
            change = update(table).where(table.c.record_id.in_(some))
            self.session.execute(change.values(datestamp=datestamp(moment)))

    def count(self) -> None:
        """At the end: count anew whatever was touched, innermost first."""
        self.add(())
        table = core(Collection)
        by_depth: dict[int, list[str]] = {}
        for some in _batches(sorted(self._touched)):
            query = select(table.c.id, table.c.ancestors).where(table.c.id.in_(some))
            for row in self.session.execute(query):
                depth = -1 if row.id == ROOT else len(row.ancestors)
                by_depth.setdefault(depth, []).append(row.id)
        for depth in sorted(by_depth, reverse=True):
            for some in _batches(by_depth[depth]):
                self._count_some(some)
        self._touched.clear()

    def _count_some(self, collections: Sequence[str]) -> None:
        """Counts of collections whose children are counted."""
        table, record = core(Collection), core(Record)
        direct = select(record.c.collection_id, func.count())
        direct = direct.where(record.c.collection_id.in_(collections))
        grouped = self.session.execute(direct.group_by(record.c.collection_id))
        own: dict[str, int] = {row[0]: row[1] for row in grouped}
        inner = select(table.c.parent, func.count(), func.sum(table.c.records))
        inner = inner.where(table.c.parent.in_(collections), table.c.records > 0)
        below = {row[0]: row for row in self.session.execute(inner.group_by(table.c.parent))}
        counts: list[Row] = []
        for collection in collections:
            _, children, records = below.get(collection, (None, 0, 0))
            held = own.get(collection, 0)
            counts.append(
                {
                    "counted": collection,
                    "direct": held,
                    "children": children,
                    "records": held + int(records),
                }
            )
        change = update(table).where(table.c.id == bindparam("counted"))
        self.session.connection().execute(
            change.values({name: bindparam(name) for name in ("direct", "children", "records")}),
            counts,
        )

    def _unlink(self, records: Sequence[str]) -> None:
        table = core(RecordInCollection)
        for some in _batches(records):
            self._touch(some)
            self.session.execute(delete(table).where(table.c.record_id.in_(some)))

    def _touch(self, records: Sequence[str]) -> None:
        table = core(RecordInCollection)
        query = select(table.c.collection_id).where(table.c.record_id.in_(records)).distinct()
        self._touched.update(self.session.execute(query).scalars())


def _root_row() -> Row:
    return {
        "id": ROOT,
        "path": ROOT,
        "parent": None,
        "ancestors": [],
        "level": "collection",
        "unit": None,
        "label": "All",
        "sort_label": "",
        "title": "All records",
        "reference": "All records",
        "children": 0,
        "records": 0,
        "direct": 0,
    }


def _fuller(one: str | None, other: str | None) -> str | None:
    """Of two titles the longer, so that the order of loading does not matter."""
    return max((title for title in (one, other) if title), key=lambda t: (len(t), t), default=None)


def _batches(items: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
