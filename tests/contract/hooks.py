"""What Schemathesis must know of Opis: dates that are dates, and which refusals are fair."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import schemathesis
from hypothesis import strategies as st

MEANING = {
    "cursor": "of another list, or made up",
    "fields": "embedded only where `include` asks for it",
    "date_from": "no date of the calendar",
    "date_to": "no date of the calendar",
    "to": "before `from`",
    "numbers": "a run that goes backwards, or below 1",
    "ids": "too many",
    "paragraphs": "not in this record, or together with `quote`",
    "quote": "in several places, or together with `paragraphs`",
    "paragraph": "together with `paragraphs` or `quote`",
    "start": "no span of the text, or half a range",
    "end": "no span of the text, or half a range",
    "ref": "together with a range",
    "down": "no depth where one is needed",
    "q": "nothing to find: nothing but punctuation, or only words to leave out",
}
"""Parameters of which a value may be well formed and yet mean nothing, and when."""


@schemathesis.check
def refusal_is_of_meaning(
    _: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """A request as the schema has it is refused for what no schema can say, or not at all."""
    meta: Any = case.meta
    if response.status_code != 400 or meta is None or not meta.generation.mode.is_positive:
        return
    refused = {error["parameter"] for error in response.json().get("errors", ())}
    assert refused, f"refused without a reason: {response.text}"
    assert refused <= MEANING.keys(), f"refused, though as described: {response.text}"


@schemathesis.hook
def filter_case(_: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """A longer target is refused by the HTTP parser, before there is a service to describe."""
    return len(urlencode(case.query or {})) < 60_000


schemathesis.openapi.format("edtf", st.sampled_from(["1958", "1958-09", "1958-09-19", "1950/1959"]))
