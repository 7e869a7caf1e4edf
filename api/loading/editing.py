"""What editors ask for: a starting file for a record, and the registry of its paragraph ids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from sqlmodel import Session

from api.errors import Complaint, SeedError
from api.loading.build import Authorities, CuratedText, RecordFiles, build_record
from api.loading.corpus import history_of, read_entities
from api.loading.seed import ANNOTATIONS, REGISTRY, Seed, SeedFile, scan_seed
from api.loading.volumes import TeiFile
from api.parsing.annotations import draft_annotations
from api.parsing.curated import Authority
from api.parsing.identities import write_registry
from api.settings import Settings
from api.text import sha256_hex


@dataclass(frozen=True, slots=True)
class Written:
    """A file for an editor: where it belongs below the seed folder, and its text."""

    path: str
    text: str


def draft_record(settings: Settings, record: str) -> Written:
    """A starting annotation file for a record, made of what rules find."""
    seed, source, files = _find(settings, record)
    entities: dict[str, Authority] = {}
    for file in seed.of_kind("authorities"):
        for entity in read_entities(seed.read_text(file), entities):
            entities[entity.id] = entity
    built = build_record(files, Authorities(list(entities.values())))
    text = draft_annotations(record, built.source_sha256, built.edition)
    return Written(_beside(source, record, ANNOTATIONS), text)


def mint_record(settings: Settings, session: Session, record: str) -> Written:
    """The registry of a record's paragraph ids, as they are after its last edit.

    Ids come from the registry beside the record and from what the database holds of it.
    """
    seed, source, files = _find(settings, record)
    registry = seed.beside(record).registry
    known = CuratedText(registry.path, seed.read_text(registry)) if registry else None
    previous, revisions = history_of(session, record)
    files = replace(files, registry=known, previous=previous, revisions=revisions)
    built = build_record(files, Authorities())
    hashes = [sha256_hex(paragraph.text) for paragraph in built.edition.paragraphs]
    text = write_registry(record, built.source_sha256, built.ids.ids, hashes, built.ids.gone)
    return Written(_beside(source, record, REGISTRY), text)


def _beside(source: SeedFile, record: str, suffix: str) -> str:
    return str(PurePosixPath(source.path).with_name(record + suffix))


def _find(settings: Settings, record: str) -> tuple[Seed, SeedFile, RecordFiles]:
    """The seed, the file a record is in, and what of it the record is made from."""
    seed = scan_seed(settings.seed_dir, {}, max_bytes=settings.max_seed_file_bytes)
    for file in seed.of_kind("source"):
        stem = file.record or ""
        if file.record == record and not file.is_tei:
            return seed, file, RecordFiles(record, file.path, seed.read(file))
        if file.is_tei and (record == stem or record.startswith(f"{stem}-")):
            tei = TeiFile(file.path, stem, seed.read(file), {})
            for source in tei.sources():
                if source.record == record:
                    files = RecordFiles(record, file.path, source.source, tei=source)
                    return seed, file, files
    expected = (
        f"a file {record}.md, {record}.txt or {record}.xml below {settings.seed_dir}/records, "
        "or a TEI file with such a document"
    )
    raise SeedError(Complaint(f"there is no source of {record!r}", expected=expected))
