"""A loader that is killed leaves a whole corpus behind, old or new, and the next finishes the work.

What is served is asked of a service opened on what the killed loader left, as after a restart.
"""

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from tests.conftest import InProcess, write_seed
from tests.loader import Moment, start_load
from tests.records import AUTHORITIES, LETTER, numbered

KILLS = 50
Corpus = Mapping[str, str]


def a_corpus(word: str) -> dict[str, str]:
    """Records by id: some stand in every corpus, some change with the word, some come and go."""
    stays = {f"same{i}": numbered(i) for i in range(2)}
    changes = {f"r{i}": numbered(i).replace("It has", f"It says {word} and has") for i in range(6)}
    return stays | changes | {f"only-{word}": numbered(1).replace("note 1.", f"{word}.")}


def lay_out(seed: Path, corpus: Corpus) -> None:
    """Make the seed hold these records and no others."""
    shutil.rmtree(seed / "records", ignore_errors=True)
    write_seed(seed, {f"records/{record}.md": text for record, text in corpus.items()})


class Service:
    """What a service that has just been started says, without loading anything."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str) -> Any:
        response = self.client.get(path)
        for _ in range(300):
            if response.status_code != 503:
                break
            # The index of what is served is being made again.
            time.sleep(0.05)
            response = self.client.get(path)
        assert response.status_code == 200, response.text
        return response.json()

    def generation(self) -> int:
        generation: int = self.get("/v1")["generation"]
        return generation

    def holds(self, corpus: Corpus, words: tuple[str, str]) -> None:
        """See that the corpus is whole and nothing but it is served."""
        top = self.get("/v1")
        listed = self.get("/v1/records?limit=100")
        assert {item["id"] for item in listed["items"]} == set(corpus)
        paragraphs = 0
        for record, text in corpus.items():
            assert self.client.get(f"/v1/records/{record}.md").text == text
            items = self.get(f"/v1/records/{record}/paragraphs")["items"]
            assert all(item["text"] in text for item in items)
            paragraphs += len(items)
        assert (top["counts"]["records"], top["counts"]["paragraphs"]) == (len(corpus), paragraphs)
        for word in (*words, "note"):
            found = self.get(f"/v1/search?q={word}&limit=100")
            hits = {item["record"]["id"] for item in found["items"]}
            body = {r for r, text in corpus.items() if word in text.split("English")[1]}
            assert hits == body, word


@contextmanager
def restarted(seed: Path, data: Path) -> Iterator[Service]:
    settings = Settings(seed_dir=seed, data_dir=data, load_on_start=False)
    app = create_app(settings)
    app.state.service.migrated = True
    with httpx.Client(transport=InProcess(app), base_url="http://opis.test") as client:
        yield Service(client)
    app.state.generation.close()
    app.state.indexes.close()
    app.state.engine.dispose()


def load(seed: Path, data: Path) -> float:
    """A load to its end; gives the seconds it took."""
    started = time.monotonic()
    process = start_load(seed, data)
    process.join(60)
    assert process.exitcode == 0
    return time.monotonic() - started


def is_tidy(data: Path) -> bool:
    """Whether nothing of a load that was cut off is left."""
    names = os.listdir(data / "search")
    return not any(name.startswith(".") for name in names) and len(names) <= 3


def test_a_loader_killed_at_any_moment_leaves_a_whole_corpus(tmp_path: Path) -> None:
    seed, data = tmp_path / "seed", tmp_path / "data"
    words = ("alpha", "beta")
    corpora = [a_corpus(word) for word in words]
    lay_out(seed, corpora[0])
    load(seed, data)
    lay_out(seed, corpora[1])
    takes = load(seed, data)
    lay_out(seed, corpora[0])
    takes = max(takes, load(seed, data))
    choose = random.Random(1961)
    old, new = corpora
    generation, finished = 3, 0
    for kill in range(KILLS):
        lay_out(seed, new)
        process = start_load(seed, data)
        # One in each fiftieth of the run, so that no part of it is left out.
        time.sleep(takes * (kill + choose.random()) / KILLS)
        process.kill()
        process.join(60)
        with restarted(seed, data) as service:
            served = service.generation()
            assert served in (generation, generation + 1)
            finished += served > generation
            service.holds(new if served > generation else old, words)
            load(seed, data)
            assert service.generation() == generation + 1
            service.holds(new, words)
        assert is_tidy(data)
        generation += 1
        old, new = new, old
    assert finished < KILLS, "every kill came too late"


SEARCH, ENGINE = "api.store.index_building", "sqlalchemy.engine.default"
MOMENTS: list[Moment] = [
    ("api.loading.corpus", "_Load._write", "after"),
    ("api.loading.corpus", "_Load._settle", "after"),
    (SEARCH, "_link", "before"),
    (SEARCH, "_link", "after"),
    (SEARCH, "_sync", "before"),
    (SEARCH, "os.replace", "before"),
    (SEARCH, "os.replace", "after"),
    (SEARCH, "_remove_old", "after"),
    (ENGINE, "DefaultDialect.do_commit", "before"),
    (ENGINE, "DefaultDialect.do_commit", "after"),
]


WHOLE: list[Moment] = [
    ("api.loading.corpus", "begin_index", "after"),
    (SEARCH, "IndexBuild.add", "after"),
    ("api.loading.corpus", "finish_index", "before"),
    (SEARCH, "os.replace", "before"),
    (SEARCH, "os.replace", "after"),
]
"""When most has changed, so that a new index is made along with the rows."""


@pytest.mark.parametrize(
    ("dies", "most"),
    [*((moment, False) for moment in MOMENTS), *((moment, True) for moment in WHOLE)],
    ids=lambda value: " ".join(value[1:]) if isinstance(value, tuple) else str(value),
)
def test_a_loader_killed_at_a_tender_moment_leaves_a_whole_corpus(
    tmp_path: Path, dies: Moment, most: bool
) -> None:
    seed, data = tmp_path / "seed", tmp_path / "data"
    words = ("alpha", "beta")
    old, other = (a_corpus(word) for word in words)
    # With few changes the new index begins with the files of the old one.
    some = (f"r{i}" for i in range(6)) if most else ("r1",)
    new = old | {record: other[record] for record in (*some, "only-beta")}
    lay_out(seed, old)
    load(seed, data)
    lay_out(seed, new)
    process = start_load(seed, data, dies)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    with restarted(seed, data) as service:
        service.holds(new if service.generation() == 2 else old, words)
        # What comes next need not be what was being loaded.
        lay_out(seed, other)
        load(seed, data)
        service.holds(other, words)
    assert is_tidy(data)


def test_an_index_that_was_never_committed_is_not_taken_for_another_s(tmp_path: Path) -> None:
    seed, data = tmp_path / "seed", tmp_path / "data"
    write_seed(seed, {"records/letter.md": LETTER, "authorities/all.yaml": AUTHORITIES})
    start_load(seed, data, (ENGINE, "DefaultDialect.do_commit", "before")).join(60)
    search = data / "search"
    load(seed, data)
    (made,) = [name for name in os.listdir(search) if name[0].isdigit()]
    shutil.rmtree(search)
    (data / "opis.sqlite").unlink()
    # A folder of the same name, made when something could not be read: empty, say.
    (search / made).mkdir(parents=True)
    load(seed, data)
    with restarted(seed, data) as service:
        assert service.get("/v1/search?q=tractors")["total"] > 0
