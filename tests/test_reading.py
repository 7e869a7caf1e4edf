"""The reading view, on invented paragraphs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.reading import ReadingView, reading_view
from api.parsing.values import ApparatusItem, ApparatusKind, Mention, Paragraph, Segment


def paragraph(
    number: int, text: str, *, continues: int | None = None, continued_by: int | None = None
) -> Paragraph:
    return Paragraph(
        number, "paragraph", text, 0, len(text), continues=continues, continued_by=continued_by
    )


def mark(
    within: Paragraph, quote: str, correction: str | None = None, kind: ApparatusKind = "slip"
) -> ApparatusItem:
    start = within.text.index(quote)
    item = ApparatusItem("slip", within.number, start, start + len(quote), quote, origin="curated")
    return replace(item, correction=correction, kind=kind)


def texts(view: ReadingView) -> list[str]:
    return [one.text for one in view.paragraphs]


BROKEN = [
    paragraph(1, "The bridge at the mill was"),
    paragraph(2, "7-2"),
    paragraph(3, "closed in March."),
    paragraph(4, "Nobody objected."),
]
JOINED = [
    replace(BROKEN[0], continued_by=3),
    replace(BROKEN[1], kind="page_mark"),
    replace(BROKEN[2], continues=1),
    BROKEN[3],
]


def test_what_a_page_break_cut_is_joined() -> None:
    view = reading_view(JOINED)
    assert texts(view) == ["The bridge at the mill was closed in March.", "Nobody objected."]


def test_a_joined_paragraph_has_the_number_of_its_first_part() -> None:
    first, second = reading_view(JOINED).paragraphs
    assert (first.number, first.numbers) == (1, (1, 3))
    assert (second.number, second.numbers) == (4, (4,))


def test_joins_and_dropped_page_marks_are_listed_in_order() -> None:
    view = reading_view(JOINED)
    assert [(a.kind, a.paragraph, a.joined, a.quote) for a in view.actions] == [
        ("joined", 1, 3, ""),
        ("dropped", 2, None, "7-2"),
    ]
    assert [action.paragraph for action in view.dropped] == [2]


def test_a_paragraph_in_three_parts_is_one() -> None:
    view = reading_view(
        [
            paragraph(1, "One", continued_by=2),
            paragraph(2, "two", continues=1, continued_by=3),
            paragraph(3, "three.", continues=2),
        ]
    )
    assert texts(view) == ["One two three."]
    assert view.map_span(3, 0, 5) == (1, 8, 13)


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("the inter-", "national talks", "the inter-national talks"),
        ("he paused -", "then spoke", "he paused - then spoke"),
        ("in 1957-", "1958", "in 1957- 1958"),
        ("中国人", "民解放军", "中国人民解放军"),
        ("in Peking 中国", "the delegation", "in Peking 中国 the delegation"),
    ],
)
def test_parts_are_joined_as_their_script_is_written(before: str, after: str, joined: str) -> None:
    view = reading_view([paragraph(1, before, continued_by=2), paragraph(2, after, continues=1)])
    assert texts(view) == [joined]


@pytest.mark.parametrize(
    ("text", "quote", "correction", "read"),
    [
        ("To the Commitee at once", "Commitee", "Committee", "To the Committee at once"),
        ("They came came home.", "came ", "", "They came home."),
        ("He said said.", "said.", "", "He said"),
        ("Uh we agreed.", "Uh", "", "we agreed."),
        ("It developed..", "..", ".", "It developed."),
    ],
)
def test_an_editors_correction_is_applied(
    text: str, quote: str, correction: str, read: str
) -> None:
    one = paragraph(1, text)
    view = reading_view([one], [mark(one, quote, correction)])
    assert texts(view) == [read]
    (action,) = view.actions
    assert (action.kind, action.quote, action.correction) == ("corrected", quote, correction)


def test_words_that_are_missing_are_put_in_their_place() -> None:
    one = paragraph(1, "You might one day.")
    item = ApparatusItem("slip", 1, 9, 9, "", origin="curated", correction=" object")
    view = reading_view([one], [item])
    assert texts(view) == ["You might object one day."]
    assert view.map_span(1, 0, 3) == (1, 0, 3)
    assert view.map_span(1, 10, 13) == (1, 17, 20)


def test_a_correction_that_rules_guess_is_not_applied() -> None:
    one = paragraph(1, "It developed..")
    item = replace(mark(one, "..", "."), origin="derived")
    assert reading_view([one], [item]).actions == ()


def test_a_page_mark_inside_a_paragraph_is_dropped() -> None:
    one = paragraph(1, "The talks [p. 12] went on.")
    view = reading_view([one], [mark(one, "[p. 12]", kind="page_mark")])
    assert texts(view) == ["The talks went on."]
    assert [action.quote for action in view.dropped] == ["[p. 12]"]


def test_of_overlapping_corrections_the_longer_is_applied() -> None:
    one = paragraph(1, "the the Comitee met")
    items = [mark(one, "the Comitee", "the Committee"), mark(one, "Comitee", "Council")]
    assert texts(reading_view([one], items)) == ["the the Committee met"]


def test_mentions_stand_at_their_places_in_the_reading_text() -> None:
    one = paragraph(1, "The Commitee of the Upper", continued_by=2)
    two = paragraph(2, "Valley met Ostrov.", continues=1)
    place = Segment(1, 20, 25, "Upper"), Segment(2, 0, 6, "Valley")
    mentions = [
        Mention("upper-valley", "place", "name", place, "editor", parent=None),
        Mention("ostrov", "person", "name", (Segment(2, 11, 17, "Ostrov"),), "full_name"),
    ]
    view = reading_view([one, two], [mark(one, "Commitee", "Committee")], mentions)
    text = view.paragraphs[0].text
    assert text == "The Committee of the Upper Valley met Ostrov."
    assert [mention.quote for mention in view.mentions] == ["Upper Valley", "Ostrov"]
    for mention in view.mentions:
        (segment,) = mention.segments
        assert (segment.paragraph, text[segment.start : segment.end]) == (1, mention.quote)


def test_parents_are_kept_when_a_mention_before_is_dropped() -> None:
    dropped = replace(paragraph(1, "Ostrov 12"), kind="page_mark")
    one = paragraph(2, "the mayor of Ostrov")
    mentions = [
        Mention("ostrov", "place", "name", (Segment(1, 0, 6, "Ostrov"),), "full_name"),
        Mention(None, "person", "role", (Segment(2, 4, 19, "mayor of Ostrov"),), "editor"),
        Mention("ostrov", "place", "name", (Segment(2, 13, 19, "Ostrov"),), "full_name", parent=1),
    ]
    view = reading_view([dropped, one], (), mentions)
    assert [mention.parent for mention in view.mentions] == [None, 0]


def test_apparatus_follows_its_words_and_joined_breaks_are_no_more() -> None:
    items = [
        ApparatusItem("page_break", 1, 26, 26, ""),
        ApparatusItem("uncertain", 3, 10, 15, "March"),
        ApparatusItem("query", None, 0, 3, "Ltr", field="title"),
    ]
    view = reading_view(JOINED, items)
    assert [(one.kind, one.paragraph, one.start, one.quote) for one in view.apparatus] == [
        ("uncertain", 1, 37, "March"),
        ("query", None, 0, "Ltr"),
    ]


def test_a_span_in_a_correction_takes_in_all_of_it() -> None:
    one = paragraph(1, "To the Commitee at once")
    view = reading_view([one], [mark(one, "Commitee", "Committee")])
    assert view.map_span(1, 9, 12) == (1, 7, 16)


def test_what_is_left_out_has_no_place() -> None:
    assert reading_view(JOINED).map_span(2, 0, 3) is None
    assert reading_view(JOINED).map_span(9, 0, 3) is None


def test_a_join_that_runs_backwards_is_not_followed() -> None:
    one = paragraph(1, "One", continued_by=2)
    two = paragraph(2, "two", continued_by=1)
    assert texts(reading_view([one, two])) == ["One two"]


@given(
    st.lists(st.tuples(st.text("ab -中\n", max_size=12), st.booleans()), min_size=1, max_size=8),
    st.lists(
        st.tuples(st.integers(1, 8), st.integers(0, 12), st.integers(0, 5), st.text("xy ")),
        max_size=6,
    ),
)
@settings(max_examples=100)
def test_every_untouched_span_reads_the_same_at_its_new_place(
    parts: list[tuple[str, bool]], edits: list[tuple[int, int, int, str]]
) -> None:
    paragraphs = [
        paragraph(number, text, continued_by=number + 1 if joined else None)
        for number, (text, joined) in enumerate(parts, 1)
    ]
    items = [
        ApparatusItem("slip", n, start, start + length, "", origin="curated", correction=words)
        for n, start, length, words in edits
        if n <= len(parts) and start + length <= len(parts[n - 1][0])
    ]
    view = reading_view(paragraphs, items)
    assert [n for one in view.paragraphs for n in one.numbers] == list(range(1, len(parts) + 1))
    for reading in view.paragraphs:
        ends = [(piece.start, piece.end) for piece in reading.pieces]
        assert ends == sorted(ends)
        for piece in reading.pieces:
            source = parts[piece.paragraph - 1][0]
            if piece.replaced:
                continue
            for start in range(piece.source_start, piece.source_end):
                span = reading.map_span(piece.paragraph, start, piece.source_end)
                assert span is not None
                assert reading.text[slice(*span)] == source[start : piece.source_end]
