"""Watching the seed: what changes there is served without a restart."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.loading.corpus import LoadReport, load_corpus
from api.loading.service import LoadingService
from api.settings import Settings
from tests.conftest import write_seed
from tests.records import LETTER, numbered
from tests.test_serving import OPIS, free_port, served


def until(found: Callable[[], Any]) -> Any:
    """What is found, as soon as it is."""
    for _ in range(300):
        if value := found():
            return value
        time.sleep(0.1)
    raise AssertionError("not within 30 seconds")


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    folder = tmp_path / "seed"
    write_seed(folder, {"records/letter.md": LETTER, "records/r1.md": numbered(1)})
    return folder


def test_new_changed_and_deleted_files_are_served_without_a_restart(
    seed: Path, tmp_path: Path
) -> None:
    with served([*OPIS, "--watch"], seed, tmp_path / "data", free_port()) as (client, process):
        write_seed(seed, {"records/r2.md": numbered(2)})
        until(lambda: client.get("/v1/records/r2").status_code == 200)
        write_seed(seed, {"records/letter.md": LETTER.replace("tractors", "ploughs")})
        until(lambda: "ploughs" in client.get("/v1/records/letter").json()["summary"])
        (seed / "records/r1.md").unlink()
        until(lambda: client.get("/v1/records/r1").status_code == 410)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) in (0, -signal.SIGTERM)


def test_of_several_workers_one_watches_and_all_serve_what_changes(
    seed: Path, tmp_path: Path
) -> None:
    settings = {"OPIS_WORKERS": "2", "OPIS_WATCH": "1"}
    with served(OPIS, seed, tmp_path / "data", free_port(), **settings) as (client, _):
        write_seed(seed, {"records/r2.md": numbered(2)})
        until(lambda: client.get("/v1/records/r2").status_code == 200)
        for _ in range(10):
            # A connection each, so that every worker is asked.
            assert httpx.get(f"{client.base_url}/v1", timeout=10).json()["generation"] == 2


@pytest.fixture
def watching(seed: Path, tmp_path: Path) -> Iterator[Callable[..., LoadingService]]:
    started = []

    def start(**more: Any) -> LoadingService:
        settings = Settings(seed_dir=seed, data_dir=tmp_path / "data", watch=True, **more)
        service = LoadingService(settings)
        service.start()
        started.append(service)
        return service

    yield start
    for service in started:
        service.stop()


def loaded(service: LoadingService, records: int) -> bool:
    report = service.report
    return report is not None and report.loaded + report.unchanged == records


@pytest.mark.parametrize("polling", [False, True])
def test_a_change_is_loaded(
    watching: Callable[..., LoadingService], seed: Path, polling: bool
) -> None:
    service = watching(watch_polling=polling)
    until(lambda: loaded(service, 2))
    write_seed(seed, {"records/deeper/r2.md": numbered(2)})
    until(lambda: loaded(service, 3))


def test_a_load_that_fails_is_told_and_tried_again_at_the_next_change(
    watching: Callable[..., LoadingService], seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = watching()
    until(lambda: loaded(service, 2))
    real = load_corpus

    def fail(*_: object) -> LoadReport:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("api.loading.corpus.load_corpus", fail)
    write_seed(seed, {"records/r2.md": numbered(2)})
    assert "No space left" in until(lambda: service.failure)
    monkeypatch.setattr("api.loading.corpus.load_corpus", real)
    write_seed(seed, {"records/r3.md": numbered(3)})
    until(lambda: loaded(service, 4))
    assert service.failure is None


def test_where_the_process_that_watches_ends_another_does(
    watching: Callable[..., LoadingService], seed: Path
) -> None:
    one, two = watching(), watching()
    until(lambda: loaded(one, 2) and loaded(two, 2))
    one.stop()
    two.stop(0.1)
    three = watching()
    write_seed(seed, {"records/r2.md": numbered(2)})
    until(lambda: loaded(three, 3))
