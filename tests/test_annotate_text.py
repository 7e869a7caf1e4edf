"""Entities in a text that a client sends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Archive

TEXT = "Anna Petrova 𝔴rote to Jan Novák from Arcadia on 3 March 1961."


def annotate(archive: Archive, text: str, **query: str) -> dict[str, Any]:
    response = archive.client.post("/v1/annotate", json={"text": text}, params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_names_and_dates_are_found_with_their_places(library: Archive) -> None:
    items = annotate(library, TEXT)["items"]
    assert [(i["entity"]["id"], i["entity"]["label"]) for i in items] == [
        ("petrova-anna", "Anna Petrova"),
        ("novak-jan", "Jan Novák"),
        ("arcadia", "Republic of Arcadia"),
        ("date-1961-03-03", "3 March 1961"),
    ]
    for item in items:
        (segment,) = item["segments"]
        assert segment["paragraph"] == 1
        assert TEXT[segment["start"] : segment["end"]] == segment["quote"] == item["quote"]
        assert TEXT.count(item["prefix"] + item["quote"] + item["suffix"]) == 1


def test_mentions_have_the_shape_that_records_have(library: Archive) -> None:
    (item, *_) = annotate(library, TEXT)["items"]
    (stored, *_) = library.get("/v1/entities/arcadia/mentions", limit=1)["items"]
    assert set(item) == set(stored) - {"record", "links"}


def test_offsets_count_utf16_where_asked(library: Archive) -> None:
    items = annotate(library, TEXT, offsets="utf16")["items"]
    start = items[1]["segments"][0]["start"]
    assert start == TEXT.index("Jan") + 1


@pytest.mark.parametrize("text", ["", " ", "\x00", "]" * 1_000, "no names here"])
def test_a_text_without_names_has_none(library: Archive, text: str) -> None:
    assert annotate(library, text) == {"items": [], "ambiguous": []}


def test_a_text_too_long_is_too_much(library: Archive) -> None:
    body = {"text": "a" * (library.settings.max_annotated_bytes + 1)}
    assert library.client.post("/v1/annotate", json=body).status_code == 413


def test_nothing_is_stored(library: Archive) -> None:
    before = library.get("/v1")
    annotate(library, TEXT)
    assert library.get("/v1") == before
