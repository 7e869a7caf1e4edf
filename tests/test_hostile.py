"""Requests that no good client makes, over a real socket: a clear answer, never a 500."""

import resource
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import httpx
import pytest

from tests.conftest import write_seed
from tests.records import LETTER
from tests.test_serving import OPIS, free_port, served


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("hostile")
    write_seed(folder / "seed", {"records/letter.md": LETTER})
    with served(OPIS, folder / "seed", folder / "data", free_port()) as (client, _):
        yield client


def say(service: httpx.Client, request: bytes) -> int:
    """The status of the answer to these very bytes; 0 where the connection is just closed."""
    with socket.create_connection((service.base_url.host, service.base_url.port or 80), 30) as peer:
        try:
            peer.sendall(request)
            answer = peer.recv(65_536)
        except ConnectionError:
            return 0
    return int(answer.split(b" ", 2)[1]) if answer else 0


HOST = b"Host: opis.test\r\n"
GET = b"GET %s HTTP/1.1\r\n" + HOST + b"\r\n"


@pytest.mark.parametrize(
    "target",
    [
        b"/v1/records/%ff",
        b"/v1/records/%zz",
        b"/v1/records/a%00b",
        b"/v1/records/%ed%a0%80",
        b"/v1/records?q=%ff%00%ed%a0%80",
        b"/v1/records/letter/paragraphs?numbers=9-7",
        b"/v1/records/letter/paragraphs?from=9999999999999999999999",
        b"/v1/records?limit=-99999999999999999999999",
        b"/v1/search?q=%22%29%20OR%201%3D1%20--%20%5B%28*%3A%7E%5E",
        b"/v1/search?q=%00",
        b"/v1/resolve?quote=%28%3F%3A%28a%2B%29%2B%29%24",
        b"/v1/records?" + b"&".join(b"p%d=1" % n for n in range(4_000)),
        b"/" + b"x" * 60_000,
        b"/../../etc/passwd",
        b"/v1/records/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        b"\xff\xfe",
        b"/v1/\xff",
    ],
)
def test_a_strange_target_is_no_failure_of_ours(service: httpx.Client, target: bytes) -> None:
    assert 200 <= say(service, GET % target) < 500


@pytest.mark.parametrize(
    "head",
    [b"", HOST + HOST, b"Host: evil/path\r\n", b"Host: a@b\r\n"],
)
def test_there_is_one_host_and_it_is_one(service: httpx.Client, head: bytes) -> None:
    assert say(service, b"GET /v1/entities HTTP/1.1\r\n" + head + b"\r\n") == 400


def test_a_head_without_end_is_refused(service: httpx.Client) -> None:
    lines = b"".join(b"x-%d: %s\r\n" % (n, b"y" * 1_000) for n in range(70))
    address = (service.base_url.host, service.base_url.port or 80)
    with socket.create_connection(address, timeout=5) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\n" + HOST + lines)
        assert peer.recv(100).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"quotes": ["\\ud800 half"]}',
        b'{"quotes": [1' + b"0" * 10_000 + b"]}",
        b"\xff\xfe\x00",
        b'{"quotes": "' + b"x" * 3_000_000 + b'"}',
    ],
)
def test_a_strange_body_is_no_failure_of_ours(service: httpx.Client, body: bytes) -> None:
    response = service.post(
        "/v1/resolve", content=body, headers={"content-type": "application/json"}
    )
    assert 200 <= response.status_code < 500


def test_a_thousand_who_say_little_keep_nobody_from_being_answered(service: httpx.Client) -> None:
    most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < 2_000:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4_096), hard))
    address = (service.base_url.host, service.base_url.port or 80)
    peers = [socket.create_connection(address) for _ in range(1_000)]
    for number, peer in enumerate(peers):
        if number % 3 == 1:
            peer.sendall(b"GET / HTTP/1.1\r\nx: ")
        elif number % 3 == 2:
            peer.sendall(b"POST /v1/resolve HTTP/1.1\r\n" + HOST + b"content-length: 99\r\n\r\n{")
    assert service.get("/v1/entities?limit=5").status_code == 200
    assert service.get("/metrics").status_code == 200
    peers[0].settimeout(30)
    assert peers[0].recv(1) == b""
    for peer in peers:
        peer.close()


def test_until_the_end_comes_everything_is_served_but_nothing_is_ready(tmp_path: Path) -> None:
    write_seed(tmp_path / "seed", {"records/letter.md": LETTER})
    settings = {"OPIS_DRAIN_SECONDS": "3"}
    with served(OPIS, tmp_path / "seed", tmp_path / "data", free_port(), **settings) as (
        client,
        process,
    ):
        process.send_signal(signal.SIGTERM)
        while client.get("/readyz").status_code == 200:
            pass
        assert client.get("/readyz").status_code == 503
        until = monotonic() + 1
        while monotonic() < until:
            # On new connections too.
            assert httpx.get(f"{client.base_url}/v1/records/letter").status_code == 200
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)
