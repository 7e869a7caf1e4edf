"""How much is done at once: what stands between the manners and the app.

What the cache has, or a row gives at once, does not come here. A request waits its turn with its
body read whole, so that nobody who sends or reads slowly holds up those who do not.
"""

from __future__ import annotations

import asyncio
import logging
import re
from contextvars import ContextVar
from time import perf_counter

from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Problem, TooMuch
from api.routes.metrics import Metrics
from api.routes.problems import KINDS, problem_response
from api.settings import Settings

log = logging.getLogger("opis")

UNLIMITED = ("/healthz", "/readyz", "/metrics")
"""What has to be answered however busy the service is."""
_HOST = re.compile(rb"(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_BODIES = 32
"""So many bodies of the greatest size are held at once."""

_inside: ContextVar[bool] = ContextVar("inside", default=False)
"""Whether a request is asked for one that has its turn already: pages ask the API."""


class _PartedError(Exception):
    """The answer cannot be sent to its end."""


class Turns:
    """Lets so many requests in at once, so many more wait in line, and sends away the rest."""

    def __init__(self, app: ASGIApp, owner: FastAPI, metrics: Metrics) -> None:
        settings: Settings = owner.state.settings
        self.app = app
        self.owner = owner
        self.settings = settings
        self.metrics = metrics
        self.most_streams = max(1, settings.max_concurrent // 4)
        self._turns = asyncio.Semaphore(settings.max_concurrent)
        self._waiting = 0
        self._streams = 0
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, in its turn."""
        if scope["type"] != "http" or scope["path"] in UNLIMITED or _inside.get():
            await self.app(scope, receive, send)
            return
        started = perf_counter()
        status = 500
        body = b""

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            _check_host(scope)
            if scope["method"] not in ("GET", "HEAD"):
                body = await self._read_body(scope, receive)
                receive = _replay(body, receive)
            await self._wait()
        except Problem as problem:
            await self._refuse(problem, scope, tell)
        else:
            inside = _inside.set(True)
            self.metrics.in_flight += 1
            try:
                await self._answer(scope, receive, tell)
            finally:
                self.metrics.in_flight -= 1
                _inside.reset(inside)
                self._turns.release()
        finally:
            self._held -= len(body)
            self.metrics.observe(scope, status, perf_counter() - started)

    async def _wait(self) -> None:
        if self._turns.locked():
            if self._waiting >= self.settings.max_waiting:
                raise _busy("as many wait as may")
            self._waiting += 1
            try:
                async with asyncio.timeout(self.settings.max_wait_seconds):
                    await self._turns.acquire()
            except TimeoutError:
                raise _busy("its turn did not come in time") from None
            finally:
                self._waiting -= 1
        else:
            await self._turns.acquire()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The app's answer; one sent in parts only where few others are."""
        start: Message | None = None
        streaming = False

        async def pass_on(message: Message) -> None:
            nonlocal start, streaming
            if message["type"] == "http.response.start":
                start = message
                return
            if message.get("more_body") and not streaming:
                if self._streams >= self.most_streams:
                    start = None
                    await self._refuse(_busy("too many downloads are under way"), scope, send)
                    raise _PartedError
                streaming = True
                self._streams += 1
            if start is not None:
                begun, start = start, None
                await send(begun)
            if not streaming:
                await send(message)
                return
            try:
                async with asyncio.timeout(self.settings.send_seconds):
                    await send(message)
            except TimeoutError:
                log.warning("nobody read what was sent for %s s", self.settings.send_seconds)
                raise _PartedError from None

        try:
            await self.app(scope, receive, pass_on)
        except _PartedError:
            pass
        finally:
            self._streams -= streaming

    async def _read_body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body; TooMuch, or a problem where it does not come or there is no room."""
        limit = self.settings.max_body_bytes
        body = bytearray()
        try:
            async with asyncio.timeout(self.settings.body_seconds):
                while True:
                    message = await receive()
                    part = message.get("body", b"")
                    if len(body) + len(part) > limit:
                        raise TooMuch(f"The request's body is larger than {limit:,} bytes.")
                    if self._held + len(part) > _BODIES * limit:
                        raise _busy("too much is being sent")
                    body += part
                    self._held += len(part)
                    if not message.get("more_body"):
                        return bytes(body)
        except BaseException as error:
            self._held -= len(body)
            if isinstance(error, TimeoutError):
                detail = f"The body did not arrive within {self.settings.body_seconds:g} seconds."
                raise Problem("too-slow", KINDS["too-slow"][0], 408, detail) from None
            raise

    async def _refuse(self, problem: Problem, scope: Scope, send: Send) -> None:
        self.metrics.refused[problem.kind] += 1
        headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
        asked = {**scope, "app": self.owner}
        if problem.kind == "bad-host":
            asked["headers"] = headers
        if problem.status in (400, 408, 413):
            # The rest of a body may still be on its way: what follows is no request.
            problem.headers["Connection"] = "close"
        response = problem_response(Request(asked), problem)
        await response(scope, _nothing, send)


def _check_host(scope: Scope) -> None:
    """Links stand on the host that was asked for: there must be one, and no other text."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) == 1 and _HOST.fullmatch(hosts[0]):
        return
    if not hosts and scope.get("http_version") == "1.0":
        return
    detail = "The request must have one Host header, a name or address with or without a port."
    raise Problem("bad-host", KINDS["bad-host"][0], 400, detail)


def _busy(why: str) -> Problem:
    detail = f"The service is busy: {why}. Ask again."
    return Problem("busy", KINDS["busy"][0], 503, detail, headers={"Retry-After": "1"})


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
