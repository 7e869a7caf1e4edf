"""What crawlers and clients look for at fixed places: API catalogue, sitemaps, robots.txt."""

from __future__ import annotations

from typing import Annotated, Any
from xml.sax.saxutils import escape

import orjson
from fastapi import APIRouter, Path, Response

from api.errors import NotFound
from api.parsing.collections import ROOT
from api.queries.collections import find_collection, list_record_ids, nth_record_id
from api.queries.corpus import find_corpus
from api.routes.answers import headers
from api.routes.dependencies import SessionDep, UrlsDep

router = APIRouter(include_in_schema=False)

LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = 50_000
"""Addresses to a sitemap: the most there may be."""
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


@router.get("/.well-known/api-catalog")
def read_api_catalog(urls: UrlsDep) -> Response:
    """Every API served here, with its description (RFC 9727, a linkset by RFC 9264)."""
    catalog = urls("/.well-known/api-catalog")
    apis: dict[str, dict[str, Any]] = {
        "/v1": {
            "service-desc": [
                {
                    "href": urls("/v1/openapi.json"),
                    "type": "application/json",
                    "title": "OpenAPI 3.1",
                }
            ],
            "service-doc": [{"href": urls("/docs"), "type": "text/html"}],
            "status": [{"href": urls("/readyz"), "type": "application/json"}],
        },
        "/dts": {
            "service-desc": [{"href": urls("/dts"), "type": "application/ld+json"}],
            "service-doc": [{"href": "https://dtsapi.org/versions/v1.0", "type": "text/html"}],
        },
        "/oai": {
            "service-desc": [{"href": urls("/oai", verb="Identify"), "type": "text/xml"}],
            "service-doc": [
                {
                    "href": "https://www.openarchives.org/OAI/openarchivesprotocol.html",
                    "type": "text/html",
                }
            ],
        },
        "/mcp": {
            "service-doc": [{"href": "https://modelcontextprotocol.io", "type": "text/html"}],
        },
    }
    linkset: list[dict[str, Any]] = [
        {"anchor": catalog, "item": [{"href": urls(path)} for path in apis]},
        *({"anchor": urls(path), **relations} for path, relations in apis.items()),
    ]
    return Response(
        orjson.dumps({"linkset": linkset}),
        headers=headers({"api-catalog": catalog}),
        media_type=LINKSET,
    )


@router.get("/robots.txt")
def read_robots(urls: UrlsDep) -> Response:
    """Everything may be crawled but searches, which have no end."""
    lines = ["User-agent: *"]
    lines += [f"Disallow: {path}" for path in ("/search", "/resolve", "/v1/search", "/v1/resolve")]
    lines += ["Allow: /", "", f"Sitemap: {urls('/sitemap.xml')}", ""]
    return Response("\n".join(lines), media_type="text/plain; charset=utf-8")


@router.get("/sitemap.xml")
def read_sitemap_index(session: SessionDep, urls: UrlsDep) -> Response:
    """The index of the sitemaps."""
    loaded = find_corpus(session).loaded_at
    inside = "".join(
        f"<sitemap><loc>{escape(urls(f'/sitemaps/{number}.xml'))}</loc>"
        f"<lastmod>{loaded}</lastmod></sitemap>\n"
        for number in range(1, _count(session) + 1)
    )
    return _xml(f'<sitemapindex xmlns="{SITEMAP}">\n{inside}</sitemapindex>\n', loaded)


@router.get("/sitemaps/{number}.xml")
def read_sitemap(
    number: Annotated[int, Path(ge=1, le=100_000)], session: SessionDep, urls: UrlsDep
) -> Response:
    """The pages of some records, in the order of their ids."""
    if number > _count(session):
        raise NotFound("sitemap", str(number), "/sitemap.xml lists them.")
    after = nth_record_id(session, (number - 1) * PAGES) if number > 1 else None
    inside = "".join(
        f"<url><loc>{escape(urls.page(record))}</loc><lastmod>{modified}</lastmod></url>\n"
        for record, modified in list_record_ids(session, PAGES, after)
    )
    loaded = find_corpus(session).loaded_at
    return _xml(f'<urlset xmlns="{SITEMAP}">\n{inside}</urlset>\n', loaded)


def _count(session: SessionDep) -> int:
    records = find_collection(session, ROOT).records
    return max(-(-int(records) // PAGES), 1)


def _xml(text: str, modified: str) -> Response:
    return Response(
        XML + text, headers=headers(modified=modified), media_type="application/xml; charset=utf-8"
    )
