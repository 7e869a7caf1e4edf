"""The command line, as its users call it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.parsing.curated import SCHEMAS, json_schema
from tests.conftest import SEED, write_seed
from tests.corpora import corpus
from tests.records import AUTHORITIES, LETTER, numbered

ROOT = SEED.parent


def opis(*arguments: str, seed: Path, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api", *arguments],
        cwd=ROOT,
        env={**os.environ, "OPIS_SEED_DIR": str(seed), "OPIS_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    folder = tmp_path / "seed"
    write_seed(folder, {"records/letter.md": LETTER, "authorities/all.yaml": AUTHORITIES})
    return folder


def test_load_says_what_it_did_and_refuses_with_an_exit_code(seed: Path, tmp_path: Path) -> None:
    first = opis("load", seed=seed, data=tmp_path / "data")
    assert first.returncode == 0
    assert "Loaded 1 records (8 paragraphs" in first.stderr
    again = opis("load", seed=seed, data=tmp_path / "data")
    assert "Nothing has changed: 1 records stand" in again.stderr
    write_seed(seed, {"records/bad.md": b"\xff"})
    refused = opis("load", seed=seed, data=tmp_path / "data")
    assert refused.returncode == 1
    assert "error: records/bad.md:1:1: byte 0xff is not UTF-8; expected text in UTF-8" in (
        refused.stderr
    )


def test_check_shows_what_was_understood_without_a_database(seed: Path, tmp_path: Path) -> None:
    checked = opis("check", seed=seed, data=tmp_path / "data")
    assert checked.returncode == 0, checked.stderr
    assert "letter.md: would load" in checked.stdout
    assert "fond-opis-delo" in checked.stdout
    assert not (tmp_path / "data").exists()


def test_check_tells_programs_and_exits_with_1_where_a_load_would_refuse(
    seed: Path, tmp_path: Path
) -> None:
    write_seed(
        seed,
        {
            "records/bad.md": b"\xff",
            "records/letter.annotations.yaml": "record: letter\nmentions: [{}]",
        },
    )
    checked = opis("check", "--json", str(seed), seed=seed, data=tmp_path)
    assert checked.returncode == 1
    told = json.loads(checked.stdout)
    files = {Path(item["path"]).name: item for item in told["files"]}
    assert told["loads"] is False
    assert files["all.yaml"]["loads"] is True
    assert files["bad.md"]["complaints"][0]["line"] == 1
    lines = {c["line"] for c in files["letter.md"]["complaints"]}
    assert lines == {1, 2}
    assert files["letter.md"]["understood"]["title"].startswith("Letter from Anna Petrova")


def test_check_names_files_that_are_not_there(seed: Path, tmp_path: Path) -> None:
    checked = opis("check", str(tmp_path / "nothing.md"), seed=seed, data=tmp_path)
    assert checked.returncode == 1
    assert "there is no such file" in checked.stdout


def test_a_drafted_annotation_file_loads(seed: Path, tmp_path: Path) -> None:
    drafted = opis("draft", "letter", seed=seed, data=tmp_path)
    assert drafted.returncode == 0, drafted.stderr
    assert (seed / "records/letter.annotations.yaml").exists()
    assert opis("check", seed=seed, data=tmp_path).returncode == 0
    again = opis("draft", "letter", seed=seed, data=tmp_path)
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_minted_ids_hold_in_a_database_that_never_saw_the_old_text(
    seed: Path, tmp_path: Path
) -> None:
    opis("load", seed=seed, data=tmp_path / "one")
    write_seed(seed, {"records/letter.md": LETTER.replace("forty", "fifty").replace("ago", "now")})
    warned = opis("load", seed=seed, data=tmp_path / "one")
    minted = opis("mint", "letter", seed=seed, data=tmp_path / "one")
    assert minted.returncode == 0, minted.stderr
    registry = (seed / "records/letter.ids.yaml").read_text()
    again = opis("mint", "letter", seed=seed, data=tmp_path / "two")
    assert again.returncode == 0, again.stderr
    assert (seed / "records/letter.ids.yaml").read_text() == registry
    assert "opis mint" not in warned.stderr or "aligned" in warned.stderr


def test_what_is_wrong_is_told_without_a_traceback(seed: Path, tmp_path: Path) -> None:
    failed = opis("draft", "nobody", seed=seed, data=tmp_path)
    assert failed.returncode == 1
    assert failed.stderr.startswith("error: there is no source of 'nobody'")


def test_openapi_is_written(seed: Path, tmp_path: Path) -> None:
    written = opis("openapi", seed=seed, data=tmp_path)
    assert json.loads(written.stdout)["openapi"].startswith("3.1")


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_beside_the_seed_are_those_of_the_readers(name: str) -> None:
    written = json.loads((SEED / "schemas" / f"{name}.schema.json").read_text())
    assert written == json_schema(name), "run `make fix`"


def test_many_files_are_checked_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    write_seed(folder, {f"records/r{i}.md": numbered(i) for i in range(220)})
    write_seed(folder, {"records/bad.md": b"\xff"})
    checked = opis("check", "--json", str(folder), seed=folder, data=tmp_path)
    files = json.loads(checked.stdout)["files"]
    assert [Path(file["path"]).name for file in files if not file["loads"]] == ["bad.md"]
    titles = {file["understood"].get("title") for file in files}
    assert {f"Note number {i}" for i in range(220)} <= titles


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_load_that_is_stopped_takes_back_what_it_did(
    tmp_path: Path, number: signal.Signals
) -> None:
    seed, data = tmp_path / "seed", tmp_path / "data"
    write_seed(seed, {"records/r0.md": numbered(0)})
    assert opis("load", seed=seed, data=data).returncode == 0
    write_seed(seed, corpus(600))
    loading = subprocess.Popen(
        [sys.executable, "-m", "api", "load"],
        cwd=ROOT,
        env={**os.environ, "OPIS_SEED_DIR": str(seed), "OPIS_DATA_DIR": str(data)},
        stderr=subprocess.PIPE,
        text=True,
    )
    wal = data / "opis.sqlite-wal"
    for _ in range(6_000):
        # It has begun to write.
        if loading.poll() is not None or (wal.exists() and wal.stat().st_size > 100_000):
            break
        time.sleep(0.01)
    loading.send_signal(number)
    told = loading.communicate(timeout=60)[1]
    assert loading.returncode == 128 + number, told
    assert "given up: nothing was changed" in told
    assert "Traceback" not in told
    proved = opis("verify", "--json", seed=seed, data=data)
    assert json.loads(proved.stdout)["compared"]["revision"] == 1
    again = opis("load", seed=seed, data=data)
    assert "Loaded 600 records" in again.stderr
    assert "Generation 2," in again.stderr
