"""Lists as pages, and their RFC 8288 links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from api.queries.pages import Page
from api.representations.shapes import ListOut
from api.representations.urls import Urls

Item = TypeVar("Item")


def list_out(
    items: Sequence[Item], page: Page, limit: int, urls: Urls, path: str, query: str
) -> ListOut[Item]:
    """A page of items, with the URLs of its neighbours: the same request, another cursor."""

    def turn(cursor: str | None) -> str | None:
        if cursor is None:
            return None
        kept = [(name, value) for name, value in parse_qsl(query) if name != "cursor"]
        return f"{urls.base}{path}?{urlencode([*kept, ('cursor', cursor)])}"

    return {
        "items": list(items),
        "total": page.total,
        "limit": limit,
        "next": turn(page.next),
        "prev": turn(page.prev),
    }


def whole_list(items: Sequence[Item]) -> ListOut[Item]:
    """A list that is always answered whole."""
    return {
        "items": list(items),
        "total": len(items),
        "limit": max(len(items), 1),
        "next": None,
        "prev": None,
    }


def link_header(links: dict[str, str | None]) -> str:
    """The value of a `Link` header: relations and their URLs, None left out."""
    return ", ".join([f'<{url}>; rel="{rel}"' for rel, url in links.items() if url])


def trim(value: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """Only the asked-for fields of an object, in the object's order."""
    return {name: item for name, item in value.items() if name in fields}
