"""What every test stands on: the real app, real migrations, a real file database, over HTTP.

`archive` serves the repository's own seed, loaded once for the whole run: tests must not change
it. Whoever needs other records takes `make_archive`, which serves a folder of the test's own.

With `--postgres` the same archives are served from a PostgreSQL server that is started for the
run, each from a database of its own, and only tests that serve something run.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.loading.corpus import LoadReport, load_corpus
from api.settings import Settings
from api.store.engine import migrate
from api.store.generation import ServerWatch
from tests import postgres
from tests.corpora import NAMES, corpus

SEED = Path(__file__).resolve().parents[1] / "seed"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="serve from PostgreSQL")


def pytest_configure(config: pytest.Config) -> None:
    postgres.wanted = config.getoption("--postgres")


def pytest_unconfigure() -> None:
    postgres.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--postgres`, whatever is served; without it, whatever needs no PostgreSQL."""
    served = {"archive", "make_archive", "library", "letters"}
    kept: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        needs = item.get_closest_marker("postgres") is not None
        names = set(getattr(item, "fixturenames", ()))
        looks = item.get_closest_marker("sqlite") is not None
        here = needs or (bool(names & served) and not looks)
        fits = here if postgres.wanted else not needs
        (kept if fits else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = kept


@dataclass
class Archive:
    """A served corpus, and the questions that tests ask of it."""

    settings: Settings
    client: httpx.Client
    report: LoadReport = field(default_factory=LoadReport)
    app: Any = None

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        """The JSON at a path, which must answer with `status`."""
        response = self.client.get(path, params=query or None)
        assert response.status_code == status, response.text
        return response.json()

    def record(self, record: str, rest: str = "", **query: Any) -> Any:
        """The JSON of a record, or of something below it."""
        return self.get(f"/v1/records/{record}{rest}", **query)

    def paragraphs(self, record: str, **query: Any) -> list[dict[str, Any]]:
        """A record's paragraphs."""
        items: list[dict[str, Any]] = self.record(record, "/paragraphs", **query)["items"]
        return items

    def mentions(self, record: str, **query: Any) -> list[dict[str, Any]]:
        """A record's mentions."""
        items: list[dict[str, Any]] = self.record(record, "/mentions", **query)["items"]
        return items

    def mention(self, record: str, paragraph: int, quote: str) -> dict[str, Any]:
        """The one mention with these words that begins in this paragraph."""
        found = [
            mention
            for mention in self.mentions(record)
            if mention["quote"] == quote and mention["segments"][0]["paragraph"] == paragraph
        ]
        assert len(found) == 1, found
        return found[0]

    def reload(self) -> LoadReport:
        """Load what has changed in the seed folder."""
        self.report = load_corpus(self.settings)
        self.look()
        return self.report

    def look(self) -> None:
        """See the newest generation now, where it is asked for only every so often."""
        if isinstance(self.app.state.generation, ServerWatch):
            self.app.state.generation.ask()


class InProcess(httpx.BaseTransport):
    """The app over HTTP without a socket, for httpx's plain client: one event loop of its own."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, and its answer read to the end."""
        return self._loop.run_until_complete(self._handle(request))

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream | httpx.AsyncByteStream)
        request = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        response = await self._transport.handle_async_request(request)
        body = b"".join([part async for part in response.stream])  # type: ignore[union-attr]
        stream = httpx.ByteStream(body)
        return httpx.Response(response.status_code, headers=response.headers, stream=stream)

    def close(self) -> None:
        """End the loop, and whatever threads it started."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def open_archive(settings: Settings) -> tuple[Archive, Callable[[], None]]:
    """Migrate, load and serve; the second value closes it."""
    if postgres.wanted and settings.database_url is None:
        url = postgres.server().create_database()
        settings = settings.model_copy(update={"database_url": url})
    migrate(settings)
    report = load_corpus(settings)
    app = create_app(settings)
    app.state.service.migrated = True
    client = httpx.Client(transport=InProcess(app), base_url="http://opis.test")

    def close() -> None:
        client.close()
        app.state.generation.close()
        app.state.engine.dispose()
        if postgres.wanted:
            postgres.server().drop_database(settings.database)

    opened = Archive(settings, client, report, app)
    opened.look()
    return opened, close


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The repository's own seed, served. Read it, do not change it."""
    data = tmp_path_factory.mktemp("data")
    opened, close = open_archive(Settings(seed_dir=SEED, data_dir=data))
    yield opened
    close()


MakeArchive = Callable[..., Archive]


@pytest.fixture
def make_archive(tmp_path: Path) -> Iterator[MakeArchive]:
    """A maker of archives from texts: `make_archive({"records/a.md": "…"}, port=…)`.

    Files go to a seed folder of the test's own; further arguments are settings. With
    `authorities=True` the repository's authorities come along.
    """
    closers: list[Callable[[], None]] = []

    def make(
        files: Mapping[str, str | bytes] | None = None,
        *,
        authorities: bool = False,
        **settings: Any,
    ) -> Archive:
        seed = tmp_path / f"seed{len(closers)}"
        (seed / "records").mkdir(parents=True)
        (seed / "authorities").mkdir()
        if authorities:
            shutil.copytree(SEED / "authorities", seed / "authorities", dirs_exist_ok=True)
        write_seed(seed, files or {})
        data = tmp_path / f"data{len(closers)}"
        opened, close = open_archive(Settings(seed_dir=seed, data_dir=data, **settings))
        closers.append(close)
        return opened

    yield make
    for close in closers:
        close()


def write_seed(seed: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a seed folder."""
    for name, content in files.items():
        path = seed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Two thousand made-up records, served, for whatever needs many. Read it only."""
    folder = tmp_path_factory.mktemp("library")
    write_seed(folder / "seed", {"authorities/names.yaml": NAMES})
    write_seed(folder / "seed", corpus(2_000, paragraphs=4, sentences=4))
    opened, close = open_archive(Settings(seed_dir=folder / "seed", data_dir=folder / "data"))
    yield opened
    close()
