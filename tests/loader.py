"""`opis load` in a process of its own, which may be killed; started from a warm one.

Little is imported here: the fork server imports this before it forks.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

import alembic.command
import alembic.config

import api.loading.corpus
from api.__main__ import main

Moment = tuple[str, str, Literal["before", "after", "fails"]]
"""A module, a name in it (with dots), and on which side of a call to it the process dies; or it
fails as on a full disk."""

assert alembic.command
assert alembic.config
assert api.loading.corpus


def start_load(
    seed: Path, data: Path, dies: Moment | None = None, largest: int | None = None
) -> BaseProcess:
    """A loader, started; at the moment `dies` it kills itself as `kill -9` would.

    No file can grow over `largest` bytes, as on a full disk; standard error goes to `data.log`.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.loader"])
    process = context.Process(target=_load, args=(seed, data, dies, largest))
    process.start()
    return process


def _load(seed: Path, data: Path, dies: Moment | None, largest: int | None) -> None:
    os.environ |= {"OPIS_SEED_DIR": str(seed), "OPIS_DATA_DIR": str(data)}
    os.dup2(os.open(f"{data}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    if dies:
        _arm(*dies)
    if largest is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    sys.argv = ["opis", "load"]
    main()


def _arm(module: str, name: str, side: str) -> None:
    *path, last = name.split(".")
    owner: Any = import_module(module)
    for part in path:
        owner = getattr(owner, part)
    real: Callable[..., Any] = getattr(owner, last)

    def deadly(*arguments: Any, **named: Any) -> Any:
        if side == "fails":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "search")
        if side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, last, deadly)
