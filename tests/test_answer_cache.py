"""The cache of rendered answers: never an older answer, never another one, never more memory."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.routes.cache import Answer, AnswerCache
from api.settings import Settings
from tests.conftest import Archive, InProcess, MakeArchive, open_archive, write_seed
from tests.corpora import Writer

PATHS = (
    "/v1/records",
    "/v1/records/a",
    "/v1/records/a?include=paragraphs&fields=id,paragraphs",
    "/v1/records/a?fields=id,paragraphs&include=paragraphs",
    "/v1/records/a/paragraphs",
    "/v1/records/a/paragraphs?limit=2",
    "/v1/records/a/paragraphs/2",
    "/v1/records/b",
    "/v1/records/b/paragraphs/1",
    "/v1/records/none",
    "/v1/search?q=the",
    "/records/a",
)
ACCEPTED = ("*/*", "application/json", "text/plain", "application/tei+xml", "image/png")
CODINGS = ("identity", "gzip", "br", "gzip, br;q=0.5", "")


steps: st.SearchStrategy[list[tuple[str, ...]]] = st.lists(
    st.one_of(
        st.tuples(
            st.just("get"),
            st.sampled_from(PATHS),
            st.sampled_from(ACCEPTED),
            st.sampled_from(CODINGS),
            st.sampled_from(("", "same", "other")),
            st.sampled_from(("GET", "HEAD")),
        ),
        st.tuples(st.just("write"), st.sampled_from(("a", "b")), st.sampled_from("123")),
        st.tuples(st.just("remove"), st.just("b")),
    ),
    min_size=4,
    max_size=25,
)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, httpx.Client]]:
    """An archive with a small cache, and a second way into it without one."""
    folder = tmp_path_factory.mktemp("twins")
    write_seed(folder / "seed", {"records/a.md": _record("a", "1")})
    (folder / "seed/authorities").mkdir()
    chosen = Settings(seed_dir=folder / "seed", data_dir=folder / "data", cache_bytes=150_000)
    archive, close = open_archive(chosen)
    plain = create_app(chosen.model_copy(update={"cache_bytes": 0}))
    plain.state.service.migrated = True
    client = httpx.Client(transport=InProcess(plain), base_url="http://opis.test")
    yield archive, client
    client.close()
    close()


def _record(name: str, version: str) -> str:
    return Writer((name, version)).record(1, 4, 3)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_any_requests_and_loads_answer_alike_with_and_without_it(
    twins: tuple[Archive, httpx.Client], steps: list[tuple[str, ...]]
) -> None:
    archive, plain = twins
    records: Path = archive.settings.seed_dir / "records"
    tags: dict[str, str] = {}
    for step in steps:
        if step[0] == "write":
            (records / f"{step[1]}.md").write_text(_record(step[1], step[2]))
            archive.reload()
            continue
        if step[0] == "remove":
            (records / f"{step[1]}.md").unlink(missing_ok=True)
            archive.reload()
            continue
        _, path, accept, coding, condition, method = step
        headers = {"Accept": accept, "Accept-Encoding": coding}
        if condition == "same" and path in tags:
            headers["If-None-Match"] = tags[path]
        elif condition == "other":
            headers["If-None-Match"] = '"other"'
        kept = archive.client.request(method, path, headers=headers)
        made = plain.request(method, path, headers=headers)
        assert (kept.status_code, kept.content) == (made.status_code, made.content), step
        assert _headers(kept) == _headers(made), step
        if "etag" in made.headers:
            tags[path] = made.headers["etag"]


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "x-request-id"}


def test_it_never_grows_beyond_its_bound(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": _record("a", "1")}, cache_bytes=40_000)
    transport = archive.client._transport
    assert isinstance(transport, InProcess)
    cache = transport.app.manners.cache
    choose = random.Random(1)
    for _ in range(300):
        limit, coding = choose.randint(1, 900), choose.choice(("gzip", "br", f"x{_}", "identity"))
        path = f"/v1/records?limit={limit}"
        archive.client.get(path, headers={"Accept-Encoding": coding})
        assert 0 <= cache.size <= 40_000
    assert cache.evictions > 0
    assert len(cache) > 3


def test_what_it_counts_is_what_it_keeps() -> None:
    cache = AnswerCache(100_000)
    cache.get(1, ("start",))
    answers = {(str(i),): Answer(200, b"", b"x" * 100 * i) for i in range(1, 20)}
    for key, answer in answers.items():
        cache.put(1, key, answer)
    for key, answer in answers.items():
        answer.compressed["br"] = b"y" * 50
        answer.make_ready(b"br", "br")
        cache.weigh(key, answer)
    assert cache.size == sum(answer.size for answer in answers.values())
    assert cache.get(2, ("1",)) is None
    assert (cache.size, len(cache)) == (0, 0)


def test_an_answer_of_an_older_generation_is_not_kept() -> None:
    cache = AnswerCache(100_000)
    assert cache.get(2, ("a",)) is None
    cache.put(1, ("a",), Answer(200, b"", b"old"))
    assert cache.get(2, ("a",)) is None


def test_clients_that_say_ever_new_things_do_not_fill_it() -> None:
    answer = Answer(200, b"", b"body")
    for number in range(1_000):
        answer.make_ready(b"coding-%d" % number, None)
    assert len(answer.ready) <= 8
