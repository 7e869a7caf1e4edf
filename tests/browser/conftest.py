"""A real Chromium before a real server: the seed's own record, and a long one made up here.

`make test-browser` brings what is needed: Debian's chromium (or the one named by `CHROMIUM`) and
axe-core in `node_modules` beside this file. Nothing else is asked of the network.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import SEED
from tests.records import LETTER

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LONG = 5_000


def long_record(paragraphs: int) -> str:
    """A record with that many paragraphs, a heading before every fifty, names in each."""
    head, _, _ = LETTER.partition("\nLETTER\n")
    body = []
    for number in range(paragraphs):
        if number % 50 == 0:
            body.append(f"CHAPTER {number // 50 + 1}")
        else:
            body.append(
                f"On day {number} Lebanon and Guatemala are named, and [we] name Okinawa as well. "
                * (1 + number % 5)
            )
    return head + "\n" + "\n\n".join(body) + "\n"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service answers."""
    folder = tmp_path_factory.mktemp("service")
    shutil.copytree(SEED, folder / "seed")
    (folder / "seed" / "records" / "long.md").write_text(long_record(LONG))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "OPIS_SEED_DIR": str(folder / "seed"),
        "OPIS_DATA_DIR": str(folder / "data"),
        "OPIS_PORT": str(port),
    }
    command = [sys.executable, "-m", "api", "serve"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert server.poll() is None, (folder / "log").read_text()
            try:
                if httpx.get(f"{base}/v1/search?q=taiwan").status_code == 200:
                    httpx.get(f"{base}/records/long", timeout=120).raise_for_status()
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        else:
            raise AssertionError((folder / "log").read_text())
        yield base
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    path = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if path is None:
        pytest.fail("There is no chromium; on Debian and Ubuntu: apt install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Visit:
    """A page open in the browser, and all that went wrong or strayed on it."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a path and wait until its scripts have run."""
        self.page.goto(self.address + path, wait_until="load")

    def find_violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA and its own good practice."""
        assert AXE.exists(), "axe-core is missing: npm ci --prefix tests/browser"
        self.page.evaluate(AXE.read_text())
        found: list[dict[str, Any]] = self.page.evaluate(
            """async () => (await axe.run(document, {
              runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
              resultTypes: ["violations"],
            })).violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map((node) =>
              node.target.join(" ") + ": " + node.any.concat(node.all, node.none)
                .map(({ message }) => message).join("; ")) }))"""
        )
        return [f"{one['id']}: {node}" for one in found for node in one["nodes"]]


class Visits:
    """Opens pages, and at the end holds each to having made no complaint and no foreign request."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._open: list[Visit] = []

    def __call__(
        self, path: str = "", *, phone: bool = False, dark: bool = False, scripts: bool = True
    ) -> Visit:
        """A visit by desktop or phone, light or dark, with or without scripts."""
        context = self._browser.new_context(
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            permissions=["clipboard-read", "clipboard-write"],
        )
        visit = Visit(context.new_page(), self._address)
        visit.page.on(
            "console",
            lambda message: (
                visit.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        self._open.append(visit)
        if path:
            visit.go(path)
        return visit

    def close(self) -> None:
        """Close all, and judge."""
        for visit in self._open:
            visit.page.context.close()
        for visit in self._open:
            assert visit.complaints == []
            foreign = [
                url for url in visit.requests if not url.startswith((self._address, "data:"))
            ]
            assert foreign == []


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visits]:
    """A maker of visits."""
    visits = Visits(browser, address)
    yield visits
    visits.close()
