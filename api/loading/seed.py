"""What lies in the seed folder: which files there are, what they are, and their hashes."""

from __future__ import annotations

import os
import re
import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from stat import S_ISLNK
from typing import Literal

from api.errors import Complaint, SeedError
from api.text import sha256_hex

FileKind = Literal["source", "annotations", "registry", "authorities"]
RECORD_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
TEI_SUFFIX = ".xml"
SOURCE_SUFFIXES = (".md", ".txt", TEI_SUFFIX)
ANNOTATIONS, REGISTRY = ".annotations.yaml", ".ids.yaml"
_COMPANIONS: dict[str, FileKind] = {ANNOTATIONS: "annotations", REGISTRY: "registry"}
_RACY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A file of the seed. `path` is relative to the seed folder, with slashes."""

    path: str
    kind: FileKind
    record: str | None
    sha256: str
    size: int
    mtime_ns: int

    @property
    def is_tei(self) -> bool:
        """Whether it is a TEI file, which may hold many records."""
        return self.kind == "source" and self.path.endswith(TEI_SUFFIX)

    @property
    def is_companion(self) -> bool:
        """Whether it stands beside a record's source."""
        return self.kind in ("annotations", "registry")


@dataclass
class Seed:
    """Everything found in the seed folder."""

    folder: Path
    files: dict[str, SeedFile] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    max_bytes: int = 50_000_000

    def of_kind(self, kind: FileKind) -> list[SeedFile]:
        """The files of one kind, in the order of their paths."""
        found = [file for file in self.files.values() if file.kind == kind]
        return sorted(found, key=attrgetter("path"))

    def companion(self, record: str, kind: FileKind) -> SeedFile | None:
        """The annotations or the registry of a record."""
        return self._companions.get((record, kind))

    def companions_below(self, stem: str) -> list[SeedFile]:
        """The annotations and registries of a file's records: called `stem`, or `stem-…`."""
        if not hasattr(self, "_sorted"):
            self._sorted = sorted(
                (file.record or "", file.path) for file in self.files.values() if file.is_companion
            )
        found = []
        for first in ((stem, ""), (f"{stem}-", "")):
            at = bisect_left(self._sorted, first)
            while at < len(self._sorted):
                record, path = self._sorted[at]
                if not (record.startswith(first[0]) if first[0] != stem else record == stem):
                    break
                found.append(self.files[path])
                at += 1
        return found

    @property
    def _companions(self) -> dict[tuple[str | None, FileKind], SeedFile]:
        if not hasattr(self, "_by_record"):
            self._by_record = {(file.record, file.kind): file for file in self.files.values()}
        return self._by_record

    def read(self, file: SeedFile) -> bytes:
        """The file's bytes; SeedError where it has gone, or changed since it was hashed."""
        try:
            data = (self.folder / file.path).read_bytes()
        except OSError as error:
            message = f"cannot be read: {error.strerror or error}"
            raise SeedError(Complaint(message, file.path)) from None
        if sha256_hex(data) != file.sha256:
            raise SeedError(
                Complaint("changed while it was being read", file.path, hint="load again")
            )
        return data

    def read_text(self, file: SeedFile) -> str:
        """The file's text; SeedError where it is not UTF-8, naming the first bad byte."""
        return decode(self.read(file), file.path)


def decode(data: bytes, path: str) -> str:
    """Bytes as UTF-8 text; a byte-order mark stays the first character."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise SeedError(Complaint(message, path, line, column, expected="text in UTF-8")) from None
    if "\0" in text:
        at = text.index("\0")
        line = text.count("\n", 0, at) + 1
        column = at - (text.rfind("\n", 0, at) + 1) + 1
        raise SeedError(Complaint("a NUL character", path, line, column, expected="text"))
    return text


def record_of(name: str) -> str:
    """The id of the record whose source has this file name; SeedError where it can be none."""
    stem = name.rpartition(".")[0]
    _check_id(stem, name)
    return stem


def _check_id(record: str, path: str) -> None:
    if not RECORD_ID.fullmatch(record):
        raise SeedError(
            Complaint(
                f"{record!r} cannot be a record's id",
                path,
                expected="a file name of at most 100 letters, digits, '-' and '_'",
            )
        )


def scan_seed(folder: Path, known: Mapping[str, SeedFile], *, max_bytes: int) -> Seed:
    """Find and hash the seed's files.

    A file whose size and time are those of `known` is not read again, unless it was written so
    recently that a second write could have kept its time. Links that lead out of the folder, names
    that make no record id, two files for one record and files over `max_bytes` are complaints.
    """
    seed = Seed(folder, max_bytes=max_bytes)
    root = folder.resolve()
    if not folder.is_dir():
        seed.complaints.append(Complaint("there is no such folder", str(folder)))
        return seed
    sources: dict[str, str] = {}
    for path, relative, inside in _walk(folder, root):
        classed = _classify(relative)
        if classed is None:
            continue
        kind, record = classed
        try:
            seed.files[relative] = _identify(
                path, relative, kind, record, root, inside, known, max_bytes, sources
            )
        except SeedError as error:
            seed.complaints.extend(error.complaints)
    for file in seed.files.values():
        if file.is_companion and not _has_source(file.record or "", sources):
            seed.complaints.append(
                Complaint(
                    f"there is no record {file.record!r} beside it", file.path, severity="warning"
                )
            )
    return seed


def _has_source(record: str, sources: Mapping[str, str]) -> bool:
    """Whether a record has a file of its own, or may be a document of a volume."""
    if record in sources:
        return True
    parts = record.split("-")
    stems = ("-".join(parts[:length]) for length in range(1, len(parts)))
    return any(sources.get(stem, "").endswith(TEI_SUFFIX) for stem in stems)


def _walk(folder: Path, root: Path) -> Iterator[tuple[str, str, bool]]:
    """Every file: its path, its path below the folder, and whether its own folder is in `root`."""
    for name in ("records", "authorities"):
        for at, folders, files in os.walk(folder / name):
            folders[:] = sorted(f for f in folders if not f.startswith("."))
            inside = Path(at).resolve().is_relative_to(root)
            below = Path(at).relative_to(folder).as_posix()
            for file in sorted(files):
                if not file.startswith(".") and not file.lower().startswith("readme"):
                    yield os.path.join(at, file), f"{below}/{file}", inside


def _classify(path: str) -> tuple[FileKind, str | None] | None:
    name = path.rsplit("/", 1)[-1]
    if path.startswith("authorities/"):
        return ("authorities", None) if name.endswith((".yaml", ".yml")) else None
    for suffix, kind in _COMPANIONS.items():
        if name.endswith(suffix):
            return kind, name.removesuffix(suffix)
    stem, dot, suffix = name.rpartition(".")
    return ("source", stem) if dot + suffix.lower() in SOURCE_SUFFIXES else None


def _identify(
    path: str,
    relative: str,
    kind: FileKind,
    record: str | None,
    root: Path,
    inside: bool,
    known: Mapping[str, SeedFile],
    max_bytes: int,
    sources: dict[str, str],
) -> SeedFile:
    if record is not None:
        _check_id(record, relative)
    if kind == "source" and record is not None:
        if record in sources:
            raise SeedError(
                Complaint(f"the record {record!r} is already in {sources[record]}", relative)
            )
        sources[record] = relative
    try:
        stat = os.lstat(path)
        if S_ISLNK(stat.st_mode):
            inside = Path(path).resolve().is_relative_to(root)
        if not inside:
            raise SeedError(Complaint("a link that leads out of the seed folder", relative))
        if S_ISLNK(stat.st_mode):
            stat = os.stat(path)
        if stat.st_size > max_bytes:
            raise SeedError(
                Complaint(
                    f"{stat.st_size:,} bytes",
                    relative,
                    expected=f"at most {max_bytes:,} (OPIS_MAX_SEED_FILE_BYTES)",
                )
            )
        before = known.get(relative)
        settled = time.time() - stat.st_mtime_ns / 1e9 > _RACY_SECONDS
        if before and (before.size, before.mtime_ns) == (stat.st_size, stat.st_mtime_ns):
            sha256 = before.sha256
        else:
            sha256 = sha256_hex(Path(path).read_bytes())
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise SeedError(Complaint(message, relative)) from None
    # A file this young could change again without its time changing: look again next time.
    return SeedFile(relative, kind, record, sha256, stat.st_size, stat.st_mtime_ns * settled)
