"""What a record's page says to machines: Dublin Core, COinS, JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from api.queries.pages import Row
from api.representations.citations import item_of_row
from api.representations.coins import to_coins, to_dublin_core
from api.representations.jsonld import to_jsonld
from api.representations.urls import Urls


@dataclass(frozen=True, slots=True)
class Description:
    """A record for reference managers, previews and search engines."""

    dublin_core: list[tuple[str, str]]
    coins: str
    jsonld: dict[str, Any]
    text: str


def describe_record(record: Mapping[str, Any], base: str) -> Description:
    """The description of a record as the API gives it, whose fields are those of its row."""
    item = item_of_row(cast(Row, SimpleNamespace(**record)), Urls(base))
    text = record["summary"] or record["citation"]["verbatim"] or record["title"]
    return Description(
        to_dublin_core(item), to_coins(item), to_jsonld(item), " ".join(text.split())
    )
