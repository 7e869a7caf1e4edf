"""The public shapes, as JSON has them: what OpenAPI documents and `representations` build.

Typed dictionaries rather than models: a row becomes bytes without being validated twice.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, NotRequired, TypeVar

from pydantic import Field
from typing_extensions import TypedDict

from api.parsing.values import (
    ApparatusKind,
    Certainty,
    EntityKind,
    NameType,
    Origin,
    ParagraphKind,
    Ref,
    Role,
    Tier,
)

Item = TypeVar("Item")
Links = Annotated[dict[str, str], Field(description="Absolute URLs by relation")]


class PageOut(TypedDict):
    """Where a page of a list stands."""

    total: Annotated[int, Field(description="How many there are on all pages")]
    limit: Annotated[int, Field(description="How many a page holds at most")]
    next: Annotated[str | None, Field(description="URL of the next page")]
    prev: Annotated[str | None, Field(description="URL of the page before")]


class ListOut(PageOut, Generic[Item]):
    """A page of a list."""

    items: list[Item]


class DateOut(TypedDict):
    """A date as written and as understood."""

    expression: str
    edtf: Annotated[str | None, Field(description="ISO 8601-2 (EDTF)")]
    begin: Annotated[str | None, Field(description="First day it can mean, YYYY-MM-DD")]
    end: Annotated[str | None, Field(description="Last day it can mean, YYYY-MM-DD")]


class ReferenceOut(TypedDict):
    """A reference code."""

    as_written: str
    recognised: Annotated[bool, Field(description="False: served whole, not parsed")]
    scheme: str | None
    parts: dict[str, str | dict[str, str]]


class ContributorOut(TypedDict):
    """Somebody thanked by the citation, in one role."""

    name: str
    role: Role


class AuthorOut(TypedDict):
    """Whose words the record holds, as far as its title tells."""

    name: str
    origin: Origin


class StyledOut(TypedDict):
    """A citation in one style."""

    text: str
    html: str


class StyledWithCiteOut(StyledOut):
    """An entry of a list of works, and what stands in the running text."""

    in_text: StyledOut


class ChicagoOut(TypedDict):
    """Chicago's two systems of citing."""

    note: StyledOut
    bibliography: StyledOut


class StylesOut(TypedDict):
    """The citation in every style served."""

    wilson: StyledOut
    chicago: ChicagoOut
    mla: StyledWithCiteOut
    apa: StyledWithCiteOut


class WarningOut(TypedDict):
    """Why a span must not be quoted as a plain statement."""

    kind: str
    message: str
    paragraph: int | None
    start: int | None
    end: int | None


class PinpointOut(TypedDict):
    """A passage to be cited."""

    paragraphs: Annotated[str, Field(description="Numbers and runs: 3, 7-9")]
    segments: list[SpanOut]
    layers: Annotated[list[str], Field(description="Whose voice it is")]
    link: Annotated[str, Field(description="The page, at the paragraph or the words")]


class CitationOut(TypedDict):
    """The printed citation, and what it says."""

    verbatim: Annotated[str | None, Field(description="As the source prints it")]
    title: str | None
    date: DateOut | None
    digital_archive: str | None
    url: str | None
    reference: ReferenceOut | None
    contributors: list[ContributorOut]
    authors: list[AuthorOut]
    also_printed_in: list[ReferenceOut]
    provenance: list[str]
    credits: str | None
    unread: Annotated[list[str], Field(description="What no rule understood")]
    origin: Origin
    styles: NotRequired[StylesOut]
    pinpoint: NotRequired[Annotated[PinpointOut | None, Field(description="The passage cited")]]
    warnings: NotRequired[list[WarningOut]]
    links: Links


class RightsOut(TypedDict):
    """Who may do what with the text."""

    text: str | None
    statement: str | None
    url: str | None
    origin: Origin


class LanguageOut(TypedDict):
    """A language as printed, with its BCP 47 tag."""

    name: str
    tag: str | None


class ContentOut(TypedDict):
    """One of a record's contents."""

    id: str
    label: str
    kind: str
    language: LanguageOut | None
    has_text: bool


class FieldOut(TypedDict):
    """A labelled field of the header that has no place of its own."""

    label: str
    value: str


class SpanOut(TypedDict):
    """A span of one paragraph's text, half-open."""

    paragraph: int
    start: int
    end: int
    quote: str


class EntityRefOut(TypedDict):
    """An entity, briefly."""

    id: str
    label: str
    kind: EntityKind


class FullSpanOut(TypedDict):
    """A mention with the honorific or title that stands with it."""

    quote: str
    segments: list[SpanOut]


class MentionOut(TypedDict):
    """One place in one text where an entity is meant."""

    id: str
    entity: Annotated[EntityRefOut | None, Field(description="null: nobody is identified")]
    kind: EntityKind
    ref: Ref
    segments: list[SpanOut]
    quote: str
    prefix: str
    suffix: str
    full_span: FullSpanOut | None
    parent: Annotated[str | None, Field(description="Id of the mention this one nests in")]
    tier: Tier
    origin: Origin
    certainty: Certainty | None
    resp: str | None
    note: str | None
    record: NotRequired[Annotated[str, Field(description="Id of the record")]]
    links: NotRequired[Links]


class AmbiguousOut(TypedDict):
    """A name that could mean more than one thing, and is linked to none."""

    quote: str
    segments: list[SpanOut]
    candidates: list[str]
    reason: str


class ApparatusOut(TypedDict):
    """An editorial mark in or about the text."""

    id: str
    kind: ApparatusKind
    paragraph: int | None
    field: Annotated[str | None, Field(description="Of the description, where not in the text")]
    start: int
    end: int
    quote: str
    origin: Origin
    note: str | None
    correction: str | None
    certainty: Certainty | None
    resp: str | None


class PlaceOut(TypedDict):
    """Where a claim stands."""

    paragraph: int | None
    field: str | None
    start: int
    end: int
    quote: str


class ClaimOut(TypedDict):
    """One of the claims that cannot all be right."""

    value: str
    at: list[PlaceOut]


class DiscrepancyOut(TypedDict):
    """Claims of the source that cannot all be right: reported, never resolved."""

    id: str
    kind: str
    summary: str
    origin: Origin
    claims: list[ClaimOut]
    note: str | None
    resp: str | None


class ParagraphOut(TypedDict):
    """One block of the text."""

    number: int
    id: str
    kind: ParagraphKind
    text: str
    section_id: str | None
    layer: str | None
    content: str | None
    speaker: str | None
    continues: int | None
    continued_by: int | None
    source_start: int
    source_end: int
    text_sha256: str
    links: Links
    mentions: NotRequired[list[MentionOut]]
    apparatus: NotRequired[list[ApparatusOut]]


class ActionOut(TypedDict):
    """Something the reading view did."""

    kind: Literal["joined", "dropped", "corrected"]
    paragraph: int
    start: int
    end: int
    quote: str
    correction: str | None
    joined: Annotated[int | None, Field(description="Number of the paragraph joined to it")]


class ReadingParagraphOut(TypedDict):
    """A paragraph of the reading view; number and id are those of its first part."""

    number: int
    numbers: list[int]
    id: str
    kind: ParagraphKind
    text: str
    section_id: str | None
    layer: str | None
    content: str | None
    speaker: str | None
    actions: list[ActionOut]
    links: Links
    mentions: NotRequired[list[MentionOut]]
    apparatus: NotRequired[list[ApparatusOut]]


class ReadingOut(PageOut):
    """The reading view: its paragraphs, and what was left out of it."""

    items: list[ReadingParagraphOut]
    dropped: list[ActionOut]


SectionOut = TypedDict(
    "SectionOut",
    {
        "id": str,
        "title": str,
        "kind": str,
        "level": int,
        "layer": str | None,
        "from": Annotated[int, Field(description="Number of its first paragraph")],
        "to": Annotated[int, Field(description="Number of its last paragraph")],
        "parent": str | None,
        "date": DateOut | None,
        "sender": str | None,
        "addressees": list[str],
        "manner": dict[str, str | None] | None,
        "origin": Origin,
        "resp": str | None,
        "links": Links,
        "children": list[Any],
    },
)
SectionOut.__doc__ = "A node of the outline, its children nested."


class SectionWithTextOut(TypedDict):
    """A section and its paragraphs."""

    section: SectionOut
    paragraphs: list[ParagraphOut]
    links: Links


class OutlineOut(TypedDict):
    """The whole outline: its top-level sections, children nested."""

    items: list[SectionOut]
    links: Links


class NameOut(TypedDict):
    """One name of an entity."""

    text: str
    type: NameType
    valid_from: str | None
    valid_to: str | None


class EntityDatesOut(TypedDict):
    """When an entity began and ended, EDTF."""

    begin: str | None
    end: str | None


class MentionedInOut(TypedDict):
    """A record that mentions an entity."""

    id: str
    title: str
    date: DateOut | None
    mentions: int
    links: Links


class CoMentionedOut(TypedDict):
    """An entity that stands in the same paragraphs."""

    id: str
    label: str
    kind: EntityKind
    paragraphs: Annotated[
        int,
        Field(
            description="In how many paragraphs both are mentioned; those that a page break parted "
            "count as one"
        ),
    ]


class EntityOut(TypedDict):
    """Somebody or something that texts mention."""

    id: str
    kind: EntityKind
    label: str
    names: list[NameOut]
    description: str | None
    edtf: Annotated[str | None, Field(description="Of a date, ISO 8601-2")]
    dates: EntityDatesOut | None
    same_as: dict[str, str]
    origin: Origin
    mentions: Annotated[int, Field(description="How often all records together mention it")]
    records: Annotated[int, Field(description="How many records mention it")]
    links: Links
    mentioned_in: NotRequired[list[MentionedInOut]]
    co_mentioned: NotRequired[list[CoMentionedOut]]


class EntityInRecordOut(TypedDict):
    """An entity as one record mentions it."""

    id: str
    kind: EntityKind
    label: str
    description: str | None
    count: Annotated[int, Field(description="How often this record mentions it")]
    first: Annotated[int, Field(description="Number of the first paragraph that does")]
    links: Links


class VolumePartOut(TypedDict):
    """A part of a volume: a chapter, a compilation."""

    id: str
    kind: str
    title: str


class VolumeOut(TypedDict):
    """The volume that a record is a document of."""

    id: str
    title: str
    within: Annotated[
        list[VolumePartOut], Field(description="The parts that lead to the record, outermost first")
    ]


class RevisionOut(TypedDict):
    """A source as it was loaded once."""

    number: int
    sha256: str
    loaded_at: str
    current: bool
    links: Links


class EditorOut(TypedDict):
    """Somebody responsible for curated facts; `resp` names the id."""

    id: str
    name: str


class RecordBriefOut(TypedDict):
    """A record in a list."""

    id: str
    title: str
    date: DateOut | None
    summary: str | None
    languages: list[LanguageOut]
    digital_archive: str | None
    reference: ReferenceOut | None
    review: str
    counts: dict[str, int]
    links: Links


class RecordOut(TypedDict):
    """A record: description, citation, counts, links."""

    id: str
    title: str
    date: DateOut | None
    summary: str | None
    languages: list[LanguageOut]
    contents: list[ContentOut]
    citation: CitationOut
    reference: ReferenceOut | None
    volume: Annotated[VolumeOut | None, Field(description="Where one file holds many records")]
    rights: RightsOut | None
    credits: str | None
    other_fields: list[FieldOut]
    unread: Annotated[list[str], Field(description="Header text that no rule understood")]
    ambiguous: Annotated[list[AmbiguousOut], Field(description="Names that were not linked")]
    review: Annotated[
        Literal["unreviewed", "in_progress", "reviewed", "outdated"],
        Field(description="Whether an editor has read the record; outdated: an older revision"),
    ]
    editors: list[EditorOut]
    source_sha256: str
    counts: dict[str, int]
    links: Links
    paragraphs: NotRequired[list[ParagraphOut]]
    outline: NotRequired[list[SectionOut]]
    entities: NotRequired[list[EntityInRecordOut]]
    mentions: NotRequired[list[MentionOut]]
    apparatus: NotRequired[list[ApparatusOut]]
    discrepancies: NotRequired[list[DiscrepancyOut]]


class ServiceOut(TypedDict):
    """What this service holds."""

    name: str
    version: str
    generation: Annotated[int, Field(description="Goes up by one whenever the corpus changes")]
    digest: Annotated[str, Field(description="SHA-256 of all that the corpus was made from")]
    loaded_at: str
    counts: dict[str, int]
    links: Links


class HealthOut(TypedDict):
    """How the service is."""

    status: str
    detail: NotRequired[str]
    generation: NotRequired[int | None]
    refused: NotRequired[Annotated[int, Field(description="Seed files that were refused")]]
    failure: NotRequired[
        Annotated[str, Field(description="Why the last load failed, where it did")]
    ]


class ParameterErrorOut(TypedDict):
    """What is wrong with one parameter."""

    parameter: str
    message: str
    got: Any
    expected: Any


class ProblemOut(TypedDict):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    instance: NotRequired[str]
    errors: NotRequired[list[ParameterErrorOut]]


class RecordRefOut(TypedDict):
    """A record, named in passing."""

    id: str
    title: str
    date: DateOut | None


class PassageParagraphOut(TypedDict):
    """A paragraph that a search found."""

    number: int
    id: str
    text: str
    section_id: str | None
    layer: str | None


class SegmentOut(TypedDict):
    """A span of one paragraph's text, half-open."""

    paragraph: int
    start: int
    end: int


class FoundOut(TypedDict):
    """A passage found: a paragraph, with those that a page break parted from it."""

    record: RecordRefOut
    paragraph: PassageParagraphOut
    joined_with: Annotated[
        list[PassageParagraphOut],
        Field(description="The other parts of the paragraph, where a page break cut it"),
    ]
    highlights: list[SegmentOut]
    score: Annotated[float, Field(description="BM25; comparable within one answer only")]
    warnings: list[WarningOut]
    links: Links


class FacetOut(TypedDict):
    """One value that the passages found have, and how many have it."""

    value: str
    label: str
    count: int


class EntityOfferedOut(TypedDict):
    """An entity that has the query for a name."""

    id: str
    label: str
    kind: EntityKind
    links: Links


class SearchOut(PageOut):
    """A page of passages, best first."""

    items: list[FoundOut]
    reachable: Annotated[int, Field(description="Ranked results can be read so far down")]
    suggestion: Annotated[
        str | None, Field(description="The query as the corpus would spell it; little was found")
    ]
    did_you_mean_entity: EntityOfferedOut | None
    facets: Annotated[
        dict[str, list[FacetOut]],
        Field(description="Counts by record, decade, entity, layer, where they were taken"),
    ]


class PassageOut(TypedDict):
    """A place where a quotation stands."""

    record: RecordRefOut
    segments: list[SpanOut]
    citation: Annotated[str, Field(description="The record's, pointing to the paragraphs")]
    link: Annotated[str, Field(description="The page, scrolled to the words and marking them")]
    warnings: list[WarningOut]


class DifferenceOut(TypedDict):
    """A stretch of words that agree (equal) or do not."""

    op: Literal["equal", "replace", "delete", "insert"]
    quote: str
    text: str


class NearestOut(TypedDict):
    """The passage most like a quotation that was not found. It is not the quotation."""

    record: RecordRefOut
    segments: list[SpanOut]
    text: str
    similarity: float
    diff: list[DifferenceOut]
    link: str


class ResolvedOut(TypedDict):
    """The verdict on one quotation."""

    quote: str
    status: Literal["exact", "normalized", "ambiguous", "not_found"]
    normalized: Annotated[
        list[str], Field(description="What had to be overlooked: quotes, dashes, case, …")
    ]
    places: list[PassageOut]
    more: Annotated[bool, Field(description="It stands in more places than are listed")]
    nearest: NearestOut | None


class ResolutionOut(TypedDict):
    """Verdicts, in the order of the quotations."""

    items: list[ResolvedOut]


class ResolvedAloneOut(ResolvedOut):
    """The verdict on the one quotation asked for, and the same as a list of one."""

    items: list[ResolvedOut]


class QuotesIn(TypedDict):
    """Quotations to be placed."""

    quotes: Annotated[
        list[str],
        Field(
            description="At most 100",
            examples=[["the abnormal conditions which have developed"]],
        ),
    ]
    record: NotRequired[
        Annotated[
            str,
            Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=100, description="Only in this record"),
        ]
    ]


class TextIn(TypedDict):
    """A text to find entities in."""

    text: Annotated[str, Field(examples=["Mao Zedong spoke in Beijing on 19 September 1958."])]


class AnnotatedOut(TypedDict):
    """The entities found in a text; it is paragraph 1."""

    items: list[MentionOut]
    ambiguous: list[AmbiguousOut]


Level = Literal[
    "repository", "fonds", "series", "subseries", "file", "item", "volume", "collection"
]


class CollectionRefOut(TypedDict):
    """A collection, named in passing."""

    id: str
    level: Level
    label: str
    title: str
    links: Links


class CollectionBriefOut(TypedDict):
    """A repository, fonds, series, file or volume."""

    id: str
    level: Annotated[Level, Field(description="As ISAD(G) calls it; repository, volume beside")]
    unit: Annotated[str | None, Field(description="The scheme's own word: fond, opis, delo")]
    label: Annotated[str, Field(description="As a reference code has it: f. 52")]
    title: Annotated[str, Field(description="Its name, or its reference where it has none")]
    reference: Annotated[str, Field(description="From the outermost on: RGANI, f. 52, op. 1")]
    parent: Annotated[str | None, Field(description="Id of the collection it stands in")]
    counts: Annotated[
        dict[str, int],
        Field(description="children in it; records at any depth; those directly in it"),
    ]
    links: Links


class CollectionOut(CollectionBriefOut):
    """A collection with its surroundings. Its lists begin here; `links` lead to the whole."""

    ancestors: Annotated[list[CollectionRefOut], Field(description="Outermost first")]
    children: list[CollectionBriefOut]
    records: Annotated[list[RecordBriefOut], Field(description="At any depth, by date")]
