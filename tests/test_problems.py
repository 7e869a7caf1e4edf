"""Every error has one shape, and says what to do."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.routes.problems import KINDS
from tests.conftest import Archive, MakeArchive

PARAGRAPHS = "/v1/records/209712/paragraphs"


def problem(response: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["type"].endswith(f"/problems/{kind}")
    assert body["title"] == KINDS[kind][0]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/v1/nowhere",
        "/v1/records/nobody",
        "/v1/records/n%20o",
        "/v1/records/209712/paragraphs/999",
        "/v1/records/209712/paragraphs/0",
        "/v1/records/209712/paragraphs/99999999999999999999",
        "/v1/records/209712/paragraphs/pnobody",
        "/v1/records/209712/outline/nowhere",
        "/v1/records/209712/revisions/" + "0" * 64 + "/source",
        "/v1/entities/nobody",
        "/v1/entities/NOBODY",
        "/v1/records/209712.pdf",
        "/problems/nothing",
        "/docs/nothing.js",
    ],
)
def test_what_is_not_there_is_404(archive: Archive, path: str) -> None:
    problem(archive.client.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("path", "parameter", "told"),
    [
        ("/v1/records?lim=5", "lim", "did you mean 'limit'?"),
        ("/v1/records?limit=0", "limit", "greater than or equal to 1"),
        ("/v1/records?limit=1001", "limit", "less than or equal to 1000"),
        ("/v1/records?limit=x", "limit", "valid integer"),
        ("/v1/records?limit=1&limit=2", "limit", "more than once"),
        ("/v1/records?sort=size", "sort", "'date', '-date', 'title' or '-title'"),
        ("/v1/records?date_from=yesterday", "date_from", "is no date"),
        ("/v1/records?cursor=nonsense", "cursor", "not a cursor"),
        ("/v1/records?cursor=W3RydWUsMV0", "cursor", "not a cursor"),
        ("/v1/records?fields=nothing", "fields", "there is no 'nothing'"),
        (f"{PARAGRAPHS}?numbers=7-", "numbers", "no paragraph number"),
        (f"{PARAGRAPHS}?numbers=9-7", "numbers", "backwards"),
        (f"{PARAGRAPHS}?numbers=0", "numbers", "below 1"),
        (f"{PARAGRAPHS}?from=9&to=7", "to", "smaller than `from`"),
        (f"{PARAGRAPHS}?from=99999999999999999999", "from", "less than or equal"),
        (f"{PARAGRAPHS}?kind=paragraf", "kind", "did you mean 'paragraph'?"),
        (f"{PARAGRAPHS}?include=mention", "include", "did you mean 'mentions'?"),
        (f"{PARAGRAPHS}?offsets=bytes", "offsets", "'codepoints' or 'utf16'"),
        ("/v1/records/209712?include=all", "include", "there is no 'all'"),
        ("/v1/records/209712/mentions?kind=star", "kind", "'person'"),
        ("/healthz?x=1", "x", "no such one"),
    ],
)
def test_a_bad_parameter_is_named(archive: Archive, path: str, parameter: str, told: str) -> None:
    body = problem(archive.client.get(path), 400, "bad-parameter")
    assert body["errors"][0]["parameter"] == parameter
    assert told in body["errors"][0]["message"]
    assert body["errors"][0]["expected"]


def test_other_methods_are_405_and_told_which_are_allowed(archive: Archive) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        response = archive.client.request(method, "/v1/records/209712")
        problem(response, 405, "method-not-allowed")
        assert "GET" in response.headers["allow"]


def test_types_that_are_not_served_are_406(archive: Archive) -> None:
    response = archive.client.get("/v1/records/209712", headers={"Accept": "image/png"})
    assert "application/json" in problem(response, 406, "not-acceptable")["detail"]


def test_before_anything_is_loaded_it_is_503(make_archive: MakeArchive) -> None:
    archive = make_archive()
    with archive.client as client:
        from sqlalchemy import text

        from api.store.engine import make_engine

        engine = make_engine(archive.settings, read_only=False)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM corpus"))
        engine.dispose()
        response = client.get("/v1/records")
        problem(response, 503, "not-ready")
        assert response.headers["retry-after"]
        problem(client.get("/readyz"), 503, "not-ready")
        assert client.get("/healthz").status_code == 200


def test_a_bug_is_a_500_problem_without_details(make_archive: MakeArchive) -> None:
    archive = make_archive()
    app: FastAPI = archive.client._transport._transport.app  # type: ignore[attr-defined]

    @app.get("/v1/bug")
    def fail() -> None:
        raise RuntimeError("secret")

    response = archive.client.get("/v1/bug")
    problem(response, 500, "server-error")
    assert "secret" not in response.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_problem_has_a_page(archive: Archive, kind: str) -> None:
    page = archive.client.get(f"/problems/{kind}")
    assert page.headers["content-type"].startswith("text/html")
    assert KINDS[kind][0] in page.text
