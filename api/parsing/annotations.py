"""An editor's annotations applied to what rules found: anchors verified, nothing in silence.

Where the file was made for this very text, whatever does not fit refuses the file, with every
complaint. Where the text has a new revision since, what still holds is kept and the rest reported.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from rapidfuzz import fuzz, process

from api.errors import Complaint, SeedError
from api.parsing.curated import (
    Anchor,
    AnnotationFile,
    ApparatusEntry,
    ClaimEntry,
    DiscrepancyEntry,
    FieldAnchor,
    JoinEntry,
    Locate,
    MentionEntry,
    SectionDate,
    SectionEntry,
    Suppression,
)
from api.parsing.dates import parse_date
from api.parsing.identities import rising_chain
from api.parsing.values import (
    AmbiguousName,
    ApparatusItem,
    Claim,
    DateExpression,
    Discrepancy,
    EntityKind,
    Mention,
    Paragraph,
    Place,
    Section,
    SectionManner,
    Segment,
)
from api.text import occurrences

Moved = Callable[[int], int | None]
"""From a paragraph's number in the text annotated to its number now; None where unknown."""

Review = Literal["unreviewed", "in_progress", "reviewed", "outdated"]
Path = tuple[str | int, ...]
Nth = int | Literal["all"] | None
FIELDS = ("title", "summary", "citation", "date", "credits")


@dataclass(frozen=True, slots=True)
class Derived:
    """What rules found in one record; the fields of its description as text."""

    title: str
    summary: str | None
    citation_verbatim: str | None
    credits: str | None
    date_expression: str | None
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...] = ()
    mentions: tuple[Mention, ...] = ()
    ambiguous: tuple[AmbiguousName, ...] = ()
    apparatus: tuple[ApparatusItem, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition(Derived):
    """What is served: derived facts and an editor's, and how far the editor has come.

    `review` is "outdated" where the text has changed since; `complaints` are then warnings about
    each entry left out.
    """

    review: Review = "unreviewed"
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True)
class Structure:
    """Paragraphs as the editor says: kinds, and which go on in which.

    `joined` and `parted` are pairs of numbers: joins the editor stated, and derived ones
    suppressed; `resp` says who stated each of the former.
    """

    paragraphs: tuple[Paragraph, ...]
    joined: tuple[tuple[int, int], ...] = ()
    parted: tuple[tuple[int, int], ...] = ()
    resp: Mapping[int, str | None] = field(default_factory=dict)
    complaints: tuple[Complaint, ...] = ()


def apply_structure(
    paragraphs: Sequence[Paragraph],
    file: AnnotationFile,
    locate: Locate,
    *,
    source_sha256: str,
    moved: Moved | None = None,
) -> Structure:
    """Set the kinds and joins an editor gives: to be done before names are looked for.

    Raises nothing: hand the result to `annotate`, which reports its complaints with the others.
    """
    desk = _Desk(file, locate, paragraphs, {}, source_sha256, moved)
    return _Structuring(desk).apply()


def annotate(
    draft: Derived,
    file: AnnotationFile,
    locate: Locate,
    *,
    source_sha256: str,
    entities: Mapping[str, EntityKind],
    moved: Moved | None = None,
    structure: Structure | None = None,
) -> Edition:
    """Apply an annotation file to what rules found.

    `locate` gives line and column of a value in the file; `entities` the kind of each entity that
    has an authority. `structure` is what `apply_structure` gave, when `draft` was made from its
    paragraphs; without it, it is applied here. Raises SeedError with every complaint where the file
    is of this source and anything in it does not fit: words that are not at their place, an unknown
    entity, an overlap with a derived fact that is not suppressed. Where the file is of another
    source, paragraphs are looked for through `moved`; what does not fit is left out and reported.
    """
    texts = {
        "title": draft.title,
        "summary": draft.summary,
        "citation": draft.citation_verbatim,
        "date": draft.date_expression,
        "credits": draft.credits,
    }
    if structure is None:
        structure = apply_structure(
            draft.paragraphs, file, locate, source_sha256=source_sha256, moved=moved
        )
    desk = _Desk(file, locate, structure.paragraphs, texts, source_sha256, moved, entities)
    desk.complaints += structure.complaints
    desk.check_people()
    mentions, ambiguous = _apply_mentions(desk, draft)
    apparatus = _apply_apparatus(desk, draft, structure)
    discrepancies = _apply_discrepancies(desk, draft)
    sections = _apply_outline(desk, draft)
    complaints = sorted(desk.complaints, key=lambda one: (one.line or 0, one.column or 0))
    if any(one.severity == "error" for one in complaints):
        raise SeedError(*complaints)
    if not desk.exact:
        line, column = locate(("source_sha256",))
        complaints.insert(
            0,
            Complaint(
                f"made for another revision of the text: {len(complaints)} things to look at",
                line=line,
                column=column,
                expected=source_sha256,
                severity="warning",
            ),
        )
    return Edition(
        title=draft.title,
        summary=draft.summary,
        citation_verbatim=draft.citation_verbatim,
        credits=draft.credits,
        date_expression=draft.date_expression,
        paragraphs=structure.paragraphs,
        sections=sections,
        mentions=mentions,
        ambiguous=ambiguous,
        apparatus=apparatus,
        discrepancies=discrepancies,
        review=file.review if desk.exact else "outdated",
        complaints=tuple(complaints),
    )


def place_paragraphs(
    paragraphs: Sequence[Paragraph], sections: Sequence[Section]
) -> list[tuple[str | None, str | None]]:
    """The deepest section of each paragraph and the layer it stands in; None outside.

    A section that states no layer has that of the section around it.
    """
    places: dict[int, tuple[str | None, str | None]] = {}
    for section in sorted(sections, key=lambda section: section.level):
        for number in range(section.first, section.last + 1):
            outer = places.get(number, (None, None))
            places[number] = (section.id, section.layer or outer[1])
    return [places.get(paragraph.number, (None, None)) for paragraph in paragraphs]


# What a file may ask of fuzzy search, in characters compared, before only the place itself is
# searched: a file of a thousand stale anchors must still be read in a second or two.
_SEARCH_BUDGET = 20_000_000
_DATE_ID = re.compile(r"date-(?:[a-z]+-)*[0-9x]{4}(?:-[0-9a-z]+|-)*")
_SEARCHED = 80
_REACH = 50
_NEAR = 70.0
_NEAR_AND_HERE = 50.0


@dataclass
class _Desk:
    """The file on the desk, the text beside it, and the list of complaints."""

    file: AnnotationFile
    locate: Locate
    paragraphs: Sequence[Paragraph]
    fields: Mapping[str, str | None]
    source_sha256: str
    moved: Moved | None
    entities: Mapping[str, EntityKind] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    _budget: int = _SEARCH_BUDGET

    @cached_property
    def exact(self) -> bool:
        """Whether the file was made for this very source."""
        return self.file.source_sha256 == self.source_sha256

    @cached_property
    def by_number(self) -> dict[int, Paragraph]:
        return {paragraph.number: paragraph for paragraph in self.paragraphs}

    def complain(
        self, path: Path, message: str, *, expected: str | None = None, hint: str | None = None
    ) -> None:
        line, column = self.locate(path)
        severity: Literal["error", "warning"] = "error" if self.exact else "warning"
        self.complaints.append(
            Complaint(
                message, line=line, column=column, expected=expected, hint=hint, severity=severity
            )
        )

    def responsible(self, resp: str | None) -> str | None:
        return resp or self.file.resp

    def check_people(self) -> None:
        """Every `resp` must name an editor of the file, or an entity."""
        known = {editor.id for editor in self.file.editors} | set(self.entities)
        for path, resp in _responsibilities(self.file):
            if resp not in known:
                expected = ", ".join(sorted(editor.id for editor in self.file.editors))
                self.complain(
                    (*path, "resp"),
                    f"nobody called {resp!r} is listed under editors",
                    expected=expected or "an entry under editors",
                )

    def kind_of(self, entity: str) -> EntityKind | None:
        """An entity's kind. A date needs no authority: its id says which it is."""
        known = self.entities.get(entity)
        return known or ("date" if _DATE_ID.fullmatch(entity) else None)

    def is_known(self, entity: str, path: Path) -> bool:
        if self.kind_of(entity) is not None:
            return True
        near = process.extractOne(entity, self.entities.keys(), score_cutoff=60)
        hint = f"the nearest is {near[0]}" if near else None
        self.complain(path, f"no authority describes an entity {entity!r}", hint=hint)
        return False

    def place(self, number: int) -> int | None:
        """Where a paragraph of the text annotated stands now."""
        if self.exact or self.moved is None:
            return number if number in self.by_number else None
        now = self.moved(number)
        if now is None:
            now = self._place_between(number)
        return now if now in self.by_number else None

    def _place_between(self, number: int) -> int | None:
        """The place of an unknown paragraph whose neighbours on both sides kept their distance."""
        assert self.moved is not None
        before = after = None
        at = number
        while before is None and at > max(number - _REACH, 0):
            at -= 1
            before = 0 if at == 0 else self.moved(at)
        low = at
        at = number
        while after is None and at < number + _REACH:
            at += 1
            after = self.moved(at)
        if before is None:
            return None
        if after is None or after - before == at - low:
            return before + number - low
        return None

    def find(
        self, number: int, quote: str, nth: Nth, path: Path, *, after: str | None = None
    ) -> list[Segment]:
        """The spans of a quotation in a paragraph; none, and a complaint, where it does not hold.

        Without `nth` the words must stand there once; standing once as whole words will do. `nth`
        counts every occurrence, inside words too; "all" is every one that is not inside a word.
        """
        now = self.place(number)
        if now is None:
            count = len(self.paragraphs)
            message = (
                f"there is no paragraph {number}"
                if self.exact or self.moved is None
                else f"paragraph {number} is gone"
            )
            hint = self.nearest(quote, None) or f"the text has {count} paragraphs"
            self.complain((*path, "paragraph"), message, hint=hint)
            return []
        text = self.by_number[now].text
        where = f"paragraph {now}" if now == number else f"paragraph {now} (once {number})"
        starts = self._choose(text, quote, nth, (*path, "quote"), where, now, after)
        return [Segment(now, start, start + len(quote), quote) for start in starts]

    def find_in_field(
        self, name: str, quote: str, nth: Nth, path: Path, *, after: str | None = None
    ) -> list[tuple[int, int]]:
        """The spans of a quotation in a field of the description."""
        text = self.fields.get(name)
        if text is None:
            self.complain((*path, "field"), f"the record has no {name}")
            return []
        starts = self._choose(text, quote, nth, (*path, "quote"), f"the {name}", None, after)
        return [(start, start + len(quote)) for start in starts]

    def _choose(
        self,
        text: str,
        quote: str,
        nth: Nth,
        path: Path,
        where: str,
        number: int | None,
        after: str | None,
    ) -> list[int]:
        starts = occurrences(text, quote)
        if after is not None:
            starts = [at for at in starts if text[:at].rstrip().endswith(after.rstrip())]
        if not starts:
            words = f"{_show(quote)} after {_show(after)}" if after else _show(quote)
            self.complain(path, f"{where} has no {words}", hint=self.nearest(quote, number))
            return []
        whole = [at for at in starts if _is_whole(text, at, at + len(quote))]
        if nth == "all":
            return _apart(whole or starts, len(quote))
        if nth is not None:
            if nth <= len(starts):
                return [starts[nth - 1]]
            times = "once" if len(starts) == 1 else f"{len(starts)} times"
            self.complain(path, f"{where} has {_show(quote)} only {times}, not {nth} times")
            return []
        if len(starts) == 1 or len(whole) == 1:
            return whole or starts
        self.complain(
            path,
            f"{where} has {_show(quote)} {len(starts)} times",
            expected=f"nth: 1 to {len(starts)}, or nth: all",
        )
        return []

    def nearest(self, quote: str, number: int | None) -> str | None:
        """Where the words stand instead, or words like them."""
        texts = self.paragraphs
        exact = [paragraph.number for paragraph in texts if quote in paragraph.text]
        if exact:
            exact.sort(key=lambda one: abs(one - (number or one)))
            others = ", ".join(str(one) for one in sorted(exact[:3]))
            return (
                f"paragraph {others} has it" if len(exact) == 1 else f"paragraphs {others} have it"
            )
        if len(quote) < 4:
            return None
        own = self.by_number.get(number) if number is not None else None
        searched = quote[:_SEARCHED]
        best: tuple[float, str, int] | None = None
        for paragraph in [*([own] if own else []), *(one for one in texts if one is not own)]:
            self._budget -= len(paragraph.text)
            if self._budget < 0 and paragraph is not own:
                break
            if paragraph is own:
                cutoff = _NEAR_AND_HERE
            else:
                cutoff = max(_NEAR, best[0] + 1e-9) if best else _NEAR
            found = fuzz.partial_ratio_alignment(searched, paragraph.text, score_cutoff=cutoff)
            if found is not None and found.score >= cutoff and found.dest_end > found.dest_start:
                words = _widen(paragraph.text, found.dest_start, found.dest_end)
                best = (found.score, words, paragraph.number)
        return f"the nearest is {_show(best[1])} in paragraph {best[2]}" if best else None


def _responsibilities(file: AnnotationFile) -> Iterator[tuple[Path, str]]:
    if file.resp:
        yield (), file.resp
    for name in ("paragraphs", "joins", "mentions", "apparatus", "discrepancies"):
        for at, entry in enumerate(getattr(file, name)):
            if entry.resp:
                yield (name, at), entry.resp
    ahead: list[tuple[Path, SectionEntry]] = [
        (("outline", at), entry) for at, entry in enumerate(file.outline)
    ]
    for path, entry in ahead:
        if entry.resp:
            yield path, entry.resp
        ahead += [((*path, "sections", at), below) for at, below in enumerate(entry.sections)]


def _show(words: str) -> str:
    words = " ".join(words.split()) or words
    return f"“{words if len(words) <= 70 else words[:69] + '…'}”"


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a span neither begins nor ends inside a word."""
    return not (
        (start > 0 and text[start - 1].isalnum() and text[start].isalnum())
        or (end < len(text) and text[end - 1].isalnum() and text[end].isalnum())
    )


def _apart(starts: Iterable[int], length: int) -> list[int]:
    found: list[int] = []
    for at in starts:
        if not found or at >= found[-1] + length:
            found.append(at)
    return found


def _widen(text: str, start: int, end: int) -> str:
    """The words a span touches, whole."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end].strip()


@dataclass
class _Structuring:
    """Kinds and joins being applied."""

    desk: _Desk
    paragraphs: dict[int, Paragraph] = field(init=False)
    joined: dict[int, int] = field(default_factory=dict)
    parted: list[tuple[int, int]] = field(default_factory=list)
    resp: dict[int, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paragraphs = dict(self.desk.by_number)

    def apply(self) -> Structure:
        self._set_kinds()
        for at, entry in enumerate(self.desk.file.suppress):
            if entry.what == "join":
                self._part(entry, ("suppress", at))
        for number, join in enumerate(self.desk.file.joins):
            self._join(join, ("joins", number))
        return Structure(
            tuple(self.paragraphs[paragraph.number] for paragraph in self.desk.paragraphs),
            tuple(sorted(self.joined.items())),
            tuple(self.parted),
            self.resp,
            tuple(self.desk.complaints),
        )

    def _set_kinds(self) -> None:
        seen: set[int] = set()
        for at, entry in enumerate(self.desk.file.paragraphs):
            path: Path = ("paragraphs", at)
            number = self._opening(entry.paragraph, entry.opens, path)
            if number is None:
                continue
            if number in seen:
                self.desk.complain(path, f"paragraph {number} stands here twice")
                continue
            seen.add(number)
            self.paragraphs[number] = replace(
                self.paragraphs[number],
                kind=entry.kind,
                speaker=entry.speaker or self.paragraphs[number].speaker,
            )

    def _opening(self, number: int, opens: str, path: Path, key: str = "paragraph") -> int | None:
        desk = self.desk
        now = desk.place(number)
        if now is None:
            desk.complain(
                (*path, key), f"there is no paragraph {number}", hint=desk.nearest(opens, None)
            )
        elif not desk.by_number[now].text.startswith(opens):
            desk.complain(
                (*path, "opens"),
                f"paragraph {now} does not open with {_show(opens)}",
                expected=_show(_opening_words(desk.by_number[now].text)),
                hint=_opened_elsewhere(desk, opens) or desk.nearest(opens, now),
            )
        else:
            return now
        return None

    def _part(self, entry: Suppression, path: Path) -> None:
        if entry.paragraph is None:
            self.desk.complain(path, "to suppress a join, say which paragraph goes on")
            return
        now = self.desk.place(entry.paragraph)
        following = self.paragraphs[now].continued_by if now is not None else None
        if now is None or following is None:
            self.desk.complain(
                (*path, "paragraph"),
                f"nothing to suppress: paragraph {entry.paragraph} is joined to no other",
            )
            return
        self.paragraphs[now] = replace(self.paragraphs[now], continued_by=None)
        self.paragraphs[following] = replace(self.paragraphs[following], continues=None)
        self.parted.append((now, following))

    def _join(self, entry: JoinEntry, path: Path) -> None:
        desk = self.desk
        first = desk.place(entry.paragraph)
        if first is None:
            hint = desk.nearest(entry.closes, None)
            message = f"there is no paragraph {entry.paragraph}"
            desk.complain((*path, "paragraph"), message, hint=hint)
            return
        text = desk.by_number[first].text
        if not text.endswith(entry.closes):
            desk.complain(
                (*path, "closes"),
                f"paragraph {first} does not close with {_show(entry.closes)}",
                expected=_show(_closing_words(text)),
                hint=desk.nearest(entry.closes, first),
            )
            return
        second = self._opening(entry.next, entry.opens, path, "next")
        if second is None:
            return
        between = [
            number
            for number in range(first + 1, second)
            if number in self.paragraphs
            and self.paragraphs[number].kind not in ("page_mark", "note", "stamp")
        ]
        one, other = self.paragraphs[first], self.paragraphs[second]
        if second <= first or between or one.content != other.content:
            message = f"paragraph {first} cannot go on in {second}"
            expected = "the next paragraph, but for page marks, notes and stamps"
            desk.complain((*path, "next"), message, expected=expected)
        elif one.continued_by not in (None, second) or other.continues not in (None, first):
            message = (
                f"paragraph {first} already goes on in {one.continued_by}"
                if one.continued_by not in (None, second)
                else f"paragraph {second} already goes on from {other.continues}"
            )
            desk.complain(path, message, hint="suppress that join first")
        else:
            self.paragraphs[first] = replace(one, continued_by=second)
            self.paragraphs[second] = replace(other, continues=first)
            self.joined[first] = second
            self.resp[first] = desk.responsible(entry.resp)


def _opened_elsewhere(desk: _Desk, opens: str) -> str | None:
    numbers = [
        paragraph.number for paragraph in desk.paragraphs if paragraph.text.startswith(opens)
    ]
    return f"paragraph {numbers[0]} does" if len(numbers) == 1 else None


def _opening_words(text: str, length: int = 60) -> str:
    line = text.split("\n", 1)[0]
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0] if " " in line[:length].strip() else line[:length]


def _closing_words(text: str, length: int = 60) -> str:
    line = text.rsplit("\n", 1)[-1]
    if len(line) <= length:
        return line
    return line[-length:].split(" ", 1)[-1] if " " in line[-length:].strip() else line[-length:]


def _apply_mentions(
    desk: _Desk, draft: Derived
) -> tuple[tuple[Mention, ...], tuple[AmbiguousName, ...]]:
    unwanted, undecided = _suppress_mentions(desk, draft)
    derived = [mention for at, mention in enumerate(draft.mentions) if at not in unwanted]
    curated = [
        (mention, path)
        for at, entry in enumerate(desk.file.mentions)
        for path in [("mentions", at)]
        for mention in _read_mention(desk, entry, path)
    ]
    mentions = _unite(desk, derived, curated)
    own = _ByPlace([mention for mention in mentions if mention.origin == "curated"])
    ambiguous = tuple(
        name
        for at, name in enumerate(draft.ambiguous)
        if at not in undecided
        and not any(_covers(own.mentions[k].segments, name.segments) for k in own.at(name.segments))
    )
    return nest_mentions(mentions), ambiguous


def _suppress_mentions(desk: _Desk, draft: Derived) -> tuple[set[int], set[int]]:
    """The positions of derived mentions and of ambiguous names that the editor rules out."""
    unwanted: set[int] = set()
    undecided: set[int] = set()
    found: dict[tuple[int, str], list[tuple[int, int, bool]]] = defaultdict(list)
    places = [(at, False, one.segments) for at, one in enumerate(draft.mentions)]
    places += [(at, True, one.segments) for at, one in enumerate(draft.ambiguous)]
    for at, is_name, segments in places:
        whole = " ".join(segment.quote for segment in segments)
        found[segments[0].paragraph, whole].append((segments[0].start, at, is_name))
        if len(segments) > 1:
            for segment in segments:
                found[segment.paragraph, segment.quote].append((segment.start, at, is_name))
    for at, entry in enumerate(desk.file.suppress):
        if entry.what != "mention":
            continue
        path: Path = ("suppress", at)
        if entry.paragraph is None or entry.quote is None:
            desk.complain(path, "to suppress a mention, give paragraph and quote")
            continue
        now = desk.place(entry.paragraph)
        there = found.get((now, entry.quote), []) if now is not None else []
        chosen = _choose_nth(desk, there, now, entry, path)
        if not there:
            near = [mention for mention in draft.mentions if mention.segments[0].paragraph == now]
            known = ", ".join(_show(mention.quote) for mention in near[:8])
            desk.complain(
                path,
                f"nothing to suppress: rules found no mention {_show(entry.quote)} in paragraph "
                f"{entry.paragraph}",
                hint=f"there they found {known}" if near else None,
            )
        for _, index, is_name in chosen:
            (undecided if is_name else unwanted).add(index)
    return unwanted, undecided


def _choose_nth(
    desk: _Desk,
    there: list[tuple[int, int, bool]],
    number: int | None,
    entry: Suppression,
    path: Path,
) -> list[tuple[int, int, bool]]:
    """Of derived things with the same words in one paragraph, those a suppression means."""
    starts = {start for start, _, _ in there}
    if not there or number is None or entry.nth == "all":
        return there
    if entry.nth is None:
        if len(starts) == 1:
            return there
        words = f"{_show(entry.quote or '')} in paragraph {number}"
        desk.complain(path, f"rules found {len(starts)} of {words}", expected="nth")
        return []
    everywhere = occurrences(desk.by_number[number].text, entry.quote or "")
    wanted = everywhere[entry.nth - 1] if entry.nth <= len(everywhere) else None
    chosen = [one for one in there if one[0] == wanted]
    if not chosen:
        ordinals = ", ".join(str(everywhere.index(start) + 1) for start in sorted(starts))
        message = f"nothing to suppress: rules found nothing at occurrence {entry.nth}"
        desk.complain((*path, "nth"), message, expected=f"nth: {ordinals}")
    return chosen


def _read_mention(desk: _Desk, entry: MentionEntry, path: Path) -> list[Mention]:
    kind = entry.kind
    if entry.entity is not None:
        if not desk.is_known(entry.entity, (*path, "entity")):
            return []
        known = desk.kind_of(entry.entity)
        if kind is not None and kind != known:
            desk.complain((*path, "kind"), f"{entry.entity} is no {kind}", expected=known)
            return []
        kind = known
    if kind is None:
        desk.complain(path, "a mention of nobody in particular needs a kind")
        return []
    places = _read_places(desk, entry, path)
    mentions = []
    for segments in places:
        if not _stands_whole(desk, segments, path):
            continue
        full: tuple[Segment, ...] = ()
        if entry.full is not None:
            full = _widen_to(desk, segments, entry.full)
            if not full:
                words = " ".join(segment.quote for segment in segments)
                desk.complain(
                    (*path, "full"),
                    f"{_show(entry.full)} does not stand around {_show(words)} in paragraph "
                    f"{segments[0].paragraph}",
                )
                continue
        mentions.append(
            Mention(
                entity=entry.entity,
                kind=kind,
                ref=entry.ref,
                segments=segments,
                tier="editor",
                origin="curated",
                full_span=() if full == segments else full,
                certainty=entry.certainty,
                resp=desk.responsible(entry.resp),
                note=entry.note,
            )
        )
    return mentions


def _read_places(desk: _Desk, entry: MentionEntry, path: Path) -> list[tuple[Segment, ...]]:
    """The spans a mention's entry names: several where it says `nth: all`."""
    if entry.segments:
        if entry.paragraph is not None or entry.quote is not None:
            desk.complain(path, "give either segments, or paragraph and quote")
            return []
        segments: list[Segment] = []
        for at, anchor in enumerate(entry.segments):
            here: Path = (*path, "segments", at)
            segments += desk.find(anchor.paragraph, anchor.quote, anchor.nth, here)
        if len(segments) < len(entry.segments):
            return []
        ordered = [(segment.paragraph, segment.start) for segment in segments]
        if ordered != sorted(set(ordered)):
            desk.complain((*path, "segments"), "segments must be in the order of the text")
            return []
        return [tuple(segments)]
    if entry.paragraph is None or entry.quote is None:
        desk.complain(path, "a mention needs paragraph and quote, or segments")
        return []
    return [(one,) for one in desk.find(entry.paragraph, entry.quote, entry.nth, path)]


def _stands_whole(desk: _Desk, segments: Sequence[Segment], path: Path) -> bool:
    """Whether each word is a whole one, or at least no place has it whole."""
    for segment in segments:
        text = desk.by_number[segment.paragraph].text
        if not _is_whole(text, segment.start, segment.end) and any(
            _is_whole(text, at, at + len(segment.quote)) for at in occurrences(text, segment.quote)
        ):
            desk.complain(
                path,
                f"this occurrence of {_show(segment.quote)} stands inside a word: "
                f"{_show(_widen(text, segment.start, segment.end))}",
                hint="nth counts every occurrence, those inside words too",
            )
            return False
    return True


def _widen_to(desk: _Desk, segments: tuple[Segment, ...], full: str) -> tuple[Segment, ...]:
    """The segments with what `full` has before and after them; none where that is not there."""
    words = " ".join(segment.quote for segment in segments)
    first, last = segments[0], segments[-1]
    for at in occurrences(full, words):
        before, after = full[:at], full[at + len(words) :]
        opening, closing = (desk.by_number[one.paragraph].text for one in (first, last))
        start, end = first.start - len(before), last.end + len(after)
        if start < 0 or opening[start : first.start] != before:
            continue
        if closing[last.end : end] != after:
            continue
        widened = list(segments)
        widened[0] = replace(first, start=start, quote=opening[start : first.end])
        last = widened[-1]
        quote = desk.by_number[last.paragraph].text[last.start : end]
        widened[-1] = replace(last, end=end, quote=quote)
        return tuple(widened)
    return ()


class _ByPlace:
    """Mentions by where they stand, to find those that share characters with a span."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self.mentions = mentions
        spans: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for at, mention in enumerate(mentions):
            for segment in mention.segments:
                spans[segment.paragraph].append((segment.start, segment.end, at))
        self._spans = {number: sorted(found) for number, found in spans.items()}
        self._longest = {
            number: max(end - start for start, end, _ in found) for number, found in spans.items()
        }

    def at(self, segments: Iterable[Segment]) -> list[int]:
        """The positions of the mentions that touch any of the segments, in order."""
        found: set[int] = set()
        for segment in segments:
            spans = self._spans.get(segment.paragraph, [])
            least = segment.start - self._longest.get(segment.paragraph, 0)
            for start, end, at in spans[bisect_left(spans, (least, 0, 0)) :]:
                if start >= segment.end:
                    break
                if end > segment.start:
                    found.add(at)
        return sorted(found)


def _covers(outer: Sequence[Segment], inner: Sequence[Segment]) -> bool:
    return all(
        any(
            around.paragraph == one.paragraph
            and around.start <= one.start
            and one.end <= around.end
            for around in outer
        )
        for one in inner
    )


def _unite(
    desk: _Desk, derived: Sequence[Mention], curated: Sequence[tuple[Mention, Path]]
) -> list[Mention]:
    """Derived and curated mentions together; a contradiction that is not suppressed is refused."""
    everything = [*derived, *(mention for mention, _ in curated)]
    places = _ByPlace(everything)
    replaced: set[int] = set()
    for at, (mention, path) in enumerate(curated, len(derived)):
        # Of two curated mentions the later one is complained of, once.
        near = [k for k in places.at(mention.segments) if k < at and k not in replaced]
        reasons = {k: _conflict(mention, everything[k]) for k in near}
        against = next((k for k, reason in reasons.items() if reason), None)
        if against is not None:
            replaced.add(at)
            _refuse(desk, path, mention, everything[against], reasons[against] or "")
            continue
        for k, reason in reasons.items():
            if reason == "":
                replaced.add(k)
                full = mention.full_span or everything[k].full_span
                everything[at] = replace(mention, full_span=full)
    return [mention for at, mention in enumerate(everything) if at not in replaced]


def _conflict(mention: Mention, known: Mention) -> str | None:
    """Why two mentions cannot both stand; "" where the first confirms the second."""
    inside = _covers(known.segments, mention.segments)
    around = _covers(mention.segments, known.segments)
    if inside and around:
        if known.origin == "curated":
            return "stands here twice: it equals"
        same = mention.entity == known.entity and mention.ref == known.ref
        return "" if same else "has the very words of"
    if not inside and not around:
        return "overlaps"
    if mention.entity is not None and mention.entity == known.entity:
        return "means the same entity as, and nests in," if inside else "means the same entity as"
    return None


def _refuse(desk: _Desk, path: Path, mention: Mention, known: Mention, reason: str) -> None:
    place = known.segments[0]
    kind = "derived" if known.origin == "derived" else "curated"
    message = (
        f"{_show(mention.quote)} ({mention.entity}, {mention.ref}) {reason} the {kind} mention "
        f"{_show(known.quote)} ({known.entity}, {known.ref}) in paragraph {place.paragraph}"
    )
    hint = None
    if kind == "derived":
        text = desk.by_number[place.paragraph].text
        starts = occurrences(text, place.quote)
        nth = f", nth: {starts.index(place.start) + 1}" if len(starts) > 1 else ""
        hint = (
            f"to overrule it: suppress {{what: mention, paragraph: {place.paragraph}, "
            f"quote: {json.dumps(known.quote, ensure_ascii=False)}{nth}}}"
        )
    desk.complain(path, message, hint=hint)


def nest_mentions(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Mentions in the order of the text, outer before inner, each with its parent's position.

    The parent is the smallest mention around it that is not the same span.
    """
    ordered = sorted(
        mentions,
        key=lambda one: (
            one.segments[0].paragraph,
            one.segments[0].start,
            -one.segments[-1].paragraph,
            -one.segments[-1].end,
        ),
    )
    nested: list[Mention] = []
    around: list[int] = []
    for at, mention in enumerate(ordered):
        first = mention.segments[0]
        while around:
            last = ordered[around[-1]].segments[-1]
            if (last.paragraph, last.end) > (first.paragraph, first.start):
                break
            around.pop()
        parent = None
        for outer in reversed(around):
            segments = ordered[outer].segments
            if segments != mention.segments and _covers(segments, mention.segments):
                parent = outer
                break
        nested.append(replace(mention, parent=parent))
        around.append(at)
    return tuple(nested)


def _apply_apparatus(
    desk: _Desk, draft: Derived, structure: Structure
) -> tuple[ApparatusItem, ...]:
    kept = _suppress_apparatus(desk, _mend_breaks(desk, draft.apparatus, structure))
    curated: list[ApparatusItem] = []
    places: dict[tuple[int | str | None, int, int], list[int]] = defaultdict(list)
    same_kind: dict[tuple[int | str | None, str], list[int]] = defaultdict(list)
    for at, item in enumerate(kept):
        places[item.paragraph or item.field, item.start, item.end].append(at)
        same_kind[item.paragraph or item.field, item.kind].append(at)
    merged: set[int] = set()
    stated: set[tuple[str, int | str | None, int, int]] = set()
    for number, entry in enumerate(desk.file.apparatus):
        path: Path = ("apparatus", number)
        for item in _read_mark(desk, entry, path):
            where = item.paragraph or item.field
            equal = [kept[at] for at in places[where, item.start, item.end]]
            others = [one for one in equal if one.kind != item.kind and item.start < item.end]
            crossing = [
                kept[at]
                for at in same_kind[where, item.kind]
                if kept[at].start < item.end
                and item.start < kept[at].end
                and (kept[at].start, kept[at].end) != (item.start, item.end)
            ]
            if others or crossing:
                known = (others or crossing)[0]
                desk.complain(
                    path,
                    f"{item.kind} {_show(item.quote)} "
                    f"{'has the very words of' if others else 'overlaps'} the derived {known.kind} "
                    f"{_show(known.quote)} in paragraph {known.paragraph}",
                    hint="suppress that one, or agree with it",
                )
                continue
            if (item.kind, where, item.start, item.end) in stated:
                desk.complain(path, f"{item.kind} {_show(item.quote)} stands here twice")
                continue
            stated.add((item.kind, where, item.start, item.end))
            for at in places[where, item.start, item.end]:
                if kept[at].kind == item.kind:
                    merged.add(at)
                    item = replace(
                        item,
                        note=item.note if item.note is not None else kept[at].note,
                        correction=item.correction
                        if item.correction is not None
                        else kept[at].correction,
                    )
            curated.append(item)
    items = [item for at, item in enumerate(kept) if at not in merged] + curated
    return tuple(sorted(items, key=lambda one: (one.paragraph or 0, one.start, -one.end, one.kind)))


def _mend_breaks(
    desk: _Desk, apparatus: Iterable[ApparatusItem], structure: Structure
) -> list[ApparatusItem]:
    """A page break where the editor joined paragraphs, none where a join was suppressed."""
    parted = {first for first, _ in structure.parted} - {first for first, _ in structure.joined}
    stated = dict(structure.joined)
    items = [
        item
        for item in apparatus
        if not (
            item.kind == "page_break"
            and (item.paragraph in parted or item.paragraph in stated)
            and item.start == item.end
            and item.paragraph is not None
            and item.start == len(desk.by_number[item.paragraph].text)
        )
    ]
    for first in stated:
        end = len(desk.by_number[first].text)
        resp = structure.resp.get(first)
        items.append(ApparatusItem("page_break", first, end, end, "", origin="curated", resp=resp))
    return items


def _suppress_apparatus(desk: _Desk, apparatus: Sequence[ApparatusItem]) -> list[ApparatusItem]:
    unwanted: set[int] = set()
    by_words: dict[tuple[int | None, str], list[tuple[int, int, bool]]] = defaultdict(list)
    for at, item in enumerate(apparatus):
        by_words[item.paragraph, item.quote].append((item.start, at, False))
    for number, entry in enumerate(desk.file.suppress):
        if entry.what != "apparatus":
            continue
        path: Path = ("suppress", number)
        if entry.paragraph is None:
            desk.complain(path, "to suppress apparatus, give paragraph and quote")
            continue
        now = desk.place(entry.paragraph)
        there = by_words.get((now, entry.quote or ""), [])
        chosen = _choose_nth(desk, there, now, entry, path)
        if not there:
            near = [item for item in apparatus if item.paragraph == now and item.quote]
            known = ", ".join(f"{item.kind} {_show(item.quote)}" for item in near[:8])
            desk.complain(
                path,
                f"nothing to suppress: rules found no mark {_show(entry.quote or '')} in "
                f"paragraph {entry.paragraph}",
                hint=f"there they found {known}" if near else None,
            )
        unwanted.update(at for _, at, _ in chosen)
    return [item for at, item in enumerate(apparatus) if at not in unwanted]


def _read_mark(desk: _Desk, entry: ApparatusEntry, path: Path) -> list[ApparatusItem]:
    spans: list[tuple[int | None, int, int, str]] = []
    name = entry.field
    if name is not None:
        if entry.quote is None or entry.paragraph is not None:
            desk.complain(path, "a mark on the description needs a field and a quote")
            return []
        found = desk.find_in_field(name, entry.quote, entry.nth, path, after=entry.after)
        spans = [(None, start, end, entry.quote) for start, end in found]
    elif entry.paragraph is None:
        desk.complain(path, "a mark needs a paragraph, or a field of the description")
    elif entry.quote is not None:
        segments = desk.find(entry.paragraph, entry.quote, entry.nth, path, after=entry.after)
        spans = [(one.paragraph, one.start, one.end, one.quote) for one in segments]
    elif entry.after is not None:
        segments = desk.find(entry.paragraph, entry.after, entry.nth, path)
        spans = [(one.paragraph, one.end, one.end, "") for one in segments]
    elif entry.kind == "page_break":
        now = desk.place(entry.paragraph)
        if now is None:
            desk.complain((*path, "paragraph"), f"there is no paragraph {entry.paragraph}")
        else:
            end = len(desk.by_number[now].text)
            spans = [(now, end, end, "")]
    else:
        desk.complain(path, "a mark without words of its own needs the words it comes after")
    return [
        ApparatusItem(
            kind=entry.kind,
            paragraph=number,
            start=start,
            end=end,
            quote=quote,
            origin="curated",
            note=entry.note,
            correction=entry.correction,
            certainty=entry.certainty,
            resp=desk.responsible(entry.resp),
            field=name,
        )
        for number, start, end, quote in spans
    ]


def _apply_discrepancies(desk: _Desk, draft: Derived) -> tuple[Discrepancy, ...]:
    derived = {discrepancy.id: discrepancy for discrepancy in draft.discrepancies}
    for at, entry in enumerate(desk.file.suppress):
        if entry.what != "discrepancy":
            continue
        if entry.id is None or entry.id not in derived:
            known = ", ".join(derived) or "none"
            message = f"nothing to suppress: rules found no discrepancy {entry.id!r}"
            desk.complain(("suppress", at), message, hint=f"they found {known}")
        else:
            del derived[entry.id]
    found = dict(derived)
    for at, stated in enumerate(desk.file.discrepancies):
        path: Path = ("discrepancies", at)
        if stated.id in found:
            origin = found[stated.id].origin
            hint = "suppress the derived one, or take another id" if origin == "derived" else None
            message = f"there is a {origin} discrepancy {stated.id!r} already"
            desk.complain((*path, "id"), message, hint=hint)
        elif claims := _read_claims(desk, stated, path):
            found[stated.id] = Discrepancy(
                id=stated.id,
                kind=stated.kind,
                summary=stated.summary,
                claims=claims,
                origin="curated",
                note=stated.note,
                resp=desk.responsible(stated.resp),
            )
    return tuple(found.values())


def _read_claims(desk: _Desk, entry: DiscrepancyEntry, path: Path) -> tuple[Claim, ...]:
    """The claims at their places; none where one of them has no place left."""
    claims = []
    for at, claim in enumerate(entry.claims):
        places = _read_claim_places(desk, claim, (*path, "claims", at))
        if places:
            claims.append(Claim(claim.value, places))
    return tuple(claims) if len(claims) == len(entry.claims) else ()


def _read_claim_places(desk: _Desk, claim: ClaimEntry, path: Path) -> tuple[Place, ...]:
    places: list[Place] = []
    for at, anchor in enumerate(claim.at):
        here: Path = (*path, "at", at)
        if isinstance(anchor, Anchor):
            places += [
                Place(one.quote, one.start, one.end, paragraph=one.paragraph)
                for one in desk.find(anchor.paragraph, anchor.quote, anchor.nth, here)
            ]
        elif isinstance(anchor, FieldAnchor):
            places += [
                Place(anchor.quote, start, end, field=anchor.field)
                for start, end in desk.find_in_field(anchor.field, anchor.quote, anchor.nth, here)
            ]
    return tuple(places)


def _apply_outline(desk: _Desk, draft: Derived) -> tuple[Section, ...]:
    if not desk.file.outline:
        return draft.sections
    ranges = _Ranges(desk)
    flat: list[Section] = []
    complaints_before = len(desk.complaints)
    _flatten(desk, desk.file.outline, ("outline",), None, ranges, flat)
    twice = [one for one, count in Counter(section.id for section in flat).items() if count > 1]
    for one in twice:
        desk.complain(("outline",), f"two sections are called {one!r}", expected="unique ids")
    fitted = desk.exact or desk.moved is not None
    if twice or (not fitted and len(desk.complaints) > complaints_before):
        desk.complain(
            ("outline",), "the outline does not hold any more: the one rules find is used instead"
        )
        return draft.sections
    return tuple(flat)


class _Ranges:
    """Where the runs of paragraphs of the text annotated are now.

    Paragraphs that kept their order carry the outline: the longest rising run of them. What was
    moved elsewhere alone does not stretch a section over others.
    """

    def __init__(self, desk: _Desk) -> None:
        self._steady: list[tuple[int, int]] | None = None
        if not desk.exact and desk.moved is not None:
            last = max((entry.last for entry in desk.file.outline), default=0)
            pairs = [
                (number, now, 1.0)
                for number in range(1, min(last, 2 * len(desk.paragraphs) + 1000) + 1)
                if (now := desk.place(number)) is not None
            ]
            self._steady = [pairs[at][:2] for at in rising_chain(pairs)]

    def now(self, first: int, last: int) -> tuple[int, int] | None:
        """The run of paragraphs now; None where nothing of it is left in its order."""
        if self._steady is None:
            return first, last
        begin = bisect_left(self._steady, (first, 0))
        end = bisect_left(self._steady, (last + 1, 0))
        return (self._steady[begin][1], self._steady[end - 1][1]) if begin < end else None


def _flatten(
    desk: _Desk,
    entries: Sequence[SectionEntry],
    path: Path,
    parent: Section | None,
    ranges: _Ranges,
    flat: list[Section],
) -> None:
    before: tuple[SectionEntry, Section] | None = None
    for at, entry in enumerate(entries):
        here: Path = (*path, at)
        span = ranges.now(entry.first, entry.last)
        if span is None:
            desk.complain(here, f"of section {entry.id!r} nothing is left in its place")
            continue
        first, last = span
        if not _check_range(desk, entry, span, here, parent, before):
            continue
        _check_ends(desk, entry, span, here)
        section = Section(
            id=entry.id,
            title=entry.title,
            kind=entry.kind,
            level=parent.level + 1 if parent else 1,
            first=first,
            last=last,
            layer=entry.layer or (parent.layer if parent else None),
            parent=parent.id if parent else None,
            origin="curated",
            resp=desk.responsible(entry.resp),
            date=_read_date(desk, entry.date, (*here, "date")) if entry.date else None,
            sender=_read_party(desk, entry.sender, (*here, "sender")),
            addressees=tuple(
                name
                for number, one in enumerate(entry.addressees)
                if (name := _read_party(desk, one, (*here, "addressees", number)))
            ),
            manner=_read_manner(desk, entry, here),
        )
        flat.append(section)
        before = (entry, section)
        _flatten(desk, entry.sections, (*here, "sections"), section, ranges, flat)


def _check_range(
    desk: _Desk,
    entry: SectionEntry,
    span: tuple[int, int],
    path: Path,
    parent: Section | None,
    before: tuple[SectionEntry, Section] | None,
) -> bool:
    first, last = span
    low, high = (parent.first, parent.last) if parent else (1, len(desk.paragraphs))
    if last < first:
        desk.complain((*path, "to"), f"section {entry.id!r} ends before it begins")
    elif first < low or last > high:
        inside = f"its parent {parent.id!r}" if parent else "the text"
        desk.complain(
            (*path, "from" if first < low else "to"),
            f"section {entry.id!r} ({first}-{last}) goes beyond {inside}",
            expected=f"{low} to {high}",
        )
    elif before is not None and first <= before[1].last:
        one = before[1]
        desk.complain(
            (*path, "from"),
            f"section {entry.id!r} begins at {first}, within or before {one.id!r} "
            f"({one.first}-{one.last})",
            expected=f"{one.last + 1} or later",
        )
    else:
        return True
    return False


def _check_ends(desk: _Desk, entry: SectionEntry, span: tuple[int, int], path: Path) -> None:
    opening, closing = desk.by_number[span[0]].text, desk.by_number[span[1]].text
    if entry.opens is not None and not opening.startswith(entry.opens):
        desk.complain(
            (*path, "opens"),
            f"section {entry.id!r}: paragraph {span[0]} does not open with {_show(entry.opens)}",
            expected=_show(_opening_words(opening)),
            hint=_opened_elsewhere(desk, entry.opens) or desk.nearest(entry.opens, span[0]),
        )
    if entry.closes is not None and not closing.endswith(entry.closes):
        desk.complain(
            (*path, "closes"),
            f"section {entry.id!r}: paragraph {span[1]} does not close with {_show(entry.closes)}",
            expected=_show(_closing_words(closing)),
            hint=desk.nearest(entry.closes, span[1]),
        )


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


def _read_party(desk: _Desk, name: str | None, path: Path) -> str | None:
    """An entity's id, or a name as it is; what looks like an id has to be one."""
    if name is not None and _SLUG.fullmatch(name) and not desk.is_known(name, path):
        return None
    return name


def _read_manner(desk: _Desk, entry: SectionEntry, path: Path) -> SectionManner | None:
    if entry.manner is None:
        return None
    here: Path = (*path, "manner")
    return SectionManner(
        dictated_by=_read_party(desk, entry.manner.dictated_by, (*here, "dictated_by")),
        recorded_by=_read_party(desk, entry.manner.recorded_by, (*here, "recorded_by")),
    )


def _read_date(desk: _Desk, entry: SectionDate, path: Path) -> DateExpression:
    if entry.edtf is None:
        return parse_date(entry.expression) or DateExpression(entry.expression)
    days = _read_edtf(entry.edtf)
    if days is None:
        desk.complain(
            (*path, "edtf"),
            f"{entry.edtf!r} is no date in EDTF",
            expected="1958, 1958-09, 1958-09-19, 195X, 1958-09~, 1957/1958 or the like",
        )
        return DateExpression(entry.expression)
    return DateExpression(entry.expression, entry.edtf, *days)


_EDTF_DATE = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX|XXXX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?[?~%]?"
)
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}


def _read_edtf(edtf: str) -> tuple[str | None, str | None] | None:
    """The first and last day of a date, or interval of dates, in EDTF level 1.

    None for an open or unknown end; None for the whole where it is no such date.
    """
    ends = edtf.split("/")
    if len(ends) > 2:
        return None
    days: list[tuple[str | None, str | None]] = []
    for end in ends:
        if len(ends) == 2 and end in ("", ".."):
            days.append((None, None))
            continue
        found = _EDTF_DATE.fullmatch(end)
        span = _days_of(found) if found else None
        if span is None:
            return None
        days.append(span)
    begin, end_day = days[0][0], days[-1][1]
    return None if begin and end_day and end_day < begin else (begin, end_day)


def _days_of(found: re.Match[str]) -> tuple[str | None, str | None] | None:
    year, month, day = found["year"], found["month"], found["day"]
    if year == "XXXX":
        return None, None
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if low == 0:
        return None
    first, last = 1, 12
    if month and month != "XX":
        first = last = int(month)
        if int(month) in _SEASONS and day is None:
            first, last = _SEASONS[int(month)]
    if not 1 <= first <= 12:
        return None
    begin, end = 1, monthrange(high, last)[1]
    if day and day != "XX":
        begin = end = int(day)
        if month == "XX" or not 1 <= begin <= monthrange(high, last)[1]:
            return None
    return f"{low:04}-{first:02}-{begin:02}", f"{high:04}-{last:02}-{end:02}"


def draft_annotations(record_id: str, source_sha256: str, derived: Derived) -> str:
    """A starting annotation file, as YAML, from what rules found.

    It has the outline, to be given better titles and layers; what needs a decision (names that
    could mean more than one thing) and what may need mending (kinds, joins, discrepancies) stands
    in comments. It is valid as it is.
    """
    texts = {paragraph.number: paragraph.text for paragraph in derived.paragraphs}
    lines = [
        f"# Annotations of {record_id}: {_comment(derived.title)}",
        "# Written from what rules found, for an editor to go on with. Entries point into the text",
        "# by paragraph number and quotation; take the # away from those you want.",
        f"record: {_scalar(record_id)}",
        f"source_sha256: {_scalar(source_sha256)}",
        "review: in_progress  # reviewed, when every line has been read",
        "",
        "# editors:",
        "#   - {id: your-name, name: Your Name}",
        "# resp: your-name",
        "",
        *_draft_outline(derived.sections, texts),
        "",
        *_draft_paragraphs(derived.paragraphs),
        "",
        *_draft_mentions(derived.ambiguous, texts),
        "",
        *_draft_discrepancies(derived.discrepancies),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _draft_outline(sections: Sequence[Section], texts: Mapping[int, str]) -> list[str]:
    if not sections:
        return ["outline: []"]
    lines = ["outline:"]
    below: dict[str | None, list[Section]] = defaultdict(list)
    for section in sections:
        below[section.parent].append(section)

    def write(section: Section, indent: str, around: str | None) -> None:
        lines.append(f"{indent}- id: {_scalar(section.id)}")
        inner = indent + "  "
        title = section.title.strip() or section.id
        lines.append(f"{inner}title: {_scalar(title)}")
        lines.append(f"{inner}kind: {_scalar(section.kind)}")
        lines.append(f"{inner}from: {section.first}")
        lines.append(f"{inner}to: {section.last}")
        if opens := _opening_words(texts.get(section.first, "")):
            lines.append(f"{inner}opens: {_scalar(opens)}")
        if section.layer and section.layer != around:
            lines.append(f"{inner}layer: {_scalar(section.layer)}")
        if section.date is not None:
            edtf = f", edtf: {_scalar(section.date.edtf)}" if section.date.edtf else ""
            lines.append(f"{inner}date: {{expression: {_scalar(section.date.expression)}{edtf}}}")
        if section.sender:
            lines.append(f"{inner}sender: {_scalar(section.sender)}")
        if section.addressees:
            names = ", ".join(_scalar(name) for name in section.addressees)
            lines.append(f"{inner}addressees: [{names}]")
        if section.manner is not None:
            manner = {
                "dictated_by": section.manner.dictated_by,
                "recorded_by": section.manner.recorded_by,
            }
            stated = ", ".join(f"{key}: {_scalar(name)}" for key, name in manner.items() if name)
            if stated:
                lines.append(f"{inner}manner: {{{stated}}}")
        if below[section.id]:
            lines.append(f"{inner}sections:")
            for one in below[section.id]:
                write(one, inner + "  ", section.layer or around)

    for section in below[None]:
        write(section, "  ", None)
    return lines


def _draft_paragraphs(paragraphs: Sequence[Paragraph]) -> list[str]:
    lines = [
        "# What rules took each paragraph for. Keep only the lines whose kind you change.",
        "# paragraphs:",
    ]
    for paragraph in paragraphs:
        opens = _scalar(_opening_words(paragraph.text, 40))
        line = f"#   - {{paragraph: {paragraph.number}, opens: {opens}, kind: {paragraph.kind}}}"
        if paragraph.continued_by is not None:
            line += f"  # goes on in {paragraph.continued_by}"
        lines.append(line)
    return lines


def _draft_mentions(ambiguous: Sequence[AmbiguousName], texts: Mapping[int, str]) -> list[str]:
    lines = [
        "# Names that could mean more than one thing, to be decided; then roles and phrases that",
        "# mean one definite entity.",
        "# mentions:",
    ]
    for name in ambiguous:
        anchors = []
        for segment in name.segments:
            starts = occurrences(texts.get(segment.paragraph, ""), segment.quote)
            nth = ""
            if len(starts) > 1 and segment.start in starts:
                nth = f", nth: {starts.index(segment.start) + 1}"
            anchors.append(f"paragraph: {segment.paragraph}, quote: {_scalar(segment.quote)}{nth}")
        where = anchors[0]
        if len(anchors) > 1:
            where = "segments: [" + ", ".join(f"{{{anchor}}}" for anchor in anchors) + "]"
        entity = name.candidates[0] if name.candidates else "null, kind: person"
        others = f", or {', '.join(name.candidates[1:])}" if len(name.candidates) > 1 else ""
        why = _comment(f"{name.reason}{others}")
        lines.append(f"#   - {{entity: {entity}, ref: name, {where}}}  # {why}")
    return lines


def _draft_discrepancies(discrepancies: Sequence[Discrepancy]) -> list[str]:
    if not discrepancies:
        return []
    entry = '#   - {{what: discrepancy, id: {}, reason: "…"}}  # {}'
    return [
        "# Discrepancies rules found. Suppress those that are none.",
        "# suppress:",
        *(entry.format(_scalar(one.id), _comment(one.summary)) for one in discrepancies),
    ]


_UNSAFE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def _scalar(text: str) -> str:
    """A double-quoted YAML scalar on one line."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)


def _comment(text: str) -> str:
    """Words for a comment: on one line, and nothing YAML will not read."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
