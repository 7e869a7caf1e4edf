"""Styled citations, held against what citeproc-js was recorded to answer (tests/citeproc)."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.parsing.values import Author, DateExpression, Reference
from api.representations.bibliography import Pinpoint, genre_of, item_of, read_issued
from api.representations.csl import to_csl
from api.representations.personal_names import read_name
from api.representations.styles import style
from tests.citeproc.items import ITEMS, NOTE, PINPOINTS, like

RECORDED = json.loads(
    (Path(__file__).parent / "citeproc" / "expectations.json").read_text(encoding="utf-8")
)
CASES: dict[str, dict[str, Any]] = RECORDED["cases"]


@dataclass(frozen=True)
class Difference:
    """What citeproc-js prints, what we print, and the rule that decides; `cases` where it shows."""

    style: str
    theirs: str
    ours: str
    rule: str
    cases: str = ""


FAMILY_FIRST = "APA 7, 9.8: every author's name is inverted, with a comma before the initials"
RETRIEVED = "APA 7, 9.16: no retrieval date, no 'Retrieved'; a bare URL closes the entry"
LABELS = "MLA 9, 5.44: a label has a capital only where it opens an element group"
APPROXIMATE = "Chicago 18, 14.44: a bracketed date is set off by a comma as any other"
HYPHENED = "Chicago 18, 8.4, and MLA 9, 5.8: initials of a hyphenated name keep the hyphen"
COMPOUND = "Chicago 18, 8.162: the first element of a hyphenated compound has a capital"
SCRIPTS = "Chicago 18, 11.8: titles in other languages are in sentence style"
MARKUP = "A title is text: what looks like markup in it was printed there"

DIFFERENCES = [
    Difference("mla", ", With ", ", with ", LABELS),
    Difference("mla", ", Translated by ", ", translated by ", LABELS, "edited-author"),
    Difference("mla", ", Circa ", ", circa ", LABELS, "circa circa-month circa@"),
    Difference("apa", "Zhang X. ", "Zhang, X. ", FAMILY_FIRST, "chinese chinese@ chapter chapter@"),
    Difference("apa", "Chang K. ", "Chang, K. ", FAMILY_FIRST, "wade-giles"),
    Difference(
        "apa",
        "(Li D. & ",
        "(D. Li & ",
        "APA 7, 10.2, example 28: translators' names are not inverted",
        "wade-giles",
    ),
    Difference("apa", "Pak C. ", "Pak, C. ", FAMILY_FIRST, "korean"),
    Difference("apa", "Nguyen V. M. ", "Nguyen, V. M. ", FAMILY_FIRST, "vietnamese"),
    Difference("apa", "Szabó I. ", "Szabó, I. ", FAMILY_FIRST, "hungarian"),
    Difference(
        "apa",
        "Retrieved https",
        "https",
        RETRIEVED,
        "no-date undated no-author-no-date no-date@",
    ),
    Difference(
        "chicago-note",
        "Petrova Example",
        "Petrova, Example",
        APPROXIMATE,
        "circa circa-month circa@",
    ),
    *(
        Difference(one, "J. P. Martin", "J.-P. Martin", HYPHENED, "initials")
        for one in ("chicago-note", "chicago-bibliography", "mla")
    ),
    *(
        Difference(one, "in-House", "In-House", COMPOUND, "lower-case")
        for one in ("chicago-note", "chicago-bibliography", "mla")
    ),
    *(
        Difference(
            one,
            "Записка Товарища Сидорова о Подготовке Совещания",
            "Записка товарища Сидорова о подготовке совещания",
            SCRIPTS,
            "cyrillic-title",
        )
        for one in ("chicago-note", "chicago-bibliography", "mla")
    ),
    *(
        Difference(one, "in Pravda on", "in <i>Pravda</i> on", MARKUP, "html")
        for one in ("chicago-note", "chicago-bibliography", "mla", "apa")
    ),
]
STYLES = ("chicago-note", "chicago-bibliography", "mla", "mla-in-text", "apa", "apa-in-text")


def theirs(case: str, kind: str) -> dict[str, str]:
    recorded = CASES[case][kind.split("-")[0]]
    place = "entry" if kind in ("chicago-bibliography", "mla", "apa") else "citation"
    return {form: recorded[form][place] for form in ("text", "html")}


def ours(case: str, kind: str) -> dict[str, str]:
    # Entries of MLA and APA lists have no locator in CSL: theirs are compared without.
    item = ITEMS[case.rstrip("@")]
    pinned = case.endswith("@") and kind not in ("mla", "apa")
    styles = style(item, PINPOINTS[item.id] if pinned else None)
    name, _, part = kind.partition("-")
    return dict(styles[name][part.replace("-", "_")] if part else styles[name])


def differences(case: str, kind: str) -> list[Difference]:
    return [
        one
        for one in DIFFERENCES
        if one.style == kind and (not one.cases or case in one.cases.split())
    ]


@pytest.mark.parametrize("kind", STYLES)
@pytest.mark.parametrize("case", CASES)
def test_a_style_is_what_citeproc_prints_but_for_the_listed_differences(
    case: str, kind: str
) -> None:
    expected = theirs(case, kind)["text"]
    for one in differences(case, kind):
        expected = expected.replace(one.theirs, one.ours)
    assert ours(case, kind)["text"] == expected


@pytest.mark.parametrize("kind", STYLES)
@pytest.mark.parametrize("case", [case for case in CASES if case != "html"])
def test_the_html_has_italics_where_citeproc_has_them(case: str, kind: str) -> None:
    # In text, for the differences have no markup of their own.
    expected = unescape(theirs(case, kind)["html"])
    for one in differences(case, kind):
        expected = expected.replace(one.theirs, one.ours)
    assert unescape(ours(case, kind)["html"]) == expected


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: f"{one.style}: {one.theirs}")
def test_every_listed_difference_shows_wherever_it_says(one: Difference) -> None:
    named = one.cases.split() or [
        case for case in CASES if one.theirs in theirs(case, one.style)["text"]
    ]
    assert named
    assert all(one.theirs in theirs(case, one.style)["text"] for case in named)


@pytest.mark.parametrize("case", CASES)
def test_the_recording_was_made_of_the_items_as_they_are(case: str) -> None:
    assert CASES[case]["item"] == to_csl(ITEMS[case.rstrip("@")])


def test_the_table_holds_every_item_and_every_pinpoint() -> None:
    assert set(CASES) == set(ITEMS) | {f"{name}@" for name in PINPOINTS}


def test_wilson_is_the_sources_own_citation_to_the_letter() -> None:
    verbatim = '"Note of Cde. Sidorov",  September 19, 1958, RGANI. <https://a.example/1>'
    item = replace(NOTE, citation=verbatim)
    assert style(item)["wilson"]["text"] == verbatim


def test_wilson_is_composed_in_that_form_where_the_record_has_none() -> None:
    assert style(NOTE)["wilson"]["text"] == (
        '"Note of Cde. P.I. Sidorov to the CC Presidium about the Preparation of a Conference", '
        "September 19, 1958, Example Center Digital Archive, RGANI, f. 3, op. 12, d. 410, "
        "ll. 41-53. Contributed by Anna Petrova and translated by John Smith. "
        "<https://archive.example.org/document/1001>"
    )


def test_angle_brackets_of_a_printed_citation_are_escaped_in_html() -> None:
    item = replace(NOTE, citation="“Note”. <https://a.example/1>")
    assert style(item)["wilson"]["html"] == "“Note”. &lt;https://a.example/1&gt;"


def test_a_pinpoint_names_the_layer_in_the_note() -> None:
    pinpoint = Pinpoint("24-26", "Draft outline of a message to the President")
    note = style(NOTE, pinpoint)["chicago"]["note"]["text"]
    assert "1958, paras. 24–26 (draft outline of a message to the President), f. 3" in note


def test_a_layer_called_by_a_name_keeps_its_capital() -> None:
    note = style(NOTE, Pinpoint("2", "Sidorov's draft"))["chicago"]["note"]["text"]
    assert "para. 2 (Sidorov's draft)," in note


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("wilson",), "Paras. 7–9."),
        (("chicago", "note"), ", paras. 7–9, "),
        (("mla",), ", pars. 7–9. "),
        (("mla", "in_text"), "(Sidorov, pars. 7–9)"),
        (("apa",), "; paras. 7–9) "),
        (("apa", "in_text"), "(Sidorov, 1958, paras. 7–9)"),
    ],
)
def test_a_pinpoint_stands_in_every_style(place: tuple[str, ...], expected: str) -> None:
    styles: Any = style(NOTE, Pinpoint("7-9"))
    for key in place:
        styles = styles[key]
    assert expected in styles["text"]


def test_the_bibliography_of_chicago_cites_the_whole_work() -> None:
    pinned = style(NOTE, Pinpoint("7-9"))["chicago"]["bibliography"]
    assert pinned == style(NOTE)["chicago"]["bibliography"]


def test_a_pinpoint_with_an_address_is_cited_by_it() -> None:
    url = "https://opis.example.org/records/note#:~:text=a,b"
    note = style(NOTE, Pinpoint("7", url=url))["chicago"]["note"]["text"]
    assert note.endswith(f"RGANI, {url}.")


@pytest.mark.parametrize("title", ["", "“", "‘’“", '"', "'''", "“a ‘b” c’", "?", "..."])
def test_odd_titles_are_styled_without_a_crash(title: str) -> None:
    assert style(like("odd", " ") if not title else like("odd", title))["wilson"]["text"]


def _texts(styles: dict[str, Any]) -> list[dict[str, str]]:
    found = [styles] if "text" in styles else []
    for value in styles.values():
        if isinstance(value, dict):
            found += _texts(value)
    return found


@given(st.text(max_size=80), st.text(max_size=30))
def test_html_is_the_text_escaped_with_no_element_but_i(title: str, name: str) -> None:
    item = item_of("x", title, authors=[Author(name)], digital_archive="A <b> & C")
    for one in _texts(style(item)):
        assert unescape(re.sub(r"</?i>", "", one["html"])) == one["text"]
        assert not re.search(r"<(?!/?i>)", one["html"])
        assert one["text"].encode()


@given(st.text(alphabet="“”‘’\"' ab?!.,", max_size=60))
def test_quotation_marks_change_their_form_and_nothing_else(title: str) -> None:
    def bare(text: str) -> str:
        return re.sub(r"[“”‘’\"']", "'", text).lower()

    item = item_of("x", title, date=DateExpression("1958", "1958", "1958-01-01", "1958-12-31"))
    note = style(item)["chicago"]["note"]["text"]
    kept = re.sub(r"[.,]", "", bare(" ".join(title.split())))
    assert kept in re.sub(r"[.,]", "", bare(note))


@pytest.mark.parametrize(
    ("name", "family", "given", "order"),
    [
        ("N. S. Petrov", "Petrov", "N. S.", "western"),
        ("Petrov, Nikolai", "Petrov", "Nikolai", "western"),
        ("Петров Н. С.", "Петров", "Н. С.", "western"),
        ("Cde. Nikolai Petrov", "Petrov", "Nikolai", "western"),
        ("James Van Buren", "Van Buren", "James", "western"),
        ("Mao Zedong", "Mao", "Zedong", "family_first"),
        ("Chiang Kai-shek", "Chiang", "Kai-shek", "family_first"),
        ("Zhang Shu Guang", "Zhang", "Shu Guang", "family_first"),
        ("Kim Il Sung", "Kim", "Il Sung", "family_first"),
        ("Pak Hon-yong", "Pak", "Hon-yong", "family_first"),
        ("Phạm Văn Đồng", "Phạm", "Văn Đồng", "family_first"),
        ("Le Duan", "Le", "Duan", "family_first"),
        ("Nagy Imre", "Nagy", "Imre", "family_first"),
        ("Imre Nagy", "Nagy", "Imre", "western"),
        ("Kim Philby", "Philby", "Kim", "western"),
        ("Lee Harvey Oswald", "Oswald", "Lee Harvey", "western"),
        ("Ann Lee", "Lee", "Ann", "western"),
    ],
)
def test_a_name_is_split_by_its_language(name: str, family: str, given: str, order: str) -> None:
    read = read_name(name)
    assert (read.family, read.given, read.order) == (family, given, order)


@pytest.mark.parametrize(
    "name",
    ["Sukarno", "U Nu", "KGB", "CPSU CC", "Ministry of Trade", "毛泽东", "김일성", "أنور السادات"],
)
def test_bodies_mononyms_and_other_scripts_stay_whole(name: str) -> None:
    assert read_name(name).literal == name


@pytest.mark.parametrize(
    ("name", "particle", "dropping", "suffix"),
    [
        ("Heinrich von Brentano", "", "von", ""),
        ("Brentano, Heinrich von", "", "von", ""),
        ("Charles de Gaulle", "de", "", ""),
        ("Maarten van den Broek", "van den", "", ""),
        ("Adlai Stevens, Jr.", "", "", "Jr."),
    ],
)
def test_particles_and_suffixes_are_told_apart(
    name: str, particle: str, dropping: str, suffix: str
) -> None:
    read = read_name(name)
    assert (read.particle, read.dropping_particle, read.suffix) == (particle, dropping, suffix)


@given(st.text(max_size=60))
def test_any_name_is_read_and_no_letter_of_it_is_lost(name: str) -> None:
    assume(not re.match(r"\s*(?:mr|ms|dr|com|col|gen|sir|tov|amb)s?\b", name, re.I))
    read = read_name(name)
    parts = [read.literal or "", read.family, read.given, read.particle]
    parts += [read.dropping_particle, read.suffix]
    assert Counter(re.sub(r"[\s,]", "", name)) == Counter(re.sub(r"[\s,]", "", "".join(parts)))


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("Note of Cde. Petrov", "Note"),
        ("TELEGRAM to Filippov", "Telegram"),
        ("Record of a Conversation with Mao", "Record of conversation"),
        ("Memorandum of Conversation", "Memorandum of conversation"),
        ("Record of the Third Session", "Record"),
        ("Aide-Mémoire to the Embassy", "Aide-mémoire"),
        ("On the Situation", None),
        ("Noted Persons", None),
        ("", None),
    ],
)
def test_a_genre_is_read_from_the_first_word(title: str, genre: str | None) -> None:
    assert genre_of(title) == genre


@pytest.mark.parametrize("expression", ["[undated]", "n.d.", "No date", "(undated)", "", "  "])
def test_undated_is_no_date(expression: str) -> None:
    assert read_issued(DateExpression(expression)) is None


@pytest.mark.parametrize(
    ("edtf", "begin", "end", "circa"),
    [
        ("1958-09-19", (1958, 9, 19), (), False),
        ("1958-09", (1958, 9), (), False),
        ("1958~", (1958,), (), True),
        ("1958-09-XX", (1958, 9), (), False),
        ("1958-09-03/1958-10-02", (1958, 9, 3), (1958, 10, 2), False),
        ("1958?/1960", (1958,), (1960,), True),
    ],
)
def test_edtf_becomes_numbers(
    edtf: str, begin: tuple[int, ...], end: tuple[int, ...], circa: bool
) -> None:
    issued = read_issued(DateExpression("x", edtf))
    assert issued is not None
    assert (issued.begin, issued.end, issued.circa) == (begin, end, circa)


@pytest.mark.parametrize("edtf", ["195X", "1961-21", "XXXX-07-01", "[1958,1960]", "1958/.."])
def test_a_date_that_numbers_cannot_say_keeps_its_words(edtf: str) -> None:
    issued = read_issued(DateExpression("as written", edtf))
    assert issued is not None
    assert issued.literal == "as written"


def test_an_unrecognised_reference_is_cited_whole() -> None:
    item = like("x", reference=Reference("Fondo 4, caja 12; copia"))
    assert ", Fondo 4, caja 12; copia, https" in style(item)["chicago"]["note"]["text"]
