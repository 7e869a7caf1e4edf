"""HTTP manners in one place, and the cache of rendered answers: the outermost layer.

Pure ASGI, because it stands before every answer.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import anyio.to_thread
import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from xxhash import xxh3_128

from api.routes.cache import (
    ENCODERS,
    ENCODINGS,
    Answer,
    AnswerCache,
    Headers,
    Key,
    Ready,
    lines_of,
)
from api.routes.lean import Found, LeanReads
from api.routes.naming import name_request
from api.routes.negotiation import JSON, accept_key, choose_encoding
from api.settings import Settings

_WORTH_COMPRESSING = 400
_SLOW_TO_COMPRESS = 200_000
_READING = frozenset(("GET", "HEAD"))
_FOUND = "opis.found"
"""In a scope: what `at_once` found, for those who go on from there."""
_NEGOTIATED = "/v1/records/"
"""Below this, answers depend on `Accept`."""

_JSON = JSON.encode()
_OF_THE_CONTENT = frozenset((b"content-type", b"content-length"))
_VARY = {
    (True, True): b"vary: Accept, Accept-Encoding\r\n",
    (True, False): b"vary: Accept\r\n",
    (False, True): b"vary: Accept-Encoding\r\n",
    (False, False): b"",
}
"""By whether an answer was negotiated, and whether it may be compressed."""

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
        self._base = settings.base
        self._fresh = (
            f"public, max-age={settings.cache_max_age}, stale-while-revalidate=600".encode()
        )
        self._always = lines_of([(b"cache-control", self._fresh), *CORS])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _FOUND not in scope and (ready := self.at_once(scope, direct=False)):
            await ready.send(scope, send)
        elif self._is_too_long(scope):
            send = name_request(scope, send, log_access=self.settings.access_log)
            await self._answer_too_long(scope, send)
        elif scope["method"] == "OPTIONS":
            await self._preflight(scope, send)
        else:
            send = name_request(scope, send, log_access=self.settings.access_log)
            if scope["method"] in _READING:
                await self._read(scope, receive, send)
            else:
                await self.app(scope, receive, _with_headers(send, CORS))

    def at_once(self, scope: Scope, *, direct: bool = True) -> Ready | None:
        """What is kept, or takes no longer to read than a thread takes to begin; else None.

        Where requests have names or are logged, all are answered at length. `direct`: the scope is
        as the connection has it, and nobody has heeded yet what a proxy says of the scheme.
        """
        if scope["method"] not in _READING or self.settings.access_log or self._is_too_long(scope):
            return None
        request = dict(scope["headers"])
        if b"x-request-id" in request:
            return None
        if direct and b"x-forwarded-proto" in request and not self._base:
            return None
        answer = scope[_FOUND] = self._find(scope, request)
        if answer is None:
            return None
        if answer.etag is not None and _is_unchanged(answer, request):
            return answer.unchanged
        if ready := answer.ready.get(request.get(b"accept-encoding", b"")):
            return ready
        encoding = _choose_encoding(answer, request)
        if encoding is not None and encoding not in answer.compressed:
            if len(answer.body) > _SLOW_TO_COMPRESS:
                return None
            answer.compressed[encoding] = ENCODERS[encoding](answer.body)
        return self._make_ready(answer, scope, request, encoding)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET or HEAD, however long it takes."""
        request = dict(scope["headers"])
        answer = scope[_FOUND] if _FOUND in scope else self._find(scope, request)
        if answer is None:
            generation = self.generation()
            answer = await self._render(scope, receive, send)
            if answer is None:
                return
            self._keep(generation, scope, request, answer)
        await self._send(answer, scope, request, send)

    def _find(self, scope: Scope, request: dict[bytes, bytes]) -> Answer | None:
        """An answer that is kept, or can be made of a row."""
        if len(request) != len(scope["headers"]) and _has_two_hosts(scope):
            return None
        generation = self.generation()
        if self.cache.limit:
            answer = self.cache.get(generation, self._key(scope, request))
            if answer is not None:
                return answer
        if self.lean is None or generation is None:
            return None
        found = self.lean(scope, request)
        if found is None:
            return None
        self.lean_answers += 1
        answer = self._make_answer(found)
        self._keep(generation, scope, request, answer)
        return answer

    def _keep(
        self, generation: object, scope: Scope, request: dict[bytes, bytes], answer: Answer
    ) -> None:
        if self.cache.limit and answer.etag is not None:
            self.cache.put(generation, self._key(scope, request), answer)

    def _is_too_long(self, scope: Scope) -> bool:
        size = len(scope["raw_path"]) + len(scope["query_string"])
        return bool(size > self.settings.max_url_bytes)

    def _key(self, scope: Scope, request: dict[bytes, bytes]) -> Key:
        """What an answer depends on, of all that a request tells."""
        path: str = scope["path"]
        query: bytes = scope["query_string"]
        if b"&" in query:
            parts = query.split(b"&")
            parts.sort(key=_name_of)
            query = b"&".join(parts)
        accept = accept_key(request.get(b"accept", b"")) if path.startswith(_NEGOTIATED) else ""
        if self._base:
            return path, query, accept
        return path, query, accept, request.get(b"host"), scope["scheme"]

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

    def _make_answer(self, found: Found) -> Answer:
        """What `_finish` would make of a route's answer."""
        etag = _etag_of(_JSON, found.body)
        modified = found.modified.encode()
        compressible = len(found.body) >= _WORTH_COMPRESSING
        lines = b"%betag: %b\r\nlast-modified: %b\r\n%b" % (
            self._always,
            etag,
            modified,
            _VARY[found.negotiated, compressible],
        )
        if found.link:
            lines += b"link: %b\r\n" % found.link.encode("latin-1")
        return Answer(200, lines, found.body, _JSON, etag, modified, compressible)

    def _finish(self, status: int, headers: Headers, body: bytes) -> Answer:
        given = dict(headers)
        content_type = given.get(b"content-type", b"")
        kept = [(name, value) for name, value in headers if name not in _OF_THE_CONTENT]
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
            etag = _etag_of(content_type, body)
            kept.append((b"etag", etag))
        return Answer(
            status,
            lines_of([*kept, *CORS]),
            body,
            content_type,
            etag,
            given.get(b"last-modified"),
            compressible,
        )

    async def _send(
        self, answer: Answer, scope: Scope, request: dict[bytes, bytes], send: Send
    ) -> None:
        if answer.etag is not None and _is_unchanged(answer, request):
            await answer.unchanged.send(scope, send)
            return
        ready = answer.ready.get(request.get(b"accept-encoding", b""))
        if ready is None:
            encoding = _choose_encoding(answer, request)
            if encoding is not None and encoding not in answer.compressed:
                answer.compressed[encoding] = await _compress(answer.body, encoding)
            ready = self._make_ready(answer, scope, request, encoding)
        await ready.send(scope, send)

    def _make_ready(
        self, answer: Answer, scope: Scope, request: dict[bytes, bytes], encoding: str | None
    ) -> Ready:
        ready = answer.make_ready(request.get(b"accept-encoding", b""), encoding)
        if self.cache.limit:
            self.cache.weigh(self._key(scope, request), answer)
        return ready

    async def _answer_too_long(self, scope: Scope, send: Send) -> None:
        answer = _too_long(self.settings.max_url_bytes)
        await answer.make_ready(b"", None).send(scope, send)

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


def _etag_of(content_type: bytes, body: bytes) -> bytes:
    # Nobody gains by forging a tag; SHA-256 would take a third of an uncached answer's time.
    digest = xxh3_128(content_type)
    digest.update(b"\n")
    digest.update(body)
    return b'W/"%b"' % digest.hexdigest().encode()


def _has_two_hosts(scope: Scope) -> bool:
    names = [name for name, _ in scope["headers"]]
    return names.count(b"host") > 1


def _choose_encoding(answer: Answer, request: dict[bytes, bytes]) -> str | None:
    accepted = request.get(b"accept-encoding")
    if not accepted or not answer.compressible:
        return None
    return choose_encoding(accepted.decode("latin-1"), ENCODINGS)


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
    lines = lines_of([(b"cache-control", b"no-cache"), *CORS])
    return Answer(414, lines, orjson.dumps(body), b"application/problem+json")
