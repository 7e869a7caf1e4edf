"""Every failure as `application/problem+json`, and a page for each kind that says what to do."""

from __future__ import annotations

import html
import logging
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import NotFound, NotReady, ParameterError, Problem
from api.representations.shapes import ProblemOut
from api.routes.dependencies import urls_of
from api.store.engine import is_unmigrated, is_unreachable

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("opis")

KINDS = {
    "not-found": (
        "Not found",
        "Nothing stands at this URL. Start at /v1, whose links lead to everything that is served.",
    ),
    "gone": (
        "Gone",
        "What stood here has been withdrawn or edited away. `successors` names what took its "
        "place; …/revisions still has the source it stood in.",
    ),
    "bad-parameter": (
        "Bad parameter",
        "A parameter of the URL is unknown or cannot be understood. `errors` names each, what it "
        "got and what it expects; /docs describes them all.",
    ),
    "not-valid": (
        "Not valid",
        "The body of the request does not have the shape that the endpoint takes. `errors` names "
        "each place and what was expected there.",
    ),
    "method-not-allowed": (
        "Method not allowed",
        "Everything here is read: with GET, HEAD and OPTIONS, and POST where a question is too "
        "long for a URL. `Allow` lists what this URL takes.",
    ),
    "not-acceptable": (
        "Not acceptable",
        "None of the media types that the request accepts is served here. The detail lists those "
        "that are.",
    ),
    "too-much": (
        "Too much at once",
        "The request asks for more than one answer may hold. Divide it; the detail names the "
        "limit.",
    ),
    "not-ready": (
        "Not ready",
        "The service is still loading its corpus, or cannot reach its database. Ask again after "
        "`Retry-After` seconds; /readyz tells when it is ready.",
    ),
    "busy": (
        "Busy",
        "The service has as much to do as it can. Ask again after `Retry-After` seconds.",
    ),
    "too-slow": (
        "Too slow",
        "The body of the request did not arrive in time. Send it again, or send less at once.",
    ),
    "bad-host": (
        "Bad host",
        "The request must name the host that it asks in one Host header.",
    ),
    "request-failed": (
        "Request failed",
        "The request could not be answered as it was made; the detail says why.",
    ),
    "server-error": (
        "Server error",
        "Something went wrong on our side, and has been logged. The same request may work later.",
    ),
}
"""Title and advice for every kind of problem."""

_BY_STATUS = {404: "not-found", 405: "method-not-allowed", 406: "not-acceptable", 413: "too-much"}

PAGE_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}

router = APIRouter()


@router.get("/problems/{kind}", include_in_schema=False)
def read_problem_kind(kind: str) -> HTMLResponse:
    """What a kind of problem means and what to do about it."""
    if kind not in KINDS:
        raise NotFound("kind of problem", kind)
    title, advice = (html.escape(text) for text in KINDS[kind])
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title} · Opis</title>'
        f"<h1>{title}</h1><p>{advice}</p>",
        headers=PAGE_SECURITY,
    )


def problem_response(request: Request, problem: Problem) -> Response:
    """A problem as RFC 9457 has it."""
    body: ProblemOut = {
        "type": urls_of(request).problem(problem.kind),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path,
    }
    if problem.errors:
        body["errors"] = [
            {
                "parameter": error.parameter,
                "message": error.message,
                "got": error.got,
                "expected": error.expected,
            }
            for error in problem.errors
        ]
    return Response(
        orjson.dumps({**body, **problem.extra}, default=str),
        problem.status,
        headers=problem.headers,
        media_type=MEDIA_TYPE,
    )


async def on_problem(request: Request, error: Exception) -> Response:
    """A failure of ours that has a name."""
    assert isinstance(error, Problem)
    return problem_response(request, error)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """A failure the framework noticed: unknown paths, methods, bodies too large."""
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(
        error.status_code, "request-failed" if error.status_code < 500 else "server-error"
    )
    details = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not answered at {request.url.path}.",
    }
    problem = Problem(
        kind,
        KINDS[kind][0],
        error.status_code,
        details.get(error.status_code, str(error.detail)),
        headers=dict(error.headers or {}),
    )
    return problem_response(request, problem)


async def on_validation_error(request: Request, error: Exception) -> Response:
    """Parameters or a body that are not what the endpoint takes.

    An id in the path that no id can look like is simply not found (404); parameters are 400; a
    body is 422.
    """
    assert isinstance(error, RequestValidationError)
    places = {str(item["loc"][0]) for item in error.errors()}
    errors = [
        ParameterError(
            ".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0]),
            _message(item),
            _shown(item.get("input")),
            _expected(item),
        )
        for item in error.errors()
    ]
    detail = "; ".join(f"{item.parameter}: {item.message}" for item in errors)
    if places == {"path"}:
        kind, status, errors = "not-found", 404, []
        detail = f"There is nothing at {request.url.path}."
    elif "body" in places:
        kind, status = "not-valid", 422
    else:
        kind, status = "bad-parameter", 400
    return problem_response(request, Problem(kind, KINDS[kind][0], status, detail, errors=errors))


def _message(item: Any) -> str:
    message = str(item["msg"])
    return message[:1].lower() + message[1:]


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        # JSON can hold half characters, which no answer can.
        return value[:200].encode(errors="replace").decode()
    return value if isinstance(value, int | float | bool | None) else None


_BOUNDS = {
    "ge": "at least {}",
    "gt": "more than {}",
    "le": "at most {}",
    "lt": "less than {}",
    "min_length": "at least {} characters or items",
    "max_length": "at most {} characters or items",
    "pattern": "text that matches {}",
    "expected": "{}",
}


def _expected(item: Any) -> str | None:
    context = item.get("ctx") or {}
    told = [words.format(context[name]) for name, words in _BOUNDS.items() if name in context]
    # int_parsing -> int; missing -> None
    return ", ".join(told) or (
        f"a value of type {item['type'].split('_')[0]}" if "_" in item["type"] else None
    )


async def on_exception(request: Request, error: Exception) -> Response:
    """A bug: logged whole, answered without details."""
    log.error("%s %s failed", request.method, quote(request.url.path), exc_info=error)
    detail = "The request could not be answered; the failure has been logged."
    return problem_response(request, Problem("server-error", "Server error", 500, detail))


async def on_database_error(request: Request, error: Exception) -> Response:
    """A database that cannot answer: away, without tables yet, or asked for what it cannot hold."""
    assert isinstance(error, SQLAlchemyError)
    if is_unreachable(error):
        request.scope.get("failures", []).append(error)
        log.warning("%s %s: %s", request.method, request.url.path, _told(error))
        return problem_response(request, NotReady("The database cannot be reached just now."))
    if is_unmigrated(error):
        return problem_response(request, NotReady("The database is being migrated."))
    if isinstance(error, DataError):
        # No such text or number can be in the database: what was asked for is not there.
        detail = "A value in the request is longer or other than any that is kept here."
        return problem_response(request, Problem("bad-parameter", "Bad parameter", 400, detail))
    return await on_exception(request, error)


def _told(error: SQLAlchemyError) -> str:
    return str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]


class SecondChance:
    """Asks the app again, once, where it lost the database while it read: a replica that dies.

    Between Manners and the app. What is posted is not asked again: its body has been read.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        failures: list[Exception] = []

        async def send_success(message: Message) -> None:
            if not failures:
                await send(message)

        asked = {**scope, "failures": failures}
        await self.app(asked, receive, send_success)
        if failures:
            asked = {**scope}
            await self.app(asked, receive, send)
        # Requests are counted by it.
        scope["route"] = asked.get("route")


HANDLERS: dict[Any, Any] = {
    SQLAlchemyError: on_database_error,
    Problem: on_problem,
    HTTPException: on_http_exception,
    RequestValidationError: on_validation_error,
    Exception: on_exception,
}
