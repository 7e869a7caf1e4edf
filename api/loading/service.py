"""Loading beside the serving: the socket is open while the corpus is being brought up to date."""

from __future__ import annotations

import logging
import time
from threading import Thread

from sqlalchemy.exc import SQLAlchemyError

from api.loading.corpus import LoadReport, load_corpus
from api.loading.progress import show_progress
from api.settings import Settings
from api.store.engine import is_unreachable, loading_lock, migrate

log = logging.getLogger("opis")

_AGAIN = 2.0
"""Seconds until a database that could not be reached is tried again."""


class LoadingService:
    """Migrates and loads once, in a thread of its own, and tells how far it has come."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.migrated = False
        self.failure: str | None = None
        self.report: LoadReport | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin. Of several processes one loads, and the others find it done."""
        if not self.settings.load_on_start:
            self.migrated = True
            return
        self._thread = Thread(target=self._run, name="loader", daemon=True)
        self._thread.start()

    def wait(self, timeout: float | None = None) -> None:
        """Until the load is done."""
        if self._thread:
            self._thread.join(timeout)

    def _run(self) -> None:
        try:
            while not self._try():
                time.sleep(_AGAIN)
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            log.exception("loading failed")
            return
        assert self.report
        for complaint in self.report.complaints:
            log.warning("%s", complaint)
        log.info("%s", self.report)

    def _try(self) -> bool:
        """Migrate and load; False where the database cannot be reached."""
        try:
            with loading_lock(self.settings):
                migrate(self.settings)
                self.migrated = True
                with show_progress() as progress:
                    self.report = load_corpus(self.settings, progress)
        except SQLAlchemyError as error:
            if not is_unreachable(error):
                raise
            log.warning("nothing can be loaded while the database cannot be reached: %s", error)
            # What a replica holds can be served meanwhile.
            self.migrated = self.settings.read_database_url is not None
            return False
        return True
