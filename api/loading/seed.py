"""What lies in the seed folder: which files there are, what they are, and their hashes."""

from __future__ import annotations

import os
import re
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from typing import Literal, NamedTuple

from api.errors import Complaint, SeedError, printable
from api.text import sha256_hex

FileKind = Literal["source", "annotations", "registry", "authorities"]
RECORD_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
TEI_SUFFIX = ".xml"
SOURCE_SUFFIXES = (".md", ".txt", TEI_SUFFIX)
ANNOTATIONS, REGISTRY = ".annotations.yaml", ".ids.yaml"
_COMPANIONS: dict[str, FileKind] = {ANNOTATIONS: "annotations", REGISTRY: "registry"}
_RACY_SECONDS = 2.0
_DEEPEST = 30
"""Folders in folders; whoever nests deeper has made a mistake or a trap."""
UNSEEN = -1
"""The time of a file that could not be looked at, and stands as it was when it last could."""


class SeedFile(NamedTuple):
    """A file of the seed. `path` is relative to the seed folder, with slashes."""

    path: str
    kind: FileKind
    record: str | None
    sha256: str
    size: int
    mtime_ns: int

    @classmethod
    def known(cls, path: str, sha256: str, size: int, mtime_ns: int) -> SeedFile:
        """A file as it was when it was last looked at."""
        kind, record = _classify(path) or ("source", None)
        return cls(path, kind, record, sha256, size, mtime_ns)

    @property
    def is_tei(self) -> bool:
        """Whether it is a TEI file, which may hold many records."""
        return self.kind == "source" and self.path.endswith(TEI_SUFFIX)

    @property
    def is_companion(self) -> bool:
        """Whether it stands beside a record's source."""
        return self.kind in ("annotations", "registry")


class Beside(NamedTuple):
    """The files beside a record's source."""

    annotations: SeedFile | None = None
    registry: SeedFile | None = None


_NOTHING_BESIDE = Beside()


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

    def beside(self, record: str) -> Beside:
        """The annotations and the registry of a record."""
        return self._beside.get(record, _NOTHING_BESIDE)

    def companions_below(self, stem: str) -> list[SeedFile]:
        """The annotations and registries of a file's records: called `stem`, or `stem-…`."""
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

    @cached_property
    def _sorted(self) -> list[tuple[str, str]]:
        return sorted(
            (file.record or "", file.path) for file in self.files.values() if file.is_companion
        )

    @cached_property
    def _beside(self) -> dict[str, Beside]:
        found: dict[str, Beside] = {}
        for file in self.files.values():
            if file.is_companion:
                record = file.record or ""
                before = found.get(record, _NOTHING_BESIDE)
                found[record] = before._replace(**{file.kind: file})
        return found

    def read(self, file: SeedFile) -> bytes:
        """The file's bytes; Unread where it has gone, or changed since it was hashed."""
        try:
            data = read_regular(self.folder / file.path, file.size)
        except SeedError as error:
            raise Unread(*(one.within(file.path) for one in error.complaints)) from None
        if sha256_hex(data) != file.sha256:
            raise Unread(Complaint("changed while it was being read", file.path, hint="load again"))
        return data

    def read_text(self, file: SeedFile) -> str:
        """The file's text; SeedError where it is not UTF-8, naming the first bad byte."""
        return decode(self.read(file), file.path)


class Unread(SeedError):
    """A file that could not be read as it was found: the next load looks at it again."""


def read_regular(path: Path, most: int) -> bytes:
    """The bytes of a file, no more than one over `most` of them.

    SeedError where it cannot be read, or is a pipe, a device or a folder: those are never waited
    for.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            if not S_ISREG(os.fstat(handle).st_mode):
                raise SeedError(_irregular(str(path)))
            return file.read(most + 1)
    except OSError as error:
        raise SeedError(_unreadable(error, str(path))) from None


def _unreadable(error: OSError, path: str) -> Complaint:
    return Complaint(f"cannot be read: {error.strerror or error}", path)


def _irregular(path: str) -> Complaint:
    return Complaint("not a file but a pipe, a device or the like", path, expected="a plain file")


def check_size(size: int, most: int, path: str) -> None:
    """SeedError where a file is larger than the settings allow."""
    if size > most:
        expected = f"at most {most:,} (OPIS_MAX_SEED_FILE_BYTES)"
        raise SeedError(Complaint(f"{size:,} bytes", path, expected=expected))


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
    What cannot be looked at now (a folder or a file without permission, a disk that is not there)
    stands as it is known: nothing is withdrawn because of it.
    """
    seed = Seed(folder, max_bytes=max_bytes)
    root = Path(os.path.realpath(folder))
    if not folder.is_dir():
        seed.complaints.append(Complaint("there is no such folder", printable(str(folder))))
        _keep_below(seed, "", known)
        return seed
    sources: dict[str, str] = {}

    def refuse(complaint: Complaint) -> None:
        seed.complaints.append(complaint)
        _keep_below(seed, complaint.file + "/", known)

    for path, relative, inside in _walk(folder, root, refuse):
        before = known.get(relative)
        classed = (before.kind, before.record) if before else _classify(relative)
        if classed is None:
            continue
        try:
            if before is None:
                _check_name(relative, classed[1])
            _claim(relative, *classed, sources)
        except SeedError as error:
            seed.complaints.extend(error.complaints)
            continue
        try:
            seed.files[relative] = _identify(
                path, relative, *classed, root, inside, before, max_bytes
            )
        except SeedError as error:
            seed.complaints.extend(complaint.within(relative) for complaint in error.complaints)
            if before:
                seed.files[relative] = before._replace(mtime_ns=UNSEEN)
    for file in seed.files.values():
        if file.is_companion and not _has_source(file.record or "", sources):
            seed.complaints.append(
                Complaint(
                    f"there is no record {file.record!r} beside it", file.path, severity="warning"
                )
            )
    return seed


def _keep_below(seed: Seed, folder: str, known: Mapping[str, SeedFile]) -> None:
    """The files that are known of a folder that cannot be looked into."""
    for path, file in known.items():
        if path.startswith(folder):
            seed.files[path] = file._replace(mtime_ns=UNSEEN)


def _has_source(record: str, sources: Mapping[str, str]) -> bool:
    """Whether a record has a file of its own, or may be a document of a volume."""
    if record in sources:
        return True
    parts = record.split("-")
    stems = ("-".join(parts[:length]) for length in range(1, len(parts)))
    return any(sources.get(stem, "").endswith(TEI_SUFFIX) for stem in stems)


def _walk(
    folder: Path, root: Path, refuse: Callable[[Complaint], None]
) -> Iterator[tuple[str, str, bool]]:
    """Every file: its path, its path below the folder, and whether its own folder is in `root`.

    Folders that cannot be listed, are links or lie too deep are told to `refuse`.
    """

    def unlisted(error: OSError) -> None:
        below = os.path.relpath(error.filename, folder)
        if not isinstance(error, FileNotFoundError):
            refuse(_unreadable(error, printable(below)))

    for name in ("records", "authorities"):
        for at, folders, files in os.walk(folder / name, onerror=unlisted):
            below = Path(at).relative_to(folder).as_posix()
            inside = Path(os.path.realpath(at)).is_relative_to(root)
            entered = []
            for one in sorted(f for f in folders if not f.startswith(".")):
                relative = printable(f"{below}/{one}")
                if os.path.islink(os.path.join(at, one)):
                    message = "a link to a folder, which is not followed"
                    refuse(Complaint(message, relative, expected="a folder"))
                elif below.count("/") + 1 >= _DEEPEST:
                    expected = f"folders at most {_DEEPEST} deep"
                    refuse(Complaint("too deep", relative, expected=expected))
                else:
                    entered.append(one)
            folders[:] = entered
            here = os.path.join(at, "")
            for file in sorted(files):
                if not file.startswith(".") and not file.lower().startswith("readme"):
                    yield here + file, f"{below}/{file}", inside


def _classify(path: str) -> tuple[FileKind, str | None] | None:
    name = path.rsplit("/", 1)[-1]
    if path.startswith("authorities/"):
        return ("authorities", None) if name.endswith((".yaml", ".yml")) else None
    for suffix, kind in _COMPANIONS.items():
        if name.endswith(suffix):
            return kind, name.removesuffix(suffix)
    stem, dot, suffix = name.rpartition(".")
    return ("source", stem) if dot + suffix.lower() in SOURCE_SUFFIXES else None


def _check_name(relative: str, record: str | None) -> None:
    """SeedError for names that cannot be taken."""
    if not relative.isprintable():
        expected = "a name in UTF-8 without control characters"
        raise SeedError(
            Complaint("a name that cannot be shown", printable(relative), expected=expected)
        )
    if record is not None:
        _check_id(record, relative)


def _claim(relative: str, kind: FileKind, record: str | None, sources: dict[str, str]) -> None:
    """Note which file a record is in; SeedError where it is in another already."""
    if kind == "source" and record is not None:
        taken = sources.setdefault(record, relative)
        if taken != relative:
            raise SeedError(Complaint(f"the record {record!r} is already in {taken}", relative))


def _identify(
    path: str,
    relative: str,
    kind: FileKind,
    record: str | None,
    root: Path,
    inside: bool,
    before: SeedFile | None,
    max_bytes: int,
) -> SeedFile:
    """Look at a file; hash it unless it stands as before. SeedError where it cannot be taken."""
    try:
        stat = os.lstat(path)
        if S_ISLNK(stat.st_mode):
            inside = Path(os.path.realpath(path)).is_relative_to(root)
        if not inside:
            raise SeedError(Complaint("a link that leads out of the seed folder", relative))
        if S_ISLNK(stat.st_mode):
            stat = os.stat(path)
    except OSError as error:
        raise SeedError(_unreadable(error, relative)) from None
    if not S_ISREG(stat.st_mode):
        raise SeedError(_irregular(relative))
    check_size(stat.st_size, max_bytes, relative)
    if before and before.mtime_ns == stat.st_mtime_ns and before.size == stat.st_size:
        return before
    data = read_regular(Path(path), max_bytes)
    check_size(len(data), max_bytes, relative)
    # A file this young, or being written, could change again without its time changing: look
    # again next time.
    young = time.time() - stat.st_mtime_ns / 1e9 <= _RACY_SECONDS
    known_time = 0 if young or len(data) != stat.st_size else stat.st_mtime_ns
    return SeedFile(relative, kind, record, sha256_hex(data), len(data), known_time)
