"""OAI-PMH 2.0 over HTTP: every verb, every error, paging, sets, withdrawn records."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest
from sqlalchemy import text

from api.store.engine import make_engine
from tests.conftest import Archive, MakeArchive
from tests.records import LETTER, numbered

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def ask(archive: Archive, verb: str, **arguments: Any) -> ElementTree.Element:
    response = archive.client.get("/oai", params={"verb": verb, **arguments})
    return read(response)


def read(response: httpx.Response) -> ElementTree.Element:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.tag == f"{OAI}OAI-PMH"
    assert STAMP.fullmatch(root.findtext(f"{OAI}responseDate", ""))
    assert [child.tag for child in root][:2] == [f"{OAI}responseDate", f"{OAI}request"]
    return root


def errors(root: ElementTree.Element) -> list[str | None]:
    return [error.get("code") for error in root.iter(f"{OAI}error")]


def texts(root: ElementTree.Element, tag: str) -> list[str | None]:
    return [element.text for element in root.iter(tag)]


def harvest(archive: Archive, verb: str, **arguments: Any) -> list[ElementTree.Element]:
    """Every page of a list."""
    pages = [ask(archive, verb, **arguments)]
    while token := pages[-1].findtext(f".//{OAI}resumptionToken"):
        pages.append(ask(archive, verb, resumptionToken=token))
        assert errors(pages[-1]) == []
    return pages


@pytest.fixture
def many(make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Five records of RGANI and one of GARF, three identifiers to a page."""
    monkeypatch.setattr("api.routes.oai.IDENTIFIERS", 3)
    texts = {f"records/n{n}.md": numbered(n, f"Note <{n}> & more") for n in range(1, 6)}
    return make_archive({**texts, "records/letter.md": LETTER})


def test_identify_says_who_we_are(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1)}, admin_email="desk@archive.example")
    identify = ask(archive, "Identify").find(f"{OAI}Identify")
    assert identify is not None
    told = {child.tag.removeprefix(OAI): child.text for child in identify}
    earliest = told.pop("earliestDatestamp") or ""
    assert STAMP.fullmatch(earliest)
    assert told == {
        "repositoryName": "Opis",
        "baseURL": "http://opis.test/oai",
        "protocolVersion": "2.0",
        "adminEmail": "desk@archive.example",
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }


def test_the_request_is_told_back(archive: Archive) -> None:
    root = ask(archive, "ListIdentifiers", metadataPrefix="oai_dc")
    request = root.find(f"{OAI}request")
    assert request is not None
    assert request.attrib == {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    assert request.text == "http://opis.test/oai"
    refused = ask(archive, "ListIdentifiers", junk="x").find(f"{OAI}request")
    assert refused is not None
    assert refused.attrib == {}


def test_a_record_has_its_id_in_its_identifier_and_its_collection(archive: Archive) -> None:
    root = ask(archive, "GetRecord", identifier="oai:opis.test:209712", metadataPrefix="oai_dc")
    assert texts(root, f"{OAI}identifier") == ["oai:opis.test:209712"]
    assert texts(root, f"{OAI}setSpec") == ["rgani:f52:op1:d351"]
    assert texts(root, f"{DC}creator") == ["N. S. Khrushchev"]
    assert texts(root, f"{DC}date") == ["1958-09-19"]
    assert texts(root, f"{DC}source") == ["RGANI, f. 52, op. 1, d. 351, ll. 141-153"]
    assert "http://opis.test/records/209712" in texts(root, f"{DC}identifier")


def test_tei_is_the_second_format(archive: Archive) -> None:
    formats = ask(archive, "ListMetadataFormats")
    assert texts(formats, f"{OAI}metadataPrefix") == ["oai_dc", "tei"]
    root = ask(archive, "GetRecord", identifier="oai:opis.test:209712", metadataPrefix="tei")
    metadata = root.find(f".//{OAI}metadata")
    assert metadata is not None
    [tei] = metadata
    whole = archive.client.get("/v1/records/209712.tei.xml")
    served = ElementTree.fromstring(whole.content)
    assert "".join(tei.itertext()) == "".join(served.itertext())


def test_lists_go_on_until_an_empty_token(many: Archive) -> None:
    pages = harvest(many, "ListIdentifiers", metadataPrefix="oai_dc")
    ids = [one for page in pages for one in texts(page, f"{OAI}identifier")]
    assert len(ids) == len(set(ids)) == 6
    tokens = [page.find(f".//{OAI}resumptionToken") for page in pages]
    assert all(token is not None for token in tokens)
    assert [token.get("cursor") for token in tokens if token is not None] == ["0", "3"]
    assert tokens[-1] is not None
    assert not tokens[-1].text


def test_a_list_in_one_part_has_no_token(many: Archive) -> None:
    root = ask(many, "ListRecords", metadataPrefix="oai_dc")
    assert len(texts(root, f"{OAI}identifier")) == 6
    assert root.find(f".//{OAI}resumptionToken") is None
    assert "Note <1> & more" in texts(root, f"{DC}title")


def test_tei_comes_one_record_to_a_page(many: Archive) -> None:
    pages = harvest(many, "ListRecords", metadataPrefix="tei")
    assert [len(texts(page, f"{OAI}identifier")) for page in pages] == [1] * 6


def test_a_set_holds_what_lies_below_it(many: Archive) -> None:
    specs = [one for page in harvest(many, "ListSets") for one in texts(page, f"{OAI}setSpec")]
    assert specs[:4] == ["garf", "garf:f9401", "garf:f9401:op2", "garf:f9401:op2:d17"]
    for spec, count in (("garf", 1), ("rgani", 5), ("rgani:f2", 1), ("rgani:f2:op1:d2", 1)):
        pages = harvest(many, "ListIdentifiers", metadataPrefix="oai_dc", set=spec)
        assert sum(len(texts(page, f"{OAI}identifier")) for page in pages) == count, spec


def test_sets_come_page_by_page(many: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = texts(ask(many, "ListSets"), f"{OAI}setSpec")
    monkeypatch.setattr("api.routes.oai.SETS", 4)
    pages = harvest(many, "ListSets")
    assert len(pages) == -(-len(whole) // 4)
    assert [one for page in pages for one in texts(page, f"{OAI}setSpec")] == whole


def test_post_answers_as_get_does(many: Archive) -> None:
    arguments = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "set": "garf"}
    posted = many.client.post(
        "/oai",
        content=urlencode(arguments),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    got = many.client.get("/oai", params=arguments)
    strip = re.compile(r"<responseDate>.*?</responseDate>")
    assert strip.sub("", posted.text) == strip.sub("", got.text)
    assert "POST" in many.client.options("/oai").headers["allow"]
    assert many.client.get("/oai/", params=arguments).status_code == 200


def test_a_withdrawn_record_is_told_of_for_good(many: Archive) -> None:
    before = texts(ask(many, "GetRecord", **record("n1")), f"{OAI}datestamp")
    (many.settings.seed_dir / "records" / "n1.md").unlink()
    many.reload()
    root = ask(many, "GetRecord", **record("n1"))
    header = root.find(f".//{OAI}header")
    assert header is not None
    assert header.get("status") == "deleted"
    assert texts(root, f"{OAI}setSpec") == ["rgani:f1:op1:d2"]
    assert root.find(f".//{OAI}metadata") is None
    assert texts(root, f"{OAI}datestamp") >= before
    listed = ask(many, "ListRecords", metadataPrefix="oai_dc", set="rgani:f1")
    assert len(list(listed.iter(f"{OAI}record"))) == 1
    assert errors(ask(many, "ListMetadataFormats", identifier="oai:opis.test:n1")) == [
        "noMetadataFormats"
    ]
    (many.settings.seed_dir / "records" / "n1.md").write_text(numbered(1))
    many.reload()
    again = ask(many, "GetRecord", **record("n1")).find(f".//{OAI}header")
    assert again is not None
    assert again.get("status") is None


def record(name: str) -> dict[str, str]:
    return {"identifier": f"oai:opis.test:{name}", "metadataPrefix": "oai_dc"}


def test_datestamps_bound_a_list_inclusively(many: Archive) -> None:
    days = {"n1": "2001-01-01", "n2": "2001-01-02", "n3": "2001-01-02", "n4": "2001-01-03"}
    engine = make_engine(many.settings, read_only=False)
    with engine.begin() as connection:
        for name, day in days.items():
            connection.execute(
                text("UPDATE record_in_collection SET datestamp = :moment WHERE record_id = :name"),
                {"moment": f"{day}T12:00:00Z", "name": name},
            )
    engine.dispose()

    def listed(**bounds: str) -> list[str]:
        pages = harvest(many, "ListIdentifiers", metadataPrefix="oai_dc", **bounds)
        found = [one or "" for page in pages for one in texts(page, f"{OAI}identifier")]
        return [one.rpartition(":")[2] for one in found]

    assert listed(until="2001-01-03") == ["n1", "n2", "n3", "n4"]
    assert listed(**{"from": "2001-01-02"}, until="2001-01-02") == ["n2", "n3"]
    assert listed(**{"from": "2001-01-02T12:00:00Z"}, until="2001-01-03T11:59:59Z") == ["n2", "n3"]
    assert listed(**{"from": "2001-01-03"}, until="2001-01-09", set="rgani:f4") == ["n4"]
    assert texts(ask(many, "Identify"), f"{OAI}earliestDatestamp") == ["2001-01-01T12:00:00Z"]


LIST = "verb=ListIdentifiers&metadataPrefix=oai_dc"
GET = "verb=GetRecord&identifier=oai:opis.test:209712"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=", "badVerb"),
        ("verb=junk", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&junk=1", "badArgument"),
        ("verb=Identify&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=", "badArgument"),
        ("verb=ListSets&set=rgani", "badArgument"),
        (GET, "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        (f"{GET}&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        (f"{LIST}&from=yesterday", "badArgument"),
        (f"{LIST}&from=2001-02-31", "badArgument"),
        (f"{LIST}&from=2001-01-01T00:00Z", "badArgument"),
        (f"{LIST}&until=2001-01-01T00:00:00", "badArgument"),
        (f"{LIST}&from=2001-01-01&until=2001-01-02T00:00:00Z", "badArgument"),
        (f"{LIST}&from=2001-01-02&until=2001-01-01", "badArgument"),
        (f"{LIST}&set=not a set", "badArgument"),
        (f"{LIST}&resumptionToken=abc", "badArgument"),
        ("verb=ListIdentifiers&resumptionToken=abc", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=W10", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=WyJMaXN0U2V0cyJd", "badResumptionToken"),
        (f"{GET}&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:opis.test:none", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:else:209712", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=209712", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=junk", "idDoesNotExist"),
        (f"{LIST}&until=2001-01-01", "noRecordsMatch"),
        (f"{LIST}&set=nowhere", "noRecordsMatch"),
    ],
)
def test_errors_have_the_protocols_codes(archive: Archive, query: str, code: str) -> None:
    assert errors(read(archive.client.get(f"/oai?{query}"))) == [code]


def test_a_token_serves_its_own_verb_only(many: Archive) -> None:
    root = ask(many, "ListIdentifiers", metadataPrefix="oai_dc")
    token = root.findtext(f".//{OAI}resumptionToken") or ""
    assert errors(ask(many, "ListRecords", resumptionToken=token)) == ["badResumptionToken"]
    assert errors(ask(many, "ListIdentifiers", resumptionToken=token[:-2])) == [
        "badResumptionToken"
    ]


def test_an_empty_archive_has_no_sets_and_no_records(make_archive: MakeArchive) -> None:
    archive = make_archive({})
    assert errors(ask(archive, "ListSets")) == ["noSetHierarchy"]
    assert errors(ask(archive, "ListIdentifiers", metadataPrefix="oai_dc")) == ["noRecordsMatch"]
    assert errors(ask(archive, "ListIdentifiers", metadataPrefix="oai_dc", set="rgani")) == [
        "noSetHierarchy"
    ]
    assert errors(ask(archive, "Identify")) == []


def test_what_no_xml_can_hold_does_not_break_the_answer(archive: Archive) -> None:
    root = read(archive.client.get("/oai?verb=GetRecord&metadataPrefix=tei&identifier=%00%01%22"))
    assert errors(root) == ["idDoesNotExist"]


def test_answers_are_not_kept(archive: Archive) -> None:
    assert archive.client.get("/oai?verb=Identify").headers["cache-control"] == "no-store"


def test_a_body_that_is_too_large_is_refused(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1)}, max_body_bytes=100)
    response = archive.client.post("/oai", content=b"verb=" + b"x" * 200)
    assert response.status_code == 413
