"""TEI exports: exact text, everything in them, and the same record again when they are read.

Records are made up by the machine: any kinds in any order, spans that cross as they like.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from api.loading.build import Built
from api.loading.rows import date_entity_rows, listed_entity_rows, record_rows
from api.parsing.annotations import Edition, nest_mentions
from api.parsing.curated import Rights
from api.parsing.dates import parse_date
from api.parsing.identities import Assigned, mint_ids
from api.parsing.names import date_entity
from api.parsing.tei import (
    Linker,
    ListedEntity,
    TeiDocument,
    Volume,
    VolumePart,
    read_document,
    read_raw_documents,
    survey_tei,
)
from api.parsing.values import (
    AmbiguousName,
    ApparatusItem,
    ApparatusKind,
    Author,
    Certainty,
    Citation,
    Claim,
    Content,
    Contributor,
    Discrepancy,
    EntityKind,
    Export,
    HeaderField,
    Mention,
    Name,
    Origin,
    Paragraph,
    ParagraphKind,
    Place,
    Ref,
    Reference,
    Section,
    SectionManner,
    Segment,
    Tier,
)
from api.queries.whole import WholeRecord
from api.representations.tei import tei_document
from api.representations.urls import Urls
from api.representations.weaving import Span, steps, weave
from api.store import tables
from api.text import sha256_hex
from tests.conftest import Archive, MakeArchive

TEI = "{http://www.tei-c.org/ns/1.0}"
ID = "{http://www.w3.org/XML/1998/namespace}id"

# A record that needs no database


def whole_of(built: Built) -> WholeRecord:
    """The rows of a record as a query would give them."""
    rows = record_rows(built, "0" * 64, "2024-01-01T00:00:00+00:00", 1)
    entities = {**date_entity_rows(built), **listed_entity_rows(built)}

    def of(model: Any) -> list[Any]:
        return [SimpleNamespace(**row) for row in rows.get(tables.core(model).name, [])]

    segments: dict[int, list[Any]] = {}
    for segment in of(tables.MentionSegment):
        segments.setdefault(segment.position, []).append(segment)
    return WholeRecord(
        record=cast(Any, of(tables.Record)[0]),
        paragraphs=of(tables.Paragraph),
        sections=of(tables.Section),
        mentions=of(tables.Mention),
        segments=segments,
        apparatus=of(tables.ApparatusItem),
        discrepancies=of(tables.Discrepancy),
        entities=cast(Any, {name: SimpleNamespace(**row) for name, row in entities.items()}),
    )


def built_of(document: TeiDocument, record: str = "made-up") -> Built:
    """A record as its own export has it."""
    return Built(
        id=record,
        path=f"records/{record}.xml",
        source=b"",
        source_sha256=sha256_hex(""),
        export=document.export,
        citation=document.citation,
        authors=document.authors,
        edition=Edition(
            title=document.export.title,
            summary=document.export.summary,
            citation_verbatim=document.export.citation,
            credits=document.export.credits,
            date_expression=None,
            paragraphs=document.paragraphs,
            sections=document.sections,
            mentions=document.mentions,
            ambiguous=document.ambiguous,
            apparatus=document.apparatus,
            discrepancies=document.discrepancies,
            review=cast(Any, document.review),
        ),
        ids=Assigned(document.ids, ()),
        rights=document.rights,
        rights_origin=document.rights_origin,
        editors=document.editors,
        volume=asdict(document.volume) if document.volume else None,
        entities=document.entities,
    )


def export(document: TeiDocument) -> str:
    """A record's TEI."""
    return tei_document(whole_of(built_of(document)), Urls("https://opis.test"))


def read(xml: str) -> TeiDocument:
    """An export, read again."""
    data = xml.encode()
    survey = survey_tei(data, "made-up")
    (raw,) = read_raw_documents(data, survey)
    return read_document(raw, survey, data, Linker(survey, {}))


def text_of(element: Any) -> str:
    """What stands in an element, by the rule that the exports promise."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{TEI}lb":
            parts.append("\n")
        elif child.tag == f"{TEI}g":
            parts.append(chr(int(child.get("n")[2:], 16)))
        elif child.tag != f"{TEI}corr":
            parts.append(text_of(child))
        parts.append(child.tail or "")
    return "".join(parts)


# Records made up

ENTITIES = (
    ListedEntity(
        "ivanova-anna",
        "person",
        "Anna Ivanova",
        (Name("Anna Ivanova", "full"), Name("Ivanova", "short", "1950", "1955~")),
        "Hydrologist",
        begin="1901",
        end="1977-03-02",
        same_as={"wikidata": "Q42"},
    ),
    ListedEntity("lenaport", "place", "Lenaport", begin="1932"),
    ListedEntity("riverland", "state", "Riverland", (Name("Riverland's", "adjective"),)),
    ListedEntity("dredging-trust", "organisation", "Dredging Trust", same_as={"viaf": "123"}),
    ListedEntity(
        "river-flotilla", "armed_force", "River Flotilla", description="Armed <tugs> & Co"
    ),
    ListedEntity("great-flood", "event", "The Great Flood", begin="1951", end=None),
    ListedEntity("treaty-of-locks", "document", "Treaty of Locks", (Name("the Treaty", "short"),)),
    ListedEntity(
        "date-1951-05", "date", "May 1951", edtf="1951-05", begin="1951-05-01", end="1951-05-31"
    ),
    ListedEntity("date-xxxx-07-01", "date", "1 July", edtf="XXXX-07-01"),
)
KINDS: dict[str, EntityKind] = {entity.id: entity.kind for entity in ENTITIES}

words = st.text(
    st.one_of(
        st.sampled_from("abc XYZ [].()<>&\"'"),
        st.sampled_from("\u0416\u4e2d\U0001f4dc\u0301\xa0\n\t\x0c\x08\ufffe"),
    ),
    min_size=1,
    max_size=40,
)
phrases = st.text(st.sampled_from("abc <>&\"'%\u0416\u4e2d-."), min_size=1, max_size=20).filter(
    str.strip
)
origins = st.sampled_from(get_args(Origin))
certainties: st.SearchStrategy[Certainty | None] = st.sampled_from([None, *get_args(Certainty)])
resps = st.sampled_from([None, "the-editor", "somebody-else"])


@st.composite
def spans(draw: st.DrawFn, paragraphs: list[Paragraph], *, empty: bool = False) -> Segment:
    paragraph = draw(st.sampled_from(paragraphs))
    length = len(paragraph.text)
    start = draw(st.integers(0, length if empty else length - 1))
    end = draw(st.integers(start if empty else start + 1, length))
    return Segment(paragraph.number, start, end, paragraph.text[start:end])


@st.composite
def paragraph_lists(draw: st.DrawFn) -> list[Paragraph]:
    kinds = draw(st.lists(st.sampled_from(get_args(ParagraphKind)), min_size=1, max_size=12))
    content = draw(st.sampled_from([None, "one"]))
    made = [
        Paragraph(
            number,
            cast(ParagraphKind, kind),
            draw(words),
            0,
            0,
            content,
            draw(phrases) if kind == "speech" else None,
        )
        for number, kind in enumerate(kinds, 1)
    ]
    for at in draw(st.sets(st.integers(0, len(made) - 1), max_size=2)):
        if at + 1 < len(made) and made[at].continued_by is None and made[at + 1].continues is None:
            made[at] = replace(made[at], continued_by=at + 2)
            made[at + 1] = replace(made[at + 1], continues=at + 1)
    if content and draw(st.booleans()):
        made[-1] = replace(made[-1], content="two")
    return made


@st.composite
def outlines(draw: st.DrawFn, last: int) -> list[Section]:
    """Any tree of sections over paragraphs 1 to `last`; not every paragraph need be in one."""
    made: list[Section] = []

    def divide(first: int, last: int, parent: str | None, level: int) -> None:
        at = first
        while at <= last and level < 4 and len(made) < 8:
            at = draw(st.integers(at, last))
            end = draw(st.integers(at, last))
            if draw(st.booleans()):
                name = f"part-{len(made)}.x"
                made.append(
                    Section(
                        id=name,
                        title=draw(phrases),
                        kind=draw(st.sampled_from(["part", "sign_off", "two words", "50 % done"])),
                        level=level,
                        first=at,
                        last=end,
                        layer=draw(st.sampled_from([None, "voice"])),
                        parent=parent,
                        origin=draw(origins),
                        resp=draw(resps),
                        date=draw(dates),
                        sender=draw(st.sampled_from([None, "ivanova-anna", "A clerk"])),
                        addressees=draw(st.sampled_from([(), ("dredging-trust", "All <ports>")])),
                        manner=draw(st.sampled_from([None, SectionManner(recorded_by="A clerk")])),
                    )
                )
                divide(at, end, name, level + 1)
            at = end + 1

    divide(1, last, None, 1)
    return made


dates = st.sampled_from(
    [
        None,
        *map(parse_date, ["19 May 1951", "May 1951", "1950s", "spring", "before 1957", "1 July"]),
    ]
)


@st.composite
def mentions(draw: st.DrawFn, paragraphs: list[Paragraph]) -> list[Mention]:
    made = []
    for _ in range(draw(st.integers(0, 8))):
        entity = draw(st.sampled_from([None, *KINDS]))
        kind = KINDS[entity] if entity else draw(st.sampled_from(get_args(EntityKind)))
        first = draw(spans(paragraphs))
        segments = [first]
        if draw(st.booleans()) and first.paragraph < len(paragraphs):
            after = paragraphs[first.paragraph]
            end = draw(st.integers(1, len(after.text)))
            segments.append(Segment(after.number, 0, end, after.text[:end]))
        full: tuple[Segment, ...] = ()
        if draw(st.booleans()):
            whole = paragraphs[first.paragraph - 1].text
            full = (Segment(first.paragraph, 0, first.end, whole[: first.end]), *segments[1:])
        made.append(
            Mention(
                entity,
                kind,
                draw(st.sampled_from(get_args(Ref))),
                tuple(segments),
                draw(st.sampled_from(get_args(Tier))),
                draw(origins),
                full,
                None,
                draw(certainties),
                draw(resps),
                draw(st.none() | phrases),
            )
        )
    nested = nest_mentions(made)
    if draw(st.booleans()):
        nested = tuple(replace(mention, parent=None) for mention in nested)
    return list(nested)


@st.composite
def apparatus(draw: st.DrawFn, paragraphs: list[Paragraph]) -> list[ApparatusItem]:
    made = []
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(get_args(ApparatusKind)))
        span = draw(spans(paragraphs, empty=True))
        made.append(
            ApparatusItem(
                kind,
                span.paragraph,
                span.start,
                span.end,
                span.quote,
                draw(origins),
                draw(st.none() | phrases),
                draw(st.none() | phrases) if kind != "page_break" else None,
                draw(certainties),
                draw(resps),
            )
        )
    made.sort(key=lambda item: (item.paragraph or 0, item.start, -item.end))
    if draw(st.booleans()):
        made.append(ApparatusItem("query", None, 0, 2, "Ti", "curated", "?", field="title"))
    return made


@st.composite
def records(draw: st.DrawFn) -> TeiDocument:
    """A record of any shape that the model allows."""
    paragraphs = draw(paragraph_lists())
    marks = draw(apparatus(paragraphs))
    doubtful = draw(spans(paragraphs))
    place = draw(spans(paragraphs))
    claim = Place(place.quote, place.start, place.end, place.paragraph)
    reference = Reference(
        "Yearbook, 1960, p. 3", True, "printed", {"title": "Y", "pages": {"from": "3", "to": "4"}}
    )
    return TeiDocument(
        export=Export(
            title=draw(phrases),
            date=draw(dates),
            summary=draw(st.none() | st.just("One.\n\nTwo & <three>.")),
            credits=draw(st.none() | phrases),
            languages=draw(st.sampled_from([(), ("Russian", "Elvish")])),
            other_fields=(HeaderField("Donor", draw(phrases), 0, 0),),
            contents=(
                Content("one", "Translation - English", "translation", "English", True),
                Content("two", "Scan", "scan", None, False),
            ),
            unread=("what nobody read",),
        ),
        citation=draw(
            st.sampled_from(
                [
                    None,
                    Citation(
                        "", reference=reference, contributors=(Contributor("E. D.", "editor"),)
                    ),
                ]
            )
        ),
        authors=draw(st.sampled_from([(), (Author("A. Ivanova"),)])),
        paragraphs=tuple(paragraphs),
        sections=tuple(draw(outlines(len(paragraphs)))),
        mentions=tuple(draw(mentions(paragraphs))),
        apparatus=tuple(marks),
        entities=ENTITIES,
        rights=draw(
            st.sampled_from(
                [None, Rights(text="Ask first", statement="CC0", url="https://x.test/a b")]
            )
        ),
        rights_origin="curated",
        volume=draw(
            st.sampled_from(
                [None, Volume("v1", "Volume One", (VolumePart("c1", "a part", "One"),))]
            )
        ),
        is_own=True,
        ambiguous=(AmbiguousName((doubtful,), ("ivanova-anna", "nobody"), "two of them"),),
        discrepancies=(
            Discrepancy(
                "dates",
                "two kinds",
                "They differ.",
                (Claim("one", (claim,)), Claim("other", (Place("Ti", 0, 2, field="title"),))),
                draw(origins),
                draw(st.none() | phrases),
                draw(resps),
            ),
        ),
        ids=tuple(mint_ids([paragraph.text for paragraph in paragraphs])),
        editors=(("the-editor", "The Editor"),),
        review=draw(st.sampled_from(["unreviewed", "in_progress", "reviewed", "outdated"])),
    )


# Properties


@given(records())
@settings(max_examples=100, deadline=None)
def test_an_export_read_and_exported_again_is_the_same(record: TeiDocument) -> None:
    first = export(record)
    assert export(read(first)) == first


@given(records())
@settings(max_examples=60, deadline=None)
def test_the_text_of_each_paragraph_is_exact(record: TeiDocument) -> None:
    tree = etree.fromstring(export(record).encode())
    elements = {element.get(ID): element for element in tree.iter() if element.get(ID)}
    for name, paragraph in zip(record.ids, record.paragraphs, strict=True):
        assert text_of(elements[name]) == paragraph.text


@given(records())
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_on_the_way(record: TeiDocument) -> None:
    again = read(export(record))
    assert again.sections == record.sections
    assert again.ids == record.ids
    assert again.ambiguous == record.ambiguous
    assert again.discrepancies == record.discrepancies
    assert {e.id: e for e in again.entities} == {
        e.id: e for e in record.entities if e.id in {one.id for one in again.entities}
    }
    plain = [replace(p, source_start=0, source_end=0) for p in again.paragraphs]
    assert plain == [replace(p, content=p.content) for p in record.paragraphs]
    assert sorted(map(repr, again.apparatus)) == sorted(map(repr, record.apparatus))
    assert _without_parents(again) == _without_parents(record)


def _without_parents(record: TeiDocument) -> list[str]:
    mentions = record.mentions
    return sorted(
        repr((replace(one, parent=None), one.parent is not None and mentions[one.parent].segments))
        for one in mentions
    )


@given(records())
@settings(max_examples=60, deadline=None)
def test_every_pointer_in_an_export_points_to_something(record: TeiDocument) -> None:
    tree = etree.fromstring(export(record).encode())
    names = [element.get(ID) for element in tree.iter() if element.get(ID)]
    assert len(names) == len(set(names))
    for element in tree.iter():
        for attribute in ("ref", "next", "prev", "corresp", "resp", "target", "ana"):
            for pointer in (element.get(attribute) or "").split():
                assert not pointer.startswith("#") or pointer[1:] in names, pointer


# Weaving

small_spans = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 2), st.booleans()).map(
        lambda one: Span(min(one[:2]), max(one[:2]), one[2], one[3])
    ),
    max_size=12,
)


@given(small_spans)
def test_woven_fragments_nest_and_make_up_their_spans(some: list[Span]) -> None:
    fragments = weave(some)
    depth: list[int] = []
    for step in steps(fragments):
        if step.what == "open":
            assert not depth or step.fragment.end <= depth[-1]
            depth.append(step.fragment.end)
        else:
            assert depth.pop() == step.offset
    for at, span in enumerate(some):
        pieces = [one for one in fragments if one.span == at]
        assert [one.number for one in pieces] == list(range(len(pieces)))
        assert pieces[0].start == span.start
        assert pieces[-1].end == span.end
        assert all(a.end == b.start for a, b in pairwise(pieces))


@given(small_spans)
def test_a_span_that_holds_is_cut_only_by_another_that_holds(some: list[Span]) -> None:
    fragments = weave(some)
    for at, span in enumerate(some):
        crossed = any(
            (other.holds and (other.start < span.start < other.end < span.end))
            or (other.holds and (span.start < other.start < span.end < other.end))
            for other in some
        )
        if span.holds and not crossed:
            assert sum(one.span == at for one in fragments) == 1


def test_many_crossing_spans_are_woven() -> None:
    fragments = weave([Span(at, at + 3) for at in range(20_000)])
    assert {fragment.span for fragment in fragments} == set(range(20_000))


# Over HTTP


def test_a_record_answers_as_tei(archive: Archive) -> None:
    response = archive.client.get("/v1/records/209712.tei.xml")
    assert response.headers["content-type"] == "application/tei+xml"
    tree = etree.fromstring(response.content)
    assert tree.findtext(f".//{TEI}titleStmt/{TEI}title") == archive.record("209712")["title"]
    negotiated = archive.client.get("/v1/records/209712", headers={"Accept": "application/tei+xml"})
    assert negotiated.content == response.content
    assert negotiated.headers["content-location"].endswith("/v1/records/209712.tei.xml")


def test_paragraphs_that_a_page_break_cut_point_to_each_other(archive: Archive) -> None:
    tree = etree.fromstring(archive.client.get("/v1/records/209712.tei.xml").content)
    first, second = (archive.record("209712", f"/paragraphs/{n}")["id"] for n in (23, 24))
    elements = {element.get(ID): element for element in tree.iter() if element.get(ID)}
    assert (elements[first].get("part"), elements[first].get("next")) == ("I", f"#{second}")
    assert (elements[second].get("part"), elements[second].get("prev")) == ("F", f"#{first}")
    assert elements[first].getnext().tag == f"{TEI}pb"


def test_a_name_cut_by_a_page_break_is_one_chain(archive: Archive) -> None:
    tree = etree.fromstring(archive.client.get("/v1/records/209712.tei.xml").content)
    mention = archive.mention("209712", paragraph=48, quote="People's Republic of China")
    elements = {element.get(ID): element for element in tree.iter() if element.get(ID)}
    head = elements[mention["id"]]
    tail = elements[head.get("next")[1:]]
    assert head.get("ref") == f"#e.{mention['entity']['id']}"
    assert f"{text_of(head)} {text_of(tail)}" == mention["quote"]


def test_brackets_are_kept_and_corrections_stand_beside(archive: Archive) -> None:
    tree = etree.fromstring(archive.client.get("/v1/records/209712.tei.xml").content)
    assert "[we]" in [text_of(one) for one in tree.iter(f"{TEI}supplied")]
    choices = {
        text_of(one.find(f"{TEI}sic")): one.findtext(f"{TEI}corr")
        for one in tree.iter(f"{TEI}choice")
    }
    items = archive.record("209712", "/apparatus", kind="slip")["items"]
    wanted = {item["quote"]: item["correction"] for item in items if item["correction"]}
    assert {text: corr or "" for text, corr in choices.items()} == wanted
    notes = [one for one in tree.iter(f"{TEI}note") if one.get("type") == "instruction"]
    assert "(Give appropriate reasoning)" in [text_of(note) for note in notes]


@pytest.mark.parametrize(
    ("kind", "place"),
    [("curated", "notesStmt/{0}note[@type='discrepancy']"), ("rights", "availability/{0}licence")],
)
def test_the_header_carries_what_is_known(archive: Archive, kind: str, place: str) -> None:
    tree = etree.fromstring(archive.client.get("/v1/records/209712.tei.xml").content)
    assert tree.findall(f".//{TEI}" + place.format(TEI)), kind


def test_what_was_exported_loads_as_the_same_record(
    archive: Archive, make_archive: MakeArchive
) -> None:
    first = archive.client.get("/v1/records/209712.tei.xml").text
    second = make_archive({"records/209712.xml": first})
    assert second.report.complaints == []
    again = second.client.get("/v1/records/209712.tei.xml").text
    source = [line for line in first.splitlines() if 'subtype="source"' in line]
    assert len(source) == 1
    changed = [
        (one, other)
        for one, other in zip(first.splitlines(), again.splitlines(), strict=True)
        if one != other
    ]
    assert [one for one, _ in changed] == source
    for part in ("paragraphs", "outline", "mentions", "apparatus", "discrepancies"):
        mine, theirs = archive.record("209712", f"/{part}"), second.record("209712", f"/{part}")
        for answer in (mine, theirs):
            for item in answer["items"]:
                for name in ("source_start", "source_end"):
                    item.pop(name, None)
        assert mine == theirs, part


def test_a_date_mentioned_without_a_year_is_in_the_lists() -> None:
    date = parse_date("1 July")
    assert date is not None
    assert date_entity(date)[0] in KINDS
