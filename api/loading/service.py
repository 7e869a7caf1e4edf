"""Loading beside the serving: the socket is open while the corpus is being brought up to date."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from api.loading.corpus import LoadReport, load_corpus
from api.loading.progress import show_progress
from api.settings import Settings
from api.store.engine import loading_lock, migrate

log = logging.getLogger("opis")
_DEBOUNCE = 400
"""Milliseconds of quiet, within a few seconds, before what has changed is loaded."""
_TURN = 1.0
"""Seconds between looks whether the process that watches is still there."""


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
        self._thread: Thread | None = None
        self._stopped = Event()

    def start(self) -> None:
        """Begin. Of several processes one loads, and the others find it done."""
        if not self.settings.load_on_start:
            self.migrated = True
        if self.settings.load_on_start or self.settings.watch:
            self._thread = Thread(target=self._run, name="loader", daemon=True)
            self._thread.start()

    def stop(self, timeout: float | None = 5) -> None:
        """Watch no longer. A load under way may go on for `timeout` seconds; what a load that is
        cut off leaves behind is the corpus as it was."""
        self._stopped.set()
        self.wait(timeout)

    def wait(self, timeout: float | None = None) -> None:
        """Until the load is done."""
        if self._thread:
            self._thread.join(timeout)

    def _run(self) -> None:
        if self.settings.load_on_start:
            self._load()
        if self.settings.watch:
            with self._alone() as watches:
                if watches:
                    self._watch()

    def _load(self) -> None:
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
        self.failure = None
        for complaint in self.report.complaints:
            log.warning("%s", complaint)
        log.info("%s", self.report)

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
