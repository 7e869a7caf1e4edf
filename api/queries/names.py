"""The names of the authority file, as one generation has them: to look up, and to find in texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session

from api.store.tables import Entity, core
from api.words import words_of

if TYPE_CHECKING:
    from api.parsing.curated import Authority
    from api.parsing.names import NameIndex


class KnownNames:
    """Every curated entity and what it goes by."""

    def __init__(self, generation: int, authorities: list[Authority]) -> None:
        self.generation = generation
        self._authorities = authorities
        self._lock = Lock()
        self._index: NameIndex | None = None

    @cached_property
    def _by_words(self) -> Mapping[tuple[str, ...], str]:
        found: dict[tuple[str, ...], str] = {}
        for authority in self._authorities:
            for text in (authority.label, *(name.text for name in authority.names)):
                found.setdefault(tuple(words_of(text)), authority.id)
        return found

    def named(self, text: str) -> str | None:
        """The id of the entity whose name this text is, however it is written."""
        return self._by_words.get(tuple(words_of(text)))

    @property
    def index(self) -> NameIndex:
        """All names, ready to be found in running text; made when first asked for."""
        with self._lock:
            if self._index is None:
                from api.parsing.names import NameIndex

                self._index = NameIndex(self._authorities)
            return self._index


class NameKeeper:
    """Keeps the names of the generation last asked for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: KnownNames | None = None

    def of(self, session: Session, generation: int) -> KnownNames:
        """The names that the session's generation has."""
        known = self._known
        if known is not None and known.generation == generation:
            return known
        with self._lock:
            if self._known is None or self._known.generation != generation:
                self._known = KnownNames(generation, _read_authorities(session))
            return self._known


def _read_authorities(session: Session) -> list[Authority]:
    # Here, because it takes longer to import than most of a start.
    from api.parsing.curated import Authority

    table = core(Entity)
    query = (
        select(table.c.id, table.c.kind, table.c.label, table.c.names)
        .where(table.c.origin == "curated")
        .order_by(table.c.id)
    )
    return [
        Authority.model_validate(
            {"id": row.id, "kind": row.kind, "label": row.label, "names": tuple(row.names)}
        )
        for row in session.execute(query)
    ]
