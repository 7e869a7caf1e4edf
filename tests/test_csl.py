"""CSL-JSON, and the fields every other format shares with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.parsing.values import Author, Contributor, DateExpression, Reference
from api.representations.bibliography import Language, clean, item_of
from api.representations.csl import to_csl
from tests.citeproc.items import BOOK, ITEMS, NOTE, like, thanks

SCHEMA_NAMES = {
    "family",
    "given",
    "literal",
    "suffix",
    "dropping-particle",
    "non-dropping-particle",
    "static-ordering",
}


def test_a_manuscript_has_every_field_csl_can_hold() -> None:
    csl = to_csl(replace(NOTE, abstract="What it says.", permalink="https://o.example/records/1"))
    assert csl == {
        "id": "note",
        "type": "manuscript",
        "title": NOTE.title,
        "author": [{"family": "Sidorov", "given": "P. I."}],
        "translator": [{"family": "Smith", "given": "John"}],
        "contributor": [{"family": "Petrova", "given": "Anna"}],
        "issued": {"date-parts": [[1958, 9, 19]]},
        "archive": "RGANI",
        "archive_location": "f. 3, op. 12, d. 410, ll. 41-53",
        "publisher": "Example Center Digital Archive",
        "source": "Example Center Digital Archive",
        "genre": "Note",
        "abstract": "What it says.",
        "URL": "https://archive.example.org/document/1001",
        "language": "en",
        "custom": {
            "permalink": "https://o.example/records/1",
            "original-language": "Russian",
            "reference-code": "RGANI, f. 3, op. 12, d. 410, ll. 41-53",
        },
    }


def test_a_printed_document_is_a_chapter_of_its_book() -> None:
    csl = to_csl(like("x", reference=BOOK))
    assert csl["type"] == "chapter"
    assert csl["container-title"] == "Documents on Foreign Policy"
    assert (csl["volume"], csl["page"]) == ("3", "12-45")
    assert (csl["publisher"], csl["publisher-place"]) == ("World Press", "Beijing")
    assert csl["issued"] == {"date-parts": [[1990]]}
    assert csl["original-date"] == {"date-parts": [[1958, 9, 19]]}
    assert "archive" not in csl


def test_who_gave_a_printed_document_is_noted_and_no_author_of_the_book() -> None:
    csl = to_csl(like("x", reference=BOOK))
    assert "contributor" not in csl
    assert csl["note"] == "Contributed by Anna Petrova"


def test_pages_as_a_range_are_pages() -> None:
    parts: dict[str, str | dict[str, str]] = {"title": "C", "pages": {"from": "7", "to": "9"}}
    assert to_csl(like("x", reference=Reference("C", True, "printed", parts)))["page"] == "7-9"


def test_a_printed_source_that_is_the_document_itself_is_a_book() -> None:
    reference = Reference("On War.", True, "printed", {"title": "On War"})
    assert to_csl(like("x", "On War", reference=reference))["type"] == "book"


@pytest.mark.parametrize(
    ("as_written", "repository", "archive", "location"),
    [
        ("APRF: F. 39, Op. 1, D. 31", "APRF", "APRF", "F. 39, Op. 1, D. 31"),
        ("RG 59, Box 2, NARA", "NARA", "NARA", "RG 59, Box 2"),
        ("RG 59, NARA, Box 2", "NARA", "NARA", "RG 59, NARA, Box 2"),
        ("RGANI", "RGANI", "RGANI", None),
        ("AVP RF, f. 1, l. 2 ob.", "AVP RF", "AVP RF", "f. 1, l. 2 ob."),
    ],
)
def test_the_archive_is_cut_off_the_reference_code(
    as_written: str, repository: str, archive: str, location: str | None
) -> None:
    reference = Reference(as_written, True, "x", {"repository": repository})
    csl = to_csl(like("x", reference=reference))
    assert (csl["archive"], csl.get("archive_location")) == (archive, location)


def test_an_unrecognised_reference_is_a_location_whole() -> None:
    csl = to_csl(like("x", reference=Reference("Box 3: letters, n.d.")))
    assert csl["archive_location"] == "Box 3: letters, n.d."
    assert "archive" not in csl


def test_somebody_with_two_roles_stands_in_the_one_that_counts() -> None:
    people = thanks(contributed="Ann Roe", transcribed="Ann Roe", translated="Ann Roe")
    csl = to_csl(like("x", contributors=people))
    assert csl["translator"] == [{"family": "Roe", "given": "Ann"}]
    assert "contributor" not in csl


def test_family_first_names_say_so() -> None:
    csl = to_csl(like("x", authors=(Author("Mao Zedong"),)))
    assert csl["author"] == [{"family": "Mao", "given": "Zedong", "static-ordering": True}]


def test_what_csl_has_no_field_for_is_noted() -> None:
    item = replace(
        NOTE,
        also_printed_in=(Reference("Papers (Oslo, 1999)"),),
        provenance=("Donated by A. Petrova.",),
        credits="Made possible by a grant",
    )
    assert to_csl(item)["note"] == (
        "Also printed in Papers (Oslo, 1999); Donated by A. Petrova.; Made possible by a grant"
    )


def test_our_permalink_is_cited_where_the_source_prints_no_address() -> None:
    item = replace(NOTE, url=None, permalink="https://o.example/records/1")
    assert to_csl(item)["URL"] == "https://o.example/records/1"


@pytest.mark.parametrize("name", ITEMS)
def test_every_item_has_only_what_the_schema_knows(name: str) -> None:
    csl = to_csl(ITEMS[name])
    people: list[dict[str, Any]] = [
        one for key in ("author", "editor", "translator", "contributor") for one in csl.get(key, [])
    ]
    assert all(set(one) <= SCHEMA_NAMES for one in people)
    assert all(csl.values())
    assert json.loads(json.dumps(csl)) == csl


@given(st.text(max_size=200))
def test_a_hostile_title_is_whole_but_for_what_no_text_can_hold(title: str) -> None:
    csl = to_csl(item_of("x", title))
    assert csl.get("title", "") == clean(title)
    json.dumps(csl, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("a\r\nb\u2028c\x85d\te", "a b c d e"),
        ("half \ud83d a pair", "half \ufffd a pair"),
        ("\x00bell\x07", "bell"),
        ("a\u00a0b \u202eright\u202c", "a\u00a0b \u202eright\u202c"),
        ("{}\\&%$#_^~</script>", "{}\\&%$#_^~</script>"),
    ],
)
def test_cleaning_takes_only_controls_and_line_ends(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


def test_an_item_of_nothing_has_an_id_and_a_type() -> None:
    assert to_csl(item_of("x", "")) == {"id": "x", "type": "manuscript"}


def test_a_language_without_a_tag_is_left_out() -> None:
    item = item_of("x", "T", languages=[Language("Old Church Slavonic")])
    assert "language" not in to_csl(item)


def test_an_impossible_date_keeps_its_words() -> None:
    date = DateExpression("February 31, 1958", "1958-02-31", impossible=True)
    item = item_of("x", "T", date=date, contributors=[Contributor("", "translator")])
    assert to_csl(item) == {
        "id": "x",
        "type": "manuscript",
        "title": "T",
        "issued": {"literal": "February 31, 1958"},
    }
