"""Collections over HTTP, and the ids they get."""

from __future__ import annotations

from typing import Any

import pytest

from api.parsing.collections import place_record
from tests.conftest import Archive, MakeArchive
from tests.records import LETTER, numbered


def reference(scheme: str, **parts: str) -> dict[str, Any]:
    """A citation with a recognised reference."""
    return {
        "digital_archive": "Some Digital Archive",
        "reference": {"recognised": True, "scheme": scheme, "parts": parts},
    }


@pytest.mark.parametrize(
    ("citation", "ids"),
    [
        (
            reference("fond-opis-delo", repository="RGANI", fond="52", opis="1", delo="351"),
            ["rgani", "rgani-f52", "rgani-f52-op1", "rgani-f52-op1-d351"],
        ),
        (
            reference("fond-opis-delo", repository="GARF", fond="R-9401", opis="2", delo="17a"),
            ["garf", "garf-f_r-9401", "garf-f_r-9401-op2", "garf-f_r-9401-op2-d17a"],
        ),
        (
            reference("record-group", repository="National Archives", record_group="59", box="12"),
            ["national-archives", "national-archives-rg59", "national-archives-rg59-b12"],
        ),
        (
            reference("file-number", repository="PRC FMA", file="118-00786-01"),
            ["prc-fma", "prc-fma-file118-00786-01"],
        ),
        (
            reference("bundesarchiv", repository="BArch", bestand="B 136", signatur="59748"),
            ["barch", "barch-best_b136", "barch-best_b136-sig59748"],
        ),
        (
            reference("presidential-library", repository="Ada Library", collection="Ada's Files"),
            ["ada-library", "ada-library-coll_ada-s-files_414cb261"],
        ),
        (
            {"digital_archive": "Some Digital Archive", "reference": {"recognised": False}},
            ["some-digital-archive"],
        ),
        ({}, ["unsorted"]),
    ],
)
def test_a_reference_code_gives_readable_ids(citation: dict[str, Any], ids: list[str]) -> None:
    assert [holding.id for holding in place_record(citation)] == ids


def test_what_differs_in_more_than_case_and_space_gets_another_id() -> None:
    values = [
        "12",
        "12/3",
        "12-3",
        "12.3",
        "1-23",
        "12 3",
        "№12",
        "d12",
        "d-12",
        "12 d",
        "十二",
        "XII",
    ]
    found = [
        place_record(reference("fond-opis-delo", repository="X", fond="1", delo=value))[-1].id
        for value in values
    ]
    assert len(set(found)) == len(values), found


def test_a_name_is_never_taken_for_a_name_and_a_number() -> None:
    names = ["rgani-f52", "RGANI F52", "RGANI", "Root", "Unsorted", "ЦХСД", "中央档案馆", ""]
    found = [place_record(reference("fond-opis-delo", repository=name))[0].id for name in names]
    assert len(set(found)) == len(names) - 1, found
    assert not {"root", "rgani-f52", "unsorted"} & set(found)


def test_ids_do_not_depend_on_case_marks_and_spaces() -> None:
    one = place_record(reference("x", repository="Arhivele Naţionale", fond="B 136"))
    other = place_record(reference("x", repository="ARHIVELE  NATIONALE", fond="b136"))
    assert [h.id for h in one] == [h.id for h in other]


def test_a_volume_is_where_its_documents_belong() -> None:
    chain = place_record({}, {"id": "demo1955-57v02", "title": "Foreign Matters, Volume II"})
    assert [(h.id, h.level, h.title) for h in chain] == [
        ("demo1955-57v02", "volume", "Foreign Matters, Volume II")
    ]
    assert place_record({}, {"id": "rgani", "title": ""})[0].id == "vol_rgani"


def test_the_first_record_lies_in_its_file(archive: Archive) -> None:
    [top] = archive.get("/v1/collections")["items"]
    assert (top["id"], top["level"], top["counts"]["records"]) == ("rgani", "repository", 1)
    delo = archive.get("/v1/collections/rgani-f52-op1-d351")
    assert [a["id"] for a in delo["ancestors"]] == ["rgani", "rgani-f52", "rgani-f52-op1"]
    assert (delo["level"], delo["unit"], delo["label"]) == ("file", "delo", "d. 351")
    assert delo["reference"] == "RGANI, f. 52, op. 1, d. 351"
    assert [record["id"] for record in delo["records"]] == ["209712"]
    fond = archive.get("/v1/collections/rgani-f52")
    assert fond["level"] == "fonds"
    assert [child["id"] for child in fond["children"]] == ["rgani-f52-op1"]
    assert fond["children"][0]["level"] == "series"
    for url in fond["links"].values():
        assert archive.client.get(url).status_code == 200, url


def test_an_unknown_collection_is_a_404(archive: Archive) -> None:
    archive.get("/v1/collections/nowhere", status=404)
    archive.get("/v1/collections", status=404, parent="nowhere")
    archive.get("/v1/collections/NO WHERE", status=404)


def test_collections_come_in_the_order_of_their_numbers(make_archive: MakeArchive) -> None:
    archive = make_archive({f"records/n{n}.md": numbered(n) for n in (1, 2, 10, 100, 21)})
    fonds = archive.get("/v1/collections", parent="rgani", limit=2)
    assert fonds["total"] == 5
    labels = []
    while True:
        labels += [item["label"] for item in fonds["items"]]
        if fonds["next"] is None:
            break
        fonds = archive.client.get(fonds["next"]).json()
    assert labels == ["f. 1", "f. 2", "f. 10", "f. 21", "f. 100"]


def test_records_of_a_collection_come_page_by_page_by_date(make_archive: MakeArchive) -> None:
    texts = {f"records/n{n}.md": numbered(n, year=1960 - n) for n in range(1, 6)}
    archive = make_archive(texts)
    page = archive.get("/v1/collections/rgani/records", limit=2)
    assert (page["total"], [item["id"] for item in page["items"]]) == (5, ["n5", "n4"])
    second = archive.client.get(page["next"]).json()
    assert [item["id"] for item in second["items"]] == ["n3", "n2"]
    assert archive.client.get(second["prev"]).json()["items"] == page["items"]


def test_counts_follow_what_is_loaded_moved_and_withdrawn(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1), "records/letter.md": LETTER})
    counts = {item["id"]: item["counts"] for item in archive.get("/v1/collections")["items"]}
    assert {name: count["records"] for name, count in counts.items()} == {"garf": 1, "rgani": 1}
    seed = archive.settings.seed_dir / "records"
    (seed / "letter.md").write_text(LETTER.replace("GARF, f. 9401", "RGANI, f. 1"))
    archive.reload()
    [rgani] = archive.get("/v1/collections")["items"]
    assert (rgani["id"], rgani["counts"]["records"]) == ("rgani", 2)
    fond = archive.get("/v1/collections/rgani-f1")
    assert fond["counts"] == {"children": 2, "records": 2, "direct": 0}
    assert archive.get("/v1/collections/garf")["counts"]["records"] == 0
    (seed / "letter.md").unlink()
    archive.reload()
    assert archive.get("/v1/collections/rgani")["counts"]["records"] == 1
    assert [r["id"] for r in archive.get("/v1/collections/rgani/records")["items"]] == ["a"]


def test_what_is_not_recognised_goes_no_deeper_than_what_is_known(
    make_archive: MakeArchive,
) -> None:
    odd = numbered(7).replace("RGANI, f. 7, op. 1, d. 2, ll. 3-4", "a drawer in the attic")
    bare = "**1950**\n\n**Bare note**\n\n**Summary:**\n\nNothing.\n\nText.\n"
    archive = make_archive({"records/odd.md": odd, "records/bare.md": bare})
    found = {
        item["id"]: item["counts"]["direct"] for item in archive.get("/v1/collections")["items"]
    }
    assert found == {"wilson-center-digital-archive": 1, "unsorted": 1}
