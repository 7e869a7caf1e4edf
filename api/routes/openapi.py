"""The API's description: what FastAPI derives, put right where it cannot know better.

Errors are problems in their own media type, each operation names those it can answer, and schemas
have names that read well in generated clients.
"""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.representations.citations import FORMATS
from api.representations.shapes import ProblemOut
from api.representations.urls import EXPORTS

PROBLEM = "application/problem+json"
TAGS = {
    "records": "Archival records: description, citation, sources, revisions.",
    "texts": "What stands in a record, exact to the character: paragraphs, outline, entities, "
    "mentions, apparatus, discrepancies.",
    "entities": "Persons, places, states, organisations, events, documents and dates, across all "
    "records.",
    "search": "Find passages, resolve quotations, annotate texts.",
    "collections": "Where records belong: repositories, fonds, inventories, files, volumes.",
    "citations": "Citations in every format, for several records at once.",
    "export": "The whole corpus.",
    "dts": "Distributed Text Services 1.0.",
    "oai": "OAI-PMH 2.0, for harvesters.",
    "service": "The service itself.",
}
ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ProblemOut, "description": "A parameter is unknown or cannot be understood"},
    404: {"model": ProblemOut, "description": "There is no such thing"},
    406: {"model": ProblemOut, "description": "None of the accepted media types is served"},
    410: {"model": ProblemOut, "description": "It was withdrawn or edited away"},
    413: {"model": ProblemOut, "description": "More than one request may ask"},
    422: {"model": ProblemOut, "description": "The body does not have the shape that is taken"},
    503: {"model": ProblemOut, "description": "The corpus is still being loaded"},
}
"""Every error an operation may answer; `describe` leaves each operation its own."""

MEDIA_TYPES = {
    **{f"}}.{extension}": media_type for extension, media_type in EXPORTS.items()},
    "/source": "text/markdown",
    ".ndjson": "application/x-ndjson",
    ".sqlite": "application/vnd.sqlite3",
    ".sha256": "text/plain",
}
"""The media types of what is not JSON, by the ending of its path."""


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 description of the app, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            license_info=app.license_info,
            routes=app.routes,
            servers=[{"url": "/", "description": "This service"}],
            separate_input_output_schemas=False,
        )
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _keep_own_errors(path, method, operation)
                _name_media_type(path, operation)
        used = {
            tag for ops in schema["paths"].values() for op in ops.values() for tag in op["tags"]
        }
        schema["tags"] = [
            {"name": name, "description": TAGS.get(name, name)} for name in sorted(used)
        ]
        app.openapi_schema = _rename_lists(schema)
    return app.openapi_schema


def _keep_own_errors(path: str, method: str, operation: dict[str, Any]) -> None:
    possible = {"400", "503"}
    asked = {parameter["name"] for parameter in operation.get("parameters", ())}
    if (
        "{" in path
        or path == "/v1/resolve"
        or asked & {"entity", "section", "parent", "resource", "id", "ids"}
    ):
        possible |= {"404"}
    if "{record}" in path or path.startswith("/dts/"):
        possible |= {"410"}
    if path == "/v1/records/{record}":
        possible |= {"406"}
    if "requestBody" in operation or "/search" in path or "/resolve" in path:
        possible |= {"413"}
    if "requestBody" in operation:
        possible |= {"422"}
    if path == "/healthz":
        possible = {"400"}
    responses = operation["responses"]
    for status in [status for status in responses if status >= "400"]:
        if status in possible:
            schema = {"$ref": "#/components/schemas/ProblemOut"}
            responses[status]["content"] = {PROBLEM: {"schema": schema}}
            responses[status]["description"] = ERRORS[int(status)]["description"]
        else:
            del responses[status]


def _name_media_type(path: str, operation: dict[str, Any]) -> None:
    """What is no JSON has its media type from its URL's ending."""
    for ending, media_type in MEDIA_TYPES.items():
        if path.endswith(ending):
            operation["responses"]["200"]["content"] = _content(media_type)
    if path == "/v1/citations":
        content: dict[str, Any] = {}
        for extension in FORMATS:
            content |= _content(EXPORTS[extension])
        operation["responses"]["200"]["content"] = content


def _content(media_type: str) -> dict[str, Any]:
    kind = media_type.split(";")[0]
    return {kind: {"schema": {} if kind.endswith("json") else {"type": "string"}}}


def _rename_lists(schema: dict[str, Any]) -> dict[str, Any]:
    """`ListOut_RecordBriefOut_` is a list of records: `RecordBriefList`."""
    import orjson

    text = orjson.dumps(schema).decode()
    text = re.sub(r"ListOut_([A-Za-z]+?)(?:Out)?_", r"\1List", text)
    described: dict[str, Any] = orjson.loads(text)
    schemas = described["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    if "SectionOut" in schemas:
        section = {"$ref": "#/components/schemas/SectionOut"}
        schemas["SectionOut"]["properties"]["children"]["items"] = section
    return described
