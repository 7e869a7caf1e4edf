from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import SeedError
from api.parsing.curated import SCHEMAS, AnnotationFile, AuthorityFile, json_schema, read_curated

ENTITY = """\
entities:
  - id: mao-zedong
    kind: person
    label: Mao Zedong
    names:
      - {text: Mao Zedong, type: full}
"""


def complaints(text: str, model: type = AuthorityFile) -> list[str]:
    with pytest.raises(SeedError) as caught:
        read_curated(text, model)
    return [str(complaint) for complaint in caught.value.complaints]


def test_an_authority_file_is_read() -> None:
    file, _ = read_curated(ENTITY, AuthorityFile)
    assert file.entities[0].names[0].text == "Mao Zedong"


def test_every_error_is_told_at_once_with_its_line() -> None:
    text = ENTITY.replace("kind: person", "kind: parson").replace("label:", "lable:")
    told = complaints(text)
    assert any(line.startswith("3:11: entities.0.kind") and "'person'" in line for line in told)
    assert any(line.startswith("4:") and "unknown key 'lable'" in line for line in told)
    assert any("entities.0.label is missing" in line for line in told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("entities: [", "not valid YAML"),
        ("entities: []\nentities: []", "the key 'entities' stands twice"),
        ("a: &x [1]\nentities: *x", "aliases (*name) are not used here"),
        ("entities: " + "[" * 200 + "]" * 200, "nested more than 40 deep"),
        ("? [a, b]\n: 1", "a key must be a plain word"),
        ("entities: []\n--- \nentities: []", "not valid YAML"),
    ],
)
def test_yaml_that_is_not_plain_is_refused(text: str, told: str) -> None:
    assert told in complaints(text)[0]


def test_a_bomb_of_aliases_is_refused_before_it_goes_off() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(
        f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]\n" for i in range(1, 40)
    )
    assert "aliases" in complaints(bomb)[0]


def test_dates_and_odd_booleans_stay_words() -> None:
    text = ENTITY.replace("label: Mao Zedong", "label: no\n    dates: {begin: 1893-12-26}")
    file, _ = read_curated(text, AuthorityFile)
    assert file.entities[0].label == "no"
    assert file.entities[0].dates is not None
    assert file.entities[0].dates.begin == "1893-12-26"


@given(st.text())
def test_no_text_crashes_the_reader(text: str) -> None:
    for model in (AuthorityFile, AnnotationFile):
        with suppress(SeedError):
            read_curated(text, model)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_format_has_a_json_schema(name: str) -> None:
    schema = json_schema(name)
    assert schema["additionalProperties"] is False
