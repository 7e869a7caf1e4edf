"""The shortest way to the answers that are asked for most: row to bytes on the event loop.

A record, a paragraph, a page of paragraphs, each as JSON without further wishes: what FastAPI's
routes answer, byte for byte (a test holds them to it), without its fifteen steps. Whatever else is
asked, and whatever is not there, is the routes' to answer.
"""

from __future__ import annotations

import re
import sqlite3
from typing import NamedTuple

import orjson
from sqlalchemy import Engine
from starlette.types import Scope

from api.errors import BadParameter
from api.queries.hot import HotReader
from api.queries.pages import read_edge, write_cursors
from api.representations.lists import link_header
from api.representations.prerendered import RUN, read_paragraphs, read_record
from api.representations.texts import PARAGRAPH_COLUMNS, shape_paragraph
from api.routes.answers import http_date
from api.routes.negotiation import JSON, accept_key
from api.settings import Settings

_TARGET = re.compile(r"/v1/records/([A-Za-z0-9_-]{1,100})(/paragraphs(?:/([A-Za-z0-9_-]{1,40}))?)?")
_PAGE = re.compile(rb"limit=([1-9]\d{0,2})(?:&cursor=([A-Za-z0-9_-]{1,100}))?")
_WITH_TEXT = b"include=paragraphs"
_HOST = re.compile(rb"[A-Za-z0-9.-]{1,255}(?::\d{1,5})?")
_LONGEST = 100
"""Longer pages are read in a thread, where they hold up nobody."""


class Found(NamedTuple):
    """What a 200 says, in JSON: its body, and those of its headers that it alone has."""

    body: bytes
    link: str
    modified: str
    """HTTP-date."""
    negotiated: bool = False
    """Whether `Accept` might have made it another."""


class LeanReads:
    """Answers some GET requests from the database directly; the others it leaves alone."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.base = settings.base
        self.reader = HotReader(engine, PARAGRAPH_COLUMNS, RUN)

    def __call__(self, scope: Scope, request: dict[bytes, bytes]) -> Found | None:
        """What a 200 says, or None where the routes have to see to it."""
        target = _TARGET.fullmatch(scope["path"])
        if target is None:
            return None
        record, below, paragraph = target.groups()
        query = scope["query_string"]
        page = _PAGE.fullmatch(query) if below and not paragraph else None
        with_text = query == _WITH_TEXT and not below
        if query and page is None and not with_text:
            return None
        base = self._base_of(scope, request)
        if base is None:
            return None
        try:
            if not below:
                negotiated = accept_key(request.get(b"accept", b""))
                return self._record(record, base, with_text) if negotiated == JSON else None
            if paragraph:
                return self._paragraph(record, paragraph, base)
            limit, cursor = page.groups() if page else (b"1000", None)
            return self._paragraphs(record, int(limit), cursor, base)
        except (sqlite3.Error, OverflowError, BadParameter):
            return None

    def close(self) -> None:
        """Give the connection back."""
        self.reader.close()

    def _base_of(self, scope: Scope, request: dict[bytes, bytes]) -> str | None:
        if self.base:
            return self.base
        host = request.get(b"host", b"")
        return f"{scope['scheme']}://{host.decode()}" if _HOST.fullmatch(host) else None

    def _record(self, record: str, base: str, with_text: bool) -> Found | None:
        found = self.reader.find_record(record, _LONGEST if with_text else 0)
        if found is None or (with_text and found.total > _LONGEST):
            return None
        link, body = read_record(found.bodies[0], base)
        if with_text:
            items, _ = read_paragraphs(found.bodies[1:], base)
            body = b'%b,"paragraphs":[%b]}' % (body[:-1], items)
        return Found(body, link, http_date(found.modified_at), negotiated=True)

    def _paragraph(self, record: str, name: str, base: str) -> Found | None:
        found = self.reader.find_paragraph(record, name)
        if found is None:
            return None
        out = shape_paragraph(record, found.columns, base)
        links: dict[str, str | None] = {"canonical": out["links"]["self"]}
        for relation, beside in (("prev", found.before), ("next", found.after)):
            if beside:
                at = f"{base}/v1/records/{record}/paragraphs/{beside}"
                links[relation] = out["links"][relation] = at
        return Found(orjson.dumps(out), link_header(links), http_date(found.modified_at))

    def _paragraphs(self, record: str, limit: int, cursor: bytes | None, base: str) -> Found | None:
        after = 0
        if cursor:
            edge, backwards = read_edge(cursor.decode(), 1)
            if backwards or not isinstance(edge[0], int):
                return None
            after = edge[0]
        found = self.reader.list_runs(record, after, min(limit, _LONGEST))
        if found is None or limit > _LONGEST < found.total - after:
            return None
        items, count = read_paragraphs(found.bodies, base, after + 1 - found.first, limit)
        if not count:
            return None
        last = after + count
        before, beyond = write_cursors(
            after + 1, last, has_prev=cursor is not None, has_next=last < found.total
        )
        turn = f"{base}/v1/records/{record}/paragraphs?limit={limit}&cursor="
        links = {
            "next": turn + beyond if beyond else None,
            "prev": turn + before if before else None,
        }
        rest = orjson.dumps({"total": found.total, "limit": limit, **links})[1:]
        body = b'{"items":[%b],%b' % (items, rest)
        return Found(body, link_header(links), http_date(found.modified_at))
