"""Claims of one source that cannot all be right, found by rule: reported, never resolved.

The rules would rather miss a discrepancy than report an ordinary thing as one: enclosures are older
than the letter they go with, plans name days to come, and examples are no complete lists.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from api.parsing.dates import find_dates, recognise_date
from api.parsing.values import (
    Citation,
    Claim,
    DateExpression,
    Discrepancy,
    EntityKind,
    Mention,
    Paragraph,
    Place,
    Section,
)
from api.text import fold

Find = Callable[[str], Sequence[Mention]]
"""Finds the names in a text of the description; its mentions have offsets into that text."""


def find_discrepancies(
    *,
    title: str,
    summary: str | None = None,
    citation: Citation | None = None,
    date: DateExpression | None = None,
    paragraphs: Sequence[Paragraph] = (),
    sections: Sequence[Section] = (),
    mentions: Sequence[Mention] = (),
    find: Find | None = None,
) -> list[Discrepancy]:
    """Find what in a record contradicts itself.

    `date` is the header's. Kinds: dates, enumeration, spelling, title, impossible_date. Places are
    half-open code-point spans of a paragraph's text or of a field (title, summary, citation as
    printed, date as printed); each `quote` is exactly that slice. Ids are readable, unique in the
    record, and do not depend on paragraph numbers.
    """
    dates = [*_list_dates(paragraphs)]
    texts: list[_Text] = [_Text(p.text, paragraph=p.number) for p in paragraphs]
    fields = [_Text(title, field="title"), _Text(summary or "", field="summary")]
    named = _spot(texts, mentions)
    if find:
        named = [
            *(spot for text in fields if text.text for spot in _spot([text], find(text.text))),
            *named,
        ]
    found = [
        *_compare_date_lines(date, dates, paragraphs, sections),
        *_compare_citation_date(date, citation),
        *_find_later_dates(date, dates, paragraphs, sections),
        *_compare_lists([*fields, *texts], named),
        *_compare_spellings(named),
        *_compare_titles(title, citation),
        *_find_impossible_dates(date, citation, dates),
    ]
    return list(_with_unique_ids(found))


class _Text(NamedTuple):
    """A text that places are in: a paragraph's or a field's."""

    text: str
    paragraph: int | None = None
    field: str | None = None

    def place(self, start: int, end: int) -> Place:
        return Place(self.text[start:end], start, end, self.paragraph, self.field)


class _Dated(NamedTuple):
    """A date in a paragraph, and the part it plays there."""

    paragraph: Paragraph
    start: int
    end: int
    date: DateExpression
    in_date_line: bool

    @property
    def place(self) -> Place:
        return _Text(self.paragraph.text, self.paragraph.number).place(self.start, self.end)


class _Spot(NamedTuple):
    """A mention in one text; `start` and `end` are of its first segment."""

    text: _Text
    start: int
    end: int
    mention: Mention
    places: tuple[Place, ...]


def _list_dates(paragraphs: Sequence[Paragraph]) -> Iterator[_Dated]:
    for paragraph in paragraphs:
        whole = paragraph.kind in ("dateline", "colophon", "signature")
        for found in find_dates(paragraph.text):
            in_date_line = whole or _stands_alone(paragraph.text, found.start)
            yield _Dated(paragraph, found.start, found.end, found.date, in_date_line)


def _stands_alone(text: str, at: int) -> bool:
    """Whether the line in which a date stands holds nothing else."""
    end = text.find("\n", at)
    line = text[text.rfind("\n", 0, at) + 1 : end if end >= 0 else None]
    return len(line) <= _LONGEST_DATE_LINE and recognise_date(line.strip(" .,()[]")) is not None


_LONGEST_DATE_LINE = 60


def _compare_date_lines(
    header: DateExpression | None,
    dates: Sequence[_Dated],
    paragraphs: Sequence[Paragraph],
    sections: Sequence[Section],
) -> Iterator[Discrepancy]:
    lines = [d for d in dates if d.in_date_line and _is_certain(d.date) and not _is_filing(d)]
    if not lines:
        return
    opening = _opening_line(lines, paragraphs, sections)
    standard = header if header and _is_certain(header) else opening and opening.date
    if not standard:
        return
    against = [
        line
        for line in lines
        if not _overlap(line.date, standard)
        and (
            line is opening
            or line.paragraph.kind == "colophon"
            or (standard is header and _is_after(line.date, standard))
        )
    ]
    if not against:
        return
    agreeing = [line for line in lines if _overlap(line.date, standard)]
    at = [line.place for line in agreeing]
    if standard is header:
        at.insert(0, _Text(header.expression, field="date").place(0, len(header.expression)))
    claims = [Claim(standard.expression, tuple(at))]
    for value in dict.fromkeys(line.date.edtf for line in against):
        same = [line for line in against if line.date.edtf == value]
        claims.append(Claim(same[0].date.expression, tuple(line.place for line in same)))
    others = _list_words([claim.value for claim in claims[1:]])
    where = "the header" if standard is header else "the date line"
    yield Discrepancy(
        "dates-of-the-document",
        "dates",
        f"By {where} the document is of {standard.expression}; date lines in the text say "
        f"{others}.",
        tuple(claims),
    )


def _opening_line(
    lines: Sequence[_Dated], paragraphs: Sequence[Paragraph], sections: Sequence[Section]
) -> _Dated | None:
    """The date line of the document itself: at its beginning, else at its very end."""
    parts = [section for section in sections if section.level == 1]
    last = parts[0].last if len(parts) > 1 else paragraphs[-1].number
    numbers = [paragraph.number for paragraph in paragraphs if paragraph.number <= last]
    near = {*numbers[:15], *numbers[-4:]}
    return next((line for line in lines if line.paragraph.number in near), None)


def _is_filing(dated: _Dated) -> bool:
    """Whether the line dates what was done with the document afterwards."""
    text = dated.paragraph.text
    begin = text.rfind("\n", 0, dated.start) + 1
    end = text.find("\n", dated.end)
    line = text[max(begin, dated.start - 200) : end if end >= 0 else None]
    return _FILING.search(line[:400]) is not None


_FILING = re.compile(
    r"(?i)\b(?:received|receipt|declassif|typed|copied|copy|copies|print|publish|translat|distribut"
    r"|regist|filed|archiv|entered|incoming|review|releas|stamp|revis|approved|reference|your\b)"
)


def _compare_citation_date(
    header: DateExpression | None, citation: Citation | None
) -> Iterator[Discrepancy]:
    cited = citation.date if citation else None
    if not (citation and cited and header and _is_certain(header) and _is_certain(cited)):
        return
    if _overlap(header, cited):
        return
    text = _Text(citation.verbatim, field="citation")
    start, end = _locate(citation.verbatim, cited.expression, last=True)
    yield Discrepancy(
        "date-of-the-citation",
        "dates",
        f"The header dates the document {header.expression}, its citation {cited.expression}.",
        (
            Claim(
                header.expression,
                (_Text(header.expression, field="date").place(0, len(header.expression)),),
            ),
            Claim(cited.expression, (text.place(start, end),)),
        ),
    )


def _find_later_dates(
    header: DateExpression | None,
    dates: Sequence[_Dated],
    paragraphs: Sequence[Paragraph],
    sections: Sequence[Section],
) -> Iterator[Discrepancy]:
    if not header or not _is_certain(header):
        return
    own = _Text(header.expression, field="date").place(0, len(header.expression))
    later: dict[str, list[_Dated]] = {}
    for dated in dates:
        if dated.in_date_line or dated.paragraph.kind in ("note", "stamp", "page_mark"):
            continue
        if not dated.date.edtf or not re.fullmatch(r"\d{4}-\d\d-\d\d", dated.date.edtf):
            continue
        if not _is_after(dated.date, header) or not _speaks_of_the_past(dated):
            continue
        number = dated.paragraph.number
        if any(
            section.date
            and section.date.end
            and section.first <= number <= section.last
            and not _is_after(dated.date, section.date)
            for section in sections
        ):
            continue
        later.setdefault(dated.date.edtf, []).append(dated)
    for edtf, places in later.items():
        said = places[0].date.expression
        yield Discrepancy(
            f"later-date-{edtf}",
            "dates",
            f"The text speaks of {said} as past, but the document is dated {header.expression}.",
            (
                Claim(header.expression, (own,)),
                Claim(said, tuple(dated.place for dated in places)),
            ),
        )


def _speaks_of_the_past(dated: _Dated) -> bool:
    """Whether the words around the date say that it has been, and none that it is to come."""
    text = dated.paragraph.text
    before = re.split(r"[.!?]\s", text[max(0, dated.start - 300) : dated.start])[-1]
    after = re.split(r"[.!?]\s", text[dated.end : dated.end + 300])[0]
    if before.rfind("[") > before.rfind("]") or _LIMIT.search(before[-30:]):
        return False
    if _FUTURE.search(f"{before} {after}"):
        return False
    clause = f"{re.split('[,;:]', before)[-1]} {re.split('[,;:]', after)[0]}"
    if _MODAL.search(clause):
        return False
    return _DOCUMENT_OF.search(before[-60:]) is not None or _PAST.search(clause) is not None


_LIMIT = re.compile(
    r"(?i)\b(?:by|until|till|before|through|from|after|since|than|between|to|and|for|as of)"
    r"\s+(?:the\s+)?$"
)
_FUTURE = re.compile(
    r"(?i)\b(?:will|shall|'ll|no later|not later|beginning|effective|valid|expir\w*|deadline"
    r"|schedul\w*|plan(?:s|ned|ning)?|propos\w*|intend\w*|expect\w*|next|forthcoming|upcoming"
    r"|future|tomorrow|set for|to be|due|postpone\w*|fix\w*|agree(?:d|s)? (?:to|that)|invit\w*"
    r"|suggest\w*|let us|terminat\w*|renew\w*|extend\w*|going to|is to|are to|were to|was to)\b"
)
_MODAL = re.compile(r"(?i)\b(?:would|should|must|may|might|could|can|ought|want\w*|hope\w*)\b")
_DOCUMENT_OF = re.compile(
    r"(?i)\b(?:letter|note|telegram|cable|message|memorandum|decree|resolution|statement|speech"
    r"|report|conversation|decision|declaration|protocol|order|instruction|communique)s?"
    r"(?: number \d+| no\. ?\d+)?,? (?:of|dated|from)\s+$"
)
_PAST = re.compile(
    r"\b(?:was|were|had|has|have|did|wrote|said|met|took|sent|came|went|gave|told|made|held|spoke"
    r"|began|left|saw|got|broke|brought|fell|fought|won|lost|became|rose|put|read|heard|"
    r"(?!need|indeed|proceed|succeed|exceed|speed|feed|hundred|red|bed)[a-z]{2,}ed)\b"
)


def _is_certain(date: DateExpression) -> bool:
    return bool(date.edtf and date.begin and date.end) and not re.search(r"[~?%]", date.edtf or "")


def _overlap(one: DateExpression, other: DateExpression) -> bool:
    return (one.begin or "") <= (other.end or "") and (other.begin or "") <= (one.end or "")


def _is_after(one: DateExpression, other: DateExpression) -> bool:
    return (one.begin or "") > (other.end or "9999")


class _List(NamedTuple):
    """Names of one kind in a row, as an enumeration has them."""

    kind: EntityKind
    spots: tuple[_Spot, ...]

    @property
    def members(self) -> frozenset[str]:
        return frozenset(spot.mention.entity or "" for spot in self.spots)

    @property
    def place(self) -> Place:
        first, last = self.spots[0], self.spots[-1]
        return first.text.place(first.start, last.end)


def _compare_lists(texts: Sequence[_Text], spots: Sequence[_Spot]) -> Iterator[Discrepancy]:
    by_text: dict[_Text, list[_Spot]] = {}
    for spot in spots:
        by_text.setdefault(spot.text, []).append(spot)
    kinds: tuple[EntityKind, ...] = ("state", "person")
    for kind in kinds:
        lists = [
            found
            for text in texts
            for found in _list_enumerations(text.text, by_text.get(text, []), kind)
        ]
        for group in _group_alike(lists):
            if len({found.members for found in group}) > 1:
                yield _describe_lists(kind, group)


def _list_enumerations(text: str, spots: Sequence[_Spot], kind: EntityKind) -> Iterator[_List]:
    """The runs of four or more names of one kind that only commas, "and" and offices part."""
    of_kind = [s for s in spots if s.mention.kind == kind and s.mention.ref == "name"]
    others = [s for s in spots if s.mention.kind != kind and s.mention.parent is None]
    starts = [other.start for other in others]
    run: list[_Spot] = []
    for spot in [*of_kind, None]:
        if (
            spot
            and run
            and _is_list_gap(
                text[run[-1].end : spot.start],
                [
                    text[other.start : other.end]
                    for other in others[
                        bisect_left(starts, run[-1].end) : bisect_left(starts, spot.start)
                    ]
                ],
            )
        ):
            run.append(spot)
            continue
        if len({s.mention.entity for s in run}) >= _SHORTEST_LIST and not _is_open(text, run):
            yield _List(kind, tuple(run))
        run = [spot] if spot else []


_SHORTEST_LIST = 4
_LONGEST_GAP = 160


def _is_list_gap(gap: str, names: Sequence[str]) -> bool:
    """Whether the words between two names only go on with a list; `names` stand among them."""
    if not 0 < len(gap) <= _LONGEST_GAP:
        return False
    for name in names:
        gap = gap.replace(name, " ", 1)
    if not re.search(r"[,;\n]|\b(?:and|or)\b|&", gap):
        return False
    words = re.findall(r"[^\W\d_]+", gap)
    unknown = [word for word in words if word.lower() not in _LIST_WORDS]
    return len(unknown) <= 3 and all(word[0].isupper() for word in unknown)


def _is_open(text: str, run: Sequence[_Spot]) -> bool:
    """Whether the list gives examples only: "such as …", "… and others"."""
    before = text[max(0, run[0].start - 40) : run[0].start]
    after = text[run[-1].end : run[-1].end + 40]
    return bool(_EXAMPLES_BEFORE.search(before) or _EXAMPLES_AFTER.match(after))


_EXAMPLES_BEFORE = re.compile(
    r"(?i)\b(?:such as|like|including|includes?|included|for example|for instance|e\.g\.|among them"
    r"|among others|especially|particularly|in particular|except|excluding|other than|also"
    r"|as well as|besides|apart from|some of|namely also)\b[\s,:]*(?:the\s+)?$"
)
_EXAMPLES_AFTER = re.compile(
    r"(?i)[\s,;]*(?:and|or|as well as)?\s*(?:the\s+)?(?:some\s+|many\s+|several\s+|all\s+)?"
    r"(?:others?\b|etc\b|et al|so on|so forth|elsewhere|for example|for instance|a number of)"
)
_LIST_WORDS = frozenset(
    """
    the of a an and or as well both also his her with for from to also then
    president prime minister ministers chairman chairmen head heads government governments state
    states king queen emperor prince premier chancellor leader leaders secretary general first
    foreign ambassador ambassadors representative representatives delegate delegates delegation
    delegations council republic mr mrs ms dr cde com comrade comrades marshal deputy vice member
    members people peoples side government's including
    """.split()  # noqa: SIM905 (a list of fifty words reads better as text)
)


def _group_alike(lists: Sequence[_List]) -> list[list[_List]]:
    """Gather the lists that share at least half of all their members."""
    groups: list[dict[frozenset[str], list[_List]]] = []
    for found in lists:
        near = (g for g in groups if any(_is_alike(found.members, members) for members in g))
        group = next(near, None)
        if group is None:
            group = {}
            groups.append(group)
        group.setdefault(found.members, []).append(found)
    return [[found for same in group.values() for found in same] for group in groups]


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return 2 * len(one & other) >= len(one | other)


def _describe_lists(kind: EntityKind, group: Sequence[_List]) -> Discrepancy:
    names: dict[str, str] = {}
    for found in group:
        for spot in found.spots:
            names.setdefault(spot.mention.entity or "", _plain(spot.mention.quote))
    everybody = frozenset(names)
    claims, missing = [], []
    for members in dict.fromkeys(found.members for found in group):
        same = [found for found in group if found.members == members]
        order = dict.fromkeys(spot.mention.entity or "" for spot in same[0].spots)
        claims.append(
            Claim(", ".join(names[e] for e in order), tuple(found.place for found in same))
        )
        left_out = _list_words([names[e] for e in names if e in everybody - members])
        if left_out:
            missing.append(f"one of {len(members)} leaves out {left_out}")
    plural = "states" if kind == "state" else "persons"
    summary = f"Lists of {plural} that are nearly the same differ: {'; '.join(missing)}."
    return Discrepancy(f"lists-of-{plural}", "enumeration", summary, tuple(claims))


def _compare_spellings(spots: Sequence[_Spot]) -> Iterator[Discrepancy]:
    forms: dict[tuple[str, str], dict[str, list[Place]]] = {}
    for spot in spots:
        if spot.mention.kind == "date" or not spot.mention.entity:
            continue
        form = _plain(spot.mention.quote)
        if not any(char.islower() for char in form):
            continue
        key = (spot.mention.entity, _letters(form))
        forms.setdefault(key, {}).setdefault(form, []).extend(spot.places)
    for (entity, _), spelled in forms.items():
        distinct: dict[str, list[Place]] = {}
        seen: dict[str, str] = {}
        for form, places in spelled.items():
            first = seen.setdefault(_without_chance(form), form)
            distinct.setdefault(first, []).extend(places)
        if len(distinct) > 1:
            claims = tuple(Claim(form, tuple(places)) for form, places in distinct.items())
            summary = f"One name is spelled in different ways: {_list_words(list(distinct))}."
            yield Discrepancy(f"spelling-of-{entity}", "spelling", summary, claims)


@lru_cache(maxsize=8192)
def _letters(form: str) -> str:
    return re.sub(r"[\W_]", "", fold(form).text)


@lru_cache(maxsize=8192)
def _without_chance(form: str) -> str:
    """A spelling without what is no choice of its own: the first letter's case, the capitals of
    headlines, the space after an initial."""
    form = re.sub(r"(?<=\b[^\W\d_]\.) +(?=[^\W\d_])", "", form)
    words = re.split(r"( )", form[:1].upper() + form[1:])
    return "".join(word.lower() if word.lower() in _SMALL_WORDS else word for word in words)


_SMALL_WORDS = frozenset(("of", "the", "and", "in", "for", "on", "to", "de", "von", "van"))


def _compare_titles(title: str, citation: Citation | None) -> Iterator[Discrepancy]:
    cited = citation.title if citation else None
    if not citation or not cited or not title.strip() or _bare(title) == _bare(cited):
        return
    start, end = _locate(citation.verbatim, cited)
    yield Discrepancy(
        "title-of-the-citation",
        "title",
        "The citation gives another title than the record has.",
        (
            Claim(_plain(title), (_Text(title, field="title").place(0, len(title)),)),
            Claim(_plain(cited), (_Text(citation.verbatim, field="citation").place(start, end),)),
        ),
    )


def _bare(text: str) -> str:
    folded = fold(unicodedata.normalize("NFC", text), marks=False).text
    return re.sub(r"[\W_]", "", folded)


def _find_impossible_dates(
    header: DateExpression | None, citation: Citation | None, dates: Sequence[_Dated]
) -> Iterator[Discrepancy]:
    at: dict[str, list[Place]] = {}
    if header and header.impossible:
        place = _Text(header.expression, field="date").place(0, len(header.expression))
        at.setdefault(header.expression, []).append(place)
    if citation and citation.date and citation.date.impossible:
        start, end = _locate(citation.verbatim, citation.date.expression, last=True)
        place = _Text(citation.verbatim, field="citation").place(start, end)
        at.setdefault(citation.date.expression, []).append(place)
    for dated in dates:
        if dated.date.impossible:
            at.setdefault(dated.date.expression, []).append(dated.place)
    for expression, places in at.items():
        yield Discrepancy(
            f"impossible-date-{_slug(expression)}",
            "impossible_date",
            f"There is no such day as {expression}.",
            (Claim(expression, tuple(places)),),
        )


def _spot(texts: Iterable[_Text], mentions: Sequence[Mention]) -> list[_Spot]:
    """Put each mention in its text, outermost and nested alike, in order."""
    by_number = {text.paragraph if text.field is None else None: text for text in texts}
    spots = []
    for mention in mentions:
        places = [
            (by_number.get(segment.paragraph) or by_number.get(None), segment)
            for segment in mention.segments
        ]
        known = [(text, segment) for text, segment in places if text is not None]
        if known and mention.entity:
            text, first = known[0]
            spots.append(
                _Spot(
                    text,
                    first.start,
                    first.end,
                    mention,
                    tuple(text.place(segment.start, segment.end) for text, segment in known),
                )
            )
    return spots


def _locate(text: str, words: str, *, last: bool = False) -> tuple[int, int]:
    """Where the words stand in the text, white space and typography aside; all of it if nowhere."""
    folded, wanted = fold(text, case=False, marks=False), fold(words, case=False, marks=False)
    needle = wanted.text.strip()
    at = folded.text.rfind(needle) if last else folded.text.find(needle)
    if not needle or at < 0:
        return 0, len(text)
    span = folded.span(at, at + len(needle))
    return span.start, span.end


@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", " ".join(text.split()))
    return re.sub("[‘’ʼ]", "'", re.sub("[‐‑]", "-", folded))


def _list_words(words: Sequence[str]) -> str:
    return (
        words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
    )


def _slug(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", fold(text).text).strip("-")
    return plain or "unreadable"


def _with_unique_ids(found: Iterable[Discrepancy]) -> Iterator[Discrepancy]:
    taken: dict[str, int] = {}
    for one in found:
        taken[one.id] = taken.get(one.id, 0) + 1
        number = taken[one.id]
        if number == 1:
            yield one
        else:
            yield Discrepancy(
                f"{one.id}-{number}", one.kind, one.summary, one.claims, note=one.note
            )
