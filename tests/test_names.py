"""Names in texts. The authorities are a few well-known ones; the sentences are invented."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.parsing.curated import Authority, NameEntry
from api.parsing.names import Found, NameIndex, date_entity
from api.parsing.values import DateExpression, EntityKind, NameType, Paragraph


def authority(entity: str, kind: EntityKind, **names: Sequence[str]) -> Authority:
    """An authority with its names by type: `full=["Mao Zedong"], short=["Mao"]`."""
    types: tuple[NameType, ...] = ("full", "short", "acronym", "adjective")
    entries = [NameEntry(text=text, type=one) for one in types for text in names.get(one, ())]
    return Authority(id=entity, kind=kind, label=entity, names=tuple(entries))


AUTHORITIES = [
    authority("khrushchev", "person", full=["Nikita S. Khrushchev"], short=["Khrushchev"]),
    authority("chiang", "person", full=["Chiang Kai-shek"]),
    authority("dulles", "person", full=["John Foster Dulles"], short=["Dulles"]),
    authority("taylor", "person", full=["Maxwell D. Taylor"], short=["Taylor"]),
    authority("rice", "person", full=["Edward Rice"], short=["Rice"]),
    authority("de-gaulle", "person", full=["Charles de Gaulle"], short=["de Gaulle"]),
    authority("usa", "state", full=["United States"], acronym=["US"], adjective=["American"]),
    authority("ussr", "state", full=["Soviet Union"], acronym=["USSR"], adjective=["Soviet"]),
    authority(
        "prc",
        "state",
        full=["People's Republic of China"],
        acronym=["PRC"],
        short=["China"],
        adjective=["Chinese"],
    ),
    authority("roc", "state", full=["Republic of China"]),
    authority("jordan", "state", full=["Jordan"]),
    authority("india", "state", full=["India"]),
    authority("korea", "place", short=["Korea"]),
    authority("taiwan", "place", full=["Taiwan"]),
    authority("georgia", "state", full=["Georgia"]),
    authority("georgia-usa", "place", full=["Georgia"]),
    authority("un", "organisation", full=["United Nations"], acronym=["UN"]),
    authority("general-assembly", "organisation", full=["UN General Assembly"]),
    authority("council", "organisation", full=["USSR Council of Ministers"]),
    authority("who", "organisation", acronym=["WHO"]),
    authority("gomulka", "person", full=["Władysław Gomułka"], short=["Gomułka"]),
    authority("debre", "person", short=["Debré"]),
]
INDEX = NameIndex(AUTHORITIES)


def linked(text: str) -> list[tuple[str, str]]:
    """The (words, entity) pairs that are linked in a text."""
    return [(m.quote, str(m.entity)) for m in INDEX.find_in_text(text).mentions]


def doubted(text: str) -> list[str]:
    """The words that are reported as ambiguous in a text."""
    return [a.segments[0].quote for a in INDEX.find_in_text(text).ambiguous]


def paragraphs(*texts: str) -> list[Paragraph]:
    return [Paragraph(n, "paragraph", text, 0, len(text)) for n, text in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("text", "quote", "entity"),
    [
        ("talks with the PRC.", "PRC", "prc"),
        ("the People’s Republic of China", "People’s Republic of China", "prc"),
        ("the Republic of China", "Republic of China", "roc"),
        ("[by] Chiang Kai-shek", "Chiang Kai-shek", "chiang"),
        ("Chiang Kai‑Shek fled", "Chiang Kai‑Shek", "chiang"),
        ("CHIANG KAI-SHEK", "CHIANG KAI-SHEK", "chiang"),
        ("Khrushchev's note", "Khrushchev", "khrushchev"),
        ("(Khrushchev)", "Khrushchev", "khrushchev"),
        ("“Khrushchev” and", "Khrushchev", "khrushchev"),
        ("When Khrushchev came", "Khrushchev", "khrushchev"),
        ("Yesterday Khrushchev left", "Khrushchev", "khrushchev"),
        ("in May Khrushchev left", "Khrushchev", "khrushchev"),
        ("he told Khrushchev that", "Khrushchev", "khrushchev"),
        ("N. KHRUSHCHEV", "N. KHRUSHCHEV", "khrushchev"),
        ("Nikita Khrushchev", "Nikita Khrushchev", "khrushchev"),
        ("Nikita S.Khrushchev", "Nikita S.Khrushchev", "khrushchev"),
        ("Secretary of State Dulles", "Dulles", "dulles"),
        ("De Gaulle spoke", "De Gaulle", "de-gaulle"),
        ("troops in Jordan and", "Jordan", "jordan"),
        ("In Jordan it rains", "Jordan", "jordan"),
        ("the King. Jordan was quiet", "Jordan", "jordan"),
        ("the U.S. position", "U.S.", "usa"),
        ("a US-led bloc", "US", "usa"),
        ("Sino-American talks", "American", "usa"),
        ("anti-American", "American", "usa"),
        ("the People's\u00a0Republic\nof China", "People's\u00a0Republic\nof China", "prc"),
        (unicodedata.normalize("NFD", "met Debré here"), "Debre\u0301", "debre"),
        ("met Debré here", "Debré", "debre"),
        ("met Gomułka here", "Gomułka", "gomulka"),
    ],
)
def test_a_name_is_linked(text: str, quote: str, entity: str) -> None:
    assert linked(text) == [(quote, entity)]


@pytest.mark.parametrize(
    "text",
    [
        "Nina Khrushcheva",
        "give it to us",
        "Us and them",
        "the wording of Jordanian papers",
        "the chinaware",
        "a prc file",
        "met Debre here",
        "see https://example.org/India/US and mail US@example.org",
        "document US.3/17 and CIA-US4",
        "Mr. President",
        "the Prime Minister",
        "",
    ],
)
def test_what_is_no_name_is_neither_linked_nor_doubted(text: str) -> None:
    assert INDEX.find_in_text(text) == Found([], [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Taylor Jordan met us", "Jordan"),
        ("met Jordan Taylor", "Jordan"),
        ("asked Michael Jordan", "Jordan"),
        ("Mr. Jordan", "Jordan"),
        ("Senator Jordan", "Jordan"),
        ("J. R. Jordan", "Jordan"),
        ("the Jordan River", "Jordan"),
        ("Sergei Khrushchev", "Khrushchev"),
        ("S. Khrushchev", "Khrushchev"),
        ("S.Khrushchev", "Khrushchev"),
        ("Mr.Jordan", "Jordan"),
        ("SERGEI KHRUSHCHEV", "KHRUSHCHEV"),
        ("Mrs. Khrushchev", "Khrushchev"),
        ("Khrushchev Jr. came", "Khrushchev"),
        ("Georgia is warm", "Georgia"),
        ("North Korea", "Korea"),
        ("south Korea", "Korea"),
        ("Nationalist China", "China"),
        ("New India", "India"),
        ("India-Burma", "India"),
        ("Latin American", "American"),
        ("the Supreme Soviet", "Soviet"),
        ("GIVE IT TO US NOW", "US"),
        ("he cried: HELP US NOW, and ran", "US"),
        ("TELL ME WHO CAME", "WHO"),
        ("Rice grows here.", "Rice"),
        ("Michael Rice", "Rice"),
    ],
)
def test_a_name_that_could_mean_something_else_is_doubted(text: str, name: str) -> None:
    assert name in doubted(text)
    assert name not in [quote for quote, _ in linked(text)]


def test_a_shared_name_gives_every_candidate() -> None:
    [name] = INDEX.find_in_text("Georgia").ambiguous
    assert name.candidates == ("georgia", "georgia-usa")


def test_a_surname_shown_anywhere_in_a_record_is_no_place_in_it() -> None:
    found = INDEX.find_mentions(
        paragraphs("Jordan came early.", "Mr. Jordan told us so.", "Later Jordan left for India.")
    )
    assert [m.entity for m in found.mentions] == ["india"]
    assert [a.segments[0].paragraph for a in found.ambiguous] == [1, 2, 3]


def test_the_title_of_a_record_is_evidence_too() -> None:
    body = paragraphs("Later Jordan left.")
    assert INDEX.find_mentions(body).mentions
    assert not INDEX.find_mentions(body, ["Letter from Taylor Jordan"]).mentions


def test_a_river_does_not_make_a_place_a_surname() -> None:
    assert ("Jordan", "jordan") in linked("At the Jordan River. Troops of Jordan left.")


def test_a_surname_that_a_stranger_bears_is_doubted_unless_the_known_one_is_named_in_full() -> None:
    assert linked("We met Sergei Khrushchev. Then Khrushchev left.") == []
    text = "We met Sergei Khrushchev. Nikita Khrushchev was ill. Then Khrushchev left."
    assert [quote for quote, _ in linked(text)] == ["Nikita Khrushchev", "Khrushchev"]


def test_two_bearers_of_a_surname_in_one_record_leave_it_unlinked() -> None:
    index = NameIndex([*AUTHORITIES, authority("allen", "person", full=["Allen Dulles"])])
    alone = index.find_in_text("Then Dulles left.")
    both = index.find_in_text("Allen Dulles was there. Then Dulles left.")
    assert [m.entity for m in alone.mentions] == ["dulles"]
    assert [m.entity for m in both.mentions] == ["allen"]
    assert both.ambiguous[0].candidates == ("allen", "dulles")


def test_a_country_between_an_office_and_its_holder_spoils_neither() -> None:
    text = "the President of India Dulles and the Prime Minister of India Mr. Dulles"
    assert [entity for _, entity in linked(text)] == ["india", "dulles", "india", "dulles"]


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("Cde. N. S. Khrushchev", "Cde. N. S. Khrushchev"),
        ("as Comrade Khrushchev said", "Comrade Khrushchev"),
        ("US Deputy Prime Minister Khrushchev", "Deputy Prime Minister Khrushchev"),
        ("Mr. Dulles", "Mr. Dulles"),
    ],
)
def test_the_full_span_takes_in_the_honorific(text: str, full: str) -> None:
    mention = INDEX.find_in_text(text).mentions[-1]
    assert [segment.quote for segment in mention.full_span] == [full]
    assert mention.quote != full


def test_the_tier_tells_full_names_from_short_ones() -> None:
    mentions = INDEX.find_in_text("PRC, China, John Foster Dulles, Dulles").mentions
    assert [m.tier for m in mentions] == ["full_name", "short_name", "full_name", "short_name"]


def test_an_adjective_says_so() -> None:
    mentions = INDEX.find_in_text("the Chinese people of China").mentions
    assert [m.ref for m in mentions] == ["adjective", "name"]


def test_a_name_cut_by_a_page_break_is_one_mention() -> None:
    first = Paragraph(1, "paragraph", "It is the People's", 0, 0, continued_by=3)
    mark = Paragraph(2, "page_mark", "- 4 -", 0, 0)
    rest = Paragraph(3, "paragraph", "Republic of China that won.", 0, 0, continues=1)
    [mention] = INDEX.find_mentions([first, mark, rest]).mentions
    assert mention.entity == "prc"
    assert [(s.paragraph, s.quote) for s in mention.segments] == [
        (1, "People's"),
        (3, "Republic of China"),
    ]
    assert mention.quote == "People's Republic of China"


def test_a_name_nests_where_it_means_something_else() -> None:
    mentions = INDEX.find_in_text("in the UN General Assembly").mentions
    assert [(m.entity, m.parent) for m in mentions] == [("general-assembly", None), ("un", 0)]


def test_no_country_nests_in_the_name_of_another() -> None:
    assert linked("the Republic of China") == [("Republic of China", "roc")]


def test_mentions_come_in_reading_order_whatever_their_nesting() -> None:
    text = "India, the USSR Council of Ministers, the UN General Assembly and China"
    mentions = INDEX.find_in_text(text).mentions
    starts = [m.segments[0].start for m in mentions]
    assert starts == sorted(starts)
    for mention in mentions:
        if mention.parent is not None:
            outer = mentions[mention.parent].segments[0]
            assert outer.start <= mention.segments[0].start < outer.end


def test_a_date_is_a_mention() -> None:
    mentions = INDEX.find_in_text("Moscow, 19 September 1958").mentions
    assert [(m.entity, m.kind, m.quote) for m in mentions] == [
        ("date-1958-09-19", "date", "19 September 1958")
    ]


@pytest.mark.parametrize(
    ("edtf", "entity", "label"),
    [
        ("1958-09-19", "date-1958-09-19", "19 September 1958"),
        ("1958-09", "date-1958-09", "September 1958"),
        ("1958", "date-1958", "1958"),
        ("XXXX-07-01", "date-xxxx-07-01", "1 July"),
        ("195X", "date-195x", "1950s"),
        ("1958-21", "date-1958-21", "Spring 1958"),
        ("1958-09-19/1958-09-21", "date-1958-09-19-to-1958-09-21", None),
        ("1958~", "date-1958-approximate", "about 1958"),
        ("../1958", "date-open-to-1958", "until 1958"),
    ],
)
def test_a_date_has_an_id_and_a_label(edtf: str, entity: str, label: str | None) -> None:
    assert date_entity(DateExpression("as written", edtf)) == (
        entity,
        label or "19 September 1958 – 21 September 1958",
    )


def test_a_date_without_edtf_has_no_id() -> None:
    with pytest.raises(ValueError, match="no EDTF"):
        date_entity(DateExpression("one day"))


def test_an_index_without_names_finds_nothing_but_dates() -> None:
    assert not NameIndex([]).find_in_text("China and the US").mentions


def test_unrelated_names_change_nothing() -> None:
    text = "The US and the Soviet Union told Khrushchev about Georgia. Taylor Jordan left China."
    others = [authority(f"x-{n}", "person", full=[f"Qwert{n} Yuiop{n}"]) for n in range(2000)]
    assert NameIndex([*AUTHORITIES, *others]).find_in_text(text) == INDEX.find_in_text(text)


@pytest.mark.parametrize("unit", ["US ", "US-", "'", "India", "N. ", "Jordan ", "(", "Mr. ", "é"])
def test_long_texts_are_read_to_their_end(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    INDEX.find_in_text(text)


WORDS = st.sampled_from(
    [
        *("Khrushchev", "Taylor", "Jordan", "JORDAN", "N.", "Mr.", "US", "us", "the", "of", "May"),
        *("People's", "People’s", "Republic", "China", "UN", "General", "Assembly", "Georgia"),
        *("-", ".", ",", "(", "]", "”", "’s", "Soviet-Chinese", "19", "September", "1958"),
        *("Debré", "Debre\u0301", "İ", "ß", "😀", "\u200b", "\n", "\u00a0", "Chiang", "Kai-shek"),
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join))


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.booleans())
def test_every_segment_is_the_slice_it_quotes(texts: list[str], joined: bool) -> None:
    last = len(texts)
    body = [
        Paragraph(
            number,
            "paragraph",
            text,
            0,
            0,
            continues=number - 1 if joined and number > 1 else None,
            continued_by=number + 1 if joined and number < last else None,
        )
        for number, text in enumerate(texts, 1)
    ]
    found = INDEX.find_mentions(body)
    spans = [s for m in found.mentions for s in (*m.segments, *m.full_span)]
    spans += [s for a in found.ambiguous for s in a.segments]
    for segment in spans:
        assert texts[segment.paragraph - 1][segment.start : segment.end] == segment.quote != ""


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_outermost_mentions_never_overlap(text: str) -> None:
    tops = [m.segments for m in INDEX.find_in_text(text).mentions if m.parent is None]
    ends = [0, *(segments[-1].end for segments in tops)]
    assert all(end <= segments[0].start for end, segments in zip(ends, tops, strict=False))


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_normal_forms_make_no_difference(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)
    assert [entity for _, entity in linked(composed)] == [e for _, e in linked(decomposed)]
