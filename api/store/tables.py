"""Every table.

On PostgreSQL every text has the collation "C", by its migration: lists and cursors go by code
points on either database.

A generation of the corpus is what these tables hold after one transaction of the loader. Rows of
a record go and come together; `record` is their only owner.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def _one_of(column: str, *values: str) -> CheckConstraint:
    # For a list SQLite would fill a table anew with every row.
    allowed = " OR ".join(f"{column} = '{value}'" for value in values)
    return CheckConstraint(allowed, name=column)


def _big() -> Any:
    # SQLite's integers have 64 bits whatever they are called.
    return Column(BigInteger().with_variant(Integer(), "sqlite"), nullable=False)


def _origin() -> CheckConstraint:
    return _one_of("origin", "source", "derived", "curated")


def _of_record() -> Any:
    return Column(Text, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)


class _Table(SQLModel):
    """Described to the database; that pydantic can check rows as well is prepared when asked."""

    model_config = {"defer_build": True}


class Corpus(_Table, table=True):
    """The generation that is being served; one row."""

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(1, primary_key=True)
    generation: int
    digest: str
    """Of everything the generation was made from, and of the reader that made it."""
    loaded_at: str
    """UTC, ISO 8601, seconds."""
    records: int
    paragraphs: int
    entities: int
    mentions: int


class Generation(_Table, table=True):
    """A generation that led to the one being served, itself among them.

    Where a database was restored, or a replica promoted that had not seen the last load, numbers
    come again: what was made from the lost generation must not be taken for what this one has.
    """

    number: int = Field(primary_key=True)
    digest: str = Field(sa_column=Column(Text, nullable=False))


class SeedFile(_Table, table=True):
    """A file of the seed as last seen, and what was said about it."""

    __tablename__ = "seed_file"
    __table_args__ = (_one_of("state", "loaded", "refused"),)

    path: str = Field(primary_key=True)
    sha256: str
    size: int = Field(sa_column=_big())
    mtime_ns: int = Field(sa_column=_big())
    state: str
    accepted: str | None = Field(None, sa_column=Column(Text))
    """Of a curated file, the last text that was taken: it holds while a newer one is refused."""
    made_from: str | None = Field(None, sa_column=Column(Text))
    """Of a source, a digest of all that its records were made from when it was last taken whole."""
    complaints: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))


class Record(_Table, table=True):
    """One archival document with its description."""

    __table_args__ = (
        Index("ix_record_date", "sort_date", "id"),
        Index("ix_record_title", "sort_title", "id"),
        Index("ix_record_repository", "repository", "fond"),
        Index("ix_record_collection", "collection_id", "sort_date", "id"),
    )

    id: str = Field(primary_key=True)
    title: str
    sort_title: str
    date: dict[str, Any] | None = Field(None, sa_column=Column(JSON))
    sort_date: str
    """The first day it can mean; undated records stand last."""
    date_begin: str | None = None
    date_end: str | None = None
    summary: str | None = None
    credits: str | None = None
    languages: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    repository: str | None = None
    fond: str | None = None
    collection_id: str = Field(foreign_key="collection.id")
    """The innermost it belongs to."""
    citation: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    contents: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    other_fields: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    unread: list[str] = Field(sa_column=Column(JSON, nullable=False))
    ambiguous: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    editors: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    rights: dict[str, Any] | None = Field(None, sa_column=Column(JSON))
    review: str
    counts: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    volume: dict[str, Any] | None = Field(None, sa_column=Column(JSON(none_as_null=True)))
    """Where one file holds many records: its id and title, and the parts that lead to this one."""
    path: str = Field(index=True)
    """Of the source, below the seed folder."""
    source_sha256: str
    input_digest: str
    """Of all that the record's rows were made from; where it stands, the rows stand."""
    modified_at: str
    modified_in: int = Field(index=True)
    """The generation that brought these rows: what is derived from them follows by it."""


class Collection(_Table, table=True):
    """A repository, fonds, inventory, file or volume: what records belong to.

    One row, `root`, stands above all. A collection that has lost its last record stays, so that
    its URL and what is said of its withdrawn records stay.
    """

    __table_args__ = (
        _one_of(
            "level",
            "repository",
            "fonds",
            "series",
            "subseries",
            "file",
            "item",
            "volume",
            "collection",
        ),
        Index("ix_collection_parent", "parent", "sort_label", "id"),
    )

    id: str = Field(primary_key=True)
    path: str = Field(unique=True)
    """The id with its steps parted by colons."""
    parent: str | None = Field(None, foreign_key="collection.id")
    ancestors: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """Ids, outermost first, without the root."""
    level: str
    unit: str | None = None
    label: str
    sort_label: str
    title: str | None = None
    reference: str
    """Its labels from the outermost on: RGANI, f. 52, op. 1."""
    children: int
    """How many collections that hold records stand directly in it."""
    records: int
    """How many records belong to it, at any depth."""
    direct: int
    """How many of them to none of its children."""


class RecordInCollection(_Table, table=True):
    """A record and every collection above it, withdrawn records too, as harvesters ask."""

    __tablename__ = "record_in_collection"
    __table_args__ = (
        Index("ix_record_in_collection_date", "collection_id", "gone", "sort_date", "record_id"),
        Index("ix_record_in_collection_harvest", "collection_id", "datestamp", "record_id"),
    )

    record_id: str = Field(primary_key=True)
    collection_id: str = Field(primary_key=True, foreign_key="collection.id")
    sort_date: str
    datestamp: str
    """When it was last changed or withdrawn: UTC, ISO 8601, seconds, with a Z."""
    gone: bool


class RecordLanguage(_Table, table=True):
    """A language a record is in or was written in, for filtering."""

    __tablename__ = "record_language"

    record_id: str = Field(sa_column=_of_record())
    tag: str = Field(primary_key=True, index=True)


class Revision(_Table, table=True):
    """A source as it was loaded once, byte for byte."""

    record_id: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    number: int
    loaded_at: str
    path: str
    media_type: str
    paragraph_ids: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """In reading order: anchors of curated files made for this revision are followed by them."""
    source: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class GoneRecord(_Table, table=True):
    """A record that was served once and whose file is no more."""

    __tablename__ = "gone_record"

    id: str = Field(primary_key=True)
    title: str
    repository: str | None = None
    gone_at: str
    gone_in: int = Field(index=True)
    """The generation that withdrew it."""


class Paragraph(_Table, table=True):
    """One block of a record's text."""

    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("0 <= source_start AND source_start <= source_end", name="source_span"),
        Index("uq_paragraph_id", "record_id", "id", unique=True),
    )

    record_id: str = Field(sa_column=_of_record())
    number: int = Field(primary_key=True)
    id: str
    kind: str
    text: str
    text_sha256: str
    content: str | None = None
    section_id: str | None = None
    layer: str | None = None
    speaker: str | None = None
    continues: int | None = None
    continued_by: int | None = None
    source_start: int
    source_end: int


class Rendered(_Table, table=True):
    """What is asked for most, as it is answered: see `representations.prerendered`."""

    __table_args__ = (CheckConstraint("first >= 0", name="first"),)

    record_id: str = Field(sa_column=_of_record())
    first: int = Field(primary_key=True)
    """Number of the first paragraph of a run; 0 for the record itself."""
    total: int
    """Paragraphs of the record."""
    modified_at: str = Field(sa_column=Column(Text, nullable=False))
    """As the record has it."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class GoneParagraph(_Table, table=True):
    """A paragraph id that was served once, and the ids that took its place."""

    __tablename__ = "gone_paragraph"

    record_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    successors: list[str] = Field(sa_column=Column(JSON, nullable=False))


class Section(_Table, table=True):
    """A node of a record's outline."""

    __table_args__ = (
        CheckConstraint("1 <= first AND first <= last", name="run"),
        _origin(),
    )

    record_id: str = Field(sa_column=_of_record())
    id: str = Field(primary_key=True)
    position: int
    title: str
    kind: str
    level: int
    layer: str | None = None
    first: int
    last: int
    parent: str | None = None
    origin: str
    resp: str | None = None
    date: dict[str, Any] | None = Field(None, sa_column=Column(JSON))
    sender: str | None = None
    addressees: list[str] = Field(sa_column=Column(JSON, nullable=False))
    manner: dict[str, Any] | None = Field(None, sa_column=Column(JSON))


class Entity(_Table, table=True):
    """Somebody or something that texts mention."""

    __table_args__ = (
        _one_of(
            "kind",
            "person",
            "place",
            "state",
            "organisation",
            "armed_force",
            "event",
            "document",
            "date",
        ),
        Index("ix_entity_label", "sort_label", "id"),
        Index("ix_entity_kind", "kind", "sort_label", "id"),
        _origin(),
    )

    id: str = Field(primary_key=True)
    kind: str
    label: str
    sort_label: str
    names: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    description: str | None = None
    edtf: str | None = None
    """Of a date."""
    dates: dict[str, Any] | None = Field(None, sa_column=Column(JSON))
    same_as: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    origin: str


class Mention(_Table, table=True):
    """One place in one text where an entity is meant."""

    __table_args__ = (
        Index("uq_mention_id", "record_id", "id", unique=True),
        Index("ix_mention_entity", "entity_id", "record_id", "position"),
        _one_of("ref", "name", "role", "nominal", "adjective"),
        _one_of("tier", "editor", "full_name", "short_name", "suggested"),
        _origin(),
    )

    record_id: str = Field(sa_column=_of_record())
    position: int = Field(primary_key=True)
    """In reading order, from 1."""
    id: str
    entity_id: str | None = Field(None, foreign_key="entity.id")
    kind: str
    ref: str
    quote: str
    prefix: str
    suffix: str
    full_span: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    parent: str | None = None
    tier: str
    origin: str
    certainty: str | None = None
    resp: str | None = None
    note: str | None = None
    first: int
    last: int


class MentionSegment(_Table, table=True):
    """A mention's words in one paragraph; two where a page break cuts a name."""

    __tablename__ = "mention_segment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["record_id", "position"],
            ["mention.record_id", "mention.position"],
            ondelete="CASCADE",
        ),
        CheckConstraint('0 <= start AND start < "end"', name="span"),
        Index("ix_mention_segment_paragraph", "record_id", "paragraph"),
    )

    record_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    segment: int = Field(primary_key=True)
    paragraph: int
    start: int
    end: int
    quote: str


class EntityCount(_Table, table=True):
    """How often an entity is mentioned, and in how many records; none where it is not.

    The sums of `entity_in_record`: to add them up for each answer would take the longer the more
    records there are.
    """

    __tablename__ = "entity_count"

    entity_id: str = Field(
        sa_column=Column(Text, ForeignKey("entity.id", ondelete="CASCADE"), primary_key=True)
    )
    mentions: int
    records: int


class EntityInRecord(_Table, table=True):
    """How often a record mentions an entity."""

    __tablename__ = "entity_in_record"
    __table_args__ = (
        Index("ix_entity_in_record_record", "record_id", "entity_id"),
        Index("ix_entity_in_record_mentions", "entity_id", "mentions", "record_id"),
    )

    entity_id: str = Field(primary_key=True, foreign_key="entity.id")
    record_id: str = Field(sa_column=_of_record())
    mentions: int
    first: int
    """Number of the first paragraph that mentions it."""


class ApparatusItem(_Table, table=True):
    """An editorial mark in a text, or in a field of its description."""

    __tablename__ = "apparatus_item"
    __table_args__ = (
        CheckConstraint('0 <= start AND start <= "end"', name="span"),
        CheckConstraint("(paragraph IS NULL) <> (field IS NULL)", name="place"),
        Index("ix_apparatus_item_paragraph", "record_id", "paragraph"),
        _origin(),
    )

    record_id: str = Field(sa_column=_of_record())
    id: str = Field(primary_key=True)
    position: int
    kind: str
    paragraph: int | None = None
    field: str | None = None
    start: int
    end: int
    quote: str
    origin: str
    note: str | None = None
    correction: str | None = None
    certainty: str | None = None
    resp: str | None = None


class Discrepancy(_Table, table=True):
    """Claims of a source that cannot all be right."""

    __table_args__ = (_origin(),)

    record_id: str = Field(sa_column=_of_record())
    id: str = Field(primary_key=True)
    position: int
    kind: str
    summary: str
    origin: str
    claims: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    note: str | None = None
    resp: str | None = None


def core(model: type[SQLModel]) -> Table:
    """The table of a model, for statements that give plain rows instead of objects."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
