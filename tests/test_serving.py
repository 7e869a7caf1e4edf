"""The service as it is started: a real process, a real socket."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import SEED, write_seed
from tests.records import LETTER


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(
    command: list[str], seed: Path, data: Path, port: int, **settings: str
) -> Iterator[tuple[httpx.Client, "subprocess.Popen[str]"]]:
    """The service in a process of its own, ready; ended at the end."""
    environment = {
        **os.environ,
        "OPIS_SEED_DIR": str(seed),
        "OPIS_DATA_DIR": str(data),
        "OPIS_PORT": str(port),
        **settings,
    }
    process = subprocess.Popen(
        command,
        cwd=SEED.parent,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            wait_until_ready(client, process)
            yield client, process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def wait_until_ready(client: httpx.Client, process: "subprocess.Popen[str]") -> None:
    for _ in range(300):
        assert process.poll() is None, process.communicate()[1]
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("not ready within 30 seconds")


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    folder = tmp_path / "seed"
    write_seed(folder, {"records/letter.md": LETTER})
    return folder


OPIS = [sys.executable, "-m", "api", "serve"]


def test_serve_migrates_loads_and_serves(seed: Path, tmp_path: Path) -> None:
    with served(OPIS, seed, tmp_path / "data", free_port()) as (client, _):
        assert client.get("/v1/records/letter/citation").status_code == 200
        assert (tmp_path / "data" / "opis.sqlite").exists()


def test_of_several_workers_one_loads_and_all_serve(seed: Path, tmp_path: Path) -> None:
    port = free_port()
    with served(OPIS, seed, tmp_path / "data", port, OPIS_WORKERS="3") as (client, _):
        for _ in range(20):
            # A connection each, so that every worker is asked.
            answer = httpx.get(f"{client.base_url}/v1", timeout=10).json()
            assert (answer["generation"], answer["counts"]["records"]) == (1, 1)


def test_uvicorn_serves_it_as_well(seed: Path, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "api.app:create_app", "--factory"]
    with served([*command, "--port", str(port)], seed, tmp_path / "data", port) as (client, _):
        assert client.get("/v1/records/letter").status_code == 200


def test_a_load_beside_the_service_is_seen_without_a_restart(seed: Path, tmp_path: Path) -> None:
    with served(OPIS, seed, tmp_path / "data", free_port()) as (client, _):
        before = client.get("/v1/records/letter")
        write_seed(seed, {"records/letter.md": LETTER.replace("tractors", "ploughs")})
        subprocess.run(
            [sys.executable, "-m", "api", "load"],
            cwd=SEED.parent,
            env={
                **os.environ,
                "OPIS_SEED_DIR": str(seed),
                "OPIS_DATA_DIR": str(tmp_path / "data"),
            },
            check=True,
            capture_output=True,
        )
        after = client.get("/v1/records/letter")
        assert "ploughs" in after.json()["summary"]
        assert after.headers["etag"] != before.headers["etag"]


def test_a_request_under_way_is_answered_before_the_service_stops(
    seed: Path, tmp_path: Path
) -> None:
    with served(OPIS, seed, tmp_path / "data", free_port()) as (client, process):
        with client.stream("GET", "/v1/records/letter.md") as response:
            process.send_signal(signal.SIGTERM)
            assert response.read().decode() == LETTER
        assert process.wait(timeout=20) in (0, -signal.SIGTERM)
