"""The whole corpus as files."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from api.loading.corpus import load_corpus
from api.store.engine import open_session
from tests.conftest import Archive, MakeArchive, write_seed
from tests.records import AUTHORITIES, LETTER, OLDER

FILES = {
    "records/555001.md": LETTER,
    "records/110022.md": OLDER,
    "authorities/names.yaml": AUTHORITIES,
}
NAMES = ("records.ndjson", "opis.sqlite")


@pytest.fixture
def letters(make_archive: MakeArchive) -> Archive:
    return make_archive(FILES)


@pytest.fixture
def database(letters: Archive, tmp_path: Path) -> sqlite3.Connection:
    path = tmp_path / "taken.sqlite"
    path.write_bytes(letters.client.get("/v1/export/opis.sqlite").content)
    return sqlite3.connect(path)


def test_every_record_is_a_line_and_whole(letters: Archive) -> None:
    response = letters.client.get("/v1/export/records.ndjson")
    lines = [json.loads(line) for line in response.content.splitlines()]
    assert [line["id"] for line in lines] == ["110022", "555001"]
    whole = letters.record(
        "555001", include="paragraphs,outline,entities,mentions,apparatus,discrepancies"
    )
    assert set(lines[1]) == set(whole)
    for part in ("paragraphs", "mentions", "apparatus"):
        assert len(lines[1][part]) == len(whole[part])
    assert [p["text"] for p in lines[1]["paragraphs"]] == [p["text"] for p in whole["paragraphs"]]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_comes_with_its_hash_and_date(letters: Archive, name: str) -> None:
    response = letters.client.get(f"/v1/export/{name}")
    digest = hashlib.sha256(response.content)
    encoded = base64.b64encode(digest.digest()).decode()
    assert response.headers["repr-digest"] == f"sha-256=:{encoded}:"
    assert response.headers["etag"] == f'"{digest.hexdigest()}"'
    assert response.headers["content-length"] == str(len(response.content))
    assert response.headers["last-modified"]
    assert letters.client.get(f"/v1/export/{name}.sha256").text == f"{digest.hexdigest()}  {name}\n"


@pytest.mark.parametrize("name", NAMES)
def test_head_tells_what_get_would_send(letters: Archive, name: str) -> None:
    same = {"X-Request-ID": "same"}
    got = letters.client.get(f"/v1/export/{name}", headers=same)
    told = letters.client.head(f"/v1/export/{name}", headers=same)
    assert told.content == b""
    assert told.headers == got.headers


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_that_still_holds_is_not_sent_again(letters: Archive, name: str) -> None:
    etag = letters.client.get(f"/v1/export/{name}").headers["etag"]
    again = letters.client.get(f"/v1/export/{name}", headers={"If-None-Match": f'"x", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag


@pytest.mark.parametrize("path", ["records.ndjson", "opis.sqlite", "records.ndjson.sha256"])
def test_a_file_of_a_generation_that_passes_meanwhile_is_made_of_the_next(
    letters: Archive, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    loads = iter([LETTER.replace("Brno", "Olomouc"), LETTER.replace("Brno", "Ostrava")])

    def open_late(engine: Engine) -> Session:
        if text := next(loads, None):
            write_seed(letters.settings.seed_dir, {"records/555001.md": text})
            load_corpus(letters.settings)
            letters.look()
        return open_session(engine)

    monkeypatch.setattr("api.routes.exports.open_session", open_late)
    taken = letters.client.get(f"/v1/export/{path}")
    assert taken.status_code == 200
    assert next(loads, None) is None
    assert taken.content == letters.client.get(f"/v1/export/{path}").content


def test_a_changed_corpus_makes_another_file(letters: Archive) -> None:
    before = letters.client.get("/v1/export/records.ndjson")
    (letters.settings.seed_dir / "records" / "110022.md").unlink()
    letters.reload()
    after = letters.client.get("/v1/export/records.ndjson")
    assert before.headers["etag"] != after.headers["etag"]
    assert len(after.content.splitlines()) == 1
    folders = list((letters.settings.data_dir / "exports").iterdir())
    assert len(folders) == 1


def test_an_unknown_file_is_not_found(letters: Archive) -> None:
    letters.get("/v1/export/everything.sha256", 404)
    letters.get("/v1/export/everything", 404)


def test_the_database_is_sound(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_database_holds_what_is_served(letters: Archive, database: sqlite3.Connection) -> None:
    counts = letters.get("/v1")["counts"]
    for table in ("records", "paragraphs", "entities", "mentions"):
        assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (counts[table],)


def test_the_database_can_be_searched(database: sqlite3.Connection) -> None:
    found = database.execute(
        "SELECT p.record_id, p.text FROM paragraphs_fts f JOIN paragraphs p ON p.rowid = f.rowid "
        "WHERE paragraphs_fts MATCH 'harvests'"
    ).fetchall()
    assert [record for record, _ in found] == ["110022"]


def test_mentions_lead_to_their_words(database: sqlite3.Connection) -> None:
    rows = database.execute(
        'SELECT substr(p.text, s.start + 1, s."end" - s.start), s.quote FROM mention_segments s '
        "JOIN paragraphs p ON p.record_id = s.record_id AND p.number = s.paragraph"
    ).fetchall()
    assert rows
    assert all(stands == quote for stands, quote in rows)
