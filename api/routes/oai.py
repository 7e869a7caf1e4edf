"""OAI-PMH 2.0: six verbs over GET and POST, for harvesters.

Every page stands on its own: a resumption token holds the question and the last record had, so
nothing is kept here, and a page costs the same however deep it lies.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from api.errors import TooMuch
from api.queries import collections as queries
from api.queries.collections import HarvestCriterion, Harvested
from api.queries.corpus import find_corpus
from api.queries.records import find_record, find_records
from api.queries.whole import find_whole_record
from api.representations import oai
from api.representations.oai import FORMATS
from api.representations.tei import tei_document
from api.representations.urls import Urls
from api.routes.dependencies import reading, urls_of

router = APIRouter()

NAME = "Opis"
SETS = 500
IDENTIFIERS = 500

_LISTS = ("metadataPrefix", "from", "until", "set", "resumptionToken")
VERBS: Mapping[str, tuple[str, ...]] = {
    "Identify": (),
    "ListMetadataFormats": ("identifier",),
    "ListSets": ("resumptionToken",),
    "ListIdentifiers": _LISTS,
    "ListRecords": _LISTS,
    "GetRecord": ("identifier", "metadataPrefix"),
}
"""The verbs, and the arguments each takes."""
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "ListIdentifiers": ("metadataPrefix",),
    "ListRecords": ("metadataPrefix",),
    "GetRecord": ("identifier", "metadataPrefix"),
}
_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(?::[A-Za-z0-9\-_.!~*'()]+)*")
_FORMS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ")
_DATESTAMP = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")


class OaiError(Exception):
    """An error of the protocol: answered with 200, as the protocol wants."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Token:
    """Where a list goes on: the question, the last one had, and how many came before."""

    verb: str
    prefix: str = ""
    set: str | None = None
    first: str | None = None
    last: str | None = None
    after: tuple[str, ...] = ()
    cursor: int = 0

    def __str__(self) -> str:
        """URL-safe, opaque."""
        values = [
            self.verb, self.prefix, self.set, self.first, self.last, list(self.after), self.cursor
        ]  # fmt: skip
        return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, verb: str) -> Token:
        """The token that `text` is; OaiError where it is none of this verb's."""
        try:
            padded = text + "=" * (-len(text) % 4)
            values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            found_verb, prefix, spec, first, last, after, cursor = values
            token = cls(found_verb, prefix, spec, first, last, tuple(after), cursor)
            if str(token) != text or token.verb != verb or not token._holds():
                raise ValueError
        except (ValueError, TypeError, binascii.Error):
            raise OaiError(
                "badResumptionToken", "This is no resumption token of this verb."
            ) from None
        return token

    def _holds(self) -> bool:
        texts = [self.set, self.first, self.last]
        size = 1 if self.verb == "ListSets" else 2
        return (
            (self.verb == "ListSets" or self.prefix in FORMATS)
            and all(text is None or isinstance(text, str) for text in texts)
            and all(isinstance(text, str) for text in self.after)
            and len(self.after) == size
            and type(self.cursor) is int
            and 0 < self.cursor < 2**53
        )

    @property
    def criterion(self) -> HarvestCriterion:
        """What is asked for."""
        return HarvestCriterion(self.set, self.first, self.last)


async def answer_oai(request: Request) -> Response:
    """One request of the protocol, by GET or POST."""
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    if request.method == "POST":
        limit = request.app.state.settings.max_body_bytes
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > limit:
                raise TooMuch(f"The body is larger than {limit:,} bytes.")
        pairs += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return await run_sync(_answer, request, pairs)


# Plain routes: the protocol has its own way with parameters that are unknown or repeated.
for path in ("/oai", "/oai/"):
    router.add_route(path, answer_oai, methods=["GET", "POST"], include_in_schema=False)


def _answer(request: Request, pairs: list[tuple[str, str]]) -> Response:
    urls = urls_of(request)
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with reading(request) as session:
        told: dict[str, str] = {}
        try:
            told = _read_arguments(pairs)
            inside = list(_VERBS[told["verb"]](_Question(request, session, urls, told)))
        except OaiError as error:
            if error.code in ("badVerb", "badArgument"):
                told = {}
            inside = [oai.error(error.code, str(error))]
    return Response(
        oai.envelope(inside, told, moment, urls),
        headers={"Cache-Control": "no-store"},
        media_type=oai.MEDIA_TYPE,
    )


def _read_arguments(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The arguments, checked against their verb."""
    arguments = dict(pairs)
    names = [name for name, _ in pairs]
    verb = arguments.get("verb", "")
    if names.count("verb") != 1 or verb not in VERBS:
        raise OaiError("badVerb", f"`verb` must be one of {', '.join(VERBS)}, given once.")
    for name in arguments:
        if names.count(name) > 1:
            raise OaiError("badArgument", f"`{name}` is given more than once.")
        if name != "verb" and name not in VERBS[verb]:
            raise OaiError("badArgument", f"{verb} has no argument `{name}`.")
        if not arguments[name]:
            raise OaiError("badArgument", f"`{name}` is empty.")
    if "resumptionToken" in arguments:
        if len(arguments) > 2:
            raise OaiError("badArgument", "`resumptionToken` goes with no other argument.")
        return arguments
    for name in REQUIRED.get(verb, ()):
        if name not in arguments:
            raise OaiError("badArgument", f"{verb} needs `{name}`.")
    return arguments


@dataclass(frozen=True, slots=True)
class _Question:
    request: Request
    session: Session
    urls: Urls
    arguments: Mapping[str, str]

    def metadata(self, prefix: str, rows: Mapping[str, Any]) -> Any:
        """A function that gives a record's metadata by its id; `rows` are those at hand."""

        def write(record: str) -> str:
            if prefix == "tei":
                document = tei_document(find_whole_record(self.session, record), self.urls)
                return oai.embed(document)
            row = rows.get(record) or find_record(self.session, record)
            return oai.dublin_core(row, self.urls)

        return write


def _identify(question: _Question) -> Iterable[str]:
    settings = question.request.app.state.settings
    host = oai.host_of(question.urls)
    email = settings.admin_email or f"opis@{host if '.' in host else host + '.invalid'}"
    corpus = find_corpus(question.session)
    earliest = queries.earliest_datestamp(question.session)
    earliest = earliest or corpus.loaded_at.removesuffix("+00:00") + "Z"
    yield oai.identify(NAME, email, earliest, question.urls)


def _list_metadata_formats(question: _Question) -> Iterable[str]:
    if "identifier" in question.arguments:
        record = _find(question)
        if record.gone:
            raise OaiError("noMetadataFormats", "The record has been withdrawn.")
    yield oai.list_formats()


def _list_sets(question: _Question) -> Iterable[str]:
    text = question.arguments.get("resumptionToken")
    token = Token.read(text, "ListSets") if text else None
    rows = queries.list_sets(question.session, SETS + 1, token.after[0] if token else None)
    if not rows:
        code = "badResumptionToken" if token else "noSetHierarchy"
        raise OaiError(code, "There are no sets here." if not token else "The list has ended.")
    more = len(rows) > SETS
    rows = rows[:SETS]
    cursor = token.cursor if token else 0
    following = Token("ListSets", after=(rows[-1].path,), cursor=cursor + len(rows))
    yield from oai.list_sets(rows, str(following) if more else ("" if token else None))


def _list_identifiers(question: _Question) -> Iterable[str]:
    records, token, cursor = _harvest(question, IDENTIFIERS)
    yield from oai.list_identifiers(records, token, cursor, question.urls)


def _list_records(question: _Question) -> Iterable[str]:
    records, token, cursor = _harvest(question, None)
    prefix = _prefix(question)
    live = [record.id for record in records if not record.gone]
    rows = {}
    if prefix == "oai_dc":
        rows = {row.id: row for row in find_records(question.session, live)}
    metadata = question.metadata(prefix, rows)
    yield from oai.list_records(records, metadata, token, cursor, question.urls)


def _get_record(question: _Question) -> Iterable[str]:
    record = _find(question)
    metadata = question.metadata(_prefix(question), {})
    yield oai.get_record(record, metadata, question.urls)


_VERBS: Mapping[str, Any] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_metadata_formats,
    "ListSets": _list_sets,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
    "GetRecord": _get_record,
}


def _find(question: _Question) -> Harvested:
    name = question.arguments["identifier"]
    record = oai.record_of(name, question.urls)
    found = queries.find_harvested(question.session, record) if record else None
    if found is None:
        raise OaiError("idDoesNotExist", f"There is no record with the identifier {name!r}.")
    return found


def _prefix(question: _Question) -> str:
    if text := question.arguments.get("resumptionToken"):
        return Token.read(text, question.arguments["verb"]).prefix
    prefix = question.arguments["metadataPrefix"]
    if prefix not in FORMATS:
        raise OaiError(
            "cannotDisseminateFormat", f"Served here are {' and '.join(FORMATS)}, not {prefix!r}."
        )
    return prefix


def _harvest(
    question: _Question, size: int | None
) -> tuple[list[Harvested], str | None, int | None]:
    """A page of records, the token of the next ("" behind the last of several), and its place."""
    arguments = question.arguments
    if text := arguments.get("resumptionToken"):
        token = Token.read(text, arguments["verb"])
    else:
        first, last = _read_bounds(arguments)
        spec = arguments.get("set")
        if spec is not None and not _SPEC.fullmatch(spec):
            raise OaiError("badArgument", f"{spec!r} is no set.")
        token = Token(arguments["verb"], _prefix(question), spec, first, last)
        if spec is not None and not queries.has_set(question.session, spec):
            if not queries.list_sets(question.session, 1):
                raise OaiError("noSetHierarchy", "There are no sets here.")
            raise OaiError("noRecordsMatch", f"There is no set {spec!r}.")
    limit = size or FORMATS[token.prefix].page
    after = (token.after[0], token.after[1]) if token.after else None
    records = queries.harvest(question.session, token.criterion, limit + 1, after)
    if not records and not token.after:
        raise OaiError("noRecordsMatch", "No record matches.")
    more = len(records) > limit
    records = records[:limit]
    if more:
        edge = (records[-1].datestamp, records[-1].id)
        following = Token(
            token.verb,
            token.prefix,
            token.set,
            token.first,
            token.last,
            edge,
            token.cursor + len(records),
        )
        return records, str(following), token.cursor
    return records, "" if token.after else None, token.cursor if token.after else None


def _read_bounds(arguments: Mapping[str, str]) -> tuple[str | None, str | None]:
    """`from` and `until` as datestamps to the second, inclusive."""
    for name in ("from", "until"):
        if name in arguments and not _is_datestamp(arguments[name]):
            raise OaiError("badArgument", f"`{name}` must be YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")
    first, last = arguments.get("from"), arguments.get("until")
    if first and last and len(first) != len(last):
        raise OaiError("badArgument", "`from` and `until` must be of one granularity.")
    if first and last and first > last:
        raise OaiError("badArgument", "`from` is later than `until`.")
    if first and len(first) == 10:
        first += "T00:00:00Z"
    if last and len(last) == 10:
        last += "T23:59:59Z"
    return first, last


def _is_datestamp(text: str) -> bool:
    if not _DATESTAMP.fullmatch(text) or not text.isascii():
        return False
    try:
        datetime.strptime(text, _FORMS["T" in text])
    except ValueError:
        return False
    return True
