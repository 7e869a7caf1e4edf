"""Which generation the database holds now: asked before every answer, so cheap."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection

from api.store.tables import Corpus, core

log = logging.getLogger("opis")

Generation = tuple[int, str]
"""Its number, and the digest of what it was made from: numbers come again where a load was lost."""

_TRUSTED = 0.001
"""Seconds for which an answer stands: busy services need not ask for every request."""
_EVERY = 0.5
"""Seconds between two questions to a server."""


class GenerationWatch(Protocol):
    """Tells the generation, to the event loop, without delay."""

    def __call__(self) -> Generation | None:
        """The generation; None while there is none."""

    def has_passed(self, generation: int) -> bool:
        """Whether a later generation is known: connections may lead to servers that lag behind."""

    def close(self) -> None:
        """Stop watching."""


def watch_generation(engine: Engine, on_change: Callable[[], None]) -> GenerationWatch:
    """The watch that fits the database.

    `on_change` is called where another machine may have loaded, in a thread.
    """
    return FileWatch(engine) if engine.dialect.name == "sqlite" else ServerWatch(engine, on_change)


class FileWatch:
    """Asks SQLite for the generation only when somebody has committed since.

    Not safe for threads: it belongs to the event loop, on a connection of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pooled: PoolProxiedConnection | None = None
        self._connection: Any = None
        self._version: object = None
        self._generation: Generation | None = None
        self._good_until = 0.0

    def __call__(self) -> Generation | None:
        """The generation; None while there is none."""
        now = monotonic()
        if now < self._good_until:
            return self._generation
        self._good_until = now + _TRUSTED
        if self._connection is None:
            self._pooled = self._engine.raw_connection()
            self._connection = self._pooled.driver_connection
        version = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version or self._generation is None:
            self._generation = self._ask()
            self._version = version
        return self._generation

    def has_passed(self, generation: int) -> bool:
        """Never: there is one file."""
        return False

    def close(self) -> None:
        """Give the connection back."""
        if self._pooled is not None:
            self._pooled.close()
            self._pooled = self._connection = None

    def _ask(self) -> Generation | None:
        try:
            row = self._connection.execute("SELECT generation, digest FROM corpus").fetchone()
        except Exception:
            return None
        return tuple(row) if row else None


class ServerWatch:
    """Asks a server twice a second, from a thread of its own, and remembers what it said.

    While no server can be reached the last answer stands, and so do the answers made from it.
    """

    def __init__(self, engine: Engine, on_change: Callable[[], None]) -> None:
        self._engine = engine
        self._on_change = on_change
        self._generation: Generation | None = None
        self._closed = Event()
        self._thread: Thread | None = None

    def __call__(self) -> Generation | None:
        """The generation; None while there is none, or none is known yet."""
        if self._thread is None:
            self._thread = Thread(target=self._watch, name="generation", daemon=True)
            self._thread.start()
        return self._generation

    def has_passed(self, generation: int) -> bool:
        """Whether a server has shown a later one."""
        return self._generation is not None and generation < self._generation[0]

    def ask(self) -> None:
        """Ask now, and wait for the answer."""
        query = select(core(Corpus).c.generation, core(Corpus).c.digest)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        self._generation = (row.generation, row.digest) if row else None

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        reached = True
        while not self._closed.is_set():
            before = self._generation
            try:
                self.ask()
                reached = True
                if self._generation != before:
                    self._on_change()
            except SQLAlchemyError as error:
                if reached:
                    log.warning("the generation cannot be asked for: %s", error)
                reached = False
            self._closed.wait(_EVERY)
