"""Searches on the short way are answered as the route answers them, to the byte."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.routes.lean_search import PATH, LeanSearch
from api.routes.limits import Turns
from tests.conftest import Archive, InProcess, MakeArchive
from tests.records import LETTER

Ways = tuple[httpx.Client, httpx.Client]

words = st.sampled_from(
    [
        "peace",
        "the",
        "far east",
        "Taiwan",
        "chian*",
        '"at any minute"',
        "tawian",
        "-war",
        "OR",
        "U Nu",
        "Чжоу",
        "é",
        "İ",
        "*",
        '"',
        "a" * 300,
        "",
        "…",
        "%",
        "+",
        "NULL",
    ]
)
values = {
    "record": ["209712", "none", "209712\n", ""],
    "repository": ["RGANI", "rgani", "ß"],
    "fond": ["52", "053"],
    "language": ["ru", "EN"],
    "date_from": ["1958", "1958-09-19", "never", ""],
    "date_to": ["1958-10", "1957"],
    "layer": ["draft-to-eisenhower", "memorandum"],
    "entity": ["mao-zedong", "nobody"],
    "kind": ["paragraph", "poem"],
    "facets": ["decade,entity", "record", "colour", ""],
    "offsets": ["utf16", "codepoints", "bytes"],
    "limit": ["1", "3", "020", "0", "1001", "-1", " 5", "5.0", "²"],
    "cursor": ["WzJd", "WzEwMDAwXQ", "WzIuNV0", "?"],
    "fields": ["score", "paragraph,highlights", "colour"],
    "limt": ["5"],
}
parameters = st.sampled_from(
    [f"{name}={quote(value)}" for name, some in values.items() for value in some]
)


@pytest.fixture(scope="module")
def ways(archive: Archive) -> Iterator[Ways]:
    """The short way, and the route alone."""
    clients = []
    for short in (True, False):
        app = create_app(archive.settings.model_copy(update={"cache_bytes": 0}))
        app.state.service.migrated = True
        turns = app.manners.app
        assert isinstance(turns, Turns)
        assert isinstance(turns.app, LeanSearch)
        if short:
            turns.app.app = Passing(turns.app.app)
        else:
            turns.app = turns.app.app
        clients.append(httpx.Client(transport=InProcess(app), base_url="http://opis.test"))
    yield clients[0], clients[1]
    for client in clients:
        client.close()


class Passing:
    """Passes on whatever is asked, and counts it."""

    passed = 0

    def __init__(self, app: object) -> None:
        self.app = app

    async def __call__(self, *asked: object) -> None:
        Passing.passed += 1
        await self.app(*asked)  # type: ignore[operator]


def _same(ways: Ways, path: str) -> httpx.Response:
    short, long = (client.get(path) for client in ways)
    assert short.status_code == long.status_code, path
    assert short.content == long.content, path
    kept = [
        {name: value for name, value in one.headers.items() if name != "x-request-id"}
        for one in (short, long)
    ]
    assert kept[0] == kept[1], path
    return short


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(q=st.lists(words, max_size=3), more=st.lists(parameters, max_size=3), plus=st.booleans())
def test_whatever_is_asked_both_ways_answer_alike(
    ways: Ways, q: list[str], more: list[str], plus: bool
) -> None:
    asked = quote(" ".join(q))
    if plus:
        asked = asked.replace("%20", "+")
    _same(ways, "/v1/search?" + "&".join([f"q={asked}", *more]))


@pytest.mark.parametrize(
    "query",
    [
        "q=taiwan",
        "q=taiwan&limit=2&offsets=utf16&facets=decade",
        "q=%22at+any+minute%22&record=209712",
        "q=peace&entity=mao-zedong&date_from=1958&date_to=1959&language=ru&repository=RGANI",
    ],
)
def test_plain_questions_take_the_short_way(ways: Ways, query: str) -> None:
    """Or else the test above would compare the route with itself."""
    before = Passing.passed
    assert _same(ways, f"/v1/search?{query}").status_code == 200
    assert Passing.passed == before


def test_pages_are_turned_alike_to_the_end(ways: Ways) -> None:
    url, pages = "/v1/search?q=war&limit=3", 0
    while url:
        url = _same(ways, url).json()["next"]
        pages += 1
    assert pages > 2


def test_what_goes_wrong_on_the_short_way_is_answered_by_the_route(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.lean_search.search", lambda *_: 1 // 0)
    assert archive.client.get("/v1/search?q=taiwan&limit=11").status_code == 200


def test_reads_are_answered_while_all_that_search_are_busy(
    make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = make_archive({"records/a.md": LETTER}, cache_bytes=0)
    app = create_app(archive.settings)
    app.state.service.migrated = True

    async def ask() -> tuple[list[int], list[int]]:
        loop, begun, ended = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

        def wait(*_: object) -> None:
            assert threading.current_thread().name.startswith("search")
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(ended.wait(), loop).result(20)
            raise TimeoutError

        monkeypatch.setattr("api.routes.lean_search.search", wait)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://opis.test") as client:
            paths = [f"/v1/search?q=word&limit={at}" for at in range(1, 21)]
            searches = [asyncio.create_task(client.get(path)) for path in paths]
            await asyncio.wait_for(begun.wait(), 20)
            reads = ("/v1/records/a", "/v1/records/a/paragraphs/1", "/v1/records?limit=3")
            read = [(await client.get(path)).status_code for path in reads]
            ended.set()
            return read, [answer.status_code for answer in await asyncio.gather(*searches)]

    read, searched = asyncio.run(ask())
    assert read == [200] * 3
    assert searched == [200] * 20


def test_the_metrics_know_a_search_by_its_route(ways: Ways) -> None:
    short, _ = ways

    def count() -> float:
        lines = short.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith("opis_requests_total") and PATH in line]
        return sum(float(line.split()[-1]) for line in found)

    before = count()
    assert short.get(f"{PATH}?q=metrics").status_code == 200
    assert count() == before + 1
