"""On a full disk a load fails and says so; the corpus before it is served until there is room."""

from pathlib import Path

import pytest

from tests.loader import start_load
from tests.records import numbered
from tests.test_crashes import a_corpus, is_tidy, lay_out, load, restarted

WORDS = ("alpha", "beta")


@pytest.mark.parametrize("largest", [20_000, 200_000])
def test_a_load_without_room_for_the_database_changes_nothing(tmp_path: Path, largest: int) -> None:
    seed, data = tmp_path / "seed", tmp_path / "data"
    old, new = (a_corpus(word) for word in WORDS)
    long = "It has many words " * 200
    more = {f"more{i}": numbered(i).replace("It has", long) for i in range(99)}
    lay_out(seed, old)
    load(seed, data)
    lay_out(seed, new | more)
    process = start_load(seed, data, largest=largest)
    process.join(60)
    assert process.exitcode == 1
    log = Path(f"{data}.log").read_text()
    assert "the load failed: " in log
    assert "Traceback" not in log
    with restarted(seed, data) as service:
        service.holds(old, WORDS)
        lay_out(seed, new)
        load(seed, data)
        service.holds(new, WORDS)
    assert is_tidy(data)


def test_a_load_without_room_for_the_index_changes_nothing(tmp_path: Path) -> None:
    seed, data = tmp_path / "seed", tmp_path / "data"
    old, new = (a_corpus(word) for word in WORDS)
    lay_out(seed, old)
    load(seed, data)
    lay_out(seed, new)
    process = start_load(seed, data, ("api.store.index_building", "_sync", "fails"))
    process.join(60)
    assert process.exitcode == 1
    assert "error: search: the load failed: No space left on device" in (
        Path(f"{data}.log").read_text()
    )
    with restarted(seed, data) as service:
        service.holds(old, WORDS)
        load(seed, data)
        service.holds(new, WORDS)
    assert is_tidy(data)


def test_two_loaders_at_once_make_one_generation(tmp_path: Path) -> None:
    seed, data = tmp_path / "seed", tmp_path / "data"
    corpus = a_corpus("alpha")
    lay_out(seed, corpus)
    loaders = [start_load(seed, data) for _ in range(3)]
    for loader in loaders:
        loader.join(60)
    assert [loader.exitcode for loader in loaders] == [0, 0, 0]
    with restarted(seed, data) as service:
        assert service.generation() == 1
        service.holds(corpus, WORDS)
