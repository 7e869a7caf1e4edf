"""What machines find at fixed places and in headers: Signposting, catalogue, sitemaps, exports."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.conftest import Archive, MakeArchive
from tests.records import numbered

LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?')
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def links(archive: Archive, path: str) -> dict[str, list[tuple[str, str]]]:
    """The typed links of a path, as HEAD tells them: (URL, media type) by relation."""
    response = archive.client.head(path)
    assert response.status_code == 200
    found: dict[str, list[tuple[str, str]]] = {}
    for url, rel, media_type in LINK.findall(response.headers["link"]):
        found.setdefault(rel, []).append((url, media_type))
    return found


def test_a_record_says_how_to_cite_and_where_it_belongs(archive: Archive) -> None:
    found = links(archive, "/v1/records/209712")
    assert found["cite-as"] == [("http://opis.test/records/209712", "")]
    assert ("https://schema.org/AboutPage", "") in found["type"]
    assert found["author"] == [("http://opis.test/entities/khrushchev-nikita", "")]
    assert found["license"] == [(archive.record("209712")["rights"]["url"], "")]
    assert found["collection"] == [
        ("http://opis.test/v1/collections/rgani-f52-op1-d351", "application/json")
    ]


def test_what_describes_it_and_what_it_consists_of_have_their_types(archive: Archive) -> None:
    found = links(archive, "/v1/records/209712")
    for rel in ("describedby", "item"):
        assert found[rel]
        for url, media_type in found[rel]:
            response = archive.client.get(url)
            assert response.status_code == 200, url
            assert response.headers["content-type"].split(";")[0] == media_type, url
    assert ("http://opis.test/v1/records/209712.tei.xml", "application/tei+xml") in found["item"]


def test_the_page_says_what_the_record_says(archive: Archive) -> None:
    assert links(archive, "/records/209712") == links(archive, "/v1/records/209712")


def test_unknown_rights_and_authors_are_not_linked(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1)})
    found = links(archive, "/v1/records/a")
    assert "license" not in found
    assert "author" not in found


def test_an_address_in_a_seed_file_cannot_break_a_header(make_archive: MakeArchive) -> None:
    authority = """\
entities:
  - id: wilson
    kind: organisation
    label: Wilson Center Digital Archive
    names: [{text: Wilson Center Digital Archive}]
    rights:
      text: Ask.
      url: 'https://terms.example/?q="><x>, <evil>; rel="author" ÿ'
"""
    archive = make_archive({"records/a.md": numbered(1), "authorities/w.yaml": authority})
    assert archive.record("a")["rights"]["url"].startswith("https://terms.example/")
    found = links(archive, "/v1/records/a")
    assert "author" not in found
    assert len(found["license"]) == 1


@pytest.mark.parametrize("extension", ["md", "txt", "tei.xml", "ris", "bib", "csl.json", "jsonld"])
def test_exports_answer_under_the_permalink(archive: Archive, extension: str) -> None:
    here = archive.client.get(f"/records/209712.{extension}")
    there = archive.client.get(f"/v1/records/209712.{extension}")
    assert here.status_code == 200
    assert here.content == there.content
    assert here.headers["content-type"] == there.headers["content-type"]


@pytest.mark.parametrize(
    "path", ["/records/209712.exe", "/records/none.ris", "/records/a b.ris", "/records/.ris"]
)
def test_other_exports_are_not_there(archive: Archive, path: str) -> None:
    response = archive.client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_the_catalogue_lists_every_api(archive: Archive) -> None:
    response = archive.client.get("/.well-known/api-catalog")
    assert response.headers["content-type"].startswith("application/linkset+json")
    linkset = response.json()["linkset"]
    items = [item["href"] for item in linkset[0]["item"]]
    assert items == [f"http://opis.test/{name}" for name in ("v1", "dts", "oai", "mcp")]
    described = {entry["anchor"]: entry for entry in linkset}
    assert set(items) < set(described)
    for entry in described.values():
        for rel in ("service-desc", "status"):
            for link in entry.get(rel, ()):
                found = archive.client.get(link["href"])
                assert found.status_code == 200, link
                assert found.headers["content-type"].split(";")[0] == link["type"], link
    head = archive.client.head("/.well-known/api-catalog")
    assert 'rel="api-catalog"' in head.headers["link"]


def test_robots_are_led_to_the_sitemap(archive: Archive) -> None:
    robots = archive.client.get("/robots.txt")
    assert robots.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Sitemap: http://opis.test/sitemap.xml" in robots.text.splitlines()


def test_sitemaps_list_every_record_once(
    make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.wellknown.PAGES", 2)
    archive = make_archive({f"records/n{n}.md": numbered(n) for n in range(1, 6)})
    index = ElementTree.fromstring(archive.client.get("/sitemap.xml").content)
    maps = [loc.text or "" for loc in index.iter(f"{SITEMAP}loc")]
    assert len(maps) == 3
    pages = []
    for url in maps:
        found = ElementTree.fromstring(archive.client.get(url).content)
        pages.append([loc.text for loc in found.iter(f"{SITEMAP}loc")])
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [url for page in pages for url in page] == [
        f"http://opis.test/records/n{n}" for n in range(1, 6)
    ]
    assert archive.client.get("/sitemaps/4.xml").status_code == 404
    assert archive.client.get("/sitemaps/0.xml").status_code == 404


def test_an_empty_archive_has_an_empty_sitemap(make_archive: MakeArchive) -> None:
    archive = make_archive({})
    found = ElementTree.fromstring(archive.client.get("/sitemaps/1.xml").content)
    assert list(found) == []
