"""The API's description: what FastAPI derives, put right where it cannot know better.

Errors are problems in their own media type, each operation names those it can answer, and schemas
have names that read well in generated clients.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from api.representations import oai
from api.representations.citations import FORMATS
from api.representations.shapes import ProblemOut
from api.representations.urls import EXPORTS
from api.routes.dependencies import names_schema, trimmed_objects
from api.routes.oai import VERBS

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
    400: {"description": "A parameter is unknown or cannot be understood"},
    404: {"description": "There is no such thing"},
    406: {"description": "None of the accepted media types is served"},
    410: {"description": "It was withdrawn or edited away"},
    413: {"description": "More than one request may ask"},
    414: {"description": "The URL is too long"},
    422: {"description": "The body does not have the shape that is taken"},
    503: {"description": "The corpus is still being loaded"},
}
"""Every error an operation may answer; `describe` leaves each operation its own."""

HEADERS = {
    "ETag": {
        "description": "Changes exactly when the content does; ask again with `If-None-Match`",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": "Related URLs by relation (RFC 8288): `next` and `prev` of a page, and more",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds until it is worth asking again",
        "schema": {"type": "integer", "minimum": 0},
    },
}
"""Response headers that clients act upon."""

MEDIA_TYPES = {
    **{f"}}.{extension}": media_type for extension, media_type in EXPORTS.items()},
    "/source": "text/markdown",
    ".ndjson": "application/x-ndjson",
    ".sqlite": "application/vnd.sqlite3",
    ".sha256": "text/plain",
}
"""The media types of what is not JSON, by the ending of its path."""


def describe(app: FastAPI, shapes: Mapping[str, Any]) -> dict[str, Any]:
    """The OpenAPI 3.1 description of the app, made once.

    `shapes` are the types of the answers by the ids of their operations.
    """
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
        schemas = schema["components"]["schemas"]
        schema["components"]["headers"] = HEADERS
        answers = _make_schemas(shapes, schemas)
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                if answer := answers.get(operation["operationId"]):
                    operation["responses"]["200"]["content"]["application/json"]["schema"] = answer
                _keep_own_errors(path, method, operation)
                _name_media_type(path, operation)
                _name_headers(path, method, operation)
                _show_trimming(operation, schemas)
                if path in ("/dts/navigation", "/dts/document"):
                    # The endpoint itself looks for it, and says more than that it is missing.
                    resource = _parameter(operation, "resource")
                    text = {"type": "string", "minLength": 1, "maxLength": 400}
                    resource["schema"] = {**resource["schema"], **text}
                    del resource["schema"]["anyOf"]
                    resource["required"] = True
        schema["paths"]["/oai"] = _harvesting()
        used = {
            tag for ops in schema["paths"].values() for op in ops.values() for tag in op["tags"]
        }
        schema["tags"] = [
            {"name": name, "description": TAGS.get(name, name)} for name in sorted(used)
        ]
        app.openapi_schema = _rename_lists(schema)
    return app.openapi_schema


def _make_schemas(shapes: Mapping[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas of all answers by operation; what they refer to is added to `schemas`."""
    types = {**shapes, "": ProblemOut}
    made, shared = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(shape)) for name, shape in types.items()],
        ref_template="#/components/schemas/{model}",
    )
    schemas |= shared["$defs"]
    return {name: schema for (name, _), schema in made.items()}


def _keep_own_errors(path: str, method: str, operation: dict[str, Any]) -> None:
    possible = {"400", "414", "503"}
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
        possible = {"400", "414"}
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


def _name_headers(path: str, method: str, operation: dict[str, Any]) -> None:
    kept = method == "get" and path not in ("/healthz", "/readyz")
    for status, response in operation["responses"].items():
        names = ["ETag", "Link"] if status == "200" and kept else []
        names += ["Retry-After"] if status == "503" else []
        if names:
            response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _parameter(operation: dict[str, Any], name: str) -> Any:
    found = (p for p in operation.get("parameters", ()) if p["name"] == name)
    return next(found, None)


def _show_trimming(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Where `fields` may be asked for, an object is whole or holds what was asked for.

    Either has a name: without `fields` the whole one is promised, and clients may say so.
    """
    fields = _parameter(operation, "fields")
    if fields is None:
        return
    content = operation["responses"]["200"]["content"]["application/json"]
    names: set[str] = set()
    for one in trimmed_objects(content["schema"], schemas):
        names |= one["properties"].keys()
    fields["schema"] |= names_schema(sorted(names))
    content["schema"] = _trimmable(content["schema"], schemas)


def _trimmable(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        return {**schema, "anyOf": [_trimmable(one, schemas) for one in schema["anyOf"]]}
    name = schema["$ref"].rsplit("/", 1)[-1]
    properties = schemas[name]["properties"]
    if {"items", "limit"} <= properties.keys():
        # Two operations may answer with one list: it is done once.
        if "$ref" in properties["items"]["items"]:
            properties["items"]["items"] = _trimmable(properties["items"]["items"], schemas)
        return schema
    trimmed = f"Trimmed{name}"
    if trimmed not in schemas:
        schemas[trimmed] = deepcopy(schemas[name])
        schemas[trimmed].pop("required", None)
        schemas[trimmed] |= {
            "title": trimmed.removesuffix("Out"),
            "description": f"What `fields` asked for of: {schemas[name]['description']}",
        }
    return {"anyOf": [schema, {"$ref": f"#/components/schemas/{trimmed}"}]}


def _harvesting() -> dict[str, Any]:
    """OAI-PMH by GET and POST: plain routes, because the protocol has its own way with errors."""
    described: dict[str, tuple[str, dict[str, Any], str | None]] = {
        "verb": ("What is asked", {"type": "string", "enum": list(VERBS)}, "ListRecords"),
        "identifier": ("A record", {"type": "string"}, None),
        "metadataPrefix": (
            "In which format",
            {"type": "string", "enum": list(oai.FORMATS)},
            "oai_dc",
        ),
        "from": ("Changed on this day or second (UTC) or later", {"type": "string"}, "2024-01-01"),
        "until": ("Changed on it or earlier", {"type": "string"}, "2099-12-31"),
        "set": ("Of this set", {"type": "string"}, None),
        "resumptionToken": ("Where to go on; with `verb` alone", {"type": "string"}, None),
    }
    properties = {
        name: {**schema, "description": told} | ({"examples": [example]} if example else {})
        for name, (told, schema, example) in described.items()
    }
    problem = {"$ref": "#/components/schemas/ProblemOut"}

    def operation(name: str, told: str, *errors: int) -> dict[str, Any]:
        answered: dict[str, Any] = {
            "200": {
                "description": "OAI-PMH, its errors included",
                "content": {"text/xml": {"schema": {"type": "string"}}},
            }
        }
        for status in errors:
            answered[str(status)] = {
                "description": ERRORS[status]["description"],
                "content": {PROBLEM: {"schema": problem}},
            }
        answered["503"]["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
        return {
            "tags": ["oai"],
            "summary": told.split(":")[0],
            "description": told,
            "operationId": name,
            "responses": answered,
        }

    get = operation("harvest", "OAI-PMH 2.0: one request of the protocol", 414, 503)
    get["parameters"] = [
        {
            "name": name,
            "in": "query",
            "required": name == "verb",
            "schema": schema,
            "description": schema["description"],
        }
        for name, schema in properties.items()
    ]
    post = operation("postHarvest", "OAI-PMH 2.0: the same, posted as a form", 413, 414, 503)
    form = {"type": "object", "required": ["verb"], "properties": properties}
    post["requestBody"] = {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": form}},
    }
    return {"get": get, "post": post}


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
