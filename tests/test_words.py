"""Words: folded the same way whether their places are asked for or not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.words import find_words, join_words, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Heads of government", ["the", "heads", "of", "government"]),
        ("Łódź, Ångström", ["lodz", "angstrom"]),
        ("cafe\u0301 naïve", ["cafe", "naive"]),
        ("台湾问题", ["台", "湾", "问", "题"]),
        ("Ёлка и мир", ["елка", "и", "мир"]),
        ("people's f. 52", ["people", "s", "f", "52"]),
        ("snake_case", ["snake", "case"]),
        ("co\u00adoperate", ["cooperate"]),
        ("", []),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_word_spans_its_combining_marks() -> None:
    text = "the cafe\u0301 is"
    assert [text[start:end] for start, end, _ in find_words(text)] == ["the", "cafe\u0301", "is"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_words_and_their_places_agree(text: str) -> None:
    found = find_words(text)
    assert [word.text for word in found] == words_of(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(before.start <= after.start for before, after in pairwise(found))


@given(st.text(max_size=60))
def test_words_joined_are_the_words(text: str) -> None:
    assert join_words(text).split() == words_of(text)
