"""Loading: one transaction from the seed as it lies to a generation of the corpus.

What stands unchanged is left alone: a record is read again only where its own files, the
authorities or the reader itself have changed. A file that cannot be taken is refused whole and
reported, and what was served of it before goes on being served.
"""

from __future__ import annotations

import json
import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Select, Text, cast, delete, func, insert, select, update
from sqlmodel import Session, SQLModel

from api import parsing, representations
from api.errors import Complaint, SeedError
from api.loading.build import Authorities
from api.loading.collections import CollectionWriter
from api.loading.progress import Progress
from api.loading.readers import Read, Reader, Stamp, Task, count_processes, read_record
from api.loading.rows import Rows, authority_row
from api.loading.seed import UNSEEN, Seed, SeedFile, Unread, scan_seed
from api.loading.volumes import TeiFile
from api.parsing.curated import Authority, AuthorityFile, GoneId, read_curated
from api.parsing.identities import OldParagraph, Previous
from api.settings import Settings
from api.store import tables
from api.store.engine import insert_rows, make_engine, open_session, take_stock
from api.store.index_building import (
    IndexBuild,
    begin_index,
    build_index,
    finish_index,
    folder_of,
    forget_begun,
    forget_uncommitted,
)
from api.store.index_documents import make_documents, read_documents
from api.store.tables import core
from api.text import sha256_hex

T = TypeVar("T")

_BATCH = 2_000
"""Rows of text to gather before they are written."""

_OWNED = (
    tables.EntityInRecord,
    tables.MentionSegment,
    tables.Mention,
    tables.ApparatusItem,
    tables.Discrepancy,
    tables.Section,
    tables.Paragraph,
    tables.GoneParagraph,
    tables.RecordLanguage,
    tables.Rendered,
)
"""What goes and comes with a record, children first."""


@dataclass
class LoadReport:
    """What a load did. `loaded`, `unchanged`, `removed` and `refused` count records and files."""

    loaded: int = 0
    unchanged: int = 0
    removed: int = 0
    paragraphs: int = 0
    mentions: int = 0
    generation: int | None = None
    seconds: float = 0.0
    entities_changed: bool = False
    complaints: list[Complaint] = field(default_factory=list)

    @property
    def refused(self) -> list[str]:
        """The files with errors, in the order of their complaints."""
        return list(dict.fromkeys(c.file for c in self.complaints if c.severity == "error"))

    @property
    def changed(self) -> bool:
        """Whether a new generation came of it."""
        return bool(self.loaded or self.removed or self.entities_changed)

    def __str__(self) -> str:
        """One line that says what happened."""
        if not self.changed:
            done = f"Nothing has changed: {self.unchanged:,} records stand"
        else:
            done = (
                f"Loaded {self.loaded:,} records ({self.paragraphs:,} paragraphs, "
                f"{self.mentions:,} mentions); {self.unchanged:,} unchanged, "
                f"{self.removed:,} withdrawn"
            )
        refused = f"; {len(self.refused):,} files refused" if self.refused else ""
        return f"{done}{refused}. Generation {self.generation}, {self.seconds:.1f} s."


@cache
def reader_digest() -> str:
    """A hash of the readers' own code: what they would now read differently is read again.

    So is what would now be shown differently: some of it is kept as it is shown.
    """
    folders = [
        Path(parsing.__file__).parent,
        Path(representations.__file__).parent,
        Path(__file__).parent,
    ]
    sources = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    text = Path(__file__).parents[1] / "text.py"
    return sha256_hex(b"\0".join(path.read_bytes() for path in [*sources, text]))


def load_corpus(settings: Settings, progress: Progress | None = None) -> LoadReport:
    """Bring the database up to the seed.

    Waits for any other loader; then reads and writes what has changed in one transaction. With
    nothing changed it writes nothing, and the generation stays.
    """
    started = time.perf_counter()
    engine = make_engine(settings, read_only=False)
    try:
        with open_session(engine) as session, session.begin():
            report = _Load(settings, session, progress).run()
    finally:
        engine.dispose()
    report.seconds = time.perf_counter() - started
    return report


class _Load:
    """One load: its session, what the database knew, and the report it makes."""

    def __init__(self, settings: Settings, session: Session, progress: Progress | None) -> None:
        self.settings = settings
        self.session = session
        self.collections = CollectionWriter(session)
        self.progress = progress
        self.report = LoadReport()
        self.now = datetime.now(UTC).isoformat(timespec="seconds")
        self.before = session.execute(select(core(tables.Corpus))).one_or_none()
        self.generation = (self.before.generation if self.before else 0) + 1
        """The generation that comes of this load, if anything changes."""
        self.stamp = Stamp(self.now, self.generation)
        files = session.execute(_stored_files()).all()
        self.stored = {row.path: row for row in files}
        self.known = {
            path: SeedFile.known(path, sha256, size, mtime_ns)
            for path, sha256, size, mtime_ns, *_ in files
        }
        self.accepted = {row.path: row.accepted for row in files if row.accepted is not None}
        """Of each curated file, the last text that was taken."""
        record = core(tables.Record)
        records = session.execute(select(record.c.id, record.c.path))
        self.standing: dict[str, str] = {row.id: row.path for row in records.all()}
        """The file that each record was in."""
        self.claimed: dict[str, str] = {}
        """The file that each record is in."""
        self.made_from: dict[str, str] = {}
        """Of each source, a digest of all that its records stand on, where all could be read."""
        self.opened: set[str] = set()
        """TEI files that were opened: what does not stand in them any more is withdrawn."""
        self.complaints: dict[str, list[Complaint]] = {}
        """By file, of the files read in this load."""
        self.unread: set[str] = set()
        """Files that could not be read as they were found; the next load looks at them again."""
        self.rows: Rows = {}
        self.entities: dict[str, dict[str, Any]] = {}
        """Gathered to be written: what records need, and the entities that they bring along."""
        self.dates: set[str] = set()
        """Dates that are known to be in the database."""
        self.recounted: set[str] = set()
        """Entities that are mentioned otherwise than before."""
        self.curated: set[str] = set()
        """Entities of the authority files."""
        self.loose: set[str] = set()
        """Others whom this load may have left with nothing to keep them."""
        self.index: IndexBuild | None = None
        """A new search index that takes in what is written, where that is most of the corpus."""

    def run(self) -> LoadReport:
        """Everything, within the session's transaction."""
        try:
            return self._run()
        except BaseException:
            if self.index:
                self.index.abandon()
            raise

    def _run(self) -> LoadReport:
        forget_begun(self.settings)
        seed = scan_seed(
            self.settings.seed_dir, self.known, max_bytes=self.settings.max_seed_file_bytes
        )
        self._complain(seed.complaints)
        entities = self._read_authorities(seed)
        shared = sha256_hex("\n".join([reader_digest(), *map(repr, entities)]))
        sources = seed.of_kind("source")
        digests, due = self._find_due(seed, sources, shared)
        self.made_from = dict(digests)
        for file in due:
            del self.made_from[file.path]
        self._claim(sources, due)
        self.curated = {entity.id for entity in entities}
        self._write_authorities(entities)
        if due:
            authorities = Authorities(entities, shared)
            self._load_records(seed, due, digests, authorities)
        self._withdraw()
        self.collections.count()
        self._count_mentions()
        self._forget_entities()
        self._settle(seed, sha256_hex("\n".join(f"{p} {d}" for p, d in sorted(digests.items()))))
        self._index()
        if self.before:
            self.collections.stamp(datetime.now(UTC).isoformat(timespec="seconds"))
        return self.report

    def _index(self) -> None:
        """The search index of this generation: what was begun along with the rows, and what stands;
        or that of the one before, and what has changed."""
        connection = self.session.connection()
        before = self.before.generation if self.before else 0
        forget_uncommitted(self.settings, before)
        if self.index:
            self.index.add(read_documents(connection, last=before))
            finish_index(self.settings, connection, self.index)
        else:
            base = folder_of(self.settings, before, self.before.digest) if self.before else None
            build_index(self.settings, connection, base)

    def _note_unread(self, path: str, error: SeedError) -> None:
        if isinstance(error, Unread):
            self.unread.add(path)

    def _complain(self, complaints: Iterable[Complaint]) -> None:
        for complaint in complaints:
            self.complaints.setdefault(complaint.file, []).append(complaint)

    # Authorities

    def _read_authorities(self, seed: Seed) -> list[Authority]:
        """The entities of every authority file that can be taken, or as it was when it could."""
        entities: dict[str, Authority] = {}
        for file in seed.of_kind("authorities"):
            self.complaints.setdefault(file.path, [])
            try:
                text = seed.read_text(file)
                taken = read_entities(text, entities)
            except SeedError as error:
                self._note_unread(file.path, error)
                self._complain(complaint.within(file.path) for complaint in error.complaints)
                try:
                    taken = read_entities(self.accepted.get(file.path, ""), entities)
                except SeedError:
                    continue
            else:
                self.accepted[file.path] = text
            entities.update((entity.id, entity) for entity in taken)
        return list(entities.values())

    def _write_authorities(self, entities: Sequence[Authority]) -> None:
        table = core(tables.Entity)
        # One that only a source described before may have come into the authorities.
        described = select(table).where(table.c.origin != "derived")
        existing = {row.id: dict(row._mapping) for row in self.session.execute(described)}
        rows = [authority_row(entity) for entity in entities]
        new = [row for row in rows if row["id"] not in existing]
        self._insert(tables.Entity, new)
        for row in rows:
            if row["id"] in existing and existing[row["id"]] != row:
                self.session.execute(update(table).where(table.c.id == row["id"]).values(**row))
                self.report.entities_changed = True
        self.report.entities_changed |= bool(new)
        stood = {one for one, row in existing.items() if row["origin"] == "curated"}
        self.loose |= stood - self.curated

    def _forget_entities(self) -> None:
        """Entities that have left the authority files, and dates nobody mentions any more."""
        table, mention = core(tables.Entity), core(tables.Mention)
        mentioned = select(mention.c.entity_id).where(mention.c.entity_id == table.c.id).exists()
        idle = select(table.c.id, table.c.origin).where(~mentioned)
        found = [
            row
            for some in _batches(sorted(self.recounted | self.loose), 500)
            for row in self.session.execute(idle.where(table.c.id.in_(some)))
        ]
        gone = [row.id for row in found if row.origin == "derived"]
        if described := {row.id for row in found if row.origin != "derived"} - self.curated:
            gone += described - self._parties()
        for some in _batches(gone, 500):
            self.session.execute(delete(table).where(table.c.id.in_(some)))
        self.report.entities_changed |= bool(gone)

    def _count_mentions(self) -> None:
        """How often entities are mentioned, of those of whom that has changed."""
        table, counted = core(tables.EntityCount), core(tables.EntityInRecord)
        for some in _batches(sorted(self.recounted), 500):
            self.session.execute(delete(table).where(table.c.entity_id.in_(some)))
            sums = (
                select(counted.c.entity_id, func.sum(counted.c.mentions), func.count())
                .where(counted.c.entity_id.in_(some))
                .group_by(counted.c.entity_id)
            )
            columns = ["entity_id", "mentions", "records"]
            self.session.execute(insert(table).from_select(columns, sums))

    def _parties(self, records: Sequence[str] | None = None) -> set[str]:
        """Whoever wrote or received parts of records: entities, and names that are none."""
        table = core(tables.Section)
        query = select(table.c.sender, table.c.addressees, table.c.manner).where(
            table.c.sender.is_not(None) | (table.c.origin == "source")
        )
        if records is not None:
            query = query.where(table.c.record_id.in_(records))
        return {
            name
            for sender, addressees, manner in self.session.execute(query)
            for name in (sender, *addressees, *(manner or {}).values())
            if name
        }

    # Records

    def _find_due(
        self,
        seed: Seed,
        sources: Sequence[SeedFile],
        shared: str,
    ) -> tuple[dict[str, str], list[SeedFile]]:
        """A digest of all that each source's records stand on, and the sources to be read again.

        Those are the ones whose record, or any of whose records, does not stand on it; and those
        that can be looked at again, or a file beside them, though they could not before.
        """
        unseen = {path for path, file in self.known.items() if file.mtime_ns == UNSEEN}
        digests: dict[str, str] = {}
        due = []
        for file in sources:
            record = file.record or ""
            beside = seed.companions_below(record) if file.is_tei else seed.beside(record)
            digest = digests[file.path] = _digest(file, beside, shared)
            stored = self.stored.get(file.path)
            stands = stored is not None and stored.made_from == digest
            if not stands or (unseen and _is_back((file, *beside), unseen)):
                due.append(file)
        return digests, due

    def _claim(self, sources: Sequence[SeedFile], due: Sequence[SeedFile]) -> None:
        """Which file each record is in, as far as that is known before files are opened."""
        volumes = {file.path for file in sources if file.is_tei}
        self.claimed = {
            file.record or "": file.path for file in sources if file.path not in volumes
        }
        if unread := volumes - {file.path for file in due}:
            for record, path in self.standing.items():
                if path in unread:
                    self.claimed.setdefault(record, path)
        self.report.unchanged = len(self.claimed) - sum(f.path not in volumes for f in due)

    def _load_records(
        self,
        seed: Seed,
        due: Sequence[SeedFile],
        digests: Mapping[str, str],
        authorities: Authorities,
    ) -> None:
        reader = Reader(seed.folder, list(authorities.entities.values()), authorities, self.stamp)
        if 2 * sum(not file.is_tei for file in due) >= len(self.standing):
            self.index = begin_index(self.settings, self.generation)
        done = 0
        for is_tei, group in groupby(due, key=lambda file: file.is_tei):
            files = list(group)
            if is_tei:
                for file in files:
                    self.complaints.setdefault(file.path, [])
                    self._load_volume(seed, file, digests[file.path], authorities)
                    done += 1
                    self._tell(done, len(due))
                continue
            tasks = (self._task(seed, file, digests[file.path]) for file in files)
            for read in reader.read(tasks, count_processes(files)):
                self._take(read)
                done += 1
                self._tell(done, len(due))
        self._write()

    def _tell(self, done: int, due: int) -> None:
        if self.progress:
            self.progress(done, due)

    def _task(
        self,
        seed: Seed,
        file: SeedFile,
        digest: str,
        record: str | None = None,
    ) -> Task:
        """What there is to read of a record: by default the one that its file is named after."""
        record = record or file.record or ""
        beside = seed.beside(record)
        paths = [companion.path for companion in beside if companion]
        accepted = {path: self.accepted[path] for path in paths if path in self.accepted}
        history = history_of(self.session, record) if record in self.standing else (None, {})
        return Task(record, file, digest, *beside, accepted, *history)

    def _take(self, read: Read) -> None:
        """Take up what was read of a record, to be written with others."""
        for path in (read.file.path, *read.opened):
            self.complaints.setdefault(path, [])
        self._complain(read.complaints)
        self.unread.update(read.unread)
        self.accepted |= read.accepted
        if read.rows is None:
            return
        self.entities |= read.entities
        for table, rows in read.rows.items():
            self.rows.setdefault(table, []).extend(rows)
        if not read.file.is_tei:
            self.made_from[read.file.path] = read.rows["record"][0]["input_digest"]
        self.report.loaded += 1
        self.report.paragraphs += len(read.rows["paragraph"])
        self.report.mentions += len(read.rows["mention"])
        if len(self.rows["paragraph"]) >= _BATCH:
            self._write()

    def _load_volume(
        self,
        seed: Seed,
        file: SeedFile,
        digest: str,
        authorities: Authorities,
    ) -> None:
        """The records of a TEI file."""
        try:
            data = seed.read(file)
            tei = TeiFile(file.path, file.record or "", data, authorities.entities)
        except SeedError as error:
            self._note_unread(file.path, error)
            self._complain(complaint.within(file.path) for complaint in error.complaints)
            self._keep(file)
            return
        self.opened.add(file.path)
        self._complain(tei.complaints)
        self._load_documents(seed, file, tei, authorities)
        if not _has_errors(self.complaints[file.path]):
            self.made_from[file.path] = digest

    def _keep(self, file: SeedFile) -> None:
        """What was served of a file that cannot be opened now goes on being served."""
        for record, path in self.standing.items():
            if path == file.path:
                self.claimed.setdefault(record, path)

    @cached_property
    def _input_digests(self) -> dict[str, str]:
        """Of each record in the database, a digest of all that it was made from."""
        table = core(tables.Record)
        rows = self.session.execute(select(table.c.id, table.c.input_digest))
        return {row.id: row.input_digest for row in rows}

    def _load_documents(
        self,
        seed: Seed,
        file: SeedFile,
        tei: TeiFile,
        authorities: Authorities,
    ) -> None:
        """The records of a TEI file that are not in the database as they stand in it."""
        shared = authorities.digest
        for source in tei.sources():
            record = source.record
            taken = self.claimed.setdefault(record, file.path)
            if taken != file.path:
                line = source.raw.node.line
                message = f"the record {record!r} is already in {taken}"
                self._complain([Complaint(message, file.path, line)])
                continue
            hashes = [companion.sha256 if companion else "" for companion in seed.beside(record)]
            digest = sha256_hex("\n".join([shared, file.path, source.digest, *hashes]))
            if self._input_digests.get(record) == digest:
                self.report.unchanged += 1
                continue
            task = self._task(seed, file, digest, record)
            self._take(read_record(seed, task, source.source, authorities, self.stamp, source))
        for companion in seed.companions_below(file.record or ""):
            if companion.record not in self.claimed:
                message = f"there is no record {companion.record!r} in {file.path}"
                self._complain([Complaint(message, companion.path, severity="warning")])

    def _write(self) -> None:
        """Write what has been gathered."""
        rows, self.rows = self.rows, {}
        entities = {one: row for one, row in self.entities.items() if one not in self.dates}
        self.entities = {}
        self.loose |= entities.keys()
        records = [row["id"] for row in rows.get("record", ())]
        self._delete(records)
        entity, gone = core(tables.Entity), core(tables.GoneRecord)
        for some in _batches(list(entities), 500):
            existing = {
                row.id: dict(row._mapping)
                for row in self.session.execute(select(entity).where(entity.c.id.in_(some)))
            }
            self._insert(tables.Entity, [entities[one] for one in some if one not in existing])
            for one, row in existing.items():
                # What authorities say of it holds, as long as they say it.
                known = row["origin"] == "derived" or one in self.curated
                if not known and row != entities[one]:
                    change = update(entity).where(entity.c.id == one).values(**entities[one])
                    self.session.execute(change)
            standing = ((one, existing.get(one, entities[one])) for one in some)
            self.dates.update(one for one, row in standing if row["origin"] == "derived")
        for some in _batches(records, 500):
            self.session.execute(delete(gone).where(gone.c.id.in_(some)))
        self.recounted.update(row["entity_id"] for row in rows.get("entity_in_record", ()))
        self.collections.add(rows.get("collection", ()))
        self._write_revisions(rows.get("revision", ()))
        for table in (tables.Record, *reversed(_OWNED)):
            self._insert(table, rows.get(core(table).name, []))
        if self.index:
            self.index.add(make_documents(rows))
        self.collections.link(records, rows.get("record_in_collection", ()))

    def _write_revisions(self, revisions: Sequence[dict[str, Any]]) -> None:
        """Number those that are new to their records; of others, the paragraphs may be."""
        table = core(tables.Revision)
        for some in _batches(revisions, 500):
            numbers: dict[str, dict[str, int]] = {}
            records = [revision["record_id"] for revision in some]
            query = select(table.c.record_id, table.c.sha256, table.c.number)
            for row in self.session.execute(query.where(table.c.record_id.in_(records))):
                numbers.setdefault(row.record_id, {})[row.sha256] = row.number
            new = []
            for revision in some:
                record, sha256 = revision["record_id"], revision["sha256"]
                known = numbers.get(record, {})
                if sha256 in known:
                    ours = (table.c.record_id == record) & (table.c.sha256 == sha256)
                    ids = revision["paragraph_ids"]
                    self.session.execute(update(table).where(ours).values(paragraph_ids=ids))
                else:
                    new.append(revision | {"number": max(known.values(), default=0) + 1})
            self._insert(tables.Revision, new)

    def _delete(self, records: Sequence[str]) -> None:
        counted = core(tables.EntityInRecord)
        for some in _batches(records, 500):
            mentioned = select(counted.c.entity_id).where(counted.c.record_id.in_(some)).distinct()
            self.recounted.update(self.session.execute(mentioned).scalars())
            self.loose |= self._parties(some)
            for model in _OWNED:
                table = core(model)
                self.session.execute(delete(table).where(table.c.record_id.in_(some)))
            record = core(tables.Record)
            self.session.execute(delete(record).where(record.c.id.in_(some)))

    def _insert(self, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
        insert_rows(self.session, core(model), rows)

    def _withdraw(self) -> None:
        """Records whose source has left the seed are served no more, and remembered as gone."""
        refused = {
            file
            for file, found in self.complaints.items()
            if _has_errors(found) and file not in self.opened
        }
        gone = [
            row
            for some in _batches(sorted(self.standing.keys() - self.claimed.keys()), 500)
            for row in self.session.execute(_described(some))
            if row.path not in refused
        ]
        self._delete([row.id for row in gone])
        self.collections.withdraw([row.id for row in gone], self.now)
        self._insert(
            tables.GoneRecord,
            [
                {
                    "id": row.id,
                    "title": row.title,
                    "repository": row.repository,
                    "gone_at": self.now,
                    "gone_in": self.generation,
                }
                for row in gone
            ],
        )
        self.report.removed = len(gone)

    # The end

    def _settle(self, seed: Seed, digest: str) -> None:
        """Write down what each file was, gather the report, and close the generation."""
        self._write_files(seed)
        table = core(tables.Corpus)
        if self.before and not self.report.changed and self.before.digest == digest:
            self.report.generation = self.before.generation
            return
        counts = {
            name: self.session.execute(select(func.count()).select_from(core(model))).scalar_one()
            for name, model in (
                ("records", tables.Record),
                ("paragraphs", tables.Paragraph),
                ("entities", tables.Entity),
                ("mentions", tables.Mention),
            )
        }
        self.session.execute(delete(table))
        self.session.execute(
            insert(table).values(
                id=1, generation=self.generation, digest=digest, loaded_at=self.now, **counts
            )
        )
        generations = core(tables.Generation)
        self.session.execute(insert(generations).values(number=self.generation, digest=digest))
        self.report.generation = self.generation
        if self.report.loaded * 10 > counts["records"]:
            take_stock(self.session)

    def _write_files(self, seed: Seed) -> None:
        table = core(tables.SeedFile)
        rows = {}
        for path, file in seed.files.items():
            found = self.complaints.get(path)
            stored = self.stored.get(path)
            if found is None and stored is not None:
                # Not read this time: what was said of it still holds.
                if said := _stored_complaints(stored):
                    found = self.complaints[path] = [Complaint(**one) for one in said]
                if file is self.known[path] and self.made_from.get(path) == stored.made_from:
                    continue
            rows[path] = {
                "path": path,
                "sha256": file.sha256,
                "size": file.size,
                "mtime_ns": UNSEEN if path in self.unread else file.mtime_ns,
                "state": "refused" if _has_errors(found or ()) else "loaded",
                "accepted": self.accepted.get(path),
                "made_from": self.made_from.get(path),
                "complaints": [asdict(complaint) for complaint in found or ()],
            }
        changed = [
            path
            for path, row in rows.items()
            if path not in self.stored or _as_written(self.stored[path]) != row
        ]
        vanished = [path for path in self.stored if path not in seed.files]
        for some in _batches([*changed, *vanished], 500):
            self.session.execute(delete(table).where(table.c.path.in_(some)))
        self._insert(tables.SeedFile, [rows[path] for path in changed])
        self.report.complaints = [c for _, found in sorted(self.complaints.items()) for c in found]


def history_of(session: Session, record: str) -> tuple[Previous, dict[str, list[str]]]:
    """What the database holds of a record: its paragraphs, its gone ids, its revisions."""
    paragraph, gone = core(tables.Paragraph), core(tables.GoneParagraph)
    revision, current = core(tables.Revision), core(tables.Record)
    old = session.execute(
        select(paragraph.c.id, paragraph.c.text, paragraph.c.text_sha256)
        .where(paragraph.c.record_id == record)
        .order_by(paragraph.c.number)
    )
    went = session.execute(select(gone.c.id, gone.c.successors).where(gone.c.record_id == record))
    sha256 = session.execute(
        select(current.c.source_sha256).where(current.c.id == record)
    ).scalar_one_or_none()
    previous = Previous(
        sha256,
        tuple(OldParagraph(row.id, row.text, row.text_sha256) for row in old),
        tuple(GoneId(id=row.id, successors=tuple(row.successors)) for row in went),
    )
    revisions = session.execute(
        select(revision.c.sha256, revision.c.paragraph_ids).where(revision.c.record_id == record)
    )
    return previous, {row.sha256: row.paragraph_ids for row in revisions}


def _stored_files() -> Select[Any]:
    """The files as last seen. Complaints stay text, as nearly all have none."""
    columns = core(tables.SeedFile).c
    others = (column for column in columns if column.name != "complaints")
    return select(*others, cast(columns.complaints, Text).label("complaints"))


def _stored_complaints(file: Any) -> list[dict[str, Any]]:
    return [] if file.complaints == "[]" else json.loads(file.complaints)


def _as_written(file: Any) -> dict[str, Any]:
    return {**file._mapping, "complaints": _stored_complaints(file)}


def _described(records: Sequence[str]) -> Select[Any]:
    """What is remembered of records that are gone."""
    table = core(tables.Record)
    query = select(table.c.id, table.c.path, table.c.title, table.c.repository)
    return query.where(table.c.id.in_(records))


def _digest(file: SeedFile, beside: Iterable[SeedFile | None], shared: str) -> str:
    """Of all that the rows of a file's records are made from."""
    if file.is_tei:
        hashes = [f"{one.path} {one.sha256}" for one in beside if one]
    else:
        hashes = [one.sha256 if one else "" for one in beside]
    return sha256_hex("\n".join([shared, file.path, file.sha256, *hashes]))


def _is_back(files: Iterable[SeedFile | None], unseen: Container[str]) -> bool:
    """Whether any of these can be looked at, and is of those that could not be."""
    return any(one and one.path in unseen and one.mtime_ns != UNSEEN for one in files)


def read_entities(text: str, others: Mapping[str, Authority]) -> Sequence[Authority]:
    """An authority file's entities; SeedError where an id is taken."""
    file, locate = read_curated(text, AuthorityFile)
    seen: set[str] = set()
    complaints = []
    for at, entity in enumerate(file.entities):
        if entity.id in seen or entity.id in others:
            line, column = locate(("entities", at, "id"))
            complaints.append(Complaint(f"the id {entity.id!r} is taken", line=line, column=column))
        seen.add(entity.id)
    if complaints:
        raise SeedError(*complaints)
    return file.entities


def _has_errors(complaints: Iterable[Complaint]) -> bool:
    return any(complaint.severity == "error" for complaint in complaints)


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
