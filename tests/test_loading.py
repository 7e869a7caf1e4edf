"""Loading: what changes is read, what cannot be taken is refused, what is served stays whole."""

import os
import random
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from api.loading.corpus import load_corpus
from api.settings import Settings
from api.store.engine import loading_lock, make_engine, migrate
from tests.conftest import Archive, MakeArchive, write_seed
from tests.records import AUTHORITIES, LETTER, OLDER, numbered
from tests.test_tei_reading import LETTER as TEI_LETTER
from tests.test_tei_reading import MEMORANDUM, volume

ANNOTATIONS = """\
record: letter
source_sha256: {sha256}
mentions:
  - {{entity: novak-jan, ref: role, paragraph: 4, quote: Comrade}}
"""


def seed_of(archive: Archive) -> Path:
    return archive.settings.seed_dir


def annotate(archive: Archive, **changed: str) -> None:
    sha256 = archive.record("letter")["source_sha256"]
    body = ANNOTATIONS.format(sha256=changed.get("sha256", sha256))
    body = body.replace("quote: Comrade", f"quote: {changed.get('quote', 'Comrade')}")
    write_seed(seed_of(archive), {"records/letter.annotations.yaml": body})


def letters(make_archive: MakeArchive) -> Archive:
    return make_archive({"records/letter.md": LETTER, "authorities/all.yaml": AUTHORITIES})


def test_a_second_load_with_nothing_changed_loads_nothing(make_archive: MakeArchive) -> None:
    archive = letters(make_archive)
    before = archive.get("/v1")
    report = archive.reload()
    assert (report.loaded, report.unchanged, report.changed) == (0, 1, False)
    assert archive.get("/v1") == before


def test_only_the_changed_record_is_loaded_again(make_archive: MakeArchive) -> None:
    archive = make_archive({f"records/r{i}.md": numbered(i) for i in range(4)})
    write_seed(seed_of(archive), {"records/r2.md": numbered(2, "Changed")})
    report = archive.reload()
    assert (report.loaded, report.unchanged) == (1, 3)
    assert archive.record("r2")["title"] == "Changed"
    assert archive.get("/v1")["generation"] == 2


def test_a_file_of_the_same_size_and_time_that_changed_at_once_is_seen(
    make_archive: MakeArchive,
) -> None:
    archive = make_archive({"records/a.md": numbered(1, "Title one")})
    path = seed_of(archive) / "records/a.md"
    stat = path.stat()
    path.write_text(numbered(1, "Title two"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert archive.reload().loaded == 1
    assert archive.record("a")["title"] == "Title two"


def test_changed_authorities_change_every_record_s_mentions(make_archive: MakeArchive) -> None:
    archive = letters(make_archive)
    changed = AUTHORITIES.replace("id: brno", "id: brno-city")
    write_seed(seed_of(archive), {"authorities/all.yaml": changed})
    assert archive.reload().loaded == 1
    assert archive.mention("letter", 6, "Brno")["entity"]["id"] == "brno-city"
    assert archive.client.get("/v1/entities/brno").status_code == 404


def test_a_file_that_was_broken_and_is_as_it_was_again_has_nothing_held_against_it(
    make_archive: MakeArchive,
) -> None:
    archive = letters(make_archive)
    path = seed_of(archive) / "records/letter.md"
    for content, refused in (("", ["records/letter.md"]), (LETTER, [])):
        path.write_text(content)
        assert archive.reload().refused == refused
        assert archive.record("letter")["counts"]["paragraphs"] == 8


SILENT = """
  - {id: silent-sam, kind: person, label: "Silent, Sam"}
"""
SENT = """\
record: letter
source_sha256: {sha256}
outline:
  - {{id: all, title: All of it, kind: part, from: 1, to: 8, sender: silent-sam}}
"""


def sent_by_somebody_never_named(make_archive: MakeArchive) -> tuple[str, str]:
    """A TEI file of Opis's own whose sender its text does not name; and the same unsent."""
    archive = make_archive(
        {"records/letter.md": LETTER, "authorities/all.yaml": AUTHORITIES.rstrip() + SILENT}
    )
    sha256 = archive.record("letter")["source_sha256"]
    write_seed(seed_of(archive), {"records/letter.annotations.yaml": SENT.format(sha256=sha256)})
    assert archive.reload().refused == []
    tei = archive.client.get("/v1/records/letter.tei.xml").text
    unsent = re.sub(r'<correspAction type="sent">.*?</correspAction>', "", tei, flags=re.DOTALL)
    assert unsent != tei
    return tei, unsent


@pytest.mark.parametrize("seed", range(3))
def test_entities_are_those_of_the_seed_however_it_came_to_be(
    make_archive: MakeArchive, seed: int
) -> None:
    choose = random.Random(seed)
    sent, unsent = sent_by_somebody_never_named(make_archive)
    listed = volume(TEI_LETTER, MEMORANDUM)
    sources = {
        "a.md": [LETTER, LETTER.replace("Brno", "3 May 1961"), None],
        "b.md": [OLDER, numbered(3), None],
        "letter.xml": [sent, unsent, None],
        "c.xml": [listed, listed.replace("Nikita", "Boris"), volume(MEMORANDUM), None],
    }
    names = [AUTHORITIES, AUTHORITIES.replace("id: brno", "id: brno-city"), "entities: []"]
    archive = make_archive()
    for _ in range(5):
        files = {f"records/{name}": choose.choice(texts) for name, texts in sources.items()}
        files["authorities/all.yaml"] = choose.choice(names)
        for path, content in files.items():
            if content is None:
                (seed_of(archive) / path).unlink(missing_ok=True)
            else:
                write_seed(seed_of(archive), {path: content})
        archive.reload()
        fresh = make_archive({path: content for path, content in files.items() if content})
        one, other = (each.get("/v1/entities", limit=1000)["items"] for each in (archive, fresh))
        assert one == other
        silent = any(entity["id"] == "silent-sam" for entity in one)
        assert silent == (files["records/letter.xml"] == sent)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("records/empty.md", "", "empty"),
        (
            "records/latin.md",
            b"**Title**\n\ncaf\xe9",
            "records/latin.md:3:4: byte 0xe9 is not UTF-8",
        ),
        ("records/nul.md", "**Title**\n\na\0b", "NUL"),
        ("records/two words.md", LETTER, "'two words' cannot be a record's id"),
        ("authorities/bad.yaml", "entities: [{id: x}]", "entities.0.kind is missing"),
        (
            "authorities/half.yaml",
            'entities: [{id: "x\\uD800"}]',
            "half.yaml:1:21: not valid YAML",
        ),
        ("authorities/nul.yaml", 'entities: [{id: x, label: "\\0"}]', "the character U+0000"),
        ("authorities/twice.yaml", AUTHORITIES, "the id 'petrova-anna' is taken"),
        ("records/letter.annotations.yaml", "record: other", "source_sha256 is missing"),
    ],
)
def test_a_broken_file_is_refused_with_reasons_and_the_rest_is_served(
    make_archive: MakeArchive, name: str, content: str, told: str
) -> None:
    archive = make_archive(
        {"records/letter.md": LETTER, "authorities/all.yaml": AUTHORITIES, name: content}
    )
    assert archive.report.refused == [name]
    assert any(told in str(complaint) for complaint in archive.report.complaints)
    assert archive.record("letter")["counts"]["paragraphs"] == 8
    assert archive.get("/v1/records")["total"] == 1
    assert [str(c) for c in archive.reload().complaints] == [
        str(c) for c in archive.report.complaints
    ]


def test_two_files_for_one_record_are_a_complaint(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1), "records/b/a.txt": numbered(2)})
    assert archive.report.refused == ["records/b/a.txt"]
    assert archive.record("a")["title"] == "Note number 1"


def test_a_link_out_of_the_seed_is_not_followed(make_archive: MakeArchive, tmp_path: Path) -> None:
    archive = make_archive({"records/a.md": numbered(1)})
    (tmp_path / "secret.md").write_text(numbered(2))
    (seed_of(archive) / "records/b.md").symlink_to(tmp_path / "secret.md")
    assert "leads out of the seed folder" in str(archive.reload().complaints[0])
    assert archive.client.get("/v1/records/b").status_code == 404


def test_a_file_that_is_too_large_is_refused(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": LETTER}, max_seed_file_bytes=100)
    assert "OPIS_MAX_SEED_FILE_BYTES" in str(archive.report.complaints[0])


def test_a_record_whose_new_file_is_broken_is_served_as_it_was(make_archive: MakeArchive) -> None:
    archive = letters(make_archive)
    before = archive.record("letter")
    write_seed(seed_of(archive), {"records/letter.md": b"\xff\xfe"})
    assert archive.reload().refused == ["records/letter.md"]
    assert archive.record("letter") == before


def test_annotations_that_are_refused_leave_the_last_good_ones(make_archive: MakeArchive) -> None:
    archive = letters(make_archive)
    annotate(archive)
    assert archive.reload().refused == []
    assert archive.mention("letter", 4, "Comrade")["origin"] == "curated"
    annotate(archive, quote="Citizen")
    assert archive.reload().refused == ["records/letter.annotations.yaml"]
    assert archive.mention("letter", 4, "Comrade")["origin"] == "curated"
    assert archive.record("letter")["review"] == "reviewed"


def test_authorities_that_are_refused_leave_the_last_good_ones(make_archive: MakeArchive) -> None:
    archive = letters(make_archive)
    write_seed(seed_of(archive), {"authorities/all.yaml": "entities: ["})
    assert archive.reload().refused == ["authorities/all.yaml"]
    assert archive.mention("letter", 6, "Brno")["entity"]["id"] == "brno"


def test_counts_of_mentions_follow_what_is_loaded(make_archive: MakeArchive) -> None:
    archive = letters(make_archive)
    source = seed_of(archive) / "records"

    def counted() -> list[tuple[int, int]]:
        one = archive.client.get("/v1/entities/brno").json()
        listed = archive.client.get("/v1/entities?q=brno").json()["items"]
        return [(entity["mentions"], entity["records"]) for entity in (one, *listed)]

    assert counted() == [(1, 1)] * 2
    write_seed(seed_of(archive), {"records/second.md": LETTER.replace("in Brno", "in Brno, Brno")})
    archive.reload()
    assert counted() == [(3, 2)] * 2
    write_seed(seed_of(archive), {"records/second.md": LETTER.replace("in Brno", "there")})
    archive.reload()
    assert counted() == [(1, 1)] * 2
    (source / "letter.md").unlink()
    archive.reload()
    assert counted() == [(0, 0)] * 2


def test_a_withdrawn_record_may_come_back(make_archive: MakeArchive) -> None:
    archive = letters(make_archive)
    ids = [p["id"] for p in archive.paragraphs("letter")]
    path = seed_of(archive) / "records/letter.md"
    path.rename(path.with_suffix(".away"))
    assert archive.reload().removed == 1
    assert archive.client.get("/v1/records/letter").status_code == 410
    path.with_suffix(".away").rename(path)
    archive.reload()
    assert [p["id"] for p in archive.paragraphs("letter")] == ids


def test_ids_survive_an_edit_and_vanished_ones_are_410_with_successors(
    make_archive: MakeArchive,
) -> None:
    archive = letters(make_archive)
    ids = {p["number"]: p["id"] for p in archive.paragraphs("letter")}
    edited = LETTER.replace("forty", "fifty").replace(
        "to write to you about the tractors. They were",
        "to write to you about the tractors.\n\nThey were",
    )
    edited = edited.replace("3 March 1961\n\nDear", "Dear").replace("A. PETROVA", "A. PETROVA.")
    write_seed(seed_of(archive), {"records/letter.md": edited})
    archive.reload()
    now = {p["id"]: p["number"] for p in archive.paragraphs("letter")}
    for number in (1, 2, 4, 6, 7, 8):
        assert ids[number] in now, number
    gone = archive.client.get(f"/v1/records/letter/paragraphs/{ids[3]}")
    assert gone.status_code == 410
    assert gone.json()["successors"] == []


def test_two_databases_made_from_one_seed_agree(make_archive: MakeArchive) -> None:
    one, two = letters(make_archive), letters(make_archive)
    for path in ("/paragraphs", "/mentions", "/apparatus", "/outline", "/citation"):
        assert one.record("letter", path) == two.record("letter", path)
    assert one.get("/v1")["digest"] == two.get("/v1")["digest"]


def test_several_loaders_at_once_make_one_generation(tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    write_seed(seed, {f"records/r{i}.md": numbered(i) for i in range(20)})
    settings = Settings(seed_dir=seed, data_dir=tmp_path / "data")

    def load(_: int) -> int:
        with loading_lock(settings):
            migrate(settings)
            return load_corpus(settings).loaded

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(load, range(4))) == [0, 0, 0, 20]


def test_whoever_writes_waits_for_others_whatever_lock_they_hold(tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    write_seed(seed, {f"records/r{i}.md": numbered(i) for i in range(20)})
    settings = Settings(seed_dir=seed, data_dir=tmp_path / "data")
    migrate(settings)
    with ThreadPoolExecutor(4) as pool:
        loads = pool.map(lambda _: load_corpus(settings).loaded, range(4))
        assert sorted(loads) == [0, 0, 0, 20]


def test_requests_cannot_write(make_archive: MakeArchive) -> None:
    archive = make_archive()
    engine = make_engine(archive.settings)
    with engine.connect() as connection, pytest.raises(Exception, match=r"read-?only"):
        connection.execute(text("DELETE FROM record"))
    engine.dispose()
