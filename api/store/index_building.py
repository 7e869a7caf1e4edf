"""Search indexes on disk: built, opened, switched.

Each lies in a folder named after its generation and what it was made from. It is derived and never
the truth: whoever finds none builds one. A new one is made beside the others, in a folder that
begins with a dot: from nothing while a load writes most of a corpus, else from hard links to the
files of the last one, which never change, and the records that have. It is committed once and then
renamed; what a crash leaves behind, the next builder removes.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock, Thread

import tantivy
from sqlalchemy import Connection, Engine, select

from api import text as text_module
from api import words as words_module
from api.settings import Settings
from api.store import index_documents, search_index
from api.store.index_documents import Document, read_documents
from api.store.search_index import SearchIndex, open_index
from api.store.tables import Corpus, Generation, GoneRecord, Record, core
from api.text import sha256_hex

log = logging.getLogger("opis")

_HEAP = 64_000_000
"""Bytes of a new index that are gathered before they are written."""
_KEPT = 2
"""Folders kept: the newest, and the one that somebody may still be reading."""
_UNSHARED = (".tantivy-meta.lock", ".tantivy-writer.lock")
_COPIED = ("meta.json", ".managed.json")


@cache
def index_digest() -> str:
    """A hash of the code that makes the index: what it would now make differently is made anew."""
    modules = (
        index_documents.__file__,
        search_index.__file__,
        words_module.__file__,
        text_module.__file__,
    )
    return sha256_hex(b"\0".join(Path(module).read_bytes() for module in modules))


class SearchIndexes:
    """The indexes on this machine: gives the one of a generation, and keeps it open."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._lock = Lock()
        self._open: SearchIndex | None = None
        self._builder: Thread | None = None

    def of(self, generation: int, digest: str) -> SearchIndex | None:
        """The index of a generation; None while it is still being built, which this begins."""
        folder = folder_of(self._settings, generation, digest)
        opened = self._open
        if opened is not None and opened.folder == folder:
            return opened
        with self._lock:
            if self._open is not None and self._open.folder == folder:
                return self._open
            if folder.is_dir():
                self._open = SearchIndex(folder)
                return self._open
            if self._builder is None or not self._builder.is_alive():
                self._builder = Thread(target=self._build, name="indexer", daemon=True)
                self._builder.start()
            return None

    def prepare(self) -> None:
        """Begin to build the index of what the database holds now, where there is none."""
        with self._engine.connect() as connection:
            corpus = connection.execute(select(core(Corpus))).one_or_none()
        if corpus is not None:
            self.of(corpus.generation, corpus.digest)

    def _build(self) -> None:
        base = self._open.folder if self._open else None
        try:
            with self._engine.connect() as connection, connection.begin():
                build_index(self._settings, connection, base)
        except Exception:
            log.exception("the search index could not be built")

    @property
    def generation(self) -> int:
        """That of the index that is open; 0 where none is."""
        opened = self._open
        return int(opened.folder.name.partition("-")[0]) if opened else 0

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._open = None


def folder_of(settings: Settings, generation: int, digest: str) -> Path:
    """Where the index of a generation lies, or will."""
    made_from = sha256_hex(f"{digest} {index_digest()}")[:16]
    return settings.data_dir / "search" / f"{generation}-{made_from}"


class IndexBuild:
    """An index in the making: nobody sees it before it is finished."""

    def __init__(self, work: Path, base: Path | None = None) -> None:
        work.mkdir(parents=True)
        if base is not None:
            _link(base, work)
        self._work = work
        index = open_index(work, new=base is None)
        self._writer: tantivy.IndexWriter = index.writer(heap_size=_HEAP, num_threads=1)

    def remove(self, records: Iterable[str]) -> None:
        """Take out the passages of records that have changed or gone."""
        for record in records:
            self._writer.delete_documents_by_term("record", record)

    def add(self, documents: Iterable[Document]) -> None:
        """Take in passages, which are indexed while the caller goes on."""
        for document in documents:
            self._writer.add_document(tantivy.Document(**document))

    def finish(self, folder: Path) -> None:
        """Write it down as a whole, and give it its name."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        del self._writer
        _sync(self._work)
        os.replace(self._work, folder)

    def abandon(self) -> None:
        """Leave nothing of it."""
        vars(self).pop("_writer", None)
        shutil.rmtree(self._work, ignore_errors=True)


def begin_index(settings: Settings, generation: int) -> IndexBuild:
    """A new index for whoever loads the generation, to be given passages as they are written.

    Builders of other generations may work beside it.
    """
    return IndexBuild(settings.data_dir / "search" / f".loading-{generation}")


def finish_index(settings: Settings, connection: Connection, build: IndexBuild) -> None:
    """Make an index that has every passage the one of the generation that the connection sees."""
    corpus = connection.execute(select(core(Corpus))).one()
    folder = folder_of(settings, corpus.generation, corpus.digest)
    with _building(folder.parent):
        if folder.is_dir():
            build.abandon()
        else:
            build.finish(folder)
            _remove_old(folder, None)


def build_index(settings: Settings, connection: Connection, base: Path | None = None) -> Path:
    """Bring the index up to the generation that the connection sees; gives its folder.

    `base` is the folder of an earlier generation that was committed, to start from where this one
    came of it. One builder at a time on this machine; where the index is there already, nothing is
    done.
    """
    corpus = connection.execute(select(core(Corpus))).one()
    folder = folder_of(settings, corpus.generation, corpus.digest)
    if folder.is_dir():
        return folder
    with _building(folder.parent):
        if not folder.is_dir():
            if base is not None and not (
                _leads_here(settings, base, connection) and _is_worth_it(base, connection)
            ):
                base = None
            after = _generation_of(base) if base else 0
            build = IndexBuild(folder.parent / f".building-{folder.name}", base)
            if base:
                build.remove(_changed(connection, after))
            build.add(read_documents(connection, after + 1))
            build.finish(folder)
            _remove_old(folder, base)
    return folder


def forget_uncommitted(settings: Settings, generation: int) -> None:
    """Remove indexes of generations after `generation`, which a load made that did not come to
    its end: the next may give the number, and even the digest, to something else.

    Only whoever writes the corpus, and so knows that none of them is being committed, may do this.
    """
    parent = settings.data_dir / "search"
    with _building(parent):
        for folder in parent.iterdir():
            if folder.is_dir() and folder.name[0].isdigit() and _generation_of(folder) > generation:
                shutil.rmtree(folder, ignore_errors=True)


def forget_begun(settings: Settings) -> None:
    """Remove what is left of indexes that loads began and did not come to finish.

    Only whoever writes the corpus may do this.
    """
    for begun in (settings.data_dir / "search").glob(".loading-*"):
        shutil.rmtree(begun, ignore_errors=True)


@contextmanager
def _building(parent: Path) -> Iterator[None]:
    """The one who builds here; what others have not come to finish is removed."""
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / "building.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for broken in parent.glob(".building-*"):
            shutil.rmtree(broken, ignore_errors=True)
        yield


def _leads_here(settings: Settings, base: Path, connection: Connection) -> bool:
    """Whether the generation that `base` was made from is one that this one came of."""
    table, number = core(Generation), _generation_of(base)
    digest = connection.execute(
        select(table.c.digest).where(table.c.number == number)
    ).scalar_one_or_none()
    return digest is not None and folder_of(settings, number, digest).name == base.name


def _is_worth_it(base: Path, connection: Connection) -> bool:
    """Whether there is something to start from, and little enough has changed since."""
    if not base.is_dir():
        return False
    changed = sum(1 for _ in _changed(connection, _generation_of(base)))
    records = connection.execute(select(core(Corpus).c.records)).scalar_one()
    return bool(changed * 2 < records)


def _generation_of(folder: Path) -> int:
    return int(folder.name.split("-")[0])


def _link(base: Path, work: Path) -> None:
    for file in base.iterdir():
        if file.name in _COPIED:
            shutil.copyfile(file, work / file.name)
        elif file.name not in _UNSHARED:
            os.link(file, work / file.name)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_old(newest: Path, base: Path | None) -> None:
    """Older folders, but for the last: readers keep open what they read, so none is cut off.

    What the newest was made from stays: until the newest is committed, that is what is served.
    """
    finished = (f for f in newest.parent.iterdir() if f.is_dir() and f.name[0].isdigit())
    folders = [f for f in finished if f not in (newest, base)]
    folders.sort(key=lambda f: f.stat().st_mtime, reverse=True)
    for folder in folders[_KEPT - 1 - (base is not None and base.is_dir()) :]:
        shutil.rmtree(folder, ignore_errors=True)


def _changed(connection: Connection, after: int) -> Iterator[str]:
    """Records that came, changed or went after a generation."""
    record, gone = core(Record), core(GoneRecord)
    for query in (
        select(record.c.id).where(record.c.modified_in > after),
        select(gone.c.id).where(gone.c.gone_in > after),
    ):
        yield from connection.execute(query).scalars()
