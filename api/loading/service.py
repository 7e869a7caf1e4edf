"""Loading beside the serving: the socket is open while the corpus is being brought up to date."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from api.settings import Settings
from api.store.engine import is_unreachable, loading_lock, migrate

if TYPE_CHECKING:
    from api.loading.corpus import LoadReport
    from api.loading.progress import Progress

log = logging.getLogger("opis")

_AGAIN = 2.0
"""Seconds until a database that could not be reached is tried again."""
_DEBOUNCE = 400
"""Milliseconds of quiet, within a few seconds, before what has changed is loaded."""
_TURN = 1.0
"""Seconds between looks whether the process that watches is still there."""


class LoadStopped(Exception):
    """The service ends while it loads."""


class LoadingService:
    """Migrates and loads in a thread of its own, and tells how far it has come.

    Once, or again whenever the seed changes; a load that fails is told in `failure` and tried again
    at the next change. Of several processes one watches, and another where that one ends.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.migrated = False
        self.failure: str | None = None
        self.report: LoadReport | None = None
        self.ending = False
        self.ended_at: float | None = None
        """When the last load ended, in seconds since 1970."""
        self._head_start = 0.0
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self, head_start: float = 0.0) -> None:
        """Begin. Of several processes one loads, and the others find it done.

        Where something is served already, its first readers may have `head_start` seconds before
        the load takes its share of the processor.
        """
        self._head_start = head_start
        if not self.settings.load_on_start:
            self.migrated = True
        if self.settings.load_on_start or self.settings.watch:
            self._thread = Thread(target=self._run, name="loader", daemon=True)
            self._thread.start()

    def wait(self, timeout: float | None = None) -> None:
        """Until the load is done."""
        if self._thread:
            self._thread.join(timeout)

    def stop(self, timeout: float = 5.0) -> None:
        """Watch no longer, and give up a load that is under way: nothing of it stays."""
        self.ending = True
        self._stopped.set()
        self.wait(timeout)

    def _run(self) -> None:
        if self.settings.load_on_start:
            self._load()
        if self.settings.watch:
            with self._alone() as watches:
                if watches:
                    self._watch()

    def _load(self) -> None:
        """Load, however long the database cannot be reached, and tell what came of it."""
        try:
            while not self._try():
                if self._stopped.wait(_AGAIN):
                    return
        except LoadStopped:
            log.info("the load was given up: the service ends; nothing of it stays")
            return
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            log.exception("loading failed")
            return
        finally:
            self.ended_at = time()
        self.failure = None
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
                if self._stopped.wait(self._head_start):
                    raise LoadStopped
                self._head_start = 0.0
                # Here, because they take as long to import as the rest of a start.
                from api.loading.corpus import load_corpus
                from api.loading.progress import show_progress

                with show_progress() as progress:
                    self.report = load_corpus(self.settings, self._watched(progress))
        except SQLAlchemyError as error:
            if not is_unreachable(error):
                raise
            log.warning("nothing can be loaded while the database cannot be reached: %s", error)
            # What a replica holds can be served meanwhile.
            self.migrated = self.settings.read_database_url is not None
            return False
        return True

    def _watched(self, progress: Progress | None) -> Progress:
        def tell(done: int, total: int) -> None:
            if self._stopped.is_set():
                raise LoadStopped
            if progress:
                progress(done, total)

        return tell

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Wait to be the one process that watches; False where the service stops before."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.settings.data_dir / "watching.lock").open("w") as lock:
            while not self._stopped.is_set():
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    self._stopped.wait(_TURN)
                else:
                    yield True
                    return
            yield False

    def _watch(self) -> None:
        import watchfiles

        seed, polling = self.settings.seed_dir, self.settings.watch_polling
        log.info("watching %s for changes", seed)
        while not self._stopped.is_set():
            try:
                looked = False
                for changes in watchfiles.watch(
                    seed,
                    watch_filter=None,
                    debounce=3_000,
                    step=_DEBOUNCE,
                    stop_event=self._stopped,
                    rust_timeout=1_000,
                    yield_on_timeout=True,
                    force_polling=polling or None,
                    ignore_permission_denied=True,
                ):
                    # The first time whatever was told: what changed before anybody watched.
                    if changes or not looked:
                        self._load()
                    looked = True
            except OSError as error:
                # No folder, which may come back; or more folders than the system watches.
                polling = polling or not isinstance(error, FileNotFoundError)
                self.failure = f"the seed cannot be watched: {error}"
                log.warning("%s", self.failure)
                self._stopped.wait(_TURN)
