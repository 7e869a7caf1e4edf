"""JSON-LD, Dublin Core and COinS: what pages say of a record."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.parsing.curated import Rights
from api.parsing.values import Author, DateExpression
from api.representations.bibliography import clean, item_of
from api.representations.coins import to_coins, to_dublin_core
from api.representations.jsonld import script_json, to_jsonld
from tests.citeproc.items import BOOK, ITEMS, NOTE, like

FULL = replace(
    NOTE,
    permalink="https://o.example/records/1",
    abstract="What it says.",
    citation='"Note", <https://a.example>',
    rights=Rights(text="Free to use", url="https://r.example/free"),
)


def test_a_manuscript_is_a_component_of_its_archive() -> None:
    data = to_jsonld(FULL)
    assert (data["@context"], data["@type"]) == ("https://schema.org", "ArchiveComponent")
    assert data["@id"] == "https://o.example/records/1"
    assert data["sameAs"] == "https://archive.example.org/document/1001"
    assert data["holdingArchive"] == {"@type": "ArchiveOrganization", "name": "RGANI"}
    assert data["itemLocation"] == "f. 3, op. 12, d. 410, ll. 41-53"
    assert data["dateCreated"] == "1958-09-19"
    assert data["inLanguage"] == ["en"]
    assert data["license"] == "https://r.example/free"


def test_people_have_parts_and_bodies_have_none() -> None:
    data = to_jsonld(like("x", authors=(Author("Mao Zedong"), Author("Ministry of Trade"))))
    assert data["author"] == [
        {"@type": "Person", "name": "Mao Zedong", "familyName": "Mao", "givenName": "Zedong"},
        {"@type": "Organization", "name": "Ministry of Trade"},
    ]


def test_a_printed_document_is_a_part_of_its_book() -> None:
    data = to_jsonld(like("x", reference=BOOK))
    assert data["@type"] == ["ArchiveComponent", "Chapter"]
    assert data["isPartOf"] == {
        "@type": "Book",
        "name": "Documents on Foreign Policy",
        "volumeNumber": "3",
        "datePublished": "1990",
        "publisher": {"@type": "Organization", "name": "World Press", "location": "Beijing"},
    }


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [("1967~", "1967~"), ("1967-05/1967-06", "1967-05/1967-06"), ("195X", "as written")],
)
def test_a_date_that_is_no_day_is_temporal(edtf: str, expected: str) -> None:
    data = to_jsonld(like("x", date=DateExpression("as written", edtf)))
    assert data["temporal"] == expected
    assert "dateCreated" not in data


class Scripts(HTMLParser):
    """Collects what stands in script elements, as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.data = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.data += data


@given(st.text(max_size=100) | st.sampled_from(["</script><script>", "<!--<script>", "]]>\u2028"]))
def test_hostile_titles_stay_within_their_script(title: str) -> None:
    data = to_jsonld(item_of("x", title))
    page = Scripts()
    page.feed(f'<script type="application/ld+json">{script_json(data)}</script>')
    page.close()
    assert page.tags == ["script"]
    assert json.loads(page.data) == data
    assert data.get("name", "") == clean(title)


@pytest.mark.parametrize("name", ITEMS)
def test_nothing_empty_is_said(name: str) -> None:
    assert all(to_jsonld(ITEMS[name]).values())
    assert all(value for _, value in to_dublin_core(ITEMS[name]))


def test_dublin_core_calls_a_manuscript_one() -> None:
    pairs = to_dublin_core(FULL)
    assert ("DC.type", "manuscript") in pairs
    assert ("DC.creator", "Sidorov, P. I.") in pairs
    assert [value for name, value in pairs if name == "DC.contributor"] == [
        "Smith, John",
        "Petrova, Anna",
    ]
    assert ("DC.date", "1958-09-19") in pairs
    assert ("DC.source", "RGANI, f. 3, op. 12, d. 410, ll. 41-53") in pairs


@pytest.mark.parametrize("name", ITEMS)
def test_coins_carry_what_dublin_core_says(name: str) -> None:
    fields = parse_qs(to_coins(ITEMS[name]), strict_parsing=True)
    assert fields["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:dc"]
    assert fields["rft.title"] == [clean(ITEMS[name].title)]
    assert fields["rft.type"][0] in ("manuscript", "bookSection", "book")
