"""The query language: what is syntax, what is text, and the bounds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.search_queries import (
    Highlighter,
    SearchQuery,
    Term,
    TooComplex,
    parse_query,
)
from api.words import WORD


def word(text: str) -> Term:
    return Term("word", (text,))


def phrase(*words: str) -> Term:
    return Term("phrase", words)


def prefix(text: str) -> Term:
    return Term("prefix", (text,))


@pytest.mark.parametrize(
    ("text", "groups", "without"),
    [
        ("summit talks", [(word("summit"),), (word("talks"),)], []),
        ("Málaga TALKS", [(word("malaga"),), (word("talks"),)], []),
        ('"summit talks"', [(phrase("summit", "talks"),)], []),
        ("“summit talks”", [(phrase("summit", "talks"),)], []),
        ('(“summit talks”) "x"', [(phrase("summit", "talks"),), (phrase("x"),)], []),
        ("conf*", [(prefix("conf"),)], []),
        ("rice OR wheat harvest", [(word("rice"), word("wheat")), (word("harvest"),)], []),
        ("rice OR wheat OR rye", [(word("rice"), word("wheat"), word("rye"))], []),
        ("rice -wheat", [(word("rice"),)], [word("wheat")]),
        ('rice -"winter wheat"', [(word("rice"),)], [phrase("winter", "wheat")]),
        ("-rice", [], [word("rice")]),
        ("OR", [], []),
        ("OR rice", [(word("rice"),)], []),
        ("rice OR", [(word("rice"),)], []),
        ("rice or wheat", [(word("rice"),), (word("or"),), (word("wheat"),)], []),
        ("title:rice", [(phrase("title", "rice"),)], []),
        ("N.S.", [(phrase("n", "s"),)], []),
        ("cease-fire", [(phrase("cease", "fire"),)], []),
        ("people's", [(word("people"),)], []),
        ('a "rice', [(word("a"),), (word("rice"),)], []),
        ("rice rice", [(word("rice"),)], []),
        ("台湾 мир", [(phrase("台", "湾"),), (word("мир"),)], []),
        ('* - " ( ) [ ] { } ^ ~ \\ / + && ||', [], []),
        ("", [], []),
    ],
)
def test_a_query_is_read(text: str, groups: list[tuple[Term, ...]], without: list[Term]) -> None:
    assert parse_query(text) == SearchQuery(tuple(groups), tuple(without))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (" ".join(f"w{i}" for i in range(33)), "33 terms"),
        ("a*", "too short"),
        ("ab* cd* ef* gh* ij*", "5 prefixes"),
        (" ".join(f'"a w{i}"' for i in range(9)), "9 phrases"),
        ('"' + "w " * 33 + '"', "a phrase of 33 words"),
    ],
)
def test_beyond_its_bounds_a_query_is_refused_with_advice(text: str, advice: str) -> None:
    with pytest.raises(TooComplex, match=advice):
        parse_query(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_query_or_too_complex(text: str) -> None:
    try:
        query = parse_query(text)
    except TooComplex:
        return
    for term in (*query.terms, *query.without):
        assert all(WORD.fullmatch(part) for part in term.words)


@pytest.mark.parametrize("text", ['"' * 10_000, "-" * 10_000, "“" * 10_000, "a'" * 5_000])
def test_a_hostile_query_is_read_in_no_time(text: str) -> None:
    try:
        parse_query(text)
    except TooComplex:
        return


def test_highlights_are_the_words_as_they_stand() -> None:
    text = "Größe und Café; cafes at the summit talks, the summit."
    query = parse_query('café "summit talks" groß*')
    spans = Highlighter(query, lambda word: word.removesuffix("s")).find(text)
    assert [text[start:end] for start, end in spans] == ["Größe", "Café", "cafes", "summit talks"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100), st.text(max_size=30))
def test_highlights_lie_in_the_text_in_order(text: str, asked: str) -> None:
    try:
        query = parse_query(asked)
    except TooComplex:
        return
    spans = Highlighter(query, lambda word: word).find(text)
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
