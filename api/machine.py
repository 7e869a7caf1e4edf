"""What this machine lends us, and how we use it."""

from __future__ import annotations

import gc
import os


def count_cores() -> int:
    """The processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def collect_rarely() -> None:
    """Let the garbage collector pass over all that is there now, and seldom look at what comes.

    What start-up makes stays; and rows, which come in thousands, hold no cycles.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 50)
