"""Search over HTTP: what is found, in what order, and where exactly the words stand."""

from __future__ import annotations

import base64
import fcntl
import random
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.settings import Settings
from api.store.engine import make_engine
from api.store.index_building import build_index, folder_of
from api.store.search_index import SearchIndex, stem
from api.words import words_of
from tests.conftest import Archive, MakeArchive, open_archive, write_seed
from tests.corpora import vocabulary
from tests.records import AUTHORITIES, LETTER, OLDER

ABROAD = LETTER.replace("tractors. They", "тракторах мир 台湾问题 tractors. They").replace(
    "Brno", "Ångstadt"
)


MONTHS = ("January", "April", "June", "September", "October", "December")


def marked(item: dict[str, Any]) -> list[str]:
    """The words that an item's highlights mark."""
    texts = {p["number"]: p["text"] for p in (item["paragraph"], *item["joined_with"])}
    return [texts[h["paragraph"]][h["start"] : h["end"]] for h in item["highlights"]]


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Three small records and their authorities."""
    folder = tmp_path_factory.mktemp("letters")
    files = {
        "records/555001.md": LETTER,
        "records/110022.md": OLDER,
        "records/777.md": ABROAD,
        "authorities/names.yaml": AUTHORITIES,
    }
    write_seed(folder / "seed", files)
    opened, close = open_archive(Settings(seed_dir=folder / "seed", data_dir=folder / "data"))
    yield opened
    close()


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("tractor", {"tractors"}),
        ("HARVEST", {"harvest", "Harvest"}),
        ('"great field"', {"great field"}),
        ("deleg*", {"delegation"}),
        ("novak", {"Novák"}),
        ("angstadt", {"Ångstadt"}),
        ("мир", {"мир"}),
        ("台湾", {"台湾"}),
        ("Petrova OR Sidorov", {"PETROVA", "Sidorov"}),
    ],
)
def test_highlights_slice_to_the_words_found(letters: Archive, q: str, words: set[str]) -> None:
    items = letters.get("/v1/search", q=q)["items"]
    found = {word for item in items for word in marked(item)}
    assert found
    assert found <= words


def test_an_exact_phrase_is_not_stemmed(letters: Archive) -> None:
    assert letters.get("/v1/search", q='"great fields"')["total"] == 0
    assert letters.get("/v1/search", q="great fields")["total"] == 1


def test_excluded_words_are_not_there(letters: Archive) -> None:
    some = letters.get("/v1/search", q="harvest")["items"]
    rest = letters.get("/v1/search", q="harvest -forty")["items"]
    texts = {item["paragraph"]["text"] for item in rest}
    assert texts == {i["paragraph"]["text"] for i in some if "forty" not in i["paragraph"]["text"]}
    assert len(rest) < len(some)


def test_a_paragraph_cut_by_a_page_break_is_found_whole(letters: Archive) -> None:
    (item,) = letters.get("/v1/search", q='"People\'s Republic"', record="555001")["items"]
    parts = [item["paragraph"], *item["joined_with"]]
    assert len(parts) == 2
    assert marked(item) == ["People's", "Republic"]
    assert [h["paragraph"] for h in item["highlights"]] == sorted(p["number"] for p in parts)


def test_an_entity_is_found_whatever_it_is_called(letters: Archive) -> None:
    items = letters.get("/v1/search", entity="petrova-anna")["items"]
    assert items
    assert all(words for words in map(marked, items))


def test_a_query_that_is_a_name_offers_the_entity(letters: Archive) -> None:
    offered = letters.get("/v1/search", q="peoples republic of ARCADIA")["did_you_mean_entity"]
    assert offered is None
    offered = letters.get("/v1/search", q="people’s republic of ARCADIA")["did_you_mean_entity"]
    assert offered["id"] == "arcadia"


def test_a_misspelt_word_gets_a_suggestion_from_the_corpus(letters: Archive) -> None:
    answer = letters.get("/v1/search", q="minsitry of agricultre")
    assert (answer["total"], answer["suggestion"]) == (0, "ministry of agriculture")


def test_passages_warn_of_their_marks(letters: Archive) -> None:
    (item,) = letters.get("/v1/search", q="exact number", record="555001")["items"]
    assert {"supplied", "instruction"} <= {w["kind"] for w in item["warnings"]}
    text = item["paragraph"]["text"]
    assert "[me]" in {text[w["start"] : w["end"]] for w in item["warnings"]}


def test_offsets_count_utf16_where_asked(make_archive: MakeArchive) -> None:
    astral = LETTER.replace("The Ministry", "𝔗𝔥𝔢 The Ministry")
    archive = make_archive({"records/1.md": astral})
    (plain,) = archive.get("/v1/search", q="Ministry", fields="highlights,paragraph")["items"]
    (utf16,) = archive.get("/v1/search", q="Ministry", offsets="utf16")["items"]
    assert utf16["highlights"][0]["start"] == plain["highlights"][0]["start"] + 3
    start, end = utf16["highlights"][0]["start"], utf16["highlights"][0]["end"]
    units = utf16["paragraph"]["text"].encode("utf-16-le")
    assert units[2 * start : 2 * end].decode("utf-16-le") == "Ministry"


@pytest.mark.parametrize(
    ("filters", "records"),
    [
        ({}, {"110022"}),
        ({"repository": "rgani"}, {"110022"}),
        ({"repository": "GARF"}, set()),
        ({"fond": "5"}, {"110022"}),
        ({"language": "RU"}, {"110022"}),
        ({"language": "de"}, set()),
        ({"date_from": "1956-08"}, {"110022"}),
        ({"date_from": "1957"}, set()),
        ({"date_to": "1956"}, {"110022"}),
        ({"date_to": "1956-08-06"}, set()),
        ({"record": "110022"}, {"110022"}),
        ({"record": "555001"}, set()),
        ({"kind": "paragraph"}, {"110022"}),
        ({"kind": "stamp"}, set()),
        ({"layer": "none-such"}, set()),
        ({"entity": "brno"}, set()),
    ],
)
def test_filters_narrow_the_search(
    letters: Archive, filters: dict[str, Any], records: set[str]
) -> None:
    items = letters.get("/v1/search", q="harvest", **filters)["items"]
    assert {item["record"]["id"] for item in items} == records


def test_facets_count_what_is_found(letters: Archive) -> None:
    answer = letters.get("/v1/search", q="petrova OR harvest")
    records = {facet["value"]: facet["count"] for facet in answer["facets"]["record"]}
    assert sum(records.values()) == answer["total"]
    assert {f["value"] for f in answer["facets"]["decade"]} == {"1950", "1960"}
    assert any(f["label"] == "Anna Petrova" for f in answer["facets"]["entity"])


def test_facets_are_exact_where_the_index_was_built_in_parts(make_archive: MakeArchive) -> None:
    """What is rare in a later part and common before is not cut off there with what is rare."""
    old = LETTER.replace("the tractors. They", "the tractors on 2 May 1957. They")
    archive = make_archive({f"records/{n}.md": old for n in range(60)})
    days = [f"{day} {month} {y}" for y in (1958, 1959) for month in MONTHS for day in range(1, 29)]
    listed = [f"The tractors: {', '.join(days[at : at + 40])}." for at in range(0, len(days), 40)]
    new = LETTER.replace("We have waited", "\n\n".join([*listed, *listed, "We have waited"]))
    new = new.replace("the tractors. They", "the tractors on 2 May 1957. They")
    write_seed(archive.settings.seed_dir, {"records/100.md": new})
    archive.reload()
    answer = archive.get("/v1/search", q="tractors")
    assert len(answer["facets"]["entity"]) == 20
    for facet in answer["facets"]["entity"]:
        there = archive.get("/v1/search", q="tractors", entity=facet["value"], facets="")["total"]
        assert facet["count"] == there, facet


def test_facets_that_take_long_are_counted_only_where_asked(library: Archive) -> None:
    common = library.get("/v1/search", q="the", limit=1)
    assert common["total"] > 1_000
    assert common["facets"] == {}
    asked = library.get("/v1/search", q="the", limit=1, facets="decade")["facets"]["decade"]
    assert sum(facet["count"] for facet in asked) == common["total"]
    rarer = library.get("/v1/search", q="the", limit=1, date_to="1945")
    assert 20 < rarer["total"] < 1_000
    assert set(rarer["facets"]) == {"record", "decade", "entity", "layer"}


def test_facets_of_a_phrase_of_common_words_are_counted_where_it_is_rare(library: Archive) -> None:
    common = set(vocabulary()[:12])
    items = library.get("/v1/search", q="the of", limit=200, facets="")["items"]
    texts = [words_of(item["paragraph"]["text"]) for item in items]
    runs = [text[at : at + 3] for text in texts for at in range(len(text) - 2)]
    rare = " ".join(next(run for run in runs if set(run) <= common))
    one = library.get("/v1/search", q=f'"{rare}"')
    assert 0 < one["total"] <= 20
    assert sum(facet["count"] for facet in one["facets"]["record"]) == one["total"]
    assert library.get("/v1/search", q='"of the"', limit=1)["facets"] == {}


@pytest.mark.parametrize(
    ("q", "message"),
    [
        ("", "says nothing to find"),
        ("* ( ]", "says nothing to find"),
        ("-harvest", "only says what to leave out"),
        ("h*", "too short"),
        (" ".join(f"w{i}" for i in range(50)), "at most 32"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_advice(
    letters: Archive, q: str, message: str
) -> None:
    problem = letters.get("/v1/search", 400, q=q)
    assert problem["errors"][0]["parameter"] == "q"
    assert message in problem["detail"]


def test_a_query_over_ten_thousand_bytes_is_too_much(letters: Archive) -> None:
    assert letters.get("/v1/search", 413, q="ы" * 5_001)["errors"][0]["parameter"] == "q"


@pytest.mark.parametrize(
    "q",
    [
        '"',
        "a:b",
        "title:harvest AND",
        "(harvest",
        "harvest^2",
        "harvest~",
        "[a TO b]",
        "\\",
        "\x00",
        "harvest\u202e",
        "*:*",
        "/.*/",
        "harvest' OR 1=1 --",
        "𝔘𝔫𝔦",
        "\u0301",
        "-" * 500,
        "x" * 9_000,
    ],
)
def test_any_text_is_safe(letters: Archive, q: str) -> None:
    assert letters.client.get("/v1/search", params={"q": q}).status_code in (200, 400)


def test_every_highlight_of_many_queries_is_a_word_asked_for(library: Archive) -> None:
    choose = random.Random(7)
    for word in choose.sample(vocabulary()[:800], 40):
        answer = library.get("/v1/search", q=word, limit=50)
        for item in answer["items"]:
            assert marked(item)
            assert all(stem(words_of(text)[0]) == stem(word) for text in marked(item))


def test_totals_and_matches_agree_with_the_texts(library: Archive) -> None:
    engine = make_engine(library.settings)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT text, continues FROM paragraph ORDER BY record_id, number")
        )
        passages: list[set[str]] = []
        for row in rows:
            words = set(map(stem, words_of(row.text)))
            if row.continues is not None:
                passages[-1] |= words
            else:
                passages.append(words)
    engine.dispose()
    for word in random.Random(3).sample(vocabulary()[:2_000], 25):
        expected = sum(stem(word) in words for words in passages)
        assert library.get("/v1/search", q=word, limit=1)["total"] == expected


def test_the_same_query_gives_the_same_order(library: Archive) -> None:
    first = library.get("/v1/search", q="the of", limit=200, facets="")
    again = library.get("/v1/search", q="the  of", limit=200, facets="")
    assert first["items"] == again["items"]


def test_pages_hold_every_passage_once_best_first(library: Archive) -> None:
    word = vocabulary()[60]
    whole = library.get("/v1/search", q=word, limit=1000)["items"]
    assert len(whole) > 60
    paged: list[dict[str, Any]] = []
    url = f"/v1/search?q={word}&limit=25"
    previous = None
    while url:
        page = library.client.get(url).json()
        assert (page["prev"] is None) == (previous is None)
        previous, url = url, page["next"]
        paged += page["items"]
    assert paged == whole
    scores = [item["score"] for item in paged]
    assert scores == sorted(scores, reverse=True)


def test_ranked_results_stop_and_say_so(library: Archive) -> None:
    page = library.get("/v1/search", q="the", limit=1)
    assert page["reachable"] == 10_000
    beyond = base64.urlsafe_b64encode(b"[10000]").decode().rstrip("=")
    assert "10,000" in library.get("/v1/search", 400, q="the", cursor=beyond)["detail"]


def test_a_made_up_cursor_is_refused(library: Archive) -> None:
    assert library.get("/v1/search", 400, q="the", cursor="nonsense")["errors"]


def test_a_change_of_the_seed_is_found_and_its_old_words_are_not(
    make_archive: MakeArchive,
) -> None:
    files = {f"records/{i}.md": LETTER.replace("tractors", f"word{i:03}") for i in range(9)}
    archive = make_archive(files)
    records = archive.settings.seed_dir / "records"
    (records / "3.md").write_text(LETTER.replace("tractors", "balloons"))
    (records / "4.md").unlink()
    archive.reload()
    assert archive.get("/v1/search", q="balloons")["total"] > 0
    assert archive.get("/v1/search", q="word003")["total"] == 0
    assert archive.get("/v1/search", q="word004")["total"] == 0
    assert archive.get("/v1/search", q="word005")["total"] > 0
    assert archive.get("/v1/search", q="novak")["total"] == 8 * 2


def test_an_index_half_built_is_put_aside(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/1.md": LETTER})
    broken = archive.settings.data_dir / "search" / ".building-9-x"
    broken.mkdir()
    (broken / "meta.json").write_text("{")
    (archive.settings.seed_dir / "records" / "2.md").write_text(OLDER)
    archive.reload()
    assert not broken.exists()
    assert archive.get("/v1/search", q="sidorov")["total"] > 0


def test_an_index_that_is_built_leaves_alone_the_one_that_a_load_has_begun(
    make_archive: MakeArchive,
) -> None:
    archive = make_archive({"records/1.md": LETTER})
    corpus = archive.get("/v1")
    folder = folder_of(archive.settings, corpus["generation"], corpus["digest"])
    begun = folder.with_name(".loading-2")
    begun.mkdir()
    folder.rename(folder.with_name("1-elsewhere"))
    # Whoever asks first begins to build it, and may be told to come again.
    archive.client.get("/v1/search?q=tractor")
    while not folder.is_dir():
        time.sleep(0.05)
    assert begun.is_dir()
    # The next load knows that nobody else is at it.
    archive.reload()
    assert not begun.exists()


def test_a_load_that_fails_leaves_no_index_begun(
    make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = make_archive({"records/1.md": LETTER})

    def fail(*_: object) -> None:
        begun = [path.name for path in (archive.settings.data_dir / "search").glob(".*")]
        raise OSError(f"no room beside {begun}")

    monkeypatch.setattr("api.loading.corpus._Load._settle", fail)
    write_seed(archive.settings.seed_dir, {"records/2.md": OLDER})
    with pytest.raises(OSError, match=r"beside \['.loading-2'\]"):
        archive.reload()
    assert not list((archive.settings.data_dir / "search").glob(".*"))


def test_an_index_of_a_generation_that_was_lost_is_not_built_upon(
    make_archive: MakeArchive,
) -> None:
    files = {f"records/{i}.md": LETTER.replace("tractors", f"word{i:03}") for i in range(9)}
    lost, kept = make_archive(files), make_archive(files)
    # One database loses its second generation to a failover, and comes by another.
    changes = ((lost, "3", "balloons"), (kept, "4", "carriages"), (kept, "5", "dirigibles"))
    for archive, record, word in changes:
        path = archive.settings.seed_dir / "records" / f"{record}.md"
        path.write_text(LETTER.replace("tractors", word))
        archive.reload()
    corpus = lost.get("/v1")
    base = folder_of(lost.settings, corpus["generation"], corpus["digest"])
    settings = kept.settings.model_copy(update={"data_dir": lost.settings.data_dir})
    engine = make_engine(kept.settings)
    with engine.connect() as connection:
        index = SearchIndex(build_index(settings, connection, base))
    engine.dispose()
    assert index.frequency("balloons") == 0
    assert index.frequency("carriages") == index.frequency("dirigibles") > 0


def test_an_index_is_not_read_before_it_is_whole(
    make_archive: MakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = make_archive({"records/1.md": LETTER})
    corpus = archive.get("/v1")
    folder = folder_of(archive.settings, corpus["generation"], corpus["digest"])
    folder.rename(folder.with_name("elsewhere"))
    written, whole = threading.Event(), threading.Event()

    def wait(_: Path) -> None:
        written.set()
        assert whole.wait(30)

    monkeypatch.setattr("api.store.index_building._sync", wait)
    archive.get("/v1/search", 503, q="tractor")
    assert written.wait(30)
    archive.get("/v1/search", 503, q="tractor")
    whole.set()
    for _ in range(200):
        if folder.is_dir():
            break
        time.sleep(0.05)
    assert archive.get("/v1/search", q="tractor")["total"] > 0


def test_an_index_whose_load_did_not_come_to_its_end_is_not_used(
    make_archive: MakeArchive,
) -> None:
    one, twin = (make_archive({"records/1.md": LETTER}) for _ in range(2))
    first = one.get("/v1")
    for archive in (twin, one):
        if archive is one:
            # As if the load to come had been tried before, and killed when its index was there.
            second = twin.get("/v1")
            here, there = (
                folder_of(one.settings, corpus["generation"], corpus["digest"])
                for corpus in (first, second)
            )
            shutil.copytree(here, there)
        (archive.settings.seed_dir / "records" / "2.md").write_text(OLDER)
        archive.reload()
    assert one.get("/v1")["digest"] == second["digest"]
    assert one.get("/v1/search", q="sidorov")["total"] > 0


def test_an_index_that_is_lost_is_built_again(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/1.md": LETTER})
    corpus = archive.get("/v1")
    folder: Path = folder_of(archive.settings, corpus["generation"], corpus["digest"])
    folder.rename(folder.with_name("elsewhere"))
    with (folder.parent / "building.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        archive.get("/v1/search", 503, q="tractor")
        time.sleep(0.2)
        assert not folder.is_dir()
        assert not list(folder.parent.glob(".building-*"))
    for _ in range(200):
        if folder.is_dir():
            break
        time.sleep(0.05)
    assert archive.get("/v1/search", q="tractor")["total"] > 0
