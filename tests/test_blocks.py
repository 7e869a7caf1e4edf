"""Bodies into blocks, and the furniture of pages between them. The examples are invented."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.blocks import split_blocks
from api.parsing.export import read_export
from api.parsing.pages import cut_spans, find_page_furniture, split_lines
from api.parsing.values import Block, Export, Furniture

MOTTO = "International History Declassified"
HEAD = (
    '**A Report**\n\n**Citation:**\n\n"A Report", 1950, An Archive.\n\n'
    "**Contents:**\n\nTranscript\n\n"
)

LONG = (
    "The delegation arrived in the morning and was received by the chairman, who spoke at length"
    " of the harvest, of the prices of grain, and of the railway that was to be built in the"
    " coming year between the two capitals, for which the peace-loving peoples had long been"
    " waiting in vain and hope."
)


def read(body: str) -> tuple[str, Export, list[Block]]:
    source = HEAD + body
    export = read_export(source)
    return source, export, split_blocks(source, export)


def texts(body: str) -> list[str]:
    return [block.text for block in read(body)[2]]


def furniture(source: str) -> list[tuple[str, str]]:
    return [
        (item.kind, source[item.source_start : item.source_end])
        for item in find_page_furniture(source)
    ]


def wrap(text: str, width: int = 72) -> str:
    return "\n".join(textwrap.wrap(text, width, break_on_hyphens=False))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One\ntwo.", ["One two."]),
        ("One  \ntwo.", ["One\ntwo."]),
        ("One   \n  two.\n\n\n\nThree.", ["One\ntwo.", "Three."]),
        ("  One.  \n \t \nTwo.\n", ["One.", "Two."]),
        ("One.\r\n\r\nTwo\r\nthree.", ["One.", "Two three."]),
        ("One  two.", ["One  two."]),
        ("well-\nknown", ["well- known"]),
        ("第一。\n\n第二。", ["第一。", "第二。"]),
    ],
)
def test_blocks_of_a_text_with_blank_lines(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_a_block_is_its_slice_of_the_source() -> None:
    source, _, blocks = read("  One.\n\nTwo  \nthree.\n\n4-3")
    assert [source[block.source_start : block.source_end] for block in blocks] == [
        "One.",
        "Two  \nthree.",
        "4-3",
    ]
    assert blocks[1].text == "Two\nthree."
    assert {block.content for block in blocks} == {"transcript"}


def test_spaces_at_the_end_of_every_line_are_no_hard_breaks() -> None:
    assert texts("One  \ntwo.  \n  \nThree  \nfour.  \n  \nFive.  ") == [
        "One two.",
        "Three four.",
        "Five.",
    ]


def test_a_text_without_blank_lines_has_a_block_to_each_line() -> None:
    lines = ["REPORT", "The first paragraph is longer than the heading.", "The second.", "SIGNED"]
    header = ["A Report", "Citation:", '"A Report", 1950.', "Contents:", "Transcript"]
    source = "\n".join([*header, *lines])
    assert [block.text for block in split_blocks(source, read_export(source))] == lines


def test_wrapped_lines_are_joined_into_paragraphs() -> None:
    _, export, blocks = read(f"{wrap(LONG)}\n\n{wrap(LONG)}")
    assert export.bodies[0].wrapped
    assert [block.text for block in blocks] == [LONG, LONG]


def test_a_wrapped_line_that_ends_early_ends_its_paragraph() -> None:
    assert texts(f"REPORT\n{wrap(LONG)}\n{wrap(LONG)}\nSigned by the chairman.") == [
        "REPORT",
        LONG,
        LONG,
        "Signed by the chairman.",
    ]


def test_an_indented_line_opens_a_paragraph_of_a_wrapped_text() -> None:
    first = LONG[:-1] + " for this day of days, and so on."
    body = f"   {wrap(first)}\n   {wrap(LONG)}\n   {wrap(first)}"
    assert texts(body) == [first, LONG, first]


@pytest.mark.parametrize(
    ("broken", "joined"),
    [
        ("govern-\nment", "government"),
        ("peace-\nloving", "peace-loving"),
        ("self-\ndefence", "self-defence"),
        ("Sino-\nSoviet", "Sino-Soviet"),
        ("so-and-\nso", "so-and-so"),
        ("141-\n153", "141-153"),
        ("govern\u00ad\nment", "government"),
        ("https://example.org/\ndocument", "https://example.org/document"),
        ("the end -\nand more", "the end - and more"),
    ],
)
def test_words_divided_at_the_ends_of_wrapped_lines(broken: str, joined: str) -> None:
    before, after = broken.split("\n")
    filler = "x" * (70 - len(before))
    body = f"{wrap(LONG)}\n\n{filler} {before}\n{after} {LONG[:50]}\n\n{wrap(LONG)}"
    source, export, blocks = read(body)
    assert blocks[1].text == f"{filler} {joined} {LONG[:50]}"
    hyphens = [item for item in export.furniture if item.kind == "hyphen"]
    assert len(hyphens) == (joined == "government")
    assert all(source[item.source_start] in "-\u00ad" for item in hyphens)


def test_a_page_break_inside_a_paragraph_splits_it() -> None:
    _, export, blocks = read("The members of the\n\fcouncil agreed.\n\nThey left.")
    assert [(block.text, block.after_page_break) for block in blocks] == [
        ("The members of the", False),
        ("council agreed.", True),
        ("They left.", False),
    ]
    assert [item.kind for item in export.furniture] == ["form_feed"]


def test_a_running_head_inside_a_paragraph_splits_it() -> None:
    head = "Digital Archive\nInternational History Declassified\ndigitalarchive.wilsoncenter.org"
    _, _, blocks = read(f"The members of the\n{head}\ncouncil agreed.")
    assert [(block.text, block.after_page_break) for block in blocks] == [
        ("The members of the", False),
        ("council agreed.", True),
    ]


def test_a_rule_splits_but_ends_no_page() -> None:
    _, export, blocks = read("One.\n-----\nTwo.")
    assert [(block.text, block.after_page_break) for block in blocks] == [
        ("One.", False),
        ("Two.", False),
    ]
    assert [item.kind for item in export.furniture] == ["rule"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One\f\fTwo", [("form_feed", "\f\f")]),
        (f"a\n{MOTTO}\nb", [("running_head", MOTTO)]),
        ("Digital Archive\n\nText", []),
        ("Wilson Center Digital Archive, RGANI", []),
        ("See digitalarchive.wilsoncenter.org/document/1", []),
        ("a\n* * *\nb", [("rule", "* * *")]),
        ("a -- b", []),
        ("2\n\nText", []),
        ("a\n1\n\fb\n2", [("page_number", "1"), ("form_feed", "\f"), ("page_number", "2")]),
        ("a\n17\n\fb\n18", [("page_number", "17"), ("form_feed", "\f"), ("page_number", "18")]),
        ("a\n17\n\fb\n31", [("form_feed", "\f")]),
        ("in the year\n1958\n\fb", [("form_feed", "\f")]),
        ("a\n- 7 -\n\fb", [("page_number", "- 7 -"), ("form_feed", "\f")]),
        ("a\nPage 7 of 9\n\fb", [("page_number", "Page 7 of 9"), ("form_feed", "\f")]),
        ("a\n[p. 7]\n\fb", [("form_feed", "\f")]),
    ],
)
def test_furniture_of_pages(source: str, expected: list[tuple[str, str]]) -> None:
    assert furniture(source) == expected


def test_a_line_at_the_head_of_every_page_but_the_first_is_a_running_head() -> None:
    pages = "\n\f".join(f"Report on Trade, page {n}\n\nText of {w}." for n, w in enumerate("abcd"))
    heads = [text for kind, text in furniture(pages) if kind == "running_head"]
    assert heads == [f"Report on Trade, page {n}" for n in (1, 2, 3)]


def test_lines_that_differ_from_page_to_page_are_text() -> None:
    pages = "\n\f".join(f"{word} opens the page.\nText.\n{word} closes it." for word in "abcd")
    assert {kind for kind, _ in furniture(pages)} == {"form_feed"}


def test_what_is_to_be_kept_is_no_running_head() -> None:
    pages = "\n\f".join(f"Transcript\n\nText of {word}." for word in "abcd")
    found = find_page_furniture(pages, keep=lambda text: text == "Transcript")
    assert {item.kind for item in found} == {"form_feed"}


def test_lines_carry_what_stands_around_them() -> None:
    lines = list(split_lines("\ufeff  a  \r\n\r\n\tb\nc"))
    assert [(line.start, line.end) for line in lines] == [(3, 4), (11, 12), (13, 14)]
    assert [line.indent for line in lines] == [2, 1, 0]
    assert [line.blank_before for line in lines] == [False, True, False]
    assert [line.hard_break for line in lines] == [True, False, False]


def test_cutting_leaves_hyphens_alone() -> None:
    items = [Furniture("rule", 2, 4), Furniture("hyphen", 5, 6), Furniture("form_feed", 8, 9)]
    assert list(cut_spans(0, 10, items)) == [(0, 2), (4, 8), (9, 10)]


lines = st.sampled_from(
    [
        wrap(LONG),
        "\n",
        "\n\n",
        "\f",
        "A short line.",
        "docu-\n",
        "ments",
        "Digital Archive\nInternational History Declassified\n",
        "\n12\n\f",
        "---\n",
        "  \n",
        "\u00ad\n",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(lines, st.text(max_size=20)), max_size=30).map("".join))
def test_blocks_and_furniture_give_any_body_back(body: str) -> None:
    source, export, blocks = read(body.replace("\0", ""))
    hyphens = {item.source_start for item in export.furniture if item.kind == "hyphen"}
    spans = [(block.source_start, block.source_end) for block in blocks]
    spans += [
        (item.source_start, item.source_end)
        for item in export.furniture
        if item.source_start >= len(HEAD) and item.kind != "hyphen"
    ]
    spans.sort()
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    given_back = "".join(source[start:end] for start, end in spans)
    assert "".join(given_back.split()) == "".join(source[len(HEAD) :].split())
    for block in blocks:
        kept = (
            source[at] for at in range(block.source_start, block.source_end) if at not in hyphens
        )
        assert "".join("".join(kept).split()) == "".join(block.text.split())
        assert block.text == block.text.strip()
