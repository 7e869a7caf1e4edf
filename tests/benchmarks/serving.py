"""Servers as processes of their own, each on the core kept for servers; and what they cost."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATASETTE = ROOT / ".venv-bench" / "bin" / "datasette"
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    port: int
    process: subprocess.Popen[bytes]

    def url(self, path: str) -> str:
        """Where a path is."""
        return f"http://127.0.0.1:{self.port}{path}"


def pin(*cores: int) -> None:
    """Keep this process, and those it starts from now on, to these cores."""
    os.sched_setaffinity(0, cores)


def environment(**settings: object) -> dict[str, str]:
    """The environment for a child: its own settings instead of whatever stood in ours.

    Modules are kept compiled, as they are wherever a service is installed.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OPIS_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return inherited | {name: str(value) for name, value in settings.items()}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serve(
    command: Sequence[str | Path],
    port: int,
    settings: Mapping[str, object] | None = None,
) -> Iterator[Server]:
    """A server from when it takes connections until the end."""
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=environment(**(settings or {})),
            stdout=told,
            stderr=told,
            preexec_fn=lambda: pin(SERVER_CORE),
        )
        try:
            for _ in range(3_000):
                if process.poll() is not None:
                    told.seek(0)
                    raise RuntimeError(f"{command[0]}: {told.read()[-500:].decode()}")
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.01)
            else:
                raise TimeoutError(f"{command[0]} takes no connections")
            yield Server(port, process)
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and see that it does."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def serve_opis(seed: Path, data: Path, *, cached: bool = True) -> Iterator[Server]:
    """Opis on a corpus that is loaded, its cache on or off."""
    port = free_port()
    settings: dict[str, object] = {
        "OPIS_SEED_DIR": seed,
        "OPIS_DATA_DIR": data,
        "OPIS_PORT": port,
        "OPIS_LOAD_ON_START": "false",
    }
    if not cached:
        settings["OPIS_CACHE_BYTES"] = 0
    with serve([sys.executable, "-m", "api", "serve"], port, settings) as server:
        yield server


@contextmanager
def serve_bare(bodies: Path) -> Iterator[Server]:
    """The bare ASGI function, on uvicorn with uvloop and httptools."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.benchmarks.bare:create_app", "--factory"]
    command += ["--port", str(port), "--loop", "uvloop", "--http", "httptools"]
    command += ["--no-access-log", "--log-level", "warning", "--no-server-header"]
    with serve(command, port, {"BENCH_BODIES": bodies}) as server:
        yield server


@contextmanager
def serve_datasette(database: Path) -> Iterator[Server]:
    """Datasette on a database that nobody changes, with nothing on that costs."""
    port = free_port()
    command: list[str | Path] = [DATASETTE, "serve", "-i", database, "--port", str(port)]
    for name in ("suggest_facets", "allow_facet", "allow_download", "allow_csv_stream"):
        command += ["--setting", name, "off"]
    with serve(command, port) as server:
        yield server


@contextmanager
def serve_nginx(bodies: Path) -> Iterator[Server]:
    """The files of a folder from nginx, one worker."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "nginx.conf"
        config.write_text(
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error;"
            "events { worker_connections 256; }"
            "http { access_log off; default_type application/json; sendfile on;"
            f"keepalive_requests 100000000; open_file_cache max=100;"
            f"client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;"
            f"fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;"
            f"scgi_temp_path {folder}/scgi;"
            f"server {{ listen 127.0.0.1:{port}; root {bodies}; }} }}"
        )
        with serve([nginx() or "nginx", "-p", folder, "-c", config], port) as server:
            yield server


def nginx() -> str | None:
    """The program, where it is installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


# What a process costs


def cpu_time(process: int) -> float:
    """Seconds that a process and all that it started have had, to the microsecond."""
    total = 0
    tasks = [
        task
        for one in (process, *_descendants(process))
        for task in Path(f"/proc/{one}/task").iterdir()
    ]
    for task in tasks:
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:  # a thread that has just ended
            continue
    return total / 1e9


_MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ *(.*)$")


def resident(process: int, aside: Path, *, shared: bool = False) -> float:
    """Megabytes resident, mapped files below `aside` not counted.

    With `shared`, pages that several processes have count for each in part (PSS), so that their
    sum is what they take together.
    """
    wanted = "Pss:" if shared else "Rss:"
    total, counted = 0, True
    for line in Path(f"/proc/{process}/smaps").read_text().splitlines():
        if line.startswith(wanted):
            total += int(line.split()[1]) if counted else 0
        elif found := _MAPPING.match(line):
            counted = not found[1].startswith(str(aside))
    return total / 1024


def resident_together(process: int, aside: Path) -> float:
    """What a process and all that it started have resident, in megabytes."""
    total = 0.0
    for one in (process, *_descendants(process)):
        try:
            total += resident(one, aside, shared=True)
        except (FileNotFoundError, ProcessLookupError):  # one that has just ended
            continue
    return total


def _descendants(process: int) -> Iterator[int]:
    try:
        children = [
            int(child)
            for task in Path(f"/proc/{process}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except FileNotFoundError:
        return
    for child in children:
        yield child
        yield from _descendants(child)
