"""The edition of the first record, and what becomes of an edition when its text changes."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import SEED, Archive, MakeArchive, write_seed

RECORD = "209712"
SOURCE = (SEED / "records" / "209712.md").read_text()


def test_the_record_is_reviewed_by_somebody(archive: Archive) -> None:
    record = archive.record(RECORD)
    assert record["review"] == "reviewed"
    assert record["ambiguous"] == []
    responsible = {editor["id"] for editor in record["editors"]}
    for mention in archive.mentions(RECORD):
        if mention["origin"] == "curated":
            assert mention["resp"] in responsible
            assert mention["tier"] == "editor"


def test_the_three_parts_have_their_voices(archive: Archive) -> None:
    parts = archive.record(RECORD, "/outline")["items"]
    assert [(p["from"], p["to"], p["layer"]) for p in parts] == [
        (1, 19, "memorandum"),
        (20, 38, "draft-to-eisenhower"),
        (39, 52, "draft-to-general-assembly"),
    ]
    assert parts[0]["date"]["edtf"] == "1958-09-19"
    assert parts[1]["date"]["edtf"] == parts[2]["date"]["edtf"] == "1958-11-19"
    for part in parts[1:]:
        assert part["manner"] == {
            "dictated_by": "khrushchev-nikita",
            "recorded_by": "zakharova",
        }
    for part in parts:
        kinds = [child["kind"] for child in part["children"]]
        assert "body" in kinds
        assert "sign_off" in kinds
    layers = {p["number"]: p["layer"] for p in archive.paragraphs(RECORD)}
    assert layers[53] is None
    assert layers[25] == "draft-to-eisenhower"


@pytest.mark.parametrize(
    ("paragraph", "quote", "ref", "entity"),
    [
        (1, "N. S. Khrushchev", "name", "khrushchev-nikita"),
        (7, "Eisenhower", "name", "eisenhower-dwight"),
        (9, "1 July US letter", "nominal", "us-letter-of-1-july-1958"),
        (18, "N. KHRUSHCHEV", "name", "khrushchev-nikita"),
        (23, "Mr. President", "role", "eisenhower-dwight"),
        (25, "head of the government of the People's Republic of China", "role", "mao-zedong"),
        (27, "conflict which took place in Korea", "nominal", "korean-war"),
        (31, "coastal islands", "nominal", "chinese-coastal-islands"),
        (31, "US 7th Fleet", "name", "us-seventh-fleet"),
        (34, "People's China", "name", "peoples-republic-of-china"),
    ],
)
def test_what_is_meant_is_linked(
    archive: Archive, paragraph: int, quote: str, ref: str, entity: str
) -> None:
    mention = archive.mention(RECORD, paragraph, quote)
    assert (mention["ref"], mention["entity"]["id"]) == (ref, entity)


def test_an_office_holder_the_text_leaves_open_is_nobody(archive: Archive) -> None:
    mention = archive.mention(RECORD, 25, "Prime Minister of Pakistan")
    assert mention["entity"] is None
    assert mention["kind"] == "person"


def test_a_mention_nests_only_where_another_entity_is_meant(archive: Archive) -> None:
    mentions = {mention["id"]: mention for mention in archive.mentions(RECORD)}
    nested = [mention for mention in mentions.values() if mention["parent"]]
    assert nested
    for mention in nested:
        outer = mentions[mention["parent"]]
        ids = [m["entity"] and m["entity"]["id"] for m in (mention, outer)]
        assert ids[0] != ids[1] or ids == [None, None]


def test_adjectives_are_told_apart(archive: Archive) -> None:
    adjectives = {m["quote"] for m in archive.mentions(RECORD, ref="adjective")}
    assert {"Chinese", "American", "Japanese"} <= adjectives


def test_directions_without_brackets_are_instructions(archive: Archive) -> None:
    items = archive.record(RECORD, "/apparatus", kind="instruction")["items"]
    quotes = {item["quote"] for item in items}
    assert "Substantiate these positions." in quotes
    assert "It is not necessary to make the document long." in quotes
    assert "(dictated by Cde. Khrushchev)" not in quotes
    assert "(or message)" not in quotes


def test_slips_have_their_corrections(archive: Archive) -> None:
    items = archive.record(RECORD, "/apparatus", kind="slip")["items"]
    corrections = {item["quote"]: item["correction"] for item in items if item["quote"]}
    assert corrections["PRESIDUM"] == "PRESIDIUM"
    assert corrections[".."] == "."


def test_the_archive_s_address_is_a_query_on_the_citation(archive: Archive) -> None:
    [item] = [
        i
        for i in archive.record(RECORD, "/apparatus", kind="query")["items"]
        if i["field"] == "citation"
    ]
    verbatim = archive.record(RECORD, "/citation")["verbatim"]
    assert verbatim[item["start"] : item["end"]] == item["quote"]


def test_contradictions_are_told_with_every_place(archive: Archive) -> None:
    found = {d["id"]: d for d in archive.record(RECORD, "/discrepancies")["items"]}
    assert len(found) >= 5
    dates = found["date-of-the-note"]
    places = [
        [place["paragraph"] for place in claim["at"] if place["paragraph"]]
        for claim in dates["claims"]
    ]
    assert places == [[4, 19], [38, 51]]
    record = archive.record(RECORD)
    fields = {
        "summary": record["summary"],
        "title": record["title"],
        "citation": record["citation"]["verbatim"],
        "date": record["date"]["expression"],
    }
    for discrepancy in found.values():
        for claim in discrepancy["claims"]:
            for place in claim["at"]:
                if place["field"]:
                    text = fields[place["field"]]
                    assert text[place["start"] : place["end"]] == place["quote"]


def seed_copy(archive: Archive) -> Path:
    folder = archive.settings.seed_dir
    shutil.copy(SEED / "records" / "209712.annotations.yaml", folder / "records")
    return folder


def test_a_changed_text_keeps_its_ids_and_says_what_no_longer_holds(
    make_archive: MakeArchive,
) -> None:
    archive = make_archive({f"records/{RECORD}.md": SOURCE}, authorities=True)
    folder = seed_copy(archive)
    archive.reload()
    before = {p["number"]: p["id"] for p in archive.paragraphs(RECORD)}
    paragraphs = SOURCE.split("\n\n")
    deleted = next(i for i, p in enumerate(paragraphs) if p.startswith("I think this would be a"))
    split = next(i for i, p in enumerate(paragraphs) if p.startswith("I am not naming Japan"))
    body = paragraphs[split]
    cut = body.index("It seems to me until Japan")
    paragraphs[split] = body[:cut].rstrip() + "\n\n" + body[cut:]
    del paragraphs[deleted]
    changed = "\n\n".join(paragraphs).replace("Zakharova", "Petrova")
    write_seed(folder, {f"records/{RECORD}.md": changed})
    report = archive.reload()
    now = {p["id"]: p["number"] for p in archive.paragraphs(RECORD)}
    assert len(now) == 53
    gone = [number for number, one in before.items() if one not in now]
    assert 15 in gone
    assert set(gone) <= {15, 27}
    response = archive.client.get(f"/v1/records/{RECORD}/paragraphs/{before[15]}")
    assert response.status_code == 410
    for number in gone:
        url = f"/v1/records/{RECORD}/paragraphs/{before[number]}"
        successors = archive.client.get(url).json()["successors"]
        assert all(successor in now for successor in successors)
    assert archive.record(RECORD)["review"] == "outdated"
    told = [str(c) for c in report.complaints if c.file.endswith(".annotations.yaml")]
    assert any("Zakharova" in line for line in told)
    assert all(".annotations.yaml:" in line for line in told)
    kept = archive.mention(RECORD, 22, "Mr. President")
    assert kept["origin"] == "curated"


def test_an_outdated_edition_stays_the_same_however_often_it_is_loaded(
    make_archive: MakeArchive,
) -> None:
    archive = make_archive({f"records/{RECORD}.md": SOURCE}, authorities=True)
    folder = seed_copy(archive)
    archive.reload()
    write_seed(folder, {f"records/{RECORD}.md": SOURCE.replace("I attach my", "I add my")})
    archive.reload()
    first = archive.mentions(RECORD)
    extra = "entities:\n  - {id: nowhere, kind: place, label: Nowhere}\n"
    write_seed(folder, {"authorities/more.yaml": extra})
    assert archive.reload().loaded == 1
    assert archive.mentions(RECORD) == first


UNKIND = """\
**May 2, 1960**

**Letter from Taylor Jordan to the Editor**

**Citation:**

"Letter from Taylor Jordan to the Editor", May 02, 1960, Wilson Center Digital Archive, GARF, f. 1, op. 2, d. 3, l. 4. Translated by Mary Smith. <https://archive.example/document/1>

**Contents:**

Translation - English

Taylor Jordan wrote to us from Georgia. Later Jordan said that nobody had told us.

Mr. President, you have never been to Tbilisi. GIVE US AN ANSWER.
"""

TWO_GEORGIAS = """\
entities:
  - {id: georgia-republic, kind: state, label: Georgia, names: [{text: Georgia, type: short}]}
  - {id: georgia-us, kind: place, label: Georgia, names: [{text: Georgia, type: short}]}
"""


def test_nothing_is_linked_that_could_be_something_else(make_archive: MakeArchive) -> None:
    archive = make_archive(
        {"records/letter.md": UNKIND, "authorities/georgias.yaml": TWO_GEORGIAS}, authorities=True
    )
    linked = {(m["quote"], m["entity"]["id"]) for m in archive.mentions("letter") if m["entity"]}
    assert linked == set()
    ambiguous = {name["quote"] for name in archive.record("letter")["ambiguous"]}
    assert ambiguous >= {"Jordan", "Georgia"}
    assert archive.record("letter")["review"] == "unreviewed"
