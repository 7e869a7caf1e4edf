"""The end of the service, told to whoever asks whether it is ready, before it comes."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from api.loading.service import LoadingService


@contextmanager
def announce_end(service: LoadingService, seconds: float) -> Iterator[None]:
    """On SIGTERM, say so, and hand the signal on to the server so many seconds later.

    In between everything is served; balancers that ask `/readyz` turn elsewhere.
    """
    handle = signal.getsignal(signal.SIGTERM)
    if threading.current_thread() is not threading.main_thread() or not callable(handle):
        yield
        return
    loop = asyncio.get_running_loop()

    def end(number: int, frame: FrameType | None) -> None:
        if service.ending or not seconds:
            service.ending = True
            handle(number, frame)
            return
        service.ending = True
        loop.call_soon_threadsafe(loop.call_later, seconds, handle, number, None)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handle)
