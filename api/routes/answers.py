"""From a public shape to a response: bytes once, links and dates in the header."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

import orjson
from fastapi import Response

from api.errors import BadParameter, ParameterError
from api.queries.pages import Row
from api.representations.lists import link_header, trim
from api.representations.signposting import link_field, links_of_export
from api.representations.urls import EXPORTS, Urls


def answer(
    value: Mapping[str, Any],
    *,
    fields: str | None = None,
    links: Mapping[str, str | None] | None = None,
    modified: str | None = None,
    media_type: str = "application/json",
    status: int = 200,
) -> Response:
    """A JSON answer. `fields` trims the object, or each item of a list; `modified` is ISO 8601."""
    body: dict[str, Any] = dict(value)
    relations = dict(links or {})
    if "items" in body and "limit" in body:
        relations |= {"next": body["next"], "prev": body["prev"]}
        if fields:
            body["items"] = [_trimmed(item, fields) for item in body["items"]]
    elif fields:
        body = _trimmed(body, fields)
    return Response(
        orjson.dumps(body),
        status,
        headers=headers(relations, modified),
        media_type=media_type,
    )


def export(row: Row, extension: str, body: str | bytes, urls: Urls) -> Response:
    """A record in one of its export formats, with links that lead back to it."""
    found = headers(modified=row.modified_at)
    found["Link"] = link_field(links_of_export(row.id, extension, urls))
    return Response(body, headers=found, media_type=EXPORTS[extension])


def headers(
    links: Mapping[str, str | None] | None = None, modified: str | None = None
) -> dict[str, str]:
    """`Link` and `Last-Modified`, where there is something to say."""
    found = {}
    if line := link_header(dict(links or {})):
        found["Link"] = line
    if modified:
        found["Last-Modified"] = http_date(modified)
    return found


@lru_cache(maxsize=1_000)
def http_date(modified: str) -> str:
    """A moment in ISO 8601 as headers have it."""
    return format_datetime(datetime.fromisoformat(modified), usegmt=True)


def _trimmed(item: Mapping[str, Any], fields: str) -> dict[str, Any]:
    wanted = [name.strip() for name in fields.split(",") if name.strip()]
    for name in wanted:
        if name not in item:
            raise BadParameter(
                ParameterError("fields", f"there is no field {name!r}", fields, sorted(item))
            )
    return trim(dict(item), wanted)
