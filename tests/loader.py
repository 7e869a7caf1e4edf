"""`opis load` in a process of its own, which may be killed; started from a warm one.

Little is imported here: the fork server imports this before it forks.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

import alembic.command
import alembic.config

import api.loading.corpus
from api.__main__ import load

Moment = tuple[str, str, Literal["before", "after"]]
"""A module, a name in it (with dots), and on which side of a call to it the process dies."""

assert alembic.command
assert alembic.config
assert api.loading.corpus


def start_load(seed: Path, data: Path, dies: Moment | None = None) -> BaseProcess:
    """A loader, started; at the moment `dies` it kills itself as `kill -9` would."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.loader"])
    process = context.Process(target=_load, args=(seed, data, dies))
    process.start()
    return process


def _load(seed: Path, data: Path, dies: Moment | None) -> None:
    os.environ |= {"OPIS_SEED_DIR": str(seed), "OPIS_DATA_DIR": str(data)}
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    if dies:
        _arm(*dies)
    load()


def _arm(module: str, name: str, side: str) -> None:
    *path, last = name.split(".")
    owner: Any = import_module(module)
    for part in path:
        owner = getattr(owner, part)
    real: Callable[..., Any] = getattr(owner, last)

    def deadly(*arguments: Any, **named: Any) -> Any:
        if side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, last, deadly)
