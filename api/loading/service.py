"""Loading beside the serving: the socket is open while the corpus is being brought up to date."""

from __future__ import annotations

import logging
from threading import Thread

from api.loading.corpus import LoadReport, load_corpus
from api.loading.progress import show_progress
from api.settings import Settings
from api.store.engine import loading_lock, migrate

log = logging.getLogger("opis")


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
            with loading_lock(self.settings):
                migrate(self.settings)
                self.migrated = True
                with show_progress() as progress:
                    self.report = load_corpus(self.settings, progress)
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            log.exception("loading failed")
            return
        for complaint in self.report.complaints:
            log.warning("%s", complaint)
        log.info("%s", self.report)
