"""Records over HTTP: the first one as the archive exported it, and others made up here."""

import hashlib
from pathlib import Path

import pytest

from tests.conftest import SEED, Archive, MakeArchive
from tests.records import AUTHORITIES, LETTER, OLDER, numbered

SOURCE_SHA256 = "95881db69608e2d5c511a1d7fd9559e8f817123b20c09274d2b1690afc4be8bb"
SOURCE = SEED / "records" / "209712.md"


def test_the_first_record_is_as_the_archive_exported_it(archive: Archive) -> None:
    assert hashlib.sha256(SOURCE.read_bytes()).hexdigest() == SOURCE_SHA256
    assert archive.client.get("/v1/records/209712.md").content == SOURCE.read_bytes()
    assert archive.record("209712")["source_sha256"] == SOURCE_SHA256


def test_the_service_says_what_it_holds_and_links_to_it(archive: Archive) -> None:
    service = archive.get("/v1")
    assert service["counts"]["records"] == 1
    assert service["counts"]["paragraphs"] == 53
    assert service["generation"] == 1
    for name, url in service["links"].items():
        # These ask a question, and want it.
        expected = 400 if name in ("search", "resolve") else 200
        if name != "annotate":
            assert archive.client.get(url).status_code == expected, url


def test_every_link_of_a_record_leads_somewhere(archive: Archive) -> None:
    links = archive.record("209712")["links"]
    for name, url in links.items():
        if name != "page":
            assert archive.client.get(url).status_code == 200, url


def test_the_printed_citation_comes_verbatim_and_parsed(archive: Archive) -> None:
    citation = archive.record("209712", "/citation")
    assert citation["verbatim"] in SOURCE.read_text().replace("<", "").replace(">", "") or (
        citation["verbatim"] in SOURCE.read_text()
    )
    assert citation["reference"] == {
        "as_written": "RGANI, f. 52, op. 1, d. 351, ll. 141-153",
        "recognised": True,
        "scheme": "fond-opis-delo",
        "parts": {
            "repository": "RGANI",
            "fond": "52",
            "opis": "1",
            "delo": "351",
            "listy": {"from": "141", "to": "153"},
        },
    }
    assert citation["contributors"] == [
        {"name": "Sergey Radchenko", "role": "contributor"},
        {"name": "Gary Goldberg", "role": "translator"},
    ]
    assert citation["authors"] == [{"name": "N. S. Khrushchev", "origin": "derived"}]
    assert citation["digital_archive"] == "Wilson Center Digital Archive"
    assert citation["date"] == {
        "expression": "September 19, 1958",
        "edtf": "1958-09-19",
        "begin": "1958-09-19",
        "end": "1958-09-19",
    }
    assert citation["url"].endswith("/document/209712")
    assert citation["origin"] == "derived"
    assert citation["unread"] == []


def test_a_record_has_its_description_and_terms(archive: Archive) -> None:
    record = archive.record("209712")
    assert record["title"].startswith("Note of Cde. N.S. Khrushchev to the CC Presidium about")
    assert record["title"].endswith("in the Area of Taiwan")
    assert "\n" not in record["title"]
    assert record["languages"] == [{"name": "Russian", "tag": "ru"}]
    assert record["contents"] == [
        {
            "id": "translation-english",
            "label": "Translation - English",
            "kind": "translation",
            "language": {"name": "English", "tag": "en"},
            "has_text": True,
        }
    ]
    assert record["credits"].endswith("Blavatnik Family Foundation")
    assert record["rights"]["origin"] == "curated"
    assert record["counts"]["paragraphs"] == 53


def test_include_embeds_what_the_parts_own_urls_give(archive: Archive) -> None:
    parts = ["paragraphs", "outline", "entities", "mentions", "apparatus", "discrepancies"]
    record = archive.record("209712", include=",".join(parts))
    for part in parts:
        assert record[part] == archive.record("209712", f"/{part}")["items"], part


def test_the_exports_answer_by_suffix_and_by_accept_alike(archive: Archive) -> None:
    for extension, accept in (("md", "text/markdown"), ("txt", "text/plain")):
        by_suffix = archive.client.get(f"/v1/records/209712.{extension}")
        by_accept = archive.client.get("/v1/records/209712", headers={"Accept": accept})
        assert by_accept.content == by_suffix.content
        assert by_accept.headers["content-location"].endswith(f"/209712.{extension}")
        assert "Accept" in by_accept.headers["vary"]


def test_another_export_dropped_into_the_seed_is_served(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/letter.md": LETTER, "authorities/all.yaml": AUTHORITIES})
    record = archive.record("letter")
    assert record["title"] == "Letter from Anna Petrova to Jan Novák about the Delivery of Tractors"
    assert record["citation"]["contributors"] == [
        {"name": "Maria Lehmann", "role": "contributor"},
        {"name": "John Q. Public", "role": "translator"},
    ]
    assert record["reference"]["parts"]["listy"] == {"from": "3", "to": "4"}
    assert record["review"] == "unreviewed"
    mention = archive.mention("letter", 6, "People's Republic of Arcadia")
    assert [segment["paragraph"] for segment in mention["segments"]] == [6, 7]
    assert mention["entity"]["id"] == "arcadia"


def test_an_older_export_reads_right(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/110022.txt": OLDER})
    record = archive.record("110022")
    assert record["title"] == "Telegram from Ivan Sidorov, ‘On the Harvest’"
    assert record["date"]["edtf"] == "1956-08-07"
    assert record["credits"] is None
    assert [content["kind"] for content in record["contents"]] == ["scan", "translation"]
    assert [content["has_text"] for content in record["contents"]] == [False, True]
    citation = record["citation"]
    assert citation["digital_archive"] == "History and Public Policy Program Digital Archive"
    assert citation["url"] == "http://archive.example/document/110022"
    assert citation["contributors"] == [{"name": "Mary O’Neill", "role": "translator"}]
    assert citation["reference"]["parts"]["delo"] == "409"
    assert [p["text"] for p in archive.paragraphs("110022")] == [
        "To the Central Committee",
        "The harvest is good. The “great field” gave forty tons.",
        "I. Sidorov",
    ]


def test_lists_go_page_by_page_forth_and_back(make_archive: MakeArchive) -> None:
    archive = make_archive({f"records/r{i}.md": numbered(i, year=1950 + i) for i in range(7)})
    everything = [item["id"] for item in archive.get("/v1/records")["items"]]
    assert everything == [f"r{i}" for i in range(7)]
    page, pages = archive.get("/v1/records", limit=3), []
    while True:
        pages.append([item["id"] for item in page["items"]])
        assert page["total"] == 7
        if page["next"] is None:
            break
        page = archive.get(page["next"])
    assert pages == [["r0", "r1", "r2"], ["r3", "r4", "r5"], ["r6"]]
    page = archive.get(page["prev"])
    assert [item["id"] for item in page["items"]] == ["r3", "r4", "r5"]
    page = archive.get(page["prev"])
    assert [item["id"] for item in page["items"]] == ["r0", "r1", "r2"]
    assert page["prev"] is None


def test_pages_are_linked_in_the_header_as_well(make_archive: MakeArchive) -> None:
    archive = make_archive({f"records/r{i}.md": numbered(i) for i in range(3)})
    response = archive.client.get("/v1/records?limit=1")
    assert response.links["next"]["url"] == response.json()["next"]


@pytest.mark.parametrize("sort", ["date", "-date", "title", "-title"])
def test_records_are_sorted(make_archive: MakeArchive, sort: str) -> None:
    archive = make_archive(
        {
            f"records/{name}.md": numbered(i, f"Title {name}", 1960 - i)
            for i, name in enumerate("abc")
        }
    )
    listed = [item["id"] for item in archive.get("/v1/records", sort=sort)["items"]]
    expected = ["a", "b", "c"] if sort in ("title", "-date") else ["c", "b", "a"]
    assert listed == expected
    paged, page = [], archive.get("/v1/records", sort=sort, limit=1)
    while page["next"]:
        paged += page["items"]
        page = archive.get(page["next"])
    assert [item["id"] for item in [*paged, *page["items"]]] == listed


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"date_from": "1958"}, ["old", "year"]),
        ({"date_from": "1958-09", "date_to": "1958-09-30"}, ["year"]),
        ({"date_to": "1957"}, []),
        ({"q": "note OLD"}, ["old"]),
        ({"q": "100%"}, []),
        ({"repository": "rgani"}, ["year", "old"]),
        ({"repository": "RGANI", "fond": "2"}, ["old"]),
        ({"language": "ru"}, ["year", "old"]),
        ({"language": "en"}, ["year", "old"]),
        ({"language": "de"}, []),
        ({"entity": "nobody"}, []),
    ],
)
def test_records_are_filtered(
    make_archive: MakeArchive, query: dict[str, str], found: list[str]
) -> None:
    archive = make_archive(
        {
            "records/year.md": numbered(1, "Note of a year", 1958),
            "records/old.md": numbered(2, "Note of old", 1959),
        }
    )
    listed = [
        item["id"] for item in archive.client.get("/v1/records", params=query).json()["items"]
    ]
    assert sorted(listed) == sorted(found)


def test_fields_trims_objects_and_items(archive: Archive) -> None:
    assert archive.record("209712", fields="id,title").keys() == {"id", "title"}
    listed = archive.get("/v1/records", fields="id")
    assert listed["items"] == [{"id": "209712"}]
    assert listed["total"] == 1


def test_a_record_whose_file_has_gone_is_410(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1), "records/b.md": numbered(2)})
    Path(archive.settings.seed_dir / "records/a.md").unlink()
    archive.reload()
    response = archive.client.get("/v1/records/a")
    assert response.status_code == 410
    assert response.json()["successors"] == []
    assert [item["id"] for item in archive.get("/v1/records")["items"]] == ["b"]


def test_revisions_are_kept_with_their_sources(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1)})
    path = archive.settings.seed_dir / "records/a.md"
    path.write_text(numbered(1) + "\nA third paragraph.\n")
    archive.reload()
    revisions = archive.record("a", "/revisions")["items"]
    assert [(r["number"], r["current"]) for r in revisions] == [(2, True), (1, False)]
    old = archive.client.get(revisions[1]["links"]["source"])
    assert old.text == numbered(1)
