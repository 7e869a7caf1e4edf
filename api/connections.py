"""Connections as `opis serve` has them: limits that uvicorn does not set, and a short way out.

Everything else is uvicorn's.
"""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.routes.cache import WHOLE

PATIENCE = 10.0
"""Seconds in which the head of a request has to arrive, from the first byte or connection on."""
MOST_HEAD_BYTES = 65_536
_MOST_AT_ONCE = 250_000
"""Longer bodies are sent with an eye on whether they are being read."""
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

    Answers that are ready as bytes it sends as they are (`send_whole`).

    While a request is being answered time is the application's matter.
    """

    _since: float | None
    _in_head = False
    _head_bytes = 0
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
        self.scope["extensions"] = {WHOLE: self.send_whole}  # type: ignore[dict-item]

    def send_whole(self, scope: Scope, status: int, head: bytes, body: bytes) -> bool:
        """Send an answer that is ready to the last byte in one write.

        `head` is the header without the server's own lines, with the empty line that ends it. What
        two messages would do header by header is done at once; False, and nothing done, where the
        connection is in any state but the plainest: then send the messages.
        """
        cycle = self.cycle
        if (
            cycle is None
            or cycle.scope is not scope
            or cycle.response_started
            or cycle.disconnected
            or not cycle.keep_alive
            or self.flow.write_paused
            or len(body) > _MOST_AT_ONCE
        ):
            return False
        parts = [STATUS_LINE[status]]
        for name, value in cycle.default_headers:
            parts += (name, b": ", value, b"\r\n")
        cycle.response_started = cycle.response_complete = True
        self.transport.write(b"".join((*parts, head, body)))
        cycle.message_event.set()
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
