"""Stable paragraph ids: minted once from the text, kept through edits, never used twice.

A paragraph keeps its id when its text is unchanged, wherever it now stands, or nearly unchanged
and in its place. What is gone points to the paragraphs that took its words, if any did.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel, LCSseq

from api.errors import Complaint, SeedError
from api.parsing.curated import GoneId, IdRegistry
from api.text import fold, sha256_hex

SIMILAR = 0.6
"""The least similarity at which an edited paragraph, standing in its place, keeps its id."""

SIMILAR_ELSEWHERE = 0.75
"""The least similarity at which a paragraph both edited and moved keeps its id."""

NEARLY_THE_SAME = 0.85
"""From here on a paragraph that lost a part is edited, not split."""

PUT_TOGETHER = 0.8
"""How similar the parts together must be to the whole, for a split or a join."""

CLEARLY_WORSE = 0.15
"""A pair this much less similar than another pair of either paragraph is not considered."""

SHORT_TEXT = 12
"""Texts up to so many words are compared letter by letter, longer ones word by word."""

WORDS_IN_A_ROW = 3
COMMON_ROW = 12
CANDIDATES = 8
SMALL_GAP = 400
BAND = 3

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


@dataclass(frozen=True, slots=True)
class OldParagraph:
    """A paragraph of an earlier revision; `text` is None where only its hash is known."""

    id: str
    text: str | None
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which paragraph of the old text each paragraph of the new one is.

    `ids` has one id for each new paragraph; `minted` are those among them that are new. `kept`
    counts paragraphs whose text is unchanged, `aligned` those that were edited. `gone` has the old
    ids that no paragraph carries now.
    """

    ids: tuple[str, ...]
    gone: tuple[GoneId, ...]
    minted: tuple[str, ...]
    kept: int
    aligned: int


@dataclass(frozen=True, slots=True)
class Previous:
    """What a database knows of the last revision it loaded, in reading order."""

    source_sha256: str | None
    paragraphs: tuple[OldParagraph, ...]
    gone: tuple[GoneId, ...] = ()


@dataclass(frozen=True, slots=True)
class Assigned:
    """The ids of a record's paragraphs, every id that has ever gone, and what to tell."""

    ids: tuple[str, ...]
    gone: tuple[GoneId, ...]
    warnings: tuple[Complaint, ...] = ()


def mint_ids(texts: Sequence[str], *, taken: Collection[str] = ()) -> list[str]:
    """Mint an id for each text: "p" and ten characters of base 32, from the SHA-256 of the text.

    Equal texts get different ids, by their ordinal among equals, so that any two databases agree.
    Ids in `taken` are passed over.
    """
    used = set(taken)
    ordinals: Counter[str] = Counter()
    ids = []
    for text in texts:
        while True:
            ordinal = ordinals[text]
            ordinals[text] += 1
            minted = _hash_id(text if ordinal == 0 else f"{text}\0{ordinal}")
            if minted not in used:
                break
        used.add(minted)
        ids.append(minted)
    return ids


def _hash_id(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "p" + base64.b32encode(digest[:10])[:10].decode().lower()


def align(
    old: Sequence[OldParagraph], new: Sequence[str], *, taken: Collection[str] = ()
) -> Alignment:
    """Give each new paragraph the id of the old paragraph it is, or a new id.

    The same text keeps its id, even when moved; of equal texts, those beside the same neighbours,
    then those first in order. Of the rest, the most similar keep theirs (`SIMILAR`): in order
    between paragraphs that did not change, or, when more similar still (`SIMILAR_ELSEWHERE`),
    anywhere. A paragraph split into parts of which none is nearly the whole is gone, with the parts
    as successors. When paragraphs are joined, the one with the greatest share keeps its id, and the
    others are gone with the joined one as successor. Ids in `taken` (gone long ago) are not minted
    again. Work grows with the number of paragraphs, not with its square.
    """
    work = _Matching(old, new)
    work.match_equal()
    work.match_similar()
    minted = iter(
        mint_ids(
            [text for j, text in enumerate(new) if j not in work.old_of],
            taken={*taken, *(paragraph.id for paragraph in old)},
        )
    )
    ids = [old[work.old_of[j]].id if j in work.old_of else next(minted) for j in range(len(new))]
    gone = tuple(
        GoneId(id=paragraph.id, successors=tuple(ids[j] for j in sorted(work.successors(i))))
        for i, paragraph in enumerate(old)
        if i not in work.new_of
    )
    return Alignment(
        ids=tuple(ids),
        gone=gone,
        minted=tuple(one for j, one in enumerate(ids) if j not in work.old_of),
        kept=work.kept,
        aligned=len(work.old_of) - work.kept,
    )


def rising_chain(pairs: Sequence[tuple[int, int, float]]) -> list[int]:
    """The heaviest chain of pairs (left, right, weight) in which left and right both rise.

    Gives the indices of the chosen pairs in order; in O(n log n).
    """
    rights = sorted({right for _, right, _ in pairs})
    size = len(rights)
    best: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    before = [-1] * len(pairs)
    # Equal lefts run from right to left, so that none of them follows another.
    for at in sorted(range(len(pairs)), key=lambda k: (pairs[k][0], -pairs[k][1])):
        place = bisect_left(rights, pairs[at][1]) + 1
        weight, last = 0.0, -1
        below = place - 1
        while below > 0:
            if best[below][0] > weight:
                weight, last = best[below]
            below -= below & -below
        before[at] = last
        weight += pairs[at][2]
        while place <= size:
            if weight > best[place][0]:
                best[place] = (weight, at)
            place += place & -place
    chain = []
    weight, at = 0.0, -1
    place = size
    while place > 0:
        if best[place][0] > weight:
            weight, at = best[place]
        place -= place & -place
    while at >= 0:
        chain.append(at)
        at = before[at]
    return chain[::-1]


@dataclass
class _Matching:
    """The pairs found so far between old and new paragraphs, as positions from 0."""

    old: Sequence[OldParagraph]
    new: Sequence[str]
    new_of: dict[int, int] = field(default_factory=dict)
    old_of: dict[int, int] = field(default_factory=dict)
    kept: int = 0
    passed_on: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    twin_of: dict[int, int] = field(default_factory=dict)
    rows: dict[tuple[int, int], int] = field(default_factory=dict)

    def pair(self, i: int, j: int) -> None:
        self.new_of[i] = j
        self.old_of[j] = i

    def successors(self, i: int) -> set[int]:
        """The new paragraphs that took an old one's words."""
        found = set(self.passed_on.get(i, ()))
        if i in self.twin_of:
            found.add(self.twin_of[i])
        return found

    def match_equal(self) -> None:
        """Pair paragraphs of one text, whatever their places."""
        olds: dict[str, list[int]] = defaultdict(list)
        news: dict[str, list[int]] = defaultdict(list)
        for i, paragraph in enumerate(self.old):
            olds[paragraph.text_sha256].append(i)
        hashes = [sha256_hex(text) for text in self.new]
        for j, sha in enumerate(hashes):
            news[sha].append(j)
        for sha, at in news.items():
            if len(at) == 1 and len(olds.get(sha, ())) == 1:
                self.pair(olds[sha][0], at[0])
        # A repeated text is told apart by what stands beside it: first before it, then after it.
        for step, order in ((1, range(len(hashes))), (-1, range(len(hashes) - 1, -1, -1))):
            for j in order:
                i = self.old_of.get(j - step, -2) + step
                if (
                    j not in self.old_of
                    and j - step in self.old_of
                    and 0 <= i < len(self.old)
                    and i not in self.new_of
                    and self.old[i].text_sha256 == hashes[j]
                ):
                    self.pair(i, j)
        for sha, at in news.items():
            left = [i for i in olds.get(sha, ()) if i not in self.new_of]
            for i, j in zip(left, (j for j in at if j not in self.old_of), strict=False):
                self.pair(i, j)
            # One of two equal paragraphs went: its words are where the other's are, unless they
            # are a mere row of asterisks or a date.
            if len(_words(self.new[at[0]])) > SHORT_TEXT:
                self.twin_of.update((i, at[0]) for i in left)
        self.kept = len(self.old_of)

    def match_similar(self) -> None:
        """Pair edited paragraphs, and see where split and joined ones went."""
        self.old_words = {
            i: _words(paragraph.text)
            for i, paragraph in enumerate(self.old)
            if i not in self.new_of and paragraph.text is not None
        }
        self.new_words = {
            j: _words(text) for j, text in enumerate(self.new) if j not in self.old_of
        }
        if not self.old_words or not self.new_words:
            return
        gap_of_old, gap_of_new = self._gaps()
        scores = {
            (i, j): score
            for i, j in sorted(self._candidates(gap_of_old, gap_of_new))
            if (score := self._similarity(i, j)) > 0
        }
        self._find_splits(scores)
        self._find_joins(scores)
        scores = {
            (i, j): score
            for (i, j), score in scores.items()
            if i not in self.new_of and i not in self.passed_on and self._is_free(j)
        }
        best = self._best(scores)
        in_order = defaultdict(list)
        for (i, j), score in scores.items():
            if score >= SIMILAR and score > max(best[0][i], best[1][j]) - CLEARLY_WORSE:
                gap = gap_of_old[i]
                if gap == gap_of_new[j]:
                    in_order[gap].append((i, j, score))
        for pairs in in_order.values():
            for at in rising_chain(pairs):
                self.pair(pairs[at][0], pairs[at][1])
        for (i, j), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
            if score >= SIMILAR_ELSEWHERE and i not in self.new_of and j not in self.old_of:
                self.pair(i, j)
        self._follow_words()

    def _is_free(self, j: int) -> bool:
        return j not in self.old_of and j not in self._parts

    _parts: set[int] = field(default_factory=set)
    """New paragraphs that are parts of a split one."""

    def _gaps(self) -> tuple[dict[int, int], dict[int, int]]:
        """Number the stretches between paragraphs that stayed as they were and in order."""
        pairs = sorted((i, j, 1.0) for i, j in self.new_of.items())
        fixed = [pairs[at] for at in rising_chain(pairs)]
        lefts = [i for i, _, _ in fixed]
        rights = [j for _, j, _ in fixed]
        return (
            {i: bisect_left(lefts, i) for i in self.old_words},
            {j: bisect_left(rights, j) for j in self.new_words},
        )

    def _candidates(
        self, gap_of_old: Mapping[int, int], gap_of_new: Mapping[int, int]
    ) -> set[tuple[int, int]]:
        """Pairs worth comparing: sharing uncommon rows of words, or standing in one small gap."""
        index: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for j, words in self.new_words.items():
            for row in _rows(words):
                if len(index[row]) <= COMMON_ROW:
                    index[row].append(j)
        pairs: set[tuple[int, int]] = set()
        for i, words in self.old_words.items():
            shared: Counter[int] = Counter()
            for row in _rows(words):
                there = index.get(row, ())
                if len(there) <= COMMON_ROW:
                    shared.update(there)
            ranked = sorted(shared.items(), key=lambda item: (-item[1], item[0]))
            for j, count in ranked[:CANDIDATES]:
                self.rows[i, j] = count
                pairs.add((i, j))
        olds, news = defaultdict(list), defaultdict(list)
        for i, gap in gap_of_old.items():
            olds[gap].append(i)
        for j, gap in gap_of_new.items():
            news[gap].append(j)
        for gap, lefts in olds.items():
            rights = news.get(gap, [])
            if len(lefts) * len(rights) <= SMALL_GAP:
                pairs.update((i, j) for i in lefts for j in rights)
                continue
            for at, i in enumerate(lefts):
                middle = at * len(rights) // len(lefts)
                for j in rights[max(middle - BAND, 0) : middle + BAND + 1]:
                    pairs.add((i, j))
        return pairs

    def _similarity(self, i: int, j: int) -> float:
        left, right = self.old_words[i], self.new_words[j]
        if max(len(left), len(right)) > SHORT_TEXT:
            return Indel.normalized_similarity(left, right)
        text = self.old[i].text or ""
        return Indel.normalized_similarity(fold(text).text, fold(self.new[j]).text)

    @staticmethod
    def _best(
        scores: Mapping[tuple[int, int], float],
    ) -> tuple[defaultdict[int, float], defaultdict[int, float]]:
        lefts: defaultdict[int, float] = defaultdict(float)
        rights: defaultdict[int, float] = defaultdict(float)
        for (i, j), score in scores.items():
            lefts[i] = max(lefts[i], score)
            rights[j] = max(rights[j], score)
        return lefts, rights

    def _find_splits(self, scores: Mapping[tuple[int, int], float]) -> None:
        seeds: dict[int, tuple[float, int]] = {}
        for (i, j), score in scores.items():
            shared = score * (len(self.old_words[i]) + len(self.new_words[j]))
            if shared > seeds.get(i, (0.0, -1))[0]:
                seeds[i] = (shared, j)
        best = self._best(scores)
        for i, (_, seed) in sorted(seeds.items()):
            if best[0][i] >= NEARLY_THE_SAME:
                continue
            free = {
                j
                for j in _neighbourhood(seed, self.new_words)
                if self._is_free(j) and best[1][j] < NEARLY_THE_SAME
            }
            if seed in free:
                parts = _grow(self.old_words[i], seed, free, self.new_words)
                if len(parts) > 1:
                    self._parts.update(parts)
                    self.passed_on[i].update(parts)

    def _find_joins(self, scores: Mapping[tuple[int, int], float]) -> None:
        seeds: dict[int, tuple[float, int]] = {}
        for (i, j), score in scores.items():
            shared = score * (len(self.old_words[i]) + len(self.new_words[j]))
            if shared > seeds.get(j, (0.0, -1))[0]:
                seeds[j] = (shared, i)
        best = self._best(scores)
        for j, (_, seed) in sorted(seeds.items()):
            if not self._is_free(j):
                continue
            free = {
                i
                for i in _neighbourhood(seed, self.old_words)
                if i not in self.new_of
                and i not in self.passed_on
                and (best[0][i] < NEARLY_THE_SAME or i == seed)
            }
            if seed not in free:
                continue
            parts = _grow(self.new_words[j], seed, free, self.old_words)
            if len(parts) > 1:
                greatest = max(parts, key=lambda i: (len(self.old_words[i]), -i))
                self.pair(greatest, j)
                for i in parts - {greatest}:
                    self.passed_on[i].add(j)

    def _follow_words(self) -> None:
        """Point what is gone to the paragraphs that hold most of it, or are mostly of it."""
        for (i, j), count in self.rows.items():
            if i in self.new_of or not self.passed_on[i].isdisjoint(self._parts):
                continue
            smaller = min(len(self.old_words[i]), len(self.new_words[j]))
            if count * 2 > max(smaller - WORDS_IN_A_ROW + 1, 1):
                self.passed_on[i].add(j)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _rows(words: Sequence[str]) -> set[tuple[str, ...]]:
    last = len(words) - WORDS_IN_A_ROW + 1
    return {tuple(words[at : at + WORDS_IN_A_ROW]) for at in range(last)}


def _neighbourhood(seed: int, there: Mapping[int, object], reach: int = 20) -> list[int]:
    """The positions around `seed` without a gap."""
    found = [seed]
    for step in (-1, 1):
        at = seed + step
        while at in there and abs(at - seed) <= reach:
            found.append(at)
            at += step
    return found


def _grow(
    whole: Sequence[str], seed: int, free: Collection[int], words: Mapping[int, Sequence[str]]
) -> set[int]:
    """The neighbours of `seed` that together make up `whole`; only the seed where none do."""
    first = last = seed
    joined = list(words[seed])
    shared = LCSseq.similarity(whole, joined)
    while True:
        grown = []
        for at in (first - 1, last + 1):
            if at in free and words[at]:
                more = list(words[at]) + joined if at < first else joined + list(words[at])
                gain = LCSseq.similarity(whole, more) - shared
                if gain >= PUT_TOGETHER * len(words[at]):
                    grown.append((gain, at, more))
        if not grown:
            break
        gain, at, joined = max(grown, key=lambda option: (option[0], option[1]))
        shared += gain
        first, last = min(first, at), max(last, at)
    fits = 2 * shared / (len(whole) + len(joined)) >= PUT_TOGETHER if joined else False
    return set(range(first, last + 1)) if fits else {seed}


UNREGISTERED = "ids had to be aligned without a registry entry"
MINT = "run `opis mint` and commit what it writes"


def assign_ids(
    texts: Sequence[str],
    source_sha256: str,
    registry: IdRegistry | None = None,
    previous: Previous | None = None,
) -> Assigned:
    """Give each paragraph its stable id, as the registry says, else as the last revision had it.

    A registry of this very source is taken as it is. One of an older source is aligned with the
    text, by hash and by what `previous` knows of the texts; then, and when `previous` alone has to
    do, there is a warning. With neither, ids are minted. `gone` gathers what the registry and
    `previous` knew and what went now, each pointing to successors that are still there.
    Raises SeedError where the registry contradicts itself.
    """
    hashes = [sha256_hex(text) for text in texts]
    warnings: list[Complaint] = []
    known = [*(registry.gone if registry else ()), *(previous.gone if previous else ())]
    taken = {gone.id for gone in known}
    registered: list[str] | None = None
    if registry is not None:
        _check_registry(registry)
        registered = [paragraph.text_sha256 for paragraph in registry.paragraphs]
        if registry.source_sha256 == source_sha256 and registered == hashes:
            ids = tuple(paragraph.id for paragraph in registry.paragraphs)
            return Assigned(ids, _gather(ids, known, _left_behind(ids, texts, previous)))
        if registry.source_sha256 == source_sha256:
            warnings.append(_misfit(registered, hashes))
    old = _remembered(registry, previous)
    same = [paragraph.text_sha256 for paragraph in old] == hashes
    if not old:
        ids = tuple(mint_ids(texts, taken=taken))
    elif same:
        ids = tuple(paragraph.id for paragraph in old)
    else:
        alignment = align(old, texts, taken=taken)
        ids = alignment.ids
        known += alignment.gone
    if old and not warnings and registered != hashes and not (same and registry is None):
        warnings.append(Complaint(UNREGISTERED, hint=MINT, severity="warning"))
    return Assigned(ids, _gather(ids, known, []), tuple(warnings))


def _check_registry(registry: IdRegistry) -> None:
    living = Counter(paragraph.id for paragraph in registry.paragraphs)
    gone = Counter(entry.id for entry in registry.gone)
    complaints = [
        Complaint(f"the id {one} stands {count} times", expected="each id once")
        for one, count in (living + gone).items()
        if count > 1
    ]
    complaints += [
        Complaint(f"the successor {one} of {entry.id} is no id of this registry")
        for entry in registry.gone
        for one in entry.successors
        if one not in living and one not in gone
    ]
    if complaints:
        raise SeedError(*complaints)


def _misfit(registered: Sequence[str], hashes: Sequence[str]) -> Complaint:
    differing = [n for n, (a, b) in enumerate(zip(registered, hashes, strict=False), 1) if a != b]
    at = differing[0] if differing else min(len(registered), len(hashes)) + 1
    return Complaint(
        f"the registry does not fit its own source: paragraph {at} is another one",
        expected=f"{len(hashes)} paragraphs with the hashes of their texts",
        hint=MINT,
        severity="warning",
    )


def _remembered(registry: IdRegistry | None, previous: Previous | None) -> list[OldParagraph]:
    """The paragraphs before this revision, from whoever knows most of each."""
    if previous is None:
        entries = registry.paragraphs if registry else ()
        return [OldParagraph(entry.id, None, entry.text_sha256) for entry in entries]
    if registry is None:
        return list(previous.paragraphs)
    texts = {paragraph.text_sha256: paragraph.text for paragraph in previous.paragraphs}
    if previous.source_sha256 == registry.source_sha256:
        # Two databases may have aligned one revision differently: the registry is the one to agree.
        return [
            OldParagraph(entry.id, texts.get(entry.text_sha256), entry.text_sha256)
            for entry in registry.paragraphs
        ]
    known = {paragraph.id for paragraph in previous.paragraphs}
    known.update(entry.id for entry in previous.gone)
    return list(previous.paragraphs) + [
        OldParagraph(entry.id, None, entry.text_sha256)
        for entry in registry.paragraphs
        if entry.id not in known
    ]


def _left_behind(
    ids: Sequence[str], texts: Sequence[str], previous: Previous | None
) -> list[GoneId]:
    """The ids that a database has served and the registry does not know."""
    if previous is None or {paragraph.id for paragraph in previous.paragraphs} <= set(ids):
        return []
    alignment = align(previous.paragraphs, texts)
    now = dict(zip(alignment.ids, ids, strict=True))
    gone = [
        GoneId(id=entry.id, successors=tuple(now[one] for one in entry.successors))
        for entry in alignment.gone
    ]
    minted = set(alignment.minted)
    gone += [GoneId(id=a, successors=(b,)) for a, b in now.items() if a != b and a not in minted]
    return gone


def _gather(
    ids: Sequence[str], known: Iterable[GoneId], later: Iterable[GoneId]
) -> tuple[GoneId, ...]:
    """Every gone id once, sorted, its successors followed to paragraphs that are there."""
    living = set(ids)
    successors: dict[str, tuple[str, ...]] = {}
    for entry in (*known, *later):
        if entry.id not in living and not successors.get(entry.id):
            successors[entry.id] = entry.successors
    return tuple(
        GoneId(id=one, successors=_follow(one, successors, living)) for one in sorted(successors)
    )


def _follow(
    gone: str, successors: Mapping[str, tuple[str, ...]], living: Collection[str]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    seen = {gone}
    ahead = list(reversed(successors[gone]))
    while ahead:
        one = ahead.pop()
        if one in living:
            found[one] = None
        elif one not in seen:
            seen.add(one)
            ahead.extend(reversed(successors.get(one, ())))
    return tuple(found)


def follow_moves(
    old_ids: Sequence[str], new_ids: Sequence[str], gone: Iterable[GoneId] = ()
) -> Callable[[int], int | None]:
    """A function from an old paragraph's number to its number now, both from 1.

    A gone paragraph is followed to its first successor. None where there is none.
    """
    now = {one: number for number, one in enumerate(new_ids, 1)}
    for entry in gone:
        if entry.id not in now:
            places = [now[one] for one in entry.successors if one in now]
            if places:
                now[entry.id] = min(places)

    def moved(number: int) -> int | None:
        return now.get(old_ids[number - 1]) if 1 <= number <= len(old_ids) else None

    return moved


def write_registry(
    record: str,
    source_sha256: str,
    ids: Sequence[str],
    hashes: Sequence[str],
    gone: Iterable[GoneId] = (),
) -> str:
    """The registry file of a record, as YAML: one line for each id, so that changes read well.

    `ids` and `hashes` are in reading order; gone ids are sorted.
    """
    lines = [
        f"# The stable paragraph ids of {record}. Written by `opis mint`: commit it together with",
        "# the text it was minted from, and do not edit it by hand.",
        f"record: {json.dumps(record)}",
        f"source_sha256: {json.dumps(source_sha256)}",
        "paragraphs:" if ids else "paragraphs: []",
    ]
    lines += [
        f"  - {{id: {json.dumps(one)}, text_sha256: {json.dumps(sha)}}}"
        for one, sha in zip(ids, hashes, strict=True)
    ]
    entries = sorted(gone, key=lambda entry: entry.id)
    lines.append("gone:" if entries else "gone: []")
    lines += [
        f"  - {{id: {json.dumps(entry.id)}, successors: {json.dumps(list(entry.successors))}}}"
        for entry in entries
    ]
    return "\n".join(lines) + "\n"
