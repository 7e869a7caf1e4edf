"""Stable ids, on invented texts: what is unchanged keeps its id whatever happens around it."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import SeedError
from api.parsing.curated import GoneId, IdRegistry, MintedId, read_curated
from api.parsing.identities import (
    OldParagraph,
    Previous,
    align,
    assign_ids,
    follow_moves,
    mint_ids,
    rising_chain,
    write_registry,
)
from api.text import sha256_hex

OLD_SOURCE, NEW_SOURCE = "a" * 64, "b" * 64

LETTER = [
    "To the Minister of River Transport",
    "The ferry at Dubrovka has been out of service since the spring floods, and the two villages "
    "on the left bank can be reached only by the long road over the dam.",
    "The board asks for eleven tons of timber, four pairs of oars and the loan of a pile driver "
    "for the months of July and August, to be returned before the first frost.",
    "We have written about this three times. No reply has come from the regional office, although "
    "the secretary promised one by the end of May.",
    "14 June 1931",
    "Chairman of the board, P. Antipov",
]


def old_of(texts: list[str]) -> list[OldParagraph]:
    return [
        OldParagraph(one, text, sha256_hex(text))
        for one, text in zip(mint_ids(texts), texts, strict=True)
    ]


def registry_of(texts: list[str], ids: list[str], *gone: GoneId) -> IdRegistry:
    return IdRegistry(
        record="letter",
        source_sha256=OLD_SOURCE,
        paragraphs=tuple(
            MintedId(id=one, text_sha256=sha256_hex(text))
            for one, text in zip(ids, texts, strict=True)
        ),
        gone=gone,
    )


def test_an_id_is_minted_from_the_text_alone() -> None:
    assert mint_ids(["14 June 1931"]) == mint_ids(["other words", "14 June 1931"])[1:]


def test_the_first_minting_never_changes() -> None:
    # Published ids depend on this very value: were it to change, every link would break.
    assert mint_ids(["14 June 1931", "14 June 1931"]) == ["pa4dajzobaj", "pb2xiz5gkyn"]


def test_equal_texts_get_different_ids() -> None:
    first, second, third = mint_ids(["Same.", "Same.", "Same."])
    assert len({first, second, third}) == 3


def test_a_taken_id_is_not_minted_again() -> None:
    (taken,) = mint_ids(["Same."])
    assert mint_ids(["Same."], taken={taken}) != [taken]


@given(st.lists(st.text(max_size=20), max_size=30))
@settings(max_examples=60)
def test_minted_ids_are_unique_and_begin_with_a_letter(texts: list[str]) -> None:
    ids = mint_ids(texts)
    assert len(set(ids)) == len(texts)
    assert all(one.startswith("p") and one.isalnum() and one.islower() for one in ids)


def test_an_unchanged_text_keeps_every_id() -> None:
    old = old_of(LETTER)
    alignment = align(old, LETTER)
    assert list(alignment.ids) == [paragraph.id for paragraph in old]
    assert (alignment.kept, alignment.aligned, alignment.gone) == (6, 0, ())


def test_a_moved_paragraph_keeps_its_id() -> None:
    old = old_of(LETTER)
    alignment = align(old, [*LETTER[3:], *LETTER[:3]])
    assert list(alignment.ids) == [paragraph.id for paragraph in [*old[3:], *old[:3]]]


def test_equal_paragraphs_keep_their_order() -> None:
    old = old_of(["* * *", LETTER[1], "* * *", LETTER[2]])
    alignment = align(old, ["* * *", LETTER[1], "* * *", LETTER[2]])
    assert list(alignment.ids) == [paragraph.id for paragraph in old]


def test_of_equal_paragraphs_the_one_left_is_the_one_with_its_neighbour() -> None:
    old = old_of(["* * *", LETTER[1], "* * *", LETTER[2]])
    alignment = align(old, ["* * *", LETTER[2]])
    assert list(alignment.ids) == [old[2].id, old[3].id]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LETTER[1], LETTER[1].replace("Dubrovka", "Malaya Zemlya")),
        (LETTER[2], LETTER[2].replace("eleven tons", "nine tons") + " Nails we have."),
        ("TO THE PRESIDUM", "TO THE PRESIDIUM"),
        ("14 June 1931", "24 June 1931"),
        (
            "渡口自春汛以来停止使用，左岸两村只能绕道大坝。",
            "渡口自春汛以来停止使用，右岸两村只能绕道大坝。",
        ),
        ("Паром в Дубровке не работает с весны.", "Паром в Дубовке не работает с весны."),
    ],
)
def test_a_small_edit_keeps_the_id(before: str, after: str) -> None:
    old = old_of([LETTER[0], before, LETTER[5]])
    alignment = align(old, [LETTER[0], after, LETTER[5]])
    assert alignment.ids[1] == old[1].id
    assert alignment.aligned == 1


def test_a_paragraph_both_moved_and_edited_keeps_its_id() -> None:
    old = old_of(LETTER)
    edited = LETTER[2].replace("August", "September")
    alignment = align(old, [LETTER[0], edited, LETTER[1], *LETTER[3:]])
    assert alignment.ids[1] == old[2].id


def test_names_changed_throughout_keep_every_id() -> None:
    def rename(text: str) -> str:
        return text.replace("Dubrovka", "Sosnovka").replace("board", "council")

    old = old_of(LETTER)
    alignment = align(old, [rename(text) for text in LETTER])
    assert list(alignment.ids) == [paragraph.id for paragraph in old]


def test_a_deleted_paragraph_is_gone_without_successors() -> None:
    old = old_of(LETTER)
    alignment = align(old, LETTER[:2] + LETTER[3:])
    assert alignment.gone == (GoneId(id=old[2].id),)


def test_of_two_long_equal_paragraphs_the_gone_one_points_to_the_other() -> None:
    old = old_of([LETTER[1], LETTER[0], LETTER[1]])
    alignment = align(old, LETTER[:2])
    assert alignment.gone == (GoneId(id=old[0].id, successors=(old[2].id,)),)


def test_of_two_equal_paragraphs_the_edited_one_keeps_its_id_too() -> None:
    old = old_of([LETTER[1], LETTER[0], LETTER[1]])
    alignment = align(old, [LETTER[1].replace("two", "three"), LETTER[0], LETTER[1]])
    assert list(alignment.ids) == [paragraph.id for paragraph in old]


def test_an_unrelated_paragraph_in_the_place_of_another_is_new() -> None:
    old = old_of(LETTER)
    new = "It rained on the day of the fair, and hardly anybody bought the pottery from Gzhel."
    alignment = align(old, [*LETTER[:2], new, *LETTER[3:]])
    assert alignment.minted == (alignment.ids[2],)
    assert alignment.gone == (GoneId(id=old[2].id),)


def test_a_paragraph_split_in_halves_points_to_both() -> None:
    old = old_of(LETTER)
    first, second = LETTER[2].split(" and the loan", 1)
    alignment = align(old, [*LETTER[:2], first, "and the loan" + second, *LETTER[3:]])
    assert alignment.gone == (GoneId(id=old[2].id, successors=alignment.ids[2:4]),)


def test_a_paragraph_split_in_three_points_to_all() -> None:
    whole = " ".join(LETTER[1:4])
    old = old_of([LETTER[0], whole, LETTER[5]])
    alignment = align(old, [LETTER[0], *LETTER[1:4], LETTER[5]])
    assert alignment.gone == (GoneId(id=old[1].id, successors=alignment.ids[1:4]),)


def test_a_paragraph_that_loses_its_last_words_to_a_new_one_keeps_its_id() -> None:
    text = LETTER[1] + " The board."
    old = old_of([LETTER[0], text, LETTER[5]])
    alignment = align(old, [LETTER[0], LETTER[1], "The board.", LETTER[5]])
    assert alignment.ids[1] == old[1].id
    assert alignment.gone == ()


def test_of_joined_paragraphs_the_greater_keeps_its_id() -> None:
    old = old_of(LETTER)
    alignment = align(old, [LETTER[0], f"{LETTER[1]} {LETTER[2]}", *LETTER[3:]])
    greater, lesser = sorted(old[1:3], key=lambda one: -len((one.text or "").split()))
    assert alignment.ids[1] == greater.id
    assert alignment.gone == (GoneId(id=lesser.id, successors=(greater.id,)),)


def test_three_joined_paragraphs_become_the_greatest_of_them() -> None:
    old = old_of(LETTER)
    alignment = align(old, [LETTER[0], " ".join(LETTER[1:4]), *LETTER[4:]])
    assert alignment.ids[1] in {paragraph.id for paragraph in old[1:4]}
    assert {gone.successors for gone in alignment.gone} == {(alignment.ids[1],)}
    assert len(alignment.gone) == 2


def test_without_old_texts_only_equal_ones_are_aligned() -> None:
    old = [OldParagraph(one.id, None, one.text_sha256) for one in old_of(LETTER)]
    alignment = align(old, [LETTER[0], LETTER[1] + "!", *LETTER[2:]])
    assert alignment.gone == (GoneId(id=old[1].id),)
    assert len(alignment.minted) == 1


def test_a_paragraph_that_returns_does_not_take_its_gone_id_back() -> None:
    old = old_of(LETTER[1:])
    (gone,) = mint_ids(LETTER[:1])
    alignment = align(old, LETTER, taken={gone})
    assert alignment.ids[0] != gone


words = st.sampled_from(
    ["ferry", "timber", "oars", "dam", "board", "river", "frost", "July", "Antipov", "reply"]
)
paragraph_texts = st.lists(words, min_size=1, max_size=15).map(" ".join)


@given(
    st.lists(paragraph_texts, max_size=15),
    st.lists(paragraph_texts, max_size=15),
    st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_alignment_is_sound_after_any_edit(
    texts: list[str], added: list[str], chance: random.Random
) -> None:
    new = [text for text in texts if chance.random() < 0.8] + added
    chance.shuffle(new)
    old = old_of(texts)
    alignment = align(old, new)
    before = {paragraph.id for paragraph in old}
    assert len(set(alignment.ids)) == len(new)
    assert {gone.id for gone in alignment.gone} == before - set(alignment.ids)
    assert set(alignment.minted) == set(alignment.ids) - before
    assert alignment.kept + alignment.aligned + len(alignment.minted) == len(new)
    assert {one for gone in alignment.gone for one in gone.successors} <= set(alignment.ids)


@given(
    st.lists(paragraph_texts, min_size=1, max_size=20, unique=True),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_an_unchanged_text_keeps_its_id_under_edits_of_all_others(
    texts: list[str], chance: random.Random
) -> None:
    new = []
    for text in texts:
        deed = chance.choice(["keep", "keep", "edit", "delete", "split"])
        half = len(text) // 2
        new += {
            "keep": [text],
            "edit": [text + " indeed"],
            "delete": [],
            "split": [text[:half] + "-", "-" + text[half:]],
        }[deed]
    chance.shuffle(new)
    old = old_of(texts)
    alignment = align(old, new)
    for paragraph in old:
        for one, text in zip(alignment.ids, new, strict=True):
            assert text != paragraph.text or one == paragraph.id


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0.1, 1)), max_size=12))
@settings(max_examples=60)
def test_a_rising_chain_rises(pairs: list[tuple[int, int, float]]) -> None:
    chain = [pairs[at] for at in rising_chain(pairs)]
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(chain))
    assert bool(chain) == bool(pairs)


def test_the_heaviest_chain_is_found_not_the_first() -> None:
    assert rising_chain([(0, 5, 1.0), (1, 1, 1.0), (2, 2, 1.0), (3, 3, 1.0)]) == [1, 2, 3]


@pytest.mark.parametrize("distinct", [True, False])
def test_five_thousand_edited_paragraphs_are_aligned(distinct: bool) -> None:
    chance = random.Random(7)
    vocabulary = [f"word{at}" for at in range(3000 if distinct else 40)]
    texts = [" ".join(chance.choices(vocabulary, k=60)) for _ in range(5000)]
    edited = [text.replace(text.split()[7], "edited", 1) for text in texts]
    alignment = align(old_of(texts), edited)
    assert alignment.aligned > 4900 or not distinct


def test_without_registry_or_past_ids_are_minted() -> None:
    assigned = assign_ids(LETTER, NEW_SOURCE)
    assert list(assigned.ids) == mint_ids(LETTER)
    assert assigned.warnings == ()


def test_a_registry_of_this_source_is_taken_as_it_is() -> None:
    ids = [f"own-{at}" for at in range(6)]
    gone = GoneId(id="long-gone", successors=("own-1",))
    assigned = assign_ids(LETTER, OLD_SOURCE, registry_of(LETTER, ids, gone))
    assert list(assigned.ids) == ids
    assert assigned.gone == (gone,)
    assert assigned.warnings == ()


def test_a_registry_that_does_not_fit_its_source_is_complained_of() -> None:
    ids = mint_ids(LETTER)
    assigned = assign_ids(
        [*LETTER[:4], "15 June 1931", LETTER[5]], OLD_SOURCE, registry_of(LETTER, ids)
    )
    assert "paragraph 5" in assigned.warnings[0].message
    assert assigned.ids[:4] == tuple(ids[:4])


def test_a_registry_of_an_older_source_is_aligned_with_a_warning() -> None:
    ids = [f"own-{at}" for at in range(6)]
    assigned = assign_ids(LETTER[1:], NEW_SOURCE, registry_of(LETTER, ids))
    assert list(assigned.ids) == ids[1:]
    assert assigned.gone == (GoneId(id="own-0"),)
    (warning,) = assigned.warnings
    assert "opis mint" in str(warning)
    assert warning.severity == "warning"


def test_an_older_registry_is_helped_by_the_texts_a_database_knows() -> None:
    ids = [f"own-{at}" for at in range(6)]
    known = [
        OldParagraph(one, text, sha256_hex(text)) for one, text in zip(ids, LETTER, strict=True)
    ]
    edited = [*LETTER[:5], "Chairman of the board, P. Antipova"]
    assigned = assign_ids(
        edited, NEW_SOURCE, registry_of(LETTER, ids), Previous(OLD_SOURCE, tuple(known))
    )
    assert list(assigned.ids) == ids
    assert assigned.gone == ()


def test_an_edit_known_to_the_database_alone_keeps_ids_and_warns() -> None:
    old = old_of(LETTER)
    assigned = assign_ids(LETTER[:5], NEW_SOURCE, previous=Previous(OLD_SOURCE, tuple(old)))
    assert list(assigned.ids) == [paragraph.id for paragraph in old[:5]]
    assert len(assigned.warnings) == 1


def test_loading_the_same_text_again_keeps_ids_without_a_warning() -> None:
    known = tuple(
        OldParagraph(f"own-{at}", text, sha256_hex(text)) for at, text in enumerate(LETTER)
    )
    assigned = assign_ids(LETTER, NEW_SOURCE, previous=Previous(OLD_SOURCE, known))
    assert assigned.ids == tuple(paragraph.id for paragraph in known)
    assert assigned.warnings == ()


def test_what_a_database_served_before_the_registry_came_is_gone_not_forgotten() -> None:
    ids = [f"own-{at}" for at in range(6)]
    served = old_of(LETTER)
    assigned = assign_ids(
        LETTER, OLD_SOURCE, registry_of(LETTER, ids), Previous(OLD_SOURCE, tuple(served))
    )
    successors = {gone.id: gone.successors for gone in assigned.gone}
    assert successors == {paragraph.id: (one,) for paragraph, one in zip(served, ids, strict=True)}


def test_a_database_ahead_of_the_registry_keeps_what_it_serves() -> None:
    registry = registry_of(LETTER[:5], [f"own-{at}" for at in range(5)])
    served = old_of(LETTER[1:])
    previous = Previous(NEW_SOURCE, tuple(served), (GoneId(id="own-0"),))
    assigned = assign_ids(LETTER[1:5], "c" * 64, registry, previous)
    assert list(assigned.ids) == [paragraph.id for paragraph in served[:4]]
    assert {gone.id for gone in assigned.gone} == {
        served[4].id,
        *(f"own-{at}" for at in range(5)),
    }


def test_gone_ids_of_registry_and_database_are_gathered() -> None:
    old = old_of(LETTER)
    registry = registry_of(LETTER, [paragraph.id for paragraph in old], GoneId(id="once"))
    previous = Previous(OLD_SOURCE, tuple(old), (GoneId(id="other"),))
    assigned = assign_ids(LETTER[:5], NEW_SOURCE, registry, previous)
    assert {gone.id for gone in assigned.gone} == {"once", "other", old[5].id}


def test_successors_that_went_as_well_are_followed() -> None:
    old = old_of([*LETTER[:3], " ".join(LETTER[3:5])])
    gone = (
        GoneId(id="first", successors=("second",)),
        GoneId(id="second", successors=(old[3].id, "first")),
    )
    previous = Previous(OLD_SOURCE, tuple(old), gone)
    halves = LETTER[3].split(". ")
    assigned = assign_ids([*LETTER[:3], *halves], NEW_SOURCE, previous=previous)
    successors = {entry.id: entry.successors for entry in assigned.gone}
    living = set(assigned.ids)
    assert successors["first"] == successors["second"]
    assert successors["first"]
    assert set(successors["first"]) <= living


def test_an_id_that_is_alive_is_not_gone() -> None:
    old = old_of(LETTER)
    previous = Previous(OLD_SOURCE, tuple(old), (GoneId(id=old[0].id),))
    assert assign_ids(LETTER, NEW_SOURCE, previous=previous).gone == ()


@pytest.mark.parametrize(
    ("gone", "complaint"),
    [
        (GoneId(id="own-0"), "own-0 stands 2 times"),
        (GoneId(id="gone", successors=("nowhere",)), "nowhere"),
    ],
)
def test_a_registry_that_contradicts_itself_is_refused(gone: GoneId, complaint: str) -> None:
    registry = registry_of(LETTER, [f"own-{at}" for at in range(6)], gone)
    with pytest.raises(SeedError, match=complaint):
        assign_ids(LETTER, OLD_SOURCE, registry)


def test_a_written_registry_reads_back() -> None:
    hashes = [sha256_hex(text) for text in LETTER]
    ids = ["null", "p2", "yes", "p4", "p5", "p6"]
    gone = [GoneId(id="z", successors=("p2", "p4")), GoneId(id="b")]
    text = write_registry("0123", OLD_SOURCE, ids, hashes, gone)
    registry, _ = read_curated(text, IdRegistry)
    assert registry.record == "0123"
    assert [(one.id, one.text_sha256) for one in registry.paragraphs] == list(
        zip(ids, hashes, strict=True)
    )
    assert registry.gone == (gone[1], gone[0])


def test_a_written_registry_of_nothing_reads_back() -> None:
    registry, _ = read_curated(write_registry("empty", OLD_SOURCE, [], []), IdRegistry)
    assert registry.paragraphs == ()
    assert registry.gone == ()


def test_a_committed_registry_makes_any_two_databases_agree() -> None:
    edited = [LETTER[0], LETTER[1].replace("two", "three"), *LETTER[3:]]
    old = Previous(OLD_SOURCE, tuple(old_of(LETTER)))
    minted = assign_ids(edited, NEW_SOURCE, previous=old)
    hashes = [sha256_hex(text) for text in edited]
    text = write_registry("letter", NEW_SOURCE, minted.ids, hashes, minted.gone)
    registry, _ = read_curated(text, IdRegistry)
    fresh = assign_ids(edited, NEW_SOURCE, registry)
    updated = assign_ids(edited, NEW_SOURCE, registry, old)
    assert fresh.ids == updated.ids == minted.ids
    assert fresh.gone == updated.gone == minted.gone
    assert fresh.warnings == updated.warnings == ()


def test_a_paragraph_is_followed_to_its_place_now() -> None:
    moved = follow_moves(["a", "b", "c"], ["c", "d", "a"], [GoneId(id="b", successors=("a", "d"))])
    assert [moved(number) for number in (0, 1, 2, 3, 4)] == [None, 3, 2, 1, None]
