"""Paragraphs, outline, mentions and apparatus over HTTP, exact to the character."""

import hashlib
from collections import Counter
from typing import Any

import pytest

from tests.conftest import Archive, MakeArchive
from tests.records import AUTHORITIES, LETTER, OLDER

NFD = (
    LETTER.replace("Novák", "Nova\u0301k")
    .replace("We have waited", "😀 We have waited")
    .replace("\n", "\r\n")
)


@pytest.fixture
def letters(make_archive: MakeArchive) -> Archive:
    return make_archive(
        {
            "records/letter.md": LETTER,
            "records/nfd.md": b"\xef\xbb\xbf" + NFD.encode(),
            "authorities/all.yaml": AUTHORITIES,
        }
    )


def texts(archive: Archive, record: str) -> dict[int, str]:
    return {p["number"]: p["text"] for p in archive.paragraphs(record)}


def check_offsets(archive: Archive, record: str) -> int:
    """Every offset that is served slices to its quote; says how many there were."""
    source = archive.client.get(f"/v1/records/{record}.md").content.decode()
    text, checked = texts(archive, record), 0
    for paragraph in archive.paragraphs(record):
        cut = source[paragraph["source_start"] : paragraph["source_end"]]
        assert "".join(cut.split()) == "".join(paragraph["text"].split())
        assert paragraph["text_sha256"] == hashlib.sha256(paragraph["text"].encode()).hexdigest()
    for mention in archive.mentions(record):
        spans = [*mention["segments"], *(mention["full_span"] or {"segments": []})["segments"]]
        for span in spans:
            assert text[span["paragraph"]][span["start"] : span["end"]] == span["quote"]
            checked += 1
        assert mention["quote"] == " ".join(s["quote"] for s in mention["segments"])
        first, last = mention["segments"][0], mention["segments"][-1]
        assert text[first["paragraph"]][: first["start"]].endswith(mention["prefix"])
        assert text[last["paragraph"]][last["end"] :].startswith(mention["suffix"])
    for item in archive.record(record, "/apparatus")["items"]:
        if item["paragraph"] is not None:
            assert text[item["paragraph"]][item["start"] : item["end"]] == item["quote"]
            checked += 1
    for discrepancy in archive.record(record, "/discrepancies")["items"]:
        for claim in discrepancy["claims"]:
            for place in claim["at"]:
                if place["paragraph"] is not None:
                    cut = text[place["paragraph"]][place["start"] : place["end"]]
                    assert cut == place["quote"]
                    checked += 1
    return checked


def test_every_offset_of_the_first_record_is_exact(archive: Archive) -> None:
    assert check_offsets(archive, "209712") > 250


def test_offsets_hold_with_a_bom_crlf_nfd_and_emoji(letters: Archive) -> None:
    assert check_offsets(letters, "letter") >= 10
    assert check_offsets(letters, "nfd") >= 10
    assert letters.mention("nfd", 4, "Nova\u0301k")["entity"]["id"] == "novak-jan"


def test_offsets_count_as_javascript_does_on_demand(letters: Archive) -> None:
    checked = 0
    for path in ("/mentions", "/apparatus"):
        points = letters.record("nfd", path)["items"]
        units = letters.record("nfd", path, offsets="utf16")["items"]
        text = texts(letters, "nfd")
        for point, unit in zip(points, units, strict=True):
            for one, two in zip(spans(point), spans(unit), strict=True):
                encoded = text[two["paragraph"]].encode("utf-16-le")
                cut = encoded[2 * two["start"] : 2 * two["end"]].decode("utf-16-le")
                assert cut == one["quote"]
                checked += one["start"] != two["start"]
    assert checked


def spans(item: dict[str, Any]) -> list[dict[str, Any]]:
    segments: list[dict[str, Any]] = item.get("segments") or [item]
    return segments


def test_the_first_record_has_53_paragraphs_in_order(archive: Archive) -> None:
    paragraphs = archive.paragraphs("209712")
    assert [p["number"] for p in paragraphs] == list(range(1, 54))
    assert len({p["id"] for p in paragraphs}) == 53
    joins = [(p["number"], p["continued_by"]) for p in paragraphs if p["continued_by"]]
    assert joins == [(23, 24), (48, 49)]


def test_a_name_split_by_a_page_break_is_one_mention(archive: Archive) -> None:
    mention = archive.mention("209712", 48, "People's Republic of China")
    assert [s["paragraph"] for s in mention["segments"]] == [48, 49]
    assert [s["quote"] for s in mention["segments"]] == ["People's", "Republic of China"]
    assert mention["entity"]["label"] == "People's Republic of China"


def test_the_square_brackets_and_blanks_of_the_first_record_are_marked(archive: Archive) -> None:
    items = archive.record("209712", "/apparatus")["items"]
    brackets = [(i["kind"], i["quote"]) for i in items if i["quote"].startswith("[")]
    assert brackets == [
        ("supplied", "[we]"),
        ("supplied", "[we]"),
        ("supplied", "[to our]"),
        ("supplied", "[one]"),
        ("supplied", "[by]"),
        ("sic", "[SIC]"),
        ("supplied", "[it]"),
        ("uncertain", "[?]"),
    ]
    blanks = [(i["paragraph"], i["quote"]) for i in items if i["kind"] == "placeholder"]
    assert {(32, "...."), (32, "(so many)"), (22, "so-and-so")} <= set(blanks)
    assert sum(paragraph == 25 for paragraph, _ in blanks) == 3


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"from": 51}, [51, 52, 53]),
        ({"to": 2}, [1, 2]),
        ({"from": 7, "to": 8}, [7, 8]),
        ({"numbers": "3,7-9,9"}, [3, 7, 8, 9]),
        ({"numbers": "60-70"}, []),
        ({"kind": "page_mark"}, [53]),
        ({"content": "translation-english", "to": 1}, [1]),
        ({"content": "nothing"}, []),
    ],
)
def test_paragraphs_are_picked(archive: Archive, query: dict[str, Any], numbers: list[int]) -> None:
    assert [p["number"] for p in archive.paragraphs("209712", **query)] == numbers


def test_paragraphs_are_picked_by_id_and_section(archive: Archive) -> None:
    ids = [p["id"] for p in archive.paragraphs("209712", numbers="3,5")]
    assert [p["number"] for p in archive.paragraphs("209712", ids=",".join(ids))] == [3, 5]
    section = archive.record("209712", "/outline")["items"][1]
    numbers = [p["number"] for p in archive.paragraphs("209712", section=section["id"])]
    assert numbers == list(range(section["from"], section["to"] + 1))


def test_paragraphs_go_page_by_page(archive: Archive) -> None:
    numbers, page = [], archive.record("209712", "/paragraphs", limit=20)
    while True:
        numbers += [p["number"] for p in page["items"]]
        assert page["total"] == 53
        if not page["next"]:
            break
        page = archive.get(page["next"])
    assert numbers == list(range(1, 54))


def test_one_paragraph_has_one_canonical_url_and_neighbours(archive: Archive) -> None:
    by_number = archive.client.get("/v1/records/209712/paragraphs/25")
    paragraph = by_number.json()
    by_id = archive.client.get(f"/v1/records/209712/paragraphs/{paragraph['id']}")
    assert by_id.json() == paragraph
    assert by_number.links["canonical"]["url"] == paragraph["links"]["self"]
    assert archive.get(by_number.links["next"]["url"])["number"] == 26
    assert archive.get(by_number.links["prev"]["url"])["number"] == 24
    assert "prev" not in archive.record("209712", "/paragraphs/1")["links"]
    assert "next" not in archive.record("209712", "/paragraphs/53")["links"]


def test_mentions_and_apparatus_come_with_their_paragraphs(archive: Archive) -> None:
    items = archive.paragraphs("209712", numbers="9,48-49", include="mentions,apparatus")
    by_number = {p["number"]: p for p in items}
    assert {a["quote"] for a in by_number[9]["apparatus"]} >= {"[we]", "[to our]"}
    split = [m for m in by_number[49]["mentions"] if len(m["segments"]) == 2]
    assert split == [m for m in by_number[48]["mentions"] if len(m["segments"]) == 2]
    assert len(split) == 1
    alone = archive.record("209712", "/paragraphs/9", include="apparatus")
    assert alone["apparatus"] == by_number[9]["apparatus"]
    assert "mentions" not in alone


def test_the_outline_is_a_tree_that_covers_the_text(archive: Archive) -> None:
    def check(section: dict[str, Any]) -> None:
        assert section["from"] <= section["to"]
        for child in section["children"]:
            assert child["parent"] == section["id"]
            assert child["level"] == section["level"] + 1
            assert section["from"] <= child["from"] <= child["to"] <= section["to"]
            check(child)

    sections = archive.record("209712", "/outline")["items"]
    assert [(s["from"], s["to"]) for s in sections] == [(1, 19), (20, 38), (39, 52)]
    for section in sections:
        check(section)


def test_a_section_comes_with_its_text(archive: Archive) -> None:
    outline = archive.record("209712", "/outline")["items"]
    found = archive.record("209712", f"/outline/{outline[0]['id']}")
    assert found["section"] == outline[0]
    assert [p["number"] for p in found["paragraphs"]] == list(range(1, 20))


def test_flattened_mentions_do_not_overlap(archive: Archive) -> None:
    taken: set[tuple[int, int]] = set()
    for mention in archive.mentions("209712", flatten="outermost"):
        for segment in mention["segments"]:
            places = {(segment["paragraph"], i) for i in range(segment["start"], segment["end"])}
            assert not places & taken
            taken |= places


def test_mentions_are_picked(archive: Archive) -> None:
    entities = {m["entity"]["id"] for m in archive.mentions("209712", entity="burma")}
    assert entities == {"burma"}
    assert {m["kind"] for m in archive.mentions("209712", kind="state")} == {"state"}
    assert {m["ref"] for m in archive.mentions("209712", ref="adjective")} == {"adjective"}
    some = archive.mentions("209712", **{"from": 49, "to": 49})
    assert all(any(s["paragraph"] == 49 for s in m["segments"]) for m in some)


def test_entities_of_a_record_count_their_mentions(archive: Archive) -> None:
    mentions = archive.mentions("209712")
    for entity in archive.record("209712", "/entities")["items"]:
        own = [m for m in mentions if m["entity"] and m["entity"]["id"] == entity["id"]]
        assert entity["count"] == len(own)
        assert entity["first"] == min(m["segments"][0]["paragraph"] for m in own)
    people = archive.record("209712", "/entities", kind="person")["items"]
    assert {"khrushchev-nikita", "mao-zedong"} <= {p["id"] for p in people}


def test_dates_are_entities(archive: Archive) -> None:
    dates = {m["entity"]["id"] for m in archive.mentions("209712", kind="date")}
    assert {"date-1958-09-19", "date-1958-11-19", "date-xxxx-07-01"} <= dates
    assert archive.get("/v1/entities/date-xxxx-07-01")["edtf"] == "XXXX-07-01"


def test_companions_are_counted_by_what_is_read_as_one_paragraph(make_archive: MakeArchive) -> None:
    """Every entity's companions, against the mentions themselves, across a page break as well."""
    files = {"records/1.md": LETTER, "records/2.md": OLDER, "records/3.md": LETTER}
    archive = make_archive({**files, "authorities/names.yaml": AUTHORITIES})
    named: dict[tuple[str, int], set[str]] = {}
    for record in "123":
        heads: dict[int, int] = {}
        for paragraph in archive.paragraphs(record):
            number, before = paragraph["number"], paragraph["continues"]
            heads[number] = heads.get(before or 0, number)
        for mention in archive.mentions(record):
            for segment in mention["segments"]:
                place = (record, heads[segment["paragraph"]])
                named.setdefault(place, set()).add(mention["entity"]["id"])
    assert any(before is not None for before in [p["continues"] for p in archive.paragraphs("1")])
    for entity in {one for some in named.values() for one in some}:
        together = Counter(one for some in named.values() if entity in some for one in some)
        del together[entity]
        told = archive.get(f"/v1/entities/{entity}")["co_mentioned"]
        assert {other["id"]: other["paragraphs"] for other in told} == together
        assert told == sorted(told, key=lambda other: (-other["paragraphs"], other["id"]))


def test_an_entity_names_the_records_that_mention_it_most(make_archive: MakeArchive) -> None:
    twice = LETTER.replace("Please answer", "Brno is far. Please answer")
    files = {"records/1.md": LETTER, "records/2.md": twice, "records/3.md": LETTER}
    archive = make_archive({**files, "authorities/names.yaml": AUTHORITIES})
    told = archive.get("/v1/entities/brno")["mentioned_in"]
    assert [(one["id"], one["mentions"]) for one in told] == [("2", 2), ("3", 1), ("1", 1)]


def test_an_entity_says_where_it_is_mentioned_and_with_whom(archive: Archive) -> None:
    entity = archive.get("/v1/entities/mao-zedong")
    assert entity["mentioned_in"][0]["id"] == "209712"
    assert entity["mentions"] == entity["mentioned_in"][0]["mentions"]
    assert {"id", "label", "kind", "paragraphs"} == entity["co_mentioned"][0].keys()
    mentions = archive.get(entity["links"]["mentions"])
    assert mentions["total"] == entity["mentions"]
    assert all(m["record"] == "209712" for m in mentions["items"])
    assert archive.client.get(mentions["items"][0]["links"]["paragraph"]).status_code == 200


def test_the_reading_view_joins_drops_and_corrects(archive: Archive) -> None:
    view = archive.record("209712", "/paragraphs", view="reading")
    assert view["total"] == len(view["items"]) == 50
    by_number = {p["number"]: p for p in view["items"]}
    assert by_number[23]["numbers"] == [23, 24]
    assert "in such a state when at any minute war" in by_number[23]["text"]
    assert "it is the People's Republic of China, headed" in by_number[48]["text"]
    assert [d["paragraph"] for d in view["dropped"]] == [53]
    joined = [a for p in view["items"] for a in p["actions"] if a["kind"] == "joined"]
    assert [(a["paragraph"], a["joined"]) for a in joined] == [(23, 24), (48, 49)]


def test_mentions_stand_at_their_places_in_the_reading_view(archive: Archive) -> None:
    for unit in ("codepoints", "utf16"):
        items = archive.record(
            "209712", "/paragraphs", view="reading", include="mentions,apparatus", offsets=unit
        )["items"]
        for paragraph in items:
            for mention in paragraph["mentions"]:
                for segment in mention["segments"]:
                    cut = paragraph["text"][segment["start"] : segment["end"]]
                    assert cut == segment["quote"]
            for item in paragraph["apparatus"]:
                assert paragraph["text"][item["start"] : item["end"]] == item["quote"]


def test_the_reading_view_goes_page_by_page(archive: Archive) -> None:
    numbers, page = [], archive.record("209712", "/paragraphs", view="reading", limit=12)
    while True:
        numbers += [p["number"] for p in page["items"]]
        if not page["next"]:
            break
        page = archive.get(page["next"])
    assert numbers == [n for n in range(1, 53) if n not in (24, 49)]
    back = archive.get(page["prev"])
    assert [p["number"] for p in back["items"]][-1] == numbers[47]


def test_names_that_could_be_two_people_are_linked_to_nobody(make_archive: MakeArchive) -> None:
    two = AUTHORITIES + (
        "  - {id: novak-eva, kind: person, label: Eva Novák, names: [{text: Novák, type: short}]}\n"
    )
    archive = make_archive({"records/letter.md": LETTER, "authorities/all.yaml": two})
    assert not [m for m in archive.mentions("letter") if m["quote"] == "Novák"]
    ambiguous = archive.record("letter")["ambiguous"]
    assert {"novak-eva", "novak-jan"} == set(ambiguous[0]["candidates"])
