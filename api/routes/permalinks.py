"""Exports under a record's permalink: reference managers ask for `<page>.ris`."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.errors import NotFound
from api.queries.records import find_record
from api.representations.records import exports_of
from api.routes.dependencies import SessionDep, UrlsDep
from api.routes.records import EXPORTERS

router = APIRouter(include_in_schema=False)

_NAME = re.compile(r"([A-Za-z0-9_-]{1,100})\.([a-z.]{1,20})")


@router.get("/records/{stem}.{suffix}")
def read_export(
    stem: Annotated[str, Path()], suffix: Annotated[str, Path()], session: SessionDep, urls: UrlsDep
) -> Response:
    """What `/v1/records/{id}.{extension}` gives."""
    # "a.csl.json" is the stem "a.csl" to the router.
    match = _NAME.fullmatch(f"{stem}.{suffix}")
    if match is None:
        raise NotFound("page", f"{stem}.{suffix}")
    record, extension = match.groups()
    if extension not in exports_of(find_record(session, record)):
        raise NotFound("export", extension, "The record's `links` list them.")
    response: Response = EXPORTERS[extension](record, session, urls)
    return response
