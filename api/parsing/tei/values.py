"""What reading TEI gives, beside the values of every parser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.errors import Complaint
from api.parsing.curated import Rights
from api.parsing.values import (
    AmbiguousName,
    ApparatusItem,
    Author,
    Citation,
    Discrepancy,
    EntityKind,
    Export,
    Mention,
    Name,
    Origin,
    Paragraph,
    Section,
)


@dataclass(frozen=True, slots=True)
class ListedEntity:
    """Somebody or something that a list in the file describes. Dates are EDTF."""

    id: str
    kind: EntityKind
    label: str
    names: tuple[Name, ...] = ()
    description: str | None = None
    edtf: str | None = None
    """Of a date."""
    begin: str | None = None
    end: str | None = None
    same_as: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VolumePart:
    """A part of a volume that leads to a document: a chapter, a compilation."""

    id: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Volume:
    """The file that a document is one of many in."""

    id: str
    title: str
    within: tuple[VolumePart, ...] = ()


@dataclass(frozen=True, slots=True)
class TeiDocument:
    """A document, read: everything that its tagging says, and nothing that rules would add.

    `is_own` is True of what this program has exported: then nothing is left for rules to find, and
    `ids`, `editors` and `review` are as they were.
    """

    export: Export
    citation: Citation | None
    authors: tuple[Author, ...]
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    mentions: tuple[Mention, ...]
    apparatus: tuple[ApparatusItem, ...]
    entities: tuple[ListedEntity, ...]
    rights: Rights | None = None
    rights_origin: Origin = "source"
    volume: Volume | None = None
    is_own: bool = False
    ambiguous: tuple[AmbiguousName, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    ids: tuple[str, ...] = ()
    editors: tuple[tuple[str, str], ...] = ()
    review: str = "unreviewed"
    complaints: tuple[Complaint, ...] = ()
