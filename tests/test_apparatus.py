from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.apparatus import directs_drafter, find_apparatus
from api.parsing.paragraphs import read_paragraphs
from api.parsing.values import ApparatusItem, Block, Paragraph, ParagraphKind

SEED = Path(__file__).parents[1] / "seed" / "records" / "209712.md"


def find(text: str, kind: ParagraphKind = "paragraph") -> list[ApparatusItem]:
    return find_apparatus([Paragraph(1, kind, text, 0, len(text))])


def marks(text: str) -> list[tuple[str, str]]:
    return [(item.kind, item.quote) for item in find(text)]


@pytest.fixture(scope="module")
def note() -> list[tuple[int | None, str, str]]:
    """The marks of the first record as (paragraph, kind, quote)."""
    body = SEED.read_text(encoding="utf-8").split("Translation - English\n", 1)[1]
    texts = [
        "\n".join(line.strip() for line in run.split("  \n"))
        for run in re.split(r"\n\s*\n", body.strip())
    ]
    paragraphs = read_paragraphs([Block(text, i, i) for i, text in enumerate(texts)])
    return [(item.paragraph, item.kind, item.quote) for item in find_apparatus(paragraphs)]


def test_the_square_brackets_of_the_first_record_are_six_supplied_a_sic_and_a_doubt(
    note: list[tuple[int | None, str, str]],
) -> None:
    assert [mark for mark in note if mark[2].startswith("[")] == [
        (9, "supplied", "[we]"),
        (9, "supplied", "[we]"),
        (9, "supplied", "[to our]"),
        (27, "supplied", "[one]"),
        (31, "supplied", "[by]"),
        (34, "sic", "[SIC]"),
        (36, "supplied", "[it]"),
        (45, "uncertain", "[?]"),
    ]


def test_the_bracketed_instructions_of_the_first_record_are_found(
    note: list[tuple[int | None, str, str]],
) -> None:
    found = [(number, quote) for number, kind, quote in note if kind == "instruction"]
    assert found[:-2] == [
        (13, "(not naming the chairman)"),
        (14, "(it is necessary to give the necessary reasoning here)"),
        (22, "(make clear what this document is called)"),
        (25, "(name the heads of the governments)"),
        (32, "(find strong expressions)"),
        (34, "(Give appropriate reasoning)"),
        (36, "(Give reasoning)"),
    ]
    assert found[-2] == (40, "(do not name the name)")
    number, whole = found[-1]
    assert number == 43
    assert whole.startswith("(Present the same arguments here")
    assert whole.endswith("other countries).")


def test_the_blanks_the_slip_and_the_breaks_of_the_first_record_are_found(
    note: list[tuple[int | None, str, str]],
) -> None:
    plain = ("placeholder", "slip", "page_break", "page_mark", "omission", "query")
    assert [mark for mark in note if mark[1] in plain] == [
        (22, "placeholder", "so-and-so"),
        (23, "page_break", ""),
        (25, "placeholder", "..."),
        (25, "placeholder", "..."),
        (25, "placeholder", "..."),
        (32, "placeholder", "...."),
        (32, "slip", ".."),
        (32, "placeholder", "(so many)"),
        (48, "placeholder", "such-and-such"),
        (48, "page_break", ""),
        (53, "page_mark", "4-3"),
    ]


@pytest.mark.parametrize(
    ("bracket", "kind"),
    [
        ("[we]", "supplied"),
        ("[to our]", "supplied"),
        ("[a]", "supplied"),
        ("[the Minister of Foreign Affairs of the German Democratic Republic]", "supplied"),
        ("[1958]", "supplied"),
        ("[SIC]", "sic"),
        ("[sic!]", "sic"),
        ("(sic)", "sic"),
        ("[so in the original]", "sic"),
        ("[?]", "uncertain"),
        ("(?)", "uncertain"),
        ("[Taiwan?]", "uncertain"),
        ("[possibly Amoy]", "uncertain"),
        ("[word unclear]", "uncertain"),
        ("[...]", "omission"),
        ("[…]", "omission"),
        ("[. . .]", "omission"),
        ("(...)", "omission"),
        ("<...>", "omission"),
        ("[illegible]", "omission"),
        ("[two words missing]", "omission"),
        ("[one page missing]", "omission"),
        ("[3 lines not declassified]", "omission"),
        ("[Here follows a list of guests.]", "omission"),
        ("[Translator's note: the word means both peace and world]", "query"),
        ("[Editor's note: page 4 is missing]", "omission"),
        ("[page 3]", "page_mark"),
        ("[name]", "placeholder"),
        ("[___]", "placeholder"),
    ],
)
def test_a_bracket_is_read_by_what_it_holds(bracket: str, kind: str) -> None:
    found = [mark for mark in marks(f"They said {bracket} and left.") if mark[1] != "___"]
    assert found == [(kind, bracket)]


@pytest.mark.parametrize(
    "text",
    [
        "They agreed.[1] They left.[12]",
        "They agreed.[*] They left.[iv]",
        "See [the page](https://example.org/a).",
        "They left (with their guards) at noon.",
        "The office (see above) was closed.",
        "They left [without closing the bracket.",
        "They left] without opening it.",
    ],
)
def test_footnote_marks_links_remarks_and_lone_brackets_are_no_apparatus(text: str) -> None:
    assert marks(text) == []


def test_supplied_letters_may_be_part_of_a_word() -> None:
    assert marks("In [19]58 he [re]turned.") == [("supplied", "[19]"), ("supplied", "[re]")]


def test_a_sic_that_gives_the_right_word_carries_it_as_correction() -> None:
    (item,) = find("They met in Pekin [sic; should be Peking] in May.")
    assert (item.kind, item.correction) == ("sic", "Peking")


def test_nested_brackets_are_each_read() -> None:
    assert marks("They [the guests (so many)] left.") == [
        ("supplied", "[the guests (so many)]"),
        ("placeholder", "(so many)"),
    ]


def test_a_bracket_with_no_partner_does_not_hide_the_next() -> None:
    assert marks("1) the (first [we] and 2) the [one].") == [
        ("supplied", "[we]"),
        ("supplied", "[one]"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Give appropriate reasoning",
        "Give reasoning",
        "give examples here",
        "make clear what this document is called",
        "name the heads of the governments",
        "do not name the name",
        "not naming the chairman",
        "find strong expressions",
        "it is necessary to give the necessary reasoning here",
        "insert the date",
        "Present the same arguments here, only briefly",
        "specify how many",
        "describe the events",
        "state the reasons",
        "add more facts",
        "check the figures",
        "explain why",
        "quote the speech",
        "mention the treaty",
        "indicate the place",
        "here give figures",
        "to be filled in",
    ],
)
def test_words_that_tell_the_drafter_what_to_do_are_a_direction(words: str) -> None:
    assert directs_drafter(words)
    assert ("instruction", f"({words})") in marks(f"The talks have begun ({words}).")


@pytest.mark.parametrize(
    "words",
    [
        "dictated by Cde. Khrushchev",
        "or message",
        "present at the talks",
        "state property",
        "note by the minister",
        "the name of the chairman",
        "gave reasons",
        "give or take a day",
        "find out more later",
        "add to this the losses",
        "mentioned above",
        "list of guests",
        "say, a hundred",
        "checkpoint",
        "names of guests",
        "use of force",
        "",
    ],
)
def test_other_remarks_in_brackets_are_no_direction(words: str) -> None:
    assert not directs_drafter(words)


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("It went on for ....years.", "...."),
        ("We ask for ...thousand tons of grain.", "..."),
        ("It will cost about … million roubles.", "…"),
        ("The Prime Minister of Pakistan..., the President and others", "..."),
        ("the Prime Minister of Thailand...(name him)", "..."),
        ("the Prime Minister of Cambodia…, and others", "…"),
        ("It was signed on ______ 1958.", "______"),
        ("Comrade N… came.", "N…"),
        ("He was told by Mr. ..., the head of the office.", "..."),
        ("It happened in 195... or so.", "..."),
        ("in 19__ or later", "__"),
        ("It was given to so-and-so.", "so-and-so"),
        ("according to such-and-such treaty", "such-and-such"),
        ("on such and such a day", "such and such"),
        ("It cost (so many) billions.", "(so many)"),
    ],
)
def test_a_blank_to_be_filled_is_a_placeholder(text: str, blank: str) -> None:
    assert ("placeholder", blank) in marks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Well... I think so.",
        "… the end.",
        "Wait... No, go on...",
        "He paused... and then he left.",
        "Well..., I think so.",
        "“...and so on”, he said.",
        "He said ... that he would come.",
        "It was … difficult.",
        "The president of the club was late...",
        "They do so and so do we.",
        "...",
        "________",
        "He counted: 17, 18... and then stopped.",
    ],
)
def test_an_ordinary_ellipsis_or_rule_is_no_placeholder(text: str) -> None:
    assert marks(text) == []


def test_two_full_stops_are_a_slip_with_its_correction() -> None:
    (item,) = find("China should develop.. China lost much.")
    assert (item.kind, item.quote, item.correction, item.start) == ("slip", "..", ".", 20)


@pytest.mark.parametrize(
    ("text", "quote", "correction"),
    [
        ("He is the the chairman.", "the the", "the"),
        ("The the talks began.", "The the", "The"),
        ("grain,, coal", ",,", ","),
        ("This is the end..", "..", "."),
    ],
)
def test_a_sure_slip_is_corrected(text: str, quote: str, correction: str) -> None:
    (item,) = find(text)
    assert (item.kind, item.quote, item.correction) == ("slip", quote, correction)


@pytest.mark.parametrize(
    "text",
    [
        "They had had enough.",
        "I know that that is so.",
        "Annex A a page long",
        "He stopped... Then",
        "seized by Japan After the defeat",
        "go .. on",
        "of the The Hague conference",
        "the theatre",
    ],
)
def test_what_may_be_meant_is_no_slip(text: str) -> None:
    assert "slip" not in [kind for kind, _ in marks(text)]


def test_a_page_break_stands_at_the_end_of_what_it_cut() -> None:
    text = "in such a state when"
    (item,) = find_apparatus([Paragraph(7, "paragraph", text, 0, 20, continued_by=8)])
    assert (item.kind, item.paragraph, item.start, item.end, item.quote) == (
        "page_break",
        7,
        len(text),
        len(text),
        "",
    )


def test_a_page_mark_is_one_item_whatever_it_holds() -> None:
    assert [(i.kind, i.quote) for i in find("[page 3]", "page_mark")] == [("page_mark", "[page 3]")]


def test_an_instruction_paragraph_is_one_item_though_a_stop_follows_its_bracket() -> None:
    text = "(Give the reasons here [briefly])."
    assert [(i.kind, i.quote) for i in find(text, "instruction")] == [
        ("instruction", text),
        ("supplied", "[briefly]"),
    ]


def test_a_note_in_brackets_is_the_paragraph_itself_and_no_mark() -> None:
    assert find("[Translator's note: so he wrote.]", "note") == []


PIECES = st.sampled_from(
    [
        "[we]",
        "[",
        "]",
        "(",
        ")",
        "(give",
        " the",
        "...",
        "..",
        "…",
        "____",
        "<...>",
        "<",
        ">",
        "[1]",
        " so-and-so ",
        "Prime Minister of ",
        "Chad",
        ",",
        " ",
        "1958",
        "19",
        "N",
        "\n",
        "𐍈",
        "é",
        "?",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join), st.booleans())
def test_every_quote_is_its_slice_and_nothing_crashes(text: str, goes_on: bool) -> None:
    paragraph = Paragraph(1, "paragraph", text, 0, 0, continued_by=2 if goes_on else None)
    items = find_apparatus([paragraph])
    for item in items:
        assert 0 <= item.start <= item.end <= len(text)
        assert text[item.start : item.end] == item.quote
        assert item.quote or item.kind == "page_break"
        assert item.origin == "derived"
    assert [item.start for item in items] == sorted(item.start for item in items)
    assert len({(i.start, i.end, i.kind) for i in items}) == len(items)


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "(",
        "[(",
        "()",
        "[]",
        "([",
        "[a",
        "..",
        " ...a",
        "_ ___",
        "the ",
        "(give ",
        "Minister...,",
        "<.",
        "so-and-",
        "N…",
        "… ",
        "19..",
        "[" * 500 + "]" * 500,
    ],
)
def test_a_long_text_is_read_to_its_end(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    find(text)
    find(text + "]" * 50_000)
