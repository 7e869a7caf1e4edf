"""Readers: many processes read what one would have read, to the last column."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from api.loading import corpus as loading
from api.loading import readers
from api.loading.build import Authorities
from api.loading.corpus import LoadReport, load_corpus
from api.loading.readers import Read, Reader, Stamp, Task, count_processes
from api.loading.seed import SeedFile, scan_seed
from api.settings import Settings
from api.store.engine import make_engine, migrate
from tests.conftest import write_seed
from tests.corpora import corpus
from tests.records import AUTHORITIES, LETTER, numbered

OF_THE_MOMENT = {"loaded_at", "modified_at", "datestamp", "gone_at", "mtime_ns"}
ANNOTATIONS = """\
record: letter
source_sha256: {sha256}
mentions:
  - {{entity: novak-jan, ref: role, paragraph: 4, quote: {quote}}}
"""


def load(seed: Path, data: Path, processes: int, patch: pytest.MonkeyPatch) -> LoadReport:
    settings = Settings(seed_dir=seed, data_dir=data, max_seed_file_bytes=100_000)
    migrate(settings)
    patch.setattr(loading, "count_processes", lambda files: processes)
    return load_corpus(settings)


def contents(seed: Path, data: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for what says when it was written."""
    engine = make_engine(Settings(seed_dir=seed, data_dir=data))
    found = {}
    with engine.connect() as connection:
        for name in SQLModel.metadata.tables:
            rows = connection.execute(text(f"SELECT * FROM {name}")).mappings()
            kept = ({k: v for k, v in row.items() if k not in OF_THE_MOMENT} for row in rows)
            found[name] = sorted(kept, key=repr)
    engine.dispose()
    return found


def a_seed(folder: Path) -> Path:
    write_seed(folder, corpus(40))
    write_seed(
        folder,
        {
            "authorities/all.yaml": AUTHORITIES,
            "records/letter.md": LETTER,
            "records/empty.md": "",
            "records/latin.md": b"**Title**\n\ncaf\xe9",
            "records/large.md": "x" * 100_001,
            "records/r1.ids.yaml": "record: [",
            "records/r1.md": numbered(1),
        },
    )
    return folder


def test_a_parallel_load_makes_the_same_database_as_a_serial_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed, data = a_seed(tmp_path / "seed"), (tmp_path / "one", tmp_path / "two")
    loads = [load(seed, folder, count, monkeypatch) for count, folder in enumerate(data, 1)]
    assert loads[0].complaints == loads[1].complaints
    assert loads[0].loaded == loads[1].loaded == 42
    assert len(loads[0].refused) == 4
    one, two = (contents(seed, folder) for folder in data)
    assert one == two

    # And again, with histories: an edit, annotations once taken and then refused, other names.
    sha256 = next(row["sha256"] for row in one["seed_file"] if row["path"] == "records/letter.md")
    taken = ANNOTATIONS.format(sha256=sha256, quote="Comrade")
    refused = ANNOTATIONS.format(sha256=sha256, quote="Citizen")
    for changed in (
        {"records/letter.annotations.yaml": taken},
        {
            "records/latin.md": numbered(2),
            "records/letter.annotations.yaml": refused,
            "records/letter.md": LETTER.replace("A. PETROVA", "ANNA PETROVA\n\nP.S. Thank you."),
            "authorities/all.yaml": AUTHORITIES.replace("id: brno", "id: brno-city"),
        },
    ):
        write_seed(seed, changed)
        loads = [load(seed, folder, count, monkeypatch) for count, folder in enumerate(data, 1)]
        assert loads[0].complaints == loads[1].complaints
        one, two = (contents(seed, folder) for folder in data)
        assert one == two
    assert [len(one[name]) for name in ("revision", "corpus")] == [44, 1]


def some_tasks(folder: Path, count: int) -> Iterator[Task]:
    write_seed(folder, {f"records/r{i:03}.md": numbered(i) for i in range(count)})
    seed = scan_seed(folder, {}, max_bytes=1_000_000)
    return (Task(file.record or "", file, "digest") for file in seed.of_kind("source"))


def a_reader(folder: Path) -> Reader:
    return Reader(folder, (), Authorities(), Stamp("2000-01-01T00:00:00+00:00", 1))


def titles(results: Iterator[Read]) -> list[str]:
    return [row["title"] for read in results for row in (read.rows or {})["record"]]


@pytest.mark.parametrize("dies", ["while it reads", "before"])
def test_what_a_dead_process_was_to_read_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    def submit(pool: ProcessPoolExecutor, chunk: list[Task]) -> Future[list[Read]] | None:
        if dies == "before":
            return None
        future: Future[list[Read]] = Future()
        future.set_exception(BrokenProcessPool())
        return future

    monkeypatch.setattr(readers, "_submit", submit)
    found = titles(a_reader(tmp_path).read(some_tasks(tmp_path, 70), 2))
    assert found == [f"Note number {i}" for i in range(70)]


def test_reading_runs_no_further_ahead_than_a_few_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_CHUNK_FILES", 2)
    monkeypatch.setattr(readers, "_submit", lambda pool, chunk: None)
    asked: list[Task] = []

    def tasks() -> Iterator[Task]:
        for task in some_tasks(tmp_path, 50):
            asked.append(task)
            yield task

    results = a_reader(tmp_path).read(tasks(), 2)
    next(results)
    assert len(asked) == 10
    assert len(list(results)) == 49


@pytest.mark.parametrize(
    ("count", "size", "cores", "processes"),
    [
        (1, 1_000, 4, 1),
        (399, 1_000, 4, 1),
        (400, 1_000, 4, 4),
        (3, 2_000_000, 4, 4),
        (30_000, 5_000, 2, 2),
        (30_000, 5_000, 1, 1),
        (30_000, 5_000, 64, 8),
    ],
)
def test_processes_are_started_for_much_work_only(
    monkeypatch: pytest.MonkeyPatch, count: int, size: int, cores: int, processes: int
) -> None:
    monkeypatch.setattr(readers, "count_cores", lambda: cores)
    files = [SeedFile(f"records/{i}.md", "source", str(i), "", size, 0) for i in range(count)]
    assert count_processes(files) == processes


def test_a_process_that_reads_imports_no_database() -> None:
    heavy = "{'sqlalchemy', 'sqlmodel', 'tantivy', 'fastapi'}"
    code = f"import sys, api.loading.readers; print(sorted({heavy} & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
