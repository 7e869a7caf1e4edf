"""DTS 1.0 over HTTP: entry point, collections, both citation trees, documents, errors."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from tests.conftest import Archive, MakeArchive
from tests.records import LETTER, numbered

TEI = "{http://www.tei-c.org/ns/1.0}"
WRAPPER = "{https://w3id.org/api/dts#}wrapper"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def navigate(archive: Archive, **query: Any) -> Any:
    return archive.get("/dts/navigation", resource="209712", **query)


def members(archive: Archive, **query: Any) -> list[str]:
    return [unit["identifier"] for unit in navigate(archive, **query)["member"]]


def document(archive: Archive, status: int = 200, **query: Any) -> httpx.Response:
    response = archive.client.get("/dts/document", params={"resource": "209712", **query})
    assert response.status_code == status, response.text
    return response


def fragment(archive: Archive, **query: Any) -> ElementTree.Element:
    root = ElementTree.fromstring(document(archive, **query).content)
    assert root.tag == f"{TEI}TEI"
    wrapper = root.find(WRAPPER)
    assert wrapper is not None
    return wrapper


def ids_in(element: ElementTree.Element) -> list[str]:
    paragraphs = re.compile(r"p[a-z0-9]{10}")
    found = [one.get(XML_ID, "") for one in element.iter()]
    return [one for one in found if paragraphs.fullmatch(one)]


def paragraph_ids(archive: Archive) -> list[str]:
    return [paragraph["id"] for paragraph in archive.paragraphs("209712")]


def test_the_entry_point_gives_uri_templates(archive: Archive) -> None:
    response = archive.client.get("/dts")
    assert response.headers["content-type"] == "application/ld+json"
    entry = response.json()
    assert entry == {
        "@context": "https://dtsapi.org/context/v1.0.json",
        "@id": "http://opis.test/dts",
        "@type": "EntryPoint",
        "dtsVersion": "1.0",
        "collection": "http://opis.test/dts/collection{?id,page,nav}",
        "navigation": "http://opis.test/dts/navigation{?resource,ref,start,end,down,tree,page}",
        "document": "http://opis.test/dts/document{?resource,ref,start,end,tree,mediaType}",
    }


@pytest.mark.parametrize(
    "path",
    [
        "/dts",
        "/dts/collection",
        "/dts/navigation?resource=209712&down=1",
        "/dts/document?resource=209712",
    ],
)
def test_each_endpoint_answers_with_and_without_a_slash(archive: Archive, path: str) -> None:
    place, mark, query = path.partition("?")
    plain = archive.client.get(path)
    slashed = archive.client.get(f"{place}/{mark}{query}")
    assert plain.status_code == slashed.status_code == 200
    assert slashed.headers["content-type"] == plain.headers["content-type"]


def test_the_root_leads_through_collections_to_the_record(archive: Archive) -> None:
    root = archive.get("/dts/collection")
    assert (root["@type"], root["totalParents"], root["totalChildren"]) == ("Collection", 0, 1)
    way = []
    found = root
    while found["@type"] == "Collection":
        assert len(found["member"]) == found["totalChildren"]
        child = found["member"][0]
        way.append(child["@id"])
        found = archive.get("/dts/collection", id=child["@id"])
    assert way == ["rgani", "rgani-f52", "rgani-f52-op1", "rgani-f52-op1-d351", "209712"]
    assert found["totalChildren"] == 0
    assert found["totalParents"] == 1
    assert found["navigation"] == (
        "http://opis.test/dts/navigation?resource=209712{&ref,start,end,down,tree,page}"
    )
    assert found["document"] == (
        "http://opis.test/dts/document?resource=209712{&ref,start,end,tree,mediaType}"
    )
    assert archive.client.get(found["download"]).status_code == 200


def test_parents_are_members_where_asked_for(archive: Archive) -> None:
    record = archive.get("/dts/collection", id="209712", nav="parents")
    assert [parent["@id"] for parent in record["member"]] == ["rgani-f52-op1-d351"]
    repository = archive.get("/dts/collection", id="rgani", nav="parents")
    assert [parent["@id"] for parent in repository["member"]] == ["root"]
    assert archive.get("/dts/collection", nav="parents")["member"] == []


def test_a_resource_has_two_citation_trees_and_only_the_second_a_name(archive: Archive) -> None:
    trees = archive.get("/dts/collection", id="209712")["citationTrees"]
    assert [tree.get("identifier") for tree in trees] == [None, "sections"]
    assert trees[0]["citeStructure"] == [{"@type": "CiteStructure", "citeType": "paragraph"}]
    assert trees[1]["citeStructure"][0]["citeType"] == "section"


def test_the_default_tree_is_the_paragraphs(archive: Archive) -> None:
    found = navigate(archive, down=1)
    assert found["@id"] == "http://opis.test/dts/navigation?resource=209712&down=1"
    assert found["resource"]["@id"] == "209712"
    assert [unit["identifier"] for unit in found["member"]] == paragraph_ids(archive)
    first = found["member"][0]
    assert (first["level"], first["parent"], first["citeType"]) == (1, None, "paragraph")
    assert "ref" not in found


def test_the_second_tree_is_the_outline_with_the_paragraphs(archive: Archive) -> None:
    found = navigate(archive, down=-1, tree="sections")["member"]
    paragraphs = [unit["identifier"] for unit in found if unit["citeType"] == "paragraph"]
    assert paragraphs == paragraph_ids(archive)
    by_id = {unit["identifier"]: unit for unit in found}
    for unit in found:
        if unit["parent"] is None:
            assert unit["level"] == 1
        else:
            assert unit["level"] == by_id[unit["parent"]]["level"] + 1
    top = members(archive, down=1, tree="sections")
    assert "s.memorandum" in top
    assert len(top) < len(found)


def test_a_ref_alone_has_no_members(archive: Archive) -> None:
    unit = paragraph_ids(archive)[4]
    found = navigate(archive, ref=unit)
    assert found["ref"]["identifier"] == unit
    assert "member" not in found


def test_down_0_gives_the_siblings(archive: Archive) -> None:
    top = members(archive, down=1, tree="sections")
    assert members(archive, ref=top[0], down=0, tree="sections") == top


def test_down_gives_a_unit_and_so_many_levels_below(archive: Archive) -> None:
    one = navigate(archive, ref="s.memorandum", down=1, tree="sections")["member"]
    assert one[0]["identifier"] == "s.memorandum"
    assert {unit["level"] for unit in one} == {1, 2}
    every = navigate(archive, ref="s.memorandum", down=-1, tree="sections")["member"]
    assert max(unit["level"] for unit in every) > 2
    assert one == [unit for unit in every if unit["level"] <= 2]


def test_nothing_below_a_unit_is_the_unit_alone_and_no_error(archive: Archive) -> None:
    unit = paragraph_ids(archive)[0]
    assert members(archive, ref=unit, down=1) == [unit]
    assert members(archive, ref=unit, down=7) == [unit]
    assert members(archive, ref=unit, down=-1) == [unit]


def test_a_range_is_inclusive_and_in_document_order(archive: Archive) -> None:
    ids = paragraph_ids(archive)
    assert members(archive, start=ids[2], end=ids[5], down=1) == ids[2:6]
    found = navigate(archive, start=ids[2], end=ids[5])
    assert (found["start"]["identifier"], found["end"]["identifier"]) == (ids[2], ids[5])
    assert "member" not in found
    whole = members(archive, down=-1, tree="sections")
    top = members(archive, down=1, tree="sections")
    assert members(archive, start=top[0], end=top[-1], down=-1, tree="sections") == whole
    assert members(archive, start=top[0], end=top[-1], down=1, tree="sections") == members(
        archive, down=2, tree="sections"
    )


@pytest.mark.parametrize(
    "query",
    [
        {"down": 1},
        {"resource": "", "down": 1},
        {"resource": "209712"},
        {"resource": "209712", "down": 0},
        {"resource": "209712", "ref": "A", "start": "A", "end": "B"},
        {"resource": "209712", "ref": "A", "start": "A"},
        {"resource": "209712", "ref": "A", "end": "A", "down": 1},
        {"resource": "209712", "start": "A", "down": 1},
        {"resource": "209712", "end": "B", "down": 1},
        {"resource": "209712", "start": "A", "end": "B", "down": 0},
        {"resource": "209712", "down": -2},
        {"resource": "209712", "down": "deep"},
        {"resource": "209712", "down": 1, "page": 0},
        {"resource": "209712", "start": "B", "end": "A", "down": 1},
    ],
)
def test_navigation_refuses_what_makes_no_sense(archive: Archive, query: dict[str, Any]) -> None:
    ids = paragraph_ids(archive)
    query = {name: {"A": ids[1], "B": ids[3]}.get(value, value) for name, value in query.items()}
    problem = archive.get("/dts/navigation", status=400, **query)
    assert problem["errors"]


@pytest.mark.parametrize(
    "query",
    [
        {"resource": "nowhere", "down": 1},
        {"resource": "rgani", "down": 1},
        {"resource": "209712", "ref": "nothing"},
        {"resource": "209712", "start": "nothing", "end": "A", "down": 1},
        {"resource": "209712", "start": "A", "end": "nothing"},
        {"resource": "209712", "tree": "pages", "down": 1},
        {"resource": "209712", "ref": "s.memorandum"},
        {"resource": "209712", "down": 1, "page": 2},
    ],
)
def test_navigation_knows_what_there_is_not(archive: Archive, query: dict[str, Any]) -> None:
    ids = paragraph_ids(archive)
    query = {name: ids[1] if value == "A" else value for name, value in query.items()}
    archive.get("/dts/navigation", status=404, **query)


def test_a_document_is_the_whole_tei_and_links_to_its_collection(archive: Archive) -> None:
    response = document(archive)
    assert response.headers["content-type"] == "application/tei+xml"
    assert response.headers["link"] == (
        '<http://opis.test/dts/collection?id=209712>; rel="collection"'
    )
    assert response.content == archive.client.get("/v1/records/209712.tei.xml").content
    assert document(archive, mediaType="application/tei+xml").content == response.content
    unencoded = archive.client.get("/dts/document?resource=209712&mediaType=application/tei+xml")
    assert unencoded.content == response.content


def test_every_unit_of_both_trees_is_a_fragment_with_that_id(archive: Archive) -> None:
    for tree in ({}, {"tree": "sections"}):
        units = navigate(archive, down=-1, **tree)["member"]
        for unit in (units[0], units[len(units) // 2], units[-1]):
            wrapper = fragment(archive, ref=unit["identifier"], **tree)
            assert [child.get(XML_ID) for child in wrapper] == [unit["identifier"]]
    whole = ElementTree.fromstring(document(archive).content)
    there = {element.get(XML_ID) for element in whole.iter()}
    for unit in navigate(archive, down=-1, tree="sections")["member"]:
        assert unit["identifier"] in there


def test_a_range_holds_its_paragraphs_and_no_others(archive: Archive) -> None:
    ids = paragraph_ids(archive)
    for first, last in ((0, 52), (3, 3), (2, 9), (20, 24), (47, 52)):
        wrapper = fragment(archive, start=ids[first], end=ids[last])
        assert ids_in(wrapper) == ids[first : last + 1]


def test_a_fragment_has_the_paragraph_to_the_letter(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/letter.md": LETTER})
    for paragraph in archive.paragraphs("letter"):
        response = archive.client.get(
            "/dts/document", params={"resource": "letter", "ref": paragraph["id"]}
        )
        root = ElementTree.fromstring(response.content)
        assert "".join(root.itertext()).strip() == paragraph["text"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"resource": None}, 400),
        ({"ref": "A", "start": "A", "end": "B"}, 400),
        ({"start": "A"}, 400),
        ({"end": "A"}, 400),
        ({"start": "B", "end": "A"}, 400),
        ({"resource": "nowhere"}, 404),
        ({"ref": "nothing"}, 404),
        ({"start": "A", "end": "nothing"}, 404),
        ({"tree": "pages", "ref": "A"}, 404),
        ({"mediaType": "text/html"}, 404),
    ],
)
def test_documents_refuse_as_navigation_does(
    archive: Archive, query: dict[str, Any], status: int
) -> None:
    ids = paragraph_ids(archive)
    query = {"resource": "209712", **query}
    query = {name: {"A": ids[1], "B": ids[3]}.get(value, value) for name, value in query.items()}
    given = {name: value for name, value in query.items() if value is not None}
    response = archive.client.get("/dts/document", params=given)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"


def test_collections_refuse_too(archive: Archive) -> None:
    archive.get("/dts/collection", status=404, id="nowhere")
    archive.get("/dts/collection", status=400, nav="sideways")
    archive.get("/dts/collection", status=400, page=0)
    archive.get("/dts/collection", status=404, page=2)


def test_a_page_of_a_collection_tells_of_the_others(
    make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.dts.MEMBERS", 2)
    archive = make_archive({f"records/n{n}.md": numbered(n) for n in range(1, 6)})
    first = archive.get("/dts/collection", id="rgani")
    assert first["totalChildren"] == 5
    assert first["view"] == {
        "@id": "http://opis.test/dts/collection?id=rgani&page=1",
        "@type": "Pagination",
        "first": "http://opis.test/dts/collection?id=rgani&page=1",
        "previous": None,
        "next": "http://opis.test/dts/collection?id=rgani&page=2",
        "last": "http://opis.test/dts/collection?id=rgani&page=3",
    }
    found = [first, *(archive.get("/dts/collection", id="rgani", page=n) for n in (2, 3))]
    ids = [member["@id"] for page in found for member in page["member"]]
    assert ids == [f"rgani-f{n}" for n in range(1, 6)]
