"""Contradictions in a record. The records are invented; they look like the archives' own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.curated import Authority, NameEntry
from api.parsing.dates import parse_date
from api.parsing.discrepancies import find_discrepancies
from api.parsing.names import NameIndex
from api.parsing.values import (
    Citation,
    DateExpression,
    Discrepancy,
    Paragraph,
    ParagraphKind,
    Place,
    Section,
)

STATES = {
    "france": ("France",),
    "spain": ("Spain", "Kingdom of Spain"),
    "italy": ("Italy", "Italian Republic"),
    "norway": ("Norway",),
    "sweden": ("Sweden",),
    "finland": ("Finland",),
    "vietnam": ("Vietnam", "Viet-Nam"),
}
INDEX = NameIndex(
    [
        *(
            Authority(
                id=entity,
                kind="state",
                label=names[0],
                names=tuple(NameEntry(text=name) for name in names),
            )
            for entity, names in STATES.items()
        ),
        Authority(
            id="chiang",
            kind="person",
            label="Chiang Kai-shek",
            names=(NameEntry(text="Chiang Kai-shek"),),
        ),
        Authority(
            id="gomez",
            kind="person",
            label="J. R. Gómez",
            names=(NameEntry(text="J. R. Gómez"), NameEntry(text="J. R. Gomez")),
        ),
        Authority(
            id="de-wit", kind="person", label="Jan de Wit", names=(NameEntry(text="de Wit"),)
        ),
    ]
)


class Record:
    """A record in the making; `find()` is what the rules say about it."""

    def __init__(self, *texts: str | tuple[ParagraphKind, str], **given: Any) -> None:
        self.paragraphs = [
            Paragraph(number, *(("paragraph", text) if isinstance(text, str) else text), 0, 0)
            for number, text in enumerate(texts, 1)
        ]
        self.title = str(given.get("title", "Letter on Fisheries"))
        self.summary: str | None = given.get("summary")
        self.citation: Citation | None = given.get("citation")
        self.date: DateExpression | None = parse_date(given["date"]) if given.get("date") else None
        self.sections: tuple[Section, ...] = given.get("sections", ())

    def find(self, kind: str | None = None) -> list[Discrepancy]:
        found = find_discrepancies(
            title=self.title,
            summary=self.summary,
            citation=self.citation,
            date=self.date,
            paragraphs=self.paragraphs,
            sections=self.sections,
            mentions=INDEX.find_mentions(self.paragraphs).mentions,
            find=lambda text: INDEX.find_in_text(text).mentions,
        )
        return [one for one in found if kind is None or one.kind == kind]

    def slice(self, place: Place) -> str:
        """What stands at a place."""
        if place.paragraph is not None:
            return self.paragraphs[place.paragraph - 1].text[place.start : place.end]
        texts = {
            "title": self.title,
            "summary": self.summary,
            "citation": self.citation.verbatim if self.citation else None,
            "date": self.date.expression if self.date else None,
        }
        return (texts[place.field or ""] or "")[place.start : place.end]


def citation(title: str = "Letter on Fisheries", date: str = "March 3, 1957") -> Citation:
    verbatim = f'"{title}", {date}, Example Digital Archive, f. 1, op. 2, d. 3.'
    return Citation(verbatim, title=title, date=parse_date(date))


def values(discrepancy: Discrepancy) -> list[str]:
    return [claim.value for claim in discrepancy.claims]


def test_a_colophon_of_another_month_disagrees_with_the_header() -> None:
    record = Record(
        ("dateline", "3 March 1957"),
        "Some words.",
        ("colophon", "Dictated by A. Nilsen\n3 May 1957"),
        date="March 3, 1957",
    )
    [found] = record.find("dates")
    assert values(found) == ["March 3, 1957", "3 May 1957"]
    assert [(place.field, place.paragraph) for place in found.claims[0].at] == [
        ("date", None),
        (None, 1),
    ]
    assert [place.quote for place in found.claims[1].at] == ["3 May 1957"]


@pytest.mark.parametrize("said", ["3 March 1956", "3 March 1958", "Oslo, 4 March 1957"])
def test_a_dateline_that_is_not_the_headers_day_is_found(said: str) -> None:
    [found] = Record(("dateline", said), "Words.", date="March 3, 1957").find("dates")
    assert found.claims[1].at[0].paragraph == 1


def test_a_line_that_is_a_date_counts_whatever_its_kind() -> None:
    assert Record("Words.", "3 March 1956", "Other words.", date="March 3, 1957").find("dates")


def test_without_a_header_date_the_date_lines_are_held_against_each_other() -> None:
    record = Record(("dateline", "3 March 1957"), "Words.", ("colophon", "Dictated 3 May 1957"))
    assert [values(found) for found in record.find("dates")] == [["3 March 1957", "3 May 1957"]]


@pytest.mark.parametrize(
    "texts",
    [
        [("dateline", "3 March 1957")],
        [("dateline", "3 March 1957"), ("colophon", "Typed 5 March 1957")],
        [("dateline", "3 March 1957"), ("colophon", "Declassified 3 May 1995")],
        [("dateline", "March 1957")],
        [("dateline", "1 July")],
    ],
)
def test_ordinary_date_lines_are_no_discrepancy(texts: list[tuple[ParagraphKind, str]]) -> None:
    assert not Record(*texts, date="March 3, 1957").find()


def test_an_older_enclosure_is_no_discrepancy() -> None:
    sections = (
        Section("letter", "Letter", "part", 1, 1, 2),
        Section("enclosure", "Enclosure", "part", 1, 3, 4),
    )
    record = Record(
        ("dateline", "3 March 1957"),
        "I enclose his letter.",
        ("dateline", "12 February 1957"),
        "Dear Sir.",
        date="March 3, 1957",
        sections=sections,
    )
    assert not record.find()


def test_days_of_a_diary_are_within_its_range() -> None:
    record = Record("3 March 1957", "Rain.", "5 March 1957", "Sun.", date="3-9 March 1957")
    assert not record.find()


def test_the_citations_date_may_differ_from_the_headers() -> None:
    record = Record("Words.", citation=citation(date="May 3, 1957"), date="March 3, 1957")
    [found] = record.find("dates")
    assert values(found) == ["March 3, 1957", "May 3, 1957"]
    assert found.claims[1].at[0].quote == "May 3, 1957"


def test_a_citation_may_be_less_exact_than_the_header() -> None:
    assert not Record("Words.", citation=citation(date="March 1957"), date="March 3, 1957").find()


@pytest.mark.parametrize(
    "text",
    [
        "As I wrote to you on 3 May 1960, the harbour is open.",
        "In your letter of 3 May 1960 you ask for nets.",
        "The fleet arrived on 3 May 1960.",
    ],
)
def test_what_was_after_the_document_is_found(text: str) -> None:
    [found] = Record(text, date="March 3, 1957").find("dates")
    assert values(found) == ["March 3, 1957", "3 May 1960"]


@pytest.mark.parametrize(
    "text",
    [
        "The fleet will arrive on 3 May 1960.",
        "We agreed that it would open on 3 May 1960.",
        "The lease runs until 3 May 1960.",
        "They planned a conference for 3 May 1960.",
        "The harbour opens on 3 May 1960.",
        "The fleet [which came on 3 May 1960] was large.",
        "The fleet arrived on 3 May 1956.",
        "The fleet arrived on 3 May.",
        "The fleet arrived in 1960.",
    ],
)
def test_plans_and_earlier_days_are_no_discrepancy(text: str) -> None:
    assert not Record(text, date="March 3, 1957").find()


def test_a_list_that_leaves_one_out_is_found() -> None:
    record = Record(
        "We invite France, Spain, Italy, and Norway.",
        "There come the King of Norway, the President of the Italian Republic, the Prime Minister "
        "of France Mr. Dupont, the head of the government of Spain... and the King of Sweden.",
        summary="On a meeting of Sweden, Norway, Spain, France and Italy.",
    )
    [found] = record.find("enumeration")
    assert [[(p.field, p.paragraph) for p in claim.at] for claim in found.claims] == [
        [("summary", None), (None, 2)],
        [(None, 1)],
    ]
    assert "Sweden" in found.summary


@pytest.mark.parametrize(
    "texts",
    [
        ["France, Spain, Italy, Norway.", "Norway, Italy, Spain and France."],
        ["France, Spain, Italy, Norway.", "Such countries as France, Sweden."],
        ["France, Spain, Italy, Norway.", "States such as France, Spain, Italy, Norway, Sweden."],
        ["France, Spain, Italy, Norway and others.", "France, Spain, Italy, Norway, Sweden."],
        ["France, Spain, Italy, Vietnam.", "Norway, Sweden, Finland, France."],
        [
            "France wrote, Spain read, Italy sang and Norway slept.",
            "France, Spain, Italy, Norway, Sweden.",
        ],
    ],
)
def test_lists_of_other_things_are_no_discrepancy(texts: list[str]) -> None:
    assert not Record(*texts).find()


def test_one_name_spelled_two_ways_is_found() -> None:
    record = Record("Chiang Kai-shek left.", "Then Chiang Kai-Shek's rule and Chiang Kai-Shek.")
    [found] = record.find("spelling")
    assert found.id == "spelling-of-chiang"
    assert values(found) == ["Chiang Kai-shek", "Chiang Kai-Shek"]
    assert [place.paragraph for place in found.claims[1].at] == [2, 2]


@pytest.mark.parametrize(
    ("texts", "entity"),
    [(["Vietnam won.", "Viet-Nam won."], "vietnam"), (["J. R. Gómez", "J.R. Gomez"], "gomez")],
)
def test_hyphens_and_diacritics_are_spelling(texts: list[str], entity: str) -> None:
    assert [found.id for found in Record(*texts).find()] == [f"spelling-of-{entity}"]


@pytest.mark.parametrize(
    "texts",
    [
        ["Chiang Kai-shek", "CHIANG KAI-SHEK", "Chiang Kai‑shek", "Chiang\nKai-shek"],
        ["J. R. Gomez", "J.R. Gomez"],
        ["De Wit came.", "So de Wit came."],
        ["Italy", "Italian Republic"],
        ["Go\u0301mez J. R. Gómez", "J. R. Go\u0301mez"],
    ],
)
def test_typography_is_no_spelling(texts: list[str]) -> None:
    assert not Record(*texts).find()


def test_a_citation_with_another_title_is_found() -> None:
    record = Record("Words.", citation=citation("Letter on Whaling"))
    [found] = record.find("title")
    assert values(found) == ["Letter on Fisheries", "Letter on Whaling"]
    assert [place.quote for claim in found.claims for place in claim.at] == values(found)


@pytest.mark.parametrize(
    "cited", ["Letter on Fisheries.", "LETTER ON\nFISHERIES", "“Letter” on Fisheries"]
)
def test_a_title_may_differ_in_typography(cited: str) -> None:
    assert not Record("Words.", citation=citation(cited)).find()


def test_a_day_that_does_not_exist_is_found() -> None:
    record = Record("Words.")
    record.date = DateExpression("31 February 1957", impossible=True)
    [found] = record.find()
    assert (found.kind, found.id) == ("impossible_date", "impossible-date-31-february-1957")


def test_a_clean_record_has_no_discrepancies() -> None:
    record = Record(
        ("heading", "LETTER ON FISHERIES"),
        ("dateline", "Oslo, 3 March 1957"),
        ("salutation", "Dear Mr. Larsen,"),
        "In my letter of 12 February 1957 I spoke of France, Spain, Italy, and Norway. The treaty "
        "of 1 July is in force until 1 January 1961. France and Spain have signed.",
        "Our next meeting will be on 4 April 1957 in Paris, where Norway, Sweden and Finland meet.",
        ("signature", "Chiang Kai-shek"),
        title="Letter on Fisheries",
        summary="A letter on fisheries in France, Spain, and other states.",
        citation=citation(),
        date="March 3, 1957",
    )
    assert record.find() == []


def test_an_empty_record_has_none() -> None:
    assert find_discrepancies(title="") == []


TEXTS = st.lists(
    st.lists(
        st.sampled_from(
            [
                *(
                    "France",
                    "Spain",
                    "Italy",
                    "Norway",
                    "Sweden",
                    "Vietnam",
                    "Viet-Nam",
                    ",",
                    "and",
                ),
                *("3 March 1957", "31 February 1957", "wrote on", "Chiang Kai-Shek", "\n", "😀"),
                *("Chiang Kai-shek", "the King of", "such as", ".", "«", "e\u0301", "typed"),
            ]
        ),
        max_size=14,
    ).map(" ".join),
    min_size=1,
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.text(max_size=30), st.sampled_from([None, "March 3, 1956", "1957", "no day"]))
def test_every_place_is_the_slice_it_quotes(texts: list[str], title: str, date: str | None) -> None:
    record = Record(*texts, title=title, summary=texts[0], date=date, citation=citation())
    found = record.find()
    assert len({one.id for one in found}) == len(found)
    for one in found:
        assert one.claims
        for claim in one.claims:
            assert claim.at
            assert all(record.slice(place) == place.quote for place in claim.at)


def test_long_texts_are_read_to_their_end() -> None:
    record = Record("France, Spain, Italy, Norway and Chiang Kai-shek, " * 4000)
    record.find()
