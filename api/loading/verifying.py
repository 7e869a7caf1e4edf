"""Proving that the database equals the seed: each record is made afresh and compared.

Nothing is changed. What is made is made as a load makes it, by the same readers; what is compared
is every column of every row but the moments at which they were written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

from api.errors import SeedError
from api.loading.build import Authorities
from api.loading.corpus import history_of, read_entities, reader_digest
from api.loading.readers import Read, Reader, Stamp, Task, count_processes, read_record
from api.loading.rows import authority_row
from api.loading.seed import Seed, SeedFile, scan_seed
from api.loading.volumes import TeiFile
from api.parsing.curated import Authority
from api.settings import Settings
from api.store import tables
from api.store.engine import make_engine, open_session
from api.store.index_building import folder_of
from api.store.index_documents import read_documents
from api.store.search_index import LONGEST_WORD, SearchIndex
from api.store.tables import core
from api.text import sha256_hex

_UNCOMPARED = {"modified_at", "modified_in", "loaded_at", "input_digest"}
"""When rows were written, and by which reader: not what they say."""
_KEYS: dict[type[SQLModel], tuple[str, ...]] = {
    tables.Record: ("id",),
    tables.Paragraph: ("number",),
    tables.Section: ("id",),
    tables.Mention: ("position",),
    tables.MentionSegment: ("position", "segment"),
    tables.ApparatusItem: ("id",),
    tables.Discrepancy: ("id",),
    tables.GoneParagraph: ("id",),
    tables.EntityInRecord: ("entity_id",),
    tables.RecordLanguage: ("tag",),
    tables.Rendered: ("first",),
}
"""Of each table of a record, what tells its rows apart within the record."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the database is not what the seed makes: `found` is what it holds."""

    where: str
    what: str
    found: Any
    expected: Any

    def __str__(self) -> str:
        """One line; long values are cut around the first character that differs."""
        found, expected = _around(self.found, self.expected)
        return f"{self.where}: {self.what} is {found}; expected {expected}"


def _around(found: Any, expected: Any) -> tuple[str, str]:
    one, two = repr(found), repr(expected)
    same = next(
        (i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b),
        min(len(one), len(two)),
    )
    start = max(0, same - 30)
    return tuple(  # type: ignore[return-value]
        ("…" if start else "") + text[start : start + 90] + ("…" if text[start + 90 :] else "")
        for text in (one, two)
    )


@dataclass
class Verified:
    """What was compared, by name and number, and every difference."""

    compared: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether the database is what the seed makes."""
        return not self.differences

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "equal": self.equal,
            "compared": dict(self.compared),
            "differences": [asdict(difference) for difference in self.differences],
        }


def verify_corpus(settings: Settings) -> Verified:
    """Reread the seed and compare everything with the database, which is not changed."""
    engine = make_engine(settings)
    try:
        with open_session(engine) as session, session.begin():
            return _Verification(settings, session).run()
    finally:
        engine.dispose()


class _Verification:
    def __init__(self, settings: Settings, session: Session) -> None:
        self.settings = settings
        self.session = session
        self.verified = Verified()
        rows = session.execute(select(core(tables.SeedFile)))
        self.stored = {row.path: row for row in rows}
        self.accepted = {
            path: row.accepted for path, row in self.stored.items() if row.accepted is not None
        }
        self.seen: set[str] = set()
        """Records that were compared."""
        self.entities: dict[str, dict[str, Any]] = {}
        """Rows that records bring along."""

    def run(self) -> Verified:
        self._check_engine()
        # Every file is hashed afresh: nothing known is passed on.
        seed = scan_seed(self.settings.seed_dir, {}, max_bytes=self.settings.max_seed_file_bytes)
        self._compare_files(seed)
        entities = self._read_authorities(seed)
        authorities = Authorities(
            entities, sha256_hex("\n".join([reader_digest(), *map(repr, entities)]))
        )
        refused = {complaint.file for complaint in seed.complaints}
        for read in self._read_records(seed, authorities):
            self._compare_record(read)
            if read.rows is None:
                refused.add(read.file.path)
        self._compare_list(refused)
        self._compare_entities(entities)
        self._compare_counts()
        self._compare_index()
        return self.verified

    def _tell(self, where: str, what: str, found: Any, expected: Any) -> None:
        self.verified.differences.append(Difference(where, what, found, expected))

    def _equal(self, where: str, what: str, found: Any, expected: Any) -> None:
        if found != expected:
            self._tell(where, what, found, expected)

    def _check_engine(self) -> None:
        """SQLite's own proof that the file is whole and every reference leads somewhere."""
        connection = self.session.connection()
        if connection.dialect.name != "sqlite":
            return
        for told in connection.exec_driver_sql("PRAGMA integrity_check(100)").scalars():
            self._equal("database", "integrity_check", told, "ok")
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            self._tell("database", f"a reference of {row[0]}", f"row {row[1]}", f"in {row[2]}")
        self.verified.compared["integrity"] = 1

    def _compare_files(self, seed: Seed) -> None:
        for path in sorted(seed.files.keys() | self.stored.keys()):
            file, stored = seed.files.get(path), self.stored.get(path)
            self.verified.compared["files"] += 1
            self._equal(path, "sha256", stored and stored.sha256, file.sha256 if file else None)

    def _read_authorities(self, seed: Seed) -> list[Authority]:
        """As a load does: what cannot be taken stands as it last could."""
        entities: dict[str, Authority] = {}
        for file in seed.of_kind("authorities"):
            try:
                taken = read_entities(seed.read_text(file), entities)
            except SeedError:
                try:
                    taken = read_entities(self.accepted.get(file.path, ""), entities)
                except SeedError:
                    continue
            entities.update((entity.id, entity) for entity in taken)
        return list(entities.values())

    def _read_records(self, seed: Seed, authorities: Authorities) -> Iterator[Read]:
        stamp = Stamp("", 0)
        sources = seed.of_kind("source")
        plain = [file for file in sources if not file.is_tei]
        reader = Reader(seed.folder, list(authorities.entities.values()), authorities, stamp)
        tasks = (self._task(seed, file, file.record or "") for file in plain)
        yield from reader.read(tasks, count_processes(plain))
        taken = {file.record for file in plain}
        for file in sources:
            if not file.is_tei:
                continue
            try:
                tei = TeiFile(file.path, file.record or "", seed.read(file), authorities.entities)
            except SeedError as error:
                yield Read(file, complaints=list(error.complaints))
                continue
            for source in tei.sources():
                if source.record not in taken:
                    taken.add(source.record)
                    task = self._task(seed, file, source.record)
                    yield read_record(seed, task, source.source, authorities, stamp, source)

    def _task(self, seed: Seed, file: SeedFile, record: str) -> Task:
        beside = seed.beside(record)
        paths = [companion.path for companion in beside if companion]
        accepted = {path: self.accepted[path] for path in paths if path in self.accepted}
        previous, revisions = history_of(self.session, record)
        ids = revisions.get(previous.source_sha256 or "", ())
        if len(ids) == len(previous.paragraphs):
            # The ids that were given with the revision, whatever stands at the paragraphs now.
            given = zip(previous.paragraphs, ids, strict=True)
            paragraphs = tuple(replace(paragraph, id=one) for paragraph, one in given)
            previous = replace(previous, paragraphs=paragraphs)
        return Task(record, file, "", *beside, accepted, previous, revisions)

    def _compare_record(self, read: Read) -> None:
        if read.rows is None:
            return
        expected = read.rows
        (record,) = expected["record"]
        self.seen.add(record["id"])
        self.verified.compared["records"] += 1
        self.entities |= read.entities
        (revision,) = expected["revision"]
        where = f"{read.file.path}: record {record['id']}"
        for model, keys in _KEYS.items():
            table = core(model)
            owner = table.c.id if model is tables.Record else table.c.record_id
            stored = self._rows(model, owner == record["id"])
            self._compare_rows(where, str(table.name), keys, stored, expected.get(table.name, []))
        self._compare_source(where, record["id"], revision)
        self._compare_membership(where, record, expected["record_in_collection"])

    def _rows(self, model: type[SQLModel], *criteria: Any) -> list[dict[str, Any]]:
        query = select(core(model)).where(*criteria)
        return [dict(row._mapping) for row in self.session.execute(query)]

    def _compare_rows(
        self,
        where: str,
        table: str,
        keys: tuple[str, ...],
        stored: list[dict[str, Any]],
        expected: list[dict[str, Any]],
    ) -> None:
        self.verified.compared[table] += len(expected)
        have = {tuple(row[key] for key in keys): row for row in stored}
        want = {tuple(row[key] for key in keys): row for row in expected}
        for key in sorted(have.keys() | want.keys(), key=repr):
            name = " ".join(map(str, key))
            at = where if table == "record" else f"{where}, {table} {name}"
            one, two = have.get(key), want.get(key)
            if one is None or two is None:
                self._tell(at, "the row", one and "there", two and "there")
                continue
            for column in two.keys() - _UNCOMPARED:
                self._equal(at, column, _plain(one[column]), _plain(two[column]))

    def _compare_source(self, where: str, record: str, revision: Mapping[str, Any]) -> None:
        """Every revision's bytes are what their hash says; the last is what lies in the seed."""
        table = core(tables.Revision)
        hashes = set()
        for row in self.session.execute(select(table).where(table.c.record_id == record)):
            self.verified.compared["revision"] += 1
            hashes.add(row.sha256)
            at = f"{where}, revision {row.number}"
            self._equal(at, "the hash of its source", sha256_hex(row.source), row.sha256)
            if row.sha256 == revision["sha256"]:
                for column in ("paragraph_ids", "media_type"):
                    self._equal(at, column, row._mapping[column], revision[column])
        if revision["sha256"] not in hashes:
            self._tell(where, "a revision", None, revision["sha256"])

    def _compare_membership(
        self, where: str, record: Mapping[str, Any], expected: list[dict[str, Any]]
    ) -> None:
        table = core(tables.RecordInCollection)
        stored = self._rows(tables.RecordInCollection, table.c.record_id == record["id"])
        self._equal(
            where,
            "collections",
            sorted((row["collection_id"], row["sort_date"], row["gone"]) for row in stored),
            sorted((row["collection_id"], row["sort_date"], row["gone"]) for row in expected),
        )

    def _compare_list(self, refused: set[str]) -> None:
        """Records that nothing in the seed makes; one whose file is refused stands as it was."""
        table = core(tables.Record)
        for row in self.session.execute(select(table.c.id, table.c.path)):
            if row.id not in self.seen and row.path not in refused:
                self._tell(f"record {row.id}", "the row", "there", None)

    def _compare_entities(self, authorities: list[Authority]) -> None:
        curated = {one.id: authority_row(one) for one in authorities}
        stored = {row["id"]: row for row in self._rows(tables.Entity)}
        self.verified.compared["entity"] += len(stored)
        for one, row in (self.entities | curated).items():
            if one not in stored:
                self._tell(f"entity {one}", "the row", None, "there")
            elif one in curated or row["origin"] == "source":
                for column, expected in row.items():
                    self._equal(f"entity {one}", column, stored[one][column], expected)

    def _compare_counts(self) -> None:
        (corpus,) = self._rows(tables.Corpus) or [{}]
        for name, model in (
            ("records", tables.Record),
            ("paragraphs", tables.Paragraph),
            ("entities", tables.Entity),
            ("mentions", tables.Mention),
        ):
            self._equal("corpus", name, corpus.get(name), self._count(model))
        self._compare_mentions()
        members, table = core(tables.RecordInCollection), core(tables.Collection)
        members_of = (
            select(members.c.collection_id, func.count().label("records"))
            .where(~members.c.gone)
            .group_by(members.c.collection_id)
        )
        counted = {row.collection_id: row.records for row in self.session.execute(members_of)}
        for row in self.session.execute(select(table.c.id, table.c.records)):
            self.verified.compared["collection"] += 1
            self._equal(f"collection {row.id}", "records", row.records, counted.get(row.id, 0))

    def _compare_mentions(self) -> None:
        counted, table = core(tables.EntityInRecord), core(tables.EntityCount)
        sums = select(counted.c.entity_id, func.sum(counted.c.mentions), func.count()).group_by(
            counted.c.entity_id
        )
        expected = {
            entity: (mentions, records) for entity, mentions, records in self.session.execute(sums)
        }
        stored = {
            row.entity_id: (row.mentions, row.records)
            for row in self.session.execute(select(table))
        }
        for entity in sorted(expected.keys() | stored.keys()):
            found = stored.get(entity)
            self._equal(f"entity {entity}", "mentions and records", found, expected.get(entity))

    def _count(self, model: type[SQLModel]) -> int:
        query = select(func.count()).select_from(core(model))
        return int(self.session.execute(query).scalar_one())

    def _compare_index(self) -> None:
        corpus = self.session.execute(select(core(tables.Corpus))).one_or_none()
        if corpus is None:
            self._tell("corpus", "the row", None, "there")
            return
        folder = folder_of(self.settings, corpus.generation, corpus.digest)
        if not folder.is_dir():
            self._tell("search index", "the folder", None, str(folder))
            return
        self._compare_passages(SearchIndex(folder))

    def _compare_passages(self, index: SearchIndex) -> None:
        """There are so many; each is found by all that is said of it; and no word stands in more
        of them."""
        standing: Counter[str] = Counter()
        for document in read_documents(self.session.connection()):
            self.verified.compared["passages"] += 1
            (words,), (record,) = document["words"], document["record"]
            standing.update(set(words.split()))
            place = record, tuple(document["paragraph"])
            if place not in {(hit.record, hit.paragraphs) for hit in index.find_like(document)}:
                numbers = ", ".join(map(str, place[1]))
                where = f"search index: record {record}, paragraphs {numbers}"
                self._tell(where, "the passage with these words", None, words)
        expected = self.verified.compared["passages"]
        self._equal("search index", "passages", index.passages, expected)
        for word in standing.keys() | set(index.words()):
            if len(word.encode()) < LONGEST_WORD:
                self.verified.compared["words"] += 1
                found = index.count(index.phrase([word]))
                self._equal("search index", f"passages with {word!r}", found, standing[word])


def _plain(value: Any) -> Any:
    """A value as the database gives it back: JSON knows no tuples."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
