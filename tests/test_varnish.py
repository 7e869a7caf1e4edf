"""Behind a shared cache, as the README has it: a real Varnish before a real service."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.loading.corpus import load_corpus
from api.settings import Settings
from tests.conftest import SEED, write_seed
from tests.records import LETTER
from tests.test_serving import OPIS, free_port, served

VARNISHD = shutil.which("varnishd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
pytestmark = pytest.mark.skipif(
    VARNISHD is None, reason="needs varnishd (on Debian and Ubuntu: apt install varnish)"
)
MAX_AGE = 1
GRACE = 1
"""Seconds; the README's ten would be long to wait for."""


@dataclass
class Cache:
    """Varnish before the service, and what lies behind it."""

    client: httpx.Client
    folder: Path
    settings: Settings

    def count(self, name: str) -> int:
        """One of Varnish's own counters."""
        command = ["varnishstat", "-n", str(self.folder), "-1", "-f", f"MAIN.{name}"]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return int(told.split()[1])


def readme_vcl(port: int) -> str:
    """The README's VCL, with the service at this port and less patience."""
    readme = (SEED.parent / "README.md").read_text()
    match = re.search(r"```vcl\n(.*?)```", readme, re.DOTALL)
    assert match is not None
    vcl = match[1]
    assert vcl.count('.port = "8000"') == 1
    assert vcl.count("req.grace = 10s") == 1
    vcl = vcl.replace("req.grace = 10s", f"req.grace = {GRACE}s")
    return vcl.replace('.port = "8000"', f'.port = "{port}"')


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    folder = tmp_path_factory.mktemp("varnish")
    seed, data, port, front = folder / "seed", folder / "data", free_port(), free_port()
    write_seed(seed, {"records/letter.md": LETTER})
    (folder / "opis.vcl").write_text(readme_vcl(port))
    with served(OPIS, seed, data, port, OPIS_CACHE_MAX_AGE=str(MAX_AGE)):
        assert VARNISHD is not None
        command = [VARNISHD, "-F", "-j", "none", "-a", f"127.0.0.1:{front}"]
        command += ["-f", str(folder / "opis.vcl"), "-n", str(folder / "work")]
        command += ["-s", "malloc,32m"]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{front}", timeout=20) as client:
                wait_for(lambda: is_ready(client), process, folder / "log")
                yield Cache(
                    client, folder / "work", Settings(seed_dir=seed, data_dir=data, port=port)
                )
        finally:
            process.terminate()
            process.wait(timeout=20)


def is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def wait_for(
    happened: Callable[[], bool], process: subprocess.Popen[bytes] | None = None, log: Path = SEED
) -> None:
    for _ in range(300):
        if happened():
            return
        assert process is None or process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError("did not happen within 30 seconds")


def is_hit(response: httpx.Response) -> bool:
    """Varnish names two requests: this one, and the one whose answer it kept."""
    return len(response.headers["x-varnish"].split()) == 2


def get_twice(cache: Cache, path: str, **headers: str) -> httpx.Response:
    """The answer of the cache; a first request may have filled it. It may expire in between."""
    for _ in range(20):
        first = cache.client.get(path, headers=headers)
        assert first.status_code == 200, first.text
        response = cache.client.get(path, headers=headers)
        if is_hit(response):
            return response
    raise AssertionError(f"{path} is never answered from the cache")


@pytest.mark.parametrize(
    "path", ["/", "/records/letter", "/v1/records/letter", "/v1/search?q=tractors", "/dts"]
)
def test_pages_and_answers_are_kept(cache: Cache, path: str) -> None:
    response = get_twice(cache, path)
    assert int(response.headers["age"]) >= 0
    assert response.headers["etag"]


def test_cookies_and_the_order_of_parameters_make_no_difference(cache: Cache) -> None:
    get_twice(cache, "/v1/records?limit=7&sort=title")
    assert is_hit(
        cache.client.get("/v1/records?sort=title&limit=7", headers={"cookie": "tracking=1"})
    )


def test_each_media_type_is_kept_for_those_who_accept_it(cache: Cache) -> None:
    for accept in ("application/json", "application/x-research-info-systems", "text/markdown"):
        response = get_twice(cache, "/v1/records/letter", Accept=accept)
        assert response.headers["content-type"].startswith(accept)


def test_compressed_answers_reach_only_those_who_accept_them(cache: Cache) -> None:
    path = "/v1/records/letter/paragraphs"
    plain = get_twice(cache, path, **{"Accept-Encoding": "identity"})
    packed = get_twice(cache, path, **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content


def test_a_client_that_has_the_answer_gets_304_from_the_cache(cache: Cache) -> None:
    etag = get_twice(cache, "/v1/records/letter").headers["etag"]
    response = cache.client.get("/v1/records/letter", headers={"if-none-match": etag})
    assert response.status_code == 304


def test_what_has_expired_is_renewed_with_304(cache: Cache) -> None:
    before = cache.count("fetch_304")

    def is_renewed() -> bool:
        cache.client.get("/v1/records/letter/outline").raise_for_status()
        return cache.count("fetch_304") > before

    wait_for(is_renewed)


def test_posts_and_health_are_never_kept(cache: Cache) -> None:
    for _ in range(3):
        posted = cache.client.post("/v1/resolve", json={"quotes": ["tractors"]})
        assert posted.status_code == 200
        assert not is_hit(posted)
        assert not is_hit(cache.client.get("/healthz"))


def test_metrics_are_nobodys_business_outside(cache: Cache) -> None:
    response = cache.client.get("/metrics")
    assert response.status_code == 404
    # The cache's own page: the service has not been asked.
    assert response.headers["content-type"].startswith("text/html")


def test_after_a_load_answers_are_fresh_in_the_promised_time(cache: Cache) -> None:
    old = get_twice(cache, "/v1/records/letter.txt")
    write_seed(
        cache.settings.seed_dir, {"records/letter.md": LETTER.replace("tractors", "ploughs")}
    )
    load_corpus(cache.settings)
    # Nobody asks meanwhile, so nothing but its age tells the cache that the answer is too old.
    time.sleep(MAX_AGE + GRACE + 0.5)
    new = cache.client.get("/v1/records/letter.txt")
    assert "ploughs" in new.text
    assert new.headers["etag"] != old.headers["etag"]
