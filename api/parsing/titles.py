"""Title and date: from the lines above the labels, or from a citation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from api.parsing.blocks import find_hyphens
from api.parsing.dates import is_undated, parse_date, recognise_date
from api.parsing.markup import plain_text, squash
from api.parsing.pages import Line
from api.parsing.values import DateExpression
from api.text import Span

_MOST_LINES = 200
_MOST_WORDS = 400
"""Where more stands above the first label, the rest is no title."""

_ENDS_IN_HYPHEN = re.compile(r"\w[-‐]\Z")
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "'": "'", "‘": "’", "‟": "”"}


class Head(NamedTuple):
    """What stands above the labels; `unread` is neither title nor date."""

    title: str
    date: DateExpression | None
    unread: list[str]


def read_head(source: str, lines: Sequence[Line], cited: str) -> Head:
    """Title and date from the lines above the labels; the citation's title shows where it stands.

    Without that help: a line or block that is a date is the date (in one line, the words that
    open or close it); the blocks below it are the title, or those above where none is below.
    """
    beyond = [plain_text(source[line.start : line.end]) for line in lines[_MOST_LINES:]]
    lines = lines[:_MOST_LINES]
    hyphens = {item.source_start for item in find_hyphens(source, lines)}
    texts = [plain_text(source[line.start : line.end]).strip("*_# ") for line in lines]
    kept = [i for i, text in enumerate(texts) if text]
    lines, texts = [lines[i] for i in kept], [texts[i] for i in kept]
    if not lines:
        return Head("", None, beyond)
    run = _find_run(texts, squash(cited))
    if run is None and len(lines) <= 3:
        by_words = _read_flat_head(texts, cited)
        if by_words is not None:
            return by_words
    if run is None:
        run = _guess_title(lines, texts)
    rest = [i for i in range(len(texts)) if not run.start <= i < run.end]
    date = None
    unread: list[str] = []
    blocks: list[list[int]] = []
    for i in rest:
        if date is None and (read := _read_date(texts[i])) is not None:
            date = read
            blocks.append([])
        elif blocks and blocks[-1] and blocks[-1][-1] == i - 1 and not lines[i].blank_before:
            blocks[-1].append(i)
        else:
            blocks.append([i])
    unread = [" ".join(texts[i] for i in block) for block in blocks if block]
    title = _join_title(source, lines[run.start : run.end], texts[run.start : run.end], hyphens)
    return Head(title, date, unread + beyond)


def _join_title(source: str, lines: Sequence[Line], texts: Sequence[str], hyphens: set[int]) -> str:
    parts: list[str] = []
    for line, text in zip(lines, texts, strict=True):
        text = " ".join(text.split())
        if line.end - 1 in hyphens:
            parts.append(text[:-1])
        else:
            parts.append(text if _ENDS_IN_HYPHEN.search(text) else text + " ")
    return "".join(parts).strip()


def _find_run(texts: Sequence[str], wanted: str) -> Span | None:
    """The run of texts that together spell `wanted`, a squashed string."""
    if not wanted:
        return None
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    joined: list[str] = []
    at = 0
    for index, text in enumerate(texts):
        squashed = squash(text)
        starts.setdefault(at, index)
        joined.append(squashed)
        at += len(squashed)
        ends[at] = index + 1
    found = "".join(joined).find(wanted)
    if found < 0 or found not in starts or found + len(wanted) not in ends:
        return None
    return Span(starts[found], ends[found + len(wanted)])


def _read_flat_head(texts: Sequence[str], cited: str) -> Head | None:
    """Date and title in one line; None when it holds no date."""
    words = " ".join(texts).split()
    if len(words) > _MOST_WORDS:
        return None
    run = _find_run(words, squash(cited))
    if run is not None:
        before, after = " ".join(words[: run.start]), " ".join(words[run.end :])
        date, unread = None, []
        for text in filter(None, (before, after)):
            read = _read_date(text) if date is None else None
            if read is None:
                unread.append(text)
            date = date or read
        return Head(" ".join(words[run.start : run.end]), date, unread)
    if len(texts) > 1:
        return None
    for size in range(min(8, len(words) - 1), 0, -1):
        date = _read_date(" ".join(words[:size]))
        if date is not None:
            return Head(" ".join(words[size:]), date, [])
    return None


def _guess_title(lines: Sequence[Line], texts: Sequence[str]) -> Span:
    dates = [i for i, text in enumerate(texts) if _read_date(text) is not None]
    count = len(texts)
    if count == 1 and dates:
        return Span(0, 0)
    for at in dates:
        stands_alone = (at == 0 or lines[at].blank_before) and (
            at + 1 == count or lines[at + 1].blank_before
        )
        if at == 0:
            return Span(1, count)
        if stands_alone and at + 1 < count:
            return Span(at + 1, count)
        if at + 1 == count:
            return Span(0, at)
    return Span(0, count)


def _read_date(text: str) -> DateExpression | None:
    """A text that is a date with a year, or says that there is none."""
    text = text.strip().rstrip(",;")
    if not text or len(text) > 80:
        return None
    date = parse_date(text) if is_undated(text) else recognise_date(text)
    return None if date and (date.edtf or "").startswith("XXXX") else date


def quoted_title(citation: str) -> str:
    """The words in quotation marks that open a citation: "“Note of N,” May 1, …" -> Note of N.

    The mark that closes them stands before or after a comma; marks inside the title do not.
    """
    text = citation.lstrip()[:3_000]
    if not text or text[0] not in _QUOTES:
        return ""
    closers = _QUOTES[text[0]]
    last = ""
    for at in range(1, len(text)):
        if text[at] not in closers:
            continue
        inside, after = text[1:at], text[at + 1 : at + 3]
        if after.startswith((",", ".", ";", " ,")) or not after.strip():
            return inside.strip().rstrip(",").strip()
        if inside.endswith((",", "?", "!", ".")) and after[:1].isspace():
            return inside.strip().rstrip(",").strip()
        last = last or inside.strip()
    return last


def first_words(citation: str) -> str:
    """For a citation without quotation marks: its words up to the first comma."""
    return " ".join(citation[:300].split(",")[0].split())
