from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.outlines import read_outline
from api.parsing.paragraphs import read_paragraphs
from api.parsing.values import Block, Paragraph, ParagraphKind, Section

SEED = Path(__file__).parents[1] / "seed" / "records" / "209712.md"
Line = tuple[ParagraphKind, str]


def outline(*lines: Line) -> list[Section]:
    return read_outline([Paragraph(i, kind, text, 0, 0) for i, (kind, text) in enumerate(lines, 1)])


def spans(sections: list[Section]) -> list[tuple[str, int, int, int]]:
    return [(section.title, section.level, section.first, section.last) for section in sections]


BODY: Line = (
    "paragraph",
    "The delegation arrived in the morning and was met by the mayor of the town.",
)


def test_the_first_record_has_three_parts_and_its_page_mark_stands_outside() -> None:
    body = SEED.read_text(encoding="utf-8").split("Translation - English\n", 1)[1]
    texts = [
        "\n".join(line.strip() for line in run.split("  \n"))
        for run in re.split(r"\n\s*\n", body.strip())
    ]
    found = read_outline(read_paragraphs([Block(text, i, i) for i, text in enumerate(texts)]))
    assert [(s.first, s.last, s.level, s.kind) for s in found] == [
        (1, 19, 1, "part"),
        (20, 38, 1, "part"),
        (39, 52, 1, "part"),
    ]
    assert found[0].title.startswith("NOTE of Cde. N. S. Khrushchev to the CC Presidium about")
    assert found[1].title == "The following points ought to be reflected in…"
    assert found[2].title == "Suggestions for the plan of the second document"


def test_a_text_without_headings_is_one_section_called_text() -> None:
    assert spans(outline(("dateline", "5 May 1958"), BODY, BODY)) == [("Text", 1, 1, 3)]


def test_nothing_has_no_outline() -> None:
    assert outline() == []
    assert outline(("page_mark", "- 4 -")) == []


def test_a_heading_above_the_body_titles_the_whole_text() -> None:
    found = outline(("stamp", "SECRET"), ("heading", "Report on the Harvest"), BODY, BODY)
    assert spans(found) == [("Report on the Harvest", 1, 1, 4)]
    assert found[0].id == "report-on-the-harvest"
    assert found[0].origin == "derived"


def test_headings_below_the_body_open_sections_under_the_text() -> None:
    found = outline(
        ("heading", "Report"), BODY, ("heading", "The south"), BODY, ("heading", "The north"), BODY
    )
    assert spans(found) == [("Report", 1, 1, 6), ("The south", 2, 3, 4), ("The north", 2, 5, 6)]
    assert [section.parent for section in found] == [None, "report", "report"]


def test_lesser_headings_nest_in_greater_ones() -> None:
    found = outline(
        ("heading", "Report"),
        BODY,
        ("heading", "II. Trade"),
        BODY,
        ("heading", "Grain"),
        BODY,
        ("heading", "Coal"),
        BODY,
        ("heading", "III. War"),
        BODY,
    )
    assert spans(found)[1:] == [
        ("II. Trade", 2, 3, 8),
        ("Grain", 3, 5, 6),
        ("Coal", 3, 7, 8),
        ("III. War", 2, 9, 10),
    ]


@pytest.mark.parametrize(
    "opening",
    [
        [("heading", "Second letter")],
        [("addressee", "To Comrade Li")],
        [("salutation", "Dear Comrade Li!")],
        [("stamp", "SECRET"), ("heading", "Second letter")],
        [("dateline", "5 May 1958"), ("salutation", "Dear Comrade Li!")],
        [("paragraph", "The second letter ought to say this."), ("salutation", "Dear Comrade Li!")],
    ],
)
def test_what_is_headed_or_addressed_below_a_signature_is_a_new_part(opening: list[Line]) -> None:
    found = outline(("heading", "First"), BODY, ("signature", "N. PETROV"), *opening, BODY)
    assert [(s.level, s.first) for s in found] == [(1, 1), (1, 4)]
    assert found[0].last == 3


@pytest.mark.parametrize(
    "below",
    [
        [("dateline", "5 May 1958")],
        [("note", "[1] See the report."), ("note", "[2] Ibid.")],
        [("colophon", "Typed in 3 copies"), ("dateline", "6 May 1958")],
        [("paragraph", "P.S. The harvest was good."), ("signature", "N. P.")],
    ],
)
def test_what_belongs_to_a_sign_off_opens_no_part(below: list[Line]) -> None:
    assert len(outline(("heading", "First"), BODY, ("signature", "N. PETROV"), *below)) == 1


def test_a_colophon_above_the_body_closes_nothing() -> None:
    found = outline(
        ("heading", "NOTE"), ("colophon", "(dictated by Petrov)"), ("addressee", "TO THE CC"), BODY
    )
    assert spans(found) == [("NOTE", 1, 1, 4)]


def test_a_part_without_heading_is_titled_by_its_addressee_or_first_words() -> None:
    found = outline(
        BODY,
        ("signature", "A. Li"),
        ("addressee", "To Comrade Wang"),
        BODY,
        ("signature", "A. Li"),
        ("heading", "Third"),
        BODY,
    )
    assert [section.title for section in found] == [
        "The delegation arrived in the morning and was…",
        "To Comrade Wang",
        "Third",
    ]


def test_turns_open_no_sections_but_sessions_do() -> None:
    turn: Line = ("speech", "Petrov: Yes.")
    found = outline(
        ("heading", "Minutes"), turn, turn, turn, ("heading", "Second Session, 6 May"), turn, turn
    )
    assert spans(found) == [("Minutes", 1, 1, 7), ("Second Session, 6 May", 2, 5, 7)]


def test_the_dates_of_a_diary_open_sections() -> None:
    found = outline(
        ("heading", "Journal of A. Petrov"),
        ("dateline", "5 May 1958"),
        BODY,
        ("dateline", "6 May 1958"),
        BODY,
    )
    assert spans(found)[1:] == [("5 May 1958", 2, 2, 3), ("6 May 1958", 2, 4, 5)]
    assert [section.id for section in found][1:] == ["s-5-may-1958", "s-6-may-1958"]


def test_several_contents_are_the_top_sections() -> None:
    texts: list[tuple[str, Line]] = [
        ("translation-english", ("heading", "Report")),
        ("translation-english", BODY),
        ("translation-english", ("heading", "Trade")),
        ("translation-english", BODY),
        ("original-russian", ("heading", "Доклад")),
        ("original-russian", BODY),
    ]
    paragraphs = [
        Paragraph(i, kind, text, 0, 0, content)
        for i, (content, (kind, text)) in enumerate(texts, 1)
    ]
    found = read_outline(paragraphs, {"translation-english": "Translation - English"})
    assert [(s.title, s.kind, s.level, s.first, s.last) for s in found] == [
        ("Translation - English", "content", 1, 1, 4),
        ("Trade", "section", 2, 3, 4),
        ("Original russian", "content", 1, 5, 6),
    ]


def test_page_marks_stand_at_neither_end_of_a_section() -> None:
    mark: Line = ("page_mark", "- 4 -")
    found = outline(mark, ("heading", "Report"), BODY, mark, ("heading", "Trade"), BODY, mark)
    assert spans(found) == [("Report", 1, 2, 6), ("Trade", 2, 5, 6)]


def test_equal_titles_get_different_ids() -> None:
    found = outline(
        ("heading", "Trade"), BODY, ("heading", "Trade"), BODY, ("heading", "Trade 2"), BODY
    )
    assert len({section.id for section in found}) == 3


def test_a_title_of_no_latin_letter_still_gets_an_id() -> None:
    (section,) = outline(("heading", "报告"), BODY)
    assert section.title == "报告"
    assert section.id == "section"


def test_a_very_long_heading_is_cut_between_words() -> None:
    (section,) = outline(("heading", "word " * 200), BODY)
    assert section.title.endswith("word…")
    assert len(section.title) <= 202
    assert len(section.id) <= 60


KINDS = st.sampled_from(get_args(ParagraphKind))
WORDS = st.sampled_from(
    ["", "A", "# B", "### C", "II. D", "REPORT", "and so on", "5 May", "Доклад", "'"]
)
PARAGRAPHS = st.lists(
    st.tuples(KINDS, WORDS | st.text(max_size=20), st.sampled_from([None, "a", "b"])), max_size=40
)


@settings(max_examples=100, deadline=None)
@given(PARAGRAPHS)
def test_an_outline_covers_its_text_and_nests(
    lines: list[tuple[ParagraphKind, str, str | None]],
) -> None:
    paragraphs = [
        Paragraph(i, kind, text, 0, 0, content) for i, (kind, text, content) in enumerate(lines, 1)
    ]
    found = read_outline(paragraphs)
    by_id = {section.id: section for section in found}
    assert len(by_id) == len(found)
    for section in found:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*", section.id)
        assert section.title
        assert 1 <= section.first <= section.last <= len(paragraphs)
        assert 1 <= section.level <= 6
        ends = {paragraphs[section.first - 1].kind, paragraphs[section.last - 1].kind}
        assert "page_mark" not in ends
        if section.parent is None:
            assert section.level == 1
        else:
            parent = by_id[section.parent]
            assert section.level == parent.level + 1
            assert parent.first <= section.first
            assert section.last <= parent.last
    tops = [section for section in found if section.parent is None]
    assert all(a.last < b.first for a, b in pairwise(tops))
    held = {n for section in tops for n in range(section.first, section.last + 1)}
    assert all(p.number in held for p in paragraphs if p.kind != "page_mark")
    for parent in found:
        below = [section for section in found if section.parent == parent.id]
        assert all(a.last < b.first for a, b in pairwise(below))


def test_many_headings_are_read_to_their_end() -> None:
    lines: list[Line] = [("heading", "Trade"), BODY, ("signature", "N. P."), ("dateline", "5 May")]
    outline(*(lines * 10_000))
