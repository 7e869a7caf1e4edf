"""What pages leave in a text: form feeds, running heads, page numbers, rules; and the lines left.

A text taken from a paged file carries the page's own words between the document's. They are found
here, once, as spans of the source; everything else is the document's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from api.parsing.values import Furniture
from api.text import Span

PAGE_KINDS = frozenset({"form_feed", "running_head", "page_number"})
"""The kinds of furniture that show where one page ends and the next begins."""


class Line(NamedTuple):
    """A line that is not blank; `start` and `end` leave out its outer white space."""

    start: int
    end: int
    indent: int
    """How many white characters stand before it."""
    blank_before: bool
    """A blank line stands between it and the line before."""
    cut_before: bool
    """Furniture stands between it and the line before; or it is the first."""
    hard_break: bool
    """It ends with two spaces: Markdown for "the line ends here on purpose"."""


_LINE = re.compile(r"[^\n\r\f\v\x85\u2028\u2029]+")
_LINE_BREAK = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")


def split_lines(source: str, start: int = 0, end: int | None = None) -> Iterator[Line]:
    """The lines of a stretch of the source that are not blank, in order."""
    end = len(source) if end is None else end
    last: int | None = None
    for match in _LINE.finditer(source, start, end):
        at, after = match.span()
        raw = match.group()
        text = raw.lstrip("\ufeff") if at == 0 else raw
        bare = text.strip()
        if not bare:
            continue
        blank_before = last is not None and _has_blank_line(source, last, at)
        indent = 0 if bare == text else len(text) - len(text.lstrip())
        at += len(raw) - len(text) + indent
        hard_break = text.endswith("  ")
        yield Line(at, at + len(bare), indent, blank_before, last is None, hard_break)
        last = after


def _has_blank_line(source: str, start: int, end: int) -> bool:
    between = source[start:end]
    if between in ("\n", "\n\n"):
        return between == "\n\n"
    first = _LINE_BREAK.match(source, start)
    return first is not None and _LINE_BREAK.search(source, first.end(), end) is not None


def cut_spans(start: int, end: int, furniture: Iterable[Furniture]) -> Iterator[Span]:
    """What is left of `[start, end)` without furniture, which comes sorted; hyphens stay."""
    for item in furniture:
        if item.kind == "hyphen" or item.source_end <= start:
            continue
        if item.source_start >= end:
            break
        if item.source_start > start:
            yield Span(start, item.source_start)
        start = max(start, item.source_end)
    if start < end:
        yield Span(start, end)


def document_lines(
    source: str, start: int, end: int, furniture: Iterable[Furniture]
) -> Iterator[Line]:
    """The lines of the document itself, without furniture; `cut_before` says where some stood."""
    for span in cut_spans(start, end, furniture):
        yield from split_lines(source, span.start, span.end)


_HOST = r"(?:https?://)?(?:www\.)?digitalarchive\.wilsoncenter\.org/?"
_NAME = r"(?:Wilson Center )?Digital Archive"
_MOTTO = r"International History Declassified"
_HEAD_WORDS = re.compile(rf"(?:{_HOST}|{_NAME}|{_MOTTO})", re.IGNORECASE)
_HEAD_CORE = re.compile(r"[Dd](?:[Ii][Gg][Ii][Tt][Aa][Ll] ?[Aa]|[Ee][Cc][Ll][Aa][Ss][Ss][Ii][Ff])")
"""What all of `_HEAD_WORDS` hold; a search for one letter is ten times as fast."""
_CORE_AFTER = 22
"""How far inside them it begins at most."""
_HEAD_LINE = re.compile(
    rf"(?:(?:{_HOST}|{_NAME}|{_MOTTO})(?:[^\S\n]|[|:·•–—-]){{0,200}}){{1,4}}", re.IGNORECASE
)
_HEAD_INLINE = re.compile(
    rf"(?<!Program )(?<!Center )(?<!\w)(?:{_HOST}\s{{1,200}})?Digital Archive:?\s{{1,200}}"
    rf"(?:{_HOST}\s{{1,200}})?{_MOTTO}(?:\s{{1,200}}{_HOST}(?=\s|$))?"
)
_RULE = re.compile(r"[-_=*—–](?:[^\S\n]{0,3}[-_=*—–]){2,300}")
_MARKED_NUMBER = re.compile(
    r"(?:[-–—]\s?\d{1,4}\s?[-–—]|page\s\d{1,4}(?:\s(?:of|/)\s\d{1,4})?|\d{1,4}\s?(?:of|/)\s?\d{1,4})",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_FORM_FEEDS = re.compile(r"\f++")
_DIGITS = re.compile(r"\d+")
_EDGE = 4
"""How many lines at the head or foot of a page may be running heads."""


def find_page_furniture(
    source: str, keep: Callable[[str], bool] = lambda text: False
) -> list[Furniture]:
    """Form feeds, running heads, page numbers and rules, sorted; spans do not overlap.

    `keep` says of a line's text that it must stay although it is repeated on every page. A line
    repeated at the head or foot of pages counts from three pages on, and never on the first one,
    where it is the title. A bare number counts only at a page's edge and in step with the pages.
    """
    found: dict[int, Furniture] = {}

    def add(kind: str, start: int, end: int) -> None:
        found.setdefault(start, Furniture(kind, start, end))

    for span in _form_feeds(source):
        add("form_feed", span.start, span.end)
    heads = _known_heads(source)
    for span in heads:
        add("running_head", span.start, span.end)
    for match in _RULE.finditer(source):
        if _fills_its_line(source, *match.span()):
            add("rule", match.start(), match.end())
    pages = _pages(source)
    if len(pages) > 1:
        taken = set(found)
        for span in _repeated_edges(source, pages, taken, keep):
            add("running_head", span.start, span.end)
    taken = {start for start, item in found.items() if item.kind != "form_feed"}
    for span in _page_numbers(source, pages, heads, taken):
        add("page_number", span.start, span.end)
    return _without_overlaps(found.values())


def _fills_its_line(source: str, start: int, end: int) -> bool:
    """Whether nothing but white space, and not too much of it, stands beside a span."""
    line_end = source.find("\n", end, end + 201)
    if line_end < 0:
        line_end = min(len(source), end + 201)
    before = source[max(source.rfind("\n", 0, start) + 1, start - 201) : start]
    after = source[end:line_end]
    return len(before) <= 200 and len(after) <= 200 and not (before + after).strip()


def _without_overlaps(furniture: Iterable[Furniture]) -> list[Furniture]:
    kept: list[Furniture] = []
    for item in sorted(furniture, key=lambda item: (item.source_start, -item.source_end)):
        if not kept or item.source_start >= kept[-1].source_end:
            kept.append(item)
    return kept


def _known_heads(source: str) -> list[Span]:
    """Lines made of nothing but the archive's own running head, and heads inside long lines."""
    lines: dict[int, Span] = {}
    passed = 0
    for match in _find_head_words(source):
        if match.start() < passed:
            continue
        window = max(passed, match.start() - 200)
        left = max(source.rfind(mark, window, match.start()) for mark in "\n\r\f") + 1
        if not left and window:
            continue
        line = _LINE.match(source, left, left + 600)
        if line is None:
            continue
        text = line.group().lstrip("\ufeff").strip()
        if len(text) <= 400 and _HEAD_LINE.fullmatch(text):
            at = source.index(text, left)
            lines[at] = Span(at, at + len(text))
            passed = line.end()
    spans = list(lines.values())
    kept = []
    for index, span in enumerate(spans):
        text = source[span.start : span.end].casefold()
        alone = "declassified" not in text and "wilsoncenter.org" not in text
        neighbours = spans[max(index - 2, 0) : index] + spans[index + 1 : index + 3]
        # "Digital Archive" alone may be a line of the document; with the rest of the head near
        # by it is not.
        if alone and not any(_are_near(source, span, other) for other in neighbours):
            continue
        kept.append(span)
    if _MOTTO in source:
        kept.extend(Span(*match.span()) for match in _HEAD_INLINE.finditer(source))
    return sorted(set(kept))


def _find_head_words(source: str) -> Iterator[re.Match[str]]:
    at = 0
    for core in _HEAD_CORE.finditer(source):
        match = _HEAD_WORDS.search(source, max(at, core.start() - _CORE_AFTER), core.end() + 30)
        if match:
            yield match
            at = match.end()


def _are_near(source: str, one: Span, other: Span) -> bool:
    first, second = sorted((one, other))
    return second.start - first.end <= 400 and not source[first.end : second.start].strip()


def _pages(source: str) -> list[Span]:
    edges = _form_feeds(source)
    starts = [0, *(edge.end for edge in edges)]
    ends = [*(edge.start for edge in edges), len(source)]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True)]


def _form_feeds(source: str) -> list[Span]:
    if "\f" not in source:
        return []
    return [Span(*match.span()) for match in _FORM_FEEDS.finditer(source)]


def _first_lines(source: str, page: Span) -> list[Span]:
    return [Span(line.start, line.end) for line in islice(split_lines(source, *page), _EDGE * 2)]


def _last_lines(source: str, page: Span) -> list[Span]:
    """The last lines of a page that are not blank, the last one first."""
    lines: list[Span] = []
    end = page.end
    while end > page.start and len(lines) < _EDGE * 2:
        start = max(source.rfind("\n", page.start, end), source.rfind("\r", page.start, end)) + 1
        start = max(start, page.start)
        if end - start > 2_000:
            break
        text = source[start:end].strip()
        if text:
            at = source.index(text, start)
            lines.append(Span(at, at + len(text)))
        end = start - 1
    return lines


def _repeated_edges(
    source: str, pages: list[Span], taken: set[int], keep: Callable[[str], bool]
) -> list[Span]:
    """Lines that stand at the head, or at the foot, of most pages; numbers in them may differ."""
    found: list[Span] = []
    needed = max(3, (len(pages) * 2 + 4) // 5)
    if len(pages) < 3:
        return found
    for side in (_first_lines, _last_lines):
        edges = [
            [span for span in side(source, page) if span.start not in taken] for page in pages[1:]
        ]
        for _ in range(_EDGE):
            keys = [_edge_key(source, edge[0]) if edge else "" for edge in edges]
            counts = Counter(key for key in keys if key)
            repeated = {key for key, count in counts.items() if count >= needed}
            peeled = False
            for edge, key in zip(edges, keys, strict=True):
                if key in repeated and not keep(source[edge[0].start : edge[0].end]):
                    found.append(edge.pop(0))
                    peeled = True
            if not peeled:
                break
    return found


def _edge_key(source: str, span: Span) -> str:
    text = source[span.start : span.end]
    if len(text) > 120 or not any(char.isalpha() for char in text):
        return ""
    return _DIGITS.sub("0", " ".join(text.casefold().split()))


def _page_numbers(
    source: str, pages: list[Span], heads: list[Span], taken: set[int]
) -> Iterator[Span]:
    """Numbers at the edges of pages: marked ones always, bare ones where they count the pages."""
    bare: list[tuple[int, Span]] = []
    for number, side, span in _edge_lines(source, pages, heads, taken):
        text = source[span.start : span.end]
        if _MARKED_NUMBER.fullmatch(text):
            yield span
        elif _BARE_NUMBER.fullmatch(text):
            bare.append((int(text) - number + side, span))
    steps = Counter(step for step, span in set(bare))
    for step, span in bare:
        # Sides are told apart by a large constant: a head and a foot keep different steps.
        if steps[step] >= 2 or step % _SIDE in (0, 1, _SIDE - 1):
            yield span


_SIDE = 1_000_000


def _edge_lines(
    source: str, pages: list[Span], heads: list[Span], taken: set[int]
) -> Iterator[tuple[int, int, Span]]:
    """(page number from 1, side, span) of the outermost document line at each page's edges."""
    if len(pages) > 1:
        for number, page in enumerate(pages, 1):
            for side, lines in (
                (0, _first_lines(source, page)),
                (_SIDE, _last_lines(source, page)),
            ):
                outer = next((span for span in lines if span.start not in taken), None)
                if outer is not None:
                    yield number, side, outer
        return
    number = 0
    for index, head in enumerate(heads):
        if index and _are_near(source, heads[index - 1], head):
            continue
        number += 1
        before = _last_lines(source, Span(max(head.start - 2_000, 0), head.start))
        outer = next((span for span in before if span.start not in taken), None)
        if outer is not None and number > 1:
            yield number - 1, _SIDE, outer
        after = _first_lines(source, Span(head.end, min(head.end + 2_000, len(source))))
        outer = next((span for span in after if span.start not in taken), None)
        if outer is not None:
            yield number, 0, outer
