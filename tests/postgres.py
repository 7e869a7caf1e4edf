"""PostgreSQL servers for tests: real ones, in temporary folders, of whatever version is there."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from api.settings import Settings
from api.store.engine import migrate

wanted = False
"""Whether archives are to be served from PostgreSQL in this run."""

_MISSING = """\
There is no PostgreSQL server here: no `initdb` in PATH, none in /usr/lib/postgresql/*/bin.
On Debian and Ubuntu: apt install postgresql"""

_HASTE = {"fsync": "off", "full_page_writes": "off"}
"""Nobody minds what a test's database loses with the machine; with the server it loses nothing."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def find_binary(name: str) -> str:
    """The path of one of PostgreSQL's programs; FileNotFoundError says what to install."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: p.parent.name)
    path = os.pathsep.join([os.environ["PATH"], *map(str, reversed(versions))])
    found = shutil.which(name, path=path)
    if found is None:
        raise FileNotFoundError(_MISSING)
    return found


def _somebody() -> dict[str, Any]:
    """Who runs the servers: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("root may not run PostgreSQL, and there is no user `nobody`")


class Server:
    """A server on a port of 127.0.0.1 that lets everybody in."""

    def __init__(self, primary: Server | None = None) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="opis-postgres-"))
        self._who = _somebody()
        if self._who:
            os.chown(self.folder, self._who["user"], self._who["group"])
        self._data = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        if primary is None:
            # Another order of letters than that of code points, which lists must not go by.
            self._run(
                *("initdb", "--username=opis", "--auth=trust", "--no-sync", "--encoding=UTF8"),
                *("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"),
            )
        else:
            self._run(
                *("pg_basebackup", "--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
                f"--dbname=host=127.0.0.1 port={primary.port} user=opis",
            )
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [find_binary(program), *arguments, f"--pgdata={self._data}"],
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
            **self._who,
        )

    def start(self) -> None:
        """Run the server until it answers."""
        settings = {
            **_HASTE,
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "hot_standby_feedback": "on",
        }
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [
                *(find_binary("postgres"), "-D", str(self._data)),
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            cwd=self.folder,
            stdout=log,
            stderr=log,
            **self._who,
        )
        log.close()
        for _ in range(600):
            assert self._process.poll() is None, (self.folder / "log").read_text()
            try:
                self.ask("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        """End the server at once, without a word to its clients."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=20)
            self._process = None

    def promote(self) -> None:
        """Make a primary of a replica."""
        self._run("pg_ctl", "promote", "--wait")

    def remove(self) -> None:
        """End it, and take its folder away."""
        self.kill()
        shutil.rmtree(self.folder)

    def ask(self, query: str, database: str = "postgres") -> Any:
        """The first value that a statement gives, if it gives any."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="opis", dbname=database, autocommit=True
        ) as connection:
            cursor = connection.execute(query.encode())
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def url(self, database: str) -> str:
        """The URL of a database on this server."""
        return f"postgresql+psycopg://opis@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """The URL of a new database, migrated and empty."""
        number = next(self._numbers)
        if number == 1:
            self.ask("CREATE DATABASE migrated")
            migrate(Settings(database_url=self.url("migrated")))
        name = f"opis{number}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever may still be connected."""
        self.ask(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


_server: Server | None = None


def server() -> Server:
    """The server of this run, started when first asked for."""
    global _server
    if _server is None:
        _server = Server()
    return _server


def stop() -> None:
    """End the server of this run, if there is one."""
    global _server
    if _server is not None:
        _server.remove()
        _server = None


if __name__ == "__main__":
    try:
        find_binary("initdb")
    except FileNotFoundError as error:
        sys.exit(str(error))
