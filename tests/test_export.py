"""One invented record, written in every form exports take, must always read as the same record."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import SeedError
from api.parsing.blocks import split_blocks
from api.parsing.export import read_export
from api.parsing.values import Export

FIRST = Path(__file__).parent.parent / "seed" / "records" / "209712.md"

TITLE = (
    "Record of a Conversation between Deputy Minister A. B. Petrov and the Ambassador of the"
    " Republic about Trade in Timber"
)
DATE = "August 07, 1956"
URL = "https://digitalarchive.example.org/document/100001"
CITATION = (
    f"“{TITLE},” {DATE}, History and Public Policy Program Digital Archive, RGANI, f. 5, op. 28,"
    f" d. 409, ll. 12-15. Obtained by Ivan Ivanov and translated by Jane Doe. {URL}"
)
SUMMARY = (
    "Petrov and the ambassador discuss the trade in timber and a visit planned for the autumn."
    " They agree to meet again as soon as the ministries have answered."
)
CREDITS = "This document was made possible with support from an Invented Foundation."
BODY = [
    "RECORD OF A CONVERSATION",
    "7 August 1956",
    "Today I received the ambassador at his request. He told me that his government had considered"
    " the proposals handed over in the spring, and that it found them on the whole acceptable,"
    " although several points about the price of timber and the terms of delivery remained.",
    "I replied that our organizations were ready to go on with the negotiations at any time. The"
    " ambassador thanked me and asked that his words be passed on to the leadership.",
    "A. PETROV",
]
FIELDS = [
    ("Citation", CITATION),
    ("Summary", SUMMARY),
    ("Credits", CREDITS),
    ("Original Language", "Russian"),
    ("Contents", "Translation - English"),
]


def wrap(text: str, width: int = 78) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False)


def write(
    *,
    label: Callable[[str], str] = "**{}:**".format,
    glue: str = "\n\n",
    title: str = "**" + "  \n".join(wrap(TITLE, 45)) + "**",
    date: str = f"**{DATE}**",
    fields: list[tuple[str, str]] = FIELDS,
    gap: str = "\n\n",
) -> str:
    head = gap.join(filter(None, [date, title]))
    labelled = gap.join(f"{label(name)}{glue}{value}" for name, value in fields)
    return gap.join([head, labelled, *BODY]) + "\n"


def write_pages() -> str:
    """As a paged file comes out of a text extractor: heads, numbers, wrapped lines."""
    name = f"{'Digital Archive':<40}digitalarchive.wilsoncenter.org"
    head = f"{name}\nInternational History Declassified"
    cover = [head, "", DATE.center(78).rstrip(), *(line.center(78) for line in wrap(TITLE, 50)), ""]
    for name, value in FIELDS[:-1]:
        cover += [f"{name}:", *wrap(value)]
    cover += ["Contents:", "  • Scan of Original Document", "  • English Translation", "", "1"]
    lines = [line for text in BODY for line in [*wrap(text), ""]]
    first = [head, "", "English Translation", "", *lines[:9], "2"]
    return "\n\f".join("\n".join(page) for page in (cover, first, [head, "", *lines[9:], "3"]))


def flatten(source: str) -> str:
    return " ".join(source.replace("**", "").split())


def renamed(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(names.get(name, name), value) for name, value in FIELDS]


FORMS = {
    "bold labels, values in the next block": write(),
    "plain labels": write(label="{}:".format, title=TITLE, date=DATE),
    "values on the label's line": write(glue=" "),
    "plain labels with values on their line": write(label="{}:".format, glue=" ", title=TITLE),
    "values right under their labels": write(glue="\n"),
    "colon outside the bold": write(label="**{}**:".format),
    "bold labels without a colon": write(label="**{}**".format),
    "headings for labels": write(label="## {}".format, title=f"# {TITLE}", date=DATE),
    "labels in capitals": write(label=lambda name: f"{name.upper()}:", title=TITLE, date=DATE),
    "labels in small letters": write(label=lambda name: f"{name.lower()}:", title=TITLE),
    "plain and bold labels mixed": write(
        label=lambda name: f"{name}:" if name in ("Summary", "Contents") else f"**{name}:**"
    ),
    "synonyms": write(
        fields=renamed(
            {"Summary": "Description", "Credits": "Donors", "Original Language": "Languages"}
        )
    ),
    "Content for Contents": write(fields=renamed({"Contents": "Content", "Credits": "Credit"})),
    "fields in another order": write(fields=[FIELDS[i] for i in (3, 1, 0, 2, 4)]),
    "contents not last": write(fields=[FIELDS[i] for i in (4, 1, 0, 2, 3)]),
    "contents not last, plain": write(
        label="{}:".format, fields=[FIELDS[i] for i in (1, 4, 0, 2, 3)], title=TITLE
    ),
    "a content's name without a Contents label": write(fields=FIELDS[:-1]).replace(
        BODY[0], f"Translation - English\n\n{BODY[0]}"
    ),
    "no contents": write(fields=FIELDS[:-1]),
    "date under the title": write(date=f"**{TITLE}**", title=f"**{DATE}**"),
    "the older names": write(fields=[*FIELDS[:-1], ("Contents", "English Translation")]),
    "bulleted contents": write(fields=[*FIELDS[:-1], ("Contents", "• English Translation")]),
    "several contents": write(
        fields=[*FIELDS[:-1], ("Contents", "- Scan of Original Document\n- English Translation")]
    ),
    "several contents in one line": write(
        fields=[*FIELDS[:-1], ("Contents", "Scan of Original Document, English Translation")]
    ),
    "the content's name again above its text": write().replace(
        BODY[0], f"Translation - English\n\n{BODY[0]}"
    ),
    "no blank lines": write(gap="\n", glue="\n", label="{}:".format, title=TITLE, date=DATE),
    "no blank lines, values on the label's line": write(
        gap="\n", glue=" ", label="{}:".format, title=TITLE, date=DATE
    ),
    "Windows line ends": write().replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + write(),
    "blank lines on top": "\n \n\n" + write(),
    "trailing spaces": write(title=f"**{TITLE}**").replace("\n", "  \n"),
    "non-breaking spaces around values": write(glue="\n\n\u00a0"),
    "an address in angle brackets": write().replace(URL, f"<{URL}>"),
    "an address as a link": write().replace(URL, f"[{URL}]({URL})"),
    "an address in its own block": write().replace(f" {URL}", f"\n\n{URL}"),
    "escaped punctuation": write()
    .replace("f. 5, op. 28", "f\\. 5, op\\. 28")
    .replace("ll. 12-15", "ll\\. 12\\-15"),
    "pages": write_pages(),
    "pages, Windows line ends": write_pages().replace("\n", "\r\n"),
    "a rule under the header": write().replace(BODY[0], f"---\n\n{BODY[0]}"),
}
FLAT_FORMS = {
    "in one line": flatten(write()),
    "in one line, bold labels": " ".join(write().split()),
    "in one line, without date": flatten(write(date="")),
    "in lines of one width": "\n".join(wrap(flatten(write()))),
    "in one line, contents not last": flatten(write(fields=[FIELDS[i] for i in (0, 1, 4, 2, 3)])),
    "in one line, several contents": flatten(
        write(fields=[*FIELDS[:-1], ("Contents", "Scan of Original Document English Translation")])
    ),
    "in one line, the content's name twice": flatten(
        write(fields=[*FIELDS[:-1], ("Contents", "Translation - English Translation - English")])
    ),
}


@pytest.mark.parametrize("form", [*FORMS, *FLAT_FORMS])
def test_every_form_of_the_header_reads_the_same(form: str) -> None:
    export = read_export({**FORMS, **FLAT_FORMS}[form])
    assert export.title == TITLE
    assert export.date is None or export.date.edtf == "1956-08-07"
    assert (export.citation or "").replace("<", "").replace(">", "") == CITATION
    assert export.summary == SUMMARY
    assert export.credits == CREDITS
    assert export.languages == ("Russian",)
    assert export.other_fields == ()
    assert export.unread == ()


@pytest.mark.parametrize("form", [form for form in FORMS if form != "no contents"])
def test_every_form_names_the_same_content_for_the_text(form: str) -> None:
    export = read_export(FORMS[form])
    [content] = [content for content in export.contents if content.has_text]
    assert (content.id, content.kind, content.language) == (
        "translation-english",
        "translation",
        "English",
    )
    assert {body.content for body in export.bodies} == {content.id}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_same_text(form: str) -> None:
    source = FORMS[form]
    texts = [block.text for block in split_blocks(source, read_export(source))]
    assert " ".join(texts) == " ".join(BODY)
    if not form.startswith("pages"):
        assert texts == BODY


@pytest.mark.parametrize("form", FLAT_FORMS)
def test_a_flattened_text_begins_after_the_content_name(form: str) -> None:
    source = FLAT_FORMS[form]
    texts = [block.text for block in split_blocks(source, read_export(source))]
    assert " ".join(texts) == " ".join(BODY)


@pytest.mark.parametrize("form", FORMS)
def test_a_date_above_the_labels_is_found_in_every_form_that_has_one(form: str) -> None:
    source = FORMS[form]
    export = read_export(source)
    assert export.date is not None
    assert export.date.expression == DATE


@pytest.mark.parametrize("form", [*FORMS, *FLAT_FORMS])
def test_no_character_is_lost(form: str) -> None:
    source = {**FORMS, **FLAT_FORMS}[form]
    assert_covers(source, read_export(source))


def assert_covers(source: str, export: Export) -> None:
    """Blocks and furniture give the bodies back; spans are in order and do not overlap."""
    pieces = [(item.source_start, item.source_end) for item in export.furniture]
    for before, after in pairwise(pieces):
        assert before[1] <= after[0]
    blocks = split_blocks(source, export)
    for block in blocks:
        inside = [
            item.source_start
            for item in export.furniture
            if block.source_start <= item.source_start < block.source_end
        ]
        slice_ = "".join(
            char
            for at, char in enumerate(source[block.source_start : block.source_end])
            if at + block.source_start not in inside
        )
        assert "".join(slice_.split()) == "".join(block.text.split())
    outside = [item for item in export.furniture if item.kind != "hyphen"]
    spans = sorted(
        [(block.source_start, block.source_end) for block in blocks]
        + [(item.source_start, item.source_end) for item in outside]
    )
    if not export.bodies:
        return
    start = min(body.source_start for body in export.bodies)
    covered = "".join(source[max(a, start) : b] for a, b in spans if b > start)
    assert "".join(covered.split()) == "".join(source[start:].split())


# What only one form has.


def read(text: str) -> Export:
    return read_export(textwrap.dedent(text).strip("\n"))


def test_unknown_fields_are_kept_in_order() -> None:
    export = read(
        """
        **A Letter**

        **Provenance Note:**

        Gift of the family

        **Citation:**

        "A Letter", 1950, An Archive.

        **Subjects Discussed:** China--Trade

        **Contents:**

        Translation - English

        Dear friend,
        """
    )
    others = [(field.label, field.value) for field in export.other_fields]
    assert others == [
        ("Provenance Note", "Gift of the family"),
        ("Subjects Discussed", "China--Trade"),
    ]
    assert [field.label for field in export.fields] == [
        "Provenance Note",
        "Citation",
        "Subjects Discussed",
        "Contents",
    ]


def test_a_second_field_of_one_kind_is_an_other_field() -> None:
    export = read_export(
        'T\n\nSummary: One.\n\nDescription: Two.\n\nCitation: "T", 1950.\n\n'
        "Contents: Transcript\n\nX"
    )
    assert export.summary == "One."
    assert [(field.label, field.value) for field in export.other_fields] == [
        ("Description", "Two.")
    ]


def test_spans_of_fields_are_those_of_their_values() -> None:
    source = write()
    for field in read_export(source).fields:
        assert source[field.source_start : field.source_end] == field.value


def test_a_field_without_value_has_an_empty_span_after_its_label() -> None:
    source = (
        '**T**\n\n**Citation:**\n\n"T", 1950.\n\n**Summary:**\n\n**Contents:**\n\nTranscript\n\nX'
    )
    [summary] = [field for field in read_export(source).fields if field.label == "Summary"]
    assert summary.value == ""
    assert source[: summary.source_start].endswith("**Summary:**")
    assert summary.source_start == summary.source_end
    assert read_export(source).summary is None


def test_paragraphs_of_a_summary_stay_apart() -> None:
    export = read_export(write(fields=[FIELDS[0], ("Summary", "One.\n\nTwo."), *FIELDS[2:]]))
    assert export.summary == "One.\n\nTwo."


@pytest.mark.parametrize("line", ["Summary:", "**Summary:**", "Citation: see below", "Rights:"])
@pytest.mark.parametrize("label", ["**{}:**", "{}:"])
def test_a_label_in_the_text_is_text(line: str, label: str) -> None:
    source = write(label=label.format).replace(BODY[1], line)
    export = read_export(source)
    assert export.summary == SUMMARY
    assert export.citation == CITATION
    assert line in [block.text for block in split_blocks(source, export)]


def test_a_text_that_opens_with_a_label_the_header_lacks_is_text() -> None:
    fields = [field for field in FIELDS if field[0] != "Summary"]
    source = write(label="{}:".format, fields=fields).replace(BODY[0], "Summary:")
    export = read_export(source)
    assert export.summary is None
    assert split_blocks(source, export)[0].text == "Summary:"


def test_without_contents_a_label_in_the_text_ends_nothing() -> None:
    source = write(fields=FIELDS[:-1]).replace(BODY[3], "Summary:")
    export = read_export(source)
    assert [block.text for block in split_blocks(source, export)][:2] == BODY[:2]
    assert export.contents[0].id == "text"


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        (FIELDS[:1], BODY[0]),
        (FIELDS[:2], BODY[0]),
        (FIELDS[:3], BODY[0]),
        ([FIELDS[3], FIELDS[0]], BODY[0]),
    ],
)
def test_without_contents_the_body_follows_the_last_value(
    fields: list[tuple[str, str]], first: str
) -> None:
    source = write(fields=fields)
    export = read_export(source)
    assert [field.value for field in export.fields] == [value for _, value in fields]
    assert split_blocks(source, export)[0].text == first


@pytest.mark.parametrize("missing", range(len(FIELDS)))
def test_any_field_may_be_missing(missing: int) -> None:
    fields = [field for index, field in enumerate(FIELDS) if index != missing]
    source = write(fields=fields)
    export = read_export(source)
    assert [(field.label, field.value) for field in export.fields] == fields
    assert [block.text for block in split_blocks(source, export)] == BODY


def test_a_missing_title_is_the_citations() -> None:
    export = read_export(write(title="", date=""))
    assert export.title == TITLE
    assert export.date is None


def test_a_title_and_a_date_may_be_fields() -> None:
    export = read_export(
        "Title: A Letter\n\nDate: May 1950\n\nSummary: S.\n\nContents: Transcript\n\nX"
    )
    assert export.title == "A Letter"
    assert export.date is not None
    assert export.date.edtf == "1950-05"


@pytest.mark.parametrize(
    ("citation", "title"),
    [
        ('"Note of N", May 1, 1950, An Archive', "Note of N"),
        ("“Note of N,” May 1, 1950, An Archive", "Note of N"),
        ('"Speech about "Peace" in Moscow", 1950, An Archive', 'Speech about "Peace" in Moscow'),
        ("“Speech about “Peace” in Moscow,” 1950, An Archive", "Speech about “Peace” in Moscow"),
        ("'Who Is to Blame?' 1950, An Archive", "Who Is to Blame?"),
        ("Note of N, May 1, 1950, An Archive", "Note of N"),
    ],
)
def test_the_title_in_a_citation(citation: str, title: str) -> None:
    assert read_export(f"Citation: {citation}\n\nContents: Transcript\n\nText").title == title


def test_a_title_that_ends_in_a_date_keeps_it() -> None:
    title = "Minutes of the Meeting of the Council held on\n19 September 1958"
    joined = title.replace("\n", " ")
    export = read_export(
        f'{title}\n\nCitation:\n\n"{joined}", 1958, An Archive\n\nContents: Transcript\n\nX'
    )
    assert export.title == joined
    assert export.date is None


def test_what_stands_above_the_title_is_unread() -> None:
    export = read_export(
        f"Example Archive\n\nCollection 12\n\n{write()}",
    )
    assert export.title == TITLE
    assert export.unread == ("Example Archive", "Collection 12")


def test_an_undated_record_says_so() -> None:
    export = read_export(write(date="[undated]"))
    assert export.date is not None
    assert export.date.expression == "[undated]"
    assert export.date.edtf is None


@pytest.mark.parametrize(
    ("printed", "languages"),
    [
        ("Russian", ("Russian",)),
        ("Russian, Chinese", ("Russian", "Chinese")),
        ("Russian and Chinese", ("Russian", "Chinese")),
        ("Russian; Chinese", ("Russian", "Chinese")),
        ("Russian\nChinese", ("Russian", "Chinese")),
        ("• Russian\n• Chinese", ("Russian", "Chinese")),
        ("Chinese (Simplified)", ("Chinese (Simplified)",)),
        ("Serbo-Croatian", ("Serbo-Croatian",)),
    ],
)
def test_languages(printed: str, languages: tuple[str, ...]) -> None:
    fields = [*FIELDS[:3], ("Original Languages", printed), FIELDS[4]]
    assert read_export(write(fields=fields)).languages == languages


# Contents and their texts.

ENGLISH = ["Today I received the ambassador.", "He thanked me."]
RUSSIAN = ["Сегодня я принял посла.", "Он поблагодарил меня."]


def with_contents(contents: str, *texts: str) -> Export:
    fields = [*FIELDS[:4], ("Contents", contents)]
    labelled = "\n\n".join(f"**{name}:**\n\n{value}" for name, value in fields)
    return read_export("\n\n".join([f"**{TITLE}**", labelled, *texts]))


def texts_by_content(contents: str, *texts: str) -> dict[str, list[str]]:
    fields = [*FIELDS[:4], ("Contents", contents)]
    labelled = "\n\n".join(f"**{name}:**\n\n{value}" for name, value in fields)
    source = "\n\n".join([f"**{TITLE}**", labelled, *texts])
    found: dict[str, list[str]] = {}
    for block in split_blocks(source, read_export(source)):
        found.setdefault(block.content or "", []).append(block.text)
    return found


@pytest.mark.parametrize(
    ("label", "content", "kind", "language"),
    [
        ("Translation - English", "translation-english", "translation", "English"),
        ("Translation – English", "translation-english", "translation", "English"),
        ("English Translation", "translation-english", "translation", "English"),
        ("Original Document - Russian", "original-russian", "original", "Russian"),
        ("Original - German", "original-german", "original", "German"),
        ("Original Document", "original-russian", "original", "Russian"),
        ("Russian Transcript", "transcript-russian", "transcript", "Russian"),
        ("Transcript", "transcript", "transcript", None),
        ("Scan of Original Document", "scan", "scan", None),
        ("Original Scan", "scan", "scan", None),
        (
            "Translation - Serbo-Croatian",
            "translation-serbo-croatian",
            "translation",
            "Serbo-Croatian",
        ),
        ("Document Text", "document-text", "other", None),
    ],
)
def test_names_of_contents(label: str, content: str, kind: str, language: str | None) -> None:
    [found] = with_contents(label, "Some text that follows.").contents
    assert (found.id, found.label, found.kind, found.language) == (content, label, kind, language)


def test_each_text_stands_under_its_own_content() -> None:
    contents = "Scan of Original Document\n\nOriginal Document - Russian\n\nTranslation - English"
    labels = contents.split("\n\n")
    found = texts_by_content(contents, labels[0], labels[1], *RUSSIAN, labels[2], *ENGLISH)
    assert found == {"original-russian": RUSSIAN, "translation-english": ENGLISH}


def test_a_content_without_text_says_so() -> None:
    export = with_contents("Scan of Original Document\nTranslation - English", *ENGLISH)
    assert [(content.id, content.has_text) for content in export.contents] == [
        ("scan", False),
        ("translation-english", True),
    ]


def test_the_text_before_the_first_label_is_that_of_the_content_no_label_opens() -> None:
    found = texts_by_content(
        "Translation - English\n\nOriginal - Russian", *ENGLISH, "Original - Russian", *RUSSIAN
    )
    assert found == {"original-russian": RUSSIAN, "translation-english": ENGLISH}


def test_an_unlabelled_text_goes_to_the_content_in_its_script() -> None:
    contents = "Translation - English\n\nOriginal - Russian"
    assert texts_by_content(contents, *RUSSIAN) == {"original-russian": RUSSIAN}
    assert texts_by_content(contents, *ENGLISH) == {"translation-english": ENGLISH}


def test_a_content_nobody_listed_opens_its_text_where_its_name_is_certain() -> None:
    found = texts_by_content("Translation - English", *ENGLISH, "Original - Russian", *RUSSIAN)
    assert found == {"translation-english": ENGLISH, "original-russian": RUSSIAN}


def test_a_line_inside_a_paragraph_opens_nothing() -> None:
    text = "He asked for a\nTranscript\nof the talk."
    found = texts_by_content("Translation - English\nTranscript", text)
    assert found == {"translation-english": ["He asked for a Transcript of the talk."]}


def test_a_label_repeated_on_each_page_is_furniture() -> None:
    pages = "\n\f".join(f"English Translation\n\nPage text {word}." for word in ("one", "two"))
    export = with_contents("English Translation", pages)
    assert [item.kind for item in export.furniture] == [
        "content_label",
        "form_feed",
        "content_label",
    ]
    assert len(export.bodies) == 1


def test_two_contents_of_one_name_in_different_scripts_have_different_ids() -> None:
    export = with_contents("Translation - English\nEnglish Translation", *ENGLISH)
    assert len({content.id for content in export.contents}) == 2


def test_a_record_may_have_no_text() -> None:
    export = with_contents("Scan of Original Document")
    assert export.bodies == ()
    assert [content.has_text for content in export.contents] == [False]


def test_a_content_of_no_known_form_is_kept_by_its_label() -> None:
    export = with_contents("Interview Notes - Korean", *ENGLISH)
    [content] = export.contents
    assert (content.id, content.kind, content.language) == (
        "interview-notes-korean",
        "other",
        "Korean",
    )
    assert content.has_text


def test_running_heads_inside_a_flattened_text_are_page_ends() -> None:
    head = "digitalarchive.wilsoncenter.org Digital Archive International History Declassified"
    source = f"{head} {flatten(write())}".replace("I replied", f"{head} I replied")
    export = read_export(source)
    assert export.title == TITLE
    blocks = split_blocks(source, export)
    assert [block.after_page_break for block in blocks] == [False, True]
    assert blocks[1].text.startswith("I replied")


def test_texts_of_a_flattened_export_open_at_their_labels() -> None:
    source = flatten(
        write(fields=[*FIELDS[:-1], ("Contents", "Original - Russian Translation - English")])
    ).replace(BODY[0], f"Original - Russian {RUSSIAN[0]} Translation - English {BODY[0]}")
    export = read_export(source)
    assert [body.content for body in export.bodies] == ["original-russian", "translation-english"]
    assert split_blocks(source, export)[0].text == RUSSIAN[0]


def test_words_divided_at_line_ends_of_the_header_are_joined() -> None:
    source = write_pages().replace("ambassador discuss", "ambassa-\ndor discuss")
    export = read_export(source)
    assert export.summary == SUMMARY
    [hyphen] = [item for item in export.furniture if item.kind == "hyphen"]
    assert source[hyphen.source_start : hyphen.source_end] == "-"


def test_what_is_no_language_is_unread() -> None:
    printed = "Russian, with notes by hand in a language nobody has read"
    export = read_export(write(fields=[*FIELDS[:3], ("Original Language", printed), FIELDS[4]]))
    assert export.languages == ("Russian",)
    assert export.unread == ("with notes by hand in a language nobody has read",)


def test_a_title_without_a_citation_to_confirm_it() -> None:
    export = read_export(
        "May 1950\n\nLetter from A\nto B\n\nSummary: S.\n\nContents: Transcript\n\nX"
    )
    assert export.title == "Letter from A to B"
    assert export.date is not None
    assert export.date.edtf == "1950-05"


def test_a_memorandums_own_head_is_text_where_no_contents_bound_the_header() -> None:
    source = "A Letter\n\nCitation:\n\n“A Letter,” 1950.\n\nOriginal Language:\n\nGerman\n\n"
    memo = "To: Berlin\nFrom: Moscow\nSubject: Trade"
    export = read_export(source + memo)
    assert [block.text for block in split_blocks(source + memo, export)] == [
        memo.replace("\n", " ")
    ]
    assert export.other_fields == ()


# The first record.


def test_the_first_record() -> None:
    source = FIRST.read_bytes().decode()
    export = read_export(source)
    assert export.title.startswith("Note of Cde. N.S. Khrushchev to the CC Presidium about the")
    assert export.date is not None
    assert export.date.edtf == "1958-09-19"
    assert [field.label for field in export.fields] == [
        "Citation",
        "Summary",
        "Credits",
        "Original Language",
        "Contents",
    ]
    for field in export.fields:
        assert source[field.source_start : field.source_end] == field.value
    assert [content.id for content in export.contents] == ["translation-english"]
    assert export.furniture == ()
    blocks = split_blocks(source, export)
    assert len(blocks) == 53
    assert blocks[0].text == "NOTE of Cde. N. S. Khrushchev"
    assert blocks[51 - 1].text == "Dictated by N. S. Khrushchev\n19 November 1958"
    assert blocks[-1].text == "4-3"
    assert_covers(source, export)


# What is refused.


@pytest.mark.parametrize("source", ["", "\ufeff", " \n\r\n\t", "\f\n", "\ufeff\n\u00a0"])
def test_an_empty_file_is_refused(source: str) -> None:
    with pytest.raises(SeedError, match="the file is empty"):
        read_export(source)


def test_a_binary_file_is_refused_where_it_shows() -> None:
    with pytest.raises(SeedError) as caught:
        read_export("%PDF\nstream\0")
    [complaint] = caught.value.complaints
    assert (complaint.line, complaint.column) == (2, 7)


@pytest.mark.parametrize(
    "source", ["Just a text.\n\nIt has no header.", "Subject: trade\n\nDear friend, Summary: no."]
)
def test_a_text_without_header_is_refused_with_a_hint(source: str) -> None:
    with pytest.raises(SeedError) as caught:
        read_export(source)
    [complaint] = caught.value.complaints
    assert complaint.line == 1
    assert complaint.expected
    assert complaint.hint


def test_fields_without_title_and_citation_are_refused() -> None:
    with pytest.raises(SeedError, match="neither a title nor a citation"):
        read_export("\n\nSummary: S.\n\nContents: Transcript\n\nText")


def test_a_bold_title_and_a_text_are_enough() -> None:
    source = "**May 1950**\n\n**A Letter\nto a Friend**\n\nDear friend,\n\nGoodbye."
    export = read_export(source)
    assert export.title == "A Letter to a Friend"
    assert [block.text for block in split_blocks(source, export)] == ["Dear friend,", "Goodbye."]


# Whatever comes.

pieces = st.sampled_from(
    [
        "Citation:",
        "**Citation:**",
        "Summary: ",
        "Original Language:",
        "Contents:",
        "Translation - English",
        "Original - Russian",
        "Scan of Original Document",
        "“A Letter,” 1950, An Archive",
        "May 1, 1950",
        "**A Letter**",
        "Digital Archive",
        "International History Declassified",
        "digitalarchive.wilsoncenter.org",
        "\f",
        "\n",
        "\n\n",
        "  \n",
        "\r\n",
        " ",
        "-",
        "docu-\nment",
        "----",
        "• ",
        "12",
        "\ufeff",
        "\u200b",
        "Some words of a text that goes on for rather more than forty characters\n",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(pieces, st.text(max_size=12)), max_size=40).map("".join))
def test_whatever_comes_is_read_whole_or_refused(source: str) -> None:
    try:
        export = read_export(source)
    except SeedError:
        return
    assert export.title
    assert_covers(source, export)


@settings(max_examples=60, deadline=None)
@given(st.lists(pieces, max_size=40).map("".join))
def test_below_a_header_every_character_is_kept(text: str) -> None:
    source = write() + "\n\n" + text
    export = read_export(source)
    assert export.citation == CITATION
    assert_covers(source, export)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(FORMS)))
def test_decomposed_letters_change_nothing_but_themselves(form: str) -> None:
    source = FORMS[form].replace("Petrov", "Petrovič")
    composed, decomposed = read_export(source), read_export(unicodedata.normalize("NFD", source))
    assert unicodedata.normalize("NFC", decomposed.title) == composed.title
    assert decomposed.contents == composed.contents
