"""Asking a server: as fast as it answers, with wrk or without it, and one question at a time."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import cycle
from types import TracebackType

import httptools

from tests.benchmarks.statistics import quantile

_IDLE = 2
"""Seconds after which a connection is opened anew: servers close those that idle."""
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """How many answers came, how many a second, and after how many milliseconds."""

    count: int
    rate: float
    p50: float
    p99: float


class LoadFailed(RuntimeError):
    """The server answered with errors, or not at all."""


def generator() -> str:
    """What puts the load on here."""
    return "wrk" if shutil.which("wrk") else "Python"


def put_load(
    url: str, connections: int, seconds: int, headers: Mapping[str, str] | None = None
) -> Load:
    """The same request over so many connections for so long. LoadFailed on any error answered."""
    if generator() == "wrk":
        return _run_wrk(url, connections, seconds, headers or {})
    command = [sys.executable, "-m", "tests.benchmarks.load", str(connections), str(seconds)]
    done = subprocess.run(
        command,
        input=json.dumps([encode_get(url, headers).decode("latin-1")]),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LoadFailed(done.stderr[-500:])
    return Load(**json.loads(done.stdout))


def _run_wrk(url: str, connections: int, seconds: int, headers: Mapping[str, str]) -> Load:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run(
        [*command, url], capture_output=True, text=True, timeout=seconds + 30, check=False
    )
    return read_wrk(done.stdout + done.stderr)


def read_wrk(told: str) -> Load:
    """What wrk tells with --latency; LoadFailed where it tells of errors or of no answer."""
    bad = re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*|unable to .*", told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    count = re.search(r"(\d+) requests in", told)
    spread = {
        int(percent): float(number) * _UNITS[unit]
        for percent, number, unit in re.findall(r"(\d+)%\s+([\d.]+)(us|ms|s|m)\b", told)
    }
    if bad or rate is None or count is None or not {50, 99} <= set(spread) or not float(rate[1]):
        raise LoadFailed(bad[0] if bad else told[-500:])
    return Load(int(count[1]), float(rate[1]), spread[50], spread[99])


def encode_get(url: str, headers: Mapping[str, str] | None = None) -> bytes:
    """A GET of `http://host:port/path` as it goes over the wire."""
    _, _, host, path = url.split("/", 3)
    lines = [f"GET /{path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Client:
    """One connection that stays open, one request at a time, as little in between as can be."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = self._connect()
        self._used = time.monotonic()
        self._done = False
        self._body = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._socket.close()

    def get(self, path: str) -> bytes:
        """The body at a path; LoadFailed where the answer is not 200."""
        return self._ask(encode_get(f"http://127.0.0.1:{self.port}{path}"), path)

    def post(self, path: str, value: object) -> bytes:
        """The answer to a JSON value."""
        body = json.dumps(value).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return self._ask(head.encode() + body, path)

    def time(self, paths: Iterable[str]) -> list[float]:
        """The milliseconds that each of these takes, one after the other."""
        times = []
        for path in paths:
            request = encode_get(f"http://127.0.0.1:{self.port}{path}")
            started = time.perf_counter()
            self._ask(request, path)
            times.append((time.perf_counter() - started) * 1000)
        return times

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(("127.0.0.1", self.port), 60)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def _ask(self, request: bytes, path: str) -> bytes:
        if time.monotonic() - self._used > _IDLE:
            self._socket.close()
            self._socket = self._connect()
        self._done, self._body = False, b""
        parser = httptools.HttpResponseParser(self)
        self._socket.sendall(request)
        while not self._done:
            data = self._socket.recv(1 << 18)
            if not data:
                raise LoadFailed(f"{path}: the connection was closed")
            parser.feed_data(data)
        self._used = time.monotonic()
        if parser.get_status_code() != 200:
            raise LoadFailed(f"{path}: {parser.get_status_code()} {self._body[:300]!r}")
        return self._body

    # httptools calls these.

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._done = True


class _Connection(asyncio.Protocol):
    """A connection that asks again as soon as it is answered."""

    def __init__(self, requests: cycle[bytes], times: list[float], lost: asyncio.Event) -> None:
        self._requests, self._times, self._lost = requests, times, lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost.set()

    def _next(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._started = time.perf_counter()
        self._transport.write(next(self._requests))

    def on_message_complete(self) -> None:
        self._times.append((time.perf_counter() - self._started) * 1000)
        if self._parser.get_status_code() not in (200, 304):
            self._transport.close()
            return
        self._next()


async def keep_asking(
    host: str, port: int, requests: Iterable[bytes], connections: int, seconds: float
) -> Load:
    """What wrk does, in Python, and with requests that take turns."""
    loop = asyncio.get_running_loop()
    times: list[float] = []
    lost = asyncio.Event()
    turns = cycle(requests)
    started = time.perf_counter()
    opened = [
        (await loop.create_connection(lambda: _Connection(turns, times, lost), host, port))[0]
        for _ in range(connections)
    ]
    try:
        await asyncio.wait_for(lost.wait(), seconds)
        raise LoadFailed("a connection was lost, or an error was answered")
    except TimeoutError:
        took = time.perf_counter() - started
    finally:
        for transport in opened:
            transport.abort()
    if not times:
        raise LoadFailed("nothing was answered")
    return Load(len(times), len(times) / took, quantile(times, 0.5), quantile(times, 0.99))


def main() -> None:
    """`python -m tests.benchmarks.load CONNECTIONS SECONDS`, the requests as JSON on stdin."""
    connections, seconds = int(sys.argv[1]), float(sys.argv[2])
    requests = [request.encode("latin-1") for request in json.load(sys.stdin)]
    found = re.search(rb"\r\nHost: ([^:\r]+):(\d+)\r\n", requests[0])
    assert found is not None
    result = asyncio.run(
        keep_asking(found[1].decode(), int(found[2]), requests, connections, seconds)
    )
    print(json.dumps(asdict(result)))


if __name__ == "__main__":
    main()
