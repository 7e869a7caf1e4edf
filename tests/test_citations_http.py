"""Citing over HTTP: formats, styles, and down to the passage."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from tests.conftest import Archive, MakeArchive
from tests.records import AUTHORITIES, LETTER, OLDER

CITATION = "/v1/records/209712/citation"


def test_every_style_is_served_as_text_and_html(archive: Archive) -> None:
    styles = archive.get(CITATION)["styles"]
    assert styles["wilson"]["text"] == archive.get(CITATION)["verbatim"]
    for styled in (styles["chicago"]["note"], styles["chicago"]["bibliography"], styles["mla"]):
        assert "Khrushchev" in styled["text"]
        assert "RGANI" in styled["text"]
        assert not re.search(r"<(?!/?i>)", styled["html"])
    assert styles["apa"]["text"].startswith("Khrushchev, N. S. (1958")
    assert styles["mla"]["in_text"]["text"] == "(Khrushchev)"


def test_formats_answer_by_suffix_by_accept_and_for_several(archive: Archive) -> None:
    for extension, accept in (
        ("csl.json", "application/vnd.citationstyles.csl+json"),
        ("ris", "application/x-research-info-systems"),
        ("bib", "application/x-bibtex"),
        ("jsonld", "application/ld+json"),
    ):
        by_suffix = archive.client.get(f"/v1/records/209712.{extension}")
        assert by_suffix.headers["content-type"].startswith(accept)
        by_accept = archive.client.get("/v1/records/209712", headers={"Accept": accept})
        assert by_accept.content == by_suffix.content
        several = archive.client.get(f"/v1/citations?ids=209712&format={extension}")
        assert several.content == by_suffix.content
        assert several.headers["content-type"] == by_suffix.headers["content-type"]


def test_csl_json_has_what_reference_managers_need(archive: Archive) -> None:
    [item] = archive.get("/v1/records/209712.csl.json")
    assert item["type"] == "manuscript"
    assert item["author"] == [{"family": "Khrushchev", "given": "N. S."}]
    assert item["translator"] == [{"family": "Goldberg", "given": "Gary"}]
    assert item["contributor"] == [{"family": "Radchenko", "given": "Sergey"}]
    assert item["issued"] == {"date-parts": [[1958, 9, 19]]}
    assert item["archive"] == "RGANI"
    assert item["archive_location"] == "f. 52, op. 1, d. 351, ll. 141-153"
    assert item["publisher"] == "Wilson Center Digital Archive"
    assert item["language"] == "en"


def test_ris_and_bibtex_are_read_back_by_others(make_archive: MakeArchive) -> None:
    archive = make_archive(
        {"records/a.md": LETTER, "records/b.txt": OLDER, "authorities/a.yaml": AUTHORITIES}
    )
    ris = archive.client.get("/v1/citations?ids=a,b&format=ris").content.decode()
    assert "\r\n" in ris
    one, two = rispy.loads(ris)
    assert one["title"] == archive.record("a")["title"]
    assert two["title"] == archive.record("b")["title"]
    library = parse_string(archive.client.get("/v1/citations?ids=a,b&format=bib").content.decode())
    assert not library.failed_blocks
    assert len(library.entries) == 2


def test_several_citations_name_what_is_missing(archive: Archive) -> None:
    assert archive.client.get("/v1/citations?ids=209712,nobody").status_code == 404
    assert archive.client.get("/v1/citations?ids=,").status_code == 400
    response = archive.client.get("/v1/citations?ids=209712&format=docx")
    assert response.json()["errors"][0]["expected"] == ["csl.json", "ris", "bib", "jsonld"]


def test_paragraphs_make_it_a_pinpoint(archive: Archive) -> None:
    cited = archive.get(CITATION, paragraphs="9,7-8")
    assert cited["pinpoint"]["paragraphs"] == "7-9"
    assert cited["pinpoint"]["layers"] == ["memorandum"]
    assert "paras. 7–9" in cited["styles"]["chicago"]["note"]["text"]
    ids = [p["id"] for p in archive.paragraphs("209712", numbers="7")]
    assert cited["pinpoint"]["link"] == f"http://opis.test/records/209712#{ids[0]}"
    assert {w["kind"] for w in cited["warnings"]} >= {"supplied"}


def test_a_pinpoint_in_a_draft_says_so_in_the_note_and_warns(archive: Archive) -> None:
    cited = archive.get(CITATION, paragraphs="33")
    assert "draft" in cited["styles"]["chicago"]["note"]["text"].lower()
    assert [w["kind"] for w in cited["warnings"]] == ["draft"]
    plain = archive.get(CITATION, paragraphs="15")
    assert plain["warnings"] == []
    assert "draft" not in plain["styles"]["chicago"]["note"]["text"].lower()


def test_a_span_warns_only_of_what_it_touches(archive: Archive) -> None:
    text = archive.record("209712", "/paragraphs/34")["text"]
    direction = "(Give appropriate reasoning)"
    start = text.index(direction)
    cited = archive.get(CITATION, paragraph=34, start=start, end=start + len(direction))
    assert {w["kind"] for w in cited["warnings"]} == {"draft", "instruction"}
    told = next(w for w in cited["warnings"] if w["kind"] == "instruction")
    assert "not a statement" in told["message"]
    assert (told["paragraph"], told["start"], told["end"]) == (34, start, start + len(direction))
    before = archive.get(CITATION, paragraph=34, start=0, end=20)
    assert [w["kind"] for w in before["warnings"]] == ["draft"]


def test_a_quotation_makes_it_a_pinpoint_with_a_link_to_the_words(archive: Archive) -> None:
    cited = archive.get(CITATION, quote="I think this would be a strong move")
    assert cited["pinpoint"]["paragraphs"] == "15"
    assert cited["pinpoint"]["segments"][0]["quote"] == "I think this would be a strong move"
    assert "#:~:text=" in cited["pinpoint"]["link"]
    assert "strong move" in unquote(cited["pinpoint"]["link"])
    split = archive.get(CITATION, quote="it is the People's Republic of China, headed")
    assert split["pinpoint"]["paragraphs"] == "48-49"


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ({"paragraphs": "7-"}, 400, "paragraphs"),
        ({"paragraphs": "60"}, 400, "paragraphs"),
        ({"paragraphs": "7", "quote": "x"}, 400, "quote"),
        ({"paragraph": "7", "start": 5, "end": 5}, 400, "end"),
        ({"paragraph": "7", "start": 0, "end": 9999}, 400, "end"),
        ({"start": 5}, 400, "start"),
        ({"paragraph": "999"}, 404, None),
        ({"quote": "words that stand nowhere in it"}, 404, None),
        ({"quote": "Heads of governments"}, 400, "quote"),
    ],
)
def test_what_cannot_be_cited_is_told(
    archive: Archive, query: dict[str, Any], status: int, parameter: str | None
) -> None:
    problem = archive.get(CITATION, status=status, **query)
    if parameter:
        assert problem["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    "title",
    [
        "{Braces} & ampersands 100% #1 $x_y^z~",
        r"\LaTeX{} and \textbf{bold} \\ slashes",
        "</script><script>alert(1)</script>",
        "שלום עולם, مرحبا",
        "Čapek 毛泽东 «кавычки» “quotes” 'single'",
    ],
)
def test_hostile_titles_come_out_whole_in_every_format(
    make_archive: MakeArchive, title: str
) -> None:
    printed = "Letter from Anna Petrova to Jan Novák about the Delivery of Tractors"
    source = LETTER.replace(
        "Letter from Anna Petrova to Jan Novák  \nabout the Delivery of Tractors",
        title.replace("\\", "\\\\"),
    ).replace(printed, title.replace('"', ""))
    archive = make_archive({"records/a.md": source})
    served = archive.record("a")["title"]
    assert served == title
    assert archive.get("/v1/records/a.csl.json")[0]["title"] == served
    [entry] = rispy.loads(archive.client.get("/v1/records/a.ris").content.decode())
    assert entry["title"] == served
    assert archive.get("/v1/records/a.jsonld")["name"] == served
    assert archive.client.get("/v1/records/a.bib").status_code == 200
    for styled in ("mla", "apa"):
        assert "<script>" not in archive.record("a", "/citation")["styles"][styled]["html"]
