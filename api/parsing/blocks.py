"""Bodies into blocks: runs of lines, before anybody asks what they are.

Three layouts occur. Usually blank lines stand between paragraphs. In a text wrapped at a fixed
width a line's end means nothing, and paragraphs show by a line that ends early. In a text without
any blank lines each line is a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

from api.parsing.pages import PAGE_KINDS, Line, document_lines
from api.parsing.values import Block, Body, Export, Furniture

_HYPHENS = "-\u2010\u00ad\u00ac"
_SOFT_HYPHENS = "\u00ad\u00ac"
_TERMINAL = tuple(".?!:;\u2026\"\u201d\u2019')]\u00bb*")
_WIDEST = 130
_NARROWEST = 36
_KEEPS_HYPHEN = frozenset(
    {"all", "ex", "half", "non", "pro", "quasi", "self", "so", "vice", "well"}
)
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]++(?:-[^\W\d_]++)+")
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]++")
_LAST_LETTERS = re.compile(r"[^\W\d_]+\Z")


def split_blocks(source: str, export: Export) -> list[Block]:
    """The bodies of an export as blocks, in reading order.

    A block is a maximal run of non-blank lines, cut where page furniture stands; the block after
    a page's end has `after_page_break`. `text` is the source's slice but for white space: a hard
    break (two spaces and a newline) stays `\\n`, a soft one becomes a space. In a wrapped body a
    hyphen that `export.furniture` names is left out and its word closed up, and a line that ends
    early, with a full stop, ends its block. Together, blocks and furniture give the body back.
    Takes linear time.
    """
    blocks: list[Block] = []
    furniture = sorted(export.furniture, key=lambda item: item.source_start)
    starts = [item.source_start for item in furniture]
    for body in export.bodies:
        first = bisect_left(starts, body.source_start)
        last = bisect_left(starts, body.source_end)
        blocks.extend(_split_body(source, body, furniture[first:last]))
    return blocks


def is_wrapped(source: str, lines: Sequence[Line]) -> bool:
    """Whether lines were wrapped at a fixed width.

    Takes a body's or a header's lines. Most that have one right below must be about as long as
    the width, which in proportional type varies; or many long ones go on with a small letter.
    """
    breaks_count = not _hard_breaks_are_noise(lines)
    ends = [
        (one, two)
        for one, two in pairwise(lines)
        if not _stand_apart(two) and not (one.hard_break and breaks_count)
    ]
    if len(ends) < 3:
        return False
    lengths = sorted(one.end - one.start for one, _ in ends)
    width = lengths[min(len(lengths) - 1, len(lengths) * 19 // 20)]
    if not _NARROWEST <= width <= _WIDEST:
        return False
    full = [two for one, two in ends if one.end - one.start > width * 0.78]
    going_on = sum(source[two.start].islower() for two in full)
    return len(full) >= 0.6 * len(ends) or (going_on >= 3 and going_on >= 0.25 * len(ends))


def find_hyphens(source: str, lines: Sequence[Line]) -> list[Furniture]:
    """The hyphens at line ends that divide one word, for the lines of a wrapped text.

    Only between two small letters, and not where the text elsewhere writes the word with its
    hyphen ("peace-loving"), or its first part nearly always has one ("self-", "non-").
    """
    places = [
        (one.end - 1, two.start)
        for one, two in pairwise(lines)
        if not _stand_apart(two)
        and source[one.end - 1] in _HYPHENS
        and source[one.end - 2 : one.end - 1].islower()
        and source[two.start].islower()
    ]
    if not places:
        return []
    text = source[lines[0].start : lines[-1].end].lower()
    compounds = set(_COMPOUND.findall(text))
    words = set(_WORD.findall(text))
    return [
        Furniture("hyphen", at, at + 1)
        for at, after in places
        if _divides_a_word(source, at, after, compounds, words)
    ]


def _divides_a_word(source: str, at: int, after: int, compounds: set[str], words: set[str]) -> bool:
    if source[at] in _SOFT_HYPHENS:
        return True
    if "://" in source[max(at - 200, 0) : at].rsplit(None, 1)[-1]:
        return False
    before = _LAST_LETTERS.search(source[max(at - 40, 0) : at])
    behind = _WORD.match(source[after : after + 40])
    if before is None or behind is None:
        return False
    left, right = before.group().lower(), behind.group().lower()
    if source[at - len(left) - 1 : at - len(left)] == "-":
        return False  # so-and-|so
    if f"{left}-{right}" in compounds:
        return False
    return left + right in words or left not in _KEEPS_HYPHEN


def join_lines(
    source: str, lines: Sequence[Line], hyphens: frozenset[int] | set[int], *, wrapped: bool = False
) -> str:
    """Lines as one text: hard breaks `\\n`, soft ones a space, divided words closed up.

    `hyphens` are the offsets of those to leave out. In a wrapped text spaces inside lines, which
    justified type stretches, become single, and a hyphen that stays takes no space after it.
    """
    parts: list[str] = []
    for index, line in enumerate(lines):
        text = source[line.start : line.end]
        if wrapped and "  " in text:
            text = " ".join(text.split())
        if index + 1 == len(lines):
            parts.append(text)
        elif line.end - 1 in hyphens:
            parts.append(text[:-1])
        elif wrapped and _closes_up(text):
            parts.append(text)
        else:
            parts.append(text + ("\n" if line.hard_break else " "))
    return "".join(parts)


def _closes_up(text: str) -> bool:
    """Whether a wrapped line ends inside a word or an address: no space belongs after it."""
    if text[-1] in _HYPHENS:
        return text[-2:-1].isalnum()
    return text[-1] in "/_=?&%" and "://" in text.rsplit(None, 1)[-1]


def _split_body(source: str, body: Body, furniture: list[Furniture]) -> Iterable[Block]:
    lines = list(document_lines(source, body.source_start, body.source_end, furniture))
    if not lines:
        return
    if _hard_breaks_are_noise(lines):
        lines = [line._replace(hard_break=False) for line in lines]
    hyphens = {item.source_start for item in furniture if item.kind == "hyphen"}
    breaks = [item.source_start for item in furniture if item.kind in PAGE_KINDS]
    if body.wrapped:
        starts = _starts_in_wrapped_text(source, lines)
    elif _has_a_paragraph_to_each_line(source, body, lines):
        starts = [
            not index or _stand_apart(line) or not lines[index - 1].hard_break
            for index, line in enumerate(lines)
        ]
    else:
        starts = [not index or _stand_apart(line) for index, line in enumerate(lines)]
    edges = [index for index, is_start in enumerate(starts) if is_start] + [len(lines)]
    passed = 0
    for first, last in pairwise(edges):
        run = lines[first:last]
        start, end = run[0].start, run[-1].end
        after_break = False
        while passed < len(breaks) and breaks[passed] < start:
            passed += 1
            after_break = first > 0
        yield Block(
            text=join_lines(source, run, hyphens, wrapped=body.wrapped),
            source_start=start,
            source_end=end,
            content=body.content,
            after_page_break=after_break,
        )


def _stand_apart(line: Line) -> bool:
    return line.blank_before or line.cut_before


def _hard_breaks_are_noise(lines: Sequence[Line]) -> bool:
    """Where most paragraphs end with two spaces too, two spaces mean nothing."""
    ends = [one.hard_break for one, two in pairwise(lines) if _stand_apart(two)]
    if len(ends) < 2:
        ends = [line.hard_break for line in lines]
        return len(ends) > 3 and sum(ends) > 0.9 * len(ends)
    return sum(ends) > 0.5 * len(ends)


def _has_a_paragraph_to_each_line(source: str, body: Body, lines: Sequence[Line]) -> bool:
    if any(line.blank_before for line in lines) or len(lines) < 2:
        return False
    header_has_none = body.source_start > 0 and not any(
        line.blank_before for line in document_lines(source, 0, body.source_start, ())
    )
    if header_has_none:
        return True
    long_lines = sum(line.end - line.start > _WIDEST for line in lines)
    return len(lines) >= 5 and long_lines >= 0.4 * len(lines)


def _starts_in_wrapped_text(source: str, lines: Sequence[Line]) -> list[bool]:
    """For each line of a wrapped text, whether a paragraph starts with it."""
    lengths = sorted(line.end - line.start for line in lines)
    width = lengths[min(len(lengths) - 1, len(lengths) * 19 // 20)]
    indents = sorted(line.indent for line in lines)
    margin = indents[len(indents) // 3]
    is_dense = not any(line.blank_before for line in lines)
    starts = [True]
    cut_short = _begins_inside_a_line(source, lines[0])
    for index, (one, two) in enumerate(pairwise(lines)):
        if _stand_apart(two) or (not index and cut_short):
            starts.append(_stand_apart(two))
            continue
        first_word = source[two.start : two.start + 40].split(None, 1)[0]
        ends_early = one.end - one.start + 1 + len(first_word) < 0.78 * width
        ends_sentence = source[one.end - 1] in _TERMINAL
        opens = not source[two.start].islower()
        is_indented = two.indent >= margin + 2 and one.indent < two.indent
        stands_alone = is_dense and one.end - one.start < 0.55 * width
        in_capitals = two.end - two.start < 0.6 * width and source[two.start : two.end].isupper()
        shows = ends_sentence and (ends_early or is_indented or in_capitals)
        starts.append(opens and (shows or stands_alone))
    return starts


def _begins_inside_a_line(source: str, line: Line) -> bool:
    # The body of a flattened export begins where its header ends: its first line looks short.
    before = source[max(line.start - line.indent - 1, 0) : line.start]
    return bool(before.strip("\ufeff \t\r\n\f\v"))
