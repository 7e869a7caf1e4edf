"""The search index of a corpus generation: built from the database, opened, switched.

tantivy's, in a folder named after the generation and what it was made from. It is derived and
never the truth: whoever finds none builds one. A new one starts from hard links to the files of the
last one, which never change, takes up the records that have, is committed once and then renamed;
what a crash leaves behind is a folder with a dot, which the next builder removes.

A document is a passage: a paragraph with those that a page break parted from it. Texts are folded
and cut into words before tantivy sees them (`api.words`), so that what is found here and what is
marked in the original are the same words.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple

import tantivy
from sqlalchemy import Connection, Engine, select

from api import text as text_module
from api import words as words_module
from api.settings import Settings
from api.store.tables import (
    Corpus,
    Generation,
    GoneRecord,
    Mention,
    MentionSegment,
    Paragraph,
    Record,
    RecordLanguage,
    core,
)
from api.text import sha256_hex
from api.words import WORD, join_words

log = logging.getLogger("opis")

_BATCH = 100
"""Records read at a time."""
_HEAP = 100_000_000
LONGEST_WORD = 200
"""Longer runs of letters are not indexed."""
_KEPT = 2
"""Folders kept: the newest, and the one that somebody may still be reading."""
_UNSHARED = (".tantivy-meta.lock", ".tantivy-writer.lock")
_COPIED = ("meta.json", ".managed.json")
FACETS = ("record", "decade", "entity", "layer")
_COUNTED = ("record", "entity", "layer")
_FILTERED = ("repository", "fond", "language", "kind")
_NUMBERS = ("decade", "begin", "end")
_LONGEST_PHRASE = 50
_ALL = 2**31 - 1


@cache
def index_digest() -> str:
    """A hash of the code that makes the index: what it would now make differently is made anew."""
    modules = (__file__, words_module.__file__, text_module.__file__)
    return sha256_hex(b"\0".join(Path(module).read_bytes() for module in modules))


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="words", index_option="position")
    builder.add_text_field("stems", tokenizer_name="stems", index_option="freq")
    for name in _COUNTED:
        builder.add_text_field(
            name, stored=name == "record", fast=True, tokenizer_name="raw", index_option="basic"
        )
    for name in _FILTERED:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_integer_field("paragraph", stored=True)
    return builder.build()


def _analyzer(*filters: tantivy.Filter) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    for one in (tantivy.Filter.remove_long(LONGEST_WORD), *filters):
        builder = builder.filter(one)
    return builder.build()


@cache
def _stemmer() -> tantivy.TextAnalyzer:
    return _analyzer(tantivy.Filter.stemmer("english"))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A folded word's English stem; words of other languages stay as they are."""
    stems = _stemmer().analyze(word)
    return stems[0] if stems else word


def _open(folder: Path, *, new: bool = False) -> tantivy.Index:
    index = tantivy.Index(_schema(), path=str(folder)) if new else tantivy.Index.open(str(folder))
    index.register_tokenizer("words", _analyzer())
    index.register_tokenizer("stems", _stemmer())
    return index


class Hit(NamedTuple):
    """A passage found: its record, the numbers of its paragraphs, and how well it fits."""

    score: float
    record: str
    paragraphs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """The best passages, and how many there are in all."""

    total: int
    hits: list[Hit]


class Criterion(NamedTuple):
    """Which passages are wanted; None asks for all. Dates are YYYYMMDD, inclusive."""

    record: str | None = None
    repository: str | None = None
    fond: str | None = None
    language: str | None = None
    layer: str | None = None
    kind: str | None = None
    entity: str | None = None
    date_from: int | None = None
    date_to: int | None = None


class SearchIndex:
    """The index of one generation, open for reading, from any number of threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        index = _open(folder)
        index.config_reader("manual")
        index.reload()
        self._searcher = index.searcher()

    @property
    def passages(self) -> int:
        """How many there are."""
        return int(self._searcher.num_docs)

    # Queries: objects, never text that something might read as syntax.

    def any_form(self, word: str) -> tantivy.Query:
        """A word in any of its English forms."""
        return tantivy.Query.term_query(_schema(), "stems", stem(word), index_option="freq")

    def phrase(self, words: Sequence[str]) -> tantivy.Query:
        """Words exactly as they stand, one after the other."""
        if len(words) == 1:
            return tantivy.Query.term_query(_schema(), "words", words[0], index_option="freq")
        return tantivy.Query.phrase_query(_schema(), "words", list(words))

    def prefix(self, letters: str) -> tantivy.Query:
        """Words that begin with these letters, which must be letters and digits only."""
        if not WORD.fullmatch(letters):
            raise ValueError(f"{letters!r} is no prefix")
        return tantivy.Query.regex_query(_schema(), "words", f"{letters}.*")

    def every(
        self, wanted: Iterable[tantivy.Query], without: Iterable[tantivy.Query] = ()
    ) -> tantivy.Query:
        """Passages that meet every query of `wanted` and none of `without`."""
        must = [(tantivy.Occur.Must, query) for query in wanted]
        must_not = [(tantivy.Occur.MustNot, query) for query in without]
        if len(must) == 1 and not must_not:
            return must[0][1]
        return tantivy.Query.boolean_query([*must, *must_not])

    def some(self, wanted: Sequence[tantivy.Query]) -> tantivy.Query:
        """Passages that meet at least one, the better the more."""
        if len(wanted) == 1:
            return wanted[0]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in wanted])

    def filters(self, criterion: Criterion) -> list[tantivy.Query]:
        """What the criterion demands; it adds nothing to the score."""
        found = [
            tantivy.Query.term_query(_schema(), name, value, index_option="basic")
            for name, value in zip(Criterion._fields[:7], criterion[:7], strict=True)
            if value is not None
        ]
        # A record matches where the span of its date and the span asked for overlap.
        for name, low, high in (
            ("end", criterion.date_from, None),
            ("begin", None, criterion.date_to),
        ):
            if low is not None or high is not None:
                found.append(
                    tantivy.Query.range_query(
                        _schema(),
                        name,
                        tantivy.FieldType.Integer,
                        lower_bound=low,
                        upper_bound=high,
                    )
                )
        return [tantivy.Query.const_score_query(query, 0.0) for query in found]

    # Answers

    def top(self, query: tantivy.Query, limit: int, offset: int = 0, *, count: bool = True) -> Hits:
        """The best passages from `offset` on, equals in the order in which they were indexed."""
        result = self._searcher.search(query, limit, count=count, offset=offset)
        hits = []
        for score, address in result.hits:
            stored = self._searcher.doc(address)
            record, numbers = stored.get_first("record"), stored.get_all("paragraph")
            hits.append(Hit(score, str(record), tuple(numbers)))
        total = result.count or 0  # type: ignore[attr-defined]
        return Hits(total, hits)

    def count(self, query: tantivy.Query) -> int:
        """How many passages meet a query."""
        result = self._searcher.search(query, 1, count=True)
        return int(result.count or 0)  # type: ignore[attr-defined]

    def facets(
        self, query: tantivy.Query, names: Sequence[str], size: int = _ALL
    ) -> dict[str, list[tuple[str, int]]]:
        """For each name (of FACETS) its commonest values among the passages found, by default all.

        Counts are exact: segments that told of their own commonest values alone would leave out
        what is rare in one of them and common in others.
        """
        each = size if self._searcher.num_segments == 1 else _ALL
        asked = {
            name: {"terms": {"field": name, "size": size, "segment_size": each}} for name in names
        }
        answer = self._searcher.aggregate(query, asked)
        return {
            name: sorted(
                ((_facet_key(b["key"]), int(b["doc_count"])) for b in answer[name]["buckets"]),
                key=lambda pair: (-pair[1], pair[0]),
            )
            for name in names
        }

    def find_like(self, document: Document) -> list[Hit]:
        """The passages that have every value of a document, and its words in their order."""
        wanted = [
            tantivy.Query.term_query(_schema(), name, value, index_option="basic")
            for name in (*_COUNTED, *_FILTERED)
            for value in document[name]
        ]
        most = self.count(wanted[0])
        wanted += [
            tantivy.Query.range_query(
                _schema(), name, tantivy.FieldType.Integer, lower_bound=value, upper_bound=value
            )
            for name in _NUMBERS
            for value in document[name]
        ]
        wanted += map(self.phrase, _runs(document["words"][0].split()))
        return self.top(self.every(wanted), max(most, 1), count=False).hits

    def words(self) -> list[str]:
        """Every word that stands in a passage, or stood in one that is gone."""
        limit = 2**16
        while len(found := self.vocabulary("", limit)) == limit:
            limit *= 4
        return [word for word, _ in found]

    def frequency(self, word: str) -> int:
        """In how many passages a folded word stands, exactly so."""
        return int(self._searcher.doc_freq("words", word))

    def stem_frequency(self, word: str) -> int:
        """In how many passages a word stands in any of its forms."""
        return int(self._searcher.doc_freq("stems", stem(word)))

    def vocabulary(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """The commonest words that begin so, each with the number of its passages."""
        return list(self._searcher.terms_with_prefix("words", prefix, limit=limit))


def _runs(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Phrases of all the words that are indexed; each begins with the last word of the one before,
    unless a word that is too long parts them."""
    run: list[str] = []
    for word in words:
        if len(word.encode()) >= LONGEST_WORD:
            if run:
                yield run
            run = []
            continue
        run.append(word)
        if len(run) == _LONGEST_PHRASE:
            yield run
            run = run[-1:]
    if run:
        yield run


def _facet_key(key: object) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)


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
            for broken in folder.parent.glob(".building-*"):
                shutil.rmtree(broken, ignore_errors=True)
            if base is not None and not (
                _leads_here(settings, base, connection) and _is_worth_it(base, connection)
            ):
                base = None
            _build(folder, base, connection)
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


@contextmanager
def _building(parent: Path) -> Iterator[None]:
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / "building.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
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


def _build(folder: Path, base: Path | None, connection: Connection) -> None:
    work = folder.parent / f".building-{folder.name}"
    work.mkdir()
    after = -1
    if base is not None:
        _link(base, work)
        after = _generation_of(base)
    index = _open(work, new=base is None)
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    if base is not None:
        for record in _changed(connection, after):
            writer.delete_documents_by_term("record", record)
    for document in read_documents(connection, after):
        writer.add_document(tantivy.Document(**document))
    writer.commit()
    writer.wait_merging_threads()
    del writer, index
    _sync(work)
    os.replace(work, folder)


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
    folders = [f for f in newest.parent.iterdir() if f.is_dir() and f not in (newest, base)]
    folders.sort(key=lambda f: f.stat().st_mtime, reverse=True)
    for folder in folders[_KEPT - 1 - (base is not None and base.is_dir()) :]:
        shutil.rmtree(folder, ignore_errors=True)


# From rows to documents


def _changed(connection: Connection, after: int) -> Iterator[str]:
    """Records that came, changed or went after a generation."""
    record, gone = core(Record), core(GoneRecord)
    for query in (
        select(record.c.id).where(record.c.modified_in > after),
        select(gone.c.id).where(gone.c.gone_in > after),
    ):
        yield from connection.execute(query).scalars()


Document = Mapping[str, list[Any]]
"""What the index has of a passage: values by field; `words` is one text, words parted by spaces."""


def read_documents(connection: Connection, after: int = -1) -> Iterator[Document]:
    """The passages of all records that came or changed after a generation, record by record."""
    record = core(Record)
    ids = connection.execute(
        select(record.c.id).where(record.c.modified_in > after).order_by(record.c.id)
    ).scalars()
    batch: list[str] = []
    for one in ids.all():
        batch.append(one)
        if len(batch) == _BATCH:
            yield from _documents_of(connection, batch)
            batch = []
    yield from _documents_of(connection, batch)


def _documents_of(connection: Connection, records: Sequence[str]) -> Iterator[Document]:
    if not records:
        return
    described = _descriptions(connection, records)
    entities = _entities(connection, records)
    for record, passage in _passages(connection, records):
        mentioned: set[str] = set()
        for row in passage:
            mentioned |= entities.get((record, row.number), set())
        text = join_words("\n".join(row.text for row in passage))
        yield {
            "words": [text],
            "stems": [text],
            "entity": sorted(mentioned),
            "layer": sorted({row.layer for row in passage if row.layer}),
            "kind": sorted({row.kind for row in passage}),
            "paragraph": [row.number for row in passage],
            **described[record],
        }


def _descriptions(
    connection: Connection, records: Sequence[str]
) -> Mapping[str, dict[str, list[Any]]]:
    record, spoken = core(Record), core(RecordLanguage)
    found = {}
    for row in connection.execute(
        select(
            record.c.id,
            record.c.repository,
            record.c.fond,
            record.c.date_begin,
            record.c.date_end,
        ).where(record.c.id.in_(records))
    ):
        begin, end = read_day(row.date_begin), read_day(row.date_end)
        found[row.id] = {
            "record": [row.id],
            "repository": [row.repository.lower()] if row.repository else [],
            "fond": [row.fond] if row.fond else [],
            "language": [],
            "begin": [] if begin is None else [begin],
            "end": [] if end is None else [end],
            "decade": [] if begin is None else [begin // 100_000 * 10],
        }
    for row in connection.execute(select(spoken).where(spoken.c.record_id.in_(records))):
        found[row.record_id]["language"].append(row.tag)
    return found


def read_day(day: str | None) -> int | None:
    """A day as the index holds it: "1958-09-19" -> 19580919. None where it is none."""
    if not day:
        return None
    sign, digits = (-1, day[1:]) if day.startswith("-") else (1, day)
    plain = digits.replace("-", "")
    return sign * int(plain) if plain.isdecimal() else None


def _entities(connection: Connection, records: Sequence[str]) -> dict[tuple[str, int], set[str]]:
    mention, segment = core(Mention), core(MentionSegment)
    found: dict[tuple[str, int], set[str]] = {}
    query = (
        select(segment.c.record_id, segment.c.paragraph, mention.c.entity_id)
        .join(
            mention,
            (mention.c.record_id == segment.c.record_id)
            & (mention.c.position == segment.c.position),
        )
        .where(segment.c.record_id.in_(records), mention.c.entity_id.is_not(None))
    )
    for record, paragraph, entity in connection.execute(query):
        found.setdefault((record, paragraph), set()).add(entity)
    return found


def _passages(connection: Connection, records: Sequence[str]) -> Iterator[tuple[str, list[Any]]]:
    """Each record's paragraphs, those together that a page break parted."""
    table = core(Paragraph)
    query = (
        select(
            table.c.record_id,
            table.c.number,
            table.c.text,
            table.c.kind,
            table.c.layer,
            table.c.continues,
        )
        .where(table.c.record_id.in_(records))
        .order_by(table.c.record_id, table.c.number)
    )
    passages: list[list[Any]] = []
    ending: dict[int, list[Any]] = {}
    record = ""
    for row in connection.execute(query):
        if row.record_id != record:
            yield from ((record, passage) for passage in passages)
            record, passages, ending = row.record_id, [], {}
        passage = ending.pop(row.continues, None) if row.continues is not None else None
        if passage is None:
            passage = []
            passages.append(passage)
        passage.append(row)
        ending[row.number] = passage
    yield from ((record, passage) for passage in passages)
