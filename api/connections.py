"""What a connection may take before there is a request: uvicorn itself sets no limit to it."""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 10.0
"""Seconds in which the head of a request has to arrive, from the first byte or connection on."""
MOST_HEAD_BYTES = 65_536
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
