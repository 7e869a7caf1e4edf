"""What is rendered when it is loaded says what would be rendered when it is asked for."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.representations.prerendered import RUN, prerender, read_paragraphs, read_record
from api.representations.texts import PARAGRAPH_COLUMNS, shape_paragraph
from tests.conftest import MakeArchive
from tests.records import LETTER

BASE = "https://archive.example"

# No source has a NUL or half a character in it; all else it may have.
texts = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"])
) | st.sampled_from(
    ["\\u0000/", '"\\u0000/', '\\"\\u0000/', '"\\\\u0000/v1', "line\nline", "\x01\x7f\u2028"]
)


def a_record(title: str) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("date", "summary", "volume", "rights", "credits", "path", "modified_at"), ""
    )
    lists: dict[str, Any] = {
        key: []
        for key in ("languages", "contents", "other_fields", "unread", "ambiguous", "editors")
    }
    return {
        **empty,
        **lists,
        "id": "a",
        "title": title,
        "citation": {"verbatim": title, "reference": None},
        "review": "unreviewed",
        "source_sha256": "0",
        "counts": {},
        "collection_id": "c",
    }


def paragraphs_of(some: list[str]) -> list[dict[str, Any]]:
    blank = dict.fromkeys(PARAGRAPH_COLUMNS)
    return [
        {**blank, "record_id": "a", "number": number, "id": f"p{number}", "text": text}
        for number, text in enumerate(some, 1)
    ]


@settings(max_examples=200, deadline=None)
@given(
    some=st.lists(texts, min_size=1, max_size=3 * RUN),
    skip=st.integers(0, RUN - 1),
    count=st.integers(1, 3 * RUN),
)
def test_paragraphs_are_as_they_would_be_shaped(some: list[str], skip: int, count: int) -> None:
    rows = paragraphs_of(some)
    runs = [body for first, body in prerender(a_record("A"), rows, None) if first]
    items, found = read_paragraphs(runs, BASE, skip, count)
    shaped = [
        shape_paragraph("a", [row[name] for name in PARAGRAPH_COLUMNS], BASE)
        for row in rows[skip : skip + count]
    ]
    assert b"[%b]" % items == orjson.dumps(shaped)
    assert found == len(shaped)


@settings(max_examples=100, deadline=None)
@given(title=texts)
def test_a_record_keeps_whatever_its_title_has(title: str) -> None:
    (_, kept), *_ = prerender(a_record(title), [], "somebody")
    link, body = read_record(kept, BASE)
    assert orjson.loads(body)["title"] == title
    assert orjson.loads(body)["links"]["self"] == f"{BASE}/v1/records/a"
    assert f'<{BASE}/entities/somebody>; rel="author"' in link


@pytest.mark.parametrize("text", ['He wrote "\\u0000/v1/records" on it.', "C:\\u0000 stands here."])
def test_a_text_that_spells_the_place_of_links_is_served_as_it_is(
    make_archive: MakeArchive, text: str
) -> None:
    archive = make_archive({"records/a.md": f"{LETTER}\n\n{text}\n"})
    assert archive.get("/v1/records/a/paragraphs?limit=1000")["items"][-1]["text"] == text
