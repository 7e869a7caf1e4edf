"""Rendered answers, and the cache that keeps them.

An answer changes only when the corpus does: it is rendered once, hashed, kept with its compressed
forms, and dropped with its generation.
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import brotli
import zstandard
from starlette.types import Message, Scope, Send

Key = tuple[Hashable, ...]
Headers = list[tuple[bytes, bytes]]

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda data: bytes(brotli.compress(data, quality=5)),
    "zstd": lambda data: zstandard.ZstdCompressor(level=6).compress(data),
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
}
ENCODINGS = tuple(ENCODERS)
"""Content codings, the best one first."""

_NOTHING: Message = {"type": "http.response.body", "body": b""}
_NO_EXTENSIONS: Mapping[str, object] = {}
_OVERHEAD = 1_500
"""About what an answer takes beside its body; and each form that is ready to be sent."""
_MOST_READY = 8


WHOLE = "opis.whole"
"""The extension by which a server takes an answer in one piece: `api.connections`."""
_UNCLEAN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What must not stand in a header."""


class Ready:
    """An answer as it goes out to some clients: the messages that ASGI wants, made once."""

    __slots__ = ("body", "head", "start", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.start: Message = {
            "type": "http.response.start",
            "status": status,
            "headers": headers,
        }
        self.body: Message = {"type": "http.response.body", "body": body}
        clean = not any(_UNCLEAN.search(value) for _, value in headers)
        lines = b"".join([b"%b: %b\r\n" % header for header in headers])
        self.head = lines + b"\r\n" if clean else None
        """The same headers as the wire has them; None leaves them to the server to refuse."""

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it; to HEAD the body is not sent."""
        await send(self.start)
        await send(_NOTHING if scope["method"] == "HEAD" else self.body)

    def send_whole(self, scope: Scope) -> bool:
        """Send it in one piece where the server can; False where it has to be sent otherwise."""
        whole = scope.get("extensions", _NO_EXTENSIONS).get(WHOLE)
        if whole is None or self.head is None:
            return False
        body = b"" if scope["method"] == "HEAD" else self.body["body"]
        return bool(whole(scope, self.status, self.head, body))


@dataclass
class Answer:
    """A rendered answer and what it can be sent as."""

    status: int
    headers: Headers
    body: bytes
    etag: bytes | None = None
    last_modified: bytes | None = None
    compressible: bool = False
    compressed: dict[str, bytes] = field(default_factory=dict)
    """By content coding."""
    ready: dict[bytes, Ready] = field(default_factory=dict)
    """By what clients send as `Accept-Encoding`."""

    @property
    def size(self) -> int:
        """About how much memory it takes."""
        bodies = len(self.body) + sum(map(len, self.compressed.values()))
        return bodies + _OVERHEAD * (1 + len(self.ready))

    @cached_property
    def unchanged(self) -> Ready:
        """The 304 in its place."""
        kept = [h for h in self.headers if h[0] not in (b"content-type", b"content-encoding")]
        return Ready(304, kept, b"")

    def make_ready(self, accept_encoding: bytes, encoding: str | None) -> Ready:
        """The messages for clients that accept so, in the coding chosen for them."""
        body = self.compressed[encoding] if encoding else self.body
        headers = [*self.headers, (b"content-length", str(len(body)).encode())]
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        ready = Ready(self.status, headers, body)
        if len(self.ready) >= _MOST_READY:
            self.ready.clear()
        self.ready[accept_encoding] = ready
        return ready


class AnswerCache:
    """Rendered answers of one generation, least recently used first out, bounded by bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.hits = 0
        self.misses = 0
        self.evictions = 0
        self._generation: object = None
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._sizes: dict[Key, int] = {}

    def __len__(self) -> int:
        """How many answers are kept."""
        return len(self._answers)

    def count_variants(self) -> int:
        """How many compressed forms are kept."""
        return sum(len(answer.compressed) for answer in list(self._answers.values()))

    def get(self, generation: object, key: Key) -> Answer | None:
        """The answer, if it was rendered from this generation."""
        if generation != self._generation:
            self._answers.clear()
            self._sizes.clear()
            self.size = 0
            self._generation = generation
        found = self._answers.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._answers.move_to_end(key)
        return found

    def put(self, generation: object, key: Key, answer: Answer) -> None:
        """Keep an answer, unless it is too large or its generation has passed."""
        if generation != self._generation or answer.size > self.limit // 8:
            return
        self._forget(key)
        self._answers[key] = answer
        self._sizes[key] = 0
        self.weigh(key, answer)

    def weigh(self, key: Key, answer: Answer) -> None:
        """Take account of an answer that may have grown; no more where it is not kept."""
        if self._answers.get(key) is not answer:
            return
        size = answer.size
        self.size += size - self._sizes[key]
        self._sizes[key] = size
        while self.size > self.limit and self._answers:
            self._forget(next(iter(self._answers)))
            self.evictions += 1

    def _forget(self, key: Key) -> None:
        if self._answers.pop(key, None) is not None:
            self.size -= self._sizes.pop(key)
