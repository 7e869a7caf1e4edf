"""What is sent in one piece is what would be sent in two messages, over real connections."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from api.connections import PatientProtocol
from api.routes.cache import AT_ONCE, Ready
from tests.conftest import SEED
from tests.test_serving import OPIS, free_port, served

PATHS = (
    "/v1/records/209712",
    "/v1/records/209712/paragraphs/25",
    "/v1/records/209712/paragraphs?limit=20",
    "/v1/records/209712.tei.xml",
    "/v1/records/none",
    "/records/209712",
)
AtOnce = Callable[[Scope], Ready]
Read = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""

_OF_THE_CONNECTION = {"connection", "date", "x-request-id"}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    number = free_port()
    with served(OPIS, SEED, tmp_path_factory.mktemp("data"), number):
        yield number


def _request(path: str, method: str = "GET", *more: str) -> bytes:
    lines = (f"{method} {path} HTTP/1.1", "Host: opis.test", *more, "", "")
    return "\r\n".join(lines).encode()


def _exchange(port: int, sent: bytes, answers: list[str]) -> list[Read]:
    """Send bytes at once and read as many answers, to requests of these methods."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as connection,
        connection.makefile("rb") as stream,
    ):
        connection.sendall(sent)
        return [_read(stream, method) for method in answers]


def _read(stream: BinaryIO, method: str) -> Read:
    status = int(stream.readline().split()[1])
    headers = {}
    while line := stream.readline().strip().decode():
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    empty = method == "HEAD" or status == 304
    return status, headers, b"" if empty else stream.read(int(headers["content-length"]))


def _of_the_answer(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in _OF_THE_CONNECTION}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("coding", ["identity", "br"])
def test_one_piece_says_what_two_messages_say(
    port: int, path: str, method: str, coding: str
) -> None:
    accept = f"Accept-Encoding: {coding}"
    # To who wants to part afterwards, uvicorn answers the ordinary way.
    (ordinary,) = _exchange(port, _request(path, method, accept, "Connection: close"), [method])
    for _ in range(2):
        (whole,) = _exchange(port, _request(path, method, accept), [method])
        assert whole[0] == ordinary[0]
        assert _of_the_answer(whole[1]) == _of_the_answer(ordinary[1])
        assert "date" in whole[1]
        assert whole[2] == ordinary[2]
    assert bool(whole[2]) is (method == "GET")


def test_an_unchanged_answer_is_short(port: int) -> None:
    path = PATHS[1]
    ((_, headers, _),) = _exchange(port, _request(path), ["GET"])
    sent = _request(path, "GET", f"If-None-Match: {headers['etag']}")
    ((status, again, body),) = _exchange(port, sent, ["GET"])
    assert (status, body, again["etag"]) == (304, b"", headers["etag"])
    assert "content-type" not in again


def test_requests_sent_in_one_go_are_answered_in_their_order(port: int) -> None:
    methods = ["GET", "GET", "HEAD", "GET", "GET", "GET"]
    sent = b"".join(_request(path, m) for path, m in zip(PATHS, methods, strict=True))
    together = _exchange(port, sent * 5, methods * 5)
    for at, (status, headers, body) in enumerate(together):
        path, method = PATHS[at % 6], methods[at % 6]
        ((alone_status, alone, alone_body),) = _exchange(port, _request(path, method), [method])
        assert (status, body) == (alone_status, alone_body)
        assert _of_the_answer(headers) == _of_the_answer(alone)


def test_a_connection_is_used_again_and_again(port: int) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as connection,
        connection.makefile("rb") as stream,
    ):
        for path in PATHS * 4:
            connection.sendall(_request(path))
            status, _, body = _read(stream, "GET")
            assert status == (404 if path.endswith("none") else 200)
            assert body


@pytest.mark.parametrize("path", PATHS[:2])
def test_links_stand_on_the_scheme_that_a_proxy_tells(port: int, path: str) -> None:
    proxied = _request(path, "GET", "X-Forwarded-Proto: https")
    for sent, scheme in ((_request(path), b"http"), (proxied, b"https")) * 2:
        ((status, _, body),) = _exchange(port, sent, ["GET"])
        assert status == 200
        assert b'"%b://opis.test/v1/records/209712"' % scheme in body


def test_a_second_host_is_refused_whatever_is_kept(port: int) -> None:
    path = PATHS[0]
    ((status, _, _),) = _exchange(port, _request(path), ["GET"])
    ((twice, _, _),) = _exchange(port, _request(path, "GET", "Host: opis.test"), ["GET"])
    assert (status, twice) == (200, 400)


def test_more_requests_than_are_answered_in_a_row_are_all_answered(port: int) -> None:
    sent = _request(PATHS[1]) * 200 + _request(PATHS[4])
    answers = _exchange(port, sent, ["GET"] * 201)
    assert [status for status, _, _ in answers] == [200] * 200 + [404]
    assert len({body for _, _, body in answers[:200]}) == 1


def test_who_wants_to_part_is_parted_with(port: int) -> None:
    _exchange(port, _request(PATHS[1]), ["GET"])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(_request(PATHS[1], "GET", "Connection: close"))
        with connection.makefile("rb") as stream:
            assert stream.read().startswith(b"HTTP/1.1 200 ")


class Wire(asyncio.Transport):
    """A connection that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is to be closed."""

    def pause_reading(self) -> None:
        """Nothing is to be paused."""

    def resume_reading(self) -> None:
        """Nor resumed."""


@pytest.fixture
def connect() -> Iterator[Callable[[AtOnce], tuple[PatientProtocol, Wire]]]:
    """Connections to an app that answers 204, with another way to answer at once."""
    loop = asyncio.new_event_loop()
    made: list[PatientProtocol] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def connect(at_once: AtOnce) -> tuple[PatientProtocol, Wire]:
        config = Config(answer, log_config=None, ws="none")
        protocol = PatientProtocol(config, ServerState(), {AT_ONCE: at_once}, loop)
        wire = Wire()
        protocol.connection_made(wire)
        made.append(protocol)
        return protocol, wire

    yield connect
    for protocol in made:
        protocol.connection_lost(None)
    while tasks := asyncio.all_tasks(loop):
        loop.run_until_complete(asyncio.wait(tasks))
    loop.close()


def test_who_sends_many_requests_in_one_piece_gives_others_a_turn(connect: Any) -> None:
    protocol, wire = connect(lambda scope: Ready(200, b"content-length: 0\r\n", b""))
    protocol.data_received(_request("/") * 100)
    assert len(wire.written) == 16


@pytest.mark.parametrize("length", [250_000, 250_001])
def test_what_is_long_is_sent_with_an_eye_on_its_reader(connect: Any, length: int) -> None:
    protocol, wire = connect(lambda scope: Ready(200, b"", b"x" * length))
    protocol.data_received(_request("/"))
    assert bool(wire.written) is (length <= 250_000)


def test_nothing_is_written_for_who_does_not_read(connect: Any) -> None:
    protocol, wire = connect(lambda scope: Ready(200, b"content-length: 0\r\n", b""))
    protocol.pause_writing()
    protocol.data_received(_request("/"))
    assert wire.written == []


def test_who_parts_after_one_answer_is_answered_by_the_app(connect: Any) -> None:
    protocol, wire = connect(lambda scope: Ready(200, b"content-length: 0\r\n", b""))
    protocol.data_received(_request("/", "GET", "Connection: close"))
    assert wire.written == []


def test_what_fails_at_once_is_answered_by_the_app(connect: Any) -> None:
    def fail(scope: Scope) -> Ready:
        raise OSError("the disk is gone")

    protocol, wire = connect(fail)
    protocol.data_received(_request("/"))
    protocol.loop.run_until_complete(asyncio.sleep(0.01))
    assert wire.written[0].startswith(b"HTTP/1.1 204 ")
