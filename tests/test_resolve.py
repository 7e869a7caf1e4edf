"""Where quotations stand, over HTTP, on a corpus large enough to be wrong about."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import text

from api.store.engine import make_engine
from tests.conftest import Archive, MakeArchive
from tests.corpora import vocabulary
from tests.records import LETTER

Passages = list[tuple[str, tuple[int, ...], str]]
"""Record, numbers of the paragraphs, their joined text."""


@pytest.fixture(scope="module")
def passages(library: Archive) -> Passages:
    """Every passage of the library: record, numbers, text."""
    engine = make_engine(library.settings)
    query = "SELECT record_id, number, text, continues FROM paragraph ORDER BY record_id, number"
    found: Passages = []
    with engine.connect() as connection:
        for row in connection.execute(text(query)):
            if row.continues is not None:
                record, numbers, before = found[-1]
                found[-1] = record, (*numbers, row.number), f"{before} {row.text}"
            else:
                found.append((row.record_id, (row.number,), row.text))
    engine.dispose()
    return found


def cut(passages: Passages, count: int, seed: int) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Quotations of eight to thirty words, anywhere."""
    choose = random.Random(seed)
    long = [passage for passage in passages if len(passage[2].split(" ")) > 32]
    for record, numbers, whole in choose.choices(long, k=count):
        words = whole.split(" ")
        length = choose.randint(8, 30)
        first = choose.randrange(len(words) - length)
        yield " ".join(words[first : first + length]), record, numbers


def ask(archive: Archive, quotes: list[str]) -> list[dict[str, Any]]:
    """The verdicts on any number of quotations, a hundred at a time."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(quotes), 100):
        body = {"quotes": quotes[start : start + 100]}
        response = archive.client.post("/v1/resolve", json=body)
        assert response.status_code == 200, response.text
        found += response.json()["items"]
    assert [item["quote"] for item in found] == quotes
    return found


def noisy(quote: str, choose: random.Random) -> str:
    """The quotation as somebody else's typography has it."""
    changed = quote
    while changed == quote:
        for way in choose.sample(range(7), 2):
            if way == 0:
                changed = changed.replace('"', choose.choice("“”„«"))
            elif way == 1:
                changed = changed.replace("'", "’")
            elif way == 2:
                changed = changed.replace(" - ", choose.choice((" – ", " — ", "—")))
            elif way == 3:
                words = changed.split(" ")
                words[choose.randrange(1, len(words))] = "\n" + words.pop(1)
                changed = " ".join(words) if " ".join(words).split() == quote.split() else changed
            elif way == 4:
                changed = changed.upper()
            elif way == 5:
                changed = changed.replace("e", "é")
            else:
                changed = changed.replace("[", "").replace("]", "")
    return changed


def test_a_thousand_quotations_are_found_to_the_character(
    library: Archive, passages: Passages
) -> None:
    cuts = list(cut(passages, 1_000, seed=1))
    for item, (quote, record, numbers) in zip(
        ask(library, [c[0] for c in cuts]), cuts, strict=True
    ):
        assert item["status"] == "exact", item
        (place,) = item["places"]
        assert place["record"]["id"] == record
        assert " ".join(segment["quote"] for segment in place["segments"]) == quote
        assert {segment["paragraph"] for segment in place["segments"]} <= set(numbers)


def test_a_thousand_quotations_with_other_typography_are_normalized(
    library: Archive, passages: Passages
) -> None:
    choose = random.Random(5)
    cuts = list(cut(passages, 1_000, seed=2))
    items = ask(library, [noisy(quote, choose) for quote, _, _ in cuts])
    for item, (quote, record, _) in zip(items, cuts, strict=True):
        assert item["status"] == "normalized", item
        assert item["normalized"]
        (place,) = item["places"]
        assert place["record"]["id"] == record
        standing = " ".join(segment["quote"] for segment in place["segments"])
        assert standing.strip('."?[]') == quote.strip('."?[]')


def misquoted(quote: str, choose: random.Random) -> str:
    """The quotation with one word left out, put in or exchanged."""
    words = quote.split(" ")
    plain = [i for i, word in enumerate(words) if word.isalpha() and 0 < i < len(words) - 1]
    changed = quote
    while changed in quote:
        at, other = choose.choice(plain), choose.choice(vocabulary())
        new = choose.choice(([], [words[at], other], [other]))
        changed = " ".join([*words[:at], *new, *words[at + 1 :]])
    return changed


def test_a_thousand_quotations_with_one_word_changed_are_not_found(
    library: Archive, passages: Passages
) -> None:
    choose = random.Random(6)
    cuts = list(cut(passages, 1_000, seed=3))
    items = ask(library, [misquoted(quote, choose) for quote, _, _ in cuts])
    for item, (quote, record, numbers) in zip(items, cuts, strict=True):
        assert item["status"] == "not_found", quote
        assert item["places"] == []
        nearest = item["nearest"]
        assert nearest["record"]["id"] == record
        assert {segment["paragraph"] for segment in nearest["segments"]} <= set(numbers)
        assert any(one["op"] != "equal" for one in nearest["diff"])


@pytest.fixture
def letter(make_archive: MakeArchive) -> Archive:
    return make_archive({"records/555001.md": LETTER})


def test_one_quotation_can_be_asked_for_in_the_url(letter: Archive) -> None:
    (item,) = letter.get("/v1/resolve", quote="I have waited at the station")["items"]
    assert item["status"] == "exact"


def test_a_place_has_a_pinpoint_citation_and_a_link_to_the_words(letter: Archive) -> None:
    (item,) = letter.get("/v1/resolve", quote="I have waited at the station")["items"]
    (place,) = item["places"]
    number = place["segments"][0]["paragraph"]
    assert place["citation"].startswith('"Letter from Anna Petrova')
    assert place["citation"].lower().endswith(f"para. {number}.")
    page, directive = place["link"].split("#:~:text=")
    assert page == "http://opis.test/records/555001"
    assert "I have waited at the station" in unquote(directive)


def test_a_place_warns_of_the_marks_it_touches_only(letter: Archive) -> None:
    (touching,) = letter.get("/v1/resolve", quote="asked [me] to write")["items"]
    (beside,) = letter.get("/v1/resolve", quote="write to you about the tractors")["items"]
    assert [w["kind"] for w in touching["places"][0]["warnings"]] == ["supplied"]
    assert beside["places"][0]["warnings"] == []


def test_a_quotation_over_a_page_break_is_exact(letter: Archive) -> None:
    quote = "the delegation of the People's Republic of Arcadia stood"
    (item,) = letter.get("/v1/resolve", quote=quote)["items"]
    assert item["status"] == "exact"
    assert len(item["places"][0]["segments"]) == 2
    assert "paras." in item["places"][0]["citation"].lower()


def test_a_quotation_over_two_paragraphs_is_exact(letter: Archive) -> None:
    quote = "Dear Comrade Novák!\n\nThe Ministry of Agriculture"
    (item,) = letter.get("/v1/resolve", quote=quote)["items"]
    assert item["status"] == "exact"
    assert len(item["places"][0]["segments"]) == 2


def test_words_left_out_are_marked_by_an_ellipsis(letter: Archive) -> None:
    quote = "We have waited … at the station … Republic of Arcadia"
    (item,) = letter.get("/v1/resolve", quote=quote)["items"]
    assert (item["status"], item["normalized"]) == ("normalized", ["ellipsis"])
    assert [s["quote"] for s in item["places"][0]["segments"]] == [
        "We have waited",
        "at the station",
        "Republic of Arcadia",
    ]


def test_what_stands_in_several_places_is_ambiguous(letter: Archive) -> None:
    (item,) = letter.get("/v1/resolve", quote="tractors")["items"]
    assert item["status"] == "exact"
    (item,) = letter.get("/v1/resolve", quote="waited")["items"]
    assert item["status"] == "ambiguous"
    assert len(item["places"]) == 2


def test_one_record_can_be_looked_in(library: Archive) -> None:
    word = vocabulary()[2]
    (item,) = library.get("/v1/resolve", quote=word, record="100007")["items"]
    assert {place["record"]["id"] for place in item["places"]} == {"100007"}
    (item,) = library.get("/v1/resolve", quote=word)["items"]
    assert (item["status"], item["more"], len(item["places"])) == ("ambiguous", True, 20)


def test_offsets_count_utf16_where_asked(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/1.md": LETTER.replace("The Ministry", "𝔗𝔥𝔢 The Ministry")})
    (plain,) = archive.get("/v1/resolve", quote="Ministry of")["items"]
    (utf16,) = archive.get("/v1/resolve", quote="Ministry of", offsets="utf16")["items"]
    segments = [item["places"][0]["segments"][0]["start"] for item in (plain, utf16)]
    assert segments[1] - segments[0] == 3


@pytest.mark.parametrize(
    "quote", ["", " ", "…", "?!", "\x00", "[", "zzzz", "x" * 9_999, "ы" * 5_000]
)
def test_any_quotation_is_answered(letter: Archive, quote: str) -> None:
    (item,) = ask(letter, [quote])
    assert item["status"] == "not_found"
    assert item["nearest"] is None


def test_more_than_a_hundred_are_too_much(letter: Archive) -> None:
    response = letter.client.post("/v1/resolve", json={"quotes": ["a"] * 101})
    assert response.status_code == 413


def test_a_quotation_over_ten_thousand_bytes_is_too_much(letter: Archive) -> None:
    response = letter.client.post("/v1/resolve", json={"quotes": ["a" * 10_001]})
    assert response.status_code == 413
    assert letter.client.get("/v1/resolve", params={"quote": "a" * 10_001}).status_code == 413


@pytest.mark.parametrize("body", [{}, {"quotes": "a"}, {"quotes": [1]}, []])
def test_another_body_is_not_valid(letter: Archive, body: Any) -> None:
    response = letter.client.post("/v1/resolve", json=body)
    assert response.status_code == 422
    assert response.json()["title"] == "Not valid"


@pytest.mark.parametrize(
    "body", ['{"quotes": ["\\ud800"]}', '{"quotes": ["a"], "record": "\\ud800"}']
)
def test_half_a_character_is_not_valid(letter: Archive, body: str) -> None:
    response = letter.client.post(
        "/v1/resolve", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 422
    assert response.json()["errors"]


def test_a_record_that_is_not_there_cannot_be_looked_in(letter: Archive) -> None:
    letter.get("/v1/resolve", 404, quote="a", record="none")


def test_a_bracket_at_the_edge_of_a_passage_stays_with_its_fellow(archive: Archive) -> None:
    item = archive.get("/v1/resolve", quote="we can wait with a reply")
    assert item["status"] == "normalized"
    assert item["normalized"] == ["brackets"]
    assert item["places"][0]["segments"][0]["quote"] == "[we] can wait with a reply"
    assert item["items"][0]["places"] == item["places"]
