"""Date expressions, form by form; PyPI's `edtf` says whether what they become is EDTF."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.parsing import dates
from api.parsing.dates import FoundDate, find_dates, is_undated, parse_date, recognise_date
from api.parsing.values import DateExpression


def read(text: str) -> DateExpression:
    found = parse_date(text)
    assert found is not None
    return found


DAY = ("1958-09-19", "1958-09-19", "1958-09-19")


@pytest.mark.parametrize(
    "text",
    [
        "September 19, 1958",
        "19 September 1958",
        "September 19 1958",
        "SEPTEMBER 19, 1958",
        "Sept. 19, 1958",
        "19 Sep 1958",
        "19th of September, 1958",
        "the 19th of September 1958",
        "September 19th, 1958",
        "1958 September 19",
        "1958-09-19",
        "1958/9/19",
        "19.09.1958",
        "19. 9. 1958",
        "19.9.58",
        "9/19/1958",
        "19/9/1958",
        "19-09-1958",
        "19.IX.1958",
        "19 IX 1958",
        "19 Sept. 58",
        "[19 September 1958]",
        "19 September [1958]",
        "(19 September 1958)",
        "Friday, 19 September 1958",
        "Fri., 19 Sept. 1958",
        "19 September 1958.",
        "dated 19 September 1958",
        "evening of 19 September 1958",
        "19 September 1958, 3:00 p.m.",
        "19 September 1958, at 15.30",
        "19 September 1958, 15:30",
        "19 September 1958, 1530 hours",
        "19 September 1958, from 10:00 a.m. to 12:30 p.m.",
        "19 September 1958, 15:30 (Moscow time)",
        "Moscow, 19 September 1958",
        "New Delhi, September 19, 1958",
        "19 September 1958, Moscow",
        "19 сентября 1958 г.",
        "19 сентября 1958 года",
        "19. September 1958",
        "den 19. September 1958",
        "le 19 septembre 1958",
        "19 de septiembre de 1958",
        "19 settembre 1958",
        "19 de setembro de 1958",
        "1958. szeptember 19.",
        "19. září 1958",
        "19 września 1958 r.",
        "19 septembrie 1958",
        "19 shtator 1958",
        "19 септември 1958",
        "1958年9月19日",
        "  19\n September\t1958 ",
    ],
)
def test_a_day_in_any_form_is_that_day(text: str) -> None:
    found = read(text)
    assert (found.edtf, found.begin, found.end) == DAY


@pytest.mark.parametrize(
    ("text", "edtf", "begin", "end"),
    [
        ("August 07, 1956", "1956-08-07", "1956-08-07", "1956-08-07"),
        ("03.04.1958", "1958-04-03", "1958-04-03", "1958-04-03"),
        ("04/04/1958", "1958-04-04", "1958-04-04", "1958-04-04"),
        ("November 1967", "1967-11", "1967-11-01", "1967-11-30"),
        ("April, 1955", "1955-04", "1955-04-01", "1955-04-30"),
        ("February 1956", "1956-02", "1956-02-01", "1956-02-29"),
        ("1958-09", "1958-09", "1958-09-01", "1958-09-30"),
        ("1955", "1955", "1955-01-01", "1955-12-31"),
        ("[1955]", "1955", "1955-01-01", "1955-12-31"),
        ("1950s", "195X", "1950-01-01", "1959-12-31"),
        ("the 1950's", "195X", "1950-01-01", "1959-12-31"),
        ("19th century", "18XX", "1800-01-01", "1899-12-31"),
        ("c. 1955", "1955~", "1955-01-01", "1955-12-31"),
        ("ca. 1955", "1955~", "1955-01-01", "1955-12-31"),
        ("circa April 1955", "1955-04~", "1955-04-01", "1955-04-30"),
        ("approximately 1955", "1955~", "1955-01-01", "1955-12-31"),
        ("about 5 May 1955", "1955-05-05~", "1955-05-05", "1955-05-05"),
        ("1955?", "1955?", "1955-01-01", "1955-12-31"),
        ("[1955?]", "1955?", "1955-01-01", "1955-12-31"),
        ("probably 1955", "1955?", "1955-01-01", "1955-12-31"),
        ("19 September 1958 (?)", "1958-09-19?", "1958-09-19", "1958-09-19"),
        ("c. 1955?", "1955%", "1955-01-01", "1955-12-31"),
        ("before 1957", "../1957", None, "1957-12-31"),
        ("before 19 September 1958", "../1958-09-19", None, "1958-09-19"),
        ("not later than 5 May 1953", "../1953-05-05", None, "1953-05-05"),
        ("after 1957", "1957/..", "1957-01-01", None),
        ("no earlier than June 1957", "1957-06/..", "1957-06-01", None),
        ("before the 1950s", "../1959", None, "1959-12-31"),
        ("1950s-1960s", "1950/1969", "1950-01-01", "1969-12-31"),
        ("early 1959", "1959~", "1959-01-01", "1959-12-31"),
        ("mid-1959", "1959~", "1959-01-01", "1959-12-31"),
        ("late September 1958", "1958-09~", "1958-09-01", "1958-09-30"),
        ("the end of 1958", "1958~", "1958-01-01", "1958-12-31"),
        ("late 1950s", "195X~", "1950-01-01", "1959-12-31"),
        ("Spring 1956", "1956-21", "1956-03-01", "1956-05-31"),
        ("late summer of 1956", "1956-22", "1956-06-01", "1956-08-31"),
        ("Fall, 1956", "1956-23", "1956-09-01", "1956-11-30"),
        ("Winter 1956", "1956-24", "1955-12-01", "1957-02-28"),
        ("Winter 1956-57", "1956-12/1957-02", "1956-12-01", "1957-02-28"),
        ("3-5 October 1962", "1962-10-03/1962-10-05", "1962-10-03", "1962-10-05"),
        ("3–5 October 1962", "1962-10-03/1962-10-05", "1962-10-03", "1962-10-05"),
        ("3 — 5 October 1962", "1962-10-03/1962-10-05", "1962-10-03", "1962-10-05"),
        ("October 3-5, 1962", "1962-10-03/1962-10-05", "1962-10-03", "1962-10-05"),
        ("from 3 to 5 October 1962", "1962-10-03/1962-10-05", "1962-10-03", "1962-10-05"),
        (
            "between 3 and 5 October 1962",
            "1962-10-03/1962-10-05",
            "1962-10-03",
            "1962-10-05",
        ),
        ("30 September - 2 October 1962", "1962-09-30/1962-10-02", "1962-09-30", "1962-10-02"),
        ("28 December 1958 - 3 January 1959", "1958-12-28/1959-01-03", "1958-12-28", "1959-01-03"),
        ("night of 22 to 23 October 1962", "1962-10-22/1962-10-23", "1962-10-22", "1962-10-23"),
        ("1958-1960", "1958/1960", "1958-01-01", "1960-12-31"),
        ("1958–60", "1958/1960", "1958-01-01", "1960-12-31"),
        ("1955/56", "1955/1956", "1955-01-01", "1956-12-31"),
        ("c. 1955-1957", "1955~/1957~", "1955-01-01", "1957-12-31"),
        ("June-July 1958", "1958-06/1958-07", "1958-06-01", "1958-07-31"),
        ("December 1961-January 1962", "1961-12/1962-01", "1961-12-01", "1962-01-31"),
        (
            "3, 4, and 5 October 1962",
            "{1962-10-03,1962-10-04,1962-10-05}",
            "1962-10-03",
            "1962-10-05",
        ),
        ("October 3 and 5, 1962", "{1962-10-03,1962-10-05}", "1962-10-03", "1962-10-05"),
        ("3 or 4 October 1962", "[1962-10-03,1962-10-04]", "1962-10-03", "1962-10-04"),
        ("1 July", "XXXX-07-01", None, None),
        ("July 1", "XXXX-07-01", None, None),
        ("1-5 July", "XXXX-07-01/XXXX-07-05", None, None),
        ("25 October (7 November) 1917", "1917-11-07", "1917-11-07", "1917-11-07"),
        ("October 25 (November 7), 1917", "1917-11-07", "1917-11-07", "1917-11-07"),
        ("7 November (25 October) 1917", "1917-11-07", "1917-11-07", "1917-11-07"),
        ("25 October/7 November 1917", "1917-11-07", "1917-11-07", "1917-11-07"),
        ("25 October 1917 (O.S.)", "1917-11-07", "1917-11-07", "1917-11-07"),
        ("25 October 1917, Old Style", "1917-11-07", "1917-11-07", "1917-11-07"),
        ("7 November 1917 (N.S.)", "1917-11-07", "1917-11-07", "1917-11-07"),
        ("1 (14) February 1918", "1918-02-14", "1918-02-14", "1918-02-14"),
        ("19 December 1916 (1 January 1917)", "1917-01-01", "1917-01-01", "1917-01-01"),
        ("29 February 1900 (O.S.)", "1900-03-13", "1900-03-13", "1900-03-13"),
    ],
)
def test_a_form_means_what_it_says(
    text: str, edtf: str, begin: str | None, end: str | None
) -> None:
    found = read(text)
    assert (found.edtf, found.begin, found.end) == (edtf, begin, end)
    assert parse_edtf(edtf) is not None


@pytest.mark.parametrize(
    "text",
    [
        "[undated]",
        "undated",
        "n.d.",
        "no date",
        "s.d.",
        "03/04/1958",
        "1911-12",
        "19.13.1958",
        "5 October 1962 - 3 October 1962",
        "1960-1958",
        "25 October (8 November) 1917",
        "19 September or thereabouts",
        "not before the meeting",
        "Chapter 3",
        "10,000",
        "4-3",
        "13th",
        "19.9.12",
        "September 1958 September",
        "19 1958",
        "or 03.04.1958",
        "99999",
        "?",
        "-",
    ],
)
def test_what_cannot_be_read_keeps_its_words_and_nothing_else(text: str) -> None:
    assert parse_date(text) == DateExpression(expression=text)


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_only_an_empty_text_has_no_expression(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("31 February 1956", "1956-02-01", "1956-02-29"),
        ("June 31, 1958", "1958-06-01", "1958-06-30"),
        ("1957-02-29", "1957-02-01", "1957-02-28"),
        ("31.04.1958", "1958-04-01", "1958-04-30"),
        ("September 35, 1958", "1958-09-01", "1958-09-30"),
        ("30 February", None, None),
    ],
)
def test_a_day_that_does_not_exist_is_reported(
    text: str, begin: str | None, end: str | None
) -> None:
    found = read(text)
    assert (found.impossible, found.edtf, found.begin, found.end) == (True, None, begin, end)


def test_a_leap_day_exists() -> None:
    assert not read("29 February 1956").impossible


def test_the_expression_is_kept_as_written() -> None:
    assert read("[ca.  Sept.\n1958]").expression == "[ca. Sept. 1958]"


def test_a_decomposed_text_reads_the_same() -> None:
    assert read(unicodedata.normalize("NFD", "19. září 1958")).edtf == "1958-09-19"


@pytest.mark.parametrize("text", ["undated", "[Undated]", "n.d.", "(no date)", "not dated"])
def test_undated_is_recognised(text: str) -> None:
    assert is_undated(text)


@pytest.mark.parametrize("text", ["", "1958", "no data", "dated"])
def test_other_words_are_not_undated(text: str) -> None:
    assert not is_undated(text)


@pytest.mark.parametrize("text", ["Moscow, 5 May 1958", "undated", "RGANI", "5 May 1958, Moscow"])
def test_recognise_takes_a_date_and_nothing_else(text: str) -> None:
    assert recognise_date(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We have not replied to the 1 July US letter on this.", ["1 July"]),
        ("On September 19, 1958 he wrote.", ["September 19, 1958"]),
        ("[19 September 1958]", ["19 September 1958"]),
        ("(19 September 1958)", ["19 September 1958"]),
        ("In May 1958, and again on May 5, they met.", ["May 1958", "May 5"]),
        ("from 3 to 5 October 1962", ["3 to 5 October 1962"]),
        ("on 3-5 October 1962.", ["3-5 October 1962"]),
        ("the night of 22 to 23 October", ["22 to 23 October"]),
        ("30 September–2 October 1962", ["30 September–2 October 1962"]),
        ("October 3-5, 1962", ["October 3-5, 1962"]),
        ("on the 1st of July", ["1st of July"]),
        ("the 1950s and the early 1960s", ["1950s", "early 1960s"]),
        ("the spring of 1956", ["spring of 1956"]),
        ("in 1958 they came", ["1958"]),
        ("Since 1949, by 1960, until 1962.", ["1949", "1960", "1962"]),
        ("between 1956 and 1958", ["1956 and 1958"]),
        ("from 1956 to 1958", ["1956 to 1958"]),
        ("of 1958 and", ["1958"]),
        ("31 February 1956", ["31 February 1956"]),
        ("late 1959", ["late 1959"]),
        ("1958-09-19 and 19.09.1958", ["1958-09-19", "19.09.1958"]),
        ("DATED SEPTEMBER 19, 1958", ["SEPTEMBER 19, 1958"]),
        ("Sept. 5 and Dec. 6", ["Sept. 5", "Dec. 6"]),
        ("on 5\nMay 1958", ["5\nMay 1958"]),
    ],
)
def test_dates_in_prose_are_found(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in find_dates(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "There were 10,000 men.",
        "4-3",
        "the 13th session",
        "We may 5 times ask, and march 3 miles.",
        "They may decide.",
        "pp. 1950-1960",
        "1958",
        "of 1958 men",
        "in 1900 cases",
        "No. 1958",
        "10.5 May",
        "03/04/1958",
        "June 10,000",
        "45 October",
        "in 1958,000",
    ],
)
def test_what_is_no_date_is_not_found(text: str) -> None:
    assert find_dates(text) == []


def test_a_found_date_knows_its_meaning() -> None:
    text = "He came between 3 and 5 October 1962."
    expected = DateExpression(
        "3 and 5 October 1962", "1962-10-03/1962-10-05", "1962-10-03", "1962-10-05"
    )
    assert find_dates(text) == [FoundDate(16, 36, expected)]


_WORDS = (
    "19 5 31 1958 62 September May февраля Spring early c. before after between and to - – / ( ) , "
    "? O.S. [ ] . 03.04.1958 1958-09-19 1950s undated Moscow 3:00 p.m. or of 年 00 ' st"
)
_PIECES = st.sampled_from(_WORDS.split())
_EXPRESSIONS = st.lists(_PIECES, max_size=9).map(" ".join) | st.text(max_size=60)


@settings(max_examples=100, deadline=None)
@given(_EXPRESSIONS)
@example("29 February 1900")
@example("31 December 2199")
def test_whatever_is_read_is_valid_and_in_order(text: str) -> None:
    found = parse_date(text)
    if found is None:
        assert not text.split()
        return
    assert found.expression == " ".join(text.split())
    assert found.edtf is None or not found.impossible
    if found.edtf:
        parse_edtf(found.edtf)
    if found.begin and found.end:
        assert found.begin <= found.end


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1000, 1, 1), date(2199, 12, 31)))
def test_every_day_comes_back_from_either_order(day: date) -> None:
    written = f"{day.day} {day:%B} {day.year}"
    assert read(written).edtf == read(f"{day:%B} {day.day}, {day.year}").edtf == str(day)


@settings(max_examples=100, deadline=None)
@given(st.lists(_PIECES, max_size=25).map(" ".join) | st.text(max_size=200))
def test_found_dates_stand_in_order_and_read_back(text: str) -> None:
    at = 0
    for start, end, found in find_dates(text):
        assert at <= start < end <= len(text)
        assert found.expression == " ".join(text[start:end].split())
        assert found.edtf or found.impossible
        at = end


@pytest.mark.parametrize("piece", ["1 ", "May ", "3-5 ", "in 1958 ", "12, ", "1958-", "\n", "(1 "])
def test_a_long_text_is_read_to_its_end(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    find_dates(text)
    parse_date(text)


def test_whatever_a_date_may_hold_is_known_for_a_word_of_dates() -> None:
    patterns = (*(pattern for pattern, _ in dates._PHRASES), dates._TIME, dates._SCANNER)
    plain = (re.sub(r"\\.|\(\?P<\w+>", " ", pattern.pattern) for pattern in patterns)
    written = {word for text in plain for word in re.findall("[a-z]{4,}", text)}
    assert written - {"divx"} <= dates._KNOWN


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("no later than 5 May 1950", "../1950-05-05"),
        ("on or after 5 May 1950", "1950-05-05/.."),
        ("5 May 1950, 12:30 Moscow time", "1950-05-05"),
        ("midnight, 5 May 1950", "1950-05-05"),
        ("15 October 1900 oldstyle", "1900-10-28"),
        ("19th century", "18XX"),
    ],
)
def test_words_around_a_date_do_not_hide_it(text: str, edtf: str) -> None:
    assert read(text).edtf == edtf
