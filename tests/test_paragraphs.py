from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.paragraphs import read_paragraphs
from api.parsing.values import Block, Paragraph, ParagraphKind

SEED = Path(__file__).parents[1] / "seed" / "records" / "209712.md"


def blocks_of(*texts: str, content: str | None = None) -> list[Block]:
    """Blocks one after another; a text that begins with a form feed opens a page."""
    blocks, at = [], 0
    for text in texts:
        clean = text.removeprefix("\f")
        blocks.append(Block(clean, at, at + len(clean), content, text.startswith("\f")))
        at += len(clean) + 2
    return blocks


def read(*texts: str) -> list[Paragraph]:
    return read_paragraphs(blocks_of(*texts))


def kinds(*texts: str) -> list[ParagraphKind]:
    return [paragraph.kind for paragraph in read(*texts)]


def joins(*texts: str) -> list[tuple[int, int]]:
    return [(p.number, p.continued_by) for p in read(*texts) if p.continued_by]


BODY = "The delegation arrived in the morning and was met at the station by the mayor."
MORE = "It was then taken to the hotel, where a dinner was given in its honour."
LONG = (
    "The minister said that his government had studied the proposal with great care. It was "
    "ready to begin talks at any time, provided that the other side withdrew"
)


@pytest.fixture(scope="module")
def note() -> list[Paragraph]:
    """The body of the first record, split on blank lines."""
    body = SEED.read_text(encoding="utf-8").split("Translation - English\n", 1)[1]
    texts = [
        "\n".join(line.strip() for line in run.split("  \n"))
        for run in re.split(r"\n\s*\n", body.strip())
    ]
    return read(*texts)


def test_the_kinds_of_the_first_record_are_read_by_rule(note: list[Paragraph]) -> None:
    expected = {
        "heading": [1, 2, 39],
        "colophon": [3, 38, 51, 52],
        "dateline": [4, 19],
        "addressee": [5, 40, 41],
        "signature": [18],
        "salutation": [21, 42],
        "instruction": [43],
        "page_mark": [53],
    }
    found: dict[str, list[int]] = {}
    for paragraph in note:
        if paragraph.kind != "paragraph":
            found.setdefault(paragraph.kind, []).append(paragraph.number)
    assert found == expected
    assert len(note) == 53


def test_the_two_broken_sentences_of_the_first_record_are_joined_and_no_more(
    note: list[Paragraph],
) -> None:
    assert [(p.number, p.continued_by) for p in note if p.continued_by] == [(23, 24), (48, 49)]
    assert [(p.number, p.continues) for p in note if p.continues] == [(24, 23), (49, 48)]


@pytest.mark.parametrize(
    "text",
    [
        "4-3",
        "- 2 -",
        "[page 3]",
        "141",
        "Page 3 of 12",
        "– 17 –",
        "p. 5",
        "[p. 12]",
        "- iv -",
        "(page 2)",
        "3/7",
        "l. 45 ob.",
    ],
)
def test_a_page_mark_is_known_wherever_it_stands(text: str) -> None:
    assert kinds(BODY, text, MORE) == ["paragraph", "page_mark", "paragraph"]


@pytest.mark.parametrize(
    "text",
    [
        "TOP SECRET",
        "Copy No. 1",
        "Strictly secret",
        "TOP SECRET\nCopy No. 2",
        "Secret. Copy #3",
        "CIPHERED TELEGRAM No. 71/3",
        "No. 448",
        "URGENT",
        "FROM: HAVANA",
        "[stamp: received]",
        "Top Secret. Special Folder",
        "Workers of all countries, unite!",
        "For official use only",
    ],
)
def test_a_classification_or_a_telegrams_head_is_a_stamp(text: str) -> None:
    assert kinds(text, "Report on the harvest", BODY)[0] == "stamp"


@pytest.mark.parametrize(
    "text",
    [
        "19 September 1958",
        "Moscow, 19 September 1958",
        "September 19, 1958",
        "[undated]",
        "Moscow, the Kremlin, 5 May 1958, 9:30 p.m.",
        "31/XII-49",
        "12.05.1957",
        "November 1967",
        "Hanoi, July 3rd, 1964",
        "5-7 June 1956",
        "[Washington,] January 26 [27], 1955.",
        "12 мая 1957 г.",
        "1957年5月12日",
        "Night of 3 to 4 June 1955",
        "“12” May 1957",
        "1958",
    ],
)
def test_a_line_that_is_a_date_and_perhaps_a_place_is_a_dateline(text: str) -> None:
    assert kinds("Report on the harvest", text, BODY)[1] == "dateline"


@pytest.mark.parametrize(
    "text",
    [
        "On 5 May 1958 he left for Moscow.",
        "Meeting of 5 May 1958",
        "Second session, 6 June 1956",
        "In 1958 the harvest was good.",
        "Was it on 5 May 1958?",
    ],
)
def test_a_title_or_sentence_with_a_date_is_no_dateline(text: str) -> None:
    assert "dateline" not in kinds(text, BODY)


@pytest.mark.parametrize(
    "text",
    [
        "Dictated by A. Petrov",
        "(dictated by Cde. Petrov)",
        "Typed in 3 copies",
        "recorded by Ivanova",
        "Translated by Li Wei",
        "[Translated from the Russian by A. Smith]",
        "Typed by: Ivanova",
        "Minutes taken by B. Novak\n4 May 1955",
        "Executed in two copies\n1 - to the addressee",
        "Distribution: members of the Politburo",
        "True copy",
        "3 copies",
        "Note-taker: Wang",
    ],
)
def test_how_a_text_was_made_is_a_colophon(text: str) -> None:
    assert kinds(BODY, text)[1] == "colophon"


@pytest.mark.parametrize(
    "text",
    [
        "Recorded by the guards on every visit, the lists were lost in the fire of that year.",
        "Written by soldiers, the letters have been kept by their families ever since then.",
    ],
)
def test_a_sentence_that_begins_like_a_colophon_is_body(text: str) -> None:
    assert kinds(BODY, text, MORE)[1] == "paragraph"


@pytest.mark.parametrize(
    "text",
    [
        "Mr. President!",
        "Dear Comrade Novak,",
        "Comrades!",
        "Your Excellency,",
        "Gentlemen:",
        "Esteemed Comrade Li Wei!",
        "Comrade Novak,",
        "Mr. Chairman! Ladies and gentlemen! I thank you.",
        "Dear Friend, we have received your letter and thank you.",
    ],
)
def test_a_greeting_above_the_body_is_a_salutation(text: str) -> None:
    assert kinds(text, BODY)[0] == "salutation"


def test_a_paragraph_of_the_body_that_opens_with_a_greeting_is_a_paragraph() -> None:
    assert kinds("Mr. President!", BODY, "Mr. President! We think so too.")[2] == "paragraph"


@pytest.mark.parametrize(
    "text",
    [
        "TO THE POLITBURO",
        "To: Comrade Novak",
        "to the Chairman of the Council of Ministers",
        "Comrade A. B. Novak",
        "To Comrade Novak.",
        "to all heads of the delegations at the United Nations",
    ],
)
def test_whom_a_text_is_for_stands_above_it(text: str) -> None:
    assert kinds("NOTE of Cde. Petrov", text, BODY)[1] == "addressee"


def test_a_sentence_of_the_body_that_begins_with_to_addresses_nobody() -> None:
    assert (
        kinds(BODY, "To the north of the town the Soviet troops were waiting.", MORE)[1]
        == "paragraph"
    )


@pytest.mark.parametrize(
    "text",
    [
        "N. PETROV",
        "A. B. Petrov",
        "PETROV",
        "Li Wei",
        "[signed] A. Petrov",
        "With communist greetings,",
        "Ambassador of the USSR in the DPRK\nA. Petrov",
        "Yours sincerely,\nJ. Smith",
        "J.F.S.",
        "Please accept, Mr. Minister, the assurances of my highest consideration.",
    ],
)
def test_a_name_or_sign_off_under_the_body_is_a_signature(text: str) -> None:
    assert kinds(BODY, MORE, text)[2] == "signature"


def test_a_signature_may_have_more_below_it() -> None:
    assert kinds(BODY, "N. PETROV", "5 May 1958", MORE)[1:3] == ["signature", "dateline"]


@pytest.mark.parametrize(
    "text",
    [
        "Report on the Harvest",
        "THE SITUATION IN THE PROVINCES",
        "II. The Situation in the Provinces",
        "SUBJECT: grain",
        "## Conclusions",
        "Minutes of the meeting of the Council of 5 May 1958",
        "NOTE of Cde. A. Petrov",
    ],
)
def test_a_title_above_text_is_a_heading(text: str) -> None:
    assert kinds(text, BODY)[0] == "heading"


def test_a_title_between_whole_sentences_is_a_heading() -> None:
    assert kinds(BODY, "The harvest", MORE) == ["paragraph", "heading", "paragraph"]


@pytest.mark.parametrize(
    "text", ["and so he left", "He then continued:", "the end of the line", "He said that the"]
)
def test_a_fragment_between_sentences_is_no_heading(text: str) -> None:
    assert kinds(BODY, text, MORE)[1] == "paragraph"


def test_a_heading_may_run_on_in_a_second_block() -> None:
    assert kinds("REPORT of Cde. Petrov", "about the harvest in the south", BODY)[:2] == [
        "heading",
        "heading",
    ]


def test_a_heading_has_something_under_it() -> None:
    assert kinds(BODY, "- - -", "the last words that were written down here")[-1] == "paragraph"


def test_telegrams_in_capitals_are_body() -> None:
    loud = "I SAW THE MINISTER TODAY AND TOLD HIM THAT WE WOULD NOT AGREE TO HIS PROPOSAL. " * 3
    assert kinds(loud.strip(), "HE DID NOT ANSWER.", loud.strip()) == ["paragraph"] * 3


@pytest.mark.parametrize(
    "text",
    [
        "1. We ask for grain.",
        "2) We ask for coal.",
        "a) grain",
        "- grain",
        "• grain",
        "(3) Coal.",
        "iv) tea",
    ],
)
def test_numbered_points_and_bullets_are_list_items(text: str) -> None:
    assert kinds(BODY, text, MORE)[1] == "list_item"


def test_an_initial_is_no_number() -> None:
    assert kinds(BODY, "I. Petrov")[1] == "signature"


def test_the_lines_under_a_colon_are_items() -> None:
    assert (
        kinds(BODY, "The following were absent:", "Comrade Li", "Comrade Wang", "Comrade Chen")[2:]
        == ["list_item"] * 3
    )


@pytest.mark.parametrize(
    "text",
    [
        "[1] See the report of May.",
        "Translator's note: the word is unclear.",
        "* So in the original.",
        "[Editor's Note: a page is missing.]",
        "[*] Crossed out by hand.",
        "¹ See the report.",
    ],
)
def test_notes_under_the_body_are_notes(text: str) -> None:
    assert kinds(BODY, MORE, text)[2] == "note"


def test_numbered_blocks_under_a_heading_of_notes_are_notes() -> None:
    assert kinds(BODY, "NOTES", "1. See the report.", "2. Ibid.")[2:] == ["note", "note"]


def test_several_bullets_with_asterisks_are_a_list() -> None:
    assert kinds(BODY, "* grain and coal", "* tea and salt")[1:] == ["list_item", "list_item"]


def test_a_bracketed_direction_is_an_instruction_and_a_bracketed_remark_is_not() -> None:
    assert kinds(BODY, "(Give the reasons here, but briefly.)", "(This was in May.)")[1:] == [
        "instruction",
        "paragraph",
    ]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Petrov: We agree.", "Petrov"),
        ("COMRADE LI WEI: We agree.", "COMRADE LI WEI"),
        ("PETROV A.B.: We agree.", "PETROV A.B."),
        ("Com. Li Wei: We agree.", "Com. Li Wei"),
        ("[Petrov]: We agree.", "[Petrov]"),
        ("Petrov (laughs): We agree.", "Petrov"),
        ("**Petrov:** We agree.", "Petrov"),
        ("The President: We agree.", "The President"),
        ("Li en-lai: We agree.", "Li en-lai"),
        ("Петров: Мы согласны.", "Петров"),
        ("李伟：我们同意。", "李伟"),
        ("A: We agree.", "A"),
    ],
)
def test_a_turn_names_its_speaker_as_written(text: str, speaker: str) -> None:
    found = read("Novak: Do you agree?", text, "Novak: Good.")
    assert [p.kind for p in found] == ["speech"] * 3
    assert found[1].speaker == speaker


@pytest.mark.parametrize(
    "label",
    [
        "Note",
        "Citation",
        "Attention",
        "Re",
        "Subject",
        "To",
        "From",
        "Copy",
        "P.S.",
        "Ref",
        "Footnote",
        "Translator's note",
        "Participants",
        "He said",
        "At 10",
        "Dear Comrade Li",
    ],
)
def test_a_label_that_names_no_speaker_is_no_turn(label: str) -> None:
    found = read(
        "Novak: Do you agree?", f"{label}: whatever stands here.", "Petrov: Yes.", "Novak: Good."
    )
    assert found[0].speaker == "Novak"
    assert found[1].speaker is None


@pytest.mark.parametrize(
    "texts",
    [
        ("Note: this is all.", BODY, "Novak: he was there too."),
        ("Background: it is old.", "Assessment: it is bad.", "Recommendation: do nothing."),
        (BODY, "Petrov: he was not there.", MORE),
    ],
)
def test_labels_alone_do_not_make_a_conversation(texts: tuple[str, ...]) -> None:
    assert "speech" not in kinds(*texts)


def test_a_label_alone_in_its_block_gives_the_next_its_speaker() -> None:
    found = read("Petrov: Yes.", "Li Wei:", "We do not agree.", "Petrov: Good.")
    assert [p.speaker for p in found] == ["Petrov", "Li Wei", "Li Wei", "Petrov"]


@pytest.mark.parametrize(
    "after",
    ["from the occupied zone. Then they spoke of trade.", "their troops."],
)
def test_a_sentence_that_goes_on_small_is_joined(after: str) -> None:
    assert joins(LONG, after) == [(1, 2)]


@pytest.mark.parametrize("end", ["the", "of", "and", "the minister's", "their"])
def test_a_sentence_that_breaks_off_is_joined_whatever_follows(end: str) -> None:
    assert joins(f"{BODY} Then they spoke of {end}", "Republic and its friends. They left.") == [
        (1, 2)
    ]


def test_a_page_mark_may_stand_inside_a_broken_sentence() -> None:
    assert joins(LONG, "- 4 -", "its troops.") == [(1, 3)]


def test_notes_stand_inside_a_broken_sentence_only_at_a_pages_end() -> None:
    assert joins(LONG, "[1] See above.", "- 4 -", "its troops.") == [(1, 4)]
    assert joins(LONG, "[1] See above.", "its troops.") == []


def test_a_known_page_break_joins_even_before_a_capital() -> None:
    assert joins(LONG, "\fSoviet troops from the zone. Then they left.") == [(1, 2)]
    assert joins(LONG, "Soviet troops from the zone. Then they left.") == []


def test_a_word_cut_at_the_end_of_a_block_is_joined() -> None:
    assert joins(f"{LONG} its sol-", "diers from the zone.") == [(1, 2)]


def test_a_sentence_over_three_pages_is_joined_twice() -> None:
    assert joins(
        LONG, "\fits soldiers from the northern zone and the whole of the", "\fsouth. Good."
    ) == [
        (1, 2),
        (2, 3),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BODY, "in order not to be late they left."),
        (f"{LONG} its troops (at once)", "then they left."),
        (f"{LONG} its troops [1]", "then they left."),
        ("The harvest", "was good."),
        (f"{LONG} all troops;", "that it removed all bases;"),
        (f"Whereas {LONG}; and", "Whereas the talks have begun, it is agreed:"),
        (f"{LONG} the following:", "its troops."),
        (LONG, "1. Its troops."),
        ("N. PETROV", "recorded by Ivanova"),
    ],
)
def test_a_small_initial_or_a_missing_stop_alone_joins_nothing(before: str, after: str) -> None:
    assert joins(before, after) == []


def test_nothing_is_joined_across_contents() -> None:
    blocks = blocks_of(LONG, content="a") + blocks_of("its troops.", content="b")
    assert all(p.continues is None and p.continued_by is None for p in read_paragraphs(blocks))


def test_text_offsets_and_content_are_kept() -> None:
    block = Block("N. Petrov\n5 May", 17, 40, "translation")
    (found,) = read_paragraphs([block])
    assert (found.text, found.source_start, found.source_end, found.content) == (
        block.text,
        17,
        40,
        "translation",
    )


FORMS = st.sampled_from(
    [
        BODY,
        MORE,
        LONG,
        "Petrov: Yes.",
        "Li Wei: No.",
        "4-3",
        "TOP SECRET",
        "N. PETROV",
        "[1] See.",
        "",
        "to the Council",
        "Mr. President!",
        "(Give reasons)",
        "1. One",
        "Present:",
        "5 May 1958",
        "of the",
        "Petrov:",
        "# A",
        "REPORT",
        "and then it was",
        "* one",
        "* * *",
        "Typed in 3 copies",
        ":",
        ".",
    ]
)
TEXTS = st.lists(
    st.tuples(
        FORMS | st.text(max_size=60) | st.text('aA.:,()[]*_#-1 \n’"', max_size=40),
        st.sampled_from([None, None, "translation"]),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_any_blocks_are_read_and_the_invariants_hold(
    given_blocks: list[tuple[str, str | None, bool]],
) -> None:
    blocks = [
        Block(text, i, i, content, new) for i, (text, content, new) in enumerate(given_blocks)
    ]
    found = read_paragraphs(blocks)
    assert [p.number for p in found] == list(range(1, len(blocks) + 1))
    assert [p.text for p in found] == [block.text for block in blocks]
    for paragraph in found:
        if paragraph.speaker is not None:
            assert paragraph.kind == "speech"
        if paragraph.kind == "speech":
            assert paragraph.speaker
        if paragraph.continued_by is not None:
            assert paragraph.continued_by > paragraph.number
            assert found[paragraph.continued_by - 1].continues == paragraph.number
        if paragraph.continues is not None:
            assert found[paragraph.continues - 1].continued_by == paragraph.number
    broken = [(p.number, p.continued_by) for p in found if p.continued_by is not None]
    assert all(end <= start for (_, end), (start, _) in pairwise(broken))


@pytest.mark.parametrize(
    "block",
    [
        "a" * 200_000,
        "( " * 100_000,
        "Mr. " * 50_000,
        "A. " * 60_000,
        ": " * 100_000,
        "* " * 100_000,
        "5 May " * 30_000,
        "Secret " * 30_000,
        "\n" * 100_000 + "x",
        "(give " + "(" * 100_000 + ")" * 100_001,
    ],
)
def test_a_long_block_is_read_to_its_end(block: str) -> None:
    read(block, BODY, block)


def test_many_short_blocks_are_read_to_their_end() -> None:
    short = ["Petrov: Yes.", "No", "Comrade Li", "1. One", "and the", "5 May 1958", "N. PETROV"]
    read(*(short * 3_000))
