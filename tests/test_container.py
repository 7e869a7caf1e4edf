"""The service as its container runs it: another user, a read-only tree, the Dockerfile's own words."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import SEED
from tests.test_serving import free_port

ROOT = SEED.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
LAST_STAGE = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
USER = int(re.findall(r"^USER (\d+)$", LAST_STAGE, re.MULTILINE)[-1])
COMMAND: list[str] = json.loads(re.findall(r"^CMD (\[.*\])$", LAST_STAGE, re.MULTILINE)[-1])
CHECK: list[str] = json.loads(
    re.findall(r"HEALTHCHECK .*? CMD (\[.*\])$", LAST_STAGE, re.MULTILINE)[-1]
)
COPIED = re.findall(r"^COPY (\w+) \w+$", LAST_STAGE, re.MULTILINE)


def environment() -> dict[str, str]:
    """What ENV sets, but for the path of the image's own Python."""
    words = re.findall(r"^ENV (.*)$", LAST_STAGE, re.MULTILINE)
    found = dict(word.split("=", 1) for line in words for word in shlex.split(line))
    del found["PATH"]
    return found


def whose() -> list[str]:
    """What runs a program as the container's user; as nobody special where root cannot do that.

    Root without its capabilities keeps to a tree's permissions like anybody.
    """
    if os.getuid() != 0:
        return []
    other = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    if subprocess.run(
        [*other, sys.executable, "-c", ""], capture_output=True, check=False
    ).returncode:
        other = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    return other


@pytest.fixture(scope="module")
def container(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Path, list[str], dict[str, str]]]:
    """The tree, what runs programs in it, and their environment; made writable again at the end."""
    tree = tmp_path_factory.mktemp("container")
    data = tree / "data"
    data.mkdir()
    for name in COPIED:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    runner = whose()
    if f"--reuid={USER}" in runner:
        os.chown(data, USER, USER)
    for parent in tree.parents:
        if parent != Path("/tmp") and parent.is_relative_to("/tmp") and os.access(parent, os.W_OK):
            parent.chmod(parent.stat().st_mode | 0o055)
    for path in [tree, *tree.rglob("*")]:
        if path != data:
            path.chmod(0o555 if path.is_dir() else 0o444)
    set_here = {
        "OPIS_DATA_DIR": str(data),
        "OPIS_PORT": str(free_port()),
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
    }
    yield tree, runner, environment() | set_here
    for path in [tree, *tree.rglob("*")]:
        path.chmod(0o755)


def in_tree(command: list[str], runner: list[str]) -> list[str]:
    assert command[0] == "python"
    return [*runner, sys.executable, *command[1:]]


def test_the_tree_is_what_the_service_needs() -> None:
    assert {"api", "migrations", "seed"} <= set(COPIED)
    assert environment()["OPIS_HOST"] == "0.0.0.0"
    assert USER > 0


def test_it_serves_as_nobody_from_a_tree_that_it_cannot_write(
    container: tuple[Path, list[str], dict[str, str]],
) -> None:
    tree, runner, settings = container
    write = in_tree(["python", "-c", "open('api/new.py', 'w')"], runner)
    assert subprocess.run(write, cwd=tree, capture_output=True, check=False).returncode != 0
    port = settings["OPIS_PORT"]
    check = [word.replace(":8000/", f":{port}/") for word in in_tree(CHECK, runner)]
    process = subprocess.Popen(
        in_tree(COMMAND, runner), cwd=tree, env=settings, stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(600):
            assert process.poll() is None, process.communicate()[1]
            healthy = subprocess.run(
                check, cwd=tree, env=settings, capture_output=True, check=False
            )
            if healthy.returncode == 0:
                break
            time.sleep(0.1)
        assert healthy.returncode == 0, healthy.stderr
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert client.get("/v1/records/209712/paragraphs/7").status_code == 200
            assert client.get("/v1/search?q=peace").json()["total"] > 0
            assert client.get("/records/209712").status_code == 200
            assert client.get("/v1/export/records.ndjson").status_code == 200
    finally:
        process.terminate()
        told = process.communicate(timeout=30)[1]
    assert process.returncode in (0, -15), told
    assert "Traceback" not in told
    assert sorted(path.name for path in tree.iterdir()) == sorted([*COPIED, "data"])
