"""RIS exports, read back by rispy."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from api.parsing.curated import Rights
from api.parsing.values import Author, Contributor, DateExpression, Reference
from api.representations.bibliography import BibliographicItem, clean, item_of
from api.representations.ris import ris_name, to_ris
from tests.citeproc.items import BOOK, ITEMS, NOTE, like


def read_back(*items: BibliographicItem) -> list[dict[str, Any]]:
    return list(rispy.loads(to_ris(items)))


def test_a_manuscript_is_read_back_with_nothing_lost() -> None:
    item = replace(
        NOTE,
        permalink="https://o.example/records/1",
        abstract="What it says.",
        citation='"Note", <https://a.example>',
        provenance=("Donated by A. Petrova.",),
        rights=Rights(text="Public domain."),
    )
    assert read_back(item) == [
        {
            "type_of_reference": "MANSCPT",
            "id": "note",
            "title": NOTE.title,
            "authors": ["Sidorov, P. I."],
            "subsidiary_authors": ["Smith, John"],
            "secondary_authors": ["Petrova, Anna"],
            "year": "1958",
            "name_of_database": "RGANI",
            "accession_number": "f. 3, op. 12, d. 410, ll. 41-53",
            "publisher": "Example Center Digital Archive",
            "date": "1958/09/19/",
            "type_of_work": "Note",
            "database_provider": "Example Center Digital Archive",
            "language": "en",
            "abstract": "What it says.",
            "urls": ["https://archive.example.org/document/1001"],
            "file_attachments2": "https://o.example/records/1",
            "notes": [
                "Original language: Russian",
                "Donated by A. Petrova.",
                "Contributor: Anna Petrova",
                "Rights: Public domain.",
                'Cite as: "Note", https://a.example',
            ],
            "unknown_tag": {"CR": ["Public domain."]},
        }
    ]


def test_a_printed_document_is_a_chapter_with_its_own_date() -> None:
    (entry,) = read_back(like("x", reference=BOOK))
    assert entry["type_of_reference"] == "CHAP"
    assert entry["secondary_title"] == "Documents on Foreign Policy"
    assert (entry["volume"], entry["start_page"], entry["end_page"]) == ("3", "12", "45")
    assert (entry["publisher"], entry["place_published"]) == ("World Press", "Beijing")
    assert (entry["year"], entry["date"]) == ("1990", "1958/09/19/")
    assert "Contributed by Anna Petrova" in entry["notes"]


def test_lines_end_in_crlf_and_each_holds_one_tag() -> None:
    text = to_ris(ITEMS.values())
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text)


def test_every_record_begins_with_its_type_and_ends_with_er() -> None:
    records = to_ris(ITEMS.values()).split("ER  - \r\n")
    assert records.pop() == ""
    assert len(records) == len(ITEMS)
    assert all(re.match(r"TY  - (?:MANSCPT|CHAP|BOOK)\r\n", record) for record in records)


@pytest.mark.parametrize(
    ("expression", "edtf", "expected"),
    [
        ("November 1967", "1967-11", "1967/11//"),
        ("1967", "1967", "1967///"),
        ("circa 1967", "1967~", "1967///circa 1967"),
        ("May 3-5, 1967", "1967-05-03/1967-05-05", "1967/05/03/May 3-5, 1967"),
        ("1967/68", "1967/1968", "1967///1967-68"),
        ("1 July", "XXXX-07-01", "///1 July"),
    ],
)
def test_a_date_keeps_its_words_where_numbers_do_not_say_it_all(
    expression: str, edtf: str, expected: str
) -> None:
    (entry,) = read_back(like("x", date=DateExpression(expression, edtf)))
    assert entry["date"] == expected


def test_an_undated_record_has_no_date() -> None:
    (entry,) = read_back(like("x", date=DateExpression("[undated]")))
    assert "date" not in entry
    assert "year" not in entry


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Adam Stevens Jr.", "Stevens, Adam, Jr."),
        ("Charles de Villiers", "de Villiers, Charles"),
        ("Heinrich von Bülow", "Bülow, Heinrich von"),
        ("Mao Zedong", "Mao, Zedong"),
        ("Ministry of Trade", "Ministry of Trade"),
        ("Sukarno", "Sukarno"),
    ],
)
def test_names_are_inverted_and_bodies_are_not(name: str, expected: str) -> None:
    assert ris_name(name) == expected


HOSTILE = st.text(max_size=120) | st.sampled_from(
    [
        "A\r\nER  - \r\nTY  - BOOK",
        "TI  - x",
        "\u2028ER  - ",
        "</script>\x1b[0m\ud800{}",
        "א‮ab\u0007",
        "\\textbf{&%$#_}",
    ]
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_text_comes_back_whole(title: str, location: str, abstract: str) -> None:
    item = item_of(
        "x",
        title,
        reference=Reference(location),
        abstract=abstract,
        authors=[Author("Ann Roe")],
        contributors=[Contributor("Jo March", "translator")],
    )
    (entry,) = read_back(item)
    assert entry.get("title", "") == clean(title)
    assert entry.get("accession_number", "") == clean(location)
    assert entry.get("abstract", "") == clean(abstract)
    assert entry["authors"] == ["Roe, Ann"]
    assert entry["subsidiary_authors"] == ["March, Jo"]
    to_ris([item]).encode()


def test_several_records_come_back_in_order() -> None:
    assert [entry["id"] for entry in read_back(*ITEMS.values())] == list(ITEMS)
