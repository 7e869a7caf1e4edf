"""Migrations keep what a database holds, and what it refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from api.settings import Settings
from api.store.engine import MIGRATIONS, make_engine, migrate

pytestmark = pytest.mark.sqlite

FILE = "INSERT INTO seed_file VALUES ('names.yaml', '', 1, 1, 'loaded', NULL, NULL, '[]')"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, seed_dir=tmp_path)


def move(settings: Settings, way: Callable[[Config, str], None], revision: str) -> None:
    """Bring the database to a revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = make_engine(settings, read_only=False)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        way(config, revision)
    engine.dispose()


def open_database(settings: Settings) -> sqlite3.Connection:
    return sqlite3.connect(settings.data_dir / "opis.sqlite")


def tables_of(settings: Settings) -> dict[str, str]:
    with open_database(settings) as database:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        return dict(database.execute(query).fetchall())


def test_no_check_makes_sqlite_fill_a_table_for_each_row(settings: Settings) -> None:
    migrate(settings)

    with open_database(settings) as database:
        assert "OpenEphemeral" not in {row[1] for row in database.execute(f"EXPLAIN {FILE}")}


def test_what_is_stored_and_what_is_refused_stay_when_checks_are_rewritten(
    settings: Settings,
) -> None:
    move(settings, command.upgrade, "0004")
    with open_database(settings) as database:
        database.execute(FILE)
    before = tables_of(settings)

    migrate(settings)

    assert tables_of(settings) != before
    with open_database(settings) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT path, state FROM seed_file").fetchall() == [
            ("names.yaml", "loaded")
        ]
        with pytest.raises(sqlite3.IntegrityError, match="ck_seed_file_state"):
            database.execute("UPDATE seed_file SET state = 'lost'")
    move(settings, command.downgrade, "0004")
    assert tables_of(settings) == before


def test_mentions_of_entities_are_counted_where_a_database_has_some(settings: Settings) -> None:
    move(settings, command.upgrade, "0005")
    with open_database(settings) as database:
        database.executemany(
            "INSERT INTO entity (id, kind, label, sort_label, names, same_as, origin) "
            "VALUES (?, 'place', '', '', '[]', '{}', 'curated')",
            [("brno",), ("novak",)],
        )
        database.executemany(
            "INSERT INTO entity_in_record (entity_id, record_id, mentions, first) "
            "VALUES (?, ?, ?, 1)",
            [("brno", "a", 2), ("brno", "b", 3), ("novak", "a", 1)],
        )

    move(settings, command.upgrade, "0006")

    with open_database(settings) as database:
        counts = database.execute("SELECT * FROM entity_count ORDER BY entity_id").fetchall()
    assert counts == [("brno", 5, 2), ("novak", 1, 1)]
