"""Archives of any size: made up, written in the export form, loaded by the real loader, kept.

Between runs a folder is used again as long as what made it, and what loaded it, is the same code.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from tests import corpora
from tests.benchmarks.serving import CORES, ROOT, environment, pin, resident_together
from tests.corpora import Writer, vocabulary

PARAGRAPHS = 20
"""Paragraphs of a record."""
_SENTENCES = 16
"""Of a paragraph, at most: about 800 bytes on average."""
WORDS = 30_000
_PEOPLE = 400
FIRST = 100_001
"""The first record's id; the others follow."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded archive, and what loading it took."""

    size: int
    """Paragraphs."""
    records: int
    folder: Path
    seconds: float
    memory: float
    """Megabytes at most, all processes of the load together."""
    day: str = ""
    """On which it was loaded."""

    @property
    def seed(self) -> Path:
        """The files it was loaded from."""
        return self.folder / "seed"

    @property
    def data(self) -> Path:
        """The database and the index."""
        return self.folder / "data"


@cache
def people() -> tuple[str, ...]:
    """Names as they are chosen from: those of a few often, of most hardly ever."""
    words = [word for word in vocabulary(WORDS)[400:] if len(word) > 4 and word.isalpha()]
    names = [f"{words[rank].title()} {words[rank + _PEOPLE].title()}" for rank in range(_PEOPLE)]
    return tuple(
        name for rank, name in enumerate(names) for _ in range(1 + 2 * _PEOPLE // (rank + 5))
    )


def authorities() -> str:
    """The authority file: whoever is named."""
    lines = ["entities:"]
    for name in dict.fromkeys(people()):
        given, surname = name.split()
        lines += [
            f"  - id: {surname.lower()}-{given.lower()}",
            "    kind: person",
            f"    label: {name}",
            f"    names: [{{text: {name}, type: full}}, {{text: {surname}, type: short}}]",
        ]
    lines += [corpora.NAMES.split("\n", 1)[1].rstrip()]
    return "\n".join(lines) + "\n"


def write_record(record: int, paragraphs: int = PARAGRAPHS) -> str:
    """One record's export; the same number, the same text."""
    writer = Writer(("bench", record), WORDS, people())
    return writer.record(record, paragraphs, _SENTENCES)


def _write_records(folder: Path, records: Sequence[int], paragraphs: int) -> None:
    for record in records:
        (folder / f"{record}.md").write_text(write_record(record, paragraphs))


def _write_seed(seed: Path, records: int, paragraphs: int) -> None:
    (seed / "records").mkdir(parents=True)
    (seed / "authorities").mkdir()
    (seed / "authorities" / "names.yaml").write_text(authorities())
    numbers = range(FIRST, FIRST + records)
    with ProcessPoolExecutor(len(CORES), initializer=partial(pin, *CORES)) as pool:
        parts = [numbers[at : at + 250] for at in range(0, records, 250)]
        for done in [
            pool.submit(_write_records, seed / "records", part, paragraphs) for part in parts
        ]:
            done.result()


def digest_of(paths: Iterable[Path]) -> str:
    """A hash of files."""
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


@cache
def written_by() -> str:
    """A hash of the code that writes the files."""
    return digest_of([Path(corpora.__file__), Path(__file__)])


@cache
def loaded_by() -> str:
    """A hash of the code that loads them."""
    folders = [ROOT / "api" / name for name in ("parsing", "loading", "representations", "store")]
    modules = [ROOT / "api" / name for name in ("text.py", "words.py")]
    modules += [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return digest_of([*modules, *sorted((ROOT / "migrations" / "versions").glob("*.py"))])


class Corpora:
    """The archives of a run, below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._fresh: set[Path] = set()

    def kept(self, size: int, paragraphs: int = PARAGRAPHS) -> Loaded | None:
        """The archive, where it is there and still good."""
        folder = self._folder(size, paragraphs)
        note = _read(folder / "loaded.json")
        if note.pop("digest", None) != f"{written_by()} {loaded_by()}":
            return None
        return Loaded(size, size // paragraphs, folder, **note)

    def get(self, size: int, paragraphs: int = PARAGRAPHS, *, afresh: bool = False) -> Loaded:
        """The archive, made and loaded where need be; with `afresh` loaded in this run."""
        folder = self._folder(size, paragraphs)
        found = self.kept(size, paragraphs)
        if found and (not afresh or folder in self._fresh):
            return found
        (folder / "loaded.json").unlink(missing_ok=True)
        records = size // paragraphs
        if _read(folder / "written.json").get("digest") != written_by():
            shutil.rmtree(folder, ignore_errors=True)
            _write_seed(folder / "seed", records, paragraphs)
            _note(folder / "written.json", digest=written_by())
        shutil.rmtree(folder / "data", ignore_errors=True)
        seconds, memory = _load(folder)
        day = datetime.now(UTC).date().isoformat()
        self._fresh.add(folder)
        _note(
            folder / "loaded.json",
            digest=f"{written_by()} {loaded_by()}",
            seconds=seconds,
            memory=memory,
            day=day,
        )
        return Loaded(size, records, folder, seconds, memory, day)

    def _folder(self, size: int, paragraphs: int) -> Path:
        return self.folder / (f"{size}" if paragraphs == PARAGRAPHS else f"{size}-by-{paragraphs}")


def _load(folder: Path) -> tuple[float, float]:
    """Load with the command; gives the seconds it took and the megabytes at most."""
    with (folder / "load.log").open("wb") as told:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "load"],
            cwd=ROOT,
            env=environment(OPIS_SEED_DIR=folder / "seed", OPIS_DATA_DIR=folder / "data"),
            stdout=told,
            stderr=told,
            preexec_fn=lambda: pin(*CORES),
        )
        try:
            most = 0.0
            while process.poll() is None:
                most = max(most, resident_together(process.pid, folder))
                time.sleep(0.2)
            took = time.perf_counter() - started
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode:
        raise RuntimeError(f"opis load: {(folder / 'load.log').read_text()[-500:]}")
    return took, most


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found


def _note(path: Path, **values: object) -> None:
    work = path.with_suffix(".new")
    work.write_text(json.dumps(values))
    os.replace(work, path)
