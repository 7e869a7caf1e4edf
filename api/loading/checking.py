"""Reading files as a load would, without a database: what is understood, and what is wrong."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from api.errors import Complaint, SeedError, printable
from api.loading.build import Authorities, Built, CuratedText, RecordFiles, build_record
from api.loading.corpus import read_entities
from api.loading.seed import (
    ANNOTATIONS,
    REGISTRY,
    SOURCE_SUFFIXES,
    TEI_SUFFIX,
    check_size,
    decode,
    read_regular,
    record_of,
)
from api.loading.volumes import TeiFile, TeiSource
from api.machine import count_cores
from api.parsing.curated import Authority


@dataclass
class Checked:
    """One file, read. `understood` is a short table; empty for authority files that are right."""

    path: str
    complaints: list[Complaint] = field(default_factory=list)
    understood: dict[str, Any] = field(default_factory=dict)

    @property
    def loads(self) -> bool:
        """Whether a load would take it."""
        return not any(complaint.severity == "error" for complaint in self.complaints)

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "path": printable(self.path),
            "loads": self.loads,
            "understood": self.understood,
            "complaints": [
                asdict(complaint.within(printable(complaint.file))) for complaint in self.complaints
            ],
        }


@dataclass
class Checklist:
    """The files to check, and the authorities that stand behind them."""

    sources: list[Path] = field(default_factory=list)
    authorities: list[Path] = field(default_factory=list)
    missing: list[Path] = field(default_factory=list)


def list_files(paths: Sequence[Path], seed: Path) -> Checklist:
    """The files that `paths` name: files themselves, or all that lie in folders.

    A curated file stands for the source beside it. The authorities of the seed count always.
    """
    found = Checklist()
    for path in paths:
        if not path.exists():
            found.missing.append(path)
        elif path.is_dir():
            for file in sorted(_files_below(path)):
                if not file.name.startswith(".") and not file.name.lower().startswith("readme"):
                    _sort(file, found)
        else:
            _sort(path, found)
    found.authorities += sorted((seed / "authorities").glob("*.y*ml"))
    return Checklist(*map(_each_once, (found.sources, found.authorities, found.missing)))


def _files_below(folder: Path) -> Iterator[Path]:
    """Whatever is no folder; folders that are links are not followed, however deep they lie."""
    waiting = [folder]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
            elif not (entry.is_symlink() and Path(entry.path).is_dir()):
                yield Path(entry.path)


def _sort(file: Path, found: Checklist) -> None:
    for suffix in (ANNOTATIONS, REGISTRY):
        if file.name.endswith(suffix):
            stem = file.name.removesuffix(suffix)
            beside = [file.with_name(stem + end) for end in SOURCE_SUFFIXES]
            parts = stem.split("-")
            volumes = ("-".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
            beside += [file.with_name(volume + TEI_SUFFIX) for volume in volumes]
            lying = [source for source in beside if source.exists()]
            (found.sources if lying else found.missing).append((lying or beside)[0])
            return
    if file.suffix.lower() in SOURCE_SUFFIXES:
        found.sources.append(file)
    elif file.suffix in (".yaml", ".yml"):
        found.authorities.append(file)


def _each_once(files: Sequence[Path]) -> list[Path]:
    """The files without those that were named twice, whatever way."""
    return list({os.path.realpath(file): file for file in reversed(files)}.values())[::-1]


def check_files(files: Checklist, max_bytes: int) -> Iterator[Checked]:
    """Check authorities, then every source with its companions; one result a file."""
    for path in files.missing:
        yield Checked(str(path), [Complaint("there is no such file", str(path))])
    entities: dict[str, Authority] = {}
    for path in files.authorities:
        checked = Checked(str(path))
        try:
            taken = read_entities(_read(path, max_bytes), entities)
            entities.update((entity.id, entity) for entity in taken)
            checked.understood = {"entities": len(taken)}
        except SeedError as error:
            checked.complaints = [complaint.within(str(path)) for complaint in error.complaints]
        yield checked
    known = list(entities.values())
    if len(files.sources) < _MANY:
        authorities = Authorities(known)
        for path in files.sources:
            yield _check_source(path, authorities, max_bytes)
        return
    with ProcessPoolExecutor(
        count_cores(), get_context("spawn"), _prepare, (known, max_bytes)
    ) as pool:
        yield from pool.map(_check_in_process, files.sources, chunksize=16)


_MANY = 200
"""From so many files on it pays to start processes."""
_prepared: list[tuple[Authorities, int]] = []
"""In a process of its own: what every file is checked against."""


def _prepare(known: Sequence[Authority], max_bytes: int) -> None:
    _prepared[:] = [(Authorities(known), max_bytes)]


def _check_in_process(path: Path) -> Checked:
    return _check_source(path, *_prepared[0])


def _check_source(path: Path, authorities: Authorities, max_bytes: int) -> Checked:
    checked = Checked(str(path))
    try:
        record = record_of(path.name)
        data = _read_bytes(path, max_bytes)
        if path.suffix == TEI_SUFFIX:
            file = TeiFile(str(path), record, data, authorities.entities)
            checked.complaints = file.complaints
            _check_documents(checked, path, file, authorities, max_bytes)
        else:
            built = _build(path, record, data, authorities, max_bytes)
            checked.complaints = list(built.complaints)
            checked.understood = _understood(built)
    except SeedError as error:
        checked.complaints += _within(error, path)
    return checked


def _check_documents(
    checked: Checked, path: Path, file: TeiFile, authorities: Authorities, max_bytes: int
) -> None:
    """The documents of a TEI file: of many, no more than their counts is told."""
    totals: Counter[str] = Counter()
    for source in file.sources():
        try:
            built = _build(path, source.record, source.source, authorities, max_bytes, source)
        except SeedError as error:
            checked.complaints += _within(error, path)
            continue
        checked.complaints += built.complaints
        if not file.survey.is_volume:
            checked.understood = _understood(built)
            return
        edition = built.edition
        totals.update(
            records=1,
            paragraphs=len(edition.paragraphs),
            mentions=len(edition.mentions),
            apparatus=len(edition.apparatus),
            undated=not (built.export.date and built.export.date.edtf),
        )
    checked.understood = {
        "volume": file.survey.title,
        "entities": len(file.survey.entities),
        **totals,
    }


def _build(
    path: Path,
    record: str,
    source: bytes,
    authorities: Authorities,
    max_bytes: int,
    tei: TeiSource | None = None,
) -> Built:
    companions = {}
    for suffix in (ANNOTATIONS, REGISTRY):
        beside = path.with_name(record + suffix)
        if beside.exists():
            companions[suffix] = CuratedText(str(beside), _read(beside, max_bytes))
    annotations, registry = companions.get(ANNOTATIONS), companions.get(REGISTRY)
    return build_record(
        RecordFiles(record, str(path), source, annotations, registry, tei=tei), authorities
    )


def _within(error: SeedError, path: Path) -> list[Complaint]:
    return [one if one.file else one.within(str(path)) for one in error.complaints]


def _read(path: Path, max_bytes: int) -> str:
    return decode(_read_bytes(path, max_bytes), str(path))


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    data = read_regular(path, max_bytes)
    check_size(len(data), max_bytes, str(path))
    return data


def _understood(built: Built) -> dict[str, Any]:
    """What a person checks first: description, citation, and what the text was taken for."""
    export, citation, edition = built.export, built.citation, built.edition
    reference = citation.reference if citation else None
    date = export.date or (citation.date if citation else None)
    kinds = Counter(paragraph.kind for paragraph in edition.paragraphs)
    return {
        "record": built.id,
        "title": export.title,
        "date": {"expression": date.expression, "edtf": date.edtf} if date else None,
        "digital_archive": citation.digital_archive if citation else None,
        "reference": {
            "as_written": reference.as_written,
            "scheme": reference.scheme,
            "parts": reference.parts,
        }
        if reference
        else None,
        "contributors": [f"{c.name} ({c.role})" for c in citation.contributors] if citation else [],
        "url": citation.url if citation else None,
        "languages": list(export.languages),
        "contents": [
            content.label + ("" if content.has_text else " (no text)")
            for content in export.contents
        ],
        "other_fields": [f.label for f in export.other_fields],
        "paragraphs": dict(kinds.most_common()),
        "mentions": len(edition.mentions),
        "ambiguous": len(edition.ambiguous),
        "apparatus": len(edition.apparatus),
        "discrepancies": len(edition.discrepancies),
        "review": edition.review,
        "unread": [*export.unread, *(citation.unread if citation else ())],
    }
