"""`opis verify`: what the database holds is what the seed makes, or each difference is named."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tantivy

from api.loading.verifying import Verified, verify_corpus
from api.store import search_index
from api.store.engine import make_engine
from api.store.index_documents import read_documents
from tests.conftest import Archive, MakeArchive, write_seed
from tests.records import AUTHORITIES, LETTER, numbered


@pytest.fixture
def letters(make_archive: MakeArchive) -> Archive:
    files = {"records/letter.md": LETTER, "records/r1.md": numbered(1)}
    return make_archive({**files, "authorities/all.yaml": AUTHORITIES})


def change(archive: Archive, statement: str) -> None:
    """Write to the database past the loader."""
    connection = sqlite3.connect(archive.settings.data_dir / "opis.sqlite")
    with connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


def told(verified: Verified) -> str:
    assert not verified.equal
    return "\n".join(map(str, verified.differences))


def test_what_was_just_loaded_is_equal(letters: Archive) -> None:
    verified = verify_corpus(letters.settings)
    assert verified.differences == []
    assert (verified.compared["records"], verified.compared["paragraph"]) == (2, 10)


def test_a_corpus_with_history_and_refusals_is_equal(letters: Archive) -> None:
    seed = letters.settings.seed_dir
    write_seed(seed, {"records/letter.md": LETTER.replace("forty", "fifty"), "records/bad.md": ""})
    write_seed(seed, {"records/r1.md": b"\xff"})
    (seed / "authorities/all.yaml").write_text("entities: [")
    assert len(letters.reload().refused) == 3
    assert verify_corpus(letters.settings).differences == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("statement", "where"),
    [
        (
            "UPDATE paragraph SET text = replace(text, 'Dear', 'dear') "
            "WHERE record_id = 'letter' AND number = 4",
            "records/letter.md: record letter, paragraph 4: text is",
        ),
        (
            "UPDATE paragraph SET source_start = source_start + 1 "
            "WHERE record_id = 'letter' AND number = 2",
            "paragraph 2: source_start is",
        ),
        (
            "UPDATE mention_segment SET start = start - 1 WHERE record_id = 'letter' "
            "AND quote = 'Brno'",
            "start is",
        ),
        (
            "DELETE FROM mention_segment WHERE record_id = 'letter' AND quote = 'Brno'",
            "the row is None",
        ),
        ("UPDATE revision SET source = x'41' WHERE record_id = 'r1'", "the hash of its source"),
        ("UPDATE record SET title = 'Other' WHERE id = 'r1'", "record r1: title is 'Other'"),
        ("UPDATE paragraph SET id = 'pxxx' WHERE record_id = 'r1' AND number = 1", "id is 'pxxx'"),
        ("UPDATE entity SET label = 'Bruno' WHERE id = 'brno'", "entity brno: label is 'Bruno'"),
        (
            "DELETE FROM record_in_collection WHERE record_id = 'r1' AND collection_id = 'root'",
            "record r1: collections",
        ),
        ("UPDATE corpus SET paragraphs = 11", "corpus: paragraphs is 11; expected 10"),
        ("DELETE FROM entity WHERE id = 'brno'", "a reference of"),
        ("DELETE FROM entity WHERE id = 'brno'", "entity brno: the row is None"),
        (
            "UPDATE revision SET paragraph_ids = '[]' WHERE record_id = 'r1'",
            "record r1, revision 1: paragraph_ids is []",
        ),
        ("UPDATE revision SET sha256 = 'x' WHERE record_id = 'r1'", "r1: a revision is None"),
        (
            "UPDATE rendered SET body = x'41' WHERE record_id = 'r1' AND first = 0",
            "record r1, rendered 0: body is b'A'",
        ),
        ("UPDATE collection SET records = 9 WHERE id = 'garf'", "collection garf: records is 9"),
        ("DELETE FROM corpus", "corpus: the row is None"),
        (
            "UPDATE entity_count SET records = 9 WHERE entity_id = 'brno'",
            "entity brno: mentions and records is (1, 9)",
        ),
    ],
)
def test_what_was_changed_in_the_database_is_named(
    letters: Archive, statement: str, where: str
) -> None:
    change(letters, statement)
    assert where in told(verify_corpus(letters.settings))


@pytest.mark.sqlite
def test_a_database_that_breaks_its_own_rules_is_named(letters: Archive) -> None:
    connection = sqlite3.connect(letters.settings.data_dir / "opis.sqlite")
    with connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE paragraph SET source_end = -1 WHERE record_id = 'r1'")
    connection.close()
    assert "database: integrity_check is 'CHECK" in told(verify_corpus(letters.settings))


def test_what_was_changed_in_the_seed_is_named(letters: Archive) -> None:
    seed = letters.settings.seed_dir
    write_seed(seed, {"records/letter.md": LETTER.replace("forty", "fifty")})
    write_seed(seed, {"records/new.md": numbered(2)})
    (seed / "records/r1.md").unlink()
    differences = told(verify_corpus(letters.settings))
    assert "records/letter.md: sha256 is" in differences
    assert "record letter: summary is" in differences
    assert "records/new.md: sha256 is None" in differences
    assert "record r1: the row is 'there'; expected None" in differences


@pytest.mark.sqlite
def test_a_file_changed_behind_its_size_and_time_is_named(letters: Archive) -> None:
    change(letters, "UPDATE seed_file SET sha256 = 'x' WHERE path = 'records/r1.md'")
    assert "records/r1.md: sha256 is 'x'" in told(verify_corpus(letters.settings))


def test_a_missing_or_other_index_is_named(letters: Archive) -> None:
    search = letters.settings.data_dir / "search"
    (made,) = (path for path in search.iterdir() if path.is_dir())
    away: Path = made.rename(search / "away")
    assert "search index: the folder is None" in told(verify_corpus(letters.settings))
    write_seed(letters.settings.seed_dir, {"records/r2.md": numbered(2)})
    letters.reload()
    (newest,) = (path for path in search.iterdir() if path.name.startswith("2-"))
    shutil.rmtree(newest)
    away.rename(newest)
    assert "search index: passages is" in told(verify_corpus(letters.settings))


def test_an_index_made_along_with_most_of_the_rows_has_the_rest_as_well(
    make_archive: MakeArchive,
) -> None:
    files = {f"records/r{i}.md": numbered(i) for i in range(9)}
    archive = make_archive(
        {**files, "records/letter.md": LETTER, "authorities/a.yaml": AUTHORITIES}
    )
    for i in range(5):
        files[f"records/r{i}.md"] = numbered(i).replace("It has", "It says beta and has")
    del files["records/r8.md"]
    files["records/letter.md"] = LETTER.replace("tractors", "balloons")
    # Refused, so that it stands as it was.
    files["records/r7.md"] = "no record"
    shutil.rmtree(archive.settings.seed_dir / "records")
    write_seed(archive.settings.seed_dir, files)
    assert archive.reload().loaded == 6
    assert not [d for d in verify_corpus(archive.settings).differences if "r7.md" not in str(d)]
    assert archive.get("/v1/search", q="beta")["total"] == 5
    assert archive.get("/v1/search", q="note", record="r7")["total"] > 0
    assert archive.get("/v1/search", q="note", record="r8")["total"] == 0


def spoil(archive: Archive, change: Callable[[dict[str, list[Any]]], None]) -> None:
    """Index the letter otherwise than it is, in the files that are served."""
    (folder,) = (archive.settings.data_dir / "search").glob("1-*")
    engine = make_engine(archive.settings)
    with engine.connect() as connection:
        letter = [
            dict(document)
            for document in read_documents(connection)
            if document["record"] == ["letter"]
        ]
    engine.dispose()
    index = search_index.open_index(folder)
    writer = index.writer()
    writer.delete_documents_by_term("record", "letter")
    for document in letter:
        change(document)
        writer.add_document(tantivy.Document(**document))
    writer.commit()
    writer.wait_merging_threads()


def replace_words(old: str, new: str) -> Callable[[dict[str, list[Any]]], None]:
    def change(document: dict[str, list[Any]]) -> None:
        document["words"] = [document["words"][0].replace(old, new)]

    return change


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (
            replace_words("ministry of", "of ministry"),
            "letter, paragraphs 5: the passage",
        ),
        (
            replace_words("of agriculture", "of zeppelin agriculture"),
            "letter, paragraphs 5: the passage",
        ),
        (
            replace_words("ministry", "zeppelin ministry"),
            "passages with 'zeppelin' is 1; expected 0",
        ),
        (lambda document: document.update(entity=[]), "record letter, paragraphs"),
        (lambda document: document.update(kind=["note"]), "record letter, paragraphs"),
        (lambda document: document.update(begin=[18000101]), "record letter, paragraphs"),
        (lambda document: document.update(paragraph=[7]), "record letter, paragraphs"),
    ],
)
def test_an_index_of_other_words_is_named(
    letters: Archive, change: Callable[[dict[str, list[Any]]], None], where: str
) -> None:
    spoil(letters, lambda document: None)
    assert verify_corpus(letters.settings).equal

    spoil(letters, change)
    assert where in told(verify_corpus(letters.settings))


@pytest.mark.sqlite
def test_verifying_changes_nothing(letters: Archive) -> None:
    database = letters.settings.data_dir / "opis.sqlite"
    before = database.read_bytes()
    verify_corpus(letters.settings)
    assert database.read_bytes() == before
