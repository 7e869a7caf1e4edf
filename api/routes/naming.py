"""Requests have names, so that an answer, its errors and its log lines can be put together."""

from __future__ import annotations

import logging
import os
import re
from time import perf_counter

from starlette.types import Message, Scope, Send

from api.logs import request_id

access = logging.getLogger("opis.access")

_SANE = re.compile(rb"[\x21-\x7e]{1,128}")


def name_request(scope: Scope, send: Send, *, log_access: bool) -> Send:
    """A `send` that adds `X-Request-ID`, the client's where it is sane, and logs where asked to.

    The name is the context's from here on. Requests that a page makes of the API keep the page's.
    Paths are logged as they were sent, without queries: what people look for is their own.
    """
    if scope.get("client") is None and request_id.get() is not None:
        return send
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    name = given if _SANE.fullmatch(given) else os.urandom(8).hex().encode()
    request_id.set(name.decode())
    started = perf_counter()

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"x-request-id", name)]}
            if log_access:
                access.info(
                    "%s %s %s",
                    scope["method"],
                    scope["raw_path"].decode("latin-1")[:2000],
                    message["status"],
                    extra={"milliseconds": round((perf_counter() - started) * 1000, 1)},
                )
        await send(message)

    return sending
