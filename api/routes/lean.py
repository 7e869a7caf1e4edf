"""The shortest way to the answers that are asked for most: row to bytes on the event loop.

A record, a paragraph, a page of paragraphs, each as JSON without further wishes: what FastAPI's
routes answer, byte for byte (a test holds them to it), without its fifteen steps. Whatever else is
asked, and whatever is not there, is the routes' to answer.
"""

from __future__ import annotations

import re
import sqlite3

import orjson
from sqlalchemy import Engine
from starlette.types import Scope

from api.errors import BadParameter
from api.queries.hot import HotReader
from api.queries.pages import page_after, read_edge
from api.representations.records import exports_of, record_out
from api.representations.signposting import link_field, links_of
from api.representations.texts import paragraph_out
from api.representations.urls import Urls
from api.routes.answers import headers
from api.routes.cache import Headers
from api.routes.negotiation import JSON, accept_key
from api.settings import Settings

_TARGET = re.compile(r"/v1/records/([A-Za-z0-9_-]{1,100})(/paragraphs(?:/([A-Za-z0-9_-]{1,40}))?)?")
_PAGE = re.compile(rb"limit=([1-9]\d{0,2})(?:&cursor=([A-Za-z0-9_-]{1,100}))?")
_HOST = re.compile(rb"[A-Za-z0-9.-]{1,255}(?::\d{1,5})?")
_LONGEST = 100
"""Longer pages are read in a thread, where they hold up nobody."""

Found = tuple[Headers, bytes]


class LeanReads:
    """Answers some GET requests from the database directly; the others it leaves alone."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.base = settings.base
        self.reader = HotReader(engine)

    def __call__(self, scope: Scope, request: dict[bytes, bytes]) -> Found | None:
        """The header and body of a 200, or None where the routes have to see to it."""
        target = _TARGET.fullmatch(scope["path"])
        if target is None:
            return None
        record, below, paragraph = target.groups()
        query = scope["query_string"]
        page = _PAGE.fullmatch(query) if below and not paragraph else None
        if query and page is None:
            return None
        urls = self._urls(scope, request)
        if urls is None:
            return None
        try:
            if not below:
                negotiated = accept_key(request.get(b"accept", b""))
                return self._record(record, urls) if negotiated == JSON else None
            if paragraph:
                return self._paragraph(record, paragraph, urls)
            limit, cursor = page.groups() if page else (b"1000", None)
            return self._paragraphs(record, int(limit), cursor, urls)
        except (sqlite3.Error, OverflowError, BadParameter):
            return None

    def close(self) -> None:
        """Give the connection back."""
        self.reader.close()

    def _urls(self, scope: Scope, request: dict[bytes, bytes]) -> Urls | None:
        if self.base:
            return Urls(self.base)
        host = request.get(b"host", b"")
        return Urls(f"{scope['scheme']}://{host.decode()}") if _HOST.fullmatch(host) else None

    def _record(self, record: str, urls: Urls) -> Found | None:
        row = self.reader.find_record(record)
        if row is None:
            return None
        header = headers(modified=row.modified_at)
        header["vary"] = "Accept"
        header["link"] = link_field(links_of(row, urls, exports_of(row), row.author))
        return _found(header, record_out(row, urls))

    def _paragraph(self, record: str, name: str, urls: Urls) -> Found | None:
        row = self.reader.find_paragraph(record, name)
        if row is None:
            return None
        out = paragraph_out(row, urls)
        links: dict[str, str | None] = {"canonical": out["links"]["self"]}
        for relation, beside in (("prev", row.before), ("next", row.after)):
            if beside:
                links[relation] = out["links"][relation] = urls.paragraph(record, beside)
        return _found(headers(links, row.modified_at), out)

    def _paragraphs(
        self, record: str, limit: int, cursor: bytes | None, urls: Urls
    ) -> Found | None:
        after = 0
        if cursor:
            edge, backwards = read_edge(cursor.decode(), 1)
            if backwards or not isinstance(edge[0], int):
                return None
            after = edge[0]
        rows = self.reader.list_paragraphs(record, after, min(limit, _LONGEST) + 1)
        if not rows or limit > _LONGEST < len(rows):
            return None
        page = page_after(rows, limit, rows[0].total, lambda row: row.number, first=not cursor)
        items = [paragraph_out(row, urls) for row in page.rows]
        here = urls.record(record, f"/paragraphs?limit={limit}&cursor=")
        links = {
            "next": here + page.next if page.next else None,
            "prev": here + page.prev if page.prev else None,
        }
        out = {"items": items, "total": page.total, "limit": limit, **links}
        return _found(headers(links, rows[0].modified_at), out)


def _found(header: dict[str, str], body: object) -> Found:
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in header.items()]
    return [*lines, (b"content-type", JSON.encode())], orjson.dumps(body)
