"""Connections as `opis serve` has them: limits that uvicorn does not set, and a short way out.

Everything else is uvicorn's. What needs no waiting for is answered where the request is parsed,
before there is a task: `AT_ONCE` in the lifespan's state tells how.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from api.routes.cache import AT_ONCE

log = logging.getLogger("opis")

PATIENCE = 10.0
"""Seconds in which the head of a request has to arrive, from the first byte or connection on."""
MOST_HEAD_BYTES = 65_536
_MOST_AT_ONCE = 250_000
"""Longer bodies are sent with an eye on whether they are being read."""
_MOST_IN_A_ROW = 16
"""So many of the requests that come in one piece are answered before others have their turn."""
_TOO_LARGE = b"\r\n".join(
    (
        b"HTTP/1.1 431 Request Header Fields Too Large",
        b"content-length: 0",
        b"connection: close",
        b"",
        b"",
    )
)


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 that parts with who says nothing, sends its head by drops, or never ends it.

    While a request is being answered time is the application's matter.
    """

    _since: float | None
    _in_head = False
    _head_bytes = 0
    _in_a_row = 0
    _timer: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._timer = self.loop.call_later(PATIENCE, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The head begins."""
        self._since = self.loop.time()
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if not self._answer_at_once(cycle):
            super()._start_asgi_task(cycle, app)

    def _answer_at_once(self, cycle: RequestResponseCycle) -> bool:
        """Send what is ready to the last byte, in one write.

        False, and nothing done, where there is nothing ready or the connection is in any state but
        the plainest: then the application sees to it.
        """
        at_once = self.app_state.get(AT_ONCE)
        self._in_a_row += 1
        if (
            at_once is None
            or self._in_a_row > _MOST_IN_A_ROW
            or not cycle.keep_alive
            or self.flow.write_paused
        ):
            return False
        try:
            ready = at_once(cycle.scope)
        except Exception:
            log.exception("what could be answered at once is answered at length")
            return False
        if ready is None or len(ready.body) > _MOST_AT_ONCE:
            return False
        parts = [STATUS_LINE[ready.status]]
        for name, value in cycle.default_headers:
            parts += (name, b": ", value, b"\r\n")
        parts.append(ready.head)
        if cycle.scope["method"] != "HEAD":
            parts.append(ready.body)
        cycle.response_started = cycle.response_complete = True
        self.transport.write(b"".join(parts))
        cycle.on_response()
        return True

    def on_headers_complete(self) -> None:
        """The head has ended."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is here."""
        self._since = None
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Count what comes of a head that does not end."""
        self._in_a_row = 0
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def _look(self) -> None:
        idle = self.cycle is None or self.cycle.response_complete
        now = self.loop.time()
        if idle and self._since is not None and now - self._since >= PATIENCE:
            # Nothing is left to be sent; closing would wait for who does not read either.
            self.transport.abort()
            return
        late = PATIENCE if self._since is None or not idle else self._since + PATIENCE - now
        self._timer = self.loop.call_later(max(late, 0.1), self._look)
