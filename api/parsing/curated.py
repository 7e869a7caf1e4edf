"""Curated files: authorities, annotations and paragraph-id registries, read whole and checked.

The models below are the formats: `opis schema` writes their JSON Schema for editors' tools. Reading
gives either the model or a `SeedError` with every complaint, each with line and column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from api.errors import Complaint, SeedError
from api.parsing.values import ApparatusKind, Certainty, EntityKind, NameType, ParagraphKind, Ref

EntityId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=100)]
RecordId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=100)]
SectionId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*$", max_length=100)
]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Quote = Annotated[str, StringConstraints(min_length=1)]
ParagraphNumber = Annotated[int, Field(ge=1)]


class Curated(BaseModel):
    """A mapping in a curated file: unknown keys are errors, nothing is coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Rights(Curated):
    """Who may do what with a text."""

    text: Words = Field(description="The terms in full, as the holder states them")
    statement: Words | None = Field(
        None, description="The name of the terms: a licence, or a RightsStatements.org label"
    )
    url: Words | None = Field(None, description="Where the terms are published")


class NameEntry(Curated):
    """One name of an entity.

    `full` names mean it wherever they stand; `short` ones where nobody else could be meant;
    `acronym`s match only in their own case; `adjective`s ("Chinese") mention it as `adjective`.
    """

    text: Words
    type: NameType = "full"
    valid_from: Words | None = Field(None, description="EDTF")
    valid_to: Words | None = Field(None, description="EDTF")


class EntityDates(Curated):
    """When an entity began and ended (born and died, founded and dissolved), in EDTF."""

    begin: Words | None = None
    end: Words | None = None


class SameAs(Curated):
    """Identifiers elsewhere. Give one only where it has been verified."""

    wikidata: Annotated[str, StringConstraints(pattern=r"^Q[1-9][0-9]*$")] | None = None
    viaf: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*$")] | None = None
    geonames: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*$")] | None = None


class Authority(Curated):
    """An entity, described once for all records."""

    id: EntityId = Field(description="A readable slug: khrushchev-nikita")
    kind: EntityKind
    label: Words = Field(description="The name to show")
    names: tuple[NameEntry, ...] = Field((), description="Every name it goes by in texts")
    description: Words | None = None
    dates: EntityDates | None = None
    same_as: SameAs | None = None
    rights: Rights | None = Field(
        None, description="For an archive: the terms of texts whose citations name it"
    )


class AuthorityFile(Curated):
    """`seed/authorities/*.yaml`: entities."""

    entities: tuple[Authority, ...]


class Anchor(Curated):
    """A place in the text: paragraph number and the words that stand there."""

    paragraph: ParagraphNumber
    quote: Quote
    nth: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Which occurrence, from 1; needed where the words stand there twice"
    )


class FieldAnchor(Curated):
    """A place in the description: title, summary, citation or date, and the words there."""

    field: Literal["title", "summary", "citation", "date", "credits"]
    quote: Quote
    nth: Annotated[int, Field(ge=1)] | None = None


class EditorEntry(Curated):
    """Somebody responsible for curated facts."""

    id: EntityId
    name: Words


class SectionDate(Curated):
    """A section's own date: the words, and EDTF where the words alone do not give it."""

    expression: Words
    edtf: Words | None = None


class Manner(Curated):
    """How a text came to be; entity ids, or names where there is no entity."""

    dictated_by: Words | None = None
    recorded_by: Words | None = None


class SectionEntry(Curated):
    """A node of the outline."""

    id: SectionId
    title: Words
    kind: Words = Field(
        description="part, heading, dateline, addressee, salutation, body, theme, sign_off, …"
    )
    first: ParagraphNumber = Field(alias="from", description="Number of its first paragraph")
    last: ParagraphNumber = Field(alias="to", description="Number of its last paragraph")
    opens: Quote | None = Field(None, description="The opening words of its first paragraph")
    closes: Quote | None = Field(None, description="The closing words of its last paragraph")
    layer: SectionId | None = Field(
        None, description="Whose voice it is; sections below inherit it"
    )
    date: SectionDate | None = None
    sender: Words | None = Field(None, description="Entity id or name")
    addressees: tuple[Words, ...] = Field((), description="Entity ids or names")
    manner: Manner | None = None
    resp: EntityId | None = None
    sections: tuple[SectionEntry, ...] = ()


class ParagraphEntry(Curated):
    """What rules got wrong about a paragraph."""

    paragraph: ParagraphNumber
    opens: Quote = Field(description="Its opening words")
    kind: ParagraphKind
    speaker: Words | None = None
    resp: EntityId | None = None


class JoinEntry(Curated):
    """A sentence that a page break cut in two: this paragraph goes on in the next."""

    paragraph: ParagraphNumber
    closes: Quote = Field(description="The words it breaks off with")
    next: ParagraphNumber
    opens: Quote = Field(description="The words the next begins with")
    resp: EntityId | None = None


class MentionEntry(Curated):
    """A place where an entity is meant.

    Give `paragraph`, `quote` (and `nth`), or `segments` where a page break cuts the words in two.
    The quote leaves out article, possessive and honorific; `full` includes the honorific.
    """

    entity: EntityId | None = Field(description="null where nobody is identified; then give kind")
    kind: EntityKind | None = None
    ref: Ref
    paragraph: ParagraphNumber | None = None
    quote: Quote | None = None
    nth: Annotated[int, Field(ge=1)] | Literal["all"] | None = None
    segments: tuple[Anchor, ...] = ()
    full: Quote | None = Field(None, description="The quote with title or honorific")
    certainty: Certainty | None = None
    resp: EntityId | None = None
    note: Words | None = None


class ApparatusEntry(Curated):
    """An editorial mark that rules cannot see: in a paragraph, or in a field of the description."""

    kind: ApparatusKind
    paragraph: ParagraphNumber | None = None
    field: Literal["title", "summary", "citation", "date", "credits"] | None = Field(
        None, description="Instead of a paragraph: the field of the description it stands in"
    )
    quote: Quote | None = Field(None, description="null for a place between words: see after")
    nth: Annotated[int, Field(ge=1)] | Literal["all"] | None = None
    after: Quote | None = Field(None, description="The words before a mark that has none itself")
    note: Words | None = None
    correction: str | None = Field(None, description="What ought to stand there; may be empty")
    certainty: Certainty | None = None
    resp: EntityId | None = None


class ClaimEntry(Curated):
    """One of the claims that cannot all be right."""

    value: Words
    at: tuple[Anchor | FieldAnchor, ...] = Field(min_length=1)


class DiscrepancyEntry(Curated):
    """Two or more claims that cannot all be right."""

    id: EntityId
    kind: Words
    summary: Words
    claims: tuple[ClaimEntry, ...] = Field(min_length=2)
    note: Words | None = None
    resp: EntityId | None = None


class Suppression(Curated):
    """A derived fact that is wrong: named, so that nothing is overridden in silence."""

    what: Literal["mention", "apparatus", "join", "discrepancy"]
    paragraph: ParagraphNumber | None = None
    quote: Quote | None = None
    nth: Annotated[int, Field(ge=1)] | Literal["all"] | None = None
    id: Words | None = Field(None, description="For a discrepancy: its id")
    reason: Words


class AnnotationFile(Curated):
    """`seed/records/{record}.annotations.yaml`: what an editor says about a record."""

    record: RecordId
    source_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    review: Literal["reviewed", "in_progress"] = "reviewed"
    editors: tuple[EditorEntry, ...] = ()
    resp: EntityId | None = Field(None, description="Responsible where an entry names nobody")
    rights: Rights | None = None
    outline: tuple[SectionEntry, ...] = ()
    paragraphs: tuple[ParagraphEntry, ...] = ()
    joins: tuple[JoinEntry, ...] = ()
    mentions: tuple[MentionEntry, ...] = ()
    suppress: tuple[Suppression, ...] = ()
    apparatus: tuple[ApparatusEntry, ...] = ()
    discrepancies: tuple[DiscrepancyEntry, ...] = ()


ParagraphId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=40)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class MintedId(Curated):
    """A paragraph's stable id and the hash of the text that carries it now."""

    id: ParagraphId
    text_sha256: Sha256


class GoneId(Curated):
    """An id whose paragraph is no more, and where its words went, if anywhere."""

    id: ParagraphId
    successors: tuple[ParagraphId, ...] = ()


class IdRegistry(Curated):
    """`seed/records/{record}.ids.yaml`: written by `opis mint`, committed with an edited text."""

    record: RecordId
    source_sha256: Sha256
    paragraphs: tuple[MintedId, ...]
    gone: tuple[GoneId, ...] = ()


Locate = Callable[[tuple[str | int, ...]], tuple[int, int]]
"""From the path of a value in a document to its line and column."""

Model = TypeVar("Model", bound=BaseModel)

MAX_DEPTH = 40
MAX_BYTES = 20_000_000
MAX_VALUES = 500_000
"""Keys and values of one file: each takes a thousand bytes of memory while it is read."""


def read_curated(text: str, model: type[Model]) -> tuple[Model, Locate]:
    """Read a YAML text as `model`.

    Gives the model and a function from a value's path to its line and column, for checks that
    come later. Raises SeedError with every complaint: syntax, duplicate keys, aliases and
    tags (refused: nothing here needs them, and aliases can blow up), depth, number, and whatever
    the model does not allow.
    """
    data, locate = read_yaml(text)
    try:
        return model.model_validate(data), locate
    except ValidationError as error:
        raise SeedError(*(_complaint(item, locate) for item in error.errors())) from None


def read_yaml(text: str) -> tuple[Any, Locate]:
    """Read a YAML text as plain data, strings as written, with the way back to lines."""
    if len(text) > MAX_BYTES:
        raise SeedError(Complaint(f"the file is larger than {MAX_BYTES:,} characters"))
    try:
        node = _compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        message = f"not valid YAML: {error.problem or error.context}"
        raise SeedError(Complaint(message, line=line, column=column)) from None
    except yaml.YAMLError as error:
        raise SeedError(Complaint(f"not valid YAML: {error}")) from None
    if node is None:
        raise SeedError(Complaint("the file is empty", expected="a mapping"))
    places: dict[tuple[str | int, ...], tuple[int, int]] = {}
    data = _construct(node, (), places)

    def locate(path: tuple[str | int, ...]) -> tuple[int, int]:
        while path and path not in places:
            path = path[:-1]
        return places.get(path, (1, 1))

    return data, locate


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.1 as PyYAML reads it, but dates and odd booleans stay strings."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _compose(text: str) -> yaml.Node | None:
    depth = values = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.NodeEvent):
            values += 1
            if values > MAX_VALUES:
                raise _refusal(f"more than {MAX_VALUES:,} values: make it several files", event)
            if getattr(event, "tag", None):
                raise _refusal("tags (!name) are not used here", event)
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("aliases (*name) are not used here", event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _refusal(f"nested more than {MAX_DEPTH} deep", event)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return yaml.compose(text, Loader=_Loader)


def _refusal(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    mark = event.start_mark
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)  # type: ignore[arg-type]


_UNKEPT = re.compile(r"[\0\ud800-\udfff]")
"""What escapes in YAML can write and databases cannot hold: NUL, and half characters."""


def _construct(
    node: yaml.Node,
    path: tuple[str | int, ...],
    places: dict[tuple[str | int, ...], tuple[int, int]],
) -> Any:
    places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.ScalarNode) and (bad := _UNKEPT.search(node.value)):
        line, column = places[path]
        message = f"no database keeps the character U+{ord(bad[0]):04X}"
        raise SeedError(Complaint(message, line=line, column=column, expected="text"))
    if isinstance(node, yaml.MappingNode):
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if key in mapping or not key:
                what = f"the key {key!r} stands twice" if key else "a key must be a plain word"
                line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
                raise SeedError(Complaint(what, line=line, column=column))
            mapping[key] = _construct(value_node, (*path, key), places)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return tuple(_construct(item, (*path, i), places) for i, item in enumerate(node.value))
    if node.tag.endswith(":int"):
        try:
            return int(node.value)
        except ValueError:
            return node.value
    return None if node.tag.endswith(":null") else node.value


def _complaint(error: Any, locate: Locate) -> Complaint:
    path = tuple(part for part in error["loc"])
    line, column = locate(path)
    where = ".".join(str(part) for part in path if part not in ("Anchor", "FieldAnchor"))
    message = {
        "extra_forbidden": f"unknown key {path[-1] if path else ''!r}",
        "missing": f"{where} is missing",
    }.get(error["type"], f"{where}: {error['msg']}")
    expected = error.get("ctx", {}).get("expected") or error.get("ctx", {}).get("pattern")
    if error["type"] == "extra_forbidden":
        expected = None
    return Complaint(message, line=line, column=column, expected=expected)


SCHEMAS: dict[str, type[Curated]] = {
    "authorities": AuthorityFile,
    "annotations": AnnotationFile,
    "ids": IdRegistry,
}


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a curated format, by its name in `SCHEMAS`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SCHEMAS[name].model_json_schema(by_alias=True),
    }
