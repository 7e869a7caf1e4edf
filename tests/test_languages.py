"""Language names into BCP 47 tags."""

from __future__ import annotations

import langcodes
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.languages import _TAGS, language_tag


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Russian", "ru"),
        ("Chinese", "zh"),
        ("Mandarin", "zh"),
        ("Chinese (Simplified)", "zh-Hans"),
        ("Traditional Chinese", "zh-Hant"),
        ("Serbo-Croatian", "sh"),
        ("Serbo–Croatian", "sh"),
        ("GERMAN", "de"),
        ("  Hungarian ", "hu"),
        ("Russian language", "ru"),
        ("Farsi", "fa"),
        ("Persian", "fa"),
        ("Khmer", "km"),
        ("Brazilian Portuguese", "pt-BR"),
    ],
)
def test_a_language_has_its_tag(name: str, tag: str) -> None:
    assert language_tag(name) == tag


@pytest.mark.parametrize(
    "name",
    ["", "Klingon", "Russian and German", "English, French", "Translation", "language", "ru"],
)
def test_what_is_no_single_known_language_has_none(name: str) -> None:
    assert language_tag(name) is None


def test_every_tag_is_valid() -> None:
    assert [tag for tag in _TAGS.values() if not langcodes.tag_is_valid(tag)] == []


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_it(name: str) -> None:
    assert language_tag(name) in {None, *_TAGS.values()}
