"""The corpus as a whole."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import Session

from api.errors import NotReady
from api.queries.pages import Row
from api.store.tables import Corpus, SeedFile, core

_CORPUS = "corpus"
_SELECT = select(core(Corpus))


def find_corpus(session: Session) -> Row:
    """The generation being served; NotReady where nothing has been loaded yet."""
    row: Row | None = session.info.get(_CORPUS)
    if row is None:
        row = session.execute(_SELECT).one_or_none()
        if row is None:
            raise NotReady("The corpus is being loaded.")
        # A session sees one generation from first to last, so once is enough.
        session.info[_CORPUS] = row
    return row


def count_refused(session: Session) -> int:
    """How many files of the seed were refused when last loaded."""
    table = core(SeedFile)
    query = select(func.count()).select_from(table).where(table.c.state == "refused")
    return int(session.execute(query).scalar_one())
