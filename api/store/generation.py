"""Which generation the database holds now: asked before every answer, so cheap."""

from __future__ import annotations

from time import monotonic
from typing import Any

from sqlalchemy import Engine

_TRUSTED = 0.001
"""Seconds for which an answer stands: busy services need not ask for every request."""


class GenerationWatch:
    """Tells the generation, and asks SQLite for it only when somebody has committed since.

    Not safe for threads: it belongs to the event loop, on a connection of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        self._version: object = None
        self._generation: int | None = None
        self._good_until = 0.0

    def __call__(self) -> int | None:
        """The number of the generation; None while there is none."""
        now = monotonic()
        if now < self._good_until:
            return self._generation
        self._good_until = now + _TRUSTED
        if self._connection is None:
            self._connection = self._engine.raw_connection()
        version = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version or self._generation is None:
            self._generation = self._ask()
            self._version = version
        return self._generation

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self) -> int | None:
        try:
            row = self._connection.execute("SELECT generation FROM corpus").fetchone()
        except Exception:
            return None
        return row[0] if row else None
