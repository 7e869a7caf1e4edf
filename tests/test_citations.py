"""Citations, statement by statement. The documents are invented, the forms are not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.parsing.citations import infer_authors, parse_citation
from api.parsing.references import parse_reference

RGANI = "RGANI, f. 5, op. 1, d. 3"


@pytest.mark.parametrize(
    ("start", "title", "edtf"),
    [
        (
            '"Note of Cde. N.S. Petrov", September 19, 1958,',
            "Note of Cde. N.S. Petrov",
            "1958-09-19",
        ),
        ("“Letter from A to B,” August 07, 1956,", "Letter from A to B", "1956-08-07"),
        ('"A Talk." 19 Sept. 1958.', "A Talk", "1958-09-19"),
        ('"Report on "Dawn", Part 2", November 1967,', 'Report on "Dawn", Part 2', "1967-11"),
        ('"Speech on "Peace"", April, 1955,', 'Speech on "Peace"', "1955-04"),
        ("“Report on “Dawn”, Part 2,” 1955,", "Report on “Dawn”, Part 2", "1955"),
        ('"Minutes, 5 May 1961", 6 May 1961,', "Minutes, 5 May 1961", "1961-05-06"),
        ('"On "X", 5 May 1961, and Y", 6 May 1961,', 'On "X", 5 May 1961, and Y', "1961-05-06"),
        ("'A Talk on Petrov's Death', 5 March 1953,", "A Talk on Petrov's Death", "1953-03-05"),
        ('"A Talk", [1955?],', "A Talk", "1955?"),
        ('"A Talk", (3-5 October 1962),', "A Talk", "1962-10-03/1962-10-05"),
        ('"A Talk to the U.S.", 1955,', "A Talk to the U.S.", "1955"),
        ("Telegram from Petrov, Havana, to Moscow, 19 May 1961,", None, "1961-05-19"),
        ('"A Talk", undated,', "A Talk", None),
        ('"A Talk", n.d.,', "A Talk", None),
        ('"A Talk",', "A Talk", None),
    ],
)
def test_title_and_date_are_split_off(start: str, title: str | None, edtf: str | None) -> None:
    citation = parse_citation(f"{start} Wilson Center Digital Archive, {RGANI}.")
    assert citation.title == (title or "Telegram from Petrov, Havana, to Moscow")
    assert (citation.date.edtf if citation.date else None) == edtf
    assert citation.digital_archive == "Wilson Center Digital Archive"
    assert citation.reference is not None
    assert citation.reference.as_written == RGANI
    assert citation.unread == ()


@pytest.mark.parametrize("words", ["undated", "n.d.", "[Undated]", "no date"])
def test_no_date_is_an_honest_value(words: str) -> None:
    citation = parse_citation(f'"A Talk", {words}, Wilson Center Digital Archive, {RGANI}.')
    assert citation.date is not None
    assert (citation.date.expression, citation.date.edtf) == (words, None)


def test_a_date_nobody_can_read_keeps_its_words() -> None:
    citation = parse_citation(
        '"A Talk", the second week of May 1953, Wilson Center Digital Archive'
    )
    assert citation.date is not None
    assert (citation.date.expression, citation.date.edtf) == ("the second week of May 1953", None)


@pytest.mark.parametrize(
    "name",
    [
        "Wilson Center Digital Archive",
        "History and Public Policy Program Digital Archive",
        "CWIHP Digital Archive",
        "CWIHP Virtual Archive",
        "Cold War International History Project (CWIHP) Digital Archive",
        "Parallel Histories Digital Archive",
    ],
)
def test_any_digital_archive_is_one(name: str) -> None:
    citation = parse_citation(f'"A Talk", 1955, {name}, {RGANI}. Translated by Jan Nowak.')
    assert citation.digital_archive == name
    assert citation.reference == parse_reference(RGANI)


def test_a_citation_without_quotation_marks_or_digital_archive_is_split() -> None:
    citation = parse_citation(f"Letter to the Committee, 5 May 1958, {RGANI}. Trans. by Jan Nowak.")
    assert citation.title == "Letter to the Committee"
    assert citation.date is not None
    assert citation.reference == parse_reference(RGANI)
    assert [(c.name, c.role) for c in citation.contributors] == [("Jan Nowak", "translator")]


def test_a_reference_before_the_digital_archive_is_the_reference() -> None:
    citation = parse_citation(f'"A Talk", 1955, {RGANI}, Wilson Center Digital Archive.')
    assert citation.reference == parse_reference(RGANI)
    assert citation.digital_archive == "Wilson Center Digital Archive"


URL = "https://digitalarchive.wilsoncenter.org/document/112233"


@pytest.mark.parametrize(
    "written",
    [f"<{URL}>", URL, f"{URL}.", f"[{URL}]({URL})", f"[{URL}]({URL}).", f"({URL})"],
)
def test_a_url_is_taken_without_its_marks(written: str) -> None:
    citation = parse_citation(f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. {written}')
    assert citation.url == URL
    assert citation.reference == parse_reference(RGANI)
    assert citation.unread == ()


def test_a_url_without_scheme_is_one_too() -> None:
    plain = URL.removeprefix("https://")
    citation = parse_citation(f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. {plain}')
    assert citation.url == plain


C, T, S, E, P = "contributor", "translator", "transcriber", "editor", "provider"


@pytest.mark.parametrize(
    ("words", "people"),
    [
        (
            "Contributed by Jan Nowak and translated by Anna Kral.",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        ("Obtained and contributed to CWIHP by Li Wei.", [("Li Wei", C)]),
        ("Translated for CWIHP by Anna Kral.", [("Anna Kral", T)]),
        ("Translated by Anna Kral for CWIHP.", [("Anna Kral", T)]),
        (
            "Obtained by Jan Nowak for CWIHP and translated by Anna Kral",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        (
            "Obtained and translated for CWIHP by Austin Novak.",
            [("Austin Novak", C), ("Austin Novak", T)],
        ),
        (
            "Contributed, transcribed, and translated by Jan Nowak.",
            [("Jan Nowak", C), ("Jan Nowak", S), ("Jan Nowak", T)],
        ),
        (
            "translated and edited by Jan Nowak, Anna Kral, and Li Wei.",
            [
                ("Jan Nowak", T),
                ("Anna Kral", T),
                ("Li Wei", T),
                ("Jan Nowak", E),
                ("Anna Kral", E),
                ("Li Wei", E),
            ],
        ),
        ("Translation by Jan Nowak.", [("Jan Nowak", T)]),
        ("Trans. by Jan Nowak.", [("Jan Nowak", T)]),
        ("Translation from Russian: Jan Nowak", [("Jan Nowak", T)]),
        ("Translated from Russian by Jan Nowak.", [("Jan Nowak", T)]),
        ("Translated from the Hungarian by József Kis.", [("József Kis", T)]),
        ("Translated by Jan Nowak from the original Polish.", [("Jan Nowak", T)]),
        ("Translated by Jan Nowak with Anna Kral.", [("Jan Nowak", T), ("Anna Kral", T)]),
        ("Provided by Jan Nowak.", [("Jan Nowak", P)]),
        (
            "Document provided by the National Security Archive.",
            [("National Security Archive", P)],
        ),
        ("Transcribed by Jan Nowak. Edited by Anna Kral.", [("Jan Nowak", S), ("Anna Kral", E)]),
        (
            "Contributed by Jan Nowak, translated by Anna Kral, and edited by Li Wei.",
            [("Jan Nowak", C), ("Anna Kral", T), ("Li Wei", E)],
        ),
        (
            "Contributed by Jan Nowak; translated by Anna Kral.",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        (
            "Translated by John B. Smith, Jr., and Yu. N. Petrov.",
            [("John B. Smith, Jr.", T), ("Yu. N. Petrov", T)],
        ),
        (
            "Contributed by Ana María de la Cruz & Ivan von der Leyen",
            [("Ana María de la Cruz", C), ("Ivan von der Leyen", C)],
        ),
        ("Translated by Peter O'Neill and Ch'en Li.", [("Peter O'Neill", T), ("Ch'en Li", T)]),
        (
            "Contributed by Jan Nowak and the Institute for East and Southeast European Studies.",
            [("Jan Nowak", C), ("Institute for East and Southeast European Studies", C)],
        ),
        ("Contributed and Translated by Jan Nowak.", [("Jan Nowak", C), ("Jan Nowak", T)]),
        (
            "Contributed to NPIHP by Jan Nowak, and translated by Anna Kral.",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        ("(Translated by Jan Nowak.)", [("Jan Nowak", T)]),
        (
            "Obtained by Jan Nowak and translated by 7Words.",
            [("Jan Nowak", C), ("7Words", T)],
        ),
        (
            "Obtained and translated by John G. Smith.",
            [("John G. Smith", C), ("John G. Smith", T)],
        ),
        (
            "Document obtained by Jan Nowak and translated by Anna Kral.",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        (
            "Obtained for NKIDP by Jan Nowak and translated for NKIDP by Anna Kral.",
            [("Jan Nowak", C), ("Anna Kral", T)],
        ),
        (
            "Translated by Assistant Professor Anna Kral; edited by Jan Nowak and Li Wei",
            [("Assistant Professor Anna Kral", T), ("Jan Nowak", E), ("Li Wei", E)],
        ),
        ("Contributed by the Arms Control Association.", [("Arms Control Association", C)]),
    ],
)
def test_contributors_have_name_and_role(words: str, people: list[tuple[str, str]]) -> None:
    citation = parse_citation(f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. {words}')
    assert [(c.name, c.role) for c in citation.contributors] == people
    assert citation.reference == parse_reference(RGANI)
    assert citation.unread == ()


def test_contributors_may_follow_without_a_full_stop() -> None:
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI} Translated by Jan Nowak'
    )
    assert [c.name for c in citation.contributors] == ["Jan Nowak"]
    assert citation.reference == parse_reference(RGANI)


def test_where_a_document_was_obtained_is_provenance() -> None:
    citation = parse_citation(
        '"A Talk", 1955, Wilson Center Digital Archive, '
        "Obtained by Jan Nowak from the State Archives. Translated by Anna Kral."
    )
    assert [c.name for c in citation.contributors] == ["Jan Nowak", "Anna Kral"]
    assert citation.provenance == ("from the State Archives",)
    assert citation.reference is None


@pytest.mark.parametrize(
    "words", ["Donated by Ivan Petrov.", "From the personal collection of Ivan Petrov."]
)
def test_a_donor_alone_is_provenance_and_no_reference(words: str) -> None:
    citation = parse_citation(f'"A Talk", 1955, Wilson Center Digital Archive, {words}')
    assert citation.provenance == (words,)
    assert citation.reference is None
    assert citation.contributors == ()


@pytest.mark.parametrize("verb", ["Reprinted in", "Published in", "Also printed in"])
def test_where_it_is_printed_stands_beside_the_reference(verb: str) -> None:
    printed = "CWIHP Bulletin 8-9 (Winter 1996/1997), pp. 12-15"
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. {verb} {printed}. '
        "Translated by Jan Nowak."
    )
    assert citation.reference == parse_reference(RGANI)
    assert citation.also_printed_in == (parse_reference(printed),)
    assert [c.name for c in citation.contributors] == ["Jan Nowak"]


def test_a_printed_source_alone_is_the_reference() -> None:
    book = "Mao wenxuan, vol. 3 (Beijing: Renmin chubanshe, 1994), 12-15"
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, Published in {book}.'
    )
    assert citation.reference == parse_reference(book)
    assert citation.also_printed_in == ()


def test_what_no_rule_understands_is_unread() -> None:
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. '
        "Translated by Jan Nowak (University of X). See also the next document."
    )
    assert citation.unread == ("See also the next document.", "University of X")
    assert [c.name for c in citation.contributors] == ["Jan Nowak"]


def test_where_a_contributor_works_is_no_contributor() -> None:
    citation = parse_citation(
        '"A Talk", 1955, Wilson Center Digital Archive, Foreign Ministry Archive; copy obtained by '
        "NHK, and on file elsewhere; translation by J. Nowak, Norwegian Institute, Oslo."
    )
    assert [(c.name, c.role) for c in citation.contributors] == [("J. Nowak", "translator")]
    assert citation.provenance == ("copy obtained by NHK, and on file elsewhere",)
    assert citation.unread == ("Norwegian Institute", "Oslo")


@pytest.mark.parametrize(
    ("words", "people", "unread"),
    [
        (
            "Translated by Jan Nowak (or Anna K.), edited by Li Wei.",
            [("Jan Nowak", T), ("Li Wei", E)],
            "or Anna K.",
        ),
        (
            "Translated by Jan Nowak with assistance from Anna Kral.",
            [("Jan Nowak", T)],
            "with assistance from Anna Kral",
        ),
        ("Translation by J. Nowak, Harvard University.", [("J. Nowak", T)], "Harvard University"),
        (
            "Translated by Jan Nowak; introduction by Anna Kral.",
            [("Jan Nowak", T)],
            "introduction by Anna Kral",
        ),
    ],
)
def test_what_a_statement_says_besides_is_kept(
    words: str, people: list[tuple[str, str]], unread: str
) -> None:
    citation = parse_citation(f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. {words}')
    assert [(c.name, c.role) for c in citation.contributors] == people
    assert citation.unread == (unread,)


def test_help_is_not_turned_into_a_role() -> None:
    citation = parse_citation(
        f'"A Talk", 1955, Wilson Center Digital Archive, {RGANI}. '
        "Translated by Jan Nowak with the assistance of Anna Kral."
    )
    assert [c.name for c in citation.contributors] == ["Jan Nowak"]
    assert citation.unread == ("with the assistance of Anna Kral",)


def test_a_text_that_is_no_citation_is_unread() -> None:
    citation = parse_citation("hello world")
    assert citation.unread == ("hello world",)
    assert citation.reference is None


def test_white_space_and_decomposed_letters_do_not_matter() -> None:
    archive = "Wilson Center Digital Archive"
    text = f'"A Talk with Gerő", 1955, {archive}, {RGANI}. Translated by József Kis.'
    loose = unicodedata.normalize("NFD", text).replace(" ", " \n ")
    strict, other = parse_citation(text), parse_citation(loose)
    assert (other.title, other.contributors) == (strict.title, strict.contributors)
    assert other.verbatim == unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Note of Cde. N.S. Petrov to the CC Presidium about Documents", ["N. S. Petrov"]),
        ("Letter from Li Wei to Ivan Petrov", ["Li Wei"]),
        ("Report by X. Y. Zorin on Laos", ["X. Y. Zorin"]),
        ("Memorandum by Deputy Foreign Minister V. Petrov", ["V. Petrov"]),
        ("Cable from Ambassador Petrov to the Ministry", ["Petrov"]),
        ("Telegram from Soviet Ambassador to Cuba Petrov to the Ministry", ["Petrov"]),
        ("Speech by Nehru", ["Nehru"]),
        ("Cable, Li Wei to Petrov", ["Li Wei"]),
        ("Li Wei's Speech at the Conference", ["Li Wei"]),
        ("From the Diary of N.V. Petrov, 5 May", ["N. V. Petrov"]),
        ("Letter from A. Petrov and Y. Ivanov to the CC", ["A. Petrov", "Y. Ivanov"]),
    ],
)
def test_an_author_is_inferred_where_the_title_is_sure(title: str, names: list[str]) -> None:
    assert [author.name for author in infer_authors(title)] == names
    assert {author.origin for author in infer_authors(title)} == {"derived"}


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Telegram from the Bulgarian Embassy in Havana to Sofia",
        "Record of Conversation between A. Petrov and B. Smith",
        "Memorandum of Conversation of N. S. Petrov with Li Wei",
        "Letter from New Delhi to Moscow",
        "Telegram, Moscow to Havana",
        "Telegram from Zorin to Moscow",
        "Statement of the Soviet Government",
        "Report of the Delegation to China",
        "Report by the Polish Ambassador in Beijing",
    ],
)
def test_no_author_is_guessed(title: str) -> None:
    assert infer_authors(title) == ()


_WORDS = (
    "\" “ ” ' , . ; : ( ) [ ] < > & 1958 19 September undated Wilson Center Digital Archive RGANI "
    "f. 52 op. 1 d. 351 ll. 141-153 papka Contributed by Jan Nowak and translated Translated for "
    "CWIHP https://a.org/b PRC FMA 109-00833-01 RG 59 Box Reprinted in (Beijing: Press, 1994) from "
    "Letter to of Cde. the é ё 中"
)
_TEXTS = st.lists(st.sampled_from(_WORDS.split()), max_size=30).map(" ".join) | st.text(max_size=80)


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
@example("")
@example('"')
def test_no_text_breaks_the_reader(text: str) -> None:
    citation = parse_citation(text)
    assert citation.verbatim == " ".join(text.split())
    infer_authors(text)
    plain = unicodedata.normalize("NFC", citation.verbatim)
    for written in [citation.title, *(person.name for person in citation.contributors)]:
        assert written != ""
        assert all(word in plain for word in (written or "").split())


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "Translated by ",
        "A, ",
        "f. 1, ",
        "1 ",
        "Digital Archive ",
        '"A", 1958, ',
        "(",
        "[",
        "M. ",
    ],
)
def test_a_long_text_is_read_to_its_end(piece: str) -> None:
    text = piece * (9_000 // len(piece))
    parse_citation(text)
    infer_authors(text)
