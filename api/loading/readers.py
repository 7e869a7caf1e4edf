"""Reading records, one by one here or many at once in processes of their own.

What was read comes back as rows: whoever writes them has nothing left to do but to write.
"""

from __future__ import annotations

import logging
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

from api.errors import Complaint, SeedError
from api.loading.build import Authorities, CuratedText, RecordFiles, build_record
from api.loading.rows import Rows, date_entity_rows, listed_entity_rows, record_rows, revision_row
from api.loading.seed import Seed, SeedFile, Unread
from api.loading.volumes import TeiSource
from api.machine import collect_rarely, count_cores
from api.parsing.curated import Authority
from api.parsing.identities import Previous

log = logging.getLogger("opis")

FEWEST_FILES = 400
FEWEST_BYTES = 4_000_000
"""With fewer files than one and fewer bytes than the other, starting processes does not pay."""
_MOST_PROCESSES = 8
_CHUNK_FILES = 32
_CHUNK_BYTES = 256_000


@dataclass(frozen=True, slots=True)
class Task:
    """A record to be read: its files, and what the database holds of it."""

    record: str
    file: SeedFile
    digest: str
    """Of all that its rows are made from."""
    annotations: SeedFile | None = None
    registry: SeedFile | None = None
    accepted: Mapping[str, str] = field(default_factory=dict)
    """Of each of these two, the last text that was taken."""
    previous: Previous | None = None
    revisions: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Read:
    """What came of a task."""

    file: SeedFile
    rows: Rows | None = None
    """None where the record was refused. Its revision is among them, without a number."""
    entities: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Rows of the dates it mentions and of those whom its own lists describe, by id."""
    opened: list[str] = field(default_factory=list)
    """The paths of the companions it has."""
    accepted: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    """The paths of files that could not be read as they were found."""
    complaints: list[Complaint] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a load writes upon all that it reads: when, and into which generation."""

    loaded_at: str
    generation: int


def read_record(
    seed: Seed,
    task: Task,
    source: bytes,
    authorities: Authorities,
    stamp: Stamp,
    tei: TeiSource | None = None,
) -> Read:
    """Read a record; annotations that are refused give way to those that were last taken."""
    read = Read(task.file)
    files = RecordFiles(
        task.record,
        task.file.path,
        source,
        _companion(seed, task, task.annotations, read),
        _companion(seed, task, task.registry, read),
        task.previous,
        task.revisions,
        tei,
    )
    try:
        built = build_record(files, authorities)
        read.complaints += built.complaints
        if files.annotations:
            path, text = files.annotations.path, files.annotations.text
            last = task.accepted.get(path)
            if not any(c.file == path and c.severity == "error" for c in built.complaints):
                read.accepted[path] = text
            elif last is not None and last != text:
                built = build_record(
                    replace(files, annotations=CuratedText(path, last)), authorities
                )
    except SeedError as error:
        read.complaints += (complaint.within(task.file.path) for complaint in error.complaints)
        return read
    read.rows = record_rows(built, task.digest, stamp.loaded_at, stamp.generation)
    read.rows["revision"] = [revision_row(built, 0, stamp.loaded_at)]
    listed = listed_entity_rows(built).items()
    read.entities = date_entity_rows(built)
    read.entities |= {one: row for one, row in listed if one not in authorities.entities}
    return read


def _companion(seed: Seed, task: Task, file: SeedFile | None, read: Read) -> CuratedText | None:
    if file is None:
        return None
    read.opened.append(file.path)
    try:
        return CuratedText(file.path, seed.read_text(file))
    except SeedError as error:
        if isinstance(error, Unread):
            read.unread.append(file.path)
        read.complaints += (complaint.within(file.path) for complaint in error.complaints)
        last = task.accepted.get(file.path)
        return CuratedText(file.path, last) if last is not None else None


def _read_file(seed: Seed, task: Task, authorities: Authorities, stamp: Stamp) -> Read:
    try:
        source = seed.read(task.file)
    except SeedError as error:
        complaints = [complaint.within(task.file.path) for complaint in error.complaints]
        return Read(task.file, complaints=complaints, unread=[task.file.path])
    return read_record(seed, task, source, authorities, stamp)


class Reader:
    """Reads the records of whole files, in other processes where there are enough of them."""

    def __init__(
        self, folder: Path, entities: Sequence[Authority], authorities: Authorities, stamp: Stamp
    ) -> None:
        self._seed = Seed(folder)
        self._entities = entities
        self._authorities = authorities
        self._stamp = stamp

    def read(self, tasks: Iterable[Task], processes: int) -> Iterator[Read]:
        """Read each, in the order in which they come, a few ahead of whoever takes them."""
        if processes < 2:
            for task in tasks:
                yield self._read_here(task)
            return
        pool = ProcessPoolExecutor(
            processes,
            # The loader is a thread among others: its process must not be forked.
            get_context("spawn"),
            _prepare,
            (self._seed.folder, self._entities, self._authorities.digest, self._stamp),
        )
        waiting: deque[tuple[list[Task], Future[list[Read]] | None]] = deque()
        try:
            for chunk in _chunks(tasks):
                waiting.append((chunk, _submit(pool, chunk)))
                if len(waiting) > 2 * processes:
                    yield from self._take(*waiting.popleft())
            while waiting:
                yield from self._take(*waiting.popleft())
        finally:
            pool.shutdown(cancel_futures=True)

    def _take(self, chunk: list[Task], future: Future[list[Read]] | None) -> Iterable[Read]:
        if future is not None:
            try:
                return future.result()
            except BrokenProcessPool:
                log.warning("a process that was reading has died; reading goes on without")
        return map(self._read_here, chunk)

    def _read_here(self, task: Task) -> Read:
        return _read_file(self._seed, task, self._authorities, self._stamp)


def count_processes(files: Iterable[SeedFile]) -> int:
    """In how many processes so many files are best read; 1 is this one."""
    sizes = [file.size for file in files]
    if len(sizes) < FEWEST_FILES and sum(sizes) < FEWEST_BYTES:
        return 1
    return min(count_cores(), _MOST_PROCESSES)


def _chunks(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    chunk: list[Task] = []
    size = 0
    for task in tasks:
        chunk.append(task)
        size += task.file.size
        if len(chunk) >= _CHUNK_FILES or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _submit(pool: ProcessPoolExecutor, chunk: list[Task]) -> Future[list[Read]] | None:
    try:
        return pool.submit(_read_chunk, chunk)
    except BrokenProcessPool:
        return None


# In the other processes.

_here: list[tuple[Seed, Authorities, Stamp]] = []
"""What this process reads with, once it is prepared."""


def _prepare(folder: Path, entities: Sequence[Authority], digest: str, stamp: Stamp) -> None:
    # Who stops the program stops the parent; a parent that is killed leaves nobody behind.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_leave_with_parent, daemon=True).start()
    _here.append((Seed(folder), Authorities(entities, digest), stamp))
    collect_rarely()


def _leave_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _read_chunk(chunk: list[Task]) -> list[Read]:
    seed, authorities, stamp = _here[-1]
    return [_read_file(seed, task, authorities, stamp) for task in chunk]
