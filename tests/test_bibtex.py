"""BibTeX exports, read back by bibtexparser."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from api.parsing.values import Author, Contributor, DateExpression, Reference
from api.representations.bibliography import BibliographicItem, clean, item_of
from api.representations.bibtex import bibtex_name, latex, to_bibtex
from tests.citeproc.items import BOOK, ITEMS, NOTE, like


def read_back(*items: BibliographicItem) -> list[dict[str, Any]]:
    """Entries with LaTeX read as text; nothing failed, nothing left over."""
    text = to_bibtex(items)
    raw = parse_string(text)
    decoded = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not decoded.failed_blocks
    assert not decoded.comments
    entries = []
    for entry, plain in zip(decoded.entries, raw.entries, strict=True):
        fields = {field.key: field.value for field in entry.fields}
        # The decoder takes a per cent sign in an address for a comment.
        fields["url"] = next((f.value for f in plain.fields if f.key == "url"), None)
        entries.append(fields | {"entry": entry.entry_type, "key": entry.key})
    return entries


def as_decoded(text: str) -> str:
    """What the decoder makes of a text that was escaped: it reads ^ as a modifier letter."""
    return clean(text).replace("^", "\u02c6")


def test_a_manuscript_is_read_back_with_nothing_lost() -> None:
    item = replace(NOTE, abstract="What it says.", citation='"Note", <https://a.example>')
    assert read_back(item) == [
        {
            "entry": "unpublished",
            "key": "sidorov1958-note",
            "title": NOTE.title,
            "author": "Sidorov, P. I.",
            "translator": "Smith, John",
            "year": "1958",
            "month": "sep",
            "date": "1958-09-19",
            "note": "RGANI, f. 3, op. 12, d. 410, ll. 41-53",
            "howpublished": "Example Center Digital Archive",
            "type": "Note",
            "library": "RGANI",
            "language": "en",
            "origlanguage": "Russian",
            "url": "https://archive.example.org/document/1001",
            "abstract": "What it says.",
            "annote": 'Contributed by Anna Petrova; Cite as: "Note", <https://a.example>',
        }
    ]


def test_a_printed_document_is_in_a_collection() -> None:
    (entry,) = read_back(like("x", reference=BOOK))
    assert entry["entry"] == "incollection"
    assert entry["booktitle"] == "Documents on Foreign Policy"
    assert (entry["volume"], entry["year"], entry["origdate"]) == ("3", "1990", "1958-09-19")
    assert (entry["publisher"], entry["address"]) == ("World Press", "Beijing")
    assert "howpublished" not in entry
    assert "Digital copy: Example Center Digital Archive" in entry["annote"]
    assert "pages = {12--45}" in to_bibtex([like("x", reference=BOOK)])


def test_without_an_author_or_a_shelfmark_it_is_miscellaneous() -> None:
    assert read_back(like("x", authors=()))[0]["entry"] == "misc"
    assert read_back(like("x", reference=None))[0]["entry"] == "misc"


def test_words_with_capitals_are_protected() -> None:
    assert "title = {{Letter} to the {CC} of the {CPSU}}" in to_bibtex(
        [like("x", "Letter to the CC of the CPSU")]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A & B", r"A \& B"),
        ("5% of $3 #1 a_b", r"5\% of \$3 \#1 a\_b"),
        ("~ ^ \\", r"\textasciitilde{} \textasciicircum{} \textbackslash{}"),
        ("a {b} c", r"a \{b\} c"),
        ("a } b {", r"a \ensuremath{\rbrace} b \ensuremath{\lbrace}"),
        ("a--b ''c", "a-{}-b '{}'c"),
        ("Хрущёв “x” – é", "Хрущёв “x” – é"),
    ],
)
def test_latex_is_escaped_and_braces_stay_balanced(text: str, expected: str) -> None:
    assert latex(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("P. I. Sidorov", "Sidorov, P. I."),
        ("Heinrich von Bülow", "von Bülow, Heinrich"),
        ("Charles de Villiers", "de Villiers, Charles"),
        ("Adam Stevens Jr.", "Stevens, Jr., Adam"),
        ("Mao Zedong", "Mao, Zedong"),
        ("Sukarno", "{Sukarno}"),
        ("Ministry of Trade and Industry", "{Ministry of Trade and Industry}"),
        ("A & Sons", r"{A \& Sons}"),
    ],
)
def test_names_are_written_as_bibtex_parts_them(name: str, expected: str) -> None:
    assert bibtex_name(name) == expected


def test_several_people_are_joined_by_and() -> None:
    item = like("x", authors=(Author("Ann Roe"), Author("Ministry of War and Peace")))
    assert "author = {Roe, Ann and {Ministry of War and Peace}}" in to_bibtex([item])


def test_keys_are_unique_and_plain() -> None:
    items = [*ITEMS.values(), NOTE, replace(NOTE, id="note!"), like("ключ"), like("{,}")]
    keys = [entry["key"] for entry in read_back(*items)]
    assert len({key.lower() for key in keys}) == len(items)
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", key) for key in keys)


def test_an_approximate_date_keeps_its_words() -> None:
    (entry,) = read_back(like("x", date=DateExpression("circa 1967", "1967~", "1967-01-01")))
    assert (entry["year"], entry["date"]) == ("1967", "1967~")
    assert "Date as written: circa 1967" in entry["annote"]


def test_an_address_cannot_close_its_field() -> None:
    (entry,) = read_back(replace(NOTE, url="https://a.example/}{\\ x?a=%20&b"))
    assert entry["url"] == "https://a.example/%7D%7B%5C%20x?a=%20&b"


HOSTILE = st.text(max_size=100) | st.text(alphabet="{}\\&%$#_~^@\"'`-?!<>, aA=\n", max_size=60)


@given(HOSTILE, HOSTILE)
def test_hostile_text_comes_back_whole(title: str, location: str) -> None:
    item = item_of(
        "x",
        title,
        reference=Reference(location),
        contributors=[Contributor("Ann Roe", "translator")],
    )
    (entry,) = read_back(item)
    assert entry.get("title", "").strip() == as_decoded(title)
    assert entry.get("note", "").strip() == as_decoded(location)
    assert entry["translator"] == "Roe, Ann"


@given(HOSTILE)
def test_a_name_of_any_kind_leaves_the_entry_whole(name: str) -> None:
    (entry,) = read_back(item_of("x", "Title", authors=[Author(name)], abstract="After"))
    assert (entry["title"], entry["abstract"]) == ("Title", "After")


@given(HOSTILE)
def test_braces_are_balanced_as_bibtex_counts_them(title: str) -> None:
    depth = 0
    for char in latex(clean(title), protect=True):
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0
