"""The public API, asked as every other front end asks it, only without a socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from anyio.to_thread import run_sync
from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import Message

from api.errors import Problem

_LONG = 200_000
_MEMBERS = ("type", "title", "status", "detail", "instance", "errors")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said: its JSON, and its headers."""

    value: Any
    headers: Headers


async def ask(request: Request, path: str, body: Any = None, **query: object) -> Answer:
    """The API's answer at `path`: to a GET, or to a POST of `body`.

    Parameters that are None are left out. What the API refuses is raised again as the Problem that
    it told of.
    """
    given = {name: value for name, value in query.items() if value is not None}
    content = b"" if body is None else orjson.dumps(body)
    # Nothing of the visitor's request goes along but the host, on which links stand.
    scope = {
        "type": "http",
        "asgi": request.scope["asgi"],
        "http_version": "1.1",
        "method": "GET" if body is None else "POST",
        "scheme": request.url.scheme,
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": urlencode(given).encode(),
        "root_path": "",
        "headers": [
            (b"host", request.url.netloc.encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ],
        "server": request.scope.get("server"),
        "client": None,
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await request.app(scope, receive, send)
    status = messages[0]["status"]
    told = b"".join(message.get("body", b"") for message in messages[1:])
    value = await run_sync(orjson.loads, told) if len(told) > _LONG else orjson.loads(told)
    if status >= 400:
        raise Problem(
            value["type"].rpartition("/")[2],
            value["title"],
            status,
            value["detail"],
            extra={name: value[name] for name in value if name not in _MEMBERS},
        )
    return Answer(value, Headers(raw=messages[0]["headers"]))
