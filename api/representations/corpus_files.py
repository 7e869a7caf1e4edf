"""The whole corpus as a file: newline-delimited JSON, and an SQLite database for Datasette."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import Session

from api.queries.entities import entity_labels, list_entities_of_record
from api.queries.mentions import all_mentions, list_apparatus, list_discrepancies, segments_of
from api.queries.pages import Row
from api.queries.paragraphs import all_paragraphs, list_sections
from api.queries.records import find_record
from api.representations.entities import entity_in_record_out
from api.representations.records import record_out
from api.representations.shapes import RecordOut
from api.representations.texts import (
    Offsets,
    apparatus_out,
    discrepancy_out,
    mention_out,
    outline_tree,
    paragraph_out,
)
from api.representations.urls import Urls
from api.store import tables
from api.store.tables import core

_BATCH = 1_000


def write_ndjson(session: Session, path: Path, urls: Urls) -> None:
    """Every record, whole, one to a line, in the order of their ids."""
    record = core(tables.Record)
    ids = session.execute(select(record.c.id).order_by(record.c.id)).scalars().all()
    with path.open("wb") as file:
        for one in ids:
            file.write(orjson.dumps(whole_record_out(session, one, urls)) + b"\n")


def whole_record_out(session: Session, record: str, urls: Urls) -> RecordOut:
    """A record with everything that can be embedded in it."""
    out = record_out(find_record(session, record), urls)
    mentions = all_mentions(session, record)
    segments = segments_of(session, mentions)
    labels = entity_labels(session, {row.entity_id for row in mentions if row.entity_id})
    offsets = Offsets()
    out["paragraphs"] = [paragraph_out(row, urls) for row in all_paragraphs(session, record)]
    out["outline"] = outline_tree(list_sections(session, record), urls)
    out["entities"] = [
        entity_in_record_out(row, record, urls) for row in list_entities_of_record(session, record)
    ]
    out["mentions"] = [
        mention_out(row, segments[record, row.position], labels, offsets) for row in mentions
    ]
    out["apparatus"] = [apparatus_out(row, offsets) for row in list_apparatus(session, record)]
    out["discrepancies"] = [
        discrepancy_out(row, offsets) for row in list_discrepancies(session, record)
    ]
    return out


_TABLES = """
CREATE TABLE records (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    date TEXT,
    date_edtf TEXT,
    date_begin TEXT,
    date_end TEXT,
    summary TEXT,
    credits TEXT,
    repository TEXT,
    fond TEXT,
    citation TEXT,
    reference TEXT,
    digital_archive TEXT,
    url TEXT,
    rights TEXT,
    review TEXT NOT NULL,
    source_sha256 TEXT NOT NULL
);
CREATE TABLE record_languages (
    record_id TEXT NOT NULL REFERENCES records(id),
    language TEXT NOT NULL,
    PRIMARY KEY (record_id, language)
);
CREATE TABLE contributors (
    record_id TEXT NOT NULL REFERENCES records(id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (record_id, position)
);
CREATE TABLE sections (
    record_id TEXT NOT NULL REFERENCES records(id),
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,
    layer TEXT,
    first_paragraph INTEGER NOT NULL,
    last_paragraph INTEGER NOT NULL,
    parent_id TEXT,
    origin TEXT NOT NULL,
    PRIMARY KEY (record_id, id)
);
CREATE TABLE paragraphs (
    record_id TEXT NOT NULL REFERENCES records(id),
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    section_id TEXT,
    layer TEXT,
    speaker TEXT,
    continues INTEGER,
    continued_by INTEGER,
    PRIMARY KEY (record_id, number)
);
CREATE UNIQUE INDEX paragraphs_by_id ON paragraphs(record_id, id);
CREATE TABLE entities (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    description TEXT,
    edtf TEXT,
    origin TEXT NOT NULL
);
CREATE TABLE entity_names (
    entity_id TEXT NOT NULL REFERENCES entities(id),
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    type TEXT NOT NULL,
    PRIMARY KEY (entity_id, position)
);
CREATE TABLE entity_identifiers (
    entity_id TEXT NOT NULL REFERENCES entities(id),
    authority TEXT NOT NULL,
    identifier TEXT NOT NULL,
    PRIMARY KEY (entity_id, authority)
);
CREATE TABLE mentions (
    record_id TEXT NOT NULL REFERENCES records(id),
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    entity_id TEXT REFERENCES entities(id),
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    quote TEXT NOT NULL,
    tier TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (record_id, position)
);
CREATE INDEX mentions_by_entity ON mentions(entity_id);
CREATE TABLE mention_segments (
    record_id TEXT NOT NULL,
    mention_position INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    paragraph INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    quote TEXT NOT NULL,
    PRIMARY KEY (record_id, mention_position, segment),
    FOREIGN KEY (record_id, mention_position) REFERENCES mentions(record_id, position),
    FOREIGN KEY (record_id, paragraph) REFERENCES paragraphs(record_id, number)
);
CREATE TABLE apparatus (
    record_id TEXT NOT NULL REFERENCES records(id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    paragraph INTEGER,
    field TEXT,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    quote TEXT NOT NULL,
    note TEXT,
    correction TEXT,
    origin TEXT NOT NULL,
    PRIMARY KEY (record_id, id),
    FOREIGN KEY (record_id, paragraph) REFERENCES paragraphs(record_id, number)
);
CREATE TABLE discrepancies (
    record_id TEXT NOT NULL REFERENCES records(id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    summary TEXT NOT NULL,
    claims TEXT NOT NULL,
    note TEXT,
    origin TEXT NOT NULL,
    PRIMARY KEY (record_id, id)
);
CREATE TABLE corpus (
    generation INTEGER NOT NULL,
    digest TEXT NOT NULL,
    loaded_at TEXT NOT NULL
);
CREATE VIRTUAL TABLE paragraphs_fts USING fts5 (
    text, content='paragraphs', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE records_fts USING fts5 (
    title, summary, content='records', tokenize='porter unicode61 remove_diacritics 2'
);
"""

_INDEXES = """
INSERT INTO paragraphs_fts (paragraphs_fts) VALUES ('rebuild');
INSERT INTO records_fts (records_fts) VALUES ('rebuild');
INSERT INTO paragraphs_fts (paragraphs_fts) VALUES ('optimize');
"""


def write_database(session: Session, path: Path) -> None:
    """The corpus in plain tables with foreign keys, texts and titles in FTS5; offsets in code
    points."""
    database = sqlite3.connect(path)
    try:
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        database.executescript(_TABLES)
        for table, rows in _rows(session):
            for some in _batches(rows):
                marks = ", ".join("?" * len(some[0]))
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", some)
        database.commit()
        database.executescript(_INDEXES)
        database.commit()
        database.execute("VACUUM")
    finally:
        database.close()


Values = tuple[Any, ...]


def _rows(session: Session) -> Iterator[tuple[str, Iterable[Values]]]:
    """Each table's rows, tables in an order that foreign keys allow."""
    records = list(_stream(session, tables.Record, "id"))
    yield "records", map(_record_values, records)
    yield "record_languages", _plain(session, tables.RecordLanguage, "record_id", "tag")
    yield (
        "contributors",
        (
            (record.id, at, one["name"], one["role"])
            for record in records
            for at, one in enumerate(record.citation["contributors"], 1)
        ),
    )
    columns = "record_id id position title kind level layer first last parent origin"
    yield "sections", _plain(session, tables.Section, *columns.split())
    columns = "record_id number id kind text section_id layer speaker continues continued_by"
    yield "paragraphs", _plain(session, tables.Paragraph, *columns.split())
    columns = "id kind label description edtf origin"
    yield "entities", _plain(session, tables.Entity, *columns.split())
    yield (
        "entity_names",
        (
            (entity.id, at, name["text"], name["type"])
            for entity in _stream(session, tables.Entity, "id")
            for at, name in enumerate(entity.names, 1)
        ),
    )
    yield (
        "entity_identifiers",
        (
            (entity.id, authority, identifier)
            for entity in _stream(session, tables.Entity, "id")
            for authority, identifier in sorted(entity.same_as.items())
        ),
    )
    columns = "record_id position id entity_id kind ref quote tier origin"
    yield "mentions", _plain(session, tables.Mention, *columns.split())
    columns = "record_id position segment paragraph start end quote"
    yield "mention_segments", _plain(session, tables.MentionSegment, *columns.split())
    columns = "record_id id kind paragraph field start end quote note correction origin"
    yield "apparatus", _plain(session, tables.ApparatusItem, *columns.split())
    yield (
        "discrepancies",
        (
            (row.record_id, row.id, row.kind, row.summary, _json(row.claims), row.note, row.origin)
            for row in _stream(session, tables.Discrepancy, "record_id", "position")
        ),
    )
    yield "corpus", _plain(session, tables.Corpus, "generation", "digest", "loaded_at")


def _record_values(row: Row) -> Values:
    date, citation, rights = row.date or {}, row.citation, row.rights or {}
    return (
        row.id,
        row.title,
        date.get("expression"),
        date.get("edtf"),
        row.date_begin,
        row.date_end,
        row.summary,
        row.credits,
        row.repository,
        row.fond,
        citation["verbatim"],
        (citation["reference"] or {}).get("as_written"),
        citation["digital_archive"],
        citation["url"],
        rights.get("text"),
        row.review,
        row.source_sha256,
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _stream(session: Session, model: type[Any], *order: str) -> Iterable[Row]:
    table = core(model)
    query = select(table).order_by(*(table.c[name] for name in order))
    return session.execute(query.execution_options(yield_per=_BATCH))


def _plain(session: Session, model: type[Any], *columns: str) -> Iterable[Values]:
    table = core(model)
    query = select(*(table.c[name] for name in columns)).order_by(
        *(column for column in table.primary_key.columns)
    )
    for row in session.execute(query.execution_options(yield_per=_BATCH)):
        yield tuple(row)


def _batches(rows: Iterable[Values]) -> Iterator[Sequence[Values]]:
    batch: list[Values] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
