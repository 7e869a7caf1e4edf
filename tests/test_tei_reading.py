"""TEI as a source, on small volumes and editions of our own in the forms that archives use."""

from __future__ import annotations

import re
import tracemalloc
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import SeedError
from api.parsing.curated import Authority, NameEntry, SameAs
from api.parsing.tei import (
    Linker,
    Survey,
    TeiDocument,
    read_document,
    read_raw_documents,
    survey_tei,
)
from api.parsing.tei.merging import add_apparatus, add_mentions
from api.parsing.tei.text import read_text
from api.parsing.tei.xml import MAX_DEPTH, Node, Offsets
from api.parsing.values import ApparatusItem, EntityKind, Mention, Segment
from tests.conftest import MakeArchive, write_seed

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0">'
VOLUME_HEADER = """
<teiHeader><fileDesc>
<titleStmt>
<title type="complete">Papers on the Lena Canal, 1951–1953, Volume II</title>
<title type="series">Papers on the Lena Canal</title>
<editor>Petra Lind</editor>
</titleStmt>
<publicationStmt><publisher>Canal Press</publisher><pubPlace>Lenaport</pubPlace><date>1971</date>
</publicationStmt>
<sourceDesc><p>Released 1971 as printed book</p></sourceDesc>
</fileDesc></teiHeader>
"""
FRONT = """
<front><div type="section" xml:id="terms"><head>Abbreviations</head><list>
<item><hi rend="strong"><term xml:id="t_DT1">DT</term></hi>, Dredging Trust</item>
</list></div>
<div type="section" xml:id="persons"><head>List of Persons</head><list type="names">
<item><hi>Editor’s Note</hi>. Nobody else is listed.</item>
<item><hi rend="strong"><persName xml:id="p_IA1">Ivanova, Anna</persName>,</hi> hydrologist
from 1951</item>
<item><persName xml:id="p_ON1">Orlov, Nikita</persName>, Minister of Canals</item>
</list></div></front>
"""
LETTER = """<div type="document" xml:id="d1" n="1">
<head>1. Letter From the Hydrologist (<persName corresp="#p_IA1" type="from">Ivanova</persName>) to
the <gloss type="to">Minister of Canals</gloss><note n="1" xml:id="d1fn1" type="source">Source:
Canal Archive, Box 7. Secret.</note></head>
<dateline><hi rend="italic"><placeName>Lenaport</placeName>, <date when="1951-05-19T09:00:00">May
19, 1951, 9 a.m</date></hi>.</dateline>
<p>The water, Minister <persName corresp="#p_ON1">Orlov</persName>, is rising.<note n="2"
xml:id="d1fn2">So it was on the 18th, when <persName corresp="#p_IA1">Miss Ivanova</persName>
measured 4 &lt; 5 m.</note> The <gloss target="#t_DT1">DT</gloss> must <pb xml:id="pg_5" n="5"/>stop
[<hi>at once</hi>] — «стой» 📜.</p>
<closer><signed><persName corresp="#p_IA1">A. Ivanova</persName></signed></closer>
</div>"""
MEMORANDUM = """<div type="document" xml:id="d2" n="2">
<head>2. Memorandum</head>
<p rend="flushleft">Secret<lb/>Priority</p>
<p>Present were <list><item>Mr. <persName>Smith</persName>;</item><item>the clerk.</item></list></p>
<p>All agreed.</p>
</div>"""


def volume(*documents: str, front: str = FRONT, header: str = VOLUME_HEADER) -> str:
    """A volume of documents, as the makers of documentary series tag them."""
    inside = "\n".join(documents)
    return (
        f"{HEAD}{header}<text>{front}<body><div type='chapter' xml:id='ch1'>"
        f"<head>The Flood<note>A chapter.</note></head><pb n='4'/>\n{inside}</div></body></text></TEI>"
    )


def edition(body: str, header: str = "", front: str = "") -> str:
    """An edition of one text."""
    title = "<fileDesc><titleStmt><title>A Letter</title></titleStmt>{}</fileDesc>"
    header = title.format(header) if "fileDesc" not in header else header
    return f"{HEAD}<teiHeader>{header}</teiHeader><text>{front}<body>{body}</body></text></TEI>"


def read_all(
    text: str, stem: str = "lena", authorities: dict[str, Authority] | None = None
) -> tuple[Survey, list[TeiDocument], list[bytes]]:
    """Every document of a file, with its source."""
    data = text.encode()
    survey = survey_tei(data, stem)
    link = Linker(survey, authorities or {})
    raw = list(read_raw_documents(data, survey))
    return survey, [read_document(one, survey, data, link) for one in raw], [r.source for r in raw]


def read_one(body: str, **more: Any) -> TeiDocument:
    """The one document of an edition."""
    _, (document,), _ = read_all(edition(body), **more)
    return document


def lines(document: TeiDocument) -> list[tuple[str, str]]:
    """Kinds and texts of the paragraphs."""
    return [(paragraph.kind, paragraph.text) for paragraph in document.paragraphs]


def quotes(document: TeiDocument) -> list[tuple[str, str, str | None]]:
    """What is mentioned, in the order of the text."""
    return [(one.kind, one.quote, one.entity) for one in document.mentions]


# Volumes


def test_each_document_of_a_volume_becomes_a_record() -> None:
    survey, documents, sources = read_all(volume(LETTER, MEMORANDUM))
    assert [place.record for place in survey.documents if place] == ["lena-d1", "lena-d2"]
    assert [source.decode() for source in sources] == [LETTER, MEMORANDUM]
    letter, memorandum = documents
    assert letter.export.title == "Letter From the Hydrologist (Ivanova) to the Minister of Canals"
    assert memorandum.export.title == "Memorandum"
    assert letter.volume is not None
    assert letter.volume.title == "Papers on the Lena Canal, 1951–1953, Volume II"
    assert [(part.id, part.title) for part in letter.volume.within] == [("ch1", "The Flood")]


def test_footnotes_follow_the_paragraph_that_they_belong_to() -> None:
    _, (letter, _), _ = read_all(volume(LETTER, MEMORANDUM))
    assert lines(letter) == [
        ("heading", "1. Letter From the Hydrologist (Ivanova) to the Minister of Canals"),
        ("note", "Source: Canal Archive, Box 7. Secret."),
        ("dateline", "Lenaport, May 19, 1951, 9 a.m."),
        (
            "paragraph",
            "The water, Minister Orlov, is rising. The DT must stop [at once] — «стой» 📜.",
        ),
        ("note", "So it was on the 18th, when Miss Ivanova measured 4 < 5 m."),
        ("signature", "A. Ivanova"),
    ]


def test_lists_inside_a_paragraph_part_it() -> None:
    _, (_, memorandum), _ = read_all(volume(LETTER, MEMORANDUM))
    assert lines(memorandum)[1:] == [
        ("paragraph", "Secret\nPriority"),
        ("paragraph", "Present were"),
        ("list_item", "Mr. Smith;"),
        ("list_item", "the clerk."),
        ("paragraph", "All agreed."),
    ]


def test_names_point_to_the_entities_of_the_list_of_persons() -> None:
    _, (letter, memorandum), _ = read_all(volume(LETTER, MEMORANDUM))
    assert quotes(letter) == [
        ("person", "Ivanova", "lena-p-ia1"),
        ("place", "Lenaport", None),
        ("date", "May 19, 1951, 9 a.m", "date-1951-05-19"),
        ("person", "Orlov", "lena-p-on1"),
        ("person", "Miss Ivanova", "lena-p-ia1"),
        ("person", "A. Ivanova", "lena-p-ia1"),
    ]
    assert quotes(memorandum) == [("person", "Smith", None)]
    assert {one.origin for one in letter.mentions} == {"source"}
    ivanova = next(one for one in letter.entities if one.id == "lena-p-ia1")
    assert (ivanova.label, ivanova.description) == ("Ivanova, Anna", "hydrologist from 1951")


def test_who_wrote_to_whom_and_when_stands_at_the_outline() -> None:
    _, (letter, _), _ = read_all(volume(LETTER, MEMORANDUM))
    (section,) = letter.sections
    assert (section.id, section.kind, section.first, section.last) == ("d1", "document", 1, 6)
    assert (section.sender, section.addressees) == ("lena-p-ia1", ("Minister of Canals",))
    assert section.date is not None
    assert letter.export.date == section.date
    assert (section.date.edtf, section.date.expression) == ("1951-05-19", "May 19, 1951, 9 a.m")


def test_a_document_is_cited_by_the_pages_of_its_book() -> None:
    _, (letter, memorandum), _ = read_all(volume(LETTER, MEMORANDUM))
    assert letter.citation is not None
    assert memorandum.citation is not None
    assert letter.citation.provenance == ("Source: Canal Archive, Box 7. Secret.",)
    reference = letter.citation.reference
    assert reference is not None
    assert memorandum.citation.reference is not None
    assert reference.parts["pages"] == {"from": "4", "to": "5"}
    assert reference.as_written.endswith("Lenaport: Canal Press, 1971, pp. 4–5")
    assert memorandum.citation.reference.as_written.endswith(", p. 5")


def test_page_breaks_stand_where_the_page_ends() -> None:
    _, (letter, _), _ = read_all(volume(LETTER, MEMORANDUM))
    (mark,) = letter.apparatus
    assert (mark.kind, mark.note, mark.origin) == ("page_break", "5", "source")
    text = letter.paragraphs[(mark.paragraph or 0) - 1].text
    assert text[: mark.start].endswith("must")


def test_abbreviations_come_with_what_they_stand_for() -> None:
    _, (letter, memorandum), _ = read_all(volume(LETTER, MEMORANDUM))
    assert [(one.label, one.value) for one in letter.export.other_fields] == [
        ("Abbreviations", "DT: Dredging Trust")
    ]
    assert memorandum.export.other_fields == ()


def test_paragraphs_say_where_in_the_source_they_stand() -> None:
    _, documents, sources = read_all(volume(LETTER, MEMORANDUM))
    for document, source in zip(documents, sources, strict=True):
        decoded = source.decode()
        for paragraph in document.paragraphs:
            slice_ = decoded[paragraph.source_start : paragraph.source_end]
            words = re.sub(r"<note.*?</note>", "", slice_, flags=re.DOTALL)
            words = re.sub(r"<[^>]*>", " ", words).replace("&lt;", "<")
            assert "".join(words.split()) == "".join(paragraph.text.split())


def test_an_identifier_that_stands_twice_is_told_and_not_linked() -> None:
    twice = FRONT.replace('xml:id="p_ON1"', 'xml:id="p_IA1"')
    survey, (letter,), _ = read_all(volume(LETTER, front=twice))
    (complaint,) = survey.complaints
    assert complaint.severity == "warning"
    assert "'p_IA1' stands again (line 21)" in complaint.message
    assert {one.entity for one in letter.mentions if one.kind == "person"} == {None}


def test_a_document_that_stands_twice_is_an_error_and_the_first_is_taken() -> None:
    survey, documents, _ = read_all(volume(LETTER, LETTER, MEMORANDUM))
    assert [place and place.record for place in survey.documents] == ["lena-d1", None, "lena-d2"]
    assert len(documents) == 2
    errors = [one for one in survey.complaints if one.severity == "error"]
    assert "'d1' stands twice" in errors[0].message


def test_many_complaints_are_counted_rather_than_listed() -> None:
    notes = "".join(f'<p xml:id="x{n}">a</p><p xml:id="x{n}">b</p>' for n in range(80))
    survey = survey_tei(edition(notes).encode(), "many")
    assert len(survey.complaints) == 51
    assert "30 more" in survey.complaints[-1].message


def test_lists_may_stand_behind_the_text_that_points_to_them() -> None:
    late = volume(LETTER, front="").replace("</body>", f"</body><back>{FRONT[8:-9]}</back>")
    _, (letter,), _ = read_all(late)
    assert ("person", "Orlov", "lena-p-on1") in quotes(letter)


def test_a_volume_is_read_in_little_memory_and_time() -> None:
    words = escape("Water rose & fell <again>. ") * 40
    filler = "".join(f"<p>{words}<note n='{n}'>See above.</note></p>" for n in range(6))
    documents = [
        f'<div type="document" xml:id="d{n}" n="{n}"><head>{n}. Note</head>{filler}</div>'
        for n in range(400)
    ]
    data = volume(*documents).encode()
    assert len(data) > 3_000_000
    tracemalloc.start()
    survey = survey_tei(data, "lena")
    link = Linker(survey, {})
    count = 0
    for raw in read_raw_documents(data, survey):
        count += len(read_document(raw, survey, data, link).paragraphs)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 400 * 13
    assert peak < 2_000_000


# Editions


def test_a_header_is_read() -> None:
    header = """<fileDesc><titleStmt><title>A Letter</title><author>Anna Ivanova</author>
    <respStmt><resp>translator</resp><name>Petra Lind</name></respStmt></titleStmt>
    <publicationStmt><availability><licence target="https://example.org/by">Free to use.</licence>
    </availability></publicationStmt>
    <sourceDesc><msDesc><msIdentifier><repository>Canal Archive</repository>
    <idno>Box 7</idno></msIdentifier></msDesc></sourceDesc></fileDesc>
    <profileDesc><abstract><p>Of  the flood.</p></abstract>
    <creation><date when="1951-05">May 1951</date></creation>
    <langUsage><language ident="ru"/></langUsage></profileDesc>"""
    _, (document,), _ = read_all(edition("<p>Text.</p>", header))
    export, citation = document.export, document.citation
    assert (export.title, export.summary) == ("A Letter", "Of the flood.")
    assert export.languages == ("Russian",)
    assert export.date is not None
    assert export.date.edtf == "1951-05"
    assert [author.name for author in document.authors] == ["Anna Ivanova"]
    assert document.rights is not None
    assert (document.rights.text, document.rights.url) == ("Free to use.", "https://example.org/by")
    assert citation is not None
    assert citation.reference is not None
    assert citation.reference.as_written == "Canal Archive, Box 7"
    assert citation.contributors[0].role == "translator"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "<opener><dateline>Lenaport, May</dateline><salute>Dear Minister,</salute></opener>"
            "<p>Water.</p><closer>Yours,<signed>Anna</signed></closer>",
            [
                ("dateline", "Lenaport, May"),
                ("salutation", "Dear Minister,"),
                ("paragraph", "Water."),
                ("signature", "Yours,"),
                ("signature", "Anna"),
            ],
        ),
        (
            "<list><head>Present</head><label>1</label><item>Anna</item><item>Nikita</item></list>",
            [("heading", "Present"), ("list_item", "1 Anna"), ("list_item", "Nikita")],
        ),
        (
            "<table><row><cell>May</cell><cell/><cell>4 m</cell></row><row><cell>June</cell></row>"
            "</table>",
            [("list_item", "May\t4 m"), ("list_item", "June")],
        ),
        (
            "<sp><speaker>Anna:</speaker><p>It rises.</p><p>Still.</p></sp>",
            [("speech", "Anna: It rises."), ("speech", "Still.")],
        ),
        (
            "<lg><l>Water, water,</l>\n<l>everywhere</l></lg>",
            [("paragraph", "Water, water,\neverywhere")],
        ),
        ("<p>dread<lb break='no'/>ful</p>", [("paragraph", "dreadful")]),
        (
            "<p>a <choice><abbr>Cde.</abbr><expan>Comrade</expan></choice> b</p>",
            [("paragraph", "a Cde. b")],
        ),
        ("<p>a <app><lem>lock</lem><rdg>loch</rdg></app></p>", [("paragraph", "a lock")]),
        (
            "<quote><p>Said.</p></quote><p>So <quote>he</quote>.</p>",
            [("paragraph", "Said."), ("paragraph", "So he.")],
        ),
        ("<p>One<!-- not this --> two<?nor this?>.</p>", [("paragraph", "One two.")]),
        ("<p>A<note place='inline'> (sic)</note> B</p>", [("paragraph", "A (sic) B")]),
        ("<p><![CDATA[a < b]]></p>", [("paragraph", "a < b")]),
        (
            "<div><head>I</head><p/></div><p>\n \n</p><div><p>x</p></div>",
            [("heading", "I"), ("paragraph", "x")],
        ),
        ("<ab type='stamp'>SECRET</ab><fw>12</fw>", [("stamp", "SECRET"), ("page_mark", "12")]),
        ("<note>A<p>B</p></note><p>C</p>", [("note", "A"), ("note", "B"), ("paragraph", "C")]),
    ],
)
def test_tagging_tells_what_paragraphs_are(body: str, expected: list[tuple[str, str]]) -> None:
    assert lines(read_one(body)) == expected


def test_lines_of_the_page_are_no_lines_of_the_text() -> None:
    prose = "<lb/>".join(["The water of the river rose over all the meadows and"] * 4)
    (paragraph,) = read_one(f"<p>{prose}</p>").paragraphs
    assert "\n" not in paragraph.text


def test_a_speaker_is_named() -> None:
    document = read_one("<sp><speaker>Anna</speaker><p>It rises.</p></sp>")
    assert document.paragraphs[0].speaker == "Anna"


@pytest.mark.parametrize(
    ("body", "kind", "quote", "note", "correction"),
    [
        ("a <supplied reason='lost'>lock</supplied> b", "supplied", "lock", "lost", None),
        ("a <unclear>lock</unclear> b", "uncertain", "lock", None, None),
        ("a <sic>lok</sic> b", "sic", "lok", None, None),
        ("a <choice><sic>lok</sic><corr>lock</corr></choice> b", "slip", "lok", None, "lock"),
        ("a<gap reason='illegible'/> b", "omission", "", "illegible", None),
        ("a <del>lock</del> b", "omission", "", "deleted: lock", None),
    ],
)
def test_editorial_tags_become_apparatus(
    body: str, kind: str, quote: str, note: str | None, correction: str | None
) -> None:
    document = read_one(f"<p>{body}</p>")
    (item,) = document.apparatus
    assert (item.kind, item.quote, item.note, item.correction) == (kind, quote, note, correction)
    assert document.paragraphs[0].text[item.start : item.end] == quote


def test_paragraphs_go_on_where_the_source_says_so() -> None:
    document = read_one(
        '<p xml:id="a" part="I" next="#b">The</p><pb/><p xml:id="b" part="F">end</p>'
    )
    assert (document.paragraphs[0].continued_by, document.paragraphs[1].continues) == (2, 1)


PEOPLE = """<listPerson>
<person xml:id="ia"><persName>Anna Ivanova</persName><birth when="1901"/><note>Hydrologist</note>
<idno type="wikidata">https://www.wikidata.org/wiki/Q42</idno></person></listPerson>
<listPlace><place xml:id="rl" type="country"><placeName>Riverland</placeName></place></listPlace>
<listOrg><org xml:id="dt"><orgName>Dredging Trust</orgName></org></listOrg>"""


def test_formal_lists_describe_entities() -> None:
    text = edition(
        "<p><persName ref='#ia'>Anna</persName> of <placeName ref='#rl'>Riverland</placeName></p>"
    )
    _, (document,), _ = read_all(text.replace("<text>", f"<standOff>{PEOPLE}</standOff><text>"))
    assert quotes(document) == [
        ("person", "Anna", "lena-ia"),
        ("state", "Riverland", "lena-rl"),
    ]
    (anna, _) = document.entities
    assert (anna.begin, anna.description, dict(anna.same_as)) == (
        "1901",
        "Hydrologist",
        {"wikidata": "Q42"},
    )


ANNA = Authority(
    id="ivanova-anna",
    kind="person",
    label="Anna Ivanova",
    names=(NameEntry(text="Anna Ivanova"),),
    same_as=SameAs(wikidata="Q42"),
)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("https://www.wikidata.org/entity/Q42", "ivanova-anna"),
        ("#ivanova-anna", "ivanova-anna"),
        ("ivanova-anna", "ivanova-anna"),
        ("#ia", "ivanova-anna"),
        ("https://www.wikidata.org/entity/Q43", None),
        ("#ivanova", None),
        ("Anna Ivanova", None),
        ("other.xml#ia", None),
    ],
)
def test_only_identical_identifiers_link_to_authorities(pointer: str, expected: str | None) -> None:
    text = edition(f"<p><persName ref='{pointer}'>Anna Ivanova</persName></p>")
    text = text.replace("<text>", f"<standOff>{PEOPLE}</standOff><text>")
    _, (document,), _ = read_all(text, authorities={ANNA.id: ANNA})
    assert [one.entity for one in document.mentions] == [expected]


def test_a_name_that_points_to_two_is_left_open_and_reported() -> None:
    text = edition("<p><rs type='person' ref='#ia #dt'>they</rs></p>")
    _, (document,), _ = read_all(text.replace("<text>", f"<standOff>{PEOPLE}</standOff><text>"))
    assert [one.entity for one in document.mentions] == [None]
    assert document.ambiguous[0].candidates == ("lena-ia", "lena-dt")


# What rules find beside what is tagged


def _mention(
    start: int, end: int, kind: EntityKind, entity: str | None, *, tagged: bool
) -> Mention:
    origin, tier = ("source", "editor") if tagged else ("derived", "full_name")
    segment = Segment(1, start, end, "x" * (end - start))
    return Mention(entity, kind, "name", (segment,), tier, origin)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tagged", "found", "kept"),
    [
        ((0, 5, "person", "a"), (0, 5, "person", "b"), ["a"]),
        ((0, 5, "person", None), (0, 5, "person", "b"), [None]),
        ((0, 5, "place", None), (0, 5, "place", "b"), ["b"]),
        ((0, 5, "person", "a"), (3, 8, "place", "b"), ["a"]),
        ((0, 9, "person", "a"), (3, 8, "place", "b"), ["a"]),
        ((0, 9, "organisation", None), (3, 8, "place", "b"), [None, "b"]),
        ((3, 8, "place", "a"), (0, 9, "organisation", "b"), ["b", "a"]),
        ((0, 5, "person", "a"), (5, 8, "place", "b"), ["a", "b"]),
    ],
)
def test_what_is_tagged_is_kept_and_rules_fill_in_around_it(
    tagged: tuple[Any, ...], found: tuple[Any, ...], kept: list[str | None]
) -> None:
    mentions = add_mentions([_mention(*tagged, tagged=True)], [_mention(*found, tagged=False)])
    assert [one.entity for one in mentions] == kept


def test_brackets_inside_what_the_source_marks_are_not_marked_again() -> None:
    tagged = [ApparatusItem("supplied", 1, 2, 8, "[lock]", "source")]
    found = [ApparatusItem("supplied", 1, 2, 8, "[lock]"), ApparatusItem("sic", 1, 9, 14, "[SIC]")]
    assert [one.kind for one in add_apparatus(tagged, found)] == ["supplied", "sic"]


# What is refused


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEAD}<text>", "not well-formed"),
        ("<html/>", "the root element is html"),
        ("<TEI.2/>", "the root element is TEI.2"),
        (f"{HEAD}<text/></TEI>", "no teiHeader"),
        (edition("<pb/>"), "a document without text"),
        (
            '<!DOCTYPE TEI [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + edition("&x;")[39:],
            "document type",
        ),
        ('<!DOCTYPE TEI SYSTEM "tei.dtd">' + edition("<p>&mdash;</p>")[39:], "&mdash;"),
        (edition("<p>&mdash;</p>"), "not well-formed"),
        (edition("<hi>" * 200 + "x" + "</hi>" * 200), f"more than {MAX_DEPTH} deep"),
        (
            HEAD.replace("UTF-8", "ISO-8859-1") + edition("<p>x</p>")[85:],
            "declared to be in ISO-8859-1",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, message: str) -> None:
    with pytest.raises(SeedError) as caught:
        read_all(text)
    assert message in str(caught.value)


def test_entities_that_grow_without_end_are_refused_before_they_grow() -> None:
    bombs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    text = f'<!DOCTYPE TEI [<!ENTITY a0 "ha">{bombs}]><TEI>&a12;</TEI>'
    with pytest.raises(SeedError, match="document type with declarations"):
        survey_tei(text.encode(), "bomb")


def test_complaints_name_line_and_column() -> None:
    with pytest.raises(SeedError) as caught:
        survey_tei(f"{HEAD}\n<p></q></TEI>".encode(), "bad")
    (complaint,) = caught.value.complaints
    assert (complaint.line, complaint.column) == (3, 6)


# Any tree at all

tags = st.sampled_from(
    [
        "p",
        "div",
        "head",
        "note",
        "list",
        "item",
        "label",
        "persName",
        "placeName",
        "date",
        "hi",
        "lb",
        "pb",
        "gap",
        "choice",
        "sic",
        "corr",
        "table",
        "row",
        "cell",
        "opener",
        "closer",
        "signed",
        "sp",
        "speaker",
        "quote",
        "del",
        "supplied",
        "lg",
        "l",
        "q",
        "unknown",
    ]
)
trees = st.recursive(
    st.text(st.sampled_from("ab <&\n\u0416\U0001f4dc"), max_size=8).map(escape),
    lambda inner: st.builds(
        lambda tag, children: f"<{tag}>{''.join(children)}</{tag}>",
        tags,
        st.lists(inner, max_size=4),
    ),
    max_leaves=30,
)


@given(trees)
@settings(max_examples=100, deadline=None)
def test_any_tagging_is_read_without_a_crash_and_spans_hold(body: str) -> None:
    text = edition(f"<p>Opening words.</p>{body}")
    _, (document,), _ = read_all(text)
    texts = {paragraph.number: paragraph.text for paragraph in document.paragraphs}
    for paragraph in document.paragraphs:
        assert paragraph.text == paragraph.text.strip() != ""
        assert 0 <= paragraph.source_start < paragraph.source_end <= len(text)
    for mention in document.mentions:
        for segment in mention.segments:
            assert texts[segment.paragraph][segment.start : segment.end] == segment.quote != ""
    for item in document.apparatus:
        assert item.paragraph is not None
        assert texts[item.paragraph][item.start : item.end] == item.quote
    for section in document.sections:
        assert 1 <= section.first <= section.last <= len(texts)


@given(st.text(st.sampled_from("ab\u0416\u4e2d\U0001f4dc"), max_size=6000))
@settings(max_examples=50)
def test_offsets_count_code_points(text: str) -> None:
    data = text.encode()
    offsets = Offsets(data, 0, len(data))
    places = range(0, len(text), max(1, len(text) // 20))
    assert [offsets(len(text[:at].encode())) for at in places] == list(places)


def test_an_empty_text_is_no_paragraphs() -> None:
    flow = read_text(Node("text", {}, 1, 0), Offsets(b"", 0, 0), b"", lambda _: None, "text")
    assert flow.paragraphs == []
    assert flow.sections == []


# Loaded and served

SMALL = {"records/lena.xml": volume(LETTER, MEMORANDUM)}


def test_a_volume_is_served_as_its_documents(make_archive: MakeArchive) -> None:
    archive = make_archive(SMALL)
    assert archive.report.complaints == []
    assert [one["id"] for one in archive.get("/v1/records", sort="title")["items"]] == [
        "lena-d1",
        "lena-d2",
    ]
    letter = archive.record("lena-d1")
    assert letter["volume"]["id"] == "lena"
    assert letter["date"]["edtf"] == "1951-05-19"
    entity = archive.get("/v1/entities/lena-p-ia1")
    assert (entity["label"], entity["origin"], entity["mentions"]) == ("Ivanova, Anna", "source", 3)


def test_the_source_of_a_document_is_its_own_part_of_the_volume(make_archive: MakeArchive) -> None:
    archive = make_archive(SMALL)
    links = archive.record("lena-d1")["links"]
    response = archive.client.get(links["source"])
    assert response.text == LETTER
    assert response.headers["content-type"] == "application/xml"
    assert "md" not in links
    missing = archive.client.get("/v1/records/lena-d1.md")
    assert missing.status_code == 404
    assert links["source"] in missing.json()["detail"]
    refused = archive.client.get("/v1/records/lena-d1", headers={"Accept": "text/markdown"})
    assert refused.status_code == 406


def test_a_volume_that_has_not_changed_is_not_read_again(make_archive: MakeArchive) -> None:
    archive = make_archive(SMALL)
    report = archive.reload()
    assert (report.loaded, report.unchanged, report.changed) == (0, 2, False)


def test_an_edit_of_one_document_leaves_the_others_alone(make_archive: MakeArchive) -> None:
    archive = make_archive(SMALL)
    edited = MEMORANDUM.replace("All agreed.", "Nearly all agreed.")
    write_seed(archive.settings.seed_dir, {"records/lena.xml": volume(LETTER, edited)})
    report = archive.reload()
    assert (report.loaded, report.unchanged, report.removed) == (1, 1, 0)
    assert len(archive.record("lena-d1", "/revisions")["items"]) == 1
    assert len(archive.record("lena-d2", "/revisions")["items"]) == 2


def test_a_document_that_leaves_its_volume_is_withdrawn(make_archive: MakeArchive) -> None:
    archive = make_archive(SMALL)
    write_seed(archive.settings.seed_dir, {"records/lena.xml": volume(LETTER)})
    assert archive.reload().removed == 1
    archive.get("/v1/records/lena-d2", 410)


def test_a_volume_that_breaks_goes_on_being_served(make_archive: MakeArchive) -> None:
    archive = make_archive(SMALL)
    write_seed(archive.settings.seed_dir, {"records/lena.xml": volume(LETTER)[:-20]})
    report = archive.reload()
    assert report.refused == ["records/lena.xml"]
    assert report.removed == 0
    assert archive.record("lena-d2")["title"] == "Memorandum"


def test_two_files_cannot_hold_one_record(make_archive: MakeArchive) -> None:
    other = edition("<p>Another text.</p>")
    archive = make_archive({**SMALL, "records/lena-d2.xml": other})
    assert any("'lena-d2' is already in" in str(one) for one in archive.report.complaints)
    assert archive.record("lena-d1")["id"] == "lena-d1"


def test_an_editor_may_annotate_a_document_of_a_volume(make_archive: MakeArchive) -> None:
    archive = make_archive(SMALL)
    sha256 = archive.record("lena-d2")["source_sha256"]
    notes = (
        f"record: lena-d2\nsource_sha256: {sha256}\n"
        'apparatus:\n  - {kind: query, paragraph: 6, quote: agreed, note: "Who?"}\n'
    )
    write_seed(archive.settings.seed_dir, {"records/lena-d2.annotations.yaml": notes})
    report = archive.reload()
    assert (report.complaints, report.loaded, report.unchanged) == ([], 1, 1)
    (item,) = archive.record("lena-d2", "/apparatus", kind="query")["items"]
    assert item["note"] == "Who?"


def test_annotations_without_their_document_are_told(make_archive: MakeArchive) -> None:
    archive = make_archive({**SMALL, "records/lena-d9.annotations.yaml": "record: lena-d9\n"})
    assert any("no record 'lena-d9'" in str(one) for one in archive.report.complaints)


def test_names_that_are_not_tagged_are_found_by_rule(make_archive: MakeArchive) -> None:
    untagged = MEMORANDUM.replace("All agreed.", "Nikita Khrushchev and China agreed.")
    archive = make_archive({"records/lena.xml": volume(untagged)}, authorities=True)
    origins = {one["quote"]: one["origin"] for one in archive.mentions("lena-d2")}
    assert origins == {"Smith": "source", "Nikita Khrushchev": "derived", "China": "derived"}


def test_documents_of_a_volume_export_and_load_alike(make_archive: MakeArchive) -> None:
    archive = make_archive(SMALL)
    exports = {
        f"records/{name}.xml": archive.client.get(f"/v1/records/{name}.tei.xml").text
        for name in ("lena-d1", "lena-d2")
    }
    second = make_archive(exports)
    assert second.report.complaints == []
    for name in ("lena-d1", "lena-d2"):
        again = second.client.get(f"/v1/records/{name}.tei.xml").text
        pairs = zip(exports[f"records/{name}.xml"].splitlines(), again.splitlines(), strict=True)
        changed = [one for one, other in pairs if one != other]
        assert all('subtype="source"' in line for line in changed)
        assert second.record(name)["volume"] == archive.record(name)["volume"]
