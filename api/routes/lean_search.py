"""The short way to search: plain questions go past the framework, to threads of their own.

What is done and answered is the route's; what is spared is FastAPI's way from a query string to a
function, which takes longer than most searches. The threads are few and step back, because the
event loop beside them answers reads.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import get_native_id
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.machine import count_cores
from api.routes.answers import answer
from api.routes.dependencies import urls_of
from api.routes.search import Asked, search

log = logging.getLogger("opis")

PATH = "/v1/search"
_ROUTE = SimpleNamespace(path=PATH)
"""What metrics know the request by."""
_MOST_THREADS = 4
_STEP_BACK = 5
"""By how much searching threads are nicer than the event loop, on Linux."""
_LIMIT = re.compile(r"[1-9]\d{0,2}")
_LONGEST = {
    "q": 10_000,
    "record": 100,
    "repository": 200,
    "fond": 200,
    "language": 35,
    "date_from": 50,
    "date_to": 50,
    "layer": 200,
    "entity": 100,
    "facets": 100,
    "cursor": 1_000,
}
"""The parameters that need no more than to be so short."""


class LeanSearch:
    """Answers plain GET requests for `/v1/search`; all others, and all that fail, the app answers.

    So whatever is refused is refused by the route, in its words.
    """

    def __init__(self, app: ASGIApp, owner: FastAPI) -> None:
        self.app = app
        self.owner = owner
        self._threads = ThreadPoolExecutor(
            min(count_cores(), _MOST_THREADS), "search", initializer=_step_back
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = _read(scope) if scope["type"] == "http" else None
        if asked is not None:
            request = Request({**scope, "app": self.owner})
            loop = asyncio.get_running_loop()
            context = copy_context()
            try:
                response: Response = await loop.run_in_executor(
                    self._threads, context.run, _answer, request, asked
                )
            except Exception:
                log.debug("a search failed on the short way", exc_info=True)
            else:
                scope["route"] = _ROUTE
                await response(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _answer(request: Request, asked: Asked) -> Response:
    return answer(search(request, urls_of(request), asked))


def _read(scope: Scope) -> Asked | None:
    """What is asked, where nothing about it is unusual."""
    if scope["path"] != PATH or scope["method"] != "GET":
        return None
    given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    values: dict[str, Any] = dict(given)
    if len(values) != len(given):
        return None
    for name, value in values.items():
        if name == "limit":
            if not _LIMIT.fullmatch(value):
                return None
            values[name] = int(value)
        elif name == "offsets":
            if value not in ("codepoints", "utf16"):
                return None
        elif len(value) > _LONGEST.get(name, -1):
            return None
    return Asked(**values)


def _step_back() -> None:
    # Elsewhere a thread has no priority of its own, and the whole process would step back.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), _STEP_BACK)
