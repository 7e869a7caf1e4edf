"""The description is kept: Schemathesis asks all that it allows, and much that it does not."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import uvicorn

from api.app import create_app
from tests.conftest import SEED, Archive

CONFIGURATION = Path(__file__).parent / "contract" / "schemathesis.toml"


@pytest.fixture
def base(archive: Archive) -> Iterator[str]:
    """The address of the archive, on a real socket."""
    app = create_app(archive.settings)
    app.state.service.migrated = True
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    app.state.generation.close()
    app.state.indexes.close()
    app.state.engine.dispose()


def test_every_answer_is_as_described(base: str) -> None:
    st = str(Path(sys.executable).with_name("st"))
    command = [st, "--config-file", str(CONFIGURATION), "--no-color", "run", "--checks", "all"]
    command += ["--phases", "examples,coverage,fuzzing", f"{base}/v1/openapi.json"]
    run = subprocess.run(command, cwd=SEED.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]
