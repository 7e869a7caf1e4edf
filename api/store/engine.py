"""Engines, pragmas, sessions and migrations. Nothing here is made at import."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, create_engine, event, insert
from sqlmodel import Session

from api.settings import Settings

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def make_engine(settings: Settings, *, read_only: bool = True) -> Engine:
    """An engine on the settings' database; read-only ones cannot write whatever they are asked."""
    url = settings.database
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": 600}, pool_size=16
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # pysqlite would begin transactions when it sees fit; we say BEGIN ourselves, so that a
        # reader's statements all see one generation.
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "busy_timeout = 600000",
            "cache_size = -16000",
            "mmap_size = 1000000000",
            *(("query_only = ON",) if read_only else ()),
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def open_session(engine: Engine) -> Session:
    """A session in which nothing expires: rows outlive it."""
    return Session(engine, expire_on_commit=False, autoflush=False)


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, which all have the same columns.

    On SQLite as tuples straight to the driver: SQLAlchemy would make each row over twice.
    """
    if not rows:
        return
    connection = session.connection()
    dialect = connection.dialect
    if dialect.name != "sqlite":
        connection.execute(insert(table), rows)
        return
    columns = [table.c[name] for name in rows[0]]
    statement = insert(table).compile(dialect=dialect, column_keys=[c.name for c in columns])
    order = [table.c[name] for name in statement.positiontup or ()]
    prepare = [(c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in order]
    connection.exec_driver_sql(
        str(statement),
        [tuple([f(row[name]) if f else row[name] for name, f in prepare]) for row in rows],
    )


def migrate(settings: Settings) -> None:
    """Bring the database's tables to the newest revision: the only way tables come to be."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = make_engine(settings, read_only=False)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


@contextmanager
def loading_lock(settings: Settings) -> Iterator[None]:
    """One loader at a time on this machine; the others wait their turn."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "loading.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
