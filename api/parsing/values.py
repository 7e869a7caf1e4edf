"""What the parsers give: plain frozen values, no behaviour.

Offsets are half-open, in code points: those called `source_*` into the decoded source, the others
into a paragraph's text. `origin` is "source", "derived" (read out by rule) or "curated".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Origin = Literal["source", "derived", "curated"]
Role = Literal["contributor", "translator", "transcriber", "editor", "provider"]
ParagraphKind = Literal[
    "heading",
    "dateline",
    "addressee",
    "salutation",
    "paragraph",
    "instruction",
    "signature",
    "colophon",
    "page_mark",
    "list_item",
    "note",
    "stamp",
    "speech",
]
ApparatusKind = Literal[
    "supplied",
    "sic",
    "uncertain",
    "omission",
    "instruction",
    "placeholder",
    "slip",
    "page_break",
    "page_mark",
    "query",
]
EntityKind = Literal[
    "person", "place", "state", "organisation", "armed_force", "event", "document", "date"
]
Ref = Literal["name", "role", "nominal", "adjective"]
NameType = Literal["full", "short", "acronym", "adjective"]
Tier = Literal["editor", "full_name", "short_name", "suggested"]
Certainty = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A date as written, and what it means.

    `edtf` is ISO 8601-2 (EDTF level 1 or 2); `begin` and `end` are the first and last day it can
    mean, YYYY-MM-DD. All three are None where the expression cannot be read or has no year
    ("1 July" keeps `edtf` XXXX-07-01 and has no begin and end).
    """

    expression: str
    edtf: str | None = None
    begin: str | None = None
    end: str | None = None
    impossible: bool = False
    """True for a day that does not exist (31 February): to be reported, not mended."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody thanked in the citation, in one role; two roles make two contributors."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody whose words the record holds, as far as the title tells."""

    name: str
    origin: Origin = "derived"


Parts = dict[str, "str | dict[str, str]"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference code: whole as written and, where its scheme is recognised, in parts.

    Not recognised means `scheme` None and no parts: a wrong parse is worse than none.
    """

    as_written: str
    recognised: bool = False
    scheme: str | None = None
    parts: Parts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """A bibliographic statement, verbatim and split."""

    verbatim: str
    title: str | None = None
    date: DateExpression | None = None
    digital_archive: str | None = None
    reference: Reference | None = None
    contributors: tuple[Contributor, ...] = ()
    also_printed_in: tuple[Reference, ...] = ()
    provenance: tuple[str, ...] = ()
    """Statements of donation or provenance, whole sentences as written."""
    url: str | None = None
    unread: tuple[str, ...] = ()
    """Whatever of the statement no rule understood, in order."""


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A labelled field of the header: label and value as written, without Markdown marks."""

    label: str
    value: str
    source_start: int
    source_end: int
    """The value's span in the source, marks included."""


ContentKind = Literal["translation", "original", "transcript", "scan", "other"]


@dataclass(frozen=True, slots=True)
class Content:
    """One of a record's contents: a scan, the original text, a translation.

    `id` is a slug unique in the record (translation-english); `language` the name as printed,
    None where none is. `has_text` says whether the export carries its text.
    """

    id: str
    label: str
    kind: ContentKind
    language: str | None
    has_text: bool


@dataclass(frozen=True, slots=True)
class Furniture:
    """Source characters that belong to no paragraph and no field: what the page added.

    Kinds: running_head, page_number, form_feed, hyphen (at a line's end, inside a word),
    content_label (the line that opens a content's text), rule.
    """

    kind: str
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class Body:
    """The text of one content: a span of the source, and how its lines are to be taken."""

    content: str
    """The id of the content."""
    source_start: int
    source_end: int
    wrapped: bool = False
    """True where lines were wrapped at a fixed width: a line's end is no paragraph's end."""


@dataclass(frozen=True, slots=True)
class Export:
    """An archive's export, its header read and its bodies found.

    `title` and `date` are those above the labelled fields; `unread` is header text that no rule
    understood, kept whole. `summary`, `credits`, `rights`, `languages`, … come from the fields;
    fields nobody knows are in `other_fields`.
    """

    title: str
    date: DateExpression | None
    citation: str | None = None
    summary: str | None = None
    credits: str | None = None
    languages: tuple[str, ...] = ()
    rights: str | None = None
    other_fields: tuple[HeaderField, ...] = ()
    fields: tuple[HeaderField, ...] = ()
    contents: tuple[Content, ...] = ()
    bodies: tuple[Body, ...] = ()
    furniture: tuple[Furniture, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A maximal run of lines of one body, before anybody asked what it is.

    `text` is as a paragraph's: outer space stripped, hard breaks `\\n`, soft ones a space.
    """

    text: str
    source_start: int
    source_end: int
    content: str | None = None
    after_page_break: bool = False
    """A form feed or page furniture stands between this block and the one before."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of a body. `source[source_start:source_end]` is `text` but for white space
    (and hyphens at line ends, which are furniture)."""

    number: int
    kind: ParagraphKind
    text: str
    source_start: int
    source_end: int
    content: str | None = None
    speaker: str | None = None
    continues: int | None = None
    continued_by: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A span of one paragraph's text, with the words that stand there."""

    paragraph: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class ApparatusItem:
    """An editorial mark in or about the text; `quote` is `text[start:end]`, empty for a break.

    A mark on the description has no paragraph, but names its `field`: title, summary, citation,
    date or credits.
    """

    kind: ApparatusKind
    paragraph: int | None
    start: int
    end: int
    quote: str
    origin: Origin = "derived"
    note: str | None = None
    correction: str | None = None
    certainty: Certainty | None = None
    resp: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class SectionManner:
    """How a section came to be: who dictated it, who took it down, as entity ids or names."""

    dictated_by: str | None = None
    recorded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the outline. `first` and `last` are paragraph numbers, inclusive."""

    id: str
    title: str
    kind: str
    level: int
    first: int
    last: int
    layer: str | None = None
    parent: str | None = None
    origin: Origin = "derived"
    resp: str | None = None
    date: DateExpression | None = None
    sender: str | None = None
    addressees: tuple[str, ...] = ()
    manner: SectionManner | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in one text where an entity is meant.

    `entity` is an id, None where nobody is identified. `segments` has one member for each
    paragraph touched. `parent` is the index, in the list this mention stands in, of the mention
    it nests in. `full_span` is the span with honorific or title, None where it adds nothing.
    """

    entity: str | None
    kind: EntityKind
    ref: Ref
    segments: tuple[Segment, ...]
    tier: Tier
    origin: Origin = "derived"
    full_span: tuple[Segment, ...] = ()
    parent: int | None = None
    certainty: Certainty | None = None
    resp: str | None = None
    note: str | None = None

    @property
    def quote(self) -> str:
        """The words, joined over page breaks."""
        return " ".join(segment.quote for segment in self.segments)


@dataclass(frozen=True, slots=True)
class AmbiguousName:
    """A name that stands in the text and could mean more than one thing: never linked."""

    segments: tuple[Segment, ...]
    candidates: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Name:
    """One of an entity's names. `valid_from` and `valid_to` are EDTF, where known."""

    text: str
    type: NameType
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands: a paragraph's span, or a span of a field of the description."""

    quote: str
    start: int
    end: int
    paragraph: int | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One of the things the source says that cannot all be right."""

    value: str
    at: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Two or more claims of the source that cannot all be right; reported, never resolved."""

    id: str
    kind: str
    summary: str
    claims: tuple[Claim, ...]
    origin: Origin = "derived"
    note: str | None = None
    resp: str | None = None
