"""What every answer has, whatever it is about: asked of the real app over HTTP."""

import gzip

import brotli
import httpx
import pytest
import zstandard

from tests.conftest import Archive, MakeArchive
from tests.records import LETTER, numbered

RECORD = "/v1/records/209712"


def test_head_tells_what_get_would_and_sends_nothing(archive: Archive) -> None:
    got, head = archive.client.get(RECORD), archive.client.head(RECORD)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("path", ["/v1", RECORD, f"{RECORD}.md", f"{RECORD}/outline"])
def test_an_unchanged_answer_is_304_with_the_headers_it_needs(archive: Archive, path: str) -> None:
    tag = archive.client.get(path).headers["etag"]
    assert tag.startswith('W/"')
    for asked in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        response = archive.client.get(path, headers={"If-None-Match": asked})
        assert response.status_code == 304, asked
        assert response.content == b""
        assert response.headers["etag"] == tag
        assert {"cache-control", "vary"} <= set(response.headers)
    assert archive.client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_if_modified_since_is_answered_by_the_record_s_own_date(archive: Archive) -> None:
    modified = archive.client.get(RECORD).headers["last-modified"]
    same = archive.client.get(RECORD, headers={"If-Modified-Since": modified})
    assert same.status_code == 304
    early = {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert archive.client.get(RECORD, headers=early).status_code == 200
    both = {"If-Modified-Since": modified, "If-None-Match": '"other"'}
    assert archive.client.get(RECORD, headers=both).status_code == 200


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
def test_answers_are_sent_compressed_to_those_who_take_it(archive: Archive, coding: str) -> None:
    plain = archive.client.get(RECORD, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with archive.client.stream("GET", RECORD, headers={"Accept-Encoding": coding}) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == coding
    assert response.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in response.headers["vary"]
    assert int(response.headers["content-length"]) == len(raw) < len(plain.content)
    unpack = {
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        "zstd": zstandard.ZstdDecompressor().decompressobj().decompress,
    }
    assert unpack[coding](raw) == plain.content


def test_a_coding_that_is_refused_is_not_used(archive: Archive) -> None:
    response = archive.client.get(RECORD, headers={"Accept-Encoding": "br;q=0, gzip;q=0"})
    assert "content-encoding" not in response.headers


def test_front_ends_of_other_origins_may_read(archive: Archive) -> None:
    response = archive.client.get(RECORD, headers={"Origin": "https://reader.example"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert {"ETag", "Link"} <= set(
        response.headers["access-control-expose-headers"].replace(" ", "").split(",")
    )
    assert archive.client.get("/nowhere").headers["access-control-allow-origin"] == "*"


def test_options_says_what_is_allowed(archive: Archive) -> None:
    response = archive.client.options(RECORD, headers={"Access-Control-Request-Method": "GET"})
    assert response.status_code == 204
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert response.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


def test_answers_change_with_the_corpus_and_only_then(make_archive: MakeArchive) -> None:
    archive = make_archive({"records/a.md": numbered(1), "records/b.md": numbered(2)})
    first = archive.client.get("/v1/records/a")
    archive.reload()
    assert archive.client.get("/v1/records/a").headers["etag"] == first.headers["etag"]
    (archive.settings.seed_dir / "records/a.md").write_text(numbered(1, "Another title"))
    unchanged = archive.client.get("/v1/records/b").headers["etag"]
    archive.reload()
    second = archive.client.get("/v1/records/a")
    assert second.json()["title"] == "Another title"
    assert second.headers["etag"] != first.headers["etag"]
    assert archive.client.get("/v1/records/b").headers["etag"] == unchanged


@pytest.mark.parametrize("size", [0, 2_000, 10_000_000])
def test_the_cache_never_changes_an_answer(make_archive: MakeArchive, size: int) -> None:
    archive = make_archive({"records/a.md": LETTER}, cache_bytes=size)
    paths = ["/v1/records/a", "/v1/records/a/paragraphs", "/v1/records/a/paragraphs?from=2"]
    rounds = [[archive.client.get(path).content for path in paths] for _ in range(3)]
    assert rounds[0] == rounds[1] == rounds[2]
    assert len(set(rounds[0])) == 3


def test_the_cache_tells_hosts_and_accepted_types_apart(archive: Archive) -> None:
    one = archive.client.get(RECORD, headers={"Host": "one.example"}).json()
    two = archive.client.get(RECORD, headers={"Host": "two.example"}).json()
    assert one["links"]["self"] == "http://one.example/v1/records/209712"
    assert two["links"]["self"] == "http://two.example/v1/records/209712"
    text = archive.client.get(RECORD, headers={"Accept": "text/plain"})
    assert text.headers["content-type"].startswith("text/plain")
    assert archive.client.get(RECORD).headers["content-type"] == "application/json"


def test_the_public_address_stands_in_links_whatever_host_is_asked(
    make_archive: MakeArchive,
) -> None:
    archive = make_archive({"records/a.md": LETTER}, base_url="https://opis.example/")
    assert archive.record("a")["links"]["self"] == "https://opis.example/v1/records/a"


def test_errors_are_not_kept_by_caches(archive: Archive) -> None:
    response = archive.client.get("/v1/records/nobody")
    assert response.headers["cache-control"] == "no-cache"
    assert "etag" not in response.headers


def test_a_url_that_is_too_long_is_414(archive: Archive) -> None:
    response = archive.client.get("/v1/records", params={"q": "x" * 60_000})
    assert response.status_code == 414
    assert response.headers["content-type"] == "application/problem+json"


def test_a_named_revision_never_changes(archive: Archive) -> None:
    revision = archive.record("209712", "/revisions")["items"][0]
    path = httpx.URL(revision["links"]["source"]).path
    response = archive.client.get(path)
    assert "immutable" in response.headers["cache-control"]
    assert response.content == archive.client.get(f"{RECORD}.md").content
