"""What the service is compared with: the same rows for Datasette, the same passages for FTS5.

`Alone` asks tantivy and FTS5 without a service around them, in a process on the servers' core.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

from tests.benchmarks.corpus import Loaded
from tests.benchmarks.serving import ROOT, SERVER_CORE, end, environment, pin

TOP = 20
Engine = Literal["tantivy", "fts5"]

_RECORDS = (
    "id title date date_begin date_end summary credits languages repository fond collection_id "
    "citation contents other_fields rights review counts path source_sha256 modified_at"
)
_PARAGRAPHS = "record_id number id kind text section_id layer start end content_id continues"
_ROWS = {
    "records": ("record", "id", _RECORDS.split()),
    "paragraphs": ("paragraph", "record_id, number", _PARAGRAPHS.split()),
}
_TEXTS = """
    CREATE VIEW texts AS
    SELECT *, (
        SELECT json_group_array(json_object({columns})) FROM paragraphs
        WHERE record_id = records.id ORDER BY number
    ) AS paragraphs
    FROM records
"""
_PASSAGES = """
    INSERT INTO passages (text)
    SELECT first.text || coalesce(' ' || second.text, '')
    FROM opis.paragraph AS first
    LEFT JOIN opis.paragraph AS second
        ON second.record_id = first.record_id AND second.number = first.number + 1
        AND second.continues = first.number
    WHERE first.continues IS NULL
"""


def make_rows(archive: Loaded) -> Path:
    """A database with the archive's records and paragraphs, keyed as the service's are."""

    def fill(database: sqlite3.Connection) -> None:
        for name, (table, key, wanted) in _ROWS.items():
            found = database.execute(f"PRAGMA opis.table_info({table})")
            types = {row[1]: row[2] for row in found if row[1] in wanted}
            declared = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
            columns = ", ".join(f'"{column}"' for column in types)
            database.execute(f"CREATE TABLE {name} ({declared}, PRIMARY KEY ({key}))")
            database.execute(f"INSERT INTO {name} SELECT {columns} FROM opis.{table}")
        # Of paragraphs, the second: their columns, for records with their text.
        named = ", ".join(f"'{column}', \"{column}\"" for column in types)
        database.execute(_TEXTS.format(columns=named))

    return _make(archive, "rows", fill)


def make_fts5(archive: Loaded) -> Path:
    """A database with the archive's passages in FTS5, stemmed, one document each."""

    def fill(database: sqlite3.Connection) -> None:
        database.execute(
            "CREATE VIRTUAL TABLE passages USING fts5"
            "(text, content='', tokenize='porter unicode61 remove_diacritics 2')"
        )
        database.execute(_PASSAGES)
        database.execute("INSERT INTO passages (passages) VALUES ('optimize')")

    return _make(archive, "fts5", fill)


def _make(archive: Loaded, name: str, fill: Callable[[sqlite3.Connection], None]) -> Path:
    path = archive.folder / f"{name}.sqlite"
    source = archive.data / "opis.sqlite"
    if path.exists() and path.stat().st_mtime > (archive.folder / "loaded.json").stat().st_mtime:
        return path
    work = path.with_suffix(".new")
    work.unlink(missing_ok=True)
    with closing(sqlite3.connect(work)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("ATTACH ? AS opis", (str(source),))
        fill(database)
        database.commit()
    work.replace(path)
    return path


class Alone:
    """tantivy, or FTS5, in a process that does nothing else."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def time(self, queries: Sequence[str]) -> list[float]:
        """The milliseconds that each query takes, written as the service takes them."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(queries).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the search engine has ended")
        times: list[float] = json.loads(line)
        return times


@contextmanager
def search_alone(engine: Engine, path: Path) -> Iterator[Alone]:
    """An engine that waits for queries: the index's folder, or the database."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.peers", engine, str(path)],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: pin(SERVER_CORE),
    ) as process:
        try:
            yield Alone(process)
        finally:
            end(process)


def index_of(archive: Loaded) -> Path:
    """The folder of the archive's search index."""
    folders = [path for path in (archive.data / "search").iterdir() if path.is_dir()]
    return max(folders, key=lambda path: path.stat().st_mtime)


def _ask_tantivy(folder: Path) -> Callable[[str], Any]:
    import tantivy

    from api.store.search_index import stem

    index = tantivy.Index.open(str(folder))
    index.reload()
    searcher, schema = index.searcher(), index.schema

    def ask(query: str) -> Any:
        return searcher.search(read(query), TOP, count=True)

    def read(query: str) -> tantivy.Query:
        if query.startswith('"'):
            return tantivy.Query.phrase_query(schema, "words", list(query.strip('"').split()))
        if query.endswith("*"):
            return tantivy.Query.regex_query(schema, "words", f"{query[:-1]}.*")
        words = [
            tantivy.Query.term_query(schema, "stems", stem(word), index_option="freq")
            for word in query.split()
        ]
        if len(words) == 1:
            return words[0]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, word) for word in words])

    return ask


def _ask_fts5(path: Path) -> Callable[[str], Any]:
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.execute("PRAGMA mmap_size = 1000000000")
    question = f"SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT {TOP}"

    def ask(query: str) -> Any:
        words = " ".join(f'"{word}"' for word in query.split())
        return database.execute(question, (words,)).fetchall()

    return ask


def main() -> None:
    """`python -m tests.benchmarks.peers ENGINE PATH`: lines of queries in, lines of times out."""
    engine, path = sys.argv[1], Path(sys.argv[2])
    ask = _ask_tantivy(path) if engine == "tantivy" else _ask_fts5(path)
    for line in sys.stdin:
        times = []
        for query in json.loads(line):
            started = time.perf_counter()
            ask(query)
            times.append((time.perf_counter() - started) * 1000)
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main()
