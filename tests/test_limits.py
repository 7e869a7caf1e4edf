"""What is refused before a route sees it, and what is told about the rest."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import StreamingResponse

from api.app import create_app
from api.logs import JsonLines, TextLines, mask_passwords
from tests.conftest import Archive, MakeArchive
from tests.records import LETTER


def app_of(archive: Archive) -> Any:
    app = create_app(archive.settings)
    app.state.service.migrated = True
    return app


@pytest.mark.parametrize("host", ["a b", "evil/path", "evil@good", "x" * 300, "good:port"])
def test_a_host_that_is_none_is_refused(archive: Archive, host: str) -> None:
    response = archive.client.get("/v1/entities?limit=3", headers={"Host": host})
    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/bad-host")
    assert "evil" not in response.text


def test_two_hosts_are_refused(archive: Archive) -> None:
    headers = [("Host", "evil.example"), ("Host", "good.example")]
    assert archive.client.get("/v1/entities?limit=4", headers=headers).status_code == 400


def test_a_body_that_is_too_large_is_413_and_the_connection_ends(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": LETTER}, max_body_bytes=1_000)
    response = archive.client.post("/v1/annotate", json={"text": "x" * 2_000})
    assert (response.status_code, response.headers["connection"]) == (413, "close")


def test_beyond_what_may_wait_requests_are_sent_away_at_once(make_archive: MakeArchive) -> None:
    archive = make_archive(
        {"records/a.md": LETTER}, max_concurrent=1, max_waiting=1, max_wait_seconds=30
    )
    app = app_of(archive)

    async def ask_at_once() -> list[httpx.Response]:
        released = asyncio.Event()
        app.add_api_route("/v1/slow", released.wait)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://opis.test") as client:
            first, second = (asyncio.create_task(client.get("/v1/slow")) for _ in range(2))
            while app.state.metrics.in_flight < 1 or not app.manners.app._waiting:
                await asyncio.sleep(0)
            third = await client.get("/v1/slow")
            healthy = await client.get("/healthz")
            released.set()
            return [await first, await second, third, healthy]

    answers = asyncio.run(ask_at_once())
    assert [answer.status_code for answer in answers] == [200, 200, 503, 200]
    assert answers[2].headers["retry-after"] == "1"
    assert answers[2].json()["type"].endswith("/problems/busy")


def test_who_waits_too_long_for_a_turn_is_sent_away(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": LETTER}, max_concurrent=1, max_wait_seconds=0.05)
    app = app_of(archive)

    async def ask_twice() -> list[httpx.Response]:
        released = asyncio.Event()
        app.add_api_route("/v1/slow", released.wait)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://opis.test") as client:
            first = asyncio.create_task(client.get("/v1/slow"))
            while app.state.metrics.in_flight < 1:
                await asyncio.sleep(0)
            second = await asyncio.wait_for(client.get("/v1/slow"), 10)
            released.set()
            return [await first, second]

    first, second = asyncio.run(ask_twice())
    assert (first.status_code, second.status_code) == (200, 503)
    assert "turn did not come in time" in second.json()["detail"]


def test_bodies_on_their_way_take_no_more_room_than_there_is(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": LETTER}, max_body_bytes=1_000)
    app = app_of(archive)
    turns = app.manners.app

    async def post_many() -> list[httpx.Response]:
        released = asyncio.Event()

        async def trickle() -> AsyncIterator[bytes]:
            yield b" " * 500
            await asyncio.sleep(0.01)
            yield b" " * 499
            await released.wait()
            yield b"1"

        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://opis.test") as client:
            posts = [
                asyncio.create_task(client.post("/v1/annotate", content=trickle()))
                for _ in range(40)
            ]
            while not any(post.done() for post in posts):
                await asyncio.sleep(0)
            released.set()
            return await asyncio.gather(*posts)

    answers = asyncio.run(post_many())
    refused = [answer for answer in answers if answer.status_code == 503]
    assert 0 < len(refused) <= 40 - 32
    assert "too much is being sent" in refused[0].json()["detail"]
    assert turns._held == 0


def test_a_body_that_does_not_come_is_408(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": LETTER}, body_seconds=0.05)
    app = app_of(archive)

    async def trickle() -> Any:
        yield b'{"quotes": ['
        await asyncio.Event().wait()

    async def post() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://opis.test") as client:
            return await client.post("/v1/resolve", content=trickle())

    assert asyncio.run(post()).status_code == 408


class Download:
    """A request whose answer is not taken any further than its first part, until it is let go."""

    def __init__(self, app: Any) -> None:
        self.begun, self.let_go = asyncio.Event(), asyncio.Event()
        self.statuses: list[int] = []
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": "/v1/stream",
            "raw_path": b"/v1/stream",
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "headers": [(b"host", b"opis.test")],
            "server": ("opis.test", 80),
            "client": ("127.0.0.1", 1),
        }
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> Any:
        await asyncio.Event().wait()

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.statuses.append(message["status"])
        elif message.get("more_body") and not self.let_go.is_set():
            self.begun.set()
            await self.let_go.wait()


def stream_from(app: Any) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"part"

    app.add_api_route("/v1/stream", lambda: StreamingResponse(parts()))


def test_no_more_than_a_quarter_of_what_is_under_way_are_downloads(
    make_archive: MakeArchive,
) -> None:
    archive = make_archive({"records/a.md": LETTER}, max_concurrent=8)
    app = app_of(archive)
    stream_from(app)

    async def ask() -> tuple[list[int], httpx.Response, int, list[int]]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://opis.test") as client:
            downloads = [Download(app) for _ in range(2)]
            for download in downloads:
                await asyncio.wait_for(download.begun.wait(), 10)
            third = await client.get("/v1/stream")
            other = await client.get("/v1/entities?limit=2")
            for download in downloads:
                download.let_go.set()
                await download.task
            after = await client.get("/v1/stream")
            done = [status for download in downloads for status in download.statuses]
            return done, third, other.status_code, [after.status_code]

    done, third, other, after = asyncio.run(ask())
    assert done == [200, 200]
    assert (third.status_code, third.headers["retry-after"]) == (503, "1")
    assert third.json()["type"].endswith("/problems/busy")
    assert (other, after) == (200, [200])


def test_a_download_that_nobody_takes_is_broken_off(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": LETTER}, send_seconds=0.05)
    app = app_of(archive)
    stream_from(app)

    async def ask() -> list[int]:
        download = Download(app)
        await asyncio.wait_for(download.task, 10)
        return download.statuses

    assert asyncio.run(ask()) == [200]
    assert app.state.metrics.in_flight == 0


def test_metrics_tell_requests_cache_and_corpus(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": LETTER})
    for _ in range(3):
        archive.client.get("/v1/entities")
    response = archive.client.get("/metrics")
    assert response.headers["cache-control"] == "no-store"
    assert (
        'opis_requests_total{method="GET",route="/v1/entities",status="200"} 1.0' in response.text
    )
    assert "opis_cache_hits_total 2.0" in response.text
    assert "opis_corpus_generation 1.0" in response.text
    archive.client.get("/v1/entities")
    assert "opis_cache_hits_total 3.0" in archive.client.get("/metrics").text


def test_a_request_keeps_the_name_its_client_gave_it(archive: Archive) -> None:
    for path in ("/v1", "/v1", "/v1/nowhere"):
        response = archive.client.get(path, headers={"X-Request-ID": "mine-1"})
        assert response.headers["x-request-id"] == "mine-1"


@pytest.mark.parametrize("given", ["", "two words", "x" * 129])
def test_a_name_that_is_not_sane_is_not_taken(archive: Archive, given: str) -> None:
    response = archive.client.get("/v1/nowhere", headers={"X-Request-ID": given})
    assert response.headers["x-request-id"] not in ("", given)


def test_kept_answers_carry_no_name_of_another_request(archive: Archive) -> None:
    archive.client.get("/v1/entities?limit=7", headers={"X-Request-ID": "first"})
    assert "x-request-id" not in archive.client.get("/v1/entities?limit=7").headers


def test_logs_hold_no_passwords_and_no_lines_of_clients() -> None:
    assert mask_passwords("at postgresql://opis:s3@cret@db/x") == "at postgresql://opis:***@db/x"
    told = "GET /a\rERROR x postgresql://u:secret@h/d"
    record = logging.LogRecord("opis", logging.INFO, "f", 1, told, (), None)
    for lines in (TextLines("%(message)s"), JsonLines("%(message)s")):
        written = lines.format(record)
        assert "secret" not in written
        assert "\r" not in written


def test_ready_is_not_told_while_the_service_goes_down(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": LETTER})
    app: Any = archive.client._transport._transport.app  # type: ignore[attr-defined]
    assert archive.client.get("/readyz").status_code == 200
    app.state.service.stop()
    assert archive.client.get("/readyz").status_code == 503
    assert archive.client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/problems/busy", "/records/209712"])
def test_every_page_has_a_strict_policy(archive: Archive, path: str) -> None:
    headers = archive.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]
