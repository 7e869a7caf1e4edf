"""An editor's file against an invented letter of seven paragraphs."""

from __future__ import annotations

import copy
from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import Complaint, SeedError
from api.parsing.annotations import (
    Derived,
    Edition,
    Moved,
    annotate,
    apply_structure,
    draft_annotations,
    nest_mentions,
    place_paragraphs,
)
from api.parsing.curated import AnnotationFile, read_curated
from api.parsing.values import (
    AmbiguousName,
    ApparatusItem,
    Claim,
    DateExpression,
    Discrepancy,
    EntityKind,
    Mention,
    Paragraph,
    ParagraphKind,
    Place,
    Section,
    Segment,
)

SOURCE, OTHER_SOURCE = "1" * 64, "2" * 64

TEXTS: list[tuple[ParagraphKind, str]] = [
    ("heading", "LETTER TO THE RIVER BOARD"),
    ("dateline", "14 June 1931"),
    ("paragraph", "Dear Mr. Chairman, the US engineer and the USSR engineer met in Upper Ostrov."),
    (
        "paragraph",
        "The ferry at Dubrovka is out of servise, and the head of the Dubrovka Bank says",
    ),
    ("page_mark", "7-2"),
    ("paragraph", "that Jordan will pay. (State the sum) The board of Dubrovka thanks Dubrovka."),
    ("signature", "P. ANTIPOV"),
]
PARAGRAPHS = tuple(
    Paragraph(number, kind, text, 0, len(text)) for number, (kind, text) in enumerate(TEXTS, 1)
)
ENTITIES: dict[str, EntityKind] = {
    "antipov-pyotr": "person",
    "jordan-taylor": "person",
    "dubrovka": "place",
    "ostrov": "place",
    "dubrovka-bank": "organisation",
    "united-states": "state",
    "soviet-union": "state",
}


def segment(number: int, quote: str, nth: int = 1) -> Segment:
    text, start = PARAGRAPHS[number - 1].text, -1
    for _ in range(nth):
        start = text.index(quote, start + 1)
    return Segment(number, start, start + len(quote), quote)


def derived_mention(number: int, quote: str, entity: str, nth: int = 1) -> Mention:
    place = (segment(number, quote, nth),)
    return Mention(entity, ENTITIES[entity], "name", place, "full_name")


DRAFT = Derived(
    title="Letter to the River Board",
    summary="A letter of 14 June 1931 to the board.",
    citation_verbatim='"Letter to the River Board", June 15, 1931, https://example.test/1',
    credits=None,
    date_expression="June 15, 1931",
    paragraphs=PARAGRAPHS,
    sections=(Section("text", "Text", "part", 1, 1, 7),),
    mentions=(
        derived_mention(3, "Ostrov", "ostrov"),
        derived_mention(4, "Dubrovka", "dubrovka"),
        derived_mention(4, "Dubrovka Bank", "dubrovka-bank"),
        derived_mention(6, "Dubrovka", "dubrovka"),
        derived_mention(6, "Dubrovka", "dubrovka", nth=2),
    ),
    ambiguous=(AmbiguousName((segment(6, "Jordan"),), ("jordan-taylor", "jordan"), "a surname"),),
    apparatus=(
        ApparatusItem("page_mark", 5, 0, 3, "7-2"),
        ApparatusItem("instruction", 6, 22, 37, "(State the sum)", note="drafting"),
    ),
    discrepancies=(
        Discrepancy(
            "two-dates",
            "date",
            "The letter has two dates.",
            (
                Claim("14 June", (Place("14 June 1931", 0, 12, paragraph=2),)),
                Claim("15 June", (Place("June 15, 1931", 0, 13, field="date"),)),
            ),
        ),
    ),
)


def edit(
    text: str,
    draft: Derived = DRAFT,
    *,
    source: str = SOURCE,
    of: str = SOURCE,
    moved: Moved | None = None,
) -> Edition:
    """Annotate the draft, whose source is `source`, with a file made for the source `of`."""
    head = f"record: letter\nsource_sha256: '{of}'\n"
    file, locate = read_curated(head + dedent(text), AnnotationFile)
    return annotate(draft, file, locate, source_sha256=source, entities=ENTITIES, moved=moved)


def complaints_of(text: str, draft: Derived = DRAFT) -> list[Complaint]:
    with pytest.raises(SeedError) as refused:
        edit(text, draft)
    return list(refused.value.complaints)


def complaint_of(text: str, draft: Derived = DRAFT) -> Complaint:
    (complaint,) = complaints_of(text, draft)
    return complaint


def mention_of(edition: Edition, quote: str, nth: int = 0) -> Mention:
    return [mention for mention in edition.mentions if mention.quote == quote][nth]


def test_a_file_that_says_nothing_changes_nothing() -> None:
    edition = edit("review: in_progress")
    assert edition.mentions == nest_mentions(DRAFT.mentions)
    assert edition.apparatus == DRAFT.apparatus
    assert edition.sections == DRAFT.sections
    assert (edition.review, edition.complaints) == ("in_progress", ())


def test_a_curated_mention_is_the_editors() -> None:
    edition = edit(
        """
        editors: [{id: ed, name: An Editor}]
        resp: ed
        mentions:
          - {entity: antipov-pyotr, ref: role, paragraph: 3, quote: Chairman, full: Mr. Chairman,
             certainty: low}
        """
    )
    mention = mention_of(edition, "Chairman")
    assert (mention.origin, mention.tier, mention.resp) == ("curated", "editor", "ed")
    assert (mention.kind, mention.certainty) == ("person", "low")
    assert [one.quote for one in mention.full_span] == ["Mr. Chairman"]


def test_a_curated_mention_equal_to_a_derived_one_confirms_it() -> None:
    edition = edit("mentions: [{entity: ostrov, ref: name, paragraph: 3, quote: Ostrov}]")
    (mention,) = [one for one in edition.mentions if one.quote == "Ostrov"]
    assert (mention.origin, mention.tier) == ("curated", "editor")


def test_a_confirmed_mention_keeps_the_honorific_that_rules_found() -> None:
    first = replace(DRAFT.mentions[0], full_span=(segment(3, "Upper Ostrov"),))
    draft = replace(DRAFT, mentions=(first,))
    edition = edit("mentions: [{entity: ostrov, ref: name, paragraph: 3, quote: Ostrov}]", draft)
    assert edition.mentions[0].full_span == first.full_span


@pytest.mark.parametrize(
    "entry",
    [
        "{entity: dubrovka, ref: name, paragraph: 3, quote: Ostrov}",
        "{entity: ostrov, ref: adjective, paragraph: 3, quote: Ostrov}",
        "{entity: null, kind: place, ref: name, paragraph: 3, quote: Ostrov}",
        "{entity: ostrov, ref: name, paragraph: 3, quote: Upper Ostrov}",
        "{entity: dubrovka, ref: name, paragraph: 4, quote: Bank says}",
    ],
)
def test_a_derived_mention_is_never_overridden_in_silence(entry: str) -> None:
    complaint = complaint_of(f"mentions: [{entry}]")
    assert "derived mention" in complaint.message
    assert "suppress {what: mention, paragraph:" in (complaint.hint or "")


@pytest.mark.parametrize("entity", ["dubrovka", "ostrov"])
def test_a_suppressed_mention_makes_room(entity: str) -> None:
    edition = edit(
        f"""
        suppress: [{{what: mention, paragraph: 3, quote: Ostrov, reason: the upper one}}]
        mentions: [{{entity: {entity}, ref: name, paragraph: 3, quote: Upper Ostrov}}]
        """
    )
    assert [m.quote for m in edition.mentions if m.segments[0].paragraph == 3] == ["Upper Ostrov"]


def test_the_hint_of_a_refusal_can_be_followed_word_for_word() -> None:
    wanted = "{entity: ostrov, ref: name, paragraph: 6, quote: Dubrovka, nth: 2}"
    hint = complaint_of(f"mentions: [{wanted}]").hint or ""
    suppression = hint.split("suppress ", 1)[1].replace("}", ", reason: wrong}")
    edition = edit(f"mentions: [{wanted}]\nsuppress: [{suppression}]")
    found = [m.entity for m in edition.mentions if m.segments[0].paragraph == 6]
    assert found == ["dubrovka", "ostrov"]


def test_of_two_equal_derived_mentions_a_suppression_says_which() -> None:
    complaint = complaint_of(
        "suppress: [{what: mention, paragraph: 6, quote: Dubrovka, reason: x}]"
    )
    assert complaint.expected == "nth"


@pytest.mark.parametrize(("nth", "left"), [("2", 1), ("all", 0)])
def test_a_suppression_can_name_one_occurrence_or_all(nth: str, left: int) -> None:
    edition = edit(
        f"suppress: [{{what: mention, paragraph: 6, quote: Dubrovka, nth: {nth}, reason: x}}]"
    )
    assert sum(m.segments[0].paragraph == 6 for m in edition.mentions) == left


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{what: mention, paragraph: 3, quote: Upper, reason: x}", "“Ostrov”"),
        ("{what: mention, paragraph: 6, quote: Dubrovka, nth: 3, reason: x}", "nth: 1, 2"),
        ("{what: mention, quote: Ostrov, reason: x}", "paragraph"),
        ("{what: apparatus, paragraph: 6, quote: Jordan, reason: x}", "(State the sum)"),
        ("{what: apparatus, quote: Jordan, reason: x}", "paragraph"),
        ("{what: join, paragraph: 4, reason: x}", "joined to no other"),
        ("{what: join, reason: x}", "which paragraph"),
        ("{what: discrepancy, id: three-dates, reason: x}", "two-dates"),
    ],
)
def test_a_suppression_that_matches_nothing_is_an_error(entry: str, words: str) -> None:
    assert words in str(complaint_of(f"suppress: [{entry}]"))


def test_a_mention_across_a_page_break_has_a_segment_on_each_side() -> None:
    edition = edit(
        """
        mentions:
          - entity: antipov-pyotr
            ref: nominal
            segments: [{paragraph: 4, quote: says}, {paragraph: 6, quote: that}]
            full: Bank says that
        suppress:
          - {what: mention, paragraph: 4, quote: Dubrovka Bank, reason: for the example}
        """
    )
    mention = mention_of(edition, "says that")
    assert [one.paragraph for one in mention.segments] == [4, 6]
    assert [one.quote for one in mention.full_span] == ["Bank says", "that"]


def test_segments_against_the_order_of_the_text_are_refused() -> None:
    complaint = complaint_of(
        """
        mentions:
          - entity: antipov-pyotr
            ref: nominal
            segments: [{paragraph: 6, quote: that}, {paragraph: 4, quote: says}]
        """
    )
    assert "order of the text" in complaint.message


def test_every_occurrence_can_be_meant_at_once() -> None:
    draft = replace(DRAFT, mentions=())
    edition = edit(
        "mentions: [{entity: dubrovka, ref: name, paragraph: 6, quote: Dubrovka, nth: all}]", draft
    )
    assert [mention.segments[0].start for mention in edition.mentions] == [51, 67]


def test_all_does_not_mean_the_insides_of_other_words() -> None:
    edition = edit(
        "mentions: [{entity: united-states, ref: name, paragraph: 3, quote: US, nth: all}]"
    )
    starts = [m.segments[0].start for m in edition.mentions if m.entity == "united-states"]
    assert starts == [PARAGRAPHS[2].text.index("US ")]


def test_words_that_stand_once_as_words_need_no_number() -> None:
    edition = edit("mentions: [{entity: united-states, ref: name, paragraph: 3, quote: US}]")
    assert mention_of(edition, "US").segments[0].start == PARAGRAPHS[2].text.index("US ")


def test_an_occurrence_inside_a_word_is_no_mention() -> None:
    complaint = complaint_of(
        "mentions: [{entity: united-states, ref: name, paragraph: 3, quote: US, nth: 2}]"
    )
    assert "“USSR”" in complaint.message


def test_an_inner_mention_of_another_entity_has_a_parent() -> None:
    edition = edit(
        "mentions: "
        "[{entity: antipov-pyotr, ref: role, paragraph: 4, quote: head of the Dubrovka Bank}]"
    )
    head, bank, place = (
        next(i for i, m in enumerate(edition.mentions) if m.quote == quote and in_bank(m))
        for quote in ("head of the Dubrovka Bank", "Dubrovka Bank", "Dubrovka")
    )
    assert edition.mentions[bank].parent == head
    assert edition.mentions[head].parent is None
    assert place < head


def in_bank(mention: Mention) -> bool:
    return mention.segments[0].paragraph == 4


def test_the_parent_is_the_smallest_mention_around() -> None:
    bank = derived_mention(4, "Dubrovka Bank", "dubrovka-bank")
    place = derived_mention(4, "Dubrovka", "dubrovka", nth=2)
    head = replace(
        bank, entity="antipov-pyotr", segments=(segment(4, "the head of the Dubrovka Bank"),)
    )
    nested = nest_mentions([place, bank, head])
    assert [(m.quote, m.parent) for m in nested] == [
        ("the head of the Dubrovka Bank", None),
        ("Dubrovka Bank", 0),
        ("Dubrovka", 1),
    ]


def test_an_ambiguous_name_that_an_editor_decides_is_ambiguous_no_more() -> None:
    edition = edit("mentions: [{entity: jordan-taylor, ref: name, paragraph: 6, quote: Jordan}]")
    assert edition.ambiguous == ()
    assert edit("").ambiguous == DRAFT.ambiguous


def test_an_ambiguous_name_can_be_suppressed() -> None:
    edition = edit("suppress: [{what: mention, paragraph: 6, quote: Jordan, reason: a horse}]")
    assert edition.ambiguous == ()


def test_a_date_needs_no_authority() -> None:
    edition = edit(
        "mentions: [{entity: date-1931-06-14, ref: name, paragraph: 2, quote: 14 June 1931}]"
    )
    assert mention_of(edition, "14 June 1931").kind == "date"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{entity: dubrovsk, ref: name, paragraph: 4, quote: ferry}", "the nearest is dubrovka"),
        ("{entity: null, ref: role, paragraph: 4, quote: head}", "needs a kind"),
        ("{entity: ostrov, kind: state, ref: name, paragraph: 4, quote: ferry}", "expected place"),
        ("{entity: ostrov, ref: name, quote: ferry}", "needs paragraph and quote"),
        (
            "{entity: ostrov, ref: name, quote: a, segments: [{paragraph: 4, quote: ferry}]}",
            "either segments",
        ),
        ("{entity: ostrov, ref: name, paragraph: 4, quote: ferry, full: my ferry}", "“my ferry”"),
        ("{entity: ostrov, ref: name, paragraph: 4, quote: ferry, resp: me}", "'me'"),
        ("{entity: ostrov, ref: name, paragraph: 9, quote: ferry}", "paragraph 4 has it"),
        ("{entity: ostrov, ref: name, paragraph: 9, quote: 我们}", "the text has 7 paragraphs"),
        ("{entity: ostrov, ref: name, paragraph: 3, quote: ferry}", "paragraph 4 has it"),
        ("{entity: ostrov, ref: name, paragraph: 4, quote: out of service}", "“out of servise,”"),
        ("{entity: ostrov, ref: name, paragraph: 4, quote: Dubrovka}", "nth: 1 to 2, or nth: all"),
        ("{entity: ostrov, ref: name, paragraph: 4, quote: ferry, nth: 2}", "only once"),
        ("{entity: ostrov, ref: name, paragraph: 4, quote: Dubrovka, nth: 3}", "only 2 times"),
    ],
)
def test_a_mention_that_does_not_fit_is_refused_with_help(entry: str, words: str) -> None:
    complaint = complaint_of(f"mentions:\n  - {entry}")
    assert words in str(complaint)
    assert (complaint.line, complaint.severity) == (4, "error")


def test_a_file_is_refused_whole_with_every_complaint_in_order() -> None:
    found = complaints_of(
        """
        mentions:
          - {entity: nobody-known, ref: name, paragraph: 4, quote: ferry}
          - {entity: ostrov, ref: name, paragraph: 4, quote: boat}
        apparatus:
          - {kind: slip, paragraph: 4, quote: out of service}
        paragraphs:
          - {paragraph: 7, opens: Q, kind: note}
        """
    )
    # Each points at the very value: line 4 is the first after the head and the empty line.
    assert [(one.line, one.column) for one in found] == [(5, 14), (6, 54), (8, 39), (10, 27)]


def test_the_same_mention_twice_is_refused() -> None:
    entry = "{entity: united-states, ref: name, paragraph: 3, quote: US}"
    assert "twice" in complaint_of(f"mentions: [{entry}, {entry}]").message


def test_kinds_and_speakers_are_set() -> None:
    edition = edit(
        "paragraphs: [{paragraph: 6, opens: that Jordan, kind: speech, speaker: Antipov}]"
    )
    assert (edition.paragraphs[5].kind, edition.paragraphs[5].speaker) == ("speech", "Antipov")
    assert edition.paragraphs[4] == PARAGRAPHS[4]


def test_a_paragraph_that_opens_otherwise_is_pointed_out() -> None:
    complaint = complaint_of("paragraphs: [{paragraph: 6, opens: The ferry, kind: note}]")
    assert complaint.expected == "“that Jordan will pay. (State the sum) The board of Dubrovka”"
    assert complaint.hint == "paragraph 4 does"


def test_one_paragraph_has_one_kind() -> None:
    entry = "{paragraph: 7, opens: P, kind: note}"
    assert "twice" in complaint_of(f"paragraphs: [{entry}, {entry}]").message


JOIN = "joins: [{paragraph: 4, closes: Bank says, next: 6, opens: that}]"


def test_a_join_connects_paragraphs_and_makes_a_page_break() -> None:
    edition = edit(JOIN)
    assert edition.paragraphs[3].continued_by == 6
    assert edition.paragraphs[5].continues == 4
    (page_break,) = [item for item in edition.apparatus if item.kind == "page_break"]
    assert (page_break.paragraph, page_break.start) == (4, len(PARAGRAPHS[3].text))
    assert page_break.origin == "curated"


def joined_draft() -> Derived:
    paragraphs = list(PARAGRAPHS)
    paragraphs[3] = replace(paragraphs[3], continued_by=6)
    paragraphs[5] = replace(paragraphs[5], continues=4)
    end = len(paragraphs[3].text)
    page_break = ApparatusItem("page_break", 4, end, end, "")
    return replace(DRAFT, paragraphs=tuple(paragraphs), apparatus=(*DRAFT.apparatus, page_break))


def test_a_join_that_rules_found_too_is_confirmed() -> None:
    edition = edit(JOIN, joined_draft())
    breaks = [item.origin for item in edition.apparatus if item.kind == "page_break"]
    assert breaks == ["curated"]


def test_a_suppressed_join_is_no_more_nor_its_page_break() -> None:
    edition = edit("suppress: [{what: join, paragraph: 4, reason: no}]", joined_draft())
    assert edition.paragraphs == PARAGRAPHS
    assert "page_break" not in {item.kind for item in edition.apparatus}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{paragraph: 4, closes: Bank said, next: 6, opens: that}", "does not close with"),
        ("{paragraph: 4, closes: says, next: 6, opens: this}", "does not open with"),
        ("{paragraph: 3, closes: Ostrov., next: 6, opens: that}", "cannot go on in 6"),
        ("{paragraph: 6, closes: Dubrovka., next: 4, opens: The}", "cannot go on in 4"),
        ("{paragraph: 44, closes: says, next: 6, opens: that}", "no paragraph 44"),
        ("{paragraph: 4, closes: says, next: 66, opens: that}", "no paragraph 66"),
    ],
)
def test_a_join_that_does_not_fit_is_refused(entry: str, words: str) -> None:
    assert words in str(complaint_of(f"joins: [{entry}]"))


def test_a_join_against_a_derived_one_needs_its_suppression() -> None:
    paragraphs = list(PARAGRAPHS)
    paragraphs[3] = replace(paragraphs[3], continued_by=5)
    complaint = complaint_of(JOIN, replace(DRAFT, paragraphs=tuple(paragraphs)))
    assert "already goes on in 5" in complaint.message


def test_structure_can_be_applied_before_names_are_looked_for() -> None:
    text = f"record: letter\nsource_sha256: '{SOURCE}'\n{JOIN}\nmentions: []"
    file, locate = read_curated(text, AnnotationFile)
    structure = apply_structure(PARAGRAPHS, file, locate, source_sha256=SOURCE)
    draft = replace(DRAFT, paragraphs=structure.paragraphs)
    edition = annotate(
        draft, file, locate, source_sha256=SOURCE, entities=ENTITIES, structure=structure
    )
    assert edition == edit(JOIN)


def test_structure_complaints_come_with_the_others() -> None:
    text = f"record: letter\nsource_sha256: '{SOURCE}'\nsuppress: [{{what: join, reason: x}}]"
    file, locate = read_curated(text, AnnotationFile)
    structure = apply_structure(PARAGRAPHS, file, locate, source_sha256=SOURCE)
    with pytest.raises(SeedError, match="which paragraph"):
        annotate(DRAFT, file, locate, source_sha256=SOURCE, entities=ENTITIES, structure=structure)


def test_a_slip_has_its_correction() -> None:
    edition = edit("apparatus: [{kind: slip, paragraph: 4, quote: servise, correction: service}]")
    (slip,) = [item for item in edition.apparatus if item.kind == "slip"]
    assert (slip.quote, slip.correction, slip.origin) == ("servise", "service", "curated")
    assert PARAGRAPHS[3].text[slip.start : slip.end] == "servise"


def test_a_mark_without_words_stands_after_some() -> None:
    edition = edit("apparatus: [{kind: omission, paragraph: 7, after: P.}]")
    (item,) = [item for item in edition.apparatus if item.kind == "omission"]
    assert (item.start, item.end, item.quote) == (2, 2, "")


def test_the_words_before_a_mark_can_tell_which_one_is_meant() -> None:
    edition = edit("apparatus: [{kind: query, paragraph: 6, quote: Dubrovka, after: thanks}]")
    assert [item.start for item in edition.apparatus if item.kind == "query"] == [67]


def test_a_mark_that_rules_found_too_keeps_what_rules_knew() -> None:
    edition = edit("apparatus: [{kind: instruction, paragraph: 6, quote: (State the sum)}]")
    (item,) = [item for item in edition.apparatus if item.kind == "instruction"]
    assert (item.origin, item.note) == ("curated", "drafting")


@pytest.mark.parametrize(
    "entry",
    [
        "{kind: placeholder, paragraph: 6, quote: (State the sum)}",
        "{kind: instruction, paragraph: 6, quote: State the sum}",
    ],
)
def test_a_mark_of_another_kind_or_reach_needs_a_suppression(entry: str) -> None:
    assert "the derived instruction" in complaint_of(f"apparatus: [{entry}]").message
    suppressed = edit(
        f"""
        apparatus: [{entry}]
        suppress: [{{what: apparatus, paragraph: 6, quote: (State the sum), reason: x}}]
        """
    )
    assert [item.origin for item in suppressed.apparatus if item.paragraph == 6] == ["curated"]


def test_a_mark_inside_another_of_another_kind_stands() -> None:
    edition = edit("apparatus: [{kind: placeholder, paragraph: 6, quote: the sum}]")
    assert [i.kind for i in edition.apparatus if i.paragraph == 6] == ["instruction", "placeholder"]


def test_a_mark_on_the_description_names_its_field() -> None:
    edition = edit("apparatus: [{kind: query, field: citation, quote: example.test, note: odd}]")
    (item,) = [item for item in edition.apparatus if item.kind == "query"]
    assert (item.paragraph, item.field) == (None, "citation")
    assert (DRAFT.citation_verbatim or "")[item.start : item.end] == "example.test"


def test_a_page_break_can_be_stated_by_itself() -> None:
    edition = edit("apparatus: [{kind: page_break, paragraph: 4}]")
    (item,) = [item for item in edition.apparatus if item.kind == "page_break"]
    assert (item.start, item.end, item.quote) == (len(PARAGRAPHS[3].text),) * 2 + ("",)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ("{kind: slip, paragraph: 4}", "the words it comes after"),
        ("{kind: slip}", "needs a paragraph, or a field"),
        ("{kind: query, field: title}", "needs a field and a quote"),
        ("{kind: query, field: credits, quote: fund}", "the record has no credits"),
        ("{kind: page_break, paragraph: 40}", "no paragraph 40"),
        ("{kind: slip, paragraph: 4, quote: ferry, after: our}", "“ferry” after “our”"),
        ("{kind: slip, paragraph: 4, quote: a}, {kind: slip, paragraph: 4, quote: a}", "times"),
        ("{kind: slip, paragraph: 4, quote: is}, {kind: slip, paragraph: 4, quote: is}", "twice"),
    ],
)
def test_a_mark_that_does_not_fit_is_refused(entries: str, words: str) -> None:
    assert any(words in str(one) for one in complaints_of(f"apparatus: [{entries}]"))


def test_a_discrepancy_names_its_places() -> None:
    edition = edit(
        """
        discrepancies:
          - id: who-signs
            kind: name
            summary: The chairman signs his own letter.
            claims:
              - {value: to, at: [{paragraph: 3, quote: Chairman}]}
              - {value: from, at: [{paragraph: 7, quote: ANTIPOV}, {field: title, quote: Letter}]}
        """
    )
    derived, curated = edition.discrepancies
    assert (derived.id, curated.id, curated.origin) == ("two-dates", "who-signs", "curated")
    assert curated.claims[1].at == (
        Place("ANTIPOV", 3, 10, paragraph=7),
        Place("Letter", 0, 6, field="title"),
    )


CLAIMS = "claims: [{value: a, at: [{paragraph: 2, quote: June}]}, {value: b, at: [%s]}]"


@pytest.mark.parametrize(
    ("name", "place", "words"),
    [
        ("two-dates", "{paragraph: 2, quote: '14'}", "there is a derived discrepancy"),
        ("other", "{field: credits, quote: fund}", "the record has no credits"),
        ("other", "{field: citation, quote: fund}", "the citation has no “fund”"),
    ],
)
def test_a_discrepancy_that_does_not_fit_is_refused(name: str, place: str, words: str) -> None:
    entry = f"{{id: {name}, kind: date, summary: S, {CLAIMS % place}}}"
    assert words in str(complaint_of(f"discrepancies: [{entry}]"))


def test_a_derived_discrepancy_can_be_suppressed_and_stated_anew() -> None:
    claims = CLAIMS % "{field: date, quote: June}"
    edition = edit(
        f"""
        suppress: [{{what: discrepancy, id: two-dates, reason: better said}}]
        discrepancies: [{{id: two-dates, kind: date, summary: S, {claims}}}]
        """
    )
    assert [one.origin for one in edition.discrepancies] == ["curated"]


OUTLINE = """
outline:
  - id: letter
    title: The letter
    kind: part
    from: 1
    to: 7
    layer: board
    date: {expression: 14 June 1931}
    sender: antipov-pyotr
    addressees: [The River Board]
    manner: {dictated_by: antipov-pyotr}
    sections:
      - {id: opening, title: Opening, kind: opener, from: 1, to: 2, opens: LETTER}
      - id: body
        title: Body
        kind: body
        from: 3
        to: 6
        layer: own-words
        closes: thanks Dubrovka.
        sections: [{id: bank, title: The bank, kind: theme, from: 4, to: 6}]
"""


def test_an_outline_is_flat_in_reading_order_with_layers_inherited() -> None:
    sections = edit(OUTLINE).sections
    assert [(s.id, s.level, s.parent, s.layer, s.first, s.last) for s in sections] == [
        ("letter", 1, None, "board", 1, 7),
        ("opening", 2, "letter", "board", 1, 2),
        ("body", 2, "letter", "own-words", 3, 6),
        ("bank", 3, "body", "own-words", 4, 6),
    ]
    assert {section.origin for section in sections} == {"curated"}


def test_a_section_has_its_date_and_people() -> None:
    letter = edit(OUTLINE).sections[0]
    assert letter.date is not None
    assert (letter.date.edtf, letter.date.begin) == ("1931-06-14", "1931-06-14")
    assert (letter.sender, letter.addressees) == ("antipov-pyotr", ("The River Board",))
    assert letter.manner is not None
    assert letter.manner.dictated_by == "antipov-pyotr"


@pytest.mark.parametrize(
    ("edtf", "begin", "end"),
    [
        ("1931", "1931-01-01", "1931-12-31"),
        ("193X", "1930-01-01", "1939-12-31"),
        ("1932-02", "1932-02-01", "1932-02-29"),
        ("1931-06-14?", "1931-06-14", "1931-06-14"),
        ("1931-22", "1931-06-01", "1931-08-31"),
        ("1931-06/1932", "1931-06-01", "1932-12-31"),
        ("1931-06/..", "1931-06-01", None),
        ("XXXX-07-01", None, None),
    ],
)
def test_a_date_can_be_given_in_edtf(edtf: str, begin: str | None, end: str | None) -> None:
    text = OUTLINE.replace("14 June 1931}", f'"that summer", edtf: "{edtf}"}}')
    section = edit(text).sections[0]
    assert section.date == DateExpression("that summer", edtf, begin, end)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("to: 7", "to: 8", "beyond the text"),
        ("from: 3\n        to: 6", "from: 2\n        to: 6", "expected 3 or later"),
        ("from: 4, to: 6", "from: 4, to: 7", "beyond its parent 'body'"),
        ("from: 4, to: 6", "from: 5, to: 4", "ends before it begins"),
        ("id: bank", "id: letter", "two sections are called 'letter'"),
        ("opens: LETTER", "opens: MEMO", "does not open with “MEMO”"),
        ("thanks Dubrovka.", "thanks you.", "does not close with “thanks you.”"),
        ("sender: antipov-pyotr", "sender: antipov-petr", "the nearest is antipov-pyotr"),
        ("June 1931}", "June 1931, edtf: 1931-06-31}", "no date in EDTF"),
        ("June 1931}", "June 1931, edtf: 1932/1931}", "no date in EDTF"),
    ],
)
def test_an_outline_that_does_not_fit_is_refused(before: str, after: str, words: str) -> None:
    assert before in OUTLINE
    complaints = complaints_of(OUTLINE.replace(before, after))
    assert any(words in str(complaint) for complaint in complaints)


def test_a_paragraph_stands_in_its_deepest_section() -> None:
    sections = edit(OUTLINE).sections
    assert place_paragraphs(PARAGRAPHS, sections) == [
        ("opening", "board"),
        ("opening", "board"),
        ("body", "own-words"),
        *[("bank", "own-words")] * 3,
        ("letter", "board"),
    ]


def test_a_paragraph_outside_every_section_stands_in_none() -> None:
    sections = [Section("a", "A", "part", 1, 2, 3)]
    assert place_paragraphs(PARAGRAPHS[:2], sections) == [(None, None), ("a", None)]


# The text has a new revision: a paragraph added at the top, the fourth edited, the seventh gone.
MOVES = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7}
REVISED = replace(
    DRAFT,
    paragraphs=tuple(
        Paragraph(number, kind, text, 0, len(text))
        for number, (kind, text) in enumerate(
            [
                ("stamp", "RECEIVED"),
                *TEXTS[:3],
                ("paragraph", TEXTS[3][1].replace("ferry", "Dubrovka ferry")),
                *TEXTS[4:6],
            ],
            1,
        )
    ),
    mentions=(),
    ambiguous=(),
    apparatus=(),
)


def revise(text: str, *, moved: Moved | None = MOVES.get, draft: Derived = REVISED) -> Edition:
    return edit(text, draft, of=OTHER_SOURCE, moved=moved)


def test_annotations_of_another_revision_are_outdated_and_say_so() -> None:
    edition = revise("review: reviewed")
    assert edition.review == "outdated"
    (complaint,) = edition.complaints
    assert (complaint.line, complaint.severity) == (2, "warning")


def test_an_anchor_follows_its_paragraph() -> None:
    edition = revise("mentions: [{entity: ostrov, ref: name, paragraph: 3, quote: Ostrov}]")
    assert mention_of(edition, "Ostrov").segments[0].paragraph == 4


def test_an_anchor_of_a_gone_paragraph_is_left_out_and_reported() -> None:
    edition = revise(
        "mentions: [{entity: antipov-pyotr, ref: name, paragraph: 7, quote: P. ANTIPOV}]"
    )
    assert edition.mentions == ()
    assert "paragraph 7 is gone" in edition.complaints[1].message


def test_an_anchor_that_holds_no_longer_once_is_left_out() -> None:
    edition = revise(
        """
        mentions:
          - {entity: dubrovka, ref: name, paragraph: 4, quote: at Dubrovka}
          - {entity: dubrovka, ref: name, paragraph: 4, quote: The ferry}
        """
    )
    assert [mention.quote for mention in edition.mentions] == ["at Dubrovka"]
    assert "paragraph 5 (once 4) has no “The ferry”" in edition.complaints[1].message
    assert edition.complaints[1].hint == "the nearest is “Dubrovka ferry” in paragraph 5"


def test_a_moved_paragraph_is_not_mistaken_for_what_stands_in_its_place() -> None:
    # Both the old and the new sixth paragraph could hold the words; only the old one is meant.
    edition = revise("mentions: [{entity: dubrovka, ref: name, paragraph: 6, quote: of Dubrovka}]")
    assert mention_of(edition, "of Dubrovka").segments[0].paragraph == 7


def test_without_an_alignment_anchors_are_tried_where_they_stood() -> None:
    draft = replace(REVISED, paragraphs=PARAGRAPHS)
    text = "mentions: [{entity: ostrov, ref: name, paragraph: 3, quote: Ostrov}]"
    assert len(revise(text, moved=None, draft=draft).mentions) == 1


def test_an_edited_paragraph_between_known_ones_is_where_it_must_be() -> None:
    known = {number: now for number, now in MOVES.items() if number != 4}
    edition = revise(
        "mentions: [{entity: dubrovka, ref: name, paragraph: 4, quote: at Dubrovka}]",
        moved=known.get,
    )
    assert mention_of(edition, "at Dubrovka").segments[0].paragraph == 5


def test_an_outline_is_fitted_to_the_new_text() -> None:
    sections = revise(OUTLINE).sections
    assert [(section.id, section.first, section.last) for section in sections] == [
        ("letter", 2, 7),
        ("opening", 2, 3),
        ("body", 4, 7),
        ("bank", 5, 7),
    ]


def test_a_section_whose_paragraphs_are_gone_is_left_out() -> None:
    edition = revise(OUTLINE, moved={3: 4, 4: 5, 5: 6, 6: 7}.get)
    assert [section.id for section in edition.sections] == ["letter", "body", "bank"]
    assert any("section 'opening'" in complaint.message for complaint in edition.complaints)


def test_an_outline_that_cannot_be_fitted_gives_way_to_the_derived_one() -> None:
    edition = revise(OUTLINE, moved=None)
    assert edition.sections == REVISED.sections
    assert any("the one rules find" in complaint.message for complaint in edition.complaints)


def test_what_cannot_be_suppressed_any_more_is_only_reported() -> None:
    edition = revise("suppress: [{what: mention, paragraph: 3, quote: Ostrov, reason: x}]")
    assert {complaint.severity for complaint in edition.complaints} == {"warning"}
    assert len(edition.complaints) == 2


def test_a_discrepancy_with_a_claim_left_out_is_left_out() -> None:
    entry = "{id: other, kind: k, summary: S, " + CLAIMS % "{paragraph: 7, quote: ANTIPOV}" + "}"
    edition = revise(f"discrepancies: [{entry}]")
    assert [one.id for one in edition.discrepancies] == ["two-dates"]


def test_a_thousand_stale_anchors_are_reported_in_seconds() -> None:
    text = "The delegation from the upper valley raised the matter of timber once more. " * 8
    paragraphs = tuple(
        Paragraph(n, "paragraph", f"{n} {text}", 0, len(text)) for n in range(1, 3001)
    )
    entries = "\n".join(
        f"  - {{entity: ostrov, ref: name, paragraph: {n}, quote: deputation of valley {n}}}"
        for n in range(1, 1001)
    )
    draft = replace(REVISED, paragraphs=paragraphs)
    edition = edit(f"mentions:\n{entries}", draft, of=OTHER_SOURCE)
    assert len(edition.complaints) == 1001


def test_a_starting_file_is_valid_and_keeps_the_outline() -> None:
    draft = replace(
        DRAFT,
        title="A “strange”\u2028title: #1\x85",
        sections=(
            Section("one", 'Part "one"\n: {x}', "part", 1, 1, 7, date=DateExpression("1931")),
            Section("two", "\ufeffInner", "section", 2, 3, 6, layer="own", parent="one"),
            Section("three", " ", "section", 3, 4, 4, layer="own", parent="two"),
        ),
    )
    text = draft_annotations("0123", SOURCE, draft)
    file, locate = read_curated(text, AnnotationFile)
    edition = annotate(draft, file, locate, source_sha256=SOURCE, entities=ENTITIES)
    assert (file.record, edition.review) == ("0123", "in_progress")
    assert [(s.id, s.level, s.parent, s.layer, s.first, s.last) for s in edition.sections] == [
        (s.id, s.level, s.parent, s.layer, s.first, s.last) for s in draft.sections
    ]
    assert edition.sections[0].title == draft.sections[0].title


def test_a_starting_file_keeps_what_sections_know() -> None:
    (section,) = edit(OUTLINE).sections[:1]
    draft = replace(DRAFT, sections=(section,))
    file, locate = read_curated(draft_annotations("letter", SOURCE, draft), AnnotationFile)
    edition = annotate(draft, file, locate, source_sha256=SOURCE, entities=ENTITIES)
    assert edition.sections == (section,)


def test_a_starting_file_for_a_text_without_outline_says_so() -> None:
    text = draft_annotations("letter", SOURCE, replace(joined_draft(), sections=()))
    assert "outline: []" in text
    assert "goes on in 6" in text


def test_an_undecided_name_across_a_page_break_is_suggested_with_both_parts() -> None:
    places = (segment(4, "says"), segment(6, "Dubrovka", nth=2))
    name = AmbiguousName(places, (), "a surname")
    text = draft_annotations("letter", SOURCE, replace(DRAFT, ambiguous=(name,)))
    assert (
        "{entity: null, kind: person, ref: name, segments: "
        '[{paragraph: 4, quote: "says"}, {paragraph: 6, quote: "Dubrovka", nth: 2}]}' in text
    )


def test_the_suggestions_of_a_starting_file_can_be_taken_as_they_are() -> None:
    text = draft_annotations("letter", SOURCE, replace(DRAFT, sections=()))
    taken = "\n".join(
        line.removeprefix("# ")
        if line in ("# paragraphs:", "# mentions:", "# suppress:")
        else line.replace("#   - ", "  - ", 1)
        if line.startswith("#   - {")
        else line
        for line in text.split("\n")
        if "your-name" not in line
    )
    file, locate = read_curated(taken, AnnotationFile)
    edition = annotate(DRAFT, file, locate, source_sha256=SOURCE, entities=ENTITIES)
    assert edition.paragraphs == PARAGRAPHS
    assert edition.ambiguous == ()
    assert edition.discrepancies == ()
    assert mention_of(edition, "Jordan").entity == "jordan-taylor"


def test_annotating_leaves_the_draft_as_it_was() -> None:
    before = copy.deepcopy(DRAFT)
    edit(OUTLINE + JOIN)
    assert before == DRAFT


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.sampled_from(["Dubrovka", "US", "ferry", "a", "Bank"])),
        max_size=6,
    ),
    st.sampled_from([SOURCE, OTHER_SOURCE]),
)
@settings(max_examples=100, deadline=None)
def test_what_is_kept_stands_at_its_place_and_nests(
    anchors: list[tuple[int, str]], of: str
) -> None:
    entries = "".join(
        f"\n  - {{entity: null, kind: place, ref: name, paragraph: {number + 1}, quote: {quote}}}"
        for number, quote in anchors
    )
    try:
        edition = edit(f"mentions:{entries or ' []'}", of=of)
    except SeedError:
        if of != SOURCE:
            raise
        return
    for at, mention in enumerate(edition.mentions):
        for one in mention.segments:
            text = edition.paragraphs[one.paragraph - 1].text
            assert text[one.start : one.end] == one.quote
        if mention.parent is not None:
            around = edition.mentions[mention.parent].segments[0]
            assert mention.parent < at
            assert around.start <= mention.segments[0].start
