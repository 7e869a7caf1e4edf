"""Engines, pragmas, sessions and migrations. Nothing here is made at import."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Engine, Table, create_engine, event, insert, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from api.settings import Settings

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


_LOADING = 0x6F706973
"""The advisory lock of whoever writes to a PostgreSQL database."""

_PATIENCE = {
    "connect_timeout": "3",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "2",
}
"""How soon libpq gives up a host that does not answer; the URL may say otherwise."""


_JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}
"""Rows are full of JSON: it is read and written ten times as fast as by default."""


def make_engine(settings: Settings, *, read_only: bool = True) -> Engine:
    """An engine on the settings' database; read-only ones cannot write whatever they are asked.

    All that a session of a read-only engine sees is of one generation; whoever writes waits until
    no other writer does.
    """
    url = make_url(settings.read_database if read_only else settings.database)
    if url.get_backend_name() == "postgresql":
        return _make_postgres_engine(url, read_only=read_only)
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        **_JSON,
        connect_args={"check_same_thread": False, "timeout": 600},
        pool_size=16,
        max_overflow=-1,
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


def _make_postgres_engine(url: URL, *, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        **_JSON,
        connect_args={name: value for name, value in _PATIENCE.items() if name not in url.query},
        isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
        pool_pre_ping=True,
        pool_size=16,
        # After a failover, back to the host that the URL prefers.
        pool_recycle=300,
    )

    if read_only:

        @event.listens_for(engine, "connect")
        def refuse_writing(connection: Any, _: Any) -> None:
            connection.execute("SET default_transaction_read_only = on")
            connection.commit()

    else:

        @event.listens_for(engine, "begin")
        def wait_for_others(connection: Any) -> None:
            # Held as long as the transaction, so that no lost connection can part the two.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOADING})")

    return engine


def is_unreachable(error: SQLAlchemyError) -> bool:
    """Whether a statement failed because there was no server, none with time, or it went away."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError) or isinstance(error.orig, sqlite3.Error):
        return False
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def is_unmigrated(error: SQLAlchemyError) -> bool:
    """Whether a statement failed because the tables are still to be made."""
    orig = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(orig, sqlite3.Error):
        return str(orig).startswith("no such table")
    return getattr(orig, "sqlstate", None) == "42P01"


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


def take_stock(session: Session) -> None:
    """Let PostgreSQL see at once what a large load brought, so that it plans queries by it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE"))


def migrate(settings: Settings) -> None:
    """Bring the database's tables to the newest revision: the only way tables come to be."""
    engine = make_engine(settings, read_only=False)
    try:
        if _is_migrated(engine):
            return
        # Here, because it takes longer to import than most starts have to do.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The migration that all tables are to have: files are numbered in their order."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _is_migrated(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
            return list(found) == [newest_revision()]
    except SQLAlchemyError as error:
        if is_unmigrated(error):
            return False
        raise


@contextmanager
def loading_lock(settings: Settings) -> Iterator[None]:
    """One loader at a time on this machine; the others wait their turn.

    Those of other machines wait in the database: see `make_engine`.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "loading.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
