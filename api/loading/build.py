"""From the files of one record to everything that is served of it.

This is the one place that knows the order in which the parsers work.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar, cast

from api.errors import Complaint, SeedError
from api.loading.seed import decode
from api.loading.volumes import TeiSource
from api.parsing.annotations import Derived, Edition, Review, annotate, apply_structure
from api.parsing.apparatus import find_apparatus
from api.parsing.blocks import split_blocks
from api.parsing.citations import infer_authors, parse_citation
from api.parsing.curated import (
    AnnotationFile,
    Authority,
    IdRegistry,
    Locate,
    MintedId,
    Rights,
    read_curated,
)
from api.parsing.discrepancies import find_discrepancies
from api.parsing.export import read_export
from api.parsing.identities import Assigned, Previous, assign_ids, follow_moves
from api.parsing.names import NameIndex
from api.parsing.outlines import read_outline
from api.parsing.paragraphs import read_paragraphs
from api.parsing.tei import ListedEntity, TeiDocument
from api.parsing.tei.merging import add_ambiguous, add_apparatus, add_mentions
from api.parsing.values import Author, Citation, EntityKind, Export, Origin, Paragraph
from api.text import sha256_hex

Model = TypeVar("Model", AnnotationFile, IdRegistry)


@dataclass(frozen=True, slots=True)
class CuratedText:
    """A curated file's path and text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class RecordFiles:
    """Everything one record is made from."""

    id: str
    path: str
    source: bytes
    annotations: CuratedText | None = None
    registry: CuratedText | None = None
    previous: Previous | None = None
    """What the database holds of the record, for aligning paragraph ids."""
    revisions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The paragraph ids of each revision loaded before, in order, by the source's SHA-256."""
    tei: TeiSource | None = None
    """Of a record in a TEI file: where in the file it stands; `source` is that part of it."""


class Authorities:
    """The authority files together: entities by id, names indexed, rights by archive."""

    def __init__(self, entities: Sequence[Authority] = (), digest: str = "") -> None:
        self.digest = digest
        """Of the authorities and of the reader's own code."""
        self.entities: Mapping[str, Authority] = {entity.id: entity for entity in entities}
        self.kinds: Mapping[str, EntityKind] = {entity.id: entity.kind for entity in entities}
        self.names = NameIndex(entities)
        self._rights = {
            name.text: entity.rights
            for entity in entities
            if entity.rights
            for name in entity.names
        }

    def rights_of(self, citation: Citation | None) -> Rights | None:
        """The terms of the archive that a citation names."""
        return self._rights.get((citation and citation.digital_archive) or "")


@dataclass(frozen=True, slots=True)
class Built:
    """A record, read: all that the database will hold of it."""

    id: str
    path: str
    source: bytes
    source_sha256: str
    export: Export
    citation: Citation | None
    authors: tuple[Author, ...]
    edition: Edition
    ids: Assigned
    rights: Rights | None
    rights_origin: Origin = "curated"
    editors: tuple[tuple[str, str], ...] = ()
    complaints: tuple[Complaint, ...] = field(default=())
    media_type: str = "text/markdown; charset=utf-8"
    volume: Mapping[str, Any] | None = None
    """The volume the record is a document of: id, title, and the parts `within` it."""
    entities: tuple[ListedEntity, ...] = ()
    """Those that the source's own lists describe."""
    author: str | None = None
    """The entity whose words it holds: the sender of its first part, where one is known."""


def build_record(files: RecordFiles, authorities: Authorities) -> Built:
    """Read a record.

    Raises SeedError when its source cannot be read. A curated file that cannot be taken is left
    out whole, and said so in `complaints`; the record is then what rules alone can tell.
    """
    try:
        reading = _read_source(files)
    except SeedError as error:
        raise SeedError(*(c.within(files.path) for c in error.complaints)) from None
    document = reading.document
    complaints: list[Complaint] = []
    source_sha256 = sha256_hex(files.source)
    ids = _assign_ids(files, reading, complaints)

    annotations = _read(files.annotations, AnnotationFile, files.id, complaints)
    edition: Edition | None = None
    if annotations and files.annotations:
        try:
            edition = _apply(annotations, reading, authorities, files, ids)
            complaints += (c.within(files.annotations.path) for c in edition.complaints)
        except SeedError as error:
            complaints += (c.within(files.annotations.path) for c in error.complaints)
            annotations = None
    if edition is None:
        edition = _unreviewed(_derive(reading, reading.paragraphs, authorities))
        if document and document.is_own:
            edition = replace(edition, review=cast(Review, document.review))
    file = annotations[0] if annotations else None
    stated = file.rights if file else None
    rights_origin: Origin = "curated"
    if not stated and document and document.rights:
        stated, rights_origin = document.rights, document.rights_origin
    editors = tuple((editor.id, editor.name) for editor in file.editors) if file else ()
    return Built(
        id=files.id,
        path=files.path,
        source=files.source,
        source_sha256=source_sha256,
        export=reading.export,
        citation=reading.citation,
        authors=reading.authors,
        edition=edition,
        ids=ids,
        rights=stated or authorities.rights_of(reading.citation),
        rights_origin=rights_origin,
        editors=editors or (document.editors if document else ()),
        complaints=tuple(complaints),
        media_type=files.tei.media_type if files.tei else _media_type(files.path),
        volume=asdict(document.volume) if document and document.volume else None,
        entities=document.entities if document else (),
        author=_author_of(edition, authorities.entities, _listed(reading)),
    )


def _author_of(edition: Edition, *known: Container[str]) -> str | None:
    senders = (section.sender for section in edition.sections if section.parent is None)
    return next((one for one in senders if one and any(one in some for some in known)), None)


def _listed(reading: _Reading) -> Mapping[str, EntityKind]:
    """Kinds of the entities that the source's own lists describe, by id."""
    listed = reading.document.entities if reading.document else ()
    return {entity.id: entity.kind for entity in listed}


def _media_type(path: str) -> str:
    return f"text/{'plain' if path.endswith('.txt') else 'markdown'}; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A source, read, before names are looked for in it."""

    export: Export
    citation: Citation | None
    authors: tuple[Author, ...]
    paragraphs: tuple[Paragraph, ...]
    document: TeiDocument | None = None
    """What the source tags, of a TEI file."""


def _read_source(files: RecordFiles) -> _Reading:
    if files.tei is None:
        source = decode(files.source, files.path)
        export = read_export(source)
        return _Reading(
            export,
            parse_citation(export.citation) if export.citation else None,
            infer_authors(export.title),
            tuple(read_paragraphs(split_blocks(source, export))),
        )
    document = files.tei.read()
    authors = document.authors
    if not authors and not document.is_own:
        authors = infer_authors(document.export.title)
    return _Reading(document.export, document.citation, authors, document.paragraphs, document)


def _apply(
    annotations: tuple[AnnotationFile, Locate],
    reading: _Reading,
    authorities: Authorities,
    files: RecordFiles,
    ids: Assigned,
) -> Edition:
    """The editor's kinds and joins first: names are looked for across joins."""
    file, locate = annotations
    source_sha256 = sha256_hex(files.source)
    moved = None
    if file.source_sha256 != source_sha256 and (old := files.revisions.get(file.source_sha256)):
        moved = follow_moves(old, ids.ids, ids.gone)
    paragraphs = reading.paragraphs
    structure = apply_structure(paragraphs, file, locate, source_sha256=source_sha256, moved=moved)
    return annotate(
        _derive(reading, structure.paragraphs, authorities),
        file,
        locate,
        source_sha256=source_sha256,
        entities={**_listed(reading), **authorities.kinds},
        moved=moved,
        structure=structure,
    )


def _assign_ids(files: RecordFiles, reading: _Reading, complaints: list[Complaint]) -> Assigned:
    """The paragraphs' stable ids; a registry that cannot be taken is left out and said so."""
    registry = _read(files.registry, IdRegistry, files.id, complaints)
    source_sha256 = sha256_hex(files.source)
    path = files.registry.path if files.registry else files.path
    texts = [paragraph.text for paragraph in reading.paragraphs]
    try:
        known = registry[0] if registry else _carried_ids(files, reading)
        ids = assign_ids(texts, source_sha256, known, files.previous)
    except SeedError as error:
        complaints += (complaint.within(path) for complaint in error.complaints)
        ids = assign_ids(texts, source_sha256, None, files.previous)
    complaints += (complaint.within(path) for complaint in ids.warnings)
    return ids


def _carried_ids(files: RecordFiles, reading: _Reading) -> IdRegistry | None:
    """The ids that a source itself carries, as this program's own exports do."""
    document = reading.document
    if document is None or not document.ids:
        return None
    return IdRegistry(
        record=files.id,
        source_sha256=sha256_hex(files.source),
        paragraphs=tuple(
            MintedId(id=one, text_sha256=sha256_hex(paragraph.text))
            for one, paragraph in zip(document.ids, document.paragraphs, strict=True)
        ),
    )


def _derive(
    reading: _Reading, paragraphs: Sequence[Paragraph], authorities: Authorities
) -> Derived:
    """What the source tags and what rules find, in a text whose paragraphs are settled."""
    export, document = reading.export, reading.document
    if document and document.is_own:
        return Derived(
            title=export.title,
            summary=export.summary,
            citation_verbatim=export.citation,
            credits=export.credits,
            date_expression=export.date.expression if export.date else None,
            paragraphs=tuple(paragraphs),
            sections=document.sections,
            mentions=document.mentions,
            ambiguous=document.ambiguous,
            apparatus=document.apparatus,
            discrepancies=document.discrepancies,
        )
    described = [text for text in (export.title, export.summary) if text]
    found = authorities.names.find_mentions(paragraphs, described)
    mentions, ambiguous = tuple(found.mentions), tuple(found.ambiguous)
    apparatus = tuple(find_apparatus(paragraphs))
    if document:
        mentions = add_mentions(document.mentions, mentions)
        ambiguous = add_ambiguous(document.mentions, document.ambiguous, ambiguous)
        apparatus = add_apparatus(document.apparatus, apparatus)
        sections = document.sections
    else:
        labels = {content.id: content.label for content in export.contents}
        sections = tuple(read_outline(paragraphs, labels))
    return Derived(
        title=export.title,
        summary=export.summary,
        citation_verbatim=export.citation,
        credits=export.credits,
        date_expression=export.date.expression if export.date else None,
        paragraphs=tuple(paragraphs),
        sections=sections,
        mentions=mentions,
        ambiguous=ambiguous,
        apparatus=apparatus,
        discrepancies=tuple(
            find_discrepancies(
                title=export.title,
                summary=export.summary,
                citation=reading.citation if document is None else None,
                date=export.date,
                paragraphs=paragraphs,
                sections=sections,
                mentions=mentions,
                find=lambda text: authorities.names.find_in_text(text).mentions,
            )
        ),
    )


def _unreviewed(derived: Derived) -> Edition:
    return Edition(**{f.name: getattr(derived, f.name) for f in fields(Derived)})


def _read(
    curated: CuratedText | None,
    model: type[Model],
    record: str,
    complaints: list[Complaint],
) -> tuple[Model, Locate] | None:
    """A companion file of the record, or None and why in `complaints`."""
    if curated is None:
        return None
    try:
        file, locate = read_curated(curated.text, model)
        if file.record != record:
            line, column = locate(("record",))
            raise SeedError(
                Complaint(
                    f"says it is about {file.record!r}", line=line, column=column, expected=record
                )
            )
    except SeedError as error:
        complaints += (complaint.within(curated.path) for complaint in error.complaints)
        return None
    return file, locate
