"""Headings, signatures and greetings -> a tree of sections, for records without a curated one.

Three levels and no more than a few below: the contents of the record where it has several, the
documents that stand one after another in a content, and under each what its headings open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from api.parsing.values import Paragraph, ParagraphKind, Section

_MAX_TITLE = 200
_OPENING_WORDS = 8
_MAX_SLUG = 48
_DATED = 3
"""The rank of a section that a date opens: below every heading's."""

_BODY: frozenset[ParagraphKind] = frozenset({"paragraph", "list_item", "speech", "instruction"})
_OPENERS: frozenset[ParagraphKind] = frozenset({"heading", "addressee", "salutation", "stamp"})
_CLOSERS: frozenset[ParagraphKind] = frozenset({"signature", "colophon"})


def read_outline(
    paragraphs: Sequence[Paragraph], labels: Mapping[str, str] | None = None
) -> list[Section]:
    """The sections of a record, parents before their children, in reading order.

    `first` and `last` are paragraph numbers, inclusive; together the top sections hold every
    paragraph but page marks, and no section begins or ends with one. Ids begin with a letter and
    are unique. Levels count from 1 and stay below 7. `labels` gives the titles of contents by
    their ids; without it a title is made of the id. Kinds: content, part, section; a text without
    any heading is one section "Text".
    """
    runs = [
        (content, [p for p in group if p.kind != "page_mark"])
        for content, group in groupby(paragraphs, key=lambda paragraph: paragraph.content)
    ]
    runs = [(content, run) for content, run in runs if run]
    ids = _Ids()
    sections: list[Section] = []
    for content, run in runs:
        parent: Section | None = None
        if len(runs) > 1:
            title = (labels or {}).get(content or "") or _title_of_content(content)
            parent = _section(ids, title, "content", run, None)
            sections.append(parent)
        parts = _split_parts(run)
        if len(parts) == 1 and parent is not None:
            sections += _read_inner(ids, run, parent)
            continue
        if len(runs) == 1 and len(parts) == 1 and not any(p.kind == "heading" for p in run):
            sections.append(_section(ids, "Text", "part", run, None))
            sections += _read_inner(ids, run, sections[-1])
            continue
        for part in parts:
            sections.append(_section(ids, _title_of(part), "part", part, parent))
            sections += _read_inner(ids, part, sections[-1])
    return sections


def _section(
    ids: _Ids, title: str, kind: str, run: Sequence[Paragraph], parent: Section | None
) -> Section:
    return Section(
        id=ids.mint(title),
        title=title,
        kind=kind,
        level=parent.level + 1 if parent else 1,
        first=run[0].number,
        last=run[-1].number,
        parent=parent.id if parent else None,
    )


def _split_parts(run: Sequence[Paragraph]) -> list[Sequence[Paragraph]]:
    """The documents of a content: after a sign-off, what is headed or addressed begins anew."""
    starts, has_body, closed = [0], False, False
    for i, paragraph in enumerate(run):
        kind = paragraph.kind
        if closed and _opens_part(run, i):
            starts.append(i)
            has_body = closed = False
        if kind in _BODY:
            has_body = True
        elif kind in _CLOSERS and has_body:
            closed = True
    return [run[a:b] for a, b in zip(starts, [*starts[1:], len(run)], strict=True)]


def _opens_part(run: Sequence[Paragraph], at: int) -> bool:
    kind = run[at].kind
    coming = [paragraph.kind for paragraph in run[at + 1 : at + 4]]
    if kind in ("heading", "addressee", "salutation"):
        return bool(coming)
    if kind == "stamp":
        return any(k in ("heading", "addressee", "salutation", "dateline") for k in coming)
    if kind == "dateline":
        # A date under a signature is the signature's, unless a letter begins below it.
        return coming[:1] in (["addressee"], ["salutation"])
    if kind in ("paragraph", "instruction"):
        # An opening remark: what it introduces must begin at once.
        is_postscript = re.match(r"P\.? ?P?\.?S\b", run[at].text)
        return not is_postscript and coming[:1] in (["addressee"], ["salutation"], ["heading"])
    return False


@dataclass(frozen=True, slots=True)
class _Opening:
    at: int
    rank: int
    title: str


def _inner_openings(run: Sequence[Paragraph]) -> list[_Opening]:
    """Where headings stand inside a part, below its own head, each with its rank.

    In diaries and minutes a date between paragraphs opens a section as a heading does.
    """
    openings: list[_Opening] = []
    first_date: int | None = None
    has_body = False
    for i, paragraph in enumerate(run):
        before = run[i - 1].kind if i else None
        dated = paragraph.kind == "dateline" and before in _BODY and run[i + 1 : i + 2]
        if paragraph.kind == "heading" and has_body:
            if before == "heading" and openings and _runs_on(run[i - 1], paragraph):
                continue
            openings.append(_Opening(i, _rank(paragraph.text), _heading_title(run, i)))
        elif dated and has_body and run[i + 1].kind in _BODY:
            openings.append(_Opening(i, _DATED, _clean(paragraph.text)))
        elif paragraph.kind in _BODY and not has_body and before == "dateline":
            first_date = i - 1
        has_body = has_body or paragraph.kind in _BODY
    if first_date is not None and any(opening.rank == _DATED for opening in openings):
        # The first entry of a diary has its date above all body.
        title = _clean(run[first_date].text)
        openings.insert(0, _Opening(first_date, _DATED, title))
    return openings


_CHAPTER = re.compile(r"(?:chapter\b|part\b|(?:\w+ )?(?:meeting|session)\b|[IVX]{1,5}\.)", re.I)


def _rank(text: str) -> int:
    """How high a heading stands: 0 the highest. By Markdown's marks, else by its letters."""
    marks = len(text) - len(text.lstrip("#"))
    if marks:
        return min(marks - 1, 2)
    if _CHAPTER.match(text):
        return 0
    letters = [char for char in text if char.isalpha()]
    return 1 if letters and sum(c.isupper() for c in letters) > 0.85 * len(letters) else 2


def _read_inner(ids: _Ids, part: Sequence[Paragraph], parent: Section) -> list[Section]:
    openings = _inner_openings(part)
    sections: list[Section] = []
    above: list[tuple[int, int]] = []
    ends: list[int] = []
    for opening in openings:
        while above and above[-1][0] >= opening.rank:
            ends[above.pop()[1]] = opening.at - 1
        holder = sections[above[-1][1]] if above else parent
        sections.append(_section(ids, opening.title, "section", [part[opening.at]], holder))
        ends.append(len(part) - 1)
        above.append((opening.rank, len(sections) - 1))
    return [
        replace(section, last=part[end].number) for section, end in zip(sections, ends, strict=True)
    ]


def _title_of(part: Sequence[Paragraph]) -> str:
    """The first heading above the body; else the addressee or greeting; else the first words."""
    head = []
    for i, paragraph in enumerate(part):
        if paragraph.kind == "heading":
            return _heading_title(part, i)
        if paragraph.kind in _BODY:
            break
        if paragraph.kind in ("addressee", "salutation"):
            head.append(paragraph)
    if head:
        return _clean(head[0].text)
    opening = next((p for p in part if p.kind in _BODY), part[0])
    return _opening_words(opening.text)


def _heading_title(run: Sequence[Paragraph], at: int) -> str:
    """A heading's words, with the headings below that go on where it breaks."""
    words = [run[at].text]
    for i in range(at + 1, min(at + 4, len(run))):
        if run[i].kind != "heading" or not _runs_on(run[i - 1], run[i]):
            break
        words.append(run[i].text)
    return _clean(" ".join(words))


def _runs_on(before: Paragraph, after: Paragraph) -> bool:
    return before.text.rstrip()[-1:] not in tuple(".!?") and after.text.lstrip("*_# ")[:1].islower()


def _clean(text: str) -> str:
    title = " ".join(text[: 4 * _MAX_TITLE].split()).strip("*_# ").rstrip(":")
    if len(title) > _MAX_TITLE:
        title = title[:_MAX_TITLE].rsplit(" ", 1)[0].rstrip(",;:") + "…"
    return title or "Untitled"


def _opening_words(text: str) -> str:
    words = text[:_MAX_TITLE].split()
    title = _clean(" ".join(words[:_OPENING_WORDS]))
    return title if len(words) <= _OPENING_WORDS else title.rstrip(",;:.") + "…"


def _title_of_content(content: str | None) -> str:
    return _clean((content or "text").replace("-", " ").replace("_", " ").capitalize())


class _Ids:
    """Readable ids of sections, each given once."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}
        self._taken: set[str] = set()

    def mint(self, title: str) -> str:
        """A slug of the title: letters and digits of ASCII with hyphens, a number where taken."""
        plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "", plain)).strip("-")
        if len(slug) > _MAX_SLUG:
            slug = slug[: _MAX_SLUG + 1].rsplit("-", 1)[0][:_MAX_SLUG].strip("-")
        if not slug:
            slug = "section"
        elif not slug[0].isalpha():
            slug = f"s-{slug}"
        minted, count = slug, self._given.get(slug, 1)
        while minted in self._taken:
            count += 1
            minted = f"{slug}-{count}"
        self._given[slug] = count
        self._taken.add(minted)
        return minted
