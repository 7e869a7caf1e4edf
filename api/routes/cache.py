"""Rendered answers, and the cache that keeps them.

An answer changes only when the corpus does: it is rendered once, hashed, kept with its compressed
forms, and dropped with its generation.
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import brotli
import zstandard
from starlette.types import Scope, Send

Key = tuple[Hashable, ...]
Headers = list[tuple[bytes, bytes]]

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda data: bytes(brotli.compress(data, quality=5)),
    "zstd": lambda data: zstandard.ZstdCompressor(level=6).compress(data),
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
}
ENCODINGS = tuple(ENCODERS)
"""Content codings, the best one first."""

_OVERHEAD = 1_500
"""About what an answer takes beside its body; and each form that is ready to be sent."""
_MOST_READY = 8


AT_ONCE = "opis.at_once"
"""What answers without waiting, `Manners.at_once`, has this name in the lifespan's state: there
`api.connections` finds it."""
_UNCLEAN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What must not stand in a header."""


def lines_of(headers: Headers) -> bytes:
    """Headers as the wire has them. ValueError where one would end before its end."""
    if _UNCLEAN.search(b"\t".join([value for _, value in headers])):
        raise ValueError(f"a header has control characters: {headers}")
    return b"".join([b"%b: %b\r\n" % header for header in headers])


class Ready:
    """An answer as it goes out to some clients, ready to the last byte."""

    __slots__ = ("body", "head", "status")

    def __init__(self, status: int, lines: bytes, body: bytes) -> None:
        self.status = status
        self.head = lines + b"\r\n"
        """The headers, but for the server's own, and the empty line that ends them."""
        self.body = body

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it as any server takes it; to HEAD the body is not sent."""
        lines = [line.split(b": ", 1) for line in self.head.split(b"\r\n")[:-2]]
        headers = [(name, value) for name, value in lines]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body})


@dataclass(slots=True)
class Answer:
    """A rendered answer and what it can be sent as."""

    status: int
    lines: bytes
    """The headers that a 304 in its place has as well."""
    body: bytes
    content_type: bytes = b""
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

    @property
    def unchanged(self) -> Ready:
        """The 304 in its place."""
        return Ready(304, self.lines, b"")

    def make_ready(self, accept_encoding: bytes, encoding: str | None) -> Ready:
        """What clients that accept so are sent, in the coding chosen for them."""
        body = self.compressed[encoding] if encoding else self.body
        lines = b"%bcontent-type: %b\r\n" % (self.lines, self.content_type)
        if encoding:
            lines += b"content-encoding: %b\r\n" % encoding.encode()
        ready = Ready(self.status, b"%bcontent-length: %d\r\n" % (lines, len(body)), body)
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
