"""Loading beside the serving: the socket is open while the corpus is being brought up to date."""

from __future__ import annotations

import logging
from threading import Event, Thread
from time import time

from api.loading.corpus import LoadReport, load_corpus
from api.loading.progress import Progress, show_progress
from api.settings import Settings
from api.store.engine import loading_lock, migrate

log = logging.getLogger("opis")


class LoadStopped(Exception):
    """The service ends while it loads."""


class LoadingService:
    """Migrates and loads once, in a thread of its own, and tells how far it has come."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.migrated = False
        self.failure: str | None = None
        self.report: LoadReport | None = None
        self.ending = False
        self.ended_at: float | None = None
        """When the last load ended, in seconds since 1970."""
        self._stopped = Event()
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

    def stop(self, timeout: float = 5.0) -> None:
        """Give up a load that is under way: its transaction is rolled back, nothing of it stays."""
        self.ending = True
        self._stopped.set()
        self.wait(timeout)

    def _watched(self, progress: Progress | None) -> Progress:
        def tell(done: int, total: int) -> None:
            if self._stopped.is_set():
                raise LoadStopped
            if progress:
                progress(done, total)

        return tell

    def _run(self) -> None:
        try:
            with loading_lock(self.settings):
                migrate(self.settings)
                self.migrated = True
                with show_progress() as progress:
                    self.report = load_corpus(self.settings, self._watched(progress))
                self.ended_at = time()
        except LoadStopped:
            log.info("the load was given up: the service ends; nothing of it stays")
            return
        except Exception as error:
            self.ended_at = time()
            self.failure = f"{type(error).__name__}: {error}"
            log.exception("loading failed")
            return
        for complaint in self.report.complaints:
            log.warning("%s", complaint)
        log.info("%s", self.report)
