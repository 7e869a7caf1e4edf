import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.text import JoinedText, fold, line_and_column, occurrences, utf16_offsets


@given(st.text(), st.data())
def test_utf16_offsets_count_as_the_encoder_does(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    encoded = text[:offset].encode("utf-16-le", "surrogatepass")
    assert utf16_offsets(text, [offset]) == [len(encoded) // 2]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("“Čapek” — it’s", '"capek" - it\'s'),
        ("Čapek", "capek"),
        ("two\u00a0\n words…", "two words..."),
        ("Мао Цзэдун, Й", "мао цзэдун, и"),
        ("がぎぐ", "がぎぐ"),
        ("Łódź Straße", "lodz strasse"),
        ("co\u00adoperate", "cooperate"),
    ],
)
def test_folding_makes_typography_and_diacritics_comparable(written: str, folded: str) -> None:
    assert fold(written).text == folded


@given(st.text())
def test_every_folded_character_knows_where_it_comes_from(text: str) -> None:
    folded = fold(text)
    assert len(folded.origin) == len(folded.text) + 1
    assert list(folded.origin) == sorted(folded.origin)
    assert folded.origin[-1] == len(text)


@given(st.text(), st.data())
def test_a_folded_span_folds_to_itself(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    span = folded.span(start, end)
    assert folded.text[start:end] in fold(text[span.start : span.end]).text


def test_a_folded_span_takes_combining_marks_along() -> None:
    decomposed = "C\u030capek"
    span = fold(decomposed).span(0, 1)
    assert decomposed[span.start : span.end].startswith("C")


@given(st.lists(st.text(max_size=20), max_size=6), st.data())
def test_segments_of_a_joined_text_slice_to_it(texts: list[str], data: st.DataObject) -> None:
    joined = JoinedText.of(enumerate(texts, 1))
    start = data.draw(st.integers(0, len(joined.text)))
    end = data.draw(st.integers(start, len(joined.text)))
    segments = joined.segments(start, end)
    assert all(left < right for _, left, right in segments)
    inside = "".join(texts[number - 1][left:right] for number, left, right in segments)
    assert len(inside) <= end - start
    assert all(texts[n - 1][left:right] in joined.text[start:end] for n, left, right in segments)


def test_a_name_across_two_paragraphs_has_a_segment_in_each() -> None:
    joined = JoinedText.of([(48, "it is the People's"), (49, "Republic of China, headed")])
    start = joined.text.index("People")
    end = joined.text.index(", headed")
    assert joined.segments(start, end) == [(48, 10, 18), (49, 0, 17)]


def test_lines_and_columns_count_from_one() -> None:
    assert line_and_column("ab\ncd", 0) == (1, 1)
    assert line_and_column("ab\ncd", 4) == (2, 2)


def test_occurrences_may_overlap() -> None:
    assert occurrences("aaa", "aa") == [0, 1]
    assert occurrences("abc", "") == []
