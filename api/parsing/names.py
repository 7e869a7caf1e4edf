"""Authority names -> mentions, in one pass over the text whatever the number of names.

The rule above all others: a wrong link is worse than none. Where a name could mean something else
(two authorities share it, or its neighbours show that it is part of an unknown longer name) it is
reported as ambiguous and not linked. Roles ("Mr. President") are never matched, look-alikes never
linked.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from api.parsing.dates import find_dates
from api.parsing.values import (
    AmbiguousName,
    DateExpression,
    EntityKind,
    Mention,
    NameType,
    Paragraph,
    Ref,
    Segment,
    Tier,
)
from api.text import Folded, JoinedText, fold, occurrences

if TYPE_CHECKING:
    from api.parsing.curated import Authority


class Found(NamedTuple):
    """What names a text holds: those that mean one entity, and those that might mean several."""

    mentions: list[Mention]
    ambiguous: list[AmbiguousName]


class NameIndex:
    """Every name of every authority, ready to be looked for in any number of texts."""

    def __init__(self, authorities: Iterable[Authority]) -> None:
        self._entries: dict[str, tuple[_Entry, ...]] = {}
        self._own_names: dict[str, tuple[str, ...]] = {}
        for authority in authorities:
            written: list[str] = []
            for name in authority.names:
                text = _fold(name.text).text.strip()
                if not any(char.isalnum() for char in text):
                    continue
                written.append(text)
                for form in _spacings(text, name.type):
                    self._add(_Entry(authority.id, authority.kind, name.type, form))
            if authority.kind == "person":
                self._own_names[authority.id] = tuple(written)
        self._keys = list(self._entries)
        self._automaton = (
            AhoCorasick(self._keys, matchkind=MatchKind.Standard, store_patterns=False)
            if self._keys
            else None
        )

    def _add(self, entry: _Entry) -> None:
        key = _lower(entry.form)
        others = self._entries.get(key, ())
        if not any(o.entity == entry.entity and o.form == entry.form for o in others):
            self._entries[key] = (*others, entry)

    def find_mentions(self, paragraphs: Sequence[Paragraph], also: Sequence[str] = ()) -> Found:
        """Find every name and date in the paragraphs of one record, in reading order.

        Paragraphs that a page break split are read as one: a name cut in two is one mention with
        two segments. `also` are texts of the description (title, summary): no mentions are looked
        for there, but they are evidence, as when they show that "Jordan" is somebody's surname.
        A mention nests in another only where it means a different entity.
        """
        passages = [_Passage(joined, kinds) for joined, kinds in _join(paragraphs)]
        evidence = [_Passage(JoinedText.of([(0, text)]), {}) for text in also]
        record = _Record(self._own_names, _SmallWords([p.text for p in (*evidence, *passages)]))
        for passage in (*evidence, *passages):
            matches = [*_match_dates(passage), *self._match_names(passage)]
            matches.sort(key=lambda match: (match.start, -match.end, match.kind != "date"))
            passage.hold(_nest(matches))
        for passage in (*evidence, *passages):
            for match in passage.matches:
                _Judge(passage, record, match).judge()
        order = {paragraph.number: at for at, paragraph in enumerate(paragraphs)}
        return _collect(passages, record, order)

    def find_in_text(self, text: str) -> Found:
        """Find every name and date in a text on its own: one paragraph, numbered 1."""
        return self.find_mentions([Paragraph(1, "paragraph", text, 0, len(text))])

    def _match_names(self, passage: _Passage) -> Iterator[_Match]:
        if self._automaton is None:
            return
        text, low = passage.text, _lower(passage.text)
        for key, start, end in self._automaton.find_matches_as_indexes(low, overlapping=True):
            if not _is_word(text, start, end):
                continue
            words = text[start:end]
            fitting = [e for e in self._entries[self._keys[key]] if _case_fits(words, e)]
            own_case = [e for e in fitting if e.form == words]
            if own_case and not passage.line(start).capitals:
                fitting = own_case
            if fitting and not passage.in_address(start):
                yield _Match(start, end, tuple(fitting))


def date_entity(date: DateExpression) -> tuple[str, str]:
    """The entity that a date is: its id and its label.

    ("date-1958-09-19", "19 September 1958"); ("date-xxxx-07-01", "1 July"). The id is `date-` and
    the EDTF made a slug: `/` becomes `-to-`, marks become words. Raises ValueError where the date
    has no EDTF.
    """
    if not date.edtf:
        raise ValueError(f"no EDTF for {date.expression!r}")
    return _date_id(date.edtf), _date_label(date.edtf)


@lru_cache(maxsize=8192)
def _date_id(edtf: str) -> str:
    slug = edtf.lower()
    slug = re.sub(r"^-(?=y?\d)|(?<=/)-(?=\d)", "minus-", slug)
    for mark, word in _EDTF_MARKS:
        slug = slug.replace(mark, word)
    slug = "-to-".join(
        re.sub(r"[^a-z0-9]+", "-", part).strip("-") or "unknown" for part in slug.split("/")
    )
    return f"date-{slug}"


_EDTF_MARKS = (
    ("..", "-open-"),
    ("%", "-approximate-uncertain-"),
    ("~", "-approximate-"),
    ("?", "-uncertain-"),
    ("[", "one-of-"),
    ("{", "all-of-"),
    (",", "-or-"),
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_SEASONS = {"21": "Spring", "22": "Summer", "23": "Autumn", "24": "Winter"}


def _date_label(edtf: str) -> str:
    if "/" in edtf:
        begin, _, end = edtf.partition("/")
        if begin in ("", ".."):
            return f"until {_date_label(end)}" if end not in ("", "..") else edtf
        if end in ("", ".."):
            return f"from {_date_label(begin)}"
        return f"{_date_label(begin)} – {_date_label(end)}"
    plain = edtf.rstrip("~?%")
    doubt = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}.get(edtf[len(plain) :], "")
    read = re.fullmatch(r"(\d{3}[\dX]|XXXX)(?:-(\d\d))?(?:-(\d\d))?", plain)
    if not read:
        return edtf
    year, month, day = read.groups()
    words = [] if year == "XXXX" else [f"{year[:3]}0s" if year.endswith("X") else year]
    if month:
        if month not in _SEASONS and not 1 <= int(month) <= 12:
            return edtf
        words.insert(0, _SEASONS.get(month) or _MONTHS[int(month) - 1])
    if day:
        words.insert(0, str(int(day)))
    return doubt + " ".join(words) if words else edtf


class _Entry(NamedTuple):
    """One way of writing one name, folded but for case."""

    entity: str
    kind: EntityKind
    type: NameType
    form: str

    @property
    def own_case(self) -> bool:
        """Whether the name must stand in exactly this case: acronyms, however they are typed."""
        return self.type == "acronym" or (" " not in self.form and self.form.isupper())

    @property
    def bare(self) -> bool:
        """Whether it is a single word that may as well be part of another name."""
        return " " not in self.form and not self.own_case


@dataclass(slots=True)
class _Match:
    """A stretch of a passage's folded text that reads as a name of `entries`, or as a date."""

    start: int
    end: int
    entries: tuple[_Entry, ...]
    date: str | None = None
    full_start: int | None = None
    reason: str | None = None
    whole: bool = False
    """True where the person's given names or initials stand with the surname."""
    inner: list[_Match] = field(default_factory=list)

    @property
    def kind(self) -> EntityKind:
        return "date" if self.date else self.entries[0].kind

    @property
    def entity(self) -> str:
        return self.date or self.entries[0].entity

    @property
    def entities(self) -> set[str]:
        return {self.date} if self.date else {entry.entity for entry in self.entries}

    @property
    def bare(self) -> bool:
        return not self.date and all(entry.bare for entry in self.entries)


class _SmallWords:
    """Words that stand in small letters somewhere: ordinary words, whatever their beginning.

    The first few that are asked for are looked for one by one; for more, all are gathered.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._asked: dict[str, bool] = {}
        self._words: set[str] | None = None

    def __contains__(self, word: str) -> bool:
        if self._words is not None:
            return word in self._words
        known = self._asked.get(word)
        if known is None:
            if len(self._asked) >= _MOST_LOOKED_FOR:
                words = {word for text in self._texts for word in _WORD.findall(text)}
                self._words = {word for word in words if _SMALL_WORD.fullmatch(word)}
                return word in self._words
            known = self._asked[word] = _SMALL_WORD.fullmatch(word) is not None and any(
                _holds_word(text, word) for text in self._texts
            )
        return known


_MOST_LOOKED_FOR = 50
_WORD = re.compile(r"[\w'-]+")
_SMALL_WORD = re.compile(r"[^\W\d_A-Z]{3,}")


def _holds_word(text: str, word: str) -> bool:
    size = len(word)
    return any(
        not (_WORD.match(text, at + size) or _WORD.match(text[at - 1 : at]))
        for at in occurrences(text, word)
    )


@dataclass(slots=True)
class _Record:
    """What the passages of one record show together."""

    own_names: dict[str, tuple[str, ...]]
    words: _SmallWords
    surnames: set[str] = field(default_factory=set)
    """Names of places that are parts of personal names here."""
    strangers: set[str] = field(default_factory=set)
    """Surnames that somebody else bears here."""
    namesakes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """First and last words of the personal names here, and whose they are."""
    in_full: set[str] = field(default_factory=set)
    """Persons named here by more than one word."""


class _Line:
    """A line of a passage, and what its capitals say."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.capitals = text.isupper()
        """All in capitals: case says nothing about names."""

    @cached_property
    def title_case(self) -> bool:
        """Nearly every long word with a capital, as in headlines."""
        long = _LONG_WORD.findall(self._text)
        return len(long) > 2 and sum(word[0].isupper() for word in long) * 10 >= len(long) * 9

    @cached_property
    def words(self) -> int:
        """How many there are."""
        return len(_LETTERS.findall(self._text))


_LETTERS = re.compile(r"[^\W\d_]+")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


class _Passage:
    """A text, its folded form and what stands around its words."""

    def __init__(self, joined: JoinedText, kinds: dict[int, str]) -> None:
        self.joined = joined
        self.folded = _fold(joined.text)
        self.text = self.folded.text
        self.matches: list[_Match] = []
        self.starts: dict[int, _Match] = {}
        self.ends: dict[int, _Match] = {}
        self.kinds = kinds
        self._lines: dict[int, _Line] = {}
        breaks = [at + 1 for at in occurrences(joined.text, "\n")]
        self._line_starts = sorted({0, *breaks, *(piece.start for piece in joined.pieces)})
        self._addresses = list(_find_addresses(self.text))
        self._address_starts = [start for start, _ in self._addresses]

    def hold(self, matches: list[_Match]) -> None:
        """Keep the outermost matches, so that neighbours can be asked for."""
        self.matches = matches
        self.starts = {match.start: match for match in matches}
        self.ends = {match.end: match for match in matches}

    def in_address(self, start: int) -> bool:
        """Whether the offset is inside a web or mail address."""
        at = bisect_right(self._address_starts, start) - 1
        return at >= 0 and start < self._addresses[at][1]

    def line(self, start: int) -> _Line:
        """The line in which the folded offset stands."""
        at = bisect_right(self._line_starts, self.folded.origin[start]) - 1
        if at not in self._lines:
            ends = [*self._line_starts[at + 1 : at + 2], len(self.joined.text)]
            self._lines[at] = _Line(self.joined.text[self._line_starts[at] : ends[0]])
        return self._lines[at]

    def kind_at(self, start: int) -> str:
        """The kind of the paragraph in which the folded offset stands."""
        origin = self.folded.origin[start]
        at = bisect_right([piece.start for piece in self.joined.pieces], origin) - 1
        return self.kinds.get(self.joined.pieces[at].paragraph, "") if at >= 0 else ""

    def alone(self, start: int, end: int) -> bool:
        """Whether nothing but punctuation stands beside the span."""
        if start > 20 or len(self.text) > end + 20:
            return False
        return not any(char.isalnum() for char in self.text[:start] + self.text[end:])

    def word_before(self, start: int) -> tuple[str, int]:
        """The word directly before, with its start; "" where punctuation or a line's end parts
        the two. An abbreviation keeps its full stop."""
        text = self.text
        end = start if text[start - 1 : start] == "." else start - 1
        if start < 2 or (end < start and (text[end] != " " or self._breaks(end))):
            return "", start
        left = max(text.rfind(" ", max(0, start - _LONGEST_WORD), end) + 1, start - _LONGEST_WORD)
        while left < end and text[left] in "\"'([{-":
            left += 1
        word = text[left:end]
        if not word or not (word[-1].isalnum() or word[-1] == "." or _is_mark(word[-1])):
            return "", start
        if word.lower().endswith(("'s", "s'")) and word.lower() != "people's":
            return "", start
        return word, left

    def word_after(self, end: int) -> tuple[str, int]:
        """The word directly after, with its start; "" where anything parts the two."""
        text = self.text
        if end + 1 >= len(text) or text[end] != " " or self._breaks(end):
            return "", end
        right = text.find(" ", end + 1, end + _LONGEST_WORD)
        word = text[end + 1 : right if right >= 0 else end + _LONGEST_WORD]
        letters = _WORD_AFTER.match(word)
        return (letters[0].rstrip(".'-") if letters else ""), end + 1

    def opens_sentence(self, start: int) -> bool:
        """Whether a sentence, a quotation or a line begins here."""
        before = self.text[max(0, start - 8) : start].rstrip(" \"'([{")
        if not before or before[-1] in ".!?:;":
            return True
        return self.text[start - 1 : start] == " " and self._breaks(start - 1)

    def segments(self, start: int, end: int) -> tuple[Segment, ...]:
        """The span in each paragraph it touches, with the words as they stand there."""
        span = self.folded.span(start, end)
        if len(self.joined.pieces) == 1:
            number = self.joined.pieces[0].paragraph
            return (Segment(number, *span, self.joined.text[span.start : span.end]),)
        begins = {piece.paragraph: piece.start for piece in self.joined.pieces}
        return tuple(
            Segment(number, left, right, self.joined.text[begin + left : begin + right])
            for number, left, right in self.joined.segments(span.start, span.end)
            for begin in (begins[number],)
        )

    def _breaks(self, space: int) -> bool:
        origin = self.folded.origin
        return "\n" in self.joined.text[origin[space] : origin[space + 1]]


def _find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Web and mail addresses, from white space to white space."""
    if "://" not in text and "@" not in text and "www." not in text:
        return
    for token in re.finditer(r"\S+", text):
        if "://" in token[0] or "@" in token[0] or token[0].startswith("www."):
            yield token.span()


_WORD_AFTER = re.compile(r"[^\W_][\w'.-]*")
_LONGEST_WORD = 40
_MOST_GIVEN_NAMES = 6


@dataclass(slots=True)
class _Judge:
    """Decides from its neighbours whether a match is the name it looks like."""

    passage: _Passage
    record: _Record
    match: _Match

    def judge(self) -> None:
        """Set the match's `reason` where it must not be linked, and its honorific where it may;
        tell the record what was learnt."""
        match = self.match
        if match.date:
            return
        if len(match.entities) > 1:
            match.reason = "several entities have this name"
            return
        if any(entry.own_case for entry in match.entries):
            match.reason = self._doubt_acronym()
            return
        match.reason = self._doubt_hyphen()
        if match.reason:
            return
        if match.kind == "person":
            match.reason = self._doubt_person()
        elif match.kind in ("place", "state") and match.bare:
            adjective = match.entries[0].type == "adjective"
            match.reason = self._doubt_adjective() if adjective else self._doubt_place()
        elif match.bare and match.entries[0].type == "adjective":
            match.reason = self._doubt_adjective()
        elif match.entries[0].type == "short":
            match.reason = self._doubt_short()

    def _doubt_acronym(self) -> str | None:
        passage, match = self.passage, self.match
        if self._letters(match) not in _ACRONYM_WORDS:
            return None
        if passage.line(match.start).capitals:
            return "an ordinary word as well, in a text in capitals"
        beside = [
            passage.word_before(match.start)[0] if match.start - 1 not in passage.ends else "",
            passage.word_after(match.end)[0] if match.end + 1 not in passage.starts else "",
        ]
        if all(len(word) > 1 and word.isupper() for word in beside):
            return "an ordinary word as well, among words in capitals"
        return None

    def _doubt_hyphen(self) -> str | None:
        """A hyphen may make it a part of a longer name: "Guinea-Bissau", "Jean-Paul"."""
        text, match = self.passage.text, self.match
        adjective = match.entries[0].type == "adjective"
        reason = "part of a longer name with a hyphen"
        if text[match.start - 1 : match.start] == "-" and match.start > 1:
            prefix = re.search(r"[^\W_]+$", text[max(0, match.start - 25) : match.start - 1])
            word = prefix[0].lower() if prefix else ""
            known = match.start - 1 in self.passage.ends
            fine = not word or known or word in _PREFIXES
            if not fine and not (adjective and word.endswith("o") and len(word) > 3):
                return reason
        if text[match.end : match.end + 1] == "-":
            suffix = re.match(r"[^\W_]+", text[match.end + 1 : match.end + 25])
            word = suffix[0] if suffix else ""
            known = match.end + 1 in self.passage.starts
            if not word or known or adjective:
                return None
            small = word.islower() and match.kind != "person"
            if not small and word.lower() not in _SUFFIXES:
                return reason
        return None

    def _doubt_person(self) -> str | None:
        passage, match = self.passage, self.match
        line = passage.line(match.start)
        bare = match.bare
        if bare:
            reason = self._take_given_names()
            if reason:
                return reason
        word, start = passage.word_before(match.start)
        title = _title(word)
        if title in _WIFE_TITLES or (bare and not match.whole and title in _WOMAN_TITLES):
            return "perhaps another member of the family"
        if title:
            match.full_start = self._title_start(start)
        doubt = bare and not match.whole
        if doubt and not title:
            if self._is_common_word():
                return "an ordinary word as well"
            if self._is_stranger(word, start, line):
                if match.start - 1 not in passage.ends and not line.title_case:
                    self.record.strangers.add(self._key)
                return "part of a longer personal name that is not known"
        after, at = passage.word_after(match.end)
        if self._is_stranger_after(after, at, line) and (doubt or not line.title_case):
            return "part of a longer personal name that is not known"
        if after in _JUNIOR or re.match(r", (?:Jr|Sr)\b", passage.text[match.end : match.end + 5]):
            return "perhaps another member of the family"
        if not doubt:
            words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", _lower(match.entries[0].form))
            for end in {words[0], words[-1]}:
                self.record.namesakes[end].add(match.entity)
            self.record.in_full.add(match.entity)
        return None

    def _take_given_names(self) -> str | None:
        """Extend a surname by the given names and initials before it, where they are the
        person's own; a reason not to link where they are somebody else's."""
        passage, match = self.passage, self.match
        own = self.record.own_names.get(match.entity, ())
        known_words = {word for name in own for word in _LETTERS.findall(_lower(name))}
        given: list[str] = []
        start = match.start
        while len(given) < _MOST_GIVEN_NAMES and start - 1 not in passage.ends:
            word, left = passage.word_before(start)
            mine = word[:1].isupper() and _lower(word) in known_words - {self._key}
            if not word or _title(word) or not (mine or _is_initials(word)):
                break
            given.insert(0, word)
            start = left
        if not given:
            return None
        letters = "".join(part[0].upper() for word in given for part in _LETTERS.findall(word))
        if _is_initials(given[0]) and not any(
            _agree(letters, self._initials_before(name)) for name in own
        ):
            # "M." is Monsieur perhaps, and a lone letter may number a paragraph.
            if given != ["M."] and not passage.opens_sentence(start):
                self.record.strangers.add(self._key)
            return "the initials of somebody who is not known"
        passage.starts.pop(match.start, None)
        match.start, match.whole = start, True
        passage.starts[start] = match
        return None

    def _initials_before(self, name: str) -> str:
        low = _lower(name)
        if not low.endswith(self._key) or low == self._key:
            return ""
        given = _LETTERS.findall(low[: -len(self._key)])
        return "".join(word[0] for word in given).upper()

    def _doubt_place(self) -> str | None:
        passage, match, record = self.passage, self.match, self.record
        line = passage.line(match.start)
        word, start = passage.word_before(match.start)
        low = _lower(word.rstrip("."))
        personal = "part of a personal name"
        if _title(word):
            record.surnames.add(self._key)
            return personal
        before = passage.ends.get(match.start - 1) if word else None
        if _is_initials(word) and not before:
            if not passage.opens_sentence(start):
                record.surnames.add(self._key)
            return personal
        if low in _PLACE_MODIFIERS or low in _COMPASS or (low in _PARTICLES and word.islower()):
            return "part of a longer name that is not known"
        if before and before.kind != "date":
            if before.kind == "person":
                record.surnames.add(self._key)
                return personal
            if any(entry.type == "adjective" for entry in before.entries):
                return "part of a longer name that is not known"
        if self._is_stranger(word, start, line):
            record.surnames.add(self._key)
            return personal
        after, at = passage.word_after(match.end)
        if _lower(after) in _GEOGRAPHIC and (after[:1].isupper() or line.capitals):
            return "part of a longer name that is not known"
        if self._is_stranger_after(after, at, line):
            if low not in ("in", "between", "on", "over"):
                record.surnames.add(self._key)
            return personal
        if passage.kind_at(match.start) == "signature":
            if passage.alone(match.start, match.end):
                record.surnames.add(self._key)
            return "perhaps the name of the person who signs"
        if self._is_common_word():
            return "an ordinary word as well"
        return None

    def _doubt_adjective(self) -> str | None:
        passage, match = self.passage, self.match
        word, start = passage.word_before(match.start)
        low = _lower(word.rstrip("."))
        if low in _REGIONS or low in _COMPASS:
            return "part of a longer name that is not known"
        if low in _PERSONAL_TITLES and word[0].isupper():
            return "part of a personal name"
        line = passage.line(match.start)
        known = match.start - 1 in passage.ends
        if known or line.title_case or line.capitals or passage.opens_sentence(start):
            return None
        if self._is_stranger(word, start, line):
            return "part of a longer name that is not known"
        return None

    def _doubt_short(self) -> str | None:
        passage, match = self.passage, self.match
        line = passage.line(match.start)
        word, start = passage.word_before(match.start)
        if not line.capitals and not line.title_case and self._is_stranger(word, start, line):
            return "part of a longer name that is not known"
        return "an ordinary word as well" if match.bare and self._is_common_word() else None

    @property
    def _key(self) -> str:
        return _lower(self.match.entries[0].form)

    def _letters(self, match: _Match) -> str:
        return self.passage.text[match.start : match.end].replace(".", "").replace(" ", "")

    def _is_common_word(self) -> bool:
        """Whether capitals prove nothing here and the name is an ordinary word besides."""
        if self._key in _MONTH_NAMES:
            return True
        line = self.passage.line(self.match.start)
        if not (line.capitals or self.passage.opens_sentence(self.match.start) or line.title_case):
            return False
        return self._key in _NAME_WORDS or self._key in self.record.words

    def _is_stranger(self, word: str, start: int, line: _Line) -> bool:
        """Whether the word before may be an unknown person's name, or an unknown thing's."""
        before = self.passage.ends.get(self.match.start - 1)
        if word and before:
            return self._is_confusing(before) and not self._follows_office(before)
        if word.endswith(".") or (_lower(word) in _MONTH_NAMES and self._is_month(start)):
            return False
        return self._is_strange(word, line)

    def _is_stranger_after(self, word: str, start: int, line: _Line) -> bool:
        """The same of the word after."""
        if not word or self._follows_office(self.match):
            return False
        after = self.passage.starts.get(start)
        if after:
            return self._is_confusing(after)
        low = _lower(word)
        return not (low in _FOLLOWERS or low in _TITLES) and self._is_strange(word, line)

    def _is_strange(self, word: str, line: _Line) -> bool:
        if not word or not word[0].isupper():
            return False
        if line.capitals:
            return line.words <= 4 and not self._is_ordinary(_lower(word))
        if 1 < len(word) <= 4 and word.isupper():
            return False
        return not self._is_ordinary(_lower(word))

    def _is_confusing(self, neighbour: _Match) -> bool:
        """Whether two known names side by side may be one unknown person's: "Jordan Taylor"."""
        if not neighbour.bare or neighbour.entries[0].type == "adjective":
            return False
        if neighbour.kind == "person":
            return True
        return self.match.kind == "person" and neighbour.kind in ("place", "state")

    def _follows_office(self, match: _Match) -> bool:
        """Whether the match ends an office, as a country does in "the President of India"."""
        of, start = self.passage.word_before(match.start)
        if of == "the":
            of, start = self.passage.word_before(start)
        office = self.passage.word_before(start)[0] if of == "of" else ""
        return _lower(office) in _TITLES or _lower(office) in ("leader", "head", "ruler")

    def _is_month(self, start: int) -> bool:
        """Whether the word here is a month or a day rather than somebody called May."""
        before = self.passage.word_before(start)[0]
        return before.isdigit() or _lower(before) in _BEFORE_MONTHS

    def _is_ordinary(self, low: str) -> bool:
        if low in _GIVEN_NAMES:
            return False
        if low in _ORDINARY or low in _OFFICE_WORDS or low in _MONTH_NAMES:
            return True
        if len(low) > 5 and low.endswith(_ORDINARY_ENDINGS):
            return True
        if len(low) > 5 and low.endswith("ed") and not low.endswith(("fred", "fried", "med")):
            return True
        return low in self.record.words

    def _title_start(self, start: int) -> int:
        """How far the title that ends before the name reaches back: "Deputy Prime Minister"."""
        passage = self.passage
        while start - 1 not in passage.ends:
            word, left = passage.word_before(start)
            low = _lower(word.rstrip("."))
            if not word[:1].isupper() or not (low in _TITLES or low in _TITLE_QUALIFIERS):
                break
            start = left
        return start


def _nest(matches: list[_Match]) -> list[_Match]:
    """Leave the leftmost longest matches, each with those inside it (ordered likewise)."""
    tops: list[_Match] = []
    for match in matches:
        if not tops or match.start >= tops[-1].end:
            tops.append(match)
        elif match.end <= tops[-1].end:
            tops[-1].inner.append(match)
    for top in tops:
        smaller = [m for m in top.inner if (m.start, m.end) != (top.start, top.end)]
        top.inner = _nest(smaller) if smaller else []
    return tops


def _may_hold(outer: _Match, inner: _Match, text: str) -> bool:
    """Whether the inner name says something of its own: "UN" in "UN General Assembly" does,
    "China" in "Republic of China" would say something wrong."""
    if len(inner.entities) > 1:
        return False
    if inner.date:
        return outer.kind in ("organisation", "armed_force", "event", "document")
    if any(entry.type in ("short", "adjective") for entry in inner.entries):
        return False
    if any(entry.own_case for entry in inner.entries):
        return True
    if outer.kind in ("organisation", "armed_force", "event", "document"):
        return True
    return outer.kind == "person" and text[max(0, inner.start - 8) : inner.start].endswith(
        (" of ", " of the ")
    )


def _collect(passages: list[_Passage], record: _Record, order: dict[int, int]) -> Found:
    found: list[tuple[_Passage, _Match, _Match | None]] = []
    ambiguous: list[AmbiguousName] = []
    for passage in passages:
        for top in passage.matches:
            candidates = _doubt_in_record(top, record)
            if top.reason:
                segments = passage.segments(top.start, top.end)
                ambiguous.append(AmbiguousName(segments, tuple(sorted(candidates)), top.reason))
            else:
                found.append((passage, top, None))
                found.extend(_list_inner(passage, record, top, {top.entity}))

    def position(segments: tuple[Segment, ...]) -> tuple[int, int, int]:
        length = sum(segment.end - segment.start for segment in segments)
        return order[segments[0].paragraph], segments[0].start, -length

    mentions = [(match, parent, _mention(passage, match)) for passage, match, parent in found]
    mentions.sort(key=lambda item: position(item[2].segments))
    index = {id(match): at for at, (match, _, _) in enumerate(mentions)}
    ambiguous.sort(key=lambda name: position(name.segments))
    return Found(
        [
            _with_parent(mention, index[id(parent)]) if parent else mention
            for _, parent, mention in mentions
        ],
        ambiguous,
    )


def _doubt_in_record(match: _Match, record: _Record) -> set[str]:
    """Doubt a bare name for what the rest of the record shows; gives the candidates."""
    if match.reason or not match.bare or match.whole or match.entries[0].type == "adjective":
        return match.entities
    key = _lower(match.entries[0].form)
    others = record.namesakes.get(key, set()) - match.entities
    if match.kind in ("place", "state") and (key in record.surnames or others):
        match.reason = "a person's name elsewhere in this record"
    elif match.kind == "person" and others:
        match.reason = "several persons in this record have this name"
    elif match.kind == "person" and key in record.strangers and match.entity not in record.in_full:
        match.reason = "somebody else's name elsewhere in this record"
    return match.entities | others


def _list_inner(
    passage: _Passage, record: _Record, outer: _Match, entities: set[str]
) -> Iterator[tuple[_Passage, _Match, _Match]]:
    for inner in outer.inner:
        if inner.entity in entities or not _may_hold(outer, inner, passage.text):
            continue
        _Judge(passage, _Record(record.own_names, record.words), inner).judge()
        if inner.reason or inner.start < outer.start:
            continue
        yield passage, inner, outer
        yield from _list_inner(passage, record, inner, entities | {inner.entity})


def _mention(passage: _Passage, match: _Match) -> Mention:
    ref: Ref = "name"
    tier: Tier = "full_name"
    if not match.date:
        types = {entry.type for entry in match.entries}
        ref = "adjective" if types == {"adjective"} else "name"
        tier = "full_name" if types & {"full", "acronym"} or match.whole else "short_name"
    full: tuple[Segment, ...] = ()
    if match.full_start is not None and match.full_start < match.start:
        full = passage.segments(match.full_start, match.end)
    segments = passage.segments(match.start, match.end)
    return Mention(match.entity, match.kind, ref, segments, tier, full_span=full)


def _with_parent(mention: Mention, parent: int) -> Mention:
    return Mention(
        mention.entity,
        mention.kind,
        mention.ref,
        mention.segments,
        mention.tier,
        full_span=mention.full_span,
        parent=parent,
    )


def _match_dates(passage: _Passage) -> Iterator[_Match]:
    origin = passage.folded.origin
    for found in find_dates(passage.joined.text):
        start, end = bisect_left(origin, found.start), bisect_left(origin, found.end)
        if found.date.edtf and start < end:
            yield _Match(start, end, (), date=_date_id(found.date.edtf))


def _join(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[JoinedText, dict[int, str]]]:
    """The texts to read as one: each paragraph with those it continues in."""
    by_number = {paragraph.number: paragraph for paragraph in paragraphs}
    continued = {
        paragraph.number: paragraph.continued_by
        for paragraph in paragraphs
        if paragraph.continued_by in by_number
    }
    for paragraph in paragraphs:
        if paragraph.continues in by_number:
            continued.setdefault(paragraph.continues, paragraph.number)
    inside = set(continued.values())
    seen: set[int] = set()
    for paragraph in sorted(paragraphs, key=lambda p: p.number in inside):
        chain: list[Paragraph] = []
        number: int | None = paragraph.number
        while number is not None and number not in seen:
            seen.add(number)
            chain.append(by_number[number])
            number = continued.get(number)
        if chain:
            joined = JoinedText.of((part.number, part.text) for part in chain)
            yield joined, {part.number: part.kind for part in chain}


def _fold(text: str) -> Folded:
    """Fold typography and canonical equivalence, keeping case and diacritics."""
    if text.isascii() or unicodedata.is_normalized("NFD", text):
        return fold(text, case=False, marks=False)
    parts: list[str] = []
    origin: list[int] = []
    at = 0
    for foreign in _NOT_ASCII.finditer(text):
        chars = [
            (part, place)
            for place, char in enumerate(foreign[0], foreign.start())
            for part in unicodedata.normalize("NFD", char)
        ]
        _order_marks(chars)
        parts += text[at : foreign.start()], *(char for char, _ in chars)
        origin += range(at, foreign.start())
        origin += (place for _, place in chars)
        at = foreign.end()
    folded = fold("".join(parts) + text[at:], case=False, marks=False)
    origin += range(at, len(text) + 1)
    if isinstance(folded.origin, range):
        return Folded(folded.text, origin)
    return Folded(folded.text, [origin[at] for at in folded.origin])


_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def _order_marks(chars: list[tuple[str, int]]) -> None:
    at = 0
    while at < len(chars):
        end = at
        while end < len(chars) and unicodedata.combining(chars[end][0]):
            end += 1
        if end - at > 1:
            chars[at:end] = sorted(chars[at:end], key=lambda item: unicodedata.combining(item[0]))
        at = end + 1


def _lower(text: str) -> str:
    """Small letters, character by character: the length stays."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


def _spacings(text: str, kind: NameType) -> set[str]:
    """The name with its initials spaced and not, an acronym with and without full stops."""
    forms = {text}
    if kind == "acronym" or (text.isupper() and text.isalpha()):
        if re.fullmatch(r"[A-Z]{2,6}", text):
            forms.add("".join(f"{letter}." for letter in text))
    elif "." in text:
        forms.add(re.sub(r"(?<=\b[^\W\d_]\.) (?=[^\W\d_]\.)", "", text))
        forms.add(re.sub(r"(?<=\b[^\W\d_]\.)(?=[^\W\d_])", " ", text))
        forms.add(re.sub(r"(?<=\b[^\W\d_]\.) (?=[^\W\d_])", "", text))
    return forms


def _case_fits(words: str, entry: _Entry) -> bool:
    """Whether the name stands there in its own case, in capitals, or with further initials."""
    form = entry.form
    if words == form:
        return True
    if entry.own_case or len(words) != len(form):
        return False
    if words.isupper():
        return True
    if words[0] != form[0] and words[0] != form[0].upper():
        return False
    return all(
        char == own or (char == own.upper() and (at == 0 or form[at - 1] in " -"))
        for at, (char, own) in enumerate(zip(words, form, strict=True))
    )


def _is_mark(char: str) -> bool:
    return unicodedata.combining(char) != 0


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether the span stands alone: no letters, digits or code around it."""
    # Most are inside of words: that comes first, as it is quickly seen.
    if text[end : end + 1].isalnum() or (start and text[start - 1].isalnum()):
        return False
    before = text[max(0, start - 2) : start]
    if before:
        last = before[-1]
        if last in "_@#&" or _is_mark(last):
            return False
        if last == "'" and before[:-1].isupper():
            return False
        if last == "." and before[:-1].isalnum() and text[start:end].isupper():
            return False
    after = text[end : end + 4]
    if after:
        first, second = after[0], after[1:2]
        if first in "_@$&" or _is_mark(first):
            return False
        if first == "'" and second.isalpha():
            return re.match(r"'(?:[sSdDmM]|ll|LL|re|RE|ve|VE)(?![^\W_])", after) is not None
        if first == "." and (second.islower() or second.isdigit()):
            return False
        if first == "." and second.isalpha() and text[start:end].isupper():
            return False
        if first == "-" and second.isdigit():
            return False
    return True


def _agree(written: str, known: str) -> bool:
    length = min(len(written), len(known))
    return length > 0 and written[:length] == known[:length]


def _title(word: str) -> str:
    """The title that this word is, in small letters; "" for any other word."""
    low = _lower(word.rstrip("."))
    if low not in _TITLES or (word.endswith(".") and low not in _ABBREVIATIONS):
        return ""
    return low if word[0].isupper() or low in _SMALL_TITLES or word.endswith(".") else ""


def _is_initials(word: str) -> bool:
    return _INITIALS.fullmatch(word) is not None and word.upper() not in _ABBREVIATED_NAMES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_INITIALS = re.compile(r"(?:[^\W\d_a-z][^\W\d_A-Z]?\.-?){1,3}")
_PERSONAL_TITLES = _words(
    """
    mr mrs ms miss mme mlle madame madam mister monsieur sir dr prof cde com comrade senator
    """
)
_ABBREVIATED_NAMES = frozenset(("U.S.", "U.K.", "U.N.", "D.C.", "A.M.", "P.M.", "ST.", "NO."))
_ABBREVIATIONS = _words(
    """
    mr mrs ms mme mlle dr prof cde com messrs gen col maj capt lt sgt adm rep sen gov amb hon
    pres rev
    """
)
_BEFORE_MONTHS = _words(
    """
    in on of since by during early late last until till from to before after next this mid
    """
)
_WIFE_TITLES = _words("mrs mme madame madam")
_WOMAN_TITLES = _words("miss ms mlle lady")
_TITLES = _PERSONAL_TITLES | _words(
    """
    comrades ambassadors secretaries ministers generals senators presidents ambs messrs lady
    count adviser advisor aide envoy chargé charge secretary-general under-secretary lord
    professor doctor president premier minister chairman chairwoman chancellor secretary
    ambassador consul senator congressman congresswoman representative governor mayor judge
    justice marshal general gen colonel col major maj captain capt lieutenant lt sergeant sgt
    admiral adm commander commodore brigadier rep sen gov amb hon pres marshall king queen
    prince princess emperor shah sultan sheikh sheik emir pope cardinal archbishop bishop
    father brother sister rev reverend rabbi imam ayatollah generalissimo counselor counsellor
    attache academician delegate citizen herr frau señor senor signor vice-president director
    speaker foreign-minister
    """
)
_SMALL_TITLES = _words(
    """
    comrade comrades cde mr mrs ms dr president premier chairman marshal minister ambassador
    chancellor professor senator colonel
    """
)
_TITLE_QUALIFIERS = _words(
    """
    prime foreign deputy vice first second acting defense defence interior finance lieutenant
    lt major brigadier general party grand crown under assistant field fleet air rear chief
    secretary special
    """
)
_JUNIOR = frozenset(("Jr", "Sr", "Junior", "Senior", "II", "III"))
_COMPASS = _words(
    """
    north south east west northern southern eastern western northeast northwest southeast
    southwest northeastern northwestern southeastern southwestern central
    """
)
_REGIONS = _words(
    """
    latin native african afro pan inter anglo spanish mexican nationalist red white overseas
    free supreme greater inner outer
    """
)
_PLACE_MODIFIERS = _words(
    """
    new old greater lesser inner outer upper lower little great free nationalist communist red
    white democratic people's imperial nazi fascist socialist soviet-occupied latin equatorial
    french british portuguese spanish dutch belgian german italian papua saint st san santa
    port fort mount mt lake cape point camp
    """
)
_PARTICLES = _words("von van ibn bin ben der")
_GEOGRAPHIC = _words(
    """
    river valley sea ocean lake city bay gulf creek mountain mountains peninsula street avenue
    road square university college hotel post times herald daily news tribune gazette heights
    county township airport airlines company corporation
    """
)
_FOLLOWERS = _words(
    """
    conference declaration agreement agreements treaty strait straits crisis government
    embassy summit pact war front communist army navy ambassador question issue problem
    doctrine administration plan cabinet committee commission report letter memorandum
    proposal proposals note message era regime thought delegation mission desk talks statement
    speech accords protocol communique resolution lobby bloc legation consulate foreign state
    central party radio press meeting visit
    """
)
_OFFICE_WORDS = _words(
    """
    state defense defence affairs war ministers committee party presidium council union
    republic government staff assembly army navy force treasury commerce interior culture
    trade security cabinet politburo bureau commission delegation forces parliament congress
    leader secretary minister president chairman comrades ministry
    """
)
_MONTH_NAMES = frozenset(month.lower() for month in _MONTHS) | _words(
    """
    monday tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sept
    sep oct nov dec
    """
)
_PREFIXES = _words(
    """
    anti pro non ex post pre inter intra trans un counter cross quasi pan all mid neo half
    semi self extra de re pseudo ultra crypto former then
    """
)
_SUFFIXES = _words(
    """
    led era style type like backed made controlled sponsored supported inspired dominated
    owned based occupied held born trained directed ruled appointed built wide friendly
    oriented related proposed initiated
    """
)
_ACRONYM_WORDS = _words(
    """
    US IT WHO IS AS OR AN AM AT DO GO HE IF IN ME MY NO OF ON SO TO UP WE BE BY ALL AND ARE
    ACT AID AIM AIR ANY ARM ART ASK BAN BAR CAN CAP CAR CARE CAST COST DATE DEAL END FAIR FAST
    FOR GAS HAS HIM HIS HOW ICE ITS LAW LED MAY MEN NET NEW NOT NOW OFF OIL OLD ONE OUR OUT
    OWN PACT PAY PUT RED SALT SAW SEA SHE START STOP TAR THE TIN TOP TWO WAR WAS WAY WIN YET
    YOU BIG BIT CUT EAR EAT FAR FIT GET GUN HAD HER JOB KEY LAY LET LOT MAN MIX PAN PEN PIT
    RAN RAW RUN SAD SET SIT SIX SUN TAX TEN TIE TRY USE VIA WON HOPE UNIT ECHO POST CAMP COME
    MAP MOB ARC AGE DOT LIST SHAPE BRAVO CHINA SEATS CON PRO
    """
)
_NAME_WORDS = _words(
    """
    rice brown young long white black green church king dean cork orange split mobile nice
    reading bath deal sandwich man hill wood field stone snow frost winter summer spring day
    page strong sharp short little small wise best good hope love joy peace power price case
    cross close ball book bond bridge cotton dale early fair forest gold grant gray grey hand
    hard head heath house hunt judge justice kind land law lodge mark marsh meadow moon must
    noble park pool post pound rich root rose rush sing so son steel street strange sun temple
    town wall ward waters way wells will he she we it us many more most
    """
)
_GIVEN_NAMES = _words(
    """
    will mark may grant frank rob bill pat art jack drew sue grace hope faith joy rose dean
    guy victor earl june april august rich ray gene miles max chase wade clay sterling kelly
    sally emily molly billy polly beverly kimberly carly shelly willy wally lily ming deng
    ling xiaoping kim irving fleming
    """
)
_ORDINARY_ENDINGS = (
    "ing",
    "ly",
    "ans",
    "ese",
    "ists",
    "tion",
    "sion",
    "ment",
    "ness",
    "ism",
    "ity",
)
_ORDINARY = _words(
    """
    a re about above according accordingly across actually additionally after afterwards again
    against ago ahead alas all almost along already also although always amid among an and
    another any anyone anything apart apparently are as aside asked at away because been
    before behind being below beneath beside besides between beyond both briefly but by can
    certainly clearly comrade concerning consequently could dear despite did directly do does
    doubtless down due during each earlier either else enough especially even eventually ever
    every everyone everything evidently except few finally first following for former formerly
    fortunately forward from further furthermore generally given had hardly has have having he
    hence her here hers herself him himself his hitherto how however i if immediately in
    including indeed initially inside instead into is it its itself just last late lately
    later latter least less lest let like likewise many maybe me meanwhile might mine more
    moreover most much must my myself namely naturally near nearly neither never nevertheless
    new next no nobody none nonetheless nor not nothing notwithstanding now obviously
    occasionally of off often on once one only onto opposite or originally other others
    otherwise our ours out outside over overall own past per perhaps personally plus possibly
    presently presumably previously probably provided quite rather recently regarding
    regardless said same second secondly see seldom several shall she should similarly simply
    since sincerely so some somebody someone something sometimes somewhere soon still strange
    subsequently such suddenly sure surely telling than thank thanks that the their theirs
    them themselves then there thereafter thereby therefore therein thereupon these they third
    thirdly this those though three through throughout thus till to today together tomorrow
    tonight too toward towards two unable under underneath understandably unfortunately unless
    unlike until up upon us usually versus very via was we well were what whatever when whence
    whenever where whereas whereby wherever whether which whichever while whilst who whoever
    whole whom whose why with within without would yes yesterday yet you your yours yourself
    morning evening afternoon noon midnight week month year today's yesterday's memorandum
    telegram letter note message report statement speech conversation record summary minutes
    meeting talks visit copy draft text dictated recorded signed translated received sent
    prepared approved subject ask tell inform give take send show meet invite persuade
    convince make call help say says told informed answered replied wrote writes spoke met
    dictator leader respected esteemed honorable great beloved
    """
)
