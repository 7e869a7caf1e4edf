"""The API's description: complete, valid, and true."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.conftest import Archive

OPERATION_ID = re.compile(r"[a-z]+(?:[A-Z][a-z]+)*")


@pytest.fixture(scope="module")
def described(archive: Archive) -> dict[str, Any]:
    described: dict[str, Any] = archive.get("/v1/openapi.json")
    return described


def operations(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_description_is_valid_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    validate(described)


def test_every_operation_says_what_it_does_and_how_it_fails(described: dict[str, Any]) -> None:
    ids = []
    for name, operation in operations(described):
        ids.append(operation["operationId"])
        assert OPERATION_ID.fullmatch(operation["operationId"]), name
        assert operation["description"], name
        assert operation["tags"], name
        # OAI-PMH tells what is wrong in an answer of its own, with 200.
        assert "400" in operation["responses"] or operation["tags"] == ["oai"], name
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], name
            else:
                assert response.get("content"), (name, status)
    assert len(ids) == len(set(ids))


def test_every_parameter_is_described(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_tag_is_explained(described: dict[str, Any]) -> None:
    for tag in described["tags"]:
        assert tag["description"] != tag["name"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1", "/v1"),
        ("/v1/records", "/v1/records"),
        ("/v1/records/{record}", "/v1/records/209712"),
        (
            "/v1/records/{record}",
            "/v1/records/209712"
            "?include=paragraphs,outline,entities,mentions,apparatus,discrepancies",
        ),
        ("/v1/records/{record}/citation", "/v1/records/209712/citation"),
        ("/v1/records/{record}/revisions", "/v1/records/209712/revisions"),
        (
            "/v1/records/{record}/paragraphs",
            "/v1/records/209712/paragraphs?include=mentions,apparatus",
        ),
        ("/v1/records/{record}/paragraphs", "/v1/records/209712/paragraphs?view=reading"),
        ("/v1/records/{record}/paragraphs/{paragraph}", "/v1/records/209712/paragraphs/25"),
        ("/v1/records/{record}/outline", "/v1/records/209712/outline"),
        ("/v1/records/{record}/outline/{section}", "/v1/records/209712/outline/memorandum"),
        ("/v1/records/{record}/entities", "/v1/records/209712/entities"),
        ("/v1/records/{record}/mentions", "/v1/records/209712/mentions"),
        ("/v1/records/{record}/apparatus", "/v1/records/209712/apparatus"),
        ("/v1/records/{record}/discrepancies", "/v1/records/209712/discrepancies"),
        ("/v1/entities", "/v1/entities"),
        ("/v1/entities/{entity}", "/v1/entities/mao-zedong"),
        ("/v1/entities/{entity}/mentions", "/v1/entities/mao-zedong/mentions"),
        ("/v1/search", "/v1/search?q=taiwan&entity=mao-zedong"),
        ("/v1/resolve", "/v1/resolve?quote=the abnormal conditions which have developed"),
        ("/v1/resolve", "/v1/resolve?quote=the abnormal conditions that have developed"),
        ("/v1/collections", "/v1/collections"),
        ("/healthz", "/healthz"),
        ("/readyz", "/readyz"),
    ],
)
def test_answers_are_what_the_description_says(
    archive: Archive, described: dict[str, Any], path: str, asked: str
) -> None:
    content = described["paths"][path]["get"]["responses"]["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": described["components"]}
    errors = list(Draft202012Validator(schema).iter_errors(archive.get(asked)))
    assert not errors, errors[0]


def test_no_field_of_an_answer_is_undescribed(archive: Archive, described: dict[str, Any]) -> None:
    def check(value: Any, schema: dict[str, Any], where: str) -> None:
        if "$ref" in schema:
            schema = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        if "anyOf" in schema and value is not None:
            branches = [s for s in schema["anyOf"] if s.get("type") != "null"]
            schema = branches[0] if len(branches) == 1 else {}
            check(value, schema, where)
        elif isinstance(value, dict) and "properties" in schema:
            unknown = set(value) - set(schema["properties"])
            assert not unknown, f"{where}: {unknown}"
            for name, item in value.items():
                check(item, schema["properties"][name], f"{where}.{name}")
        elif isinstance(value, list):
            for item in value:
                check(item, schema.get("items", {}), f"{where}[]")

    parts = "paragraphs,outline,entities,mentions,apparatus,discrepancies"
    schemas = described["components"]["schemas"]
    check(archive.record("209712", include=parts), schemas["RecordOut"], "record")
    check(archive.get("/v1/entities/mao-zedong"), schemas["EntityOut"], "entity")
    check(archive.get("/v1/search?q=taiwan"), schemas["SearchOut"], "search")


def test_the_page_of_the_api_loads_nothing_from_elsewhere(archive: Archive) -> None:
    page = archive.client.get("/docs")
    assert "https://" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        assert archive.client.get(f"/docs/{name}").status_code == 200
