"""Where everything stands: absolute URLs on one base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

EXPORTS: Mapping[str, str] = {
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "tei.xml": "application/tei+xml",
    "csl.json": "application/vnd.citationstyles.csl+json",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "jsonld": "application/ld+json",
}
"""File extensions of a record's exports, with their media types."""


@dataclass(frozen=True, slots=True)
class Urls:
    """URLs on `base` (scheme and host, no final slash)."""

    base: str

    def __call__(self, path: str, **query: object) -> str:
        """The URL of a path, with those of `query` that are not None."""
        given = {name: value for name, value in query.items() if value is not None}
        return f"{self.base}{path}" + (f"?{urlencode(given)}" if given else "")

    def record(self, record: str, rest: str = "") -> str:
        """A record, or something below it."""
        return f"{self.base}/v1/records/{record}{rest}"

    def paragraph(self, record: str, paragraph: str | int) -> str:
        """A paragraph, by stable id (canonical) or by number."""
        return f"{self.base}/v1/records/{record}/paragraphs/{paragraph}"

    def section(self, record: str, section: str) -> str:
        """A section of an outline."""
        return f"{self.base}/v1/records/{record}/outline/{quote(section, safe='')}"

    def entity(self, entity: str, rest: str = "") -> str:
        """An entity, or something below it."""
        return f"{self.base}/v1/entities/{entity}{rest}"

    def collection(self, collection: str, rest: str = "") -> str:
        """A collection, or something below it."""
        return f"{self.base}/v1/collections/{collection}{rest}"

    def page(self, record: str) -> str:
        """The record's permalink: its page for people."""
        return f"{self.base}/records/{record}"

    def problem(self, kind: str) -> str:
        """The page that explains a kind of problem."""
        return f"{self.base}/problems/{kind}"
