"""FAIR Signposting: what machines find from a record's `Link` header alone.

Source: https://signposting.org/FAIR/ and RFC 8288; `cite-as` is RFC 8574.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from api.representations.urls import EXPORTS, Urls

if TYPE_CHECKING:
    from api.queries.pages import Row

TEXTS = ("tei.xml", "txt", "md")
"""The exports that are the text itself; the others describe it."""


_HARMFUL = re.compile(r"""[^!-~]|[<>"\\^`{|}]""")
"""What must not stand in a URL inside a header."""


class Link(NamedTuple):
    """One typed link."""

    url: str
    rel: str
    type: str | None = None


def links_of(
    row: Row, urls: Urls, exports: Mapping[str, str] = EXPORTS, author: str | None = None
) -> list[Link]:
    """The links of a record: the same from its page and from its JSON.

    `exports` are the extensions and media types it is served in; `author` the entity whose words
    it holds, where one is identified.
    """
    here = urls.record(row.id)
    links = [
        Link(urls.page(row.id), "cite-as"),
        Link("https://schema.org/AboutPage", "type"),
        Link("https://schema.org/ArchiveComponent", "type"),
        Link(here, "describedby", "application/json"),
    ]
    for extension, media_type in exports.items():
        rel = "item" if extension in TEXTS else "describedby"
        links.append(Link(f"{here}.{extension}", rel, media_type.partition(";")[0]))
    if row.rights and (terms := row.rights["url"]):
        links.append(Link(_harmless(terms), "license"))
    links.append(Link(urls.collection(row.collection_id), "collection", "application/json"))
    if author:
        links.append(Link(f"{urls.base}/entities/{author}", "author"))
    return links


def links_of_export(record: str, extension: str, urls: Urls) -> list[Link]:
    """The links of one of a record's exports, back to the record."""
    rel = "collection" if extension in TEXTS else "describes"
    return [
        Link(urls.page(record), "cite-as"),
        Link(urls.page(record), rel, "text/html"),
    ]


def link_field(links: Iterable[Link]) -> str:
    """Links as the value of a `Link` header."""
    return ", ".join(
        [
            f'<{url}>; rel="{rel}"; type="{kind}"' if kind else f'<{url}>; rel="{rel}"'
            for url, rel, kind in links
        ]
    )


def _harmless(url: str) -> str:
    """A URL that came from a seed file, as it may stand inside a header. Ours are harmless."""
    return _HARMFUL.sub(lambda match: _percent(match[0]), url)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
