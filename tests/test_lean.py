"""The shortest way to an answer gives the answer that the long way gives, to the byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from api.app import create_app
from tests.conftest import Archive, InProcess, MakeArchive
from tests.corpora import Writer
from tests.records import LETTER

BothWays = Callable[[Archive], tuple[httpx.Client, httpx.Client]]

_PER_REQUEST = {"x-request-id"}


@pytest.fixture
def both_ways() -> Iterator[BothWays]:
    """Opens one archive twice more: by the short way, and by the framework's routes alone."""
    clients = []

    def open_both(archive: Archive) -> tuple[httpx.Client, httpx.Client]:
        settings = archive.settings.model_copy(update={"cache_bytes": 0})
        for short in (True, False):
            app = create_app(settings)
            app.state.service.migrated = True
            if not short:
                app.manners.lean = None
            transport = InProcess(app)
            clients.append(httpx.Client(transport=transport, base_url="http://opis.test"))
        return clients[-2], clients[-1]

    yield open_both
    for client in clients:
        client.close()


def _same(ways: tuple[httpx.Client, httpx.Client], path: str, **headers: str) -> httpx.Response:
    short, long = (client.get(path, headers=headers) for client in ways)
    assert short.status_code == long.status_code, path
    assert short.content == long.content, path
    kept = [
        {name: value for name, value in response.headers.items() if name not in _PER_REQUEST}
        for response in (short, long)
    ]
    assert kept[0] == kept[1], path
    return short


def test_the_short_way_answers_as_the_long_way_does(archive: Archive, both_ways: BothWays) -> None:
    ways = both_ways(archive)
    record = "/v1/records/209712"
    _same(ways, record)
    _same(ways, f"{record}?include=paragraphs")
    _same(ways, record, Accept="application/tei+xml")
    _same(ways, record, Accept="text/html")
    for item in archive.paragraphs("209712"):
        _same(ways, f"{record}/paragraphs/{item['number']}")
        _same(ways, f"{record}/paragraphs/{item['id']}")


@pytest.mark.parametrize("limit", [1, 3, 20, 52, 53, 54, 100, 101, 999, 1000, 1001, 0])
def test_pages_are_turned_alike_to_the_end(
    archive: Archive, both_ways: BothWays, limit: int
) -> None:
    ways = both_ways(archive)
    url: str | None = f"/v1/records/209712/paragraphs?limit={limit}"
    pages = 0
    while url:
        response = _same(ways, url)
        url = response.json().get("next")
        pages += 1
    assert limit == 0 or limit > 1000 or pages == -(-53 // limit)


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "/paragraphs",
        "/paragraphs/1",
        "/paragraphs/0",
        "/paragraphs/9999999999999999999999",
        "/paragraphs/pnone",
        "/paragraphs?limit=2&cursor=W2ZhbHNlLDJd",
        "/paragraphs?limit=2&cursor=W3RydWUsM10",
        "/paragraphs?limit=2&cursor=WyJhIl0",
        "/paragraphs?limit=2&cursor=nonsense",
        "/paragraphs?limit=02",
        "/paragraphs?limit=2&limit=3",
        "/paragraphs?from=2&to=3",
        "/paragraphs/",
        "?include=paragraphs",
        "?include=paragraphs,outline",
        "/paragraphs?include=paragraphs",
        "?fields=id,title",
        "?nonsense=1",
    ],
)
@pytest.mark.parametrize("record", ["a", "b", "none"])
def test_what_is_asked_oddly_is_answered_alike(
    make_archive: MakeArchive, both_ways: BothWays, record: str, rest: str
) -> None:
    archive = make_archive({"records/a.md": LETTER, "records/b.md": Writer("long").record(1, 120)})
    ways = both_ways(archive)
    _same(ways, f"/v1/records/{record}{rest}")
    _same(ways, f"/v1/records/{record}{rest}", Host="archive.example:8080")


@pytest.mark.sqlite
def test_the_short_way_is_taken(archive: Archive) -> None:
    """Or else the tests above would compare the long way with itself."""
    app = create_app(archive.settings.model_copy(update={"cache_bytes": 0}))
    app.state.service.migrated = True
    app.manners.app = None  # type: ignore[assignment]
    client = httpx.Client(transport=InProcess(app), base_url="http://opis.test")
    for rest in ("", "?include=paragraphs", "/paragraphs/7", "/paragraphs", "/paragraphs?limit=20"):
        assert client.get(f"/v1/records/209712{rest}").status_code == 200, rest
    client.close()
