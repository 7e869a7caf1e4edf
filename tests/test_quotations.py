"""Quotations against texts: found to the character, or not found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.quotations import (
    Passage,
    Place,
    find_nearest,
    find_places,
    read_quotation,
    spans_in,
)
from api.text import JoinedText

TEXT = (
    "The delegation ought not leave. Therefore, [we] shall wait – it is [to our] benefit. "
    'He said "never", and the café in Brno closed on 12 March. We cannot wait.'
)
NEXT = "Republic of Arcadia, led by its council, agreed on a meeting of ministers in the spring."


def passage(*texts: str) -> Passage:
    return Passage.of(JoinedText.of(enumerate(texts, 1)))


def places(quote: str, *texts: str) -> list[Place]:
    return find_places(read_quotation(quote), passage(*(texts or (TEXT, NEXT))))


@pytest.mark.parametrize(
    "quote",
    [
        "The delegation ought not leave.",
        "[we] shall wait – it is [to our] benefit",
        "We cannot wait. Republic of Arcadia",
        "We cannot wait.\nRepublic of Arcadia",
        "We cannot wait.\n\nRepublic of Arcadia",
        'said "never", and',
        "  ought not leave  ",
    ],
)
def test_the_same_characters_are_exact(quote: str) -> None:
    (place,) = places(quote)
    assert place.exact


@pytest.mark.parametrize(
    ("quote", "normalized", "stands"),
    [
        ("the DELEGATION ought", ["case"], "The delegation ought"),
        ("said “never”, and", ["quotes"], 'said "never", and'),
        ("shall wait - it is", ["dashes"], "shall wait – it is"),
        ("shall wait — it is", ["dashes"], "shall wait – it is"),
        ("shall   wait", ["space"], "shall wait"),
        ("shall\nwait", ["space"], "shall wait"),
        ("the cafe in Brno", ["diacritics"], "the café in Brno"),
        ("the cafe\u0301 in Brno", ["characters"], "the café in Brno"),
        ("Therefore, shall wait", ["brackets"], "Therefore, [we] shall wait"),
        ("Therefore, we shall wait", ["brackets"], "Therefore, [we] shall wait"),
        (
            "[we] shall wait – it is benefit",
            ["brackets"],
            "[we] shall wait – it is [to our] benefit",
        ),
        ("[The] delegation ought", ["brackets"], "The delegation ought"),
        ("“ought not leave,”", ["punctuation"], "ought not leave"),
        ("… ought not leave …", ["ellipsis"], "ought not leave"),
        ("OUGHT  not leave", ["space", "case"], "ought not leave"),
    ],
)
def test_typography_may_differ_and_is_named(quote: str, normalized: list[str], stands: str) -> None:
    (place,) = places(quote)
    (span,) = place.spans
    assert (TEXT + " " + NEXT)[span.start : span.end] == stands
    assert list(place.normalized) == normalized


@pytest.mark.parametrize(
    "quote",
    [
        "The delegation must not leave",
        "The delegation ought leave",
        "ought never leave",
        "closed on 13 March",
        "closed on 2 March",
        "closed on 1",
        "We can wait",
        "not wait",
        "We can",
        "The delegation, ought not leave",
        "leave not ought",
        "ought not leave -",
        "a meeting … of the delegation",
        "",
        " .,;- ",
        "…",
    ],
)
def test_a_look_alike_is_not_found(quote: str) -> None:
    assert places(quote) == []


def test_a_power_is_not_the_number_it_folds_to() -> None:
    assert places("about 102 tons", "about 10² tons") == []


@pytest.mark.parametrize(
    "quote",
    [
        "delegation … shall wait",
        "delegation ... shall wait",
        "delegation [...] shall wait",
        "delegation . . . shall wait",
        "delegation (…) shall wait",
    ],
)
def test_an_ellipsis_leaves_words_out(quote: str) -> None:
    (place,) = places(quote)
    joined = passage(TEXT, NEXT).joined
    assert [joined.text[a:b] for a, b in place.spans] == ["delegation", "shall wait"]
    assert place.normalized == ("ellipsis",)


def test_an_ellipsis_does_not_reach_too_far() -> None:
    assert places("delegation … Arcadia", TEXT, "x. " * 2_000, NEXT) == []


def test_an_ellipsis_of_the_text_itself_is_quoted_exactly() -> None:
    (place,) = places("in ... days", "It will come in ... days.")
    assert place.exact


def test_every_place_is_found() -> None:
    found = places("the harvest", "the harvest and the harvest", "the harvest")
    assert [span for place in found for span in place.spans] == [(0, 11), (16, 27), (28, 39)]


def test_exact_places_count_before_others() -> None:
    (place,) = places("the harvest", "The harvest and the harvest")
    assert place.exact


def test_a_quotation_over_a_page_break_has_a_segment_on_each_side() -> None:
    (place,) = places("wait. Republic of Arcadia")
    assert spans_in(passage(TEXT, NEXT).joined, place.spans) == [
        (1, len(TEXT) - 5, len(TEXT)),
        (2, 0, 19),
    ]


def test_a_cut_word_is_found_where_the_rest_is_none() -> None:
    words = {"not", "wait", "can"}
    quotation = read_quotation("egation ought not lea")
    found = find_places(quotation, passage(TEXT), is_word=words.__contains__)
    assert [place.exact for place in found] == [True]


@pytest.mark.parametrize(
    ("quote", "replaced"),
    [
        ("The delegation must not leave.", ("replace", "must", "ought")),
        ("The delegation ought leave.", ("insert", "", "not")),
        ("The delegation ought not ever leave.", ("delete", "ever", "")),
        ("and the café in Brno closed on 13 March", ("replace", "13", "12")),
    ],
)
def test_the_nearest_passage_is_shown_with_its_differences(
    quote: str, replaced: tuple[str, str, str]
) -> None:
    nearest = find_nearest(read_quotation(quote), passage(TEXT, NEXT))
    assert nearest is not None
    differing = [(d.op, d.quote, d.text) for d in nearest.differences if d.op != "equal"]
    assert differing == [replaced]


def test_what_is_nothing_like_it_is_not_near() -> None:
    quotation = read_quotation("wholly other words that stand nowhere at all")
    assert find_nearest(quotation, passage(TEXT, NEXT)) is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_quotation_of_any_text_is_answered(quote: str, text: str) -> None:
    quotation, place = read_quotation(quote), passage(text)
    find_nearest(quotation, place)
    for found in find_places(quotation, place):
        assert all(0 <= start < end <= len(text) for start, end in found.spans)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=100), st.data())
def test_words_cut_from_a_text_stand_in_it(text: str, data: st.DataObject) -> None:
    words = text.split(" ")
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    quote = " ".join(words[first : last + 1]).strip()
    quotation = read_quotation(quote)
    if quotation.fragments:
        assert any(place.exact for place in find_places(quotation, passage(text), limit=100))


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("a " * 5_000 + "b", "a " * 10_000),
        ("[" * 10_000, "[a] " * 5_000),
        ("a [b] " * 1_600 + "c", "a [b] " * 3_000),
        ("a … " * 2_500 + "b", "a " * 10_000),
        ("... " * 2_500 + "a", "... " * 5_000),
    ],
)
def test_a_hostile_quotation_is_answered_in_good_time(quote: str, text: str) -> None:
    quotation, place = read_quotation(quote), passage(text)
    assert find_places(quotation, place) == []
    find_nearest(quotation, place)
