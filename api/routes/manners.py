"""HTTP manners in one place, and the cache of rendered answers: the outermost layer.

Pure ASGI, because it stands before every answer.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

import anyio.to_thread
import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.routes.cache import ENCODERS, ENCODINGS, Answer, AnswerCache, Headers, Key, Ready
from api.routes.lean import LeanReads
from api.routes.naming import name_request
from api.routes.negotiation import accept_key, choose_encoding
from api.settings import Settings

_WORTH_COMPRESSING = 400
_SLOW_TO_COMPRESS = 200_000
_NEGOTIATED = "/v1/records/"
"""Below this, answers depend on `Accept`."""

CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"ETag, Last-Modified, Link, Location, Content-Location, Retry-After, X-Request-ID",
    ),
    (b"x-content-type-options", b"nosniff"),
]
PREFLIGHT: Headers = [
    *CORS,
    (b"access-control-allow-headers", b"*"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]


class Manners:
    """HEAD, OPTIONS, CORS, ETag and 304, compression, and the cache, around the whole app."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        generation: Callable[[], object],
        lean: LeanReads | None = None,
    ) -> None:
        self.app = app
        self.lean = lean
        self.settings = settings
        self.generation = generation
        self.cache = AnswerCache(settings.cache_bytes)
        self.lean_answers = 0
        self._fresh = (
            f"public, max-age={settings.cache_max_age}, stale-while-revalidate=600".encode()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if len(scope["raw_path"]) + len(scope["query_string"]) > self.settings.max_url_bytes:
            send = name_request(scope, send, log_access=self.settings.access_log)
            await self._send(_too_long(self.settings.max_url_bytes), {}, scope, send)
            return
        method = scope["method"]
        if method == "OPTIONS":
            await self._preflight(scope, send)
            return
        if method not in ("GET", "HEAD"):
            send = name_request(scope, send, log_access=self.settings.access_log)
            await self.app(scope, receive, _with_headers(send, CORS))
            return
        request = dict(scope["headers"])
        generation = self.generation()
        key: Key | None = None
        answer: Answer | None = None
        if self.cache.limit:
            key = self._key(scope, request)
            answer = self.cache.get(generation, key)
        found = None
        if answer is None and self.lean is not None and generation is not None:
            found = self.lean(scope, request)
        plain = answer is not None or found is not None
        if not plain or self.settings.access_log or b"x-request-id" in request:
            send = name_request(scope, send, log_access=self.settings.access_log)
            plain = False
        if answer is None:
            if found is not None:
                self.lean_answers += 1
                answer = self._finish(200, *found)
            else:
                answer = await self._render(scope, receive, send)
            if answer is None:
                return
            if key is not None and answer.etag is not None:
                self.cache.put(generation, key, answer)
        await self._send(answer, request, scope, send, key, plain=plain)

    def _key(self, scope: Scope, request: dict[bytes, bytes]) -> Key:
        """What an answer depends on, of all that a request tells."""
        path: str = scope["path"]
        query: bytes = scope["query_string"]
        if b"&" in query:
            parts = query.split(b"&")
            parts.sort(key=_name_of)
            query = b"&".join(parts)
        accept = accept_key(request.get(b"accept", b"")) if path.startswith(_NEGOTIATED) else ""
        host = None if self.settings.base_url else request.get(b"host")
        return path, query, accept, host, scope["scheme"]

    async def _render(self, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """What the app answers; None where it streams, which is passed on as it comes."""
        start: Message | None = None
        body = b""
        streaming = False

        async def collect(message: Message) -> None:
            nonlocal start, body, streaming
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                if streaming or message.get("more_body"):
                    if not streaming and start is not None:
                        streaming = True
                        await send({**start, "headers": [*start["headers"], *CORS]})
                    if scope["method"] == "HEAD":
                        message = {**message, "body": b""}
                    await send(message)
                else:
                    body = message.get("body", b"")

        # The app knows no HEAD; what it would send to GET is what HEAD tells about.
        try:
            asked = {**scope, "method": "GET", "asked_by": scope["method"]}
            await self.app(asked, receive, collect)
        except Exception:
            # Starlette answers first and raises afterwards, so that servers may log.
            if start is None:
                raise
        if streaming or start is None:
            return None
        return self._finish(start["status"], start["headers"], body)

    def _finish(self, status: int, headers: Headers, body: bytes) -> Answer:
        given = dict(headers)
        content_type = given.get(b"content-type", b"")
        kept = [(name, value) for name, value in headers if name != b"content-length"]
        cacheable = status == 200 and b"no-store" not in given.get(b"cache-control", b"")
        if b"cache-control" not in given:
            kept.append((b"cache-control", self._fresh if cacheable else b"no-cache"))
        compressible = len(body) >= _WORTH_COMPRESSING and _is_text(content_type)
        if compressible:
            vary = given.get(b"vary")
            kept = [(name, value) for name, value in kept if name != b"vary"]
            kept.append((b"vary", b"Accept-Encoding" if not vary else vary + b", Accept-Encoding"))
        etag = None
        if cacheable:
            digest = sha256(content_type + b"\n" + body).hexdigest()[:24]
            etag = f'W/"{digest}"'.encode()
            kept.append((b"etag", etag))
        return Answer(
            status,
            [*kept, *CORS],
            body,
            etag,
            given.get(b"last-modified"),
            compressible,
        )

    async def _send(
        self,
        answer: Answer,
        request: dict[bytes, bytes],
        scope: Scope,
        send: Send,
        key: Key | None = None,
        *,
        plain: bool = False,
    ) -> None:
        """Send what the client takes of an answer; one that is `plain` in one piece."""
        if answer.etag is not None and _is_unchanged(answer, request):
            ready = answer.unchanged
        else:
            ready = await self._choose(answer, request, key)
        if not (plain and ready.send_whole(scope)):
            await ready.send(scope, send)

    async def _choose(self, answer: Answer, request: dict[bytes, bytes], key: Key | None) -> Ready:
        accepted = request.get(b"accept-encoding", b"")
        ready = answer.ready.get(accepted)
        if ready is None:
            encoding = None
            if answer.compressible and accepted:
                encoding = choose_encoding(accepted.decode("latin-1"), ENCODINGS)
            if encoding is not None and encoding not in answer.compressed:
                answer.compressed[encoding] = await _compress(answer.body, encoding)
            ready = answer.make_ready(accepted, encoding)
            if key is not None:
                self.cache.weigh(key, answer)
        return ready

    async def _preflight(self, scope: Scope, send: Send) -> None:
        allowed = POSTED.get(scope["path"].rstrip("/"), b"GET, HEAD, OPTIONS")
        headers = [*PREFLIGHT, (b"allow", allowed), (b"access-control-allow-methods", allowed)]
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


POSTED: dict[str, bytes] = {
    "/v1/resolve": b"GET, HEAD, OPTIONS, POST",
    "/v1/annotate": b"OPTIONS, POST",
    "/resolve": b"GET, HEAD, OPTIONS, POST",
    "/oai": b"GET, HEAD, OPTIONS, POST",
    "/mcp": b"OPTIONS, POST",
}
"""What is allowed at paths that take POST."""


async def _compress(body: bytes, encoding: str) -> bytes:
    encode = ENCODERS[encoding]
    if len(body) > _SLOW_TO_COMPRESS:
        return await anyio.to_thread.run_sync(encode, body)
    return encode(body)


def _name_of(parameter: bytes) -> bytes:
    return parameter.split(b"=", 1)[0]


def _is_text(content_type: bytes) -> bool:
    kind = content_type.split(b";")[0]
    return (
        kind.startswith(b"text/")
        or kind.endswith((b"json", b"xml", b"javascript"))
        or kind in (b"application/x-research-info-systems", b"application/x-bibtex")
    )


def _is_unchanged(answer: Answer, request: dict[bytes, bytes]) -> bool:
    """Whether the client's copy still holds, by ETag or else by date (RFC 9110, 13.2.2)."""
    if (tags := request.get(b"if-none-match")) is not None:
        if tags == answer.etag or tags.strip() == b"*":
            return True
        ours = (answer.etag or b"").removeprefix(b"W/")
        return ours in {tag.strip().removeprefix(b"W/") for tag in tags.split(b",")}
    if (since := request.get(b"if-modified-since")) and answer.last_modified:
        try:
            return parsedate_to_datetime(answer.last_modified.decode()) <= parsedate_to_datetime(
                since.decode("latin-1")
            )
        except (ValueError, TypeError):
            return False
    return False


def _with_headers(send: Send, extra: Headers) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *extra]}
        await send(message)

    return sending


def _too_long(limit: int) -> Answer:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": "URI too long",
        "status": 414,
        "detail": f"The request's target is longer than {limit:,} bytes; POST long questions.",
    }
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"cache-control", b"no-cache"),
        *CORS,
    ]
    return Answer(414, headers, orjson.dumps(body))
